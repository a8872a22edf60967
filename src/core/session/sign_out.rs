//! The server's part of a sign-out. It follows the local one, after any refresh under way, so that no late answer sets a cookie behind it;
//! it is retried while the tab lives, and at the next start.

use crate::core::backoff;
use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::events::{Attempt, Caller, Effect, Notice, Refusal};
use crate::core::outcome::{Failure, FailureKind};
use crate::core::stored::SignOutOrder;
use crate::core::tabs::Errand;
use crate::core::token::{Secret, TokenSet};

use super::ends::Reach;
use super::refreshing::Hold;
use super::{Phase, Session};

#[derive(Clone, Debug, Default)]
pub(super) struct SignOuts {
    jobs: Vec<Job>,
    in_flight: Option<InFlight>,
    /// They wait for the first attempt, however it goes, or until then: another tab may be in its way.
    callers: Vec<Caller>,
    callers_until: Ms,
}

#[derive(Clone, Debug)]
struct Job {
    order: SignOutOrder,
    /// The latest request about it.
    attempt: Option<Attempt>,
    failures: u32,
    hold: Hold,
}

impl Job {
    fn is_ready(&self, now: Ms) -> bool {
        now >= self.hold.until()
    }
}

#[derive(Clone, Copy, Debug)]
struct InFlight {
    attempt: Attempt,
    started_at: Ms,
    revoke_only: bool,
}

impl SignOuts {
    pub fn orders(&self) -> Vec<SignOutOrder> {
        // A `collect` would bring more code than this.
        let mut orders = Vec::new();
        for job in &self.jobs {
            orders.push(job.order.clone());
        }
        orders
    }

    /// Somebody has signed in: signing out now would end the new session. An old refresh token may still be revoked.
    pub fn supersede(&mut self) {
        self.keep(&mut |job| {
            job.order.revoke_only = true;
            job.order.refresh_token.is_some()
        });
    }

    /// The server does not know yet that a session has ended.
    pub fn is_untold(&self) -> bool {
        self.jobs.iter().any(|job| !job.order.revoke_only)
    }

    fn finish(&mut self, attempt: Attempt) {
        self.keep(&mut |job| job.attempt != Some(attempt));
    }

    /// Not generic: every closure would bring a loop of its own into the wasm.
    fn keep(&mut self, stays: &mut dyn FnMut(&mut Job) -> bool) {
        self.jobs.retain_mut(stays);
    }

    pub fn come_online(&mut self) {
        for job in &mut self.jobs {
            job.hold.lift();
        }
    }

    /// Whether the server is being told. A refresh waits for that, lest the later of two answers clear the cookie that the other one set.
    pub fn is_telling(&self) -> bool {
        self.in_flight.is_some_and(|flight| !flight.revoke_only)
    }

    pub fn next_answer(&self) -> Ms {
        if self.callers.is_empty() { f64::INFINITY } else { self.callers_until }
    }

    /// When the next job is to be tried, or the request under way has taken too long.
    pub fn next_deadline(&self, timeout: Ms) -> Ms {
        match self.in_flight {
            Some(flight) => flight.started_at + timeout,
            None => self.jobs.iter().map(|job| job.hold.until()).fold(f64::INFINITY, f64::min),
        }
    }
}

impl Session {
    /// `signOut()`
    pub(super) fn sign_out(&mut self, caller: Caller) {
        // What there is to start from is what is to end.
        self.begin();
        self.end(EndReason::SignedOut, Reach::Server);
        if self.sign_outs.callers.is_empty() {
            // Who comes later waits no longer than the first.
            self.sign_outs.callers_until = self.clock.now() + self.settings.refresh_timeout;
        }
        self.sign_outs.callers.push(caller);
        self.answer_if_signed_out();
    }

    /// A page that leaves once it is answered must not take the end with it before the record has it.
    pub(super) fn answer_if_signed_out(&mut self) {
        if self.sign_outs.jobs.is_empty() && self.tabs.sync.is_none() {
            self.answer_sign_out_callers(Ok(None));
        }
    }

    pub(super) fn order_sign_out(&mut self, reason: EndReason, refresh_token: Option<Secret>) {
        let abilities = self.settings.abilities;
        let refresh_token = refresh_token.filter(|_| abilities.revoke);
        if !abilities.sign_out && refresh_token.is_none() {
            return;
        }
        let at = self.server_wall();
        self.add_job(SignOutOrder { reason, revoke_only: !abilities.sign_out, refresh_token, at });
    }

    /// A refresh has landed after its session's end. Its tokens are thrown away; the refresh token is revoked, lest it live on unseen.
    pub(super) fn revoke_late(&mut self, refresh_token: Option<Secret>) {
        let Some(refresh_token) = refresh_token.filter(|_| self.settings.abilities.revoke) else { return };
        let reason = match self.phase {
            Phase::Ended(reason) => reason,
            _ => EndReason::SignedOut,
        };
        let at = self.clock.wall(self.clock.now());
        self.add_job(SignOutOrder { reason, revoke_only: true, refresh_token: Some(refresh_token), at });
        self.save();
    }

    /// Takes up what an earlier page left undone. Gives why that session ended where this comes before anything else: no token shows a
    /// later sign-in.
    pub(super) fn resume_sign_outs(&mut self, orders: Vec<SignOutOrder>, given: Option<&TokenSet>) -> Option<EndReason> {
        let signed_in_at = given.and_then(|tokens| tokens.claims.as_ref()).and_then(|claims| claims.auth_time.or(claims.iat));
        for order in orders {
            self.add_job(order);
        }
        let latest = self.sign_outs.jobs.iter().filter(|job| !job.order.revoke_only).map(|job| job.order.at).fold(0.0, f64::max);
        if signed_in_at.is_some_and(|signed_in_at| signed_in_at > latest) {
            self.sign_outs.supersede();
        }
        self.sign_outs.jobs.iter().find(|job| !job.order.revoke_only).map(|job| job.order.reason)
    }

    pub(super) fn is_sign_out_ready(&self) -> bool {
        let is_busy = self.sign_outs.in_flight.is_some() || self.refreshing.is_in_flight();
        !is_busy && self.sign_outs.jobs.iter().any(|job| job.is_ready(self.clock.now()))
    }

    /// Another tab has told the server meanwhile, or somebody has signed in there.
    pub(super) fn drop_told_sign_outs(&mut self) {
        let record = &self.tabs.record;
        if record.ended.is_some_and(|end| end.told) && self.sign_outs.is_untold() {
            self.sign_outs.keep(&mut |job| job.order.revoke_only);
            self.save();
            self.answer_sign_out_callers(Ok(None));
        } else if !record.has_ended() && self.has_ended() {
            self.sign_outs.supersede();
        }
    }

    pub(super) fn start_sign_out_if_waiting(&mut self) {
        if self.errand() != Some(Errand::SignOut) || self.permit().is_none() {
            return;
        }
        let (now, attempt) = (self.clock.now(), self.last_attempt.wrapping_add(1));
        let Some(job) = self.sign_outs.jobs.iter_mut().find(|job| job.is_ready(now)) else { return };
        job.attempt = Some(attempt);
        let order = job.order.clone();
        self.last_attempt = attempt;
        self.sign_outs.in_flight = Some(InFlight { attempt, started_at: now, revoke_only: order.revoke_only });
        self.push(Effect::SignOut { attempt, order });
    }

    pub(super) fn give_up_hung_sign_out(&mut self) {
        if self.clock.now() >= self.sign_outs.next_answer() {
            self.answer_sign_out_callers(Ok(None));
        }
        let Some(flight) = self.sign_outs.in_flight else { return };
        if self.clock.now() >= flight.started_at + self.settings.refresh_timeout {
            self.push(Effect::Abandon(flight.attempt));
            self.signed_out_at_server(flight.attempt, Some(Failure::new(FailureKind::Timeout)));
        }
    }

    pub(super) fn signed_out_at_server(&mut self, attempt: Attempt, failure: Option<Failure>) {
        if self.sign_outs.in_flight.is_none_or(|flight| flight.attempt != attempt) {
            return;
        }
        self.sign_outs.in_flight = None;
        // A sign-in may have superseded it meanwhile.
        let job = self.sign_outs.jobs.iter_mut().find(|job| job.attempt == Some(attempt));
        match (failure, job) {
            (Some(failure), Some(job)) => {
                job.failures = job.failures.saturating_add(1);
                let until = self.clock.now() + backoff::wait(job.failures, 0.0, failure.retry_after, &mut self.random);
                job.hold = Hold::new(until, failure.retry_after.is_some());
                let attempt = job.failures;
                self.notify(Notice::SignOutFailed { status: failure.status, attempt, retry_at: self.epoch_seconds(until) });
            }
            _ => {
                self.sign_outs.finish(attempt);
                self.save();
            }
        }
        let is_told = !self.sign_outs.is_untold();
        if let Some(end) = &mut self.tabs.record.ended {
            end.told |= is_told;
        }
        self.end_turn();
        self.answer_sign_out_callers(Ok(None));
    }

    /// Now, by the server's clock.
    pub(super) fn server_wall(&self) -> Ms {
        self.clock.wall(self.clock.now()) + self.clock.skew().unwrap_or(0.0)
    }

    pub(super) fn answer_sign_out_callers(&mut self, answer: Result<Option<Secret>, Refusal>) {
        for caller in std::mem::take(&mut self.sign_outs.callers) {
            self.push(Effect::Answer { caller, answer: answer.clone() });
        }
    }

    fn add_job(&mut self, order: SignOutOrder) {
        self.sign_outs.jobs.push(Job { order, attempt: None, failures: 0, hold: Hold::default() });
    }
}

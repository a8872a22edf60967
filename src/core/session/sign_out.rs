//! The server's part of a sign-out. It follows the local one, after any refresh under way, so that no late answer sets a cookie behind it;
//! it is retried while the tab lives, and at the next start.

use std::collections::VecDeque;

use crate::core::backoff;
use crate::core::duration::Ms;
use crate::core::events::{Attempt, Caller, Effect, EndReason, Notice, SignOutOrder};
use crate::core::outcome::{Failure, FailureKind};
use crate::core::token::TokenSet;

use super::refreshing::Hold;
use super::{Phase, Session};

#[derive(Clone, Debug, Default)]
pub(super) struct SignOuts {
    jobs: VecDeque<Job>,
    in_flight: Option<(Attempt, Ms)>,
    /// They wait for the first attempt, however it goes.
    callers: Vec<Caller>,
}

#[derive(Clone, Debug)]
struct Job {
    order: SignOutOrder,
    failures: u32,
    hold: Hold,
}

impl SignOuts {
    pub fn orders(&self) -> Vec<SignOutOrder> {
        self.jobs.iter().map(|job| job.order.clone()).collect()
    }

    /// Somebody has signed in: signing out now would end the new session. An old refresh token may still be revoked.
    pub fn supersede(&mut self) {
        self.jobs.retain_mut(|job| {
            job.order.revoke_only = true;
            job.order.refresh_token.is_some()
        });
    }

    pub fn come_online(&mut self) {
        for job in &mut self.jobs {
            job.hold.lift();
        }
    }

    /// When the first job is to be tried, or its request has taken too long.
    pub fn next_deadline(&self, timeout: Ms) -> Ms {
        match (self.in_flight, self.jobs.front()) {
            (Some((_, started_at)), _) => started_at + timeout,
            (None, Some(job)) => job.hold.until(),
            (None, None) => f64::INFINITY,
        }
    }
}

impl Session {
    /// `signOut()`
    pub(super) fn sign_out(&mut self, caller: Caller) {
        self.end(EndReason::SignedOut, true);
        self.sign_outs.callers.push(caller);
        if self.sign_outs.jobs.is_empty() {
            self.answer_sign_out_callers();
        }
    }

    pub(super) fn order_sign_out(&mut self, reason: EndReason, refresh_token: Option<crate::core::token::Secret>) {
        let abilities = self.settings.abilities;
        let refresh_token = refresh_token.filter(|_| abilities.revoke);
        if !abilities.sign_out && refresh_token.is_none() {
            return;
        }
        let at = self.clock.wall(self.clock.now()) + self.clock.skew().unwrap_or(0.0);
        self.add_job(SignOutOrder { reason, revoke_only: !abilities.sign_out, refresh_token, at });
    }

    /// A refresh has landed after its session's end. Its tokens are thrown away; the refresh token is revoked, lest it live on unseen.
    pub(super) fn revoke_late(&mut self, tokens: TokenSet) {
        let Some(refresh_token) = tokens.refresh.filter(|_| self.settings.abilities.revoke) else { return };
        let reason = match self.phase {
            Phase::Ended(reason) => reason,
            _ => EndReason::SignedOut,
        };
        let at = self.clock.wall(self.clock.now());
        self.add_job(SignOutOrder { reason, revoke_only: true, refresh_token: Some(refresh_token), at });
        self.save();
    }

    /// Takes up what an earlier page left undone. True where that comes before anything else: no token shows a later sign-in.
    pub(super) fn resume_sign_outs(&mut self, orders: Vec<SignOutOrder>, given: Option<&TokenSet>) -> bool {
        let signed_in_at = given.and_then(|tokens| tokens.claims.as_ref()).and_then(|claims| claims.auth_time.or(claims.iat));
        for order in orders {
            self.add_job(order);
        }
        let latest = self.sign_outs.jobs.iter().filter(|job| !job.order.revoke_only).map(|job| job.order.at).fold(0.0, f64::max);
        if signed_in_at.is_some_and(|signed_in_at| signed_in_at > latest) {
            self.sign_outs.supersede();
        }
        self.sign_outs.jobs.iter().any(|job| !job.order.revoke_only)
    }

    pub(super) fn start_sign_out_if_waiting(&mut self) {
        let now = self.clock.now();
        if let Some((attempt, started_at)) = self.sign_outs.in_flight {
            if now >= started_at + self.settings.refresh_timeout {
                self.push(Effect::Abandon(attempt));
                self.signed_out_at_server(attempt, Some(Failure::new(FailureKind::Timeout)));
            }
            return;
        }
        let Some(job) = self.sign_outs.jobs.front().filter(|job| now >= job.hold.until()) else { return };
        if self.refreshing.is_in_flight() {
            return;
        }
        let order = job.order.clone();
        let attempt = self.next_attempt();
        self.sign_outs.in_flight = Some((attempt, now));
        self.push(Effect::SignOut { attempt, order });
    }

    pub(super) fn signed_out_at_server(&mut self, attempt: Attempt, failure: Option<Failure>) {
        if self.sign_outs.in_flight.is_none_or(|(current, _)| current != attempt) {
            return;
        }
        self.sign_outs.in_flight = None;
        match (failure, self.sign_outs.jobs.front_mut()) {
            (Some(failure), Some(job)) => {
                job.failures = job.failures.saturating_add(1);
                let until = self.clock.now() + backoff::wait(job.failures, 0.0, failure.retry_after, &mut self.random);
                job.hold = job.hold.after(until, failure.retry_after.is_some());
                let attempt = job.failures;
                self.notify(Notice::SignOutFailed { status: failure.status, attempt, retry_at: self.epoch_seconds(until) });
            }
            _ => {
                self.sign_outs.jobs.pop_front();
                self.save();
            }
        }
        self.answer_sign_out_callers();
    }

    fn answer_sign_out_callers(&mut self) {
        for caller in std::mem::take(&mut self.sign_outs.callers) {
            self.push(Effect::Answer { caller, answer: Ok(None) });
        }
    }

    fn add_job(&mut self, order: SignOutOrder) {
        self.sign_outs.jobs.push_back(Job { order, failures: 0, hold: Hold::default() });
    }
}

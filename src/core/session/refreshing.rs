//! Refreshing: when one is wanted, one at a time, and what follows from how it went.

use crate::core::backoff;
use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::events::{Attempt, By, Effect, Notice, Probe, RefreshReason};
use crate::core::outcome::{Failure, FailureKind, Outcome};
use crate::core::snapshot::LastFailure;
use crate::core::tabs::{Errand, Turn};
use crate::core::token::TokenSet;

use super::ends::Reach;
use super::{Phase, Session};

/// A request may go on for so many times the refresh timeout: the server may have rotated the refresh token already.
pub(super) const LONGEST_REQUEST: f64 = 3.0;

#[derive(Clone, Debug, Default)]
pub(super) struct Refreshing {
    /// In a row.
    pub failures: u32,
    /// The waits begin anew at the network's return, which may be told of too early.
    failures_before_return: u32,
    pub last_failure: Option<LastFailure>,
    pub hold: Hold,
    in_flight: Option<InFlight>,
    last_start: Option<Ms>,
    stale_in_a_row: u32,
    /// Refreshes in a row that a 401 of the API asked for, and the moment before which none will be made for the next one.
    unauthorized_in_a_row: u32,
    unauthorized_until: Ms,
    probe: Option<(Attempt, Ms)>,
}

/// No attempt before a moment.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hold {
    until: Ms,
    /// The network's return does not lift it.
    firm: bool,
}

impl Hold {
    pub fn until(self) -> Ms {
        self.until
    }

    pub fn is_firm(self) -> bool {
        self.firm
    }

    /// The network is back, so a backoff has lost its reason; a `Retry-After` has not.
    pub fn lift(&mut self) {
        if !self.firm {
            *self = Hold::default();
        }
    }

    /// After a failure: its own wait counts, since no attempt is made before an earlier hold has passed.
    pub fn new(until: Ms, firm: bool) -> Hold {
        Hold { until, firm }
    }
}

#[derive(Clone, Copy, Debug)]
struct InFlight {
    attempt: Attempt,
    reason: RefreshReason,
    started_at: Ms,
    timed_out: bool,
    /// The session that asked has ended; the answer will be thrown away.
    disowned: bool,
    /// So many token sets had come.
    receipts: u32,
}

impl Refreshing {
    pub fn is_in_flight(&self) -> bool {
        self.in_flight.is_some()
    }

    pub fn is_probing(&self) -> bool {
        self.probe.is_some()
    }

    pub fn disown(&mut self) {
        if let Some(flight) = &mut self.in_flight {
            flight.disowned = true;
        }
        self.probe = None;
    }

    pub fn forget_failures(&mut self) {
        // A server that sends nothing better may do so to another user as well.
        let stale_in_a_row = self.stale_in_a_row;
        *self = Refreshing { in_flight: self.in_flight, last_start: self.last_start, stale_in_a_row, ..Refreshing::default() };
    }

    /// A backoff has lost its reason.
    pub fn come_online(&mut self) {
        self.hold.lift();
        self.failures_before_return = self.failures;
    }

    /// Whichever tab they came from, the waits grow with them.
    pub fn take_failures(&mut self, failures: u32) {
        self.failures = failures;
        self.failures_before_return = self.failures_before_return.min(failures);
    }

    fn steps(&self) -> u32 {
        self.failures - self.failures_before_return
    }

    /// When the request under way, or the probe, reaches its next limit.
    pub fn next_limit(&self, timeout: Ms) -> Ms {
        let request = self.in_flight.map_or(f64::INFINITY, |flight| flight.next_limit(timeout));
        let probe = self.probe.map_or(f64::INFINITY, |(_, started_at)| started_at + timeout);
        request.min(probe)
    }
}

impl InFlight {
    /// Callers of an ended session wait for nothing, so there only the last limit counts.
    fn next_limit(&self, timeout: Ms) -> Ms {
        let times = if self.timed_out || self.disowned { LONGEST_REQUEST } else { 1.0 };
        self.started_at + timeout * times
    }
}

impl Session {
    pub(super) fn can_refresh(&self) -> bool {
        let abilities = self.settings.abilities;
        let has_refresh_token = self.held.as_ref().is_some_and(|held| held.tokens.refresh.is_some());
        abilities.refresh && (has_refresh_token || !abilities.refresh_takes_token)
    }

    /// Why a refresh should be made now, were nothing in its way.
    pub(super) fn wanted(&self) -> Option<RefreshReason> {
        if self.is_superseded() {
            return Some(RefreshReason::Due);
        }
        if self.has_ended() || !self.can_refresh() {
            return None;
        }
        let now = self.clock.now();
        let reason = match &self.held {
            None => RefreshReason::Start,
            Some(held) if now >= held.earliest && now >= held.ends_at => RefreshReason::Expired,
            Some(held) if held.is_due(now) => RefreshReason::Due,
            Some(_) => self.callers.asked_for_refresh(now, self.receipts)?,
        };
        Some(if self.refreshing.failures > 0 { RefreshReason::Retry } else { reason })
    }

    /// No attempt is made before this moment.
    pub(super) fn next_try(&self) -> Ms {
        let state = &self.refreshing;
        let mut moment = state.hold.until;
        if !self.online {
            // A hint, not a fact: one attempt per check interval is still made.
            moment = moment.max(state.last_start.map_or(0.0, |start| start + self.settings.check_interval));
        }
        if self.wanted() == Some(RefreshReason::Unauthorized) {
            moment = moment.max(state.unauthorized_until);
        }
        moment
    }

    /// The same where nothing else is asked for: a token that was due on arrival waits for its own moment, though it have expired.
    pub(super) fn expected_try(&self) -> Ms {
        let earliest = self.held.as_ref().filter(|_| self.wanted().is_none()).map_or(0.0, |held| held.earliest);
        self.next_try().max(earliest)
    }

    pub(super) fn may_start_refresh(&self) -> bool {
        let is_busy = self.refreshing.is_in_flight() || self.sign_outs.is_telling();
        self.wanted().is_some() && !is_busy && self.clock.now() >= self.next_try() && !self.nobody_is_there()
    }

    pub(super) fn start_refresh_if_wanted(&mut self) {
        if self.errand() != Some(Errand::Refresh) {
            return;
        }
        let Some((reason, _permit)) = self.wanted().zip(self.permit()) else { return };
        let now = self.clock.now();
        let attempt = self.next_attempt();
        self.refreshing.in_flight =
            Some(InFlight { attempt, reason, started_at: now, timed_out: false, disowned: false, receipts: self.receipts });
        self.refreshing.last_start = Some(now);
        let refresh_token = self.held.as_ref().and_then(|held| held.tokens.refresh.clone());
        self.push(Effect::Refresh { attempt, refresh_token, reason });
    }

    pub(super) fn answered(&mut self, attempt: Attempt, outcome: Outcome) {
        let Some(flight) = self.refreshing.in_flight.filter(|flight| flight.attempt == attempt) else { return };
        self.refreshing.in_flight = None;
        // A cookie is of the latest session, a refresh token of its own.
        let comes_too_late = self.settings.abilities.refresh_takes_token && self.is_superseded() && self.is_behind();
        match outcome {
            Outcome::Tokens { tokens, .. } if flight.disowned || comes_too_late => self.revoke_late(tokens.refresh),
            _ if flight.disowned => {}
            Outcome::Tokens { tokens, date } => self.received(flight, tokens, date),
            // The next page finds out.
            _ if self.stopped => {}
            // A later token set has come from another tab, and is not what was refused.
            Outcome::Rejected(_) if flight.receipts != self.receipts => {}
            Outcome::Rejected(failure) => return self.rejected(failure),
            Outcome::Transient(failure) if flight.timed_out => self.heed_retry_after(failure),
            Outcome::Transient(failure) => self.failed(failure),
        }
        self.end_turn();
    }

    fn received(&mut self, flight: InFlight, tokens: Box<TokenSet>, date: Option<Ms>) {
        if self.settings.accept(&tokens).is_err() {
            if !self.stopped {
                self.end(EndReason::TokenRefused, Reach::Tabs);
            }
            return;
        }
        let Some(must_wait) = self.adopt(tokens, flight.started_at, date) else { return };
        let now = self.clock.now();
        let left = self.time_left();
        let state = &mut self.refreshing;
        state.take_failures(0);
        state.last_failure = None;
        state.stale_in_a_row = if must_wait { state.stale_in_a_row.saturating_add(1) } else { 0 };
        state.hold = Hold::default();
        if must_wait {
            state.hold = Hold::new(now + backoff::wait(state.stale_in_a_row, left, None, &mut self.random), true);
        }
        if flight.reason == RefreshReason::Unauthorized {
            // An API that refuses every token must not make a storm of refreshes.
            state.unauthorized_in_a_row = state.unauthorized_in_a_row.saturating_add(1);
            state.unauthorized_until = now + backoff::wait(state.unauthorized_in_a_row, 0.0, None, &mut self.random);
        } else {
            state.unauthorized_in_a_row = 0;
        }
        let expires_at = self.held.as_ref().and_then(|held| self.epoch(held.ends_at));
        self.notify(Notice::Refreshed { generation: self.tabs.own.generation, by: By::ThisTab, expires_at });
    }

    /// The server says that nobody is signed in; another tab may hold a later refresh token.
    fn rejected(&mut self, failure: Failure) {
        if !self.settings.abilities.tabs || self.phase == Phase::Starting {
            self.refused(failure);
            return self.end_turn();
        }
        self.tabs.refusal = Some(failure);
        if self.tabs.turn == Turn::Busy {
            self.read_again();
        }
    }

    /// At the first attempt that is no error.
    pub(super) fn refused(&mut self, failure: Failure) {
        self.refreshing.last_failure = Some(summary(&failure));
        if self.phase == Phase::Starting {
            self.end(EndReason::SignedOut, Reach::Tab);
        } else {
            self.end(EndReason::RefreshRejected, Reach::Tabs);
        }
    }

    fn failed(&mut self, failure: Failure) {
        let left = self.time_left();
        let state = &mut self.refreshing;
        state.failures = state.failures.saturating_add(1);
        state.last_failure = Some(summary(&failure));
        let until = self.clock.now() + backoff::wait(state.steps(), left, failure.retry_after, &mut self.random);
        state.hold = Hold::new(until, failure.retry_after.is_some());
        let attempt = state.failures;
        let retry_at = self.epoch(self.next_try());
        self.notify(Notice::RefreshFailed { kind: failure.kind, status: failure.status, attempt, retry_at });
    }

    /// A failure that was counted at its timeout counts once.
    fn heed_retry_after(&mut self, failure: Failure) {
        let Some(retry_after) = failure.retry_after else { return };
        let left = self.time_left();
        let until = self.clock.now() + backoff::wait(self.refreshing.steps(), left, Some(retry_after), &mut self.random);
        // The moment announced at the timeout stands, or a later one.
        self.refreshing.hold = Hold::new(until.max(self.refreshing.hold.until), true);
    }

    pub(super) fn enforce_timeouts(&mut self) {
        self.give_up_hung_sign_out();
        let (now, timeout) = (self.clock.now(), self.settings.refresh_timeout);
        if let Some((attempt, started_at)) = self.refreshing.probe
            && now >= started_at + timeout
        {
            self.refreshing.probe = None;
            self.push(Effect::Abandon(attempt));
        }
        let Some(flight) = self.refreshing.in_flight else { return };
        let (first_limit, last_limit) = (flight.started_at + timeout, flight.started_at + timeout * LONGEST_REQUEST);
        if now >= first_limit && !flight.timed_out && !flight.disowned {
            self.refreshing.in_flight = Some(InFlight { timed_out: true, ..flight });
            if !self.stopped {
                self.failed(Failure::new(FailureKind::Timeout));
                self.callers.end_waits(now);
                self.share_attempts();
            }
        }
        if now >= last_limit {
            self.refreshing.in_flight = None;
            self.push(Effect::Abandon(flight.attempt));
            self.end_turn();
        }
    }

    /// The API has refused the token of a session that is not refreshed. It ends, unless a probe says that it lives; all who doubt share one.
    pub(super) fn doubt(&mut self) {
        if !self.settings.abilities.probe {
            self.end(EndReason::TokenExpired, Reach::Tab);
        }
        if self.has_ended() || self.refreshing.is_probing() {
            return;
        }
        let attempt = self.next_attempt();
        self.refreshing.probe = Some((attempt, self.clock.now()));
        self.push(Effect::Probe(attempt));
    }

    pub(super) fn probed(&mut self, attempt: Attempt, answer: Probe) {
        if self.refreshing.probe.is_none_or(|(probe, _)| probe != attempt) {
            return;
        }
        self.refreshing.probe = None;
        if answer == Probe::Ended {
            self.end(EndReason::TokenExpired, Reach::Tab);
        }
    }

    /// What is left of the token in hand; 0 without one.
    fn time_left(&self) -> Ms {
        self.held.as_ref().map_or(0.0, |held| (held.ends_at - self.clock.now()).max(0.0))
    }
}

fn summary(failure: &Failure) -> LastFailure {
    LastFailure { kind: failure.kind, status: failure.status, error: failure.error }
}

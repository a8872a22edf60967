//! When the session wants to be woken, and why.

use crate::core::duration::Ms;
use crate::core::events::{Wake, WakeReason};

use super::Session;

impl Session {
    /// The nearest of what changes by itself; `None` where nothing ever will.
    pub(super) fn next_wake(&self) -> Option<Wake> {
        let mut nearest = self.nearest_deadline();
        nearest.see(self.next_check(), WakeReason::Check);
        nearest.wake()
    }

    /// For so many milliseconds the token in hand may be given out without asking: nothing changes before.
    pub fn usable_for(&self) -> Option<Ms> {
        self.access_token()?;
        Some(self.next_wake().map_or(f64::INFINITY, |wake| wake.after))
    }

    /// The loop's next check. The checks are laid backwards from the moment drawn for the refresh, a check interval apart.
    /// Where no deadline lies ahead there is nothing to check.
    pub(super) fn next_check(&self) -> Ms {
        let now = self.clock.now();
        let refresh_at = self.held.as_ref().map_or(f64::INFINITY, |held| held.refresh_at);
        if self.stopped || self.has_ended() || !self.began || (self.nearest_deadline().wake().is_none() && !refresh_at.is_finite()) {
            return f64::INFINITY;
        }
        let interval = self.settings.check_interval;
        let anchor = if refresh_at.is_finite() { refresh_at } else { self.limits.session_start };
        let passed = ((now - anchor) / interval).floor() + 1.0;
        let next = anchor + passed * interval;
        if next > now { next } else { next + interval }
    }

    fn nearest_deadline(&self) -> Nearest {
        let timeout = self.settings.refresh_timeout;
        let mut nearest = Nearest { now: self.clock.now(), moment: f64::INFINITY, reason: WakeReason::Check };
        nearest.see(self.next_sharing(), WakeReason::Timeout);
        if !self.began {
            return nearest;
        }
        nearest.see(self.refreshing.next_limit(timeout), WakeReason::Timeout);
        nearest.see(self.next_turn(), WakeReason::Timeout);
        if !self.stopped {
            nearest.see(self.sign_outs.next_deadline(timeout), WakeReason::SignOut);
            nearest.see(self.sign_outs.next_answer(), WakeReason::Timeout);
        }
        if !self.stopped && !self.has_ended() {
            self.see_deadlines_of_life(&mut nearest);
        }
        nearest
    }

    fn see_deadlines_of_life(&self, nearest: &mut Nearest) {
        if self.wanted().is_some() && !self.refreshing.is_in_flight() && !self.nobody_is_there() {
            nearest.see(self.next_try(), WakeReason::Retry);
        }
        if let Some(held) = &self.held {
            nearest.see(held.ends_at, WakeReason::Expired);
            if !self.can_refresh() && !held.expiring_said {
                // Due is what has less left than the window, so the moment itself is too early.
                nearest.see(held.due_from + 1.0, WakeReason::Expiring);
            }
        }
        let [idle_warning, session_warning, refresh_token_warning] = self.warnings();
        if self.settings.abilities.tabs {
            nearest.see(self.next_saving(), WakeReason::Activity);
        }
        nearest.see(idle_warning, WakeReason::IdleWarning);
        nearest.see(self.idle_ends_at(), WakeReason::Idle);
        nearest.see(session_warning, WakeReason::SessionWarning);
        nearest.see(refresh_token_warning, WakeReason::SessionWarning);
        nearest.see(self.session_ends_at(), WakeReason::Maximum);
        nearest.see(self.callers.next_deadline(), WakeReason::Timeout);
    }
}

/// The nearest deadline ahead of those seen; of two at one moment the first seen.
struct Nearest {
    now: Ms,
    moment: Ms,
    reason: WakeReason,
}

impl Nearest {
    fn see(&mut self, moment: Ms, reason: WakeReason) {
        if moment > self.now && moment < self.moment {
            (self.moment, self.reason) = (moment, reason);
        }
    }

    fn wake(self) -> Option<Wake> {
        self.moment.is_finite().then_some(Wake { after: self.moment - self.now, reason: self.reason })
    }
}

//! When the session wants to be woken, and why.

use crate::core::duration::Ms;
use crate::core::events::{Wake, WakeReason};

use super::Session;

impl Session {
    /// The nearest of what changes by itself; `None` where nothing ever will.
    pub(super) fn next_wake(&self) -> Option<Wake> {
        if !self.began {
            return None;
        }
        let now = self.clock.now();
        let mut deadlines = self.deadlines();
        deadlines.push((self.next_check(), WakeReason::Check));
        let (moment, reason) =
            deadlines.into_iter().filter(|(moment, _)| *moment > now).min_by(|(one, _), (other, _)| one.total_cmp(other))?;
        moment.is_finite().then_some(Wake { after: moment - now, reason })
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
        if self.stopped || self.has_ended() || (self.deadlines().is_empty() && !refresh_at.is_finite()) {
            return f64::INFINITY;
        }
        let interval = self.settings.check_interval;
        let anchor = if refresh_at.is_finite() { refresh_at } else { self.limits.session_start };
        let passed = ((now - anchor) / interval).floor() + 1.0;
        let next = anchor + passed * interval;
        if next > now { next } else { next + interval }
    }

    fn deadlines(&self) -> Vec<(Ms, WakeReason)> {
        let now = self.clock.now();
        let timeout = self.settings.refresh_timeout;
        let mut deadlines = vec![(self.refreshing.next_limit(timeout), WakeReason::Timeout)];
        if !self.stopped {
            deadlines.push((self.sign_outs.next_deadline(timeout), WakeReason::SignOut));
        }
        if !self.stopped && !self.has_ended() {
            self.add_deadlines_of_life(&mut deadlines);
        }
        deadlines.retain(|(moment, _)| *moment > now && moment.is_finite());
        deadlines
    }

    fn add_deadlines_of_life(&self, deadlines: &mut Vec<(Ms, WakeReason)>) {
        if self.wanted().is_some() && !self.refreshing.is_in_flight() && !self.nobody_is_there() {
            deadlines.push((self.next_try(), WakeReason::Retry));
        }
        if let Some(held) = &self.held {
            deadlines.push((held.ends_at, WakeReason::Expired));
            if !self.can_refresh() && !held.expiring_said {
                // Due is what has less left than the window, so the moment itself is too early.
                deadlines.push((held.due_from + 1.0, WakeReason::Expiring));
            }
        }
        let [idle_warning, session_warning, refresh_token_warning] = self.warnings();
        deadlines.extend([
            (idle_warning, WakeReason::IdleWarning),
            (self.idle_ends_at(), WakeReason::Idle),
            (session_warning, WakeReason::SessionWarning),
            (refresh_token_warning, WakeReason::SessionWarning),
            (self.session_ends_at(), WakeReason::Maximum),
            (self.callers.next_deadline(), WakeReason::Timeout),
        ]);
    }
}

//! The session's own limits: idle timeout and maximum lifespan, and the warnings before them.

use crate::core::duration::Ms;
use crate::core::events::{EndReason, Notice};

use super::Session;

#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    pub session_start: Ms,
    last_activity: Ms,
    idle_warned: bool,
    session_warned: bool,
}

impl Limits {
    /// A sign-in is activity.
    pub fn begin(&mut self, session_start: Ms, now: Ms) {
        *self = Limits { session_start, last_activity: now, idle_warned: false, session_warned: false };
    }
}

impl Session {
    pub(super) fn session_ends_at(&self) -> Ms {
        self.limits.session_start + self.settings.max_session_lifespan
    }

    pub(super) fn idle_ends_at(&self) -> Ms {
        self.limits.last_activity + self.settings.idle_timeout
    }

    /// The maximum first: it holds whatever the activity.
    pub(super) fn enforce_limits(&mut self) {
        if self.has_ended() {
            return;
        }
        let now = self.clock.now();
        if now >= self.session_ends_at() {
            self.end(EndReason::MaxLifespan, true);
        } else if now >= self.idle_ends_at() {
            self.end(EndReason::Idle, true);
        }
    }

    pub(super) fn record_activity(&mut self) {
        if self.has_ended() {
            return;
        }
        self.limits.last_activity = self.clock.now();
        if self.limits.idle_warned {
            self.limits.idle_warned = false;
            self.notify(Notice::IdleWarningCleared {});
        }
    }

    /// With `refreshWhileIdle: false` nothing refreshes after one check interval without activity, so that the server's own idle timeout can run.
    pub(super) fn nobody_is_there(&self) -> bool {
        !self.settings.refresh_while_idle && self.clock.now() >= self.limits.last_activity + self.settings.check_interval
    }

    /// The moments of the warnings that are still to come: idle, maximum, refresh token.
    pub(super) fn warnings(&self) -> [Ms; 3] {
        let unless = |said: bool, moment: Ms| if said { f64::INFINITY } else { moment };
        let refresh_token = self.held.as_ref().map_or(f64::INFINITY, |held| unless(held.refresh_end_said, held.refresh_warning_at));
        [
            unless(self.limits.idle_warned || self.settings.idle_warning == 0.0, self.idle_ends_at() - self.settings.idle_warning),
            unless(
                self.limits.session_warned || self.settings.session_warning == 0.0,
                self.session_ends_at() - self.settings.session_warning,
            ),
            refresh_token,
        ]
    }

    pub(super) fn warn_of_limits(&mut self) {
        if self.has_ended() {
            return;
        }
        let now = self.clock.now();
        let [idle, maximum, refresh_token] = self.warnings();
        if now >= idle {
            self.limits.idle_warned = true;
            self.notify(Notice::IdleWarning { ends_at: self.epoch_seconds(self.idle_ends_at()) });
        }
        if now >= maximum {
            self.limits.session_warned = true;
            let ends_at = self.epoch_seconds(self.session_ends_at());
            self.notify(Notice::SessionExpiring { ends_at, because: "max-lifespan" });
        }
        if now >= refresh_token
            && let Some(held) = &mut self.held
        {
            held.refresh_end_said = true;
            let refresh_ends_at = held.refresh_ends_at;
            let ends_at = self.epoch_seconds(refresh_ends_at);
            self.notify(Notice::SessionExpiring { ends_at, because: "refresh-token" });
        }
    }
}

//! The session's own limits: idle timeout and maximum lifespan, and the warnings before them.

use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::events::{Because, Notice};
use crate::core::token::TokenSet;

use super::ends::Reach;
use super::{Phase, Session};

/// Activity is saved so often at most; under a short idle timeout ten times in it.
const LONGEST_UNSAVED: Ms = 5_000.0;

#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    pub session_start: Ms,
    pub last_activity: Ms,
    /// Both are an earlier page's, until the session is live again.
    pub going_on: bool,
    pub saved_activity: Ms,
    idle_warned: bool,
    session_warned: bool,
}

impl Limits {
    pub fn begin(session_start: Ms, last_activity: Ms) -> Limits {
        Limits { session_start, last_activity, ..Limits::default() }
    }
}

impl Session {
    pub(super) fn session_ends_at(&self) -> Ms {
        // What has not begun here has no start to count from, and may have begun elsewhere.
        let has_begun = self.phase != Phase::Starting || self.limits.going_on;
        if has_begun { self.limits.session_start + self.settings.max_session_lifespan } else { f64::INFINITY }
    }

    pub(super) fn idle_ends_at(&self) -> Ms {
        self.limits.last_activity + self.settings.idle_timeout
    }

    /// Goes on by the limits of an earlier page, unless somebody has signed in since its last activity.
    pub(super) fn go_on(&mut self, session_start: Ms, last_activity: Option<Ms>, tokens: Option<&TokenSet>) -> bool {
        self.tabs.told_activity = last_activity.unwrap_or(0.0);
        let last_activity = last_activity.map_or(self.clock.now(), |time| self.moment(time));
        // As they were told: of two that lie in the future, by a clock that was set back since, one is the later all the same.
        let goes_on = self.signed_in(tokens).is_none_or(|signed_in| signed_in <= last_activity);
        if goes_on {
            let past = |moment: Ms| self.clock.past(moment);
            self.limits = Limits { going_on: true, ..Limits::begin(past(self.moment(session_start)), past(last_activity)) };
        }
        goes_on
    }

    /// When somebody signed in, where that is told.
    pub(super) fn signed_in(&self, tokens: Option<&TokenSet>) -> Option<Ms> {
        let auth_time = tokens.and_then(|tokens| tokens.claims.as_ref()?.auth_time);
        (self.settings.signed_in_at.map(|time| self.moment(time))).or(auth_time.map(|time| self.clock.moment_of_server(time)))
    }

    /// The maximum first: it holds whatever the activity.
    pub(super) fn enforce_limits(&mut self) {
        if self.has_ended() {
            return;
        }
        let now = self.clock.now();
        if now >= self.session_ends_at() {
            self.end(EndReason::MaxLifespan, Reach::Server);
        } else if now >= self.idle_ends_at() {
            self.end_if_idle_everywhere();
        }
    }

    /// Somebody may have been there in another tab: only the record knows.
    fn end_if_idle_everywhere(&mut self) {
        if !self.settings.abilities.tabs || self.tabs.read_at >= self.idle_ends_at() {
            return self.end(EndReason::Idle, Reach::Server);
        }
        self.tabs.unsure = true;
        if self.tabs.sync.is_none() {
            self.sync();
        }
    }

    /// The limit has passed as far as this tab knows.
    pub(super) fn is_idle_in_question(&self) -> bool {
        !self.has_ended() && self.clock.now() >= self.idle_ends_at()
    }

    pub(super) fn record_activity(&mut self) {
        // What comes while the others are asked whether anybody was there comes too late.
        if self.has_ended() || self.is_idle_in_question() {
            return;
        }
        self.limits.last_activity = self.clock.now();
        // What clears a warning, or keeps another tab from its idle end, is told at once.
        if self.limits.idle_warned || self.clock.now() >= self.next_saving() {
            self.save_activity();
        }
        self.clear_idle_warning();
    }

    /// What came too soon after other activity to be saved at once.
    pub(super) fn share_late_activity(&mut self) {
        if self.settings.abilities.tabs && self.clock.now() >= self.next_saving() {
            self.save_activity();
        }
    }

    /// When activity that is not saved yet may be; never where there is none.
    pub(super) fn next_saving(&self) -> Ms {
        let is_saved = self.limits.last_activity <= self.limits.saved_activity;
        if is_saved || self.phase != Phase::Live || !self.settings.tracks_activity() {
            return f64::INFINITY;
        }
        self.limits.saved_activity + LONGEST_UNSAVED.min(self.settings.idle_timeout / 10.0)
    }

    pub(super) fn save_activity(&mut self) {
        self.save();
        self.limits.saved_activity = self.limits.last_activity;
        self.tell_activity();
    }

    /// In another tab, at a time that counts as now where it lies in the future. What is known already stands as it was reckoned then,
    /// whatever the clocks say now.
    pub(super) fn somebody_was_there(&mut self, wall: Ms) {
        let at = self.clock.past(self.moment(wall));
        // The record has whole milliseconds.
        if at > self.limits.last_activity + 1.0 && (wall - self.tabs.told_activity).abs() > 1.0 {
            self.tabs.told_activity = wall;
            (self.limits.last_activity, self.limits.saved_activity) = (at, at);
            self.clear_idle_warning();
        }
    }

    fn clear_idle_warning(&mut self) {
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
            self.notify(Notice::SessionExpiring { ends_at, because: Because::MaxLifespan });
        }
        if now >= refresh_token
            && let Some(held) = &mut self.held
        {
            held.refresh_end_said = true;
            let refresh_ends_at = held.refresh_ends_at;
            let ends_at = self.epoch_seconds(refresh_ends_at);
            self.notify(Notice::SessionExpiring { ends_at, because: Because::RefreshToken });
        }
    }
}

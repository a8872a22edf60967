//! The way to a request: under the lock of all tabs, behind the record, and where that says of a later token set behind the others' answer.

use crate::core::backoff;
use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::events::Effect;
use crate::core::tabs::{Errand, Lock, Payload, Permit, Turn};

use super::ends::Reach;
use super::refreshing::{Hold, LONGEST_REQUEST};
use super::sharing::SYNC_BOUND;
use super::{Phase, Session};

/// How long the others may take to answer.
const QUESTION: Ms = 1_000.0;

/// The same where no record says that they have an answer, and a page waits for its first token.
const DOUBTFUL_QUESTION: Ms = 100.0;

/// A hidden page's timers come once a minute. What comes later has slept.
const LATEST_TIMER: Ms = 61_000.0;

/// A tab that is behind, and may not present its own refresh token, gives up after so long.
const LONGEST_BEHIND: Ms = 60_000.0;

/// And not before it has asked so often.
const LEAST_QUESTIONS: u32 = 4;

impl Session {
    /// Leave for a request, once the way to it is free.
    pub(super) fn permit(&mut self) -> Option<Permit> {
        if self.settings.abilities.tabs { self.tabs.turn.take_permit() } else { Some(Permit::alone()) }
    }

    /// The request that was permitted has come to its end.
    pub(super) fn end_turn(&mut self) {
        if self.tabs.turn == Turn::Busy {
            self.tabs.turn = Turn::Leaving;
        }
        self.share_attempts();
    }

    /// Takes the next step towards what is wanted, or leaves the way where nothing is.
    pub(super) fn take_turn(&mut self) {
        if !self.settings.abilities.tabs {
            return;
        }
        let now = self.clock.now();
        let wants = self.errand().is_some();
        match self.tabs.turn {
            Turn::Busy | Turn::Leaving => {}
            Turn::None if wants => self.queue(),
            Turn::None => {}
            _ if !wants => self.leave_turn(),
            Turn::Queued { bound } if now >= self.doubts_from(bound) => {
                self.tabs.turn = Turn::Doubting;
                self.sync();
            }
            Turn::Stealing { bound } if now >= bound => self.queue(),
            Turn::Asking { until } if now >= until => self.nobody_answered(now, now - until),
            _ => {}
        }
    }

    /// What needs a turn now.
    pub(super) fn errand(&self) -> Option<Errand> {
        if self.stopped {
            None
        } else if self.tabs.refusal.is_some() || self.may_start_refresh() {
            Some(Errand::Refresh)
        } else if self.is_sign_out_ready() {
            Some(Errand::SignOut)
        } else {
            None
        }
    }

    pub(super) fn next_turn(&self) -> Ms {
        match self.tabs.turn {
            Turn::Queued { bound } => self.doubts_from(bound),
            Turn::Stealing { bound } => bound,
            Turn::Asking { until } => until,
            _ => f64::INFINITY,
        }
    }

    /// Who has a usable token can wait.
    fn doubts_from(&self, bound: Ms) -> Ms {
        self.held.as_ref().filter(|_| !self.is_superseded()).map_or(bound, |held| bound.max(held.ends_at))
    }

    pub(super) fn locked(&mut self, granted: bool) {
        match self.tabs.turn {
            Turn::Queued { .. } | Turn::Doubting | Turn::Stealing { .. } if granted => {
                self.tabs.stolen = matches!(self.tabs.turn, Turn::Stealing { .. });
                self.read_again();
            }
            Turn::Stealing { .. } => {
                self.tabs.refused = true;
                self.queue();
            }
            Turn::None if granted => self.push(Effect::Unlock),
            _ => {}
        }
    }

    pub(super) fn lock_lost(&mut self) {
        match self.tabs.turn {
            Turn::Busy => {
                self.tabs.lost = true;
                self.say(Payload::Ask);
            }
            Turn::Reading | Turn::Asking { .. } | Turn::Free | Turn::Leaving => {}
            _ => return,
        }
        self.tabs.turn = Turn::None;
        // Whoever took it may have refreshed, and have been unable to write the record.
        self.tabs.contested = f64::INFINITY;
    }

    /// The record has been read, and holds what this tab knows.
    pub(super) fn record_was_read(&mut self) {
        let now = self.clock.now();
        match self.tabs.turn {
            Turn::Leaving => self.leave_turn(),
            Turn::Doubting => {
                self.tabs.turn = Turn::Stealing { bound: now + self.longest_turn() };
                // Whoever has it may be at its request, and is given the time to say so.
                (self.tabs.stolen, self.tabs.contested) = (true, f64::INFINITY);
                self.push(Effect::Lock(if self.tabs.refused { Lock::Forced } else { Lock::Stolen }));
            }
            Turn::Reading => {
                self.drop_told_sign_outs();
                let is_first = self.phase == Phase::Starting;
                let has_asked = std::mem::take(&mut self.tabs.asked) || (is_first && self.tabs.unanswered == Some(self.tabs.record.order));
                let is_free = (has_asked || (self.tabs.works && !self.lags())) && !self.is_claimed() && now >= self.tabs.contested;
                if !is_free || !self.tabs.works {
                    self.say(Payload::Ask);
                }
                if is_free {
                    self.is_free();
                } else {
                    // Whoever holds a later token set may say so, and whoever takes the lock away has the time to.
                    let until = now + if is_first && !self.tabs.works { DOUBTFUL_QUESTION } else { QUESTION };
                    self.tabs.turn = Turn::Asking { until };
                }
            }
            _ => {}
        }
    }

    /// In the transaction that reads the record: of all who doubt one takes the lock away, the others wait for that one.
    /// Nobody is waited for twice, whatever the clock has done since. Who took it away and could not say so before waits for
    /// whoever had it, and has woken meanwhile, with the lock in hand.
    pub(super) fn claim(&mut self) {
        let (now, longest) = (self.clock.now(), self.longest_turn());
        let told = self.tabs.record.busy_until.abs();
        let busy_until = self.moment(told);
        // What lies further ahead is of a clock that was set back since.
        let is_running = busy_until > now && busy_until <= now + longest + SYNC_BOUND;
        let is_anothers = is_running && told != self.tabs.doubted.abs();
        if is_anothers && self.tabs.turn == Turn::Doubting {
            self.tabs.doubted = told;
            self.tabs.turn = Turn::Queued { bound: busy_until };
            return;
        }
        if is_anothers {
            self.tabs.contested = busy_until;
        }
        self.tabs.doubted = -self.clock.wall(now + longest);
        self.tabs.record.busy_until = self.tabs.doubted;
    }

    /// Another tab is about to take the lock away: this one has slept over its turn, or got it after one who did.
    pub(super) fn is_claimed(&self) -> bool {
        let told = self.tabs.record.busy_until;
        told < 0.0 && told != self.tabs.doubted
    }

    /// With the lock in hand.
    pub(super) fn read_again(&mut self) {
        self.tabs.turn = Turn::Reading;
        (self.tabs.lost, self.tabs.refused, self.tabs.asked) = (false, false, false);
        match &mut self.tabs.sync {
            // It may have read the record before the lock came.
            Some(sync) => sync.again = true,
            None => self.sync(),
        }
    }

    /// Where there is no record every turn begins with a question, which tells those who wait that it is another one's. Whoever
    /// loses the lock at its request asks, too, and so tells the one who took it away.
    pub(super) fn hear_of_a_turn(&mut self) {
        let bound = self.clock.now() + self.longest_turn();
        match self.tabs.turn {
            Turn::Queued { .. } | Turn::Doubting => self.tabs.turn = Turn::Queued { bound },
            Turn::Stealing { .. } | Turn::Reading | Turn::Asking { .. } if self.tabs.stolen => self.tabs.contested = bound,
            _ => {}
        }
    }

    fn queue(&mut self) {
        self.tabs.turn = Turn::Queued { bound: self.clock.now() + self.longest_turn() };
        self.push(Effect::Lock(Lock::Queued));
    }

    pub(super) fn leave_turn(&mut self) {
        if !matches!(self.tabs.turn, Turn::None | Turn::Busy) {
            self.tabs.turn = Turn::None;
            self.push(Effect::Unlock);
        }
    }

    /// Nobody holds a later token set.
    fn is_free(&mut self) {
        match self.tabs.refusal.take() {
            Some(failure) => {
                self.refused(failure);
                self.leave_turn();
            }
            None => self.tabs.turn = Turn::Free,
        }
    }

    /// A timer that came late has used up this turn's time: the others are told that it begins anew.
    fn nobody_answered(&mut self, now: Ms, lateness: Ms) {
        let late = lateness >= QUESTION;
        if self.is_claimed() || now < self.tabs.contested {
            // Whoever was about to take the lock away is gone.
            self.tabs.doubted = self.tabs.record.busy_until;
            if self.tabs.contested == f64::INFINITY {
                self.tabs.contested = 0.0;
            }
            return self.read_again();
        }
        if late && self.may_present() && self.tabs.works {
            self.read_again();
            self.tabs.asked = true;
            return;
        }
        if late && !self.tabs.works {
            // Their answers may have been late, too: they are asked once more.
            self.say(Payload::Ask);
            if !std::mem::replace(&mut self.tabs.asked, true) || lateness > LATEST_TIMER {
                self.tabs.turn = Turn::Asking { until: now + QUESTION };
                return;
            }
        }
        if !self.lags() || self.tabs.refusal.is_some() || self.may_present() {
            return self.is_free();
        }
        let since = *self.tabs.behind_since.get_or_insert(now);
        self.leave_turn();
        // A hidden page's timers come once a minute, and a question may be lost.
        if now >= since + LONGEST_BEHIND && self.tabs.questions >= LEAST_QUESTIONS {
            let reason = if self.is_superseded() { EndReason::Replaced } else { EndReason::RefreshRejected };
            return self.end(reason, Reach::Tab);
        }
        self.tabs.questions = self.tabs.questions.saturating_add(1);
        let wait = backoff::wait(self.tabs.questions, 0.0, None, &mut self.random);
        self.refreshing.hold = Hold::new(now + wait, false);
    }

    /// There is a later token set to refresh with. Signing out needs none.
    fn lags(&self) -> bool {
        self.is_behind() && self.errand() != Some(Errand::SignOut)
    }

    /// Though a later token set is about: its refresh token may be the same, or there is none.
    fn may_present(&self) -> bool {
        let takes_token = self.settings.abilities.refresh_takes_token;
        self.can_refresh() && (!takes_token || (!self.tabs.record.rotates && !self.is_superseded()))
    }

    /// With the lock in hand: a request, the record read and written around it, and the others asked, before it and after a rejection.
    pub(super) fn longest_turn(&self) -> Ms {
        self.settings.refresh_timeout * LONGEST_REQUEST + 3.0 * SYNC_BOUND + 2.0 * QUESTION
    }
}

//! Those who wait for a token, and how long.

use crate::core::duration::Ms;
use crate::core::events::{Caller, Effect, RefreshReason, Refusal};
use crate::core::token::Secret;

use super::{Phase, Session};

#[derive(Clone, Debug, Default)]
pub(super) struct Callers(Vec<Waiting>);

#[derive(Clone, Copy, Debug)]
struct Waiting {
    caller: Caller,
    deadline: Ms,
    want: Want,
}

#[derive(Clone, Copy, Debug)]
enum Want {
    Token,
    /// Another token set than the ones that had come when the caller asked.
    Refreshed {
        receipts: u32,
        reason: RefreshReason,
    },
    Probed,
}

impl Callers {
    pub fn wants_token(&mut self, caller: Caller, deadline: Ms) {
        self.0.push(Waiting { caller, deadline, want: Want::Token });
    }

    pub fn forget(&mut self, caller: Caller) {
        for waiting in std::mem::take(&mut self.0) {
            if waiting.caller != caller {
                self.0.push(waiting);
            }
        }
    }

    /// Why those who wait at `now` want a refresh though the token is not due. So many `receipts` there have been:
    /// who asked before the last one has been served.
    pub fn asked_for_refresh(&self, now: Ms, receipts: u32) -> Option<RefreshReason> {
        self.0.iter().filter(|waiting| now < waiting.deadline).find_map(|waiting| match waiting.want {
            Want::Refreshed { receipts: then, reason } if then == receipts => Some(reason),
            _ => None,
        })
    }

    pub fn end_waits(&mut self, now: Ms) {
        for waiting in &mut self.0 {
            waiting.deadline = now;
        }
    }

    pub fn next_deadline(&self) -> Ms {
        self.0.iter().map(|waiting| waiting.deadline).fold(f64::INFINITY, f64::min)
    }
}

impl Session {
    /// `refresh()`. A failed token that is not the one in hand has been replaced already.
    pub(super) fn ask_for_refresh(&mut self, caller: Caller, failed: Option<Secret>) {
        let deadline = self.clock.now() + self.settings.refresh_timeout;
        let is_replaced = failed.is_some() && self.access_token() != failed.as_ref();
        let abilities = self.settings.abilities;
        let want = if is_replaced {
            Want::Token
        } else if failed.is_some() && !abilities.refresh && !self.has_ended() {
            self.doubt();
            Want::Probed
        } else {
            let reason = if failed.is_some() { RefreshReason::Unauthorized } else { RefreshReason::Requested };
            Want::Refreshed { receipts: self.receipts, reason }
        };
        self.callers.0.push(Waiting { caller, deadline, want });
    }

    /// Answers all whose wait has come to its end.
    pub(super) fn settle_callers(&mut self) {
        for waiting in std::mem::take(&mut self.callers.0) {
            match self.answer_for(waiting) {
                Some(answer) => self.push(Effect::Answer { caller: waiting.caller, answer }),
                None => self.callers.0.push(waiting),
            }
        }
    }

    pub(super) fn stop_callers(&mut self) {
        for waiting in std::mem::take(&mut self.callers.0) {
            self.push(Effect::Answer { caller: waiting.caller, answer: Err(Refusal::Stopped) });
        }
        self.answer_sign_out_callers(Err(Refusal::Stopped));
    }

    /// `None` while there is something to wait for.
    fn answer_for(&self, waiting: Waiting) -> Option<Result<Option<Secret>, Refusal>> {
        if let Phase::Ended(reason) = self.phase {
            return Some(Err(Refusal::Ended(reason)));
        }
        let has_what_it_wants = match waiting.want {
            Want::Token => true,
            Want::Refreshed { receipts, .. } => self.receipts != receipts,
            Want::Probed => !self.refreshing.is_probing(),
        };
        if let Some(token) = self.access_token().filter(|_| has_what_it_wants) {
            return Some(Ok(Some(token.clone())));
        }
        let (now, next_try) = (self.clock.now(), self.expected_try());
        let unavailable = Refusal::Unavailable { retry_at: (next_try > now).then(|| self.clock.wall(next_try)) };
        if now >= waiting.deadline {
            return Some(Err(unavailable));
        }
        if self.refreshing.is_in_flight() || self.refreshing.is_probing() || self.tabs.unsure {
            return None;
        }
        if !self.can_refresh() {
            return Some(Err(Refusal::CannotRefresh));
        }
        if self.nobody_is_there() {
            return Some(Err(Refusal::NobodyThere));
        }
        // Where the wait is known to be too long, the caller learns at once.
        (next_try > waiting.deadline).then_some(Err(unavailable))
    }
}

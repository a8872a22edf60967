//! What all tabs share, and what outlives them. It holds no token.

use serde::Serialize;

use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::order::Order;

/// Times are epoch milliseconds of the device, which all tabs share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SharedRecord {
    /// Of the latest token set.
    pub order: Order,
    pub session_start: Ms,
    pub last_activity: Ms,
    /// Stays until a sign-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<End>,
    /// Refreshes in a row that have failed.
    pub attempts: u32,
    /// No tab refreshes before; 0 for at once.
    pub not_before: Ms,
    /// The network's return does not change that.
    pub firm: bool,
    /// Until then the tab that has the lock may be refreshing; negative is one that is about to take it away from another one.
    pub busy_until: Ms,
    /// A refresh has brought another refresh token than the one presented.
    pub rotates: bool,
}

/// How a session ended, and on what evidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct End {
    pub reason: EndReason,
    /// Epoch milliseconds of the server.
    pub at: Ms,
    pub generation: u32,
    pub last_activity: Ms,
    /// The server knows of it, or need not.
    pub told: bool,
}

impl End {
    /// Whether the session has ended in the eyes of one who knows of this generation and this activity.
    pub fn holds_against(&self, generation: u32, last_activity: Ms) -> bool {
        match self.reason {
            EndReason::RefreshRejected => generation <= self.generation,
            // The record has whole milliseconds.
            EndReason::Idle => last_activity <= self.last_activity + 1.0,
            _ => true,
        }
    }

    /// Nothing that becomes known later undoes it.
    pub fn is_final(&self) -> bool {
        !matches!(self.reason, EndReason::RefreshRejected | EndReason::Idle)
    }
}

impl SharedRecord {
    pub fn has_ended(&self) -> bool {
        self.ended.is_some()
    }

    /// Whether a token set of this order is one of a session that has ended, or of one before that.
    pub fn has_ended_for(&self, order: Order, last_activity: Ms) -> bool {
        let holds = |end: End| end.holds_against(order.generation, last_activity.max(self.last_activity));
        // Of two that began at the same moment neither is known to be the later one.
        (order.epoch < self.order.epoch || order.is_same_session(self.order)) && self.ended.is_some_and(holds)
    }

    /// Takes an end in; of two the final one stays, and else the first. Whether that is news.
    pub fn take_end(&mut self, end: End) -> bool {
        let is_news = self.ended.map(|known| known.is_final()) < Some(end.is_final());
        if is_news {
            self.ended = Some(end);
        }
        is_news
    }

    /// The record once a later token set is known: of this session, or of one that began and saw its last activity at these times.
    pub fn moved_on(self, order: Order, (session_start, last_activity): (Ms, Ms)) -> SharedRecord {
        if order.is_same_session(self.order) {
            return SharedRecord { order: order.max(self.order), ..self };
        }
        SharedRecord { order, session_start, last_activity, rotates: self.rotates, ..SharedRecord::default() }
    }

    /// Takes in what another one knows, the attempts of a later generation above all; those of the same one where they are `news`.
    pub fn join(&mut self, other: &SharedRecord, news: bool) {
        if !self.order.is_same_session(other.order) {
            if other.order > self.order {
                *self = *other;
            }
            return;
        }
        if other.order.generation > self.order.generation || (news && other.order.generation == self.order.generation) {
            self.order = other.order;
            self.attempts = other.attempts;
            self.not_before = other.not_before;
            self.firm = other.firm;
            self.busy_until = other.busy_until;
        }
        self.session_start = self.session_start.min(other.session_start);
        self.last_activity = self.last_activity.max(other.last_activity);
        self.rotates |= other.rotates;
        let told = [self.ended, other.ended].iter().flatten().any(|end| end.told);
        let holds = |end: &End| end.holds_against(self.order.generation, self.last_activity);
        let theirs = other.ended.filter(holds);
        self.ended = self.ended.filter(holds);
        if let Some(end) = theirs {
            self.take_end(end);
        }
        if let Some(end) = &mut self.ended {
            end.told = told;
        }
    }
}

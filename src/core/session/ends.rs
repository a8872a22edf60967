//! The end of a session: once, with its reason, and nothing is sent after it but the news of it.

use crate::core::end_reason::EndReason;
use crate::core::events::Notice;

use super::{Phase, Session};

/// Who learns of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// This tab alone: the others know it already, or live on.
    Tab,
    Tabs,
    /// The server too.
    Server,
}

impl Session {
    pub(super) fn end(&mut self, reason: EndReason, reach: Reach) {
        if self.has_ended() {
            return;
        }
        // What lives elsewhere lives on, unless somebody signs out, or a start finds it beyond its limits.
        let is_foreign = !self.tabs.record.order.is_same_session(self.tabs.own);
        let is_of_all = reason == EndReason::SignedOut || (self.phase == Phase::Starting && reach == Reach::Server);
        let reach = if is_foreign && !is_of_all { Reach::Tab } else { reach };
        self.phase = Phase::Ended(reason);
        let held = self.held.take();
        let last_failure = self.refreshing.last_failure;
        self.refreshing.disown();
        self.refreshing.forget_failures();
        self.refreshing.last_failure = last_failure;
        self.tabs.refusal = None;
        if reason == EndReason::SignedOut {
            // Whoever signs in next is welcome here.
            self.user = None;
        }
        if reach == Reach::Server {
            self.order_sign_out(reason, held.and_then(|held| held.tokens.refresh));
        }
        if reach != Reach::Tab {
            self.tell_end(reason);
        }
        self.save();
        self.notify(Notice::Ended { reason });
    }
}

//! The end of a session: once, with its reason, and nothing is sent after it but the news of it.

use crate::core::events::{EndReason, Notice};

use super::{Phase, Session};

impl Session {
    /// `at_server`: the server is to be told.
    pub(super) fn end(&mut self, reason: EndReason, at_server: bool) {
        if self.has_ended() {
            return;
        }
        self.phase = Phase::Ended(reason);
        let held = self.held.take();
        let last_failure = self.refreshing.last_failure;
        self.refreshing.disown();
        self.refreshing.forget_failures();
        self.refreshing.last_failure = last_failure;
        if at_server {
            self.order_sign_out(reason, held.and_then(|held| held.tokens.refresh));
        }
        self.save();
        self.notify(Notice::Ended { reason });
    }
}

//! What an application may see of the session.

use crate::core::snapshot::{RefreshState, Snapshot, Status};

use super::{Phase, Session};

impl Session {
    pub fn snapshot(&self) -> Snapshot {
        let held = self.held.as_ref();
        let waits = self.wanted().is_some() && !self.refreshing.is_in_flight() && self.clock.now() < self.next_try();
        let runs = !self.has_ended();
        Snapshot {
            status: self.status(),
            refresh: self.refresh_state(waits),
            reason: match self.phase {
                Phase::Ended(reason) => Some(reason),
                _ => None,
            },
            generation: self.tabs.own.generation,
            expires_at: held.and_then(|held| self.epoch(held.ends_at)),
            due_at: held.and_then(|held| self.epoch(held.due_from)),
            next_check_at: self.epoch(self.next_check()),
            refresh_expires_at: held.and_then(|held| self.epoch(held.refresh_ends_at)),
            idle_ends_at: self.epoch(self.idle_ends_at()).filter(|_| runs),
            session_ends_at: self.epoch(self.session_ends_at()).filter(|_| runs),
            subject: self.user.clone().filter(|_| held.is_some()),
            attempts: self.refreshing.failures,
            retry_at: if waits { self.epoch(self.next_try()) } else { None },
            last_failure: self.refreshing.last_failure,
            clock_skew: self.clock.skew().map(|skew| skew.round() / 1_000.0),
        }
    }

    fn status(&self) -> Status {
        match self.phase {
            Phase::Ended(_) => Status::Ended,
            Phase::Starting => Status::Starting,
            Phase::Live if self.is_usable() => Status::Active,
            Phase::Live => Status::Expired,
        }
    }

    fn refresh_state(&self, waits: bool) -> RefreshState {
        if self.refreshing.is_in_flight() && !self.has_ended() {
            RefreshState::InFlight
        } else if waits && !self.online {
            RefreshState::Offline
        } else if waits {
            RefreshState::Waiting
        } else {
            RefreshState::Idle
        }
    }
}

//! What an application may see of a session.

use alloc::string::String;

use super::events::EndReason;
use super::outcome::FailureKind;
use super::record::{Members, Record};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Starting,
    /// A usable token is held.
    Active,
    /// It is not, and recovery goes on.
    Expired,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshState {
    Idle,
    InFlight,
    /// Until a backoff has passed.
    Waiting,
    Offline,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Starting => "starting",
            Status::Active => "active",
            Status::Expired => "expired",
            Status::Ended => "ended",
        }
    }
}

impl RefreshState {
    pub fn as_str(self) -> &'static str {
        match self {
            RefreshState::Idle => "idle",
            RefreshState::InFlight => "in-flight",
            RefreshState::Waiting => "waiting",
            RefreshState::Offline => "offline",
        }
    }
}

/// What an application may see. Absolute times in epoch seconds of the device, nothing that ticks, no token.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    pub status: Status,
    pub refresh: RefreshState,
    pub reason: Option<EndReason>,
    pub generation: u32,
    pub expires_at: Option<f64>,
    pub due_at: Option<f64>,
    pub next_check_at: Option<f64>,
    pub refresh_expires_at: Option<f64>,
    pub idle_ends_at: Option<f64>,
    pub session_ends_at: Option<f64>,
    pub subject: Option<String>,
    pub attempts: u32,
    pub retry_at: Option<f64>,
    pub last_failure: Option<LastFailure>,
    pub clock_skew: Option<f64>,
}

impl Snapshot {
    /// The snapshot as JavaScript knows it, kept.
    pub fn record(&self) -> Record {
        Record::of(|record| self.describe(record))
    }

    /// Tells the snapshot as JavaScript knows it.
    pub fn describe(&self, out: &mut impl Members) {
        out.text("status", self.status.as_str());
        out.text("refresh", self.refresh.as_str());
        out.text_if("reason", self.reason.map(EndReason::as_str));
        out.number("generation", self.generation.into());
        out.number_if("expiresAt", self.expires_at);
        out.number_if("dueAt", self.due_at);
        out.number_if("nextCheckAt", self.next_check_at);
        out.number_if("refreshExpiresAt", self.refresh_expires_at);
        out.number_if("idleEndsAt", self.idle_ends_at);
        out.number_if("sessionEndsAt", self.session_ends_at);
        out.text_if("subject", self.subject.as_deref());
        out.number("attempts", self.attempts.into());
        out.number_if("retryAt", self.retry_at);
        if let Some(failure) = self.last_failure {
            out.open("lastFailure");
            out.text("kind", failure.kind.as_str());
            out.number_if("status", failure.status.map(f64::from));
            out.text_if("error", failure.error);
            out.close();
        }
        out.number_if("clockSkew", self.clock_skew);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastFailure {
    pub kind: FailureKind,
    pub status: Option<u16>,
    pub error: Option<&'static str>,
}

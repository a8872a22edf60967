//! What an application may see of a session.

use alloc::string::String;

use super::events::EndReason;
use super::outcome::FailureKind;
use super::record::{Members, Record};
use super::words::Word;

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
    pub fn word(self) -> Word {
        match self {
            Status::Starting => Word::Starting,
            Status::Active => Word::Active,
            Status::Expired => Word::Expired,
            Status::Ended => Word::Ended,
        }
    }
}

impl RefreshState {
    pub fn word(self) -> Word {
        match self {
            RefreshState::Idle => Word::Idle,
            RefreshState::InFlight => Word::InFlight,
            RefreshState::Waiting => Word::Waiting,
            RefreshState::Offline => Word::Offline,
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
        out.word(Word::Status, self.status.word());
        out.word(Word::Refresh, self.refresh.word());
        out.word_if(Word::Reason, self.reason.map(EndReason::word));
        out.number(Word::Generation, self.generation.into());
        out.number_if(Word::ExpiresAt, self.expires_at);
        out.number_if(Word::DueAt, self.due_at);
        out.number_if(Word::NextCheckAt, self.next_check_at);
        out.number_if(Word::RefreshExpiresAt, self.refresh_expires_at);
        out.number_if(Word::IdleEndsAt, self.idle_ends_at);
        out.number_if(Word::SessionEndsAt, self.session_ends_at);
        out.text_if(Word::Subject, self.subject.as_deref());
        out.number(Word::Attempts, self.attempts.into());
        out.number_if(Word::RetryAt, self.retry_at);
        if let Some(failure) = self.last_failure {
            out.open(Word::LastFailure);
            out.word(Word::Kind, failure.kind.word());
            out.number_if(Word::Status, failure.status.map(f64::from));
            out.word_if(Word::Error, failure.error);
            out.close();
        }
        out.number_if(Word::ClockSkew, self.clock_skew);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastFailure {
    pub kind: FailureKind,
    pub status: Option<u16>,
    pub error: Option<Word>,
}

//! What goes into a [`Session`](super::Session) and what comes out of it.

use alloc::boxed::Box;
use core::fmt;

use super::duration::Ms;
use super::outcome::{Failure, FailureKind, Outcome};
use super::record::{Members, Record};
use super::stored::{SignOutOrder, Stored};
use super::tabs::{Lock, Message, SharedRecord};
use super::token::{Secret, TokenSet};
use super::words::Word;

/// Names a caller that waits for an answer. Chosen by the driver.
pub type Caller = u32;

/// Names a request under way. Chosen by the session.
pub type Attempt = u32;

/// What has happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// The first one. `given` is what the options hold, `stored` what the store held.
    Start {
        given: Option<Box<TokenSet>>,
        stored: Option<Box<Stored>>,
    },
    /// The wake came, or the world changed: the tab was shown, the machine woke up, somebody asks.
    Check,
    Online,
    Offline,
    /// A person's input, or `recordActivity()`.
    Activity,
    /// Somebody wants a usable token.
    Ask(Caller),
    /// Somebody wants a new token: because the API refused `failed`, or just so.
    Refresh {
        caller: Caller,
        failed: Option<Secret>,
    },
    /// The caller does not wait any more.
    Forget(Caller),
    /// A refresh has come to its end.
    Answered {
        attempt: Attempt,
        outcome: Outcome,
    },
    /// The caller has signed somebody in. The tokens have passed [`Settings::accept`](super::Settings::accept).
    SignIn(Box<TokenSet>),
    SignOut(Caller),
    /// The server's part of a sign-out is done, or failed for now.
    SignedOut {
        attempt: Attempt,
        failure: Option<Failure>,
    },
    Probed {
        attempt: Attempt,
        answer: Probe,
    },
    /// The lock that [`Effect::Lock`] asked for: it is this tab's, or somebody else is taking it away just then.
    Locked {
        granted: bool,
    },
    /// Another tab has taken the lock away.
    LockLost,
    /// What lies in the record. What [`Session::shared`](super::Session::shared) says after it is to be written over it, in the same transaction.
    Found(Option<Box<SharedRecord>>),
    /// What [`Effect::Sync`] asked for is committed; or `works` is false, and there is no record.
    Synced {
        works: bool,
    },
    /// Another tab says something. Its tokens have passed [`Settings::accept`](super::Settings::accept).
    Heard(Box<Message>),
    /// The page was frozen or lay in the back/forward cache: what was said meanwhile it has not heard.
    Resumed,
    /// This tab leaves. Nothing is ended.
    Stop,
}

/// What a probe found about a session that has no way to refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    Lives,
    Ended,
    Unknown,
}

/// What the driver is to do.
#[derive(Clone, Debug)]
pub enum Effect {
    Refresh {
        attempt: Attempt,
        refresh_token: Option<Secret>,
        reason: RefreshReason,
    },
    /// The request has taken too long: abort it. Its answer is not wanted any more.
    Abandon(Attempt),
    Answer {
        caller: Caller,
        answer: Result<Option<Secret>, Refusal>,
    },
    Notify(Notice),
    Save(Box<Stored>),
    /// Tell the server that the session has ended, and revoke the refresh token.
    SignOut {
        attempt: Attempt,
        order: SignOutOrder,
    },
    Probe(Attempt),
    /// Ask for the lock of all tabs; one [`Event::Locked`] follows, unless an `Unlock` comes first. A request for it that still waits is given up.
    Lock(Lock),
    /// Give the lock back, or up.
    Unlock,
    /// Read the record, and write it. [`Event::Found`], then [`Event::Synced`], or that alone; within [`SYNC_BOUND`](super::SYNC_BOUND).
    Sync,
    /// Tell all other tabs.
    Send(Box<Message>),
    /// The first attempt is over, however it went.
    Ready,
    /// Come back with [`Event::Check`] after so many milliseconds at the latest; `None` is never. Always the last one.
    Wake(Option<Wake>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wake {
    pub after: Ms,
    pub reason: WakeReason,
}

/// Why the session wants to be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WakeReason {
    Check,
    Retry,
    Expiring,
    IdleWarning,
    Idle,
    SessionWarning,
    Maximum,
    Expired,
    /// A request or a caller's wait reaches its limit.
    Timeout,
    SignOut,
    /// Activity is to be told.
    Activity,
}

/// Why a refresh is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefreshReason {
    Start,
    Due,
    Expired,
    Retry,
    /// `refresh()` was called.
    Requested,
    /// The API answered 401.
    Unauthorized,
}

impl RefreshReason {
    pub fn word(self) -> Word {
        match self {
            RefreshReason::Start => Word::Start,
            RefreshReason::Due => Word::Due,
            RefreshReason::Expired => Word::Expired,
            RefreshReason::Retry => Word::Retry,
            RefreshReason::Requested => Word::Requested,
            RefreshReason::Unauthorized => Word::Unauthorized,
        }
    }
}

/// Why a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    SignedOut,
    Idle,
    MaxLifespan,
    RefreshRejected,
    /// There is no way to refresh.
    TokenExpired,
    /// Audience or issuer.
    TokenRefused,
    /// Another user has signed in.
    Replaced,
}

impl EndReason {
    pub fn word(self) -> Word {
        match self {
            EndReason::SignedOut => Word::SignedOut,
            EndReason::Idle => Word::Idle,
            EndReason::MaxLifespan => Word::MaxLifespan,
            EndReason::RefreshRejected => Word::RefreshRejected,
            EndReason::TokenExpired => Word::TokenExpired,
            EndReason::TokenRefused => Word::TokenRefused,
            EndReason::Replaced => Word::Replaced,
        }
    }

    /// The reason of that name, where all tabs share it.
    pub fn of(name: Word) -> Option<EndReason> {
        Some(match name {
            Word::SignedOut => EndReason::SignedOut,
            Word::Idle => EndReason::Idle,
            Word::MaxLifespan => EndReason::MaxLifespan,
            Word::RefreshRejected => EndReason::RefreshRejected,
            Word::TokenRefused => EndReason::TokenRefused,
            _ => return None,
        })
    }
}

/// Why a caller gets no token. Times are epoch milliseconds of the device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    Ended(EndReason),
    /// The refresh did not succeed within the wait, or the next try is further away than that.
    Unavailable {
        retry_at: Option<Ms>,
    },
    /// `refreshWhileIdle: false`, and nobody is there.
    NobodyThere,
    /// The session has no way to refresh.
    CannotRefresh,
    Stopped,
}

impl Refusal {
    /// What `EvertokenError.code` says.
    pub fn code(self) -> Word {
        match self {
            Refusal::Ended(_) => Word::SessionEnded,
            Refusal::Unavailable { .. } | Refusal::NobodyThere | Refusal::CannotRefresh => Word::TokenUnavailable,
            Refusal::Stopped => Word::Stopped,
        }
    }

    /// What happened, and what to do now. In place of the `%` stands why it ended.
    pub fn message(self) -> &'static str {
        match self {
            Refusal::Ended(_) => "the session has ended: %; sign in again and give the tokens to setTokens()",
            Refusal::Unavailable { retry_at: None } => {
                "no usable token came within refreshTimeout; the refresh goes on (a refresh function must not wait for its own session)"
            }
            Refusal::Unavailable { retry_at: Some(_) } => {
                "no usable token: the last refresh failed, and the next try (retryAt) is later than refreshTimeout allows to wait"
            }
            Refusal::NobodyThere => "no usable token: refreshWhileIdle is false and nobody is active; activity makes the next try",
            Refusal::CannotRefresh => "this session has no way to refresh: the option refresh is false, or no refresh token is held",
            Refusal::Stopped => "this session was stopped",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Ended(reason) => out.write_str(&self.message().replace('%', reason.word().as_str())),
            _ => out.write_str(self.message()),
        }
    }
}

/// An event for the application. Times are epoch seconds of the device.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    Started {},
    Refreshed { generation: u32, by: Word, expires_at: Option<f64> },
    Expiring { expires_at: f64 },
    Expired {},
    RefreshFailed { kind: FailureKind, status: Option<u16>, attempt: u32, retry_at: Option<f64> },
    IdleWarning { ends_at: f64 },
    IdleWarningCleared {},
    SessionExpiring { ends_at: f64, because: Word },
    SignOutFailed { status: Option<u16>, attempt: u32, retry_at: f64 },
    Ended { reason: EndReason },
}

impl Notice {
    /// The event's type in JavaScript.
    pub fn name(&self) -> Word {
        match self {
            Notice::Started {} => Word::Started,
            Notice::Refreshed { .. } => Word::Refreshed,
            Notice::Expiring { .. } => Word::Expiring,
            Notice::Expired {} => Word::Expired,
            Notice::RefreshFailed { .. } => Word::RefreshFailed,
            Notice::IdleWarning { .. } => Word::IdleWarningEvent,
            Notice::IdleWarningCleared {} => Word::IdleWarningCleared,
            Notice::SessionExpiring { .. } => Word::SessionExpiring,
            Notice::SignOutFailed { .. } => Word::SignOutFailed,
            Notice::Ended { .. } => Word::Ended,
        }
    }

    /// The event's detail in JavaScript, kept.
    pub fn detail(&self) -> Record {
        Record::of(|record| self.describe(record))
    }

    /// Tells the event's detail in JavaScript.
    pub fn describe(&self, out: &mut impl Members) {
        match *self {
            Notice::Started {} | Notice::Expired {} | Notice::IdleWarningCleared {} => {}
            Notice::Refreshed { generation, by, expires_at } => {
                out.number(Word::Generation, generation.into());
                out.word(Word::By, by);
                out.number_if(Word::ExpiresAt, expires_at);
            }
            Notice::Expiring { expires_at } => out.number(Word::ExpiresAt, expires_at),
            Notice::RefreshFailed { kind, status, attempt, retry_at } => {
                out.word(Word::Kind, kind.word());
                out.number_if(Word::Status, status.map(f64::from));
                out.number(Word::Attempt, attempt.into());
                out.number_if(Word::RetryAt, retry_at);
            }
            Notice::IdleWarning { ends_at } => out.number(Word::EndsAt, ends_at),
            Notice::SessionExpiring { ends_at, because } => {
                out.number(Word::EndsAt, ends_at);
                out.word(Word::Because, because);
            }
            Notice::SignOutFailed { status, attempt, retry_at } => {
                out.number_if(Word::Status, status.map(f64::from));
                out.number(Word::Attempt, attempt.into());
                out.number(Word::RetryAt, retry_at);
            }
            Notice::Ended { reason } => out.word(Word::Reason, reason.word()),
        }
    }
}

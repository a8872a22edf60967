//! What goes into a [`Session`](super::Session) and what comes out of it.

use std::fmt;

use serde::Serialize;

use super::duration::Ms;
use super::end_reason::EndReason;
use super::error::Code;
use super::outcome::{Failure, FailureKind, Outcome};
use super::stored::{SignOutOrder, Stored};
use super::tabs::{Lock, Message, SharedRecord};
use super::token::{Secret, TokenSet};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
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
    pub fn code(self) -> Code {
        match self {
            Refusal::Ended(_) => Code::SessionEnded,
            Refusal::Unavailable { .. } | Refusal::NobodyThere | Refusal::CannotRefresh => Code::TokenUnavailable,
            Refusal::Stopped => Code::Stopped,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Refusal::Ended(reason) => {
                return write!(out, "the session has ended: {}; sign in again and give the tokens to setTokens()", reason.as_str());
            }
            Refusal::Unavailable { retry_at: None } => {
                "no usable token came within refreshTimeout; the refresh goes on (a refresh function must not wait for its own session)"
            }
            Refusal::Unavailable { retry_at: Some(_) } => {
                "no usable token: the last refresh failed, and the next try (retryAt) is later than refreshTimeout allows to wait"
            }
            Refusal::NobodyThere => "no usable token: refreshWhileIdle is false and nobody is active; activity makes the next try",
            Refusal::CannotRefresh => "this session has no way to refresh: the option refresh is false, or no refresh token is held",
            Refusal::Stopped => "this session was stopped",
        })
    }
}

/// Which tab refreshed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    ThisTab,
    AnotherTab,
}

/// What will end the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    MaxLifespan,
    RefreshToken,
}

/// An event for the application, serialized as its detail. Times are epoch seconds of the device.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Notice {
    Started {},
    Refreshed {
        generation: u32,
        by: By,
        #[serde(skip_serializing_if = "Option::is_none")]
        expires_at: Option<f64>,
    },
    Expiring {
        expires_at: f64,
    },
    Expired {},
    RefreshFailed {
        kind: FailureKind,
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        attempt: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_at: Option<f64>,
    },
    IdleWarning {
        ends_at: f64,
    },
    IdleWarningCleared {},
    SessionExpiring {
        ends_at: f64,
        because: Because,
    },
    SignOutFailed {
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        attempt: u32,
        retry_at: f64,
    },
    Ended {
        reason: EndReason,
    },
}

impl Notice {
    /// The event's type in JavaScript.
    pub fn name(&self) -> &'static str {
        match self {
            Notice::Started {} => "started",
            Notice::Refreshed { .. } => "refreshed",
            Notice::Expiring { .. } => "expiring",
            Notice::Expired {} => "expired",
            Notice::RefreshFailed { .. } => "refreshfailed",
            Notice::IdleWarning { .. } => "idlewarning",
            Notice::IdleWarningCleared {} => "idlewarningcleared",
            Notice::SessionExpiring { .. } => "sessionexpiring",
            Notice::SignOutFailed { .. } => "signoutfailed",
            Notice::Ended { .. } => "ended",
        }
    }
}

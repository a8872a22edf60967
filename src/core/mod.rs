//! The state machine, sans-I/O: events in, effects out, time passed in. It knows no browser, reads no clock and draws no randomness of its own.

#![forbid(unsafe_code)]

mod backoff;
mod claims;
mod clock;
mod duration;
mod end_reason;
mod error;
mod events;
mod order;
mod outcome;
mod reader;
mod session;
mod settings;
mod snapshot;
mod stored;
mod tabs;
mod token;
mod value;

pub use backoff::{Random, wait as backoff_wait};
pub use claims::Claims;
pub use clock::{Clock, Now};
pub use duration::{Ms, parse as parse_duration};
pub use end_reason::EndReason;
pub use error::{Code, Error};
pub use events::{Attempt, Because, By, Caller, Effect, Event, Notice, Probe, RefreshReason, Refusal, Wake, WakeReason};
pub use order::Order;
pub use outcome::{Failure, FailureKind, Outcome, nobody, oauth_error, of_status};
pub use session::{SYNC_BOUND, Session};
pub use settings::{Abilities, Activity, Settings, Spread};
pub use snapshot::{LastFailure, RefreshState, Snapshot, Status};
pub use stored::{SignOutOrder, Stored};
pub use tabs::{End, Lock, Message, Payload, SharedRecord};
pub use token::{Format, LARGEST, Secret, TokenSet, not_an_object, payload};
pub use value::{Fields, Value};

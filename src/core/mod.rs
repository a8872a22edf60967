//! The state machine, sans-I/O: events in, effects out, time passed in. It knows no browser, reads no clock and draws no randomness of its own.

#![forbid(unsafe_code)]

mod backoff;
mod claims;
mod clock;
mod duration;
mod error;
mod events;
mod float;
mod outcome;
mod reader;
mod record;
mod session;
mod settings;
mod snapshot;
mod stored;
mod tabs;
pub(crate) mod text;
mod token;
mod value;
mod words;

pub use backoff::{Random, wait as backoff_wait};
pub use claims::Claims;
pub use clock::{Clock, Now};
pub use duration::{Ms, invalid as invalid_duration, parse as parse_duration, read as read_duration};
pub use error::{Code, Error};
pub use events::{Attempt, Caller, Effect, EndReason, Event, Notice, Probe, RefreshReason, Refusal, Wake, WakeReason};
pub use outcome::{Failure, FailureKind, Outcome, nobody, oauth_error, of_status};
pub use record::{Member, Members, Record, RecordBuilder};
pub use session::{SYNC_BOUND, Session};
pub use settings::{Abilities, Activity, Settings, Spread};
pub use snapshot::{LastFailure, RefreshState, Snapshot, Status};
pub use stored::{SignOutOrder, Stored};
pub use tabs::{End, Lock, Message, Order, SharedRecord, Tidings};
pub use token::{Format, LARGEST, PayloadFault, Secret, TokenSet, decode, encoded_payload, payload};
pub use value::{Fields, Value};
pub use words::Word;

//! The protocol between the tabs of one session: what they share, in which order their token sets came, whose turn it is to refresh,
//! and what they tell each other. Pure: the driver brings the locks, the record's store and the channel.

mod message;
mod record;
mod turn;

pub use message::{Message, Payload};
pub use record::{End, SharedRecord};
pub use turn::{Lock, Permit};

pub(super) use turn::{Errand, Turn};

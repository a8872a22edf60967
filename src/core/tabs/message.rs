//! What tabs tell each other.

use serde::Serialize;

use super::End;
use crate::core::duration::Ms;
use crate::core::order::Order;
use crate::core::stored::Stored;

/// The envelope's meaning never changes: what an older or a newer release says beyond it may be ignored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Message {
    /// What the sender holds; all 0 for nothing.
    pub order: Order,
    pub payload: Payload,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", content = "content", rename_all = "lowercase")]
pub enum Payload {
    /// Whoever holds a later token set than the sender's may tell it.
    Ask,
    /// A token set, as a store would keep it, and the time of the last activity.
    Tokens(Box<Stored>),
    /// Somebody was there, in epoch milliseconds of the device.
    Activity(Ms),
    End(End),
}

impl Payload {
    pub fn last_activity(&self) -> Option<Ms> {
        match self {
            Payload::Tokens(stored) => stored.last_activity,
            Payload::Activity(at) => Some(*at),
            Payload::Ask | Payload::End(_) => None,
        }
    }
}

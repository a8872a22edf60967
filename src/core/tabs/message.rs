//! What tabs tell each other.

use alloc::boxed::Box;

use super::{End, Order};
use crate::core::duration::Ms;
use crate::core::stored::Stored;

/// The envelope's meaning never changes: what an older or a newer release says beyond it may be ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What the sender holds; all 0 for nothing.
    pub order: Order,
    pub tidings: Tidings,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Tidings {
    /// Whoever holds a later token set than the sender's may tell it.
    Ask,
    /// A token set, as a store would keep it, and the time of the last activity.
    Tokens(Box<Stored>),
    /// Somebody was there, in epoch milliseconds of the device.
    Activity(Ms),
    End(End),
}

impl Tidings {
    pub fn last_activity(&self) -> Option<Ms> {
        match self {
            Tidings::Tokens(stored) => stored.last_activity,
            Tidings::Activity(at) => Some(*at),
            Tidings::Ask | Tidings::End(_) => None,
        }
    }
}

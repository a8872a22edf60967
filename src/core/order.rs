//! Which of two token sets came later.

use serde::Serialize;

/// The order of token sets over all tabs, and over all sessions of one name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Order {
    /// One more than the highest seen at the sign-in; 0 where nobody has signed in.
    pub epoch: u32,
    /// Drawn at the sign-in: it tells two sessions apart that began at the same moment in two tabs.
    pub session: u32,
    /// Goes up with every token set of the session.
    pub generation: u32,
}

impl Order {
    pub fn is_same_session(self, other: Order) -> bool {
        (self.epoch, self.session) == (other.epoch, other.session)
    }

    pub fn is_later_session(self, other: Order) -> bool {
        (self.epoch, self.session) > (other.epoch, other.session)
    }

    pub fn next(self) -> Order {
        Order { generation: self.generation.saturating_add(1), ..self }
    }
}

//! Whose turn it is to ask the server: one tab's at a time.

use serde::Serialize;

use crate::core::duration::Ms;

/// What is wanted of the lock that all tabs of a session share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lock {
    /// When all who asked before have had it.
    Queued,
    /// Now: whoever has it has had it for longer than a request may take. Only where nobody else is taking it away just then.
    Stolen,
    /// The same, also where somebody else is taking it away: that one has been at it for longer than a request may take, too.
    Forced,
}

/// Why a turn is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    Refresh,
    SignOut,
}

/// Leave to ask the server. Without one there is no request: only a turn gives it.
#[derive(Debug)]
pub struct Permit(());

impl Permit {
    /// Where there are no other tabs.
    pub(in crate::core) fn alone() -> Permit {
        Permit(())
    }
}

/// The way to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Turn {
    #[default]
    None,
    /// Waits for the lock, and after a bound asks who holds it so long.
    Queued { bound: Ms },
    /// Has waited too long, and reads the record: somebody may be taking the lock away already.
    Doubting,
    /// Takes the lock away.
    Stealing { bound: Ms },
    /// Has the lock, and reads the record.
    Reading,
    /// Has the lock, and asks the others for what they hold.
    Asking { until: Ms },
    /// Has the lock, and nothing is in the way.
    Free,
    /// Has the lock, and a request is under way.
    Busy,
    /// The record is being written; then the lock is given back.
    Leaving,
}

impl Turn {
    /// A request may be made: once.
    pub(in crate::core) fn take_permit(&mut self) -> Option<Permit> {
        (*self == Turn::Free).then(|| {
            *self = Turn::Busy;
            Permit(())
        })
    }
}

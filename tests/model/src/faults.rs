//! What may go wrong, and how often.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A message is lost.
    Message,
    /// A request, or its answer, is lost.
    Answer,
    /// A tab is killed: between two events, or in the middle of what follows from one.
    Kill,
    /// A tab is frozen while it has nothing to do with the record. What was said meanwhile it hears when it resumes.
    Freeze,
    /// The same, and what was said meanwhile it never hears.
    Deaf,
    /// A tab is frozen in a transaction, or while it waits for one: nobody gets at the record until it resumes. It is deaf, too.
    Block,
    /// The server takes its time over a request, or the network over its answer.
    Slow,
}

impl Fault {
    pub const ALL: [Fault; 7] = [Fault::Message, Fault::Answer, Fault::Kill, Fault::Freeze, Fault::Deaf, Fault::Slow, Fault::Block];

    pub fn name(self) -> &'static str {
        match self {
            Fault::Message => "message",
            Fault::Answer => "answer",
            Fault::Kill => "kill",
            Fault::Freeze => "freeze",
            Fault::Deaf => "deaf",
            Fault::Block => "block",
            Fault::Slow => "slow",
        }
    }
}

/// How many of each are left, and how many in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Faults {
    each: [u8; Fault::ALL.len()],
    all: u8,
}

impl Faults {
    /// One of each of these.
    pub fn of(faults: &[Fault]) -> Faults {
        let mut left = Faults { all: faults.len() as u8, ..Faults::default() };
        for fault in faults {
            left.each[*fault as usize] = 1;
        }
        left
    }

    /// Of each kind one, and of all so many in one course of events.
    pub fn at_most(self, most: u8) -> Faults {
        Faults { all: self.all.min(most), ..self }
    }

    pub fn is_left(self, fault: Fault) -> bool {
        self.all > 0 && self.each[fault as usize] > 0
    }

    pub fn was_spent(self, fault: Fault, at_first: Faults) -> bool {
        self.each[fault as usize] < at_first.each[fault as usize]
    }

    pub fn spend(&mut self, fault: Fault) {
        self.each[fault as usize] -= 1;
        self.all -= 1;
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Fault::ALL.iter().filter(|fault| self.is_left(**fault)).map(|fault| fault.name()).collect();
        match names.len() {
            0 => out.write_str("no fault"),
            kinds if kinds > usize::from(self.all) => write!(out, "{} of {}", self.all, names.join(", ")),
            _ => out.write_str(&names.join(" + ")),
        }
    }
}

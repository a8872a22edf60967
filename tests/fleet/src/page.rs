//! A tab, and the page in it.

use std::collections::BTreeMap;

use evertoken::core::{Caller, Event, Message, Session, Stored};

use crate::plan::{Fate, Point};
use crate::rng::Rng;
use crate::server::Ticket;
use crate::watch::Key;

/// One page: a tab has another one after every load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageId {
    pub tab: usize,
    pub life: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Closed,
    Running,
    Frozen,
    Cached,
}

/// What comes to a page from outside; a frozen one gets it when it resumes.
#[derive(Clone, Debug)]
pub enum Arrival {
    Event(Event),
    Message(Box<Message>),
    /// The lock, of the request with this number.
    Locked {
        number: u32,
        granted: bool,
    },
    /// The record can be read in this transaction.
    Read {
        number: u32,
    },
    Answer {
        request: usize,
    },
}

pub struct Tab {
    pub life: u32,
    pub state: State,
    pub session: Option<Session>,
    pub rng: Rng,
    pub opened_at: f64,
    pub slept_before: f64,
    pub inbox: Vec<Arrival>,
    /// The number of the timer that counts.
    pub timer: u32,
    pub throttle: f64,
    /// sessionStorage.
    pub kept: Option<Stored>,
    pub trap: Option<(Point, Fate)>,
    /// Effects of the current event that are still carried out; then the tab is killed.
    pub dies_after: Option<u8>,
    /// The number of the lock request that is still wanted.
    pub claim: u32,
    pub record_works: bool,
    /// So often it let go of the record when it was frozen or cached.
    pub syncs_put_off: usize,
    pub loses_request: bool,
    pub loses_answer: bool,
    pub slow: Option<(f64, bool)>,
    pub fast: Option<Fast>,
    pub last_caller: Caller,
    pub facts: Facts,
}

/// Until when the token is given out without asking the session.
#[derive(Clone, Copy, Debug)]
pub struct Fast {
    pub number: usize,
    pub mono_until: f64,
    pub wall_until: f64,
}

/// What the watch knows of the page.
#[derive(Clone, Default)]
pub struct Facts {
    pub callers: BTreeMap<Caller, f64>,
    pub key: Option<Key>,
    /// Since when it is of that session.
    pub joined_at: f64,
    pub generation: u32,
    pub generation_since: f64,
    pub user: Option<u8>,
    pub family: Option<usize>,
    pub ticket: Option<Ticket>,
    /// Somebody was there, and nobody else knows yet.
    pub activity: Option<f64>,
    pub told_activity: Option<f64>,
    pub running_since: f64,
    /// From the cache, or frozen.
    pub resumed_at: f64,
    pub stopped: bool,
    pub signed_out_at: f64,
    /// It was hidden until then, and throttled by so much.
    pub shown: (f64, f64),
    /// Its lock was taken away.
    pub lost_at: f64,
    pub ended: bool,
    /// It asks the others for what it lacks.
    pub asks_since: Option<f64>,
    /// The record was asked for then, and has not been there yet.
    pub syncs_since: Option<f64>,
}

impl Tab {
    pub fn new(seed: u64, tab: usize) -> Tab {
        Tab {
            life: 0,
            state: State::Closed,
            session: None,
            rng: Rng::new(seed, 100 + tab as u64),
            opened_at: 0.0,
            slept_before: 0.0,
            inbox: Vec::new(),
            timer: 0,
            throttle: 0.0,
            kept: None,
            trap: None,
            dies_after: None,
            claim: 0,
            record_works: true,
            syncs_put_off: 0,
            loses_request: false,
            loses_answer: false,
            slow: None,
            fast: None,
            last_caller: 0,
            facts: Facts::default(),
        }
    }

    pub fn is_running(&self) -> bool {
        self.state == State::Running
    }

    /// It runs, and takes part.
    pub fn lives(&self) -> bool {
        self.is_running() && !self.facts.stopped && !self.facts.ended
    }

    /// Whether its trap is at this point; then it is sprung.
    pub fn springs(&mut self, point: Point) -> Option<Fate> {
        let (_, fate) = self.trap.filter(|(at, _)| *at == point)?;
        self.trap = None;
        Some(fate)
    }
}

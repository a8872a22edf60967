//! Everything that may differ between two moments of a world.

use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use evertoken::core::{Abilities, Event, Order, Settings, SharedRecord, Stored, Value};
use evertoken::fuzz::EPOCH;

use crate::faults::Faults;
use crate::model::Model;
use crate::platform::{Endpoint, Issued, Locks, Noted, Request, Store};
use crate::rules::Rule;
use crate::tab::Tab;

/// So much is left of the token that all tabs hold.
const LEFT: f64 = 20e3;

const BEGAN: Order = Order { epoch: 1, session: 7, generation: 1 };

/// Times are milliseconds since the world began.
#[derive(Clone)]
pub struct State {
    pub t: f64,
    pub tabs: Vec<Arc<Tab>>,
    pub locks: Locks,
    pub store: Store,
    pub endpoint: Endpoint,
    pub requests: Vec<Request>,
    pub left: Faults,
    /// Requests that were sent.
    pub sent: u8,
    pub lock_was_taken: bool,
    pub broken: Option<Rule>,
    /// What happens, where somebody wants to read it.
    pub log: Option<Vec<String>>,
}

impl State {
    /// All tabs have started, each wants to refresh, and the first one has the lock.
    pub fn begin(model: &Model) -> State {
        let start = EPOCH * 1_000.0 - 60e3;
        let record = SharedRecord { order: BEGAN, session_start: start, last_activity: start, rotates: true, ..SharedRecord::default() };
        let mut state = State {
            t: 0.0,
            tabs: (0..model.tabs).map(|tab| Arc::new(Tab::new(settings(), 1 + tab as u64))).collect(),
            locks: Locks::default(),
            store: Store { record: Some(Noted::new(record)), ..Store::default() },
            endpoint: Endpoint { latest: Issued::FIRST, revoked: false, served: 0 },
            requests: Vec::new(),
            left: model.faults,
            sent: 0,
            lock_was_taken: false,
            broken: None,
            log: None,
        };
        for tab in 0..model.tabs {
            let tokens = Some(Box::new(Issued::FIRST.tokens(0.0, LEFT)));
            let stored = Stored { tokens, order: Some(BEGAN), session_start: Some(start), ..Stored::default() };
            state.event(model, tab, Event::Start { given: None, stored: Some(Box::new(stored)) });
            while state.store.running.is_some() {
                state.read(model, tab);
                state.commit(model);
                state.synced(model, tab);
            }
        }
        state
    }

    pub fn tab(&mut self, tab: usize) -> &mut Tab {
        Arc::make_mut(&mut self.tabs[tab])
    }

    pub fn is_running(&self, tab: usize) -> bool {
        self.tabs[tab].is_running()
    }

    pub fn say(&mut self, what: impl FnOnce() -> String) {
        let t = self.t;
        if let Some(log) = &mut self.log {
            log.push(format!("{:>9.3} s  {}", t / 1_000.0, what()));
        }
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, into: &mut H) {
        into.write_u64(self.t.to_bits());
        self.tabs.hash(into);
        self.locks.hash(into);
        self.store.hash(into);
        self.endpoint.hash(into);
        self.requests.hash(into);
        self.left.hash(into);
        self.sent.hash(into);
        self.lock_was_taken.hash(into);
        self.broken.hash(into);
    }
}

/// By fingerprints, as the checker tells states apart.
impl PartialEq for State {
    fn eq(&self, other: &State) -> bool {
        let [one, two] = [self, other].map(|state| BuildHasherDefault::<DefaultHasher>::default().hash_one(state));
        one == two
    }
}

impl fmt::Debug for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held: Vec<_> = self.tabs.iter().map(|tab| (tab.life, tab.holds, tab.ended)).collect();
        write!(out, "{} s: {held:?}, {:?}, {:?}, {:?}", self.t / 1_000.0, self.locks, self.endpoint, self.requests)
    }
}

fn settings() -> Settings {
    let abilities = Abilities { refresh: true, refresh_takes_token: true, tabs: true, record: true, ..Abilities::default() };
    Settings::read(&|_| Value::Absent, abilities).expect("the defaults are in their ranges")
}

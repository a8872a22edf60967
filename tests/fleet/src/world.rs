//! Time, and what happens in it.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use evertoken::core::{Caller, Now, Stored};
use evertoken::fuzz::EPOCH;

use crate::config::{Config, Mode};
use crate::locks::Locks;
use crate::page::{Arrival, PageId, Tab};
use crate::plan::Plan;
use crate::requests::Request;
use crate::rng::Rng;
use crate::server::{Server, Ticket};
use crate::store::RecordStore;
use crate::tally::Tally;
use crate::watch::{Broken, Watch};

/// After the last step the world is left in peace for so long.
pub const PEACE: f64 = 400e3;

/// Whoever finds only then that a later session is lost knows after so long that it is.
pub const AFTERWARDS: f64 = 130e3;

/// More events than this are a storm of their own.
const MOST_EVENTS: u64 = 60_000;

/// All times are milliseconds since the world began.
pub struct World<'a> {
    pub plan: &'a Plan,
    pub config: &'a Config,
    pub mode: Mode,
    pub t: f64,
    /// What the wall clock shows beyond the true time.
    pub wall_ahead: f64,
    pub asleep_until: f64,
    /// How long the machine has slept.
    pub slept: f64,
    pub silent_until: f64,
    pub ends_at: f64,
    queue: BinaryHeap<Entry>,
    entries: u64,
    pub events: u64,
    pub tabs: Vec<Tab>,
    pub locks: Locks,
    pub store: RecordStore,
    pub server: Server,
    pub requests: Vec<Request>,
    pub cookie: Option<Ticket>,
    /// localStorage.
    pub shared: Option<Stored>,
    pub rng: Rng,
    pub watch: Watch,
    pub tally: Tally,
    pub log: Option<Vec<String>>,
}

/// How a world went.
pub struct Life {
    pub broken: Vec<Broken>,
    pub tally: Tally,
    pub log: Vec<String>,
}

pub enum Happening {
    Step(usize),
    Timer {
        page: PageId,
        number: u32,
    },
    Arrives {
        page: PageId,
        arrival: Arrival,
    },
    /// A request reaches the server, and its answer the device.
    Reaches(usize),
    Returns(usize),
    Transact,
    Commit {
        number: u32,
    },
    /// The browser has seen that the page is gone.
    Gone(PageId),
    Reopen {
        tab: usize,
    },
    Return {
        tab: usize,
        user: u8,
    },
    Wakes,
    /// By now the caller has its answer.
    CallerDue {
        page: PageId,
        caller: Caller,
    },
    /// Nothing disturbs any more.
    Peace,
    LastQuestion,
}

impl Happening {
    /// What goes on while the machine sleeps.
    fn is_elsewhere(&self) -> bool {
        matches!(self, Happening::Reaches(_) | Happening::Wakes)
    }
}

impl<'a> World<'a> {
    /// The whole life of a world; `logs` tells what happened, too.
    pub fn live(plan: &'a Plan, mode: Mode, logs: bool) -> Life {
        let mut world = World::new(plan, mode);
        world.log = logs.then(Vec::new);
        world.run();
        world.count_all();
        Life { broken: world.watch.broken, tally: world.tally, log: world.log.unwrap_or_default() }
    }

    fn new(plan: &'a Plan, mode: Mode) -> World<'a> {
        World {
            plan,
            config: &plan.config,
            mode,
            t: 0.0,
            wall_ahead: 0.0,
            asleep_until: 0.0,
            slept: 0.0,
            silent_until: 0.0,
            ends_at: f64::INFINITY,
            queue: BinaryHeap::new(),
            entries: 0,
            events: 0,
            tabs: (0..plan.config.tabs).map(|tab| Tab::new(plan.seed, tab)).collect(),
            locks: Locks::default(),
            store: RecordStore::default(),
            server: Server::default(),
            requests: Vec::new(),
            cookie: None,
            shared: None,
            rng: Rng::new(plan.seed, 2),
            watch: Watch::default(),
            tally: Tally::default(),
            log: None,
        }
    }

    fn run(&mut self) {
        for (index, step) in self.plan.steps.iter().enumerate() {
            self.at(step.at, Happening::Step(index));
        }
        self.at(self.config.length, Happening::Peace);
        while let Some(Entry { at, happening, .. }) = self.queue.pop() {
            if at > self.ends_at || self.is_broken() {
                break;
            }
            self.t = at;
            if at < self.asleep_until && !happening.is_elsewhere() {
                self.at(self.asleep_until, happening);
                continue;
            }
            self.take(happening);
            if self.events > MOST_EVENTS {
                self.broke("storm", format!("{} events", self.events));
            }
        }
    }

    fn take(&mut self, happening: Happening) {
        match happening {
            Happening::Step(index) => self.step(self.plan.steps[index]),
            Happening::Timer { page, number } => self.timer(page, number),
            Happening::Arrives { page, arrival } => self.arrives(page, arrival),
            Happening::Reaches(request) => self.reaches_server(request),
            Happening::Returns(request) => self.returns(request),
            Happening::Transact => self.transact(),
            Happening::Commit { number } => self.commit(number),
            Happening::Gone(page) => self.gone(page),
            Happening::Reopen { tab } => self.open(tab, None),
            Happening::Return { tab, user } => self.return_signed_in(tab, user),
            Happening::Wakes => self.machine_wakes(),
            Happening::CallerDue { page, caller } => self.caller_is_due(page, caller),
            Happening::Peace => self.make_peace(),
            Happening::LastQuestion => self.ask_everybody(),
        }
    }

    pub fn at(&mut self, at: f64, happening: Happening) {
        self.entries += 1;
        self.queue.push(Entry { at: at.max(self.t), number: self.entries, happening });
    }

    pub fn after(&mut self, wait: f64, happening: Happening) {
        self.at(self.t + wait, happening);
    }

    /// Both clocks, as the tab sees them.
    pub fn now(&self, tab: usize) -> Now {
        let Tab { opened_at, slept_before, .. } = self.tabs[tab];
        Now { wall_ms: EPOCH * 1_000.0 + self.t + self.wall_ahead, mono_ms: 5.0 + self.t - opened_at - (self.slept - slept_before) }
    }

    pub fn is_alive(&self, page: PageId) -> bool {
        let tab = &self.tabs[page.tab];
        tab.life == page.life && tab.session.is_some()
    }

    pub fn is_running(&self, page: PageId) -> bool {
        self.is_alive(page) && self.tabs[page.tab].is_running()
    }

    pub fn page(&self, tab: usize) -> PageId {
        PageId { tab, life: self.tabs[tab].life }
    }

    pub fn say(&mut self, what: impl FnOnce() -> String) {
        let t = self.t;
        if let Some(log) = &mut self.log {
            log.push(format!("{:>12.3} s  {}", t / 1_000.0, what()));
        }
    }
}

struct Entry {
    at: f64,
    number: u64,
    happening: Happening,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Entry) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Entry) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The earliest is the greatest.
impl Ord for Entry {
    fn cmp(&self, other: &Entry) -> Ordering {
        other.at.total_cmp(&self.at).then(other.number.cmp(&self.number))
    }
}

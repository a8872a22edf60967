//! Watches the world from outside: what must hold is looked at after every event.

mod activity;
mod ends;
mod last;
mod refreshes;
mod tokens;

pub use last::LAST;

use std::collections::BTreeMap;

use evertoken::core::{Caller, Effect, EndReason, Event, Message, Notice, Payload, Refusal, SharedRecord};
use evertoken::fuzz::EPOCH;

use crate::page::PageId;
use crate::server::{number_of, ticket_of};
use crate::world::{AFTERWARDS, Happening, PEACE, World};

/// A session over all tabs: its epoch, and what was drawn for it.
pub type Key = (u32, u32);

#[derive(Clone, Debug)]
pub struct Broken {
    pub rule: &'static str,
    pub how: String,
}

#[derive(Default)]
pub struct Watch {
    pub broken: Vec<Broken>,
    pub keys: BTreeMap<Key, KeyFacts>,
    /// When the token endpoint was asked.
    pub asked: Vec<f64>,
    /// When something happened from outside, which may ask for more.
    pub disturbances: Vec<f64>,
    /// By how much the wall clock was set, in all.
    pub wall_steps: f64,
    /// When it was last set.
    pub stepped: f64,
    /// When it was first set back, and how often it was.
    pub stepped_back: Option<f64>,
    pub steps_back: u32,
    /// Not all knew then of the same last activity, or told it by the same time.
    pub told_apart: bool,
    /// What was told before a step was heard after it.
    pub crossed: bool,
    pub steps_back_by: f64,
    /// When a tab was last closed or killed, be it before the record knew of what it had told.
    pub last_gone: f64,
    /// What lay in the future by a clock that was set back, and has counted as now since.
    pub counted: Vec<f64>,
    pub slept: bool,
    pub sleeps: u32,
    /// The server's clock is known to half the time of a request.
    pub half_request: f64,
    pub last_sleep: (f64, f64),
    /// When the record knew of each family's session.
    pub known_since: BTreeMap<usize, f64>,
    pub hostile: bool,
    /// Families that ended because a successor reached no living tab.
    pub lost: Vec<usize>,
    /// Families that an older sign-out ended, which was on its way at the sign-in.
    pub overtaken: Vec<usize>,
    /// The highest ticket number in the record's history, of each family.
    pub committed: BTreeMap<Key, u32>,
    /// When somebody last signed out in a tab that held nothing yet.
    pub signed_out_blindly: f64,
    pub signed_out_at: Vec<f64>,
}

#[derive(Clone, Default)]
pub struct KeyFacts {
    pub began_at: f64,
    /// Somebody was there, and at least one other tab or the record was told.
    pub activity: f64,
    pub latest_activity: f64,
    /// For good.
    pub ended: Option<(f64, EndReason)>,
    /// The server had rightly refused it, to a tab of this generation: whoever has no later one may learn of that late.
    pub rejected: Option<u32>,
    /// When a tab first ended it as idle, and rightly.
    pub idled: Option<f64>,
    /// The record knows of that end since then.
    pub written_at: Option<f64>,
    /// Until when a page may go on after that.
    pub grace: BTreeMap<PageId, f64>,
}

impl World<'_> {
    pub fn broke(&mut self, rule: &'static str, how: String) {
        self.say(|| format!("BROKEN {rule}: {how}"));
        self.watch.broken.push(Broken { rule, how });
    }

    pub fn is_broken(&self) -> bool {
        !self.watch.broken.is_empty()
    }

    /// How much too late a moment that clocks tell may seem: a clock that was set back makes what others told of it younger.
    pub fn slack(&self) -> f64 {
        5.0 + self.unseen() + self.watch.steps_back_by
    }

    /// And how much too early: a clock that was set forward counts as a sleep.
    pub fn haste(&self) -> f64 {
        5.0 + self.unseen() + self.watch.wall_steps - self.watch.steps_back_by
    }

    /// A clock may be set by up to 2 s unseen, and a nap be as long.
    fn unseen(&self) -> f64 {
        if self.watch.slept || self.watch.wall_steps > 0.0 { 2_000.0 } else { 0.0 }
    }

    pub fn new_caller(&mut self, page: PageId) -> Caller {
        let tab = &mut self.tabs[page.tab];
        tab.last_caller += 1;
        tab.last_caller
    }

    pub fn watch_event(&mut self, page: PageId, event: &Event) {
        let t = self.t;
        let patience = self.config.timeout + self.tabs[page.tab].throttle + 20.0;
        let facts = &mut self.tabs[page.tab].facts;
        match event {
            Event::Ask(caller) | Event::Refresh { caller, .. } | Event::SignOut(caller) if !facts.stopped => {
                facts.callers.insert(*caller, t);
                let caller = *caller;
                self.after(patience, Happening::CallerDue { page, caller });
            }
            Event::Activity => self.somebody_is_there(page),
            _ => {}
        }
        match event {
            Event::SignOut(_) if !self.tabs[page.tab].facts.stopped => self.signs_out(page),
            Event::SignIn(_) => {
                let facts = &mut self.tabs[page.tab].facts;
                (facts.user, facts.key, facts.family, facts.ended) = (None, None, None, false);
            }
            Event::Stop => self.tabs[page.tab].facts.stopped = true,
            _ => {}
        }
    }

    fn signs_out(&mut self, page: PageId) {
        let t = self.t;
        self.watch.signed_out_at.push(t);
        self.tabs[page.tab].facts.signed_out_at = t;
        let facts = &self.tabs[page.tab].facts;
        if facts.ended && facts.key.is_some() {
            return;
        }
        match facts.key {
            Some(key) => {
                self.watch.keys.entry(key).or_default().ended.get_or_insert((t, EndReason::SignedOut));
            }
            None => self.watch.signed_out_blindly = t,
        }
    }

    pub fn watch_effect(&mut self, page: PageId, effect: &Effect) {
        let t = self.t;
        match effect {
            Effect::Refresh { attempt, refresh_token, reason } => {
                self.sees_refresh(page, *attempt, refresh_token.as_ref().and_then(ticket_of), *reason);
            }
            Effect::Answer { caller, answer } => {
                let known = self.tabs[page.tab].facts.callers.remove(caller);
                if known.is_none() {
                    self.broke("answers", format!("caller {caller} of tab {} was answered twice", page.tab));
                }
                // A `Retry-After` cannot be told from one that a clock set back moved away.
                let may_wait = self.watch.wall_steps > 1e6 && matches!(answer, Err(Refusal::Unavailable { retry_at: Some(_) }));
                let is_stuck = *caller == LAST && matches!(answer, Err(Refusal::Unavailable { .. }));
                // Whoever finds that a later session is lost gives up after a minute.
                let still_asks = self.tabs[page.tab].facts.asks_since.is_some_and(|since| self.t < since + 61e3);
                if is_stuck && !may_wait && !still_asks && self.t > self.config.length + PEACE + AFTERWARDS {
                    let snapshot = self.tabs[page.tab].session.as_ref().map(|session| session.snapshot());
                    self.broke("stuck", format!("tab {} in peace: {answer:?}, {snapshot:?}", page.tab));
                }
                if let Ok(Some(token)) = answer {
                    let number = number_of(token);
                    self.look_at_token(page, number);
                }
            }
            Effect::Save(stored) => {
                let facts = &mut self.tabs[page.tab].facts;
                facts.asks_since = None;
                if let Some(tokens) = &stored.tokens {
                    facts.ticket = tokens.refresh.as_ref().and_then(ticket_of);
                    let number = number_of(&tokens.access);
                    facts.family = self.server.issued.get(number).map(|issued| issued.ticket.family);
                }
                if let Some(order) = stored.order {
                    if facts.generation != order.generation {
                        (facts.generation, facts.generation_since) = (order.generation, t);
                    }
                    self.is_of_session(page, (order.epoch, order.session));
                }
            }
            Effect::Send(message) => {
                let key = (message.order.epoch, message.order.session);
                match message.payload {
                    Payload::Ask => {
                        self.tabs[page.tab].facts.asks_since.get_or_insert(t);
                    }
                    Payload::Activity(_) => {
                        let facts = &mut self.tabs[page.tab].facts;
                        facts.told_activity = facts.activity.take().or(facts.told_activity);
                    }
                    Payload::Tokens(_) => self.is_of_session(page, key),
                    Payload::End(end) if end.is_final() => {
                        self.watch.keys.entry(key).or_default().ended.get_or_insert((t, end.reason));
                    }
                    _ => {}
                }
            }
            Effect::Notify(Notice::Ended { reason }) => self.sees_end(page, *reason),
            Effect::Notify(Notice::Started {}) => self.tabs[page.tab].facts.ended = false,
            _ => {}
        }
    }

    /// The page takes part in this session from now on.
    fn is_of_session(&mut self, page: PageId, key: Key) {
        let t = self.t;
        let facts = &mut self.tabs[page.tab].facts;
        let before = facts.key.replace(key);
        if before != Some(key) {
            (facts.activity, facts.told_activity, facts.joined_at) = (None, None, t);
        }
        if self.watch.keys.contains_key(&key) || key.0 == 0 {
            return;
        }
        let family = self.tabs[page.tab].facts.family.and_then(|family| self.server.families.get(family));
        let began_at = family.map_or(t, |family| family.began_at.min(t));
        // Two sign-ins that met are put in their order: that makes no session younger.
        let facts = before
            .filter(|_| !self.tabs[page.tab].facts.ended)
            .and_then(|before| self.watch.keys.get(&before).filter(|_| before.1 == key.1).cloned())
            .unwrap_or(KeyFacts { began_at, activity: began_at, latest_activity: t, ..KeyFacts::default() });
        self.watch.keys.insert(key, facts);
        self.tally.count("sessions");
    }

    /// `wait` is `None` where it is lost.
    pub fn watch_message(&mut self, page: PageId, other: PageId, message: &Message, wait: Option<f64>) {
        let key = (message.order.epoch, message.order.session);
        let t = self.t;
        if let Payload::Activity(_) = message.payload
            && wait.is_some()
            && !self.config.record
            && self.tabs[other.tab].is_running()
        {
            self.learns_of_activity(page, key);
        }
        if !matches!(message.payload, Payload::End(end) if end.is_final()) {
            return;
        }
        let Some(known) = self.watch.keys.get_mut(&key).filter(|known| known.ended.is_some()) else { return };
        let until = match wait {
            Some(wait) => t + wait,
            None => f64::INFINITY,
        };
        known.grace.entry(page).or_insert(t);
        known.grace.entry(other).or_insert(until + 1.0);
    }

    /// It went into the cache while the message was on its way.
    pub fn misses(&mut self, page: PageId, message: &Message) {
        if let Some(known) = self.watch.keys.get_mut(&(message.order.epoch, message.order.session)) {
            known.grace.remove(&page);
        }
    }

    pub fn watch_found(&mut self, page: PageId, record: Option<&SharedRecord>) {
        if let Some(record) = record {
            self.counts_as_now(page, (record.order.epoch, record.order.session), record.last_activity);
        }
        // An end that is not final says nothing of one that is, of which only a tab that is gone knew.
        let Some(record) = record.filter(|record| record.ended.is_some_and(|end| end.is_final())) else { return };
        let t = self.t;
        let key = (record.order.epoch, record.order.session);
        if let Some(known) = self.watch.keys.get_mut(&key).filter(|known| known.ended.is_some()) {
            let until = known.grace.entry(page).or_insert(t);
            *until = until.min(t);
        }
    }

    pub fn watch_commit(&mut self, page: PageId, record: &SharedRecord) {
        let key = (record.order.epoch, record.order.session);
        // It may have been read before.
        let told = self.tabs[page.tab].facts.told_activity.map_or(0.0, |at| EPOCH * 1_000.0 + at);
        let is_in = self.watch.wall_steps > 0.0 || record.last_activity + 1.0 >= told;
        if self.tabs[page.tab].facts.key == Some(key) && is_in {
            self.learns_of_activity(page, key);
        }
        let highest = self.watch.committed.entry(key).or_default();
        *highest = (*highest).max(record.order.generation);
        for tab in 0..self.tabs.len() {
            let facts = &self.tabs[tab].facts;
            if let Some(family) = facts.family.filter(|_| facts.key == Some(key)) {
                self.watch.known_since.entry(family).or_insert(self.t);
            }
        }
        if let Some(end) = record.ended {
            // Of two sign-ins that met, the one that ended at once has got another number.
            let known = self.watch.keys.entry(key).or_default();
            if end.is_final() {
                known.written_at.get_or_insert(self.t);
                known.ended.get_or_insert((self.t, end.reason));
            }
        }
        let Some(before) = self.store.record else { return };
        let revived = before.ended.is_some_and(|end| end.is_final())
            && !record.ended.is_some_and(|end| end.is_final())
            && before.order.is_same_session(record.order);
        if revived && !self.watch.hostile {
            self.broke("revived", format!("{:?} in the record is gone, and nobody has signed in", before.ended));
        }
        if record.order < before.order && !self.watch.hostile {
            self.broke("record", format!("{:?} became {:?}", before.order, record.order));
        }
    }

    pub fn caller_is_due(&mut self, page: PageId, caller: Caller) {
        if !self.is_alive(page) || self.tabs[page.tab].facts.stopped {
            return;
        }
        let tab = &self.tabs[page.tab];
        let Some(asked_at) = tab.facts.callers.get(&caller).copied() else { return };
        let patience = self.config.timeout + tab.throttle + 50.0;
        let since = asked_at.max(tab.facts.running_since);
        if !tab.is_running() || self.t < since + patience {
            return self.after(patience, Happening::CallerDue { page, caller });
        }
        self.broke("waits", format!("caller {caller} of tab {} has waited for {} s", page.tab, (self.t - asked_at) / 1_000.0));
    }
}

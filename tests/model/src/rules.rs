//! What must hold, whatever happens.

use std::sync::Arc;

use evertoken::core::EndReason;
use stateright::Property;

use crate::faults::Fault;
use crate::model::{Model, Server};
use crate::platform::Request;
use crate::state::State;
use crate::tab::Tab;

/// No course of events takes longer.
const LONGEST: f64 = 300e3;

/// So long whoever is behind waits for an answer, and so long he goes on asking, since a question may be lost.
pub const QUESTION: f64 = 1_000.0;
pub const LONGEST_BEHIND: f64 = 61e3;

/// What was broken by a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    Successor,
    OneAtATime,
    End,
    Order,
    Time,
}

type Condition = fn(&Model, &State) -> bool;

pub fn properties() -> Vec<Property<Model>> {
    let always = |name, condition: Condition| Property::always(name, condition);
    let sometimes = |name, condition: Condition| Property::sometimes(name, condition);
    vec![
        always("no refresh token is presented after its successor was received", |_, state| state.keeps(Rule::Successor)),
        always("one request at a time, unless its tab slept over it", |_, state| state.keeps(Rule::OneAtATime)),
        always("no tab ends but by a lost successor", |_, state| state.keeps(Rule::End)),
        always("no two tabs hold different token sets of one order", |_, state| state.keeps(Rule::Order)),
        always("everything is over in time", |_, state| state.keeps(Rule::Time)),
        always("at the end the lock is free and all tabs hold the latest token set, or have ended", |_, state| {
            !state.is_over() || state.agrees()
        }),
        always("where no fault hit, or but a message was lost, there is one request and no end", |model, state| {
            !state.is_over() || !state.was_harmless(model) || state.is_perfect()
        }),
        always("where the server forgives, it rejects nothing", |model, state| model.server == Server::Strict || !state.endpoint.revoked),
        // That the faults hit.
        sometimes("a session ends where a successor can be lost", |model, state| {
            let can_be_lost = model.faults.is_left(Fault::Answer) && model.server == Server::Strict;
            !can_be_lost || state.tabs.iter().any(|tab| tab.ended.is_some())
        }),
        sometimes("a lock is taken away where a tab can be frozen", |model, state| {
            !model.faults.is_left(Fault::Freeze) || state.lock_was_taken
        }),
    ]
}

impl State {
    fn keeps(&self, rule: Rule) -> bool {
        self.broken != Some(rule)
    }

    fn broke(&mut self, rule: Rule) {
        self.say(|| format!("broken: {rule:?}"));
        self.broken.get_or_insert(rule);
    }

    pub fn look_at_request(&mut self, model: &Model, tab: usize, refresh: u8, lock_lost: bool) {
        if self.tabs.iter().any(|other| other.could_tell(refresh)) {
            self.broke(Rule::Successor);
        }
        // Whoever takes the lock away without a record cannot say so before.
        let is_blocked = self.left.was_spent(Fault::Block, model.faults);
        let is_excused = |lock_lost: bool| lock_lost && is_blocked;
        let is_beside = |other: &Request| other.tab != tab && !other.slept && !is_excused(other.lock_lost) && self.is_running(other.tab);
        if !is_excused(lock_lost) && self.requests.iter().any(is_beside) {
            self.broke(Rule::OneAtATime);
        }
    }

    /// By a rejection that follows a reuse; or left behind by a later token set that no tab can tell any more.
    pub fn look_at_end(&mut self, model: &Model, tab: usize, reason: EndReason) {
        let held = self.tabs[tab].holds.map_or(0, |held| held.refresh);
        (self.tab(tab).holds, self.tab(tab).ended) = (None, Some(reason));
        let is_lossy = self.left.was_spent(Fault::Message, model.faults);
        let may_miss = if is_lossy { LONGEST_BEHIND } else { QUESTION };
        let was_asked = |other: &Tab| other.woke_at.is_none_or(|woke_at| self.t > woke_at + may_miss);
        let is_told = self.tabs.iter().any(|other| other.could_tell(held) && was_asked(other));
        let is_lost = self.endpoint.revoked || (self.endpoint.latest.refresh > held && !is_told);
        if reason != EndReason::RefreshRejected || !is_lost {
            self.broke(Rule::End);
        }
    }

    pub fn look_at_orders(&mut self) {
        // What a tab has not written down yet may still get another number.
        let is_written = |(index, tab): &(usize, &Arc<Tab>)| tab.committed == 0 && !self.store.concerns(*index);
        let known = self.tabs.iter().enumerate().filter(is_written);
        let held: Vec<_> = known.filter_map(|(_, tab)| Some((tab.generation, tab.holds?.access))).collect();
        let differ = |(index, one): (usize, &(u32, u8))| held[index + 1..].iter().any(|other| other.0 == one.0 && other.1 != one.1);
        if held.iter().enumerate().any(differ) {
            self.broke(Rule::Order);
        }
    }

    pub fn look_at_time(&mut self) {
        if self.t > LONGEST {
            self.broke(Rule::Time);
        }
    }

    /// Every tab that runs has what it wants, and is at nothing.
    pub fn is_settled(&self) -> bool {
        (0..self.tabs.len()).filter(|tab| self.is_running(*tab)).all(|index| {
            let tab = &self.tabs[index];
            let is_content = tab.ended.is_some() || tab.holds.is_some_and(|held| held.refresh > 1);
            // Behind a frozen tab's transaction the record waits for that one.
            let writes =
                self.store.concerns(index) && !self.store.running.as_ref().is_some_and(|running| self.tabs[running.tab].is_frozen());
            let asks = self.requests.iter().any(|request| request.tab == index);
            is_content && !asks && !writes && self.locks.holder != Some(index) && !self.locks.waiting.contains(&index)
        })
    }

    /// Nothing more happens.
    fn is_over(&self) -> bool {
        let mut actions = Vec::new();
        self.actions(&mut actions);
        actions.is_empty() && self.broken.is_none()
    }

    fn agrees(&self) -> bool {
        let living = || self.tabs.iter().filter(|tab| tab.is_running() && tab.ended.is_none());
        // Where a server forgives, two access tokens may come with one refresh token.
        let refresh_of = |tab: &Arc<Tab>| tab.holds.map(|held| held.refresh);
        let first = living().next().and_then(refresh_of);
        let is_same = living().all(|tab| refresh_of(tab) == first && tab.session.access_token().is_some());
        is_same && self.locks.holder.is_none() && self.is_settled()
    }

    fn was_harmless(&self, model: &Model) -> bool {
        let hits = Fault::ALL.into_iter().filter(|fault| self.left.was_spent(*fault, model.faults));
        hits.into_iter().all(|fault| fault == Fault::Message)
    }

    fn is_perfect(&self) -> bool {
        let has_next = |tab: &Tab| tab.ended.is_none() && tab.generation == 2;
        self.sent == 1 && self.endpoint.served == 1 && self.tabs.iter().all(|tab| has_next(tab))
    }
}

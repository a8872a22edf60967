//! What may happen next.

use evertoken::core::Event;

use crate::faults::Fault;
use crate::model::Model;
use crate::platform::Reply;
use crate::prints::print_of;
use crate::rules::{LONGEST_BEHIND, QUESTION};
use crate::state::State;
use crate::tab::Life;

/// More effects than these no event has that others can see.
const MOST_SEEN: u8 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Take(Step),
    Commit,
    /// The server does what a request wants.
    Serve(usize),
    /// Nothing else is left to do: on to the next timer.
    Wait,
    Resume(usize),
    // The faults.
    Lose {
        tab: usize,
        message: usize,
    },
    LoseRequest(usize),
    Kill(usize),
    /// In the middle of a step, after so many of its effects.
    KillIn(Step, u8),
    Freeze(usize),
    /// With its channel closed; here for which of the faults.
    Deafen(usize, Fault),
    Slow(usize),
}

/// What a tab does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Hear { tab: usize, message: usize },
    LockNews(usize),
    Read(usize),
    Synced(usize),
    Timer(usize),
    Answer { tab: usize, request: usize },
}

impl State {
    pub fn actions(&self, actions: &mut Vec<Action>) {
        if self.broken.is_some() {
            return;
        }
        let mut steps = Vec::new();
        for tab in 0..self.tabs.len() {
            self.steps_of(tab, &mut steps);
        }
        actions.extend(steps.iter().map(|step| Action::Take(*step)));
        if self.store.running.as_ref().is_some_and(|running| running.writes.is_some()) {
            actions.push(Action::Commit);
        }
        // The news of a lock is quicker than the network.
        if !self.tabs.iter().any(|tab| tab.is_running() && !tab.lock_news.is_empty()) {
            let unserved = (0..self.requests.len()).filter(|request| self.requests[*request].reply.is_none());
            actions.extend(unserved.map(Action::Serve));
        }
        let must = actions.iter().any(|action| !self.may_be_late(*action));
        if !must && !self.is_settled() && self.next_wake().is_finite() {
            actions.push(Action::Wait);
        }
        if !actions.is_empty() {
            self.faults(&steps, actions);
        }
        actions.extend((0..self.tabs.len()).filter(|tab| self.tabs[*tab].is_frozen()).map(Action::Resume));
    }

    /// Only what belongs to a slow request: all else is quicker than any timer.
    fn may_be_late(&self, action: Action) -> bool {
        match action {
            Action::Serve(request) | Action::Take(Step::Answer { request, .. }) => self.requests[request].slow,
            _ => false,
        }
    }

    fn steps_of(&self, tab: usize, steps: &mut Vec<Step>) {
        let here = &self.tabs[tab];
        if !here.is_running() {
            return;
        }
        for (message, said) in here.unheard.iter().enumerate() {
            // Of two that are the same one is enough.
            if message == 0 || here.unheard[message - 1] != *said {
                steps.push(Step::Hear { tab, message });
            }
        }
        if !here.lock_news.is_empty() {
            steps.push(Step::LockNews(tab));
        }
        if here.stale_news > 0 {
            // First things first.
        } else if here.committed > 0 {
            steps.push(Step::Synced(tab));
        } else if self.store.running.as_ref().is_some_and(|running| running.tab == tab && running.writes.is_none()) {
            steps.push(Step::Read(tab));
        }
        if here.is_due(self.t) {
            steps.push(Step::Timer(tab));
        }
        for (request, sent) in self.requests.iter().enumerate() {
            if sent.tab == tab && sent.reply.is_some() {
                steps.push(Step::Answer { tab, request });
            }
        }
    }

    fn faults(&self, steps: &[Step], actions: &mut Vec<Action>) {
        let running = || (0..self.tabs.len()).filter(|tab| self.is_running(*tab));
        let is_apart = |tab: &usize| !self.store.concerns(*tab);
        if self.left.is_left(Fault::Message) {
            let lost = steps.iter().filter_map(|step| match *step {
                Step::Hear { tab, message } => Some(Action::Lose { tab, message }),
                _ => None,
            });
            actions.extend(lost);
        }
        if self.left.is_left(Fault::Answer) {
            let is_there = |request: &usize| self.requests[*request].reply != Some(Reply::Lost);
            actions.extend((0..self.requests.len()).filter(is_there).map(Action::LoseRequest));
        }
        if self.left.is_left(Fault::Kill) {
            actions.extend(running().map(Action::Kill));
            actions.extend(steps.iter().flat_map(|step| (1..MOST_SEEN).map(|effects| Action::KillIn(*step, effects))));
        }
        if self.left.is_left(Fault::Freeze) {
            actions.extend(running().filter(is_apart).map(Action::Freeze));
        }
        if self.left.is_left(Fault::Deaf) {
            actions.extend(running().filter(is_apart).map(|tab| Action::Deafen(tab, Fault::Deaf)));
        }
        if self.left.is_left(Fault::Block) {
            actions.extend(running().filter(|tab| !is_apart(tab)).map(|tab| Action::Deafen(tab, Fault::Block)));
        }
        if self.left.is_left(Fault::Slow) {
            actions.extend((0..self.requests.len()).filter(|request| !self.requests[*request].slow).map(Action::Slow));
        }
    }

    pub fn next_wake(&self) -> f64 {
        let running = self.tabs.iter().filter(|tab| tab.is_running());
        running.filter_map(|tab| tab.wake).fold(f64::INFINITY, f64::min)
    }

    /// What comes of it; `None` where the tab would not have died in the middle of the step.
    pub fn after(mut self, model: &Model, action: Action) -> Option<State> {
        if self.log.is_some() {
            self.say(|| format!("* {action:?}"));
        }
        match action {
            Action::Take(step) => {
                self.step(model, step, None);
            }
            Action::Commit => self.commit(model),
            Action::Serve(request) => self.serve(model, request),
            Action::Wait => {
                self.t = self.next_wake();
                let t = self.t;
                let may_matter = if model.faults.is_left(Fault::Message) { LONGEST_BEHIND } else { QUESTION };
                for tab in 0..self.tabs.len() {
                    let here = self.tab(tab);
                    here.has_news = false;
                    here.woke_at.take_if(|woke_at| t > *woke_at + may_matter);
                }
                self.look_at_time();
            }
            Action::Resume(tab) => {
                let t = self.t;
                let here = self.tab(tab);
                (here.life, here.has_news, here.woke_at) = (Life::Running, true, Some(t));
                here.stale_news = here.lock_news.len();
                self.event(model, tab, Event::Resumed);
            }
            Action::Lose { tab, message } => {
                self.left.spend(Fault::Message);
                self.tab(tab).unheard.remove(message);
            }
            Action::LoseRequest(request) => {
                self.left.spend(Fault::Answer);
                self.requests[request].reply = Some(Reply::Lost);
            }
            Action::Kill(tab) => {
                self.left.spend(Fault::Kill);
                self.kill(tab);
            }
            Action::KillIn(step, effects) => {
                self.left.spend(Fault::Kill);
                if !self.step(model, step, Some(effects)) {
                    return None;
                }
            }
            Action::Freeze(tab) => {
                self.left.spend(Fault::Freeze);
                self.freeze(tab, Life::Frozen);
            }
            Action::Deafen(tab, fault) => {
                self.left.spend(fault);
                self.freeze(tab, Life::Deaf);
                self.tab(tab).unheard.clear();
            }
            Action::Slow(request) => {
                self.left.spend(Fault::Slow);
                self.requests[request].slow = true;
            }
        }
        Some(self)
    }

    /// Says whether the tab has died in it.
    fn step(&mut self, model: &Model, step: Step, dies_after: Option<u8>) -> bool {
        match step {
            Step::Hear { tab, message } => {
                let here = self.tab(tab);
                let (said, before) = (here.unheard.remove(message), here.holds);
                let event = Event::Heard(Box::new((*said.message).clone()));
                let dies = self.event_until(model, tab, event, said.print, dies_after);
                let here = self.tab(tab);
                here.has_news |= said.is_news && here.holds != before;
                dies
            }
            Step::LockNews(tab) => {
                let here = self.tab(tab);
                here.stale_news = here.stale_news.saturating_sub(1);
                let Some(news) = here.lock_news.pop_front() else { return false };
                let event = news.event();
                let print = print_of(&event);
                self.event_until(model, tab, event, print, dies_after)
            }
            Step::Read(tab) => self.read_until(model, tab, dies_after),
            Step::Synced(tab) => self.synced_until(model, tab, dies_after),
            Step::Timer(tab) => {
                self.tab(tab).wake = None;
                self.event_until(model, tab, Event::Check, print_of(&Event::Check), dies_after)
            }
            Step::Answer { request, .. } => self.answer_until(model, request, dies_after),
        }
    }
}

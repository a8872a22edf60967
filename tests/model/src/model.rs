//! What is explored.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use stateright::{Checker, HasDiscoveries, Path, Property};

use crate::actions::Action;
use crate::faults::Faults;
use crate::responses::Responses;
use crate::rules;
use crate::state::State;

/// What is left out of the platform, to see that the model can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Sound,
    /// Everybody has the lock at once.
    NoLock,
    /// Messages are lost, and the record is not written.
    Mute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// A refresh token that is presented again ends the session.
    Strict,
    /// The last but one is forgiven.
    Forgiving,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub tabs: usize,
    pub faults: Faults,
    pub mode: Mode,
    pub server: Server,
    pub(crate) responses: Arc<Responses>,
}

/// How an exploration went.
#[derive(Debug)]
pub struct Course {
    pub states: usize,
    pub depth: usize,
    pub time: Duration,
    /// Every state was seen.
    pub is_complete: bool,
    /// The properties that do not hold, each with its shortest course of events; empty where one should be possible and is not.
    pub broken: Vec<(&'static str, Vec<String>)>,
}

impl Model {
    pub fn new(tabs: usize, faults: Faults, mode: Mode, server: Server) -> Model {
        Model { tabs, faults, mode, server, responses: Arc::default() }
    }

    /// Breadth first, so that what is found is the shortest; until something is broken, or so many states were seen.
    pub fn explore(&self, threads: usize, most: Option<NonZeroUsize>) -> Course {
        let began = Instant::now();
        let checker = stateright::Model::checker(self.clone()).threads(threads).finish_when(HasDiscoveries::AnyFailures);
        let checker = match most {
            Some(most) => checker.target_state_count(most.get()),
            None => checker,
        };
        let checker = checker.spawn_bfs().join();
        let found = checker.discoveries();
        let is_stopped = most.is_some_and(|most| checker.state_count() >= most.get());
        let mut broken = Vec::new();
        for property in rules::properties() {
            match (found.get(property.name), property.expectation.discovery_is_failure()) {
                (Some(path), true) => broken.push((property.name, self.tell(path.clone()))),
                (None, false) if !is_stopped => broken.push((property.name, Vec::new())),
                _ => {}
            }
        }
        Course { states: checker.unique_state_count(), depth: checker.max_depth(), time: began.elapsed(), is_complete: !is_stopped, broken }
    }

    fn tell(&self, path: Path<State, Action>) -> Vec<String> {
        let mut state = State::begin(self);
        state.log = Some(Vec::new());
        for action in path.into_actions() {
            let Some(next) = state.clone().after(self, action) else { break };
            state = next;
        }
        let last = format!("{state:?}");
        state.log.into_iter().flatten().chain([last]).collect()
    }
}

impl stateright::Model for Model {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State::begin(self)]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        state.actions(actions);
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        state.clone().after(self, action)
    }

    fn properties(&self) -> Vec<Property<Model>> {
        rules::properties()
    }
}

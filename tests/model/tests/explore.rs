//! Small explorations, each to its end; and worlds without a part of the platform, in which something breaks.

use evertoken_model::{Course, Fault, Faults, Mode, Model, Server};

#[track_caller]
fn holds(tabs: usize, faults: Faults, server: Server) -> Course {
    let course = Model::new(tabs, faults, Mode::Sound, server).explore(2, None);
    if let Some((property, events)) = course.broken.first() {
        panic!("{tabs} tabs, {faults}: {property}\n{}", events.join("\n"));
    }
    assert!(course.is_complete);
    course
}

#[track_caller]
fn breaks(mode: Mode) {
    let course = Model::new(2, Faults::default(), mode, Server::Strict).explore(1, None);
    assert!(course.broken.iter().any(|(property, events)| property.starts_with("no refresh token") && !events.is_empty()), "{course:?}");
}

const ALL: [Fault; 7] = [Fault::Message, Fault::Answer, Fault::Kill, Fault::Freeze, Fault::Deaf, Fault::Slow, Fault::Block];

#[test]
fn two_tabs_without_a_fault() {
    let course = holds(2, Faults::default(), Server::Strict);
    assert!(course.states > 20);
}

#[test]
fn two_tabs_with_each_fault_alone() {
    for fault in ALL {
        holds(2, Faults::of(&[fault]), Server::Strict);
    }
}

#[test]
fn two_tabs_with_each_fault_alone_where_the_server_forgives() {
    // A tab frozen in a transaction keeps the other from writing which token set is the second of two that are both good.
    for fault in ALL.into_iter().filter(|fault| *fault != Fault::Block) {
        holds(2, Faults::of(&[fault]), Server::Forgiving);
    }
}

#[test]
fn two_tabs_with_two_faults() {
    let others = Faults::of(&[Fault::Message, Fault::Answer, Fault::Kill, Fault::Deaf, Fault::Slow]);
    holds(2, others.at_most(2), Server::Strict);
    for other in [Fault::Message, Fault::Kill] {
        holds(2, Faults::of(&[Fault::Freeze, other]), Server::Strict);
    }
}

#[test]
fn three_tabs_with_each_quick_fault_alone() {
    for fault in [Fault::Message, Fault::Answer, Fault::Kill, Fault::Slow] {
        holds(3, Faults::of(&[fault]), Server::Strict);
    }
}

#[test]
fn three_tabs_of_which_one_is_frozen_in_a_transaction() {
    holds(3, Faults::of(&[Fault::Block]), Server::Strict);
}

#[test]
fn two_tabs_frozen_one_after_the_other() {
    holds(2, Faults::of(&[Fault::Freeze, Fault::Deaf]), Server::Strict);
}

#[test]
fn an_exploration_is_the_same_each_time() {
    let [one, other] = [1, 2].map(|threads| Model::new(2, Faults::of(&[Fault::Kill]), Mode::Sound, Server::Strict).explore(threads, None));
    assert_eq!(one.states, other.states);
}

#[test]
fn without_the_lock_it_breaks() {
    breaks(Mode::NoLock);
}

#[test]
fn without_messages_and_record_it_breaks() {
    breaks(Mode::Mute);
}

//! `stop()`: this tab leaves. Nothing is ended, a request under way is left to finish, and what it brings is kept for the next page.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World};

#[wasm_bindgen_test(unsupported = test)]
fn nothing_happens_after_it() {
    let mut world = World::holding_with(json!({"idleTimeout": "15m"}), 3600.0);
    let before = world.events().len();
    world.event(Event::Stop);
    assert_eq!((world.wake, world.token(), world.session.usable_for()), (None, None, None));
    world.pass(3400.0);
    for event in [Event::Check, Event::Online, Event::Activity, Event::Ask(99), Event::Stop] {
        world.event(event);
        assert_eq!(world.wake, None);
    }
    assert_eq!((world.requests.len(), world.events().len(), world.answers.len()), (1, before, 0));
}

#[wasm_bindgen_test(unsupported = test)]
fn those_who_wait_are_told() {
    let mut world = World::new(json!({}));
    world.start();
    let callers = [world.ask(), world.refresh()];
    world.event(Event::Stop);
    for caller in callers {
        assert_eq!(world.answer_of(caller), Err(Refusal::Stopped));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn those_who_wait_for_a_sign_out_are_told_too() {
    let mut world = World::with(json!({}), Abilities { sign_out: true, ..REFRESHES });
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    let caller = world.sign_out();
    world.event(Event::Stop);
    assert_eq!(world.answer_of(caller), Err(Refusal::Stopped));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_request_under_way_finishes_and_is_kept() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.event(Event::Stop);
    world.pass(15.0);
    let tokens = world.fresh_with(3600.0, "r2");
    let access = tokens.access.clone();
    let events = world.events().len();
    world.answer(tokens);
    let saved = world.saved.clone().unwrap().tokens.unwrap();
    assert_eq!((saved.access, saved.refresh.unwrap().expose()), (access, "r2"));
    assert_eq!((world.token(), world.events().len()), (None, events));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_request_that_never_ends_is_given_up() {
    let mut world = World::holding(3600.0);
    let request = world.run_to_request();
    world.event(Event::Stop);
    while world.next() {}
    assert_eq!(world.abandoned, [request.attempt]);
    assert!(world.t >= request.at + 30.0);
    assert_eq!(world.count("refreshfailed"), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_failure_or_rejection_is_left_to_the_next_page() {
    for rejects in [true, false] {
        let mut world = World::holding(3600.0);
        world.run_to_request();
        let saved = world.saved.clone();
        world.event(Event::Stop);
        if rejects {
            world.reject()
        } else {
            world.fail()
        }
        assert_eq!(world.saved, saved);
        assert_ne!(world.status(), Status::Ended);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_that_would_be_refused_is_not_kept() {
    let mut world = World::with(json!({"expectedIssuer": "https://id.example"}), REFRESHES);
    world.start();
    world.event(Event::Stop);
    world.grant(3600.0);
    assert_eq!(world.saved, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_out_under_way_finishes() {
    let mut world = World::with(json!({}), Abilities { sign_out: true, ..REFRESHES });
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    world.sign_out();
    world.event(Event::Stop);
    world.signed_out(None);
    assert!(world.saved.clone().unwrap().sign_outs.is_empty());
}

/// Whose tokens they are, the next page finds out by a refresh of its own.
#[wasm_bindgen_test(unsupported = test)]
fn somebody_elses_tokens_are_told_and_left_to_nobody() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.event(Event::Stop);
    let events = world.events().len();
    let tokens = world.issue_with(3600.0, |claims| claims.sub = Some("bob".into()));
    world.answer(tokens);
    assert_eq!(world.saved.clone().unwrap().tokens, None);
    assert_eq!((world.token(), world.snapshot().subject, world.events().len()), (None, None, events));
}

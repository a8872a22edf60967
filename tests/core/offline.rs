//! Offline: a hint. One attempt per check interval is still made; the network's return lifts a backoff.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{World, assert_between, assert_near};

/// Offline since the moment before the token is due.
fn offline() -> World {
    let mut world = World::holding(3600.0);
    world.run_until(3299.0);
    world.event(Event::Offline);
    world
}

#[wasm_bindgen_test(unsupported = test)]
fn a_due_token_is_tried_once_per_check_interval() {
    let mut world = offline();
    let first = world.run_to_request();
    assert_between(first.at, 3300.0, 3360.001);
    world.fail();
    assert_eq!(world.snapshot().refresh, RefreshState::Offline);
    assert_near(world.moment(world.snapshot().retry_at), first.at + 60.0);
    let attempts = world.fail_until(first.at + 600.0);
    let mut last = first.at;
    for at in attempts {
        assert!(at - last >= 60.0, "{at} after {last}");
        last = at;
    }
    assert!(last > first.at + 200.0, "it has given up");
}

#[wasm_bindgen_test(unsupported = test)]
fn it_never_hinders_the_first_attempt() {
    let mut world = World::new(json!({}));
    world.event(Event::Offline);
    world.start();
    assert_eq!(world.requests.len(), 1);
    world.grant(3600.0);
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_is_made_for_a_caller() {
    let mut world = World::holding(3600.0);
    world.event(Event::Offline);
    world.run_until(1000.0);
    world.refresh();
    assert_eq!(world.requests.len(), 2);
    world.fail();
    let caller = world.refresh();
    assert!(matches!(world.answer_of(caller), Err(Refusal::Unavailable { retry_at: Some(_) })), "in a minute");
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_does_not_hurry_the_next_attempt() {
    let mut world = offline();
    let first = world.run_to_request();
    world.fail();
    let tokens = world.fresh(1.0);
    world.sign_in(tokens);
    let second = world.run_to_request();
    assert_between(second.at - first.at, 60.0, 60.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_networks_return_lifts_a_backoff() {
    let mut world = offline();
    world.run_to_request();
    for attempt in 3..20 {
        world.fail();
        world.event(Event::Online);
        assert_eq!(world.requests.len(), attempt);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn where_it_is_told_too_early_the_waits_begin_anew() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.fail();
    world.fail_until(5_000.0);
    world.event(Event::Online);
    let mut last = world.request().at;
    for step in [1.0, 2.0, 4.0] {
        world.fail();
        let next = world.run_to_request().at;
        assert_between(next - last, 0.0, step + 0.001);
        last = next;
    }
    assert!(world.snapshot().attempts > 10, "they are failures in a row all the same");
}

#[wasm_bindgen_test(unsupported = test)]
fn it_lifts_a_backoff_of_its_own_accord_too() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.fail();
    world.event(Event::Online);
    assert_eq!(world.requests.len(), 3);
    assert_eq!(world.request().reason, RefreshReason::Retry);
}

#[wasm_bindgen_test(unsupported = test)]
fn it_hurries_nothing_where_nothing_is_due() {
    let mut world = World::holding(3600.0);
    world.event(Event::Offline);
    world.event(Event::Online);
    assert_eq!(world.requests.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_answer_that_comes_is_as_good_as_any() {
    let mut world = offline();
    world.run_to_request();
    world.grant(3600.0);
    assert_eq!((world.status(), world.snapshot().refresh), (Status::Active, RefreshState::Idle));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_token_expires_and_the_session_lives() {
    let mut world = offline();
    world.run_to_request();
    world.fail();
    world.fail_until(20_000.0);
    assert_eq!((world.status(), world.count("ended")), (Status::Expired, 0));
    world.event(Event::Online);
    world.grant(3600.0);
    assert_eq!(world.status(), Status::Active);
}

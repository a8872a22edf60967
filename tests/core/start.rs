//! The start: what is held decides, `Ready` comes once when the first attempt is over, and a failure is no end.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, assert_between, token_set};

const NO_REFRESH: Abilities = Abilities { refresh: false, ..REFRESHES };

#[wasm_bindgen_test(unsupported = test)]
fn without_a_token_it_refreshes() {
    let mut world = World::new(json!({}));
    world.start();
    assert_eq!(world.request().reason, RefreshReason::Start);
    assert_eq!(world.request().refresh_token, None);
    assert_eq!((world.status(), world.snapshot().refresh), (Status::Starting, RefreshState::InFlight));
    assert_eq!((world.ready, world.token()), (0, None));
    world.grant(3600.0);
    assert_eq!((world.status(), world.snapshot().refresh), (Status::Active, RefreshState::Idle));
    assert_eq!(world.ready, 1);
    assert_eq!(world.events(), ["started", "refreshed"]);
    assert!(world.token().is_some());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_rejected_first_refresh_means_that_nobody_is_signed_in() {
    let mut world = World::new(json!({}));
    world.start();
    world.outcome(nobody(Some(204)));
    assert_eq!((world.status(), world.snapshot().reason), (Status::Ended, Some(EndReason::SignedOut)));
    assert_eq!((world.events(), world.ready), (vec!["ended"], 1));
    assert!(world.sign_outs.is_empty());
    assert!(!world.next(), "nothing is left to do");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_transient_failure_leaves_it_starting_with_retries() {
    let mut world = World::new(json!({}));
    world.start();
    world.fail();
    assert_eq!((world.status(), world.snapshot().refresh, world.ready), (Status::Starting, RefreshState::Waiting, 1));
    assert_eq!(world.wake().1, WakeReason::Retry);
    let retry = world.run_to_request();
    assert_between(retry.at, 0.0, 1.0);
    assert_eq!(retry.reason, RefreshReason::Retry);
    assert_eq!(world.status(), Status::Starting);
    world.grant(3600.0);
    assert_eq!((world.status(), world.ready), (Status::Active, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_timeout_ends_the_first_attempt_too() {
    let mut world = World::new(json!({}));
    world.start();
    world.run_until(9.999);
    assert_eq!(world.ready, 0);
    world.run_until(10.0);
    assert_eq!((world.ready, world.status()), (1, Status::Starting));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_given_token_is_in_hand_at_once() {
    let mut world = World::new(json!({}));
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    assert!(world.requests.is_empty());
    assert_eq!((world.status(), world.ready, world.events()), (Status::Active, 1, vec!["started"]));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_given_token_that_is_due_is_refreshed_at_once() {
    let mut world = World::new(json!({}));
    let tokens = world.fresh(3600.0);
    world.pass(3400.0);
    world.start_with(tokens);
    assert_eq!(world.request().reason, RefreshReason::Due);
    assert_eq!((world.status(), world.ready), (Status::Active, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_given_token_that_has_expired_is_renewed_before_the_start_is_over() {
    let mut world = World::new(json!({}));
    let tokens = world.fresh(3600.0);
    world.pass(3600.0);
    world.start_with(tokens);
    assert_eq!(world.request().reason, RefreshReason::Expired);
    assert_eq!((world.status(), world.ready, world.token()), (Status::Expired, 0, None));
    world.grant(3600.0);
    assert_eq!((world.status(), world.ready), (Status::Active, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_answer_that_has_expired_on_arrival_ends_the_first_attempt() {
    let mut world = World::new(json!({}));
    world.start();
    let old = world.jwt(60.0);
    world.answer_dated(token_set(json!({"access_token": old})), world.server_time() + 100.0);
    assert_eq!((world.status(), world.ready), (Status::Expired, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn without_a_token_and_a_way_to_get_one_it_is_signed_out() {
    let mut world = World::with(json!({}), NO_REFRESH);
    world.start();
    assert!(world.requests.is_empty());
    assert_eq!((world.snapshot().reason, world.ready), (Some(EndReason::SignedOut), 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refresh_that_takes_a_refresh_token_needs_one() {
    let takes_token = Abilities { refresh_takes_token: true, ..REFRESHES };
    let mut world = World::with(json!({}), takes_token);
    world.start();
    assert_eq!((world.requests.len(), world.snapshot().reason), (0, Some(EndReason::SignedOut)));

    let mut world = World::with(json!({}), takes_token);
    let tokens = world.fresh_with(3600.0, "r1");
    world.start_with(tokens);
    let request = world.run_to_request();
    assert_eq!(request.refresh_token.as_deref(), Some("r1"));
}

#[wasm_bindgen_test(unsupported = test)]
fn nothing_is_asked_before_the_start() {
    let mut world = World::new(json!({}));
    // The store is slow, and the world does not wait for it.
    for event in [Event::Offline, Event::Online, Event::Check, Event::Activity, Event::Offline] {
        world.event(event);
        assert_eq!((world.requests.len(), world.status()), (0, Status::Starting));
        assert_eq!(world.ready, 0);
    }
    world.pass(5.0);
    world.check();
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    assert_eq!((world.requests.len(), world.status(), world.ready), (0, Status::Active, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn nothing_ends_before_the_start() {
    let mut world = World::with(json!({"idleTimeout": "2s"}), NO_REFRESH);
    world.event(Event::Offline);
    world.pass(5.0);
    world.check();
    assert_eq!((world.status(), world.events().len()), (Status::Starting, 0));
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    assert_eq!((world.status(), world.events()), (Status::Active, vec!["started"]));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refused_first_token_ends_the_session() {
    let mut world = World::new(json!({"expectedAudience": "api"}));
    world.start();
    world.grant(3600.0);
    assert_eq!((world.snapshot().reason, world.token(), world.ready), (Some(EndReason::TokenRefused), None, 1));
    assert_eq!(world.events(), ["ended"]);
}

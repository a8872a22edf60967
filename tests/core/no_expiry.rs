//! A token without an end never expires and sets no deadline.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, World, assert_near, jwt, token_set};

fn endless() -> [TokenSet; 3] {
    [
        token_set(json!({"accessToken": "opaque"})),
        token_set(json!({"accessToken": jwt(json!({"sub": "alice"}))})),
        token_set(json!({"accessToken": jwt(json!({"sub": "alice", "iat": EPOCH}))})),
    ]
}

#[wasm_bindgen_test(unsupported = test)]
fn it_wants_no_wake() {
    for tokens in endless() {
        for restored in [true, false] {
            let mut world = World::new(json!({}));
            if restored {
                world.start_with(tokens.clone());
            } else {
                world.start();
                world.answer(tokens.clone());
            }
            assert_eq!((world.status(), world.wake), (Status::Active, None));
            assert_eq!(world.session.usable_for(), Some(f64::INFINITY));
            let snapshot = world.snapshot();
            assert_eq!((snapshot.expires_at, snapshot.due_at, snapshot.next_check_at), (None, None, None));
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn it_never_expires() {
    let mut world = World::new(json!({}));
    let [tokens, ..] = endless();
    world.start_with(tokens);
    world.pass(10.0 * 365.0 * 86_400.0);
    let caller = world.ask();
    assert_eq!(world.answer_of(caller), Ok(Some("opaque".into())));
    assert_eq!((world.requests.len(), world.events()), (0, vec!["started"]));
}

#[wasm_bindgen_test(unsupported = test)]
fn it_is_saved_without_an_end() {
    let mut world = World::new(json!({}));
    world.start();
    world.answer(token_set(json!({"access_token": "opaque"})));
    let saved = world.saved.clone().unwrap().tokens.unwrap();
    assert_eq!((saved.expires_in, saved.expires_at, saved.refresh_expires_at), (None, None, None));
}

#[wasm_bindgen_test(unsupported = test)]
fn limits_of_the_session_still_hold() {
    let mut world = World::new(json!({"idleTimeout": "15m"}));
    let [tokens, ..] = endless();
    world.start_with(tokens);
    assert_eq!(world.wake(), (60.0, WakeReason::Check));
    assert_near(world.moment(world.snapshot().next_check_at), 60.0);
    while world.next() {}
    assert_eq!(world.snapshot().reason, Some(EndReason::Idle));
    assert_near(world.t, 900.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn it_can_be_refreshed_on_request() {
    let mut world = World::new(json!({}));
    let [tokens, ..] = endless();
    world.start_with(tokens);
    let caller = world.refused("opaque");
    assert_eq!(world.request().reason, RefreshReason::Unauthorized);
    world.grant(3600.0);
    assert_eq!(world.answer_of(caller), Ok(world.token()));
    assert_eq!(world.snapshot().refresh, RefreshState::Idle, "where one end is unknown nothing is stale");
}

//! `setTokens()`: a new session that begins now, with a token that is reckoned as fresh, unless it was seen before.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{World, assert_near, token_set};

#[wasm_bindgen_test(unsupported = test)]
fn begins_a_session() {
    let mut world = World::new(json!({}));
    world.start();
    world.reject();
    assert_eq!(world.status(), Status::Ended);
    let tokens = world.fresh(3600.0);
    let access = tokens.access.expose().to_owned();
    world.sign_in(tokens);
    assert_eq!((world.status(), world.snapshot().reason, world.token()), (Status::Active, None, Some(access)));
    assert_eq!((world.snapshot().generation, world.snapshot().last_failure), (1, None));
    assert_eq!(world.events(), ["ended", "started"]);
    world.run_to_request();
}

#[wasm_bindgen_test(unsupported = test)]
fn is_kept() {
    let mut world = World::holding(3600.0);
    world.run_until(500.0);
    let tokens = world.fresh_with(3600.0, "r2");
    world.sign_in(tokens.clone());
    let saved = world.saved.clone().unwrap();
    assert_eq!(saved.tokens.unwrap().refresh, tokens.refresh);
    assert_near(saved.session_start.unwrap() / 1_000.0, world.wall());
}

#[wasm_bindgen_test(unsupported = test)]
fn is_fresh_whatever_the_devices_clock() {
    for skew in [-86_400.0, 86_400.0] {
        let mut world = World::new(json!({}));
        world.server_skew = skew;
        world.start();
        world.reject();
        let access = world.jwt(3600.0);
        world.sign_in(token_set(json!({"accessToken": access})));
        assert_near(world.moment(world.snapshot().expires_at), 3600.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn with_the_token_in_hand_keeps_its_first_reckoning() {
    let mut world = World::new(json!({}));
    let access = world.jwt(3600.0);
    let tokens = || token_set(json!({"accessToken": access}));
    world.start_with(tokens());
    world.run_until(3000.0);
    world.sign_in(tokens());
    assert_near(world.moment(world.snapshot().expires_at), 3600.0);
    world.pass(600.0);
    world.check();
    assert_eq!(world.token(), None, "an expired token is never handed out");
}

#[wasm_bindgen_test(unsupported = test)]
fn takes_nothing_over_from_another_token() {
    let mut world = World::with(json!({}), Abilities { refresh_takes_token: true, ..crate::common::REFRESHES });
    let access = world.jwt(3600.0);
    world.start_with(token_set(json!({"accessToken": access, "refreshToken": "r1", "idToken": "id", "scope": "openid"})));
    let tokens = world.fresh(3600.0);
    world.sign_in(tokens);
    assert_eq!(world.session.id_token(), None);
    let saved = world.saved.clone().unwrap().tokens.unwrap();
    assert_eq!((saved.refresh, saved.scope), (None, None));
}

#[wasm_bindgen_test(unsupported = test)]
fn forgets_a_backoff() {
    let mut world = World::new(json!({}));
    world.start();
    world.fail_with(503, Some(3000.0));
    let old = world.jwt(1.0);
    world.sign_in(token_set(json!({"accessToken": old})));
    assert_eq!((world.snapshot().attempts, world.snapshot().last_failure), (0, None));
    world.run_until(2.0);
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn of_a_token_that_is_due_refreshes_it() {
    let mut world = World::new(json!({}));
    let old = world.fresh(3600.0);
    world.start_with(old);
    world.pass(3400.0);
    let access = world.jwt(600.0);
    world.pass(500.0);
    world.sign_in(token_set(json!({"accessToken": access, "expiresIn": 100, "expiresAt": 1.0})));
    world.run_for(51.0 + 12.0);
    assert_eq!(world.request().reason, RefreshReason::Due);
}

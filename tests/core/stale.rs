//! Stale answers: adopted and announced like any other, but the next attempt waits, longer each time in a row. No server makes a storm.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, assert_between, assert_near, token_set};

/// A session whose token is due, and a server that answers with the same token for ever.
fn same_again() -> (World, serde_json::Value) {
    let mut world = World::new(json!({}));
    let answer = json!({"access_token": world.jwt(3600.0), "expires_in": 3600});
    world.start();
    world.answer(token_set(answer.clone()));
    world.run_to_request();
    (world, answer)
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_token_is_announced_and_keeps_its_first_reckoning() {
    let (mut world, answer) = same_again();
    world.answer(token_set(answer));
    assert_eq!((world.snapshot().generation, world.count("refreshed"), world.count("refreshfailed")), (2, 2, 0));
    assert_near(world.moment(world.snapshot().expires_at), 3600.0);
    assert_near(world.moment(world.snapshot().due_at), 3300.0);
    assert_eq!((world.snapshot().refresh, world.snapshot().attempts), (RefreshState::Waiting, 0));
    assert_eq!(world.count("expiring"), 1, "it was said for this token already");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_next_attempt_waits_as_after_a_failure() {
    let (mut world, answer) = same_again();
    let mut last = world.t;
    for step in [1.0, 2.0, 4.0] {
        world.answer(token_set(answer.clone()));
        let request = world.run_to_request();
        assert_between(request.at - last, 0.0, step + 0.001);
        assert_eq!(request.reason, RefreshReason::Due);
        last = request.at;
    }
    // From the fourth in a row on, with patience: over two minutes are left.
    world.answer(token_set(answer));
    let left = 3600.0 - world.t;
    assert_between(world.run_to_request().at - last, left * 0.2, left * 0.8 + 0.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_networks_return_does_not_hurry_it() {
    let (mut world, answer) = same_again();
    for _ in 0..4 {
        world.answer(token_set(answer.clone()));
        let waiting = world.requests.len();
        world.event(Event::Offline);
        world.event(Event::Online);
        world.check();
        assert_eq!(world.requests.len(), waiting);
        world.run_to_request();
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_fresh_answer_ends_the_row() {
    let (mut world, answer) = same_again();
    for _ in 0..3 {
        world.answer(token_set(answer.clone()));
        world.run_to_request();
    }
    let answer = json!({"access_token": world.jwt(3600.0), "expires_in": 3600});
    world.answer(token_set(answer.clone()));
    assert_eq!(world.snapshot().refresh, RefreshState::Idle);
    let granted = world.t;
    assert_between(world.run_to_request().at - granted, 3300.0, 3360.002);
    world.answer(token_set(answer));
    let last = world.t;
    assert_between(world.run_to_request().at - last, 0.0, 1.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_that_ends_no_later_is_stale() {
    let end = EPOCH + 3600.0;
    for (exp, waits) in [(end - 100.0, true), (end, true), (end + 1.0, false)] {
        let mut world = World::new(json!({}));
        world.start();
        world.grant(3600.0);
        world.refresh();
        let access = world.jwt_with(0.0, json!({"iat": EPOCH, "exp": exp}));
        world.answer(token_set(json!({"access_token": access})));
        world.pass(0.0001);
        world.refresh();
        assert_eq!(world.requests.len() == 2, waits, "{exp}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn opaque_tokens_are_compared_by_their_time_left() {
    for (lifetime, waits) in [(3000.0, true), (3600.0, true), (3601.5, false)] {
        let mut world = World::new(json!({}));
        world.start();
        let first = world.opaque(3600.0);
        world.answer(first);
        world.refresh();
        let second = world.opaque(lifetime);
        world.answer(second);
        world.refresh();
        assert_eq!(world.requests.len() == 2, waits, "{lifetime}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_short_tokens_rounding_is_a_tenth_of_its_life() {
    for (later, waits) in [(0.4, true), (0.6, false)] {
        let mut world = World::new(json!({}));
        world.start();
        let first = world.opaque(5.0);
        world.answer(first);
        world.pass(later);
        world.refresh();
        let second = world.opaque(5.0);
        world.answer(second);
        world.refresh();
        assert_eq!(world.requests.len() == 2, waits, "{later}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn where_an_end_is_unknown_nothing_is_stale() {
    let mut world = World::new(json!({}));
    world.start();
    for token in ["a", "b", "c"] {
        world.answer(token_set(json!({"access_token": token})));
        world.refresh();
    }
    assert_eq!(world.requests.len(), 4);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_new_refresh_token_of_a_stale_answer_is_adopted() {
    let mut world = World::with(json!({}), Abilities { refresh_takes_token: true, ..REFRESHES });
    let access = world.jwt(3600.0);
    world.start_with(token_set(json!({"accessToken": access, "refreshToken": "r1"})));
    world.run_to_request();
    world.answer(token_set(json!({"access_token": access, "refresh_token": "r2"})));
    assert_eq!(world.saved.clone().unwrap().tokens.unwrap().refresh.unwrap().expose(), "r2");
    assert_eq!(world.run_to_request().refresh_token.as_deref(), Some("r2"));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_maximum_at_the_server_that_caps_exp_makes_no_storm() {
    let end = EPOCH + 3600.0;
    let mut world = World::new(json!({}));
    world.start();
    while world.t < 3590.0 {
        let access = world.jwt_with(0.0, json!({"exp": end}));
        world.answer(token_set(json!({"access_token": access})));
        world.run_to_request();
    }
    assert!(world.requests.len() < 25, "{} refreshes", world.requests.len());
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_cached_answer_for_ever_makes_no_storm() {
    let (mut world, answer) = same_again();
    while world.t < 7200.0 {
        world.answer(token_set(answer.clone()));
        world.run_to_request();
    }
    // An hour of it, at a mean of half a minute.
    assert!(world.requests.len() < 200, "{} refreshes", world.requests.len());
    assert_eq!(world.status(), Status::Expired);
}

#[wasm_bindgen_test(unsupported = test)]
fn tokens_that_end_on_arrival_make_no_storm() {
    for adaptive in [true, false] {
        let mut world = World::new(json!({"adaptiveWindow": adaptive}));
        world.start();
        for _ in 0..100 {
            let tokens = world.opaque(0.0);
            world.answer(tokens);
            world.run_to_request();
        }
        assert!(world.t > 1000.0, "100 refreshes in {} s", world.t);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_fresh_answer_that_is_due_on_arrival_waits_like_a_stale_one() {
    let mut world = World::new(json!({}));
    world.start();
    // 30 s are left of an hour.
    let old = world.jwt(3600.0);
    world.answer_dated(token_set(json!({"access_token": old})), EPOCH + 3570.0);
    assert_near(world.moment(world.snapshot().expires_at), 30.0);
    assert_eq!((world.requests.len(), world.snapshot().refresh), (1, RefreshState::Waiting));
    assert_between(world.run_to_request().at, 0.0, 1.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn under_the_plain_rule_it_waits_one_check_interval() {
    let mut world = World::new(json!({"adaptiveWindow": false}));
    world.start();
    let old = world.jwt(3600.0);
    world.answer_dated(token_set(json!({"access_token": old})), EPOCH + 3590.0);
    assert_eq!(world.snapshot().refresh, RefreshState::Idle);
    // It expires meanwhile, and the next try is known.
    world.run_until(20.0);
    assert_eq!((world.requests.len(), world.status()), (1, Status::Expired));
    let caller = world.ask();
    let Err(Refusal::Unavailable { retry_at: Some(retry_at) }) = world.answer_of(caller) else { panic!() };
    assert_near(retry_at / 1_000.0 - EPOCH, 60.0);
    assert_between(world.run_to_request().at, 60.0, 60.001);
}

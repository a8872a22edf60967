//! A client's clock an hour off changes nothing: a fresh answer is reckoned by what the server tells, in the order of how well it is told.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{World, assert_near, token_set};

const SKEWS: [f64; 5] = [0.0, 3600.0, -3600.0, 86_400.0, -86_400.0];

fn world(skew: f64) -> World {
    let mut world = World::new(json!({}));
    world.server_skew = skew;
    world.start();
    world
}

#[track_caller]
fn assert_ends_at(world: &World, moment: f64) {
    assert_near(world.moment(world.snapshot().expires_at), moment);
}

#[wasm_bindgen_test(unsupported = test)]
fn expires_in_comes_first() {
    for skew in SKEWS {
        let mut world = world(skew);
        let access = world.jwt(7200.0);
        world.answer_dated(token_set(json!({"access_token": access, "expires_in": 3600})), world.server_time() + 100.0);
        assert_ends_at(&world, 3600.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn then_exp_by_the_date_header() {
    for skew in SKEWS {
        let mut world = world(skew);
        // Issued half an hour ago.
        let access = world.jwt(3600.0);
        world.answer_dated(token_set(json!({"access_token": access})), world.server_time() + 1800.0);
        assert_ends_at(&world, 1800.0);
        assert_near(world.snapshot().clock_skew.unwrap(), skew + 1800.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn then_the_whole_life_of_a_token_not_seen_before() {
    for skew in SKEWS {
        let mut world = world(skew);
        let access = world.jwt(3600.0);
        world.answer(token_set(json!({"access_token": access})));
        assert_ends_at(&world, 3600.0);
        assert_near(world.snapshot().clock_skew.unwrap(), skew);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn then_exp_by_the_wall_clock_and_the_skew_last_measured() {
    for skew in SKEWS {
        let mut world = world(skew);
        let measured = world.fresh(3600.0);
        world.answer(measured);
        world.run_until(1000.0);
        world.refresh();
        let exp = world.server_time() + 5000.0;
        world.answer(token_set(json!({"access_token": "opaque", "expires_at": exp})));
        assert_ends_at(&world, 6000.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn expires_in_and_exp_together_tell_the_skew() {
    for skew in SKEWS {
        let mut world = world(skew);
        let exp = world.server_time() + 3600.0;
        world.answer(token_set(json!({"access_token": "opaque", "expires_in": 3600, "expires_at": exp})));
        assert_near(world.snapshot().clock_skew.unwrap(), skew);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn without_a_measure_the_skew_is_unknown() {
    let mut world = world(3600.0);
    assert_eq!(world.snapshot().clock_skew, None);
    let tokens = world.opaque(3600.0);
    world.answer(tokens);
    assert_eq!(world.snapshot().clock_skew, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_cached_older_answer_is_seen_as_such() {
    for skew in SKEWS {
        let mut world = world(skew);
        let (cached, date) = (world.jwt(3600.0), world.server_time());
        world.answer_dated(token_set(json!({"access_token": cached})), date);
        world.run_to_request();
        let fresh = world.jwt(3600.0);
        world.answer_dated(token_set(json!({"access_token": fresh})), world.server_time());
        let granted = world.t;
        world.run_until(granted + 1000.0);
        world.refresh();
        world.answer_dated(token_set(json!({"access_token": cached})), date);
        assert_ends_at(&world, 3600.0);
        assert_eq!(world.token(), None, "it ended long ago");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_cached_older_token_is_seen_by_its_iat_too() {
    let mut world = world(3600.0);
    let cached = world.jwt(3600.0);
    world.answer(token_set(json!({"access_token": cached})));
    world.run_to_request();
    let fresh = world.jwt(3600.0);
    world.answer(token_set(json!({"access_token": fresh})));
    world.run_for(1000.0);
    world.refresh();
    world.answer(token_set(json!({"access_token": cached})));
    assert_ends_at(&world, 3600.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn no_clock_makes_every_call_refresh() {
    for skew in SKEWS {
        let mut world = world(skew);
        for _ in 0..20 {
            let access = world.jwt(3600.0);
            world.answer(token_set(json!({"access_token": access})));
            let granted = world.t;
            let next = world.run_to_request();
            assert!(next.at - granted >= 3300.0, "refreshed after {} s", next.at - granted);
            assert!(world.token().is_some());
        }
    }
}

//! Wakes: the nearest deadline and its reason, never one that has passed, and `Check` where nothing else comes before.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, assert_near, token_set};

#[wasm_bindgen_test(unsupported = test)]
fn a_deadline_that_has_been_seen_to_is_none() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    let left = 3600.0 - world.t;
    world.pass(left);
    world.check();
    assert_eq!(world.status(), Status::Expired);
    let (after, _) = world.wake();
    assert!(after > 0.0005, "woken again in {after} s");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_end_of_a_token_is_one() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.fail_with(503, Some(3000.0));
    world.run_until(3599.0);
    assert_eq!(world.wake().1, WakeReason::Expired);
    assert_near(world.t + world.wake().0, 3600.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_request_under_way_needs_no_retry() {
    let mut world = World::new(json!({"checkInterval": "1h"}));
    world.start();
    world.fail();
    assert_eq!(world.wake().1, WakeReason::Retry);
    world.run_to_request();
    assert_eq!(world.wake().1, WakeReason::Timeout);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_last_limit_of_a_request_is_one_too() {
    let mut world = World::new(json!({"checkInterval": "1d", "refreshTimeout": "10m"}));
    world.start();
    assert_near(world.wake().0, 600.0);
    world.next();
    assert_eq!(world.wake().1, WakeReason::Timeout);
    assert_near(world.wake().0, 1200.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_cannot_be_refreshed_wakes_to_say_that_it_expires() {
    let mut world = World::with(json!({"checkInterval": "1d"}), Abilities { refresh: false, ..REFRESHES });
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    assert_eq!(world.wake().1, WakeReason::Expiring);
    assert_near(world.wake().0, 3300.001);
    world.next();
    assert_eq!(world.count("expiring"), 1);
    assert_ne!(world.wake().1, WakeReason::Expiring);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_can_be_refreshed_wakes_for_its_refresh_alone() {
    let mut world = World::holding_with(json!({"checkInterval": "1d"}), 3600.0);
    assert_eq!(world.wake().1, WakeReason::Check);
    world.next();
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_check_past_the_drawn_moment_is_an_interval_on() {
    let mut world = World::holding(3600.0);
    let drawn = world.run_to_request().at;
    world.fail_with(503, Some(3000.0));
    for check in 1..4 {
        assert_near(world.moment(world.snapshot().next_check_at), drawn + 60.0 * f64::from(check));
        world.run_until(drawn + 60.0 * f64::from(check) + 0.01);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn without_a_refresh_ahead_checks_count_from_the_sign_in() {
    let mut world = World::new(json!({"idleTimeout": "1h"}));
    world.pass(7.0);
    world.start_with(token_set(json!({"accessToken": "opaque"})));
    world.run_until(100.0);
    assert_near(world.t + world.wake().0, 127.0);
}

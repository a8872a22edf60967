//! When a token is due: under the window's time left, under half of a short token's life, and by the plain rule where that is wanted.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, assert_between, assert_near, token_set};

const DAY: f64 = 86_400.0;

#[wasm_bindgen_test(unsupported = test)]
fn a_2_hour_token_is_refreshed_when_under_5_minutes_are_left() {
    let mut world = World::holding(7200.0);
    assert_near(world.moment(world.snapshot().due_at), 6900.0);
    assert_near(world.moment(world.snapshot().expires_at), 7200.0);
    let request = world.run_to_request();
    assert_between(request.at, 6900.001, 6960.001);
    assert_eq!(request.reason, RefreshReason::Due);
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn due_is_what_has_less_left_than_the_window() {
    let mut world = World::holding(7200.0);
    world.pass(6900.0);
    world.check();
    assert_eq!((world.requests.len(), world.count("expiring")), (1, 0), "the window itself is left");
    world.pass(0.001);
    world.check();
    assert_eq!(world.request().at, 6900.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_window_is_set_in_options() {
    let mut world = World::holding_with(json!({"refreshWindow": "20m", "checkInterval": "5s"}), 7200.0);
    assert_between(world.run_to_request().at, 6000.001, 6005.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_5_minute_token_is_refreshed_once_per_half_lifetime() {
    let mut world = World::holding(300.0);
    assert_near(world.moment(world.snapshot().due_at), 150.0);
    world.serve_until(3600.0, 300.0);
    // Every 150 s and a spread of up to 30 s.
    assert_between(world.requests.len() as f64, 21.0, 25.0);
    let mut last = 0.0;
    for request in &world.requests[1..] {
        assert_between(request.at - last, 150.0, 180.002);
        last = request.at;
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn half_the_lifetime_counts_not_what_is_left_of_it() {
    let mut world = World::new(json!({}));
    let tokens = world.fresh(400.0);
    world.pass(100.0);
    world.start_with(tokens);
    assert_near(world.moment(world.snapshot().due_at), 200.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_10_minute_token_has_the_whole_window() {
    assert_near(World::holding(600.0).snapshot().due_at.unwrap(), crate::common::EPOCH + 300.0);
    assert_near(World::holding(599.0).snapshot().due_at.unwrap(), crate::common::EPOCH + 299.5);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_plain_rule_refreshes_a_5_minute_token_at_every_check() {
    let mut world = World::holding_with(json!({"adaptiveWindow": false}), 300.0);
    assert_eq!(world.requests.len(), 1, "one that is due on arrival waits");
    world.serve_until(601.0, 300.0);
    let moments: Vec<f64> = world.requests.iter().map(|request| request.at).collect();
    assert_eq!(moments.len(), 11);
    for (minute, moment) in moments.into_iter().enumerate() {
        assert_between(moment, minute as f64 * 60.0, minute as f64 * 60.0 + 0.02);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn under_the_plain_rule_no_signal_hurries_a_token_that_was_due_on_arrival() {
    let mut world = World::holding_with(json!({"adaptiveWindow": false}), 300.0);
    world.pass(59.9);
    world.check();
    assert_eq!(world.requests.len(), 1);
    assert_eq!(world.wake().1, WakeReason::Check);
    assert_near(world.wake().0, 0.1);
    world.pass(0.1);
    world.check();
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_plain_rule_changes_nothing_for_a_longer_token() {
    let mut world = World::holding_with(json!({"adaptiveWindow": false}), 360.0);
    assert_between(world.run_to_request().at, 60.001, 120.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_30_day_token_sets_no_timer_longer_than_a_check() {
    let mut world = World::holding(30.0 * DAY);
    for _ in 0..200 {
        let (after, reason) = world.wake();
        assert!(after <= 60.0 && reason == WakeReason::Check);
        world.next();
    }
    world.pass(25.0 * DAY);
    world.check();
    assert_eq!((world.requests.len(), world.status()), (1, Status::Active));
    let left = 30.0 * DAY - 300.0 - world.t;
    world.pass(left);
    world.check();
    assert_eq!(world.requests.len(), 1);
    assert_between(world.run_to_request().at, 30.0 * DAY - 300.0, 30.0 * DAY - 239.9);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_late_timer_costs_at_most_one_check() {
    let mut world = World::holding(3600.0);
    world.pass(3599.0);
    world.check();
    assert_eq!((world.request().at, world.request().reason), (3599.0, RefreshReason::Due));
}

#[wasm_bindgen_test(unsupported = test)]
fn without_a_window_a_token_is_renewed_when_it_has_ended() {
    let mut world = World::holding_with(json!({"refreshWindow": 0}), 3600.0);
    let request = world.run_to_request();
    assert_between(request.at, 3600.0, 3600.002);
    assert_eq!((request.reason, world.status()), (RefreshReason::Expired, Status::Expired));
}

#[wasm_bindgen_test(unsupported = test)]
fn expiring_is_said_once_when_due() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    assert_eq!(world.count("expiring"), 1);
    let (_, notice) = world.notices.last().unwrap();
    assert_eq!(notice, &Notice::Expiring { expires_at: crate::common::EPOCH + 3600.0 });
    world.fail();
    world.run_for(60.0);
    assert_eq!(world.count("expiring"), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_has_expired_is_not_said_to_be_expiring() {
    let mut world = World::holding(3600.0);
    world.pass(3600.0);
    world.check();
    assert_eq!(world.events(), ["started", "refreshed", "expired"]);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_cannot_be_refreshed_is_said_to_expire_and_then_ends() {
    let mut world = World::with(json!({}), Abilities { refresh: false, ..REFRESHES });
    let tokens = world.fresh(3600.0);
    world.start_with(tokens);
    while world.count("expiring") == 0 {
        world.next();
    }
    assert_between(world.t, 3300.001, 3300.002);
    assert_near(world.notices.last().unwrap().0, world.t);
    world.run_until(3599.99);
    assert_eq!(world.status(), Status::Active);
    world.run_until(3600.001);
    assert_eq!((world.snapshot().reason, world.token()), (Some(EndReason::TokenExpired), None));
    assert_eq!(world.events(), ["started", "expiring", "expired", "ended"]);
    assert!(world.requests.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_lifetime_is_told_by_expires_in_before_the_claims() {
    let mut world = World::new(json!({}));
    world.start();
    let access = world.jwt(7200.0);
    world.answer(token_set(json!({"access_token": access, "expires_in": 400})));
    assert_near(world.moment(world.snapshot().expires_at), 400.0);
    assert_near(world.moment(world.snapshot().due_at), 200.0);
}

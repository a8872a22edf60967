//! The end of the refresh token: it makes the session due in time, is warned of once, and makes nothing due where refreshing does not extend it.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, assert_between, assert_near, token_set};

const TAKES_TOKEN: Abilities = Abilities { refresh_takes_token: true, ..REFRESHES };

/// The access token lives for two hours, the refresh token for as long as told.
fn answer(world: &mut World, refresh_expires_in: f64) -> TokenSet {
    let access = world.jwt(7200.0);
    token_set(json!({"access_token": access, "expires_in": 7200, "refresh_token": "r", "refresh_expires_in": refresh_expires_in}))
}

fn holding(refresh_expires_in: f64) -> World {
    let mut world = World::with(json!({}), TAKES_TOKEN);
    world.start();
    let tokens = answer(&mut world, refresh_expires_in);
    world.sign_in(tokens);
    world
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_ends_earlier_makes_the_session_due() {
    let mut world = holding(1800.0);
    assert_near(world.moment(world.snapshot().refresh_expires_at), 1800.0);
    assert_near(world.moment(world.snapshot().due_at), 1500.0);
    let request = world.run_to_request();
    assert_between(request.at, 1500.001, 1560.001);
    assert_eq!((request.reason, request.refresh_token.as_deref()), (RefreshReason::Due, Some("r")));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_short_one_makes_it_due_at_half_its_time() {
    let mut world = holding(400.0);
    assert_near(world.moment(world.snapshot().due_at), 200.0);
    assert_between(world.run_to_request().at, 200.001, 260.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn its_time_counts_from_when_it_comes() {
    let mut world = holding(10_000.0);
    world.run_until(1000.0);
    let tokens = answer(&mut world, 400.0);
    world.sign_in(tokens);
    assert_near(world.moment(world.snapshot().due_at), 1200.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_second_more_is_no_extension() {
    let mut world = holding(1800.0);
    world.pass(1600.0);
    world.check();
    let tokens = answer(&mut world, 201.0);
    world.answer(tokens);
    assert_near(world.moment(world.snapshot().due_at), 1600.0 + 6900.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_ends_later_changes_nothing() {
    let world = holding(10_000.0);
    assert_near(world.moment(world.snapshot().due_at), 6900.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_is_extended_makes_it_due_again() {
    let mut world = holding(1800.0);
    for _ in 0..5 {
        world.run_to_request();
        let granted = world.t;
        let tokens = answer(&mut world, 1800.0);
        world.answer(tokens);
        assert_near(world.moment(world.snapshot().due_at), granted + 1500.0);
    }
    assert_eq!(world.count("sessionexpiring"), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_is_not_extended_makes_nothing_due_any_more() {
    let mut world = holding(1800.0);
    world.run_to_request();
    let left = 1800.0 - world.t;
    let tokens = answer(&mut world, left);
    world.answer(tokens);
    let granted = world.t;
    assert_near(world.moment(world.snapshot().due_at), granted + 6900.0);
    world.run_until(1799.0);
    assert_eq!(world.requests.len(), 1 + 1 - 1, "refreshing for its sake is futile");
    assert_eq!(world.count("sessionexpiring"), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn rounding_to_seconds_is_no_extension() {
    for (more, extended) in [(0.9, false), (1.1, true)] {
        let mut world = holding(1800.0);
        world.run_to_request();
        let left = 1800.0 - world.t;
        let tokens = answer(&mut world, left + more);
        world.answer(tokens);
        assert_eq!(world.moment(world.snapshot().due_at) < 1801.0, extended, "{more}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_the_answer_leaves_out_keeps_its_end() {
    let mut world = holding(1800.0);
    world.run_to_request();
    world.grant(7200.0);
    assert_near(world.moment(world.snapshot().refresh_expires_at), 1800.0);
    assert_eq!(world.request().refresh_token.as_deref(), Some("r"));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_new_one_without_an_end_has_none() {
    let mut world = holding(1800.0);
    world.run_to_request();
    let tokens = world.fresh_with(7200.0, "r2");
    world.answer(tokens);
    assert_eq!(world.snapshot().refresh_expires_at, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_warning_comes_where_no_refresh_has_helped() {
    let mut world = holding(1800.0);
    let request = world.run_to_request();
    world.fail_with(503, Some(3600.0));
    assert!(request.at < 1650.0);
    world.run_until(1649.9);
    assert_eq!(world.count("sessionexpiring"), 0);
    world.run_until(1790.0);
    let warnings: Vec<_> = world.notices.iter().filter(|(_, notice)| matches!(notice, Notice::SessionExpiring { .. })).collect();
    assert_eq!(warnings.len(), 1);
    assert_near(warnings[0].0, 1650.0);
    assert_eq!(warnings[0].1, Notice::SessionExpiring { ends_at: EPOCH + 1800.0, because: Because::RefreshToken });
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_cannot_be_extended_is_warned_of_5_minutes_before_and_once() {
    let mut world = holding(7100.0);
    for lifetime in [0, 1, 2] {
        let caller = world.refresh();
        let left = 7100.0 - world.t;
        let tokens = answer(&mut world, left);
        world.answer(tokens);
        assert_eq!(world.answer_of(caller), Ok(world.token()), "{lifetime}");
        world.run_for(100.0);
    }
    world.run_until(6799.9);
    assert_eq!(world.count("sessionexpiring"), 0);
    world.run_until(6800.1);
    assert_eq!(world.count("sessionexpiring"), 1);
    let left = 7100.0 - world.t;
    world.refresh();
    let tokens = answer(&mut world, left);
    world.answer(tokens);
    world.run_until(7000.0);
    assert_eq!(world.count("sessionexpiring"), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn its_end_may_be_told_by_the_servers_clock() {
    let mut world = World::with(json!({}), TAKES_TOKEN);
    world.server_skew = -3600.0;
    world.start();
    let (access, end) = (world.jwt(7200.0), world.server_time() + 1800.0);
    world.sign_in(token_set(json!({"access_token": access, "expires_in": 7200, "refresh_token": "r", "refreshExpiresAt": end})));
    assert_near(world.moment(world.snapshot().refresh_expires_at), 1800.0);
}

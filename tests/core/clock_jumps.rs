//! Sleeps and set clocks: time slept counts at once, a clock set back changes nothing, one set forward costs a refresh and no more.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{World, assert_between, assert_near, token_set};

#[wasm_bindgen_test(unsupported = test)]
fn a_sleep_past_the_window_makes_a_refresh_at_once() {
    for sleep in [World::sleep, World::sleep_both] {
        let mut world = World::holding(3600.0);
        sleep(&mut world, 3400.0);
        assert_eq!((world.request().at, world.request().reason), (3400.0, RefreshReason::Due));
        assert_eq!(world.status(), Status::Active);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sleep_past_the_end_hands_out_nothing() {
    for sleep in [World::sleep, World::sleep_both] {
        let mut world = World::holding(3600.0);
        sleep(&mut world, 8.0 * 3600.0);
        assert_eq!((world.token(), world.status(), world.request().reason), (None, Status::Expired, RefreshReason::Expired));
        let caller = world.ask();
        world.grant(3600.0);
        assert_eq!(world.answer_of(caller), Ok(world.token()));
        assert_eq!(world.requests.len(), 2);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_caller_is_the_first_to_notice_too() {
    let mut world = World::holding(3600.0);
    world.t += 3600.0;
    world.set_wall_clock(3600.0);
    let caller = world.ask();
    assert!(world.waits(caller));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_wall_clock_set_back_changes_nothing() {
    let mut world = World::holding(3600.0);
    world.run_until(1000.0);
    world.set_wall_clock(-7200.0);
    world.check();
    assert_eq!((world.status(), world.requests.len()), (Status::Active, 1));
    let request = world.run_to_request();
    assert_between(request.at, 3300.001, 3360.001);
    world.run_until(3599.9);
    assert!(world.token().is_some());
    world.run_until(3600.0);
    assert_eq!(world.token(), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn times_that_are_shown_follow_the_wall_clock() {
    let mut world = World::holding_with(json!({"idleTimeout": "1h", "maxSessionLifespan": "8h"}), 3600.0);
    world.run_until(1000.0);
    world.set_wall_clock(-7200.0);
    world.check();
    let snapshot = world.snapshot();
    assert_near(snapshot.expires_at.unwrap() - world.wall(), 2600.0);
    assert_near(snapshot.due_at.unwrap() - world.wall(), 2300.0);
    assert_near(snapshot.idle_ends_at.unwrap() - world.wall(), 2600.0);
    assert_near(snapshot.session_ends_at.unwrap() - world.wall(), 27_800.0);
    assert_near(snapshot.clock_skew.unwrap(), 7200.0);
    world.sleep(600.0);
    assert_near(world.snapshot().expires_at.unwrap() - world.wall(), 2000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_is_kept_after_a_clock_was_set_back_is_read_aright() {
    let mut world = World::new(json!({}));
    let access = world.jwt(3600.0);
    world.start();
    world.answer(token_set(json!({"access_token": access})));
    world.set_wall_clock(-3600.0);
    world.run_until(100.0);
    // Any change keeps the whole.
    world.refresh();
    world.answer(token_set(json!({"access_token": access, "refresh_token": "r"})));
    let stored = world.saved.clone().unwrap();
    let mut next = World::new(json!({}));
    next.set_wall_clock(-3600.0);
    let mut session = Session::new(next.session.settings().clone(), 1, next.now());
    session.handle(Event::Start { given: None, stored: Some(Box::new(stored)) }, next.now());
    // The next page's clock begins 100 s before: as much is left as the token has at all.
    assert_near(session.snapshot().expires_at.unwrap() - next.wall(), 3600.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_wall_clock_set_forward_costs_a_refresh_and_no_more() {
    for dated in [true, false] {
        let mut world = World::new(json!({}));
        world.start();
        let answer = |world: &mut World| {
            let tokens = token_set(json!({"access_token": world.jwt(3600.0)}));
            if dated { world.answer_dated(tokens, world.server_time().floor()) } else { world.answer(tokens) }
        };
        answer(&mut world);
        world.run_until(100.0);
        world.set_wall_clock(7200.0);
        world.check();
        assert_eq!(world.request().reason, RefreshReason::Expired);
        answer(&mut world);
        assert_eq!(world.status(), Status::Active);
        assert_between(world.snapshot().expires_at.unwrap() - world.wall(), 3600.0, 3601.0);
        assert_between(world.run_to_request().at, 3400.0, 3461.0);
        assert_near(world.snapshot().clock_skew.unwrap().round(), -7200.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_drift_of_2_s_is_nothing() {
    let mut world = World::holding(3600.0);
    let events = world.events();
    for by in [2.0, -2.0, -2.0, 2.0] {
        world.set_wall_clock(by);
        world.check();
        assert_eq!((world.events(), world.requests.len()), (events.clone(), 1));
    }
    world.run_until(3599.99);
    assert_near(world.moment(world.snapshot().expires_at), 3600.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_backoff_that_was_slept_over_has_passed() {
    let mut world = World::new(json!({}));
    world.start();
    world.fail_with(503, Some(100.0));
    world.sleep(200.0);
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_maximum_is_slept_through() {
    let mut world = World::holding_with(json!({"maxSessionLifespan": "8h"}), 100_000.0);
    world.sleep(28_800.0);
    assert_eq!(world.snapshot().reason, Some(EndReason::MaxLifespan));
}

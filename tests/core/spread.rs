//! Spread: each token draws the moment of its refresh, the checks are laid backwards from it, and a fleet does not refresh together.

use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, assert_between, assert_near, token_set};

/// The moments of the first refresh of many clients that start together.
fn fleet(options: serde_json::Value, lifetime: f64) -> Vec<f64> {
    let mut moments: Vec<f64> = (0..300)
        .map(|seed| {
            let mut world = World::seeded(options.clone(), REFRESHES, seed);
            world.start();
            world.grant(lifetime);
            world.run_to_request().at
        })
        .collect();
    moments.sort_by(f64::total_cmp);
    moments
}

/// They lie between the two times, and fill what is between evenly.
#[track_caller]
fn assert_spread(moments: &[f64], low: f64, high: f64) {
    let tenth = (high - low) / 10.0;
    for part in 0..10 {
        let from = low + tenth * f64::from(part);
        let within = moments.iter().filter(|moment| **moment >= from && **moment < from + tenth + 0.002).count();
        assert!((12..=55).contains(&within), "{within} of 300 from {from} on");
    }
    assert_between(moments[0], low, high);
    assert_between(moments[299], low, high + 0.002);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_fleet_spreads_over_a_check_interval() {
    assert_spread(&fleet(json!({}), 3600.0), 3300.0, 3360.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_spread_is_at_most_a_fifth_of_the_window() {
    assert_spread(&fleet(json!({}), 300.0), 150.0, 180.0);
    assert_spread(&fleet(json!({"refreshWindow": "50s", "checkInterval": "20s"}), 3600.0), 3550.0, 3560.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_spread_is_at_most_a_check_interval() {
    assert_spread(&fleet(json!({"checkInterval": "10s"}), 3600.0), 3300.0, 3310.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn each_token_draws_anew() {
    let mut world = World::holding(3600.0);
    let mut waits = Vec::new();
    for _ in 0..20 {
        let before = world.t;
        world.run_to_request();
        waits.push(world.t - before);
        world.grant(3600.0);
    }
    waits.sort_by(f64::total_cmp);
    assert!(waits[19] - waits[0] > 30.0, "{waits:?}");
}

#[wasm_bindgen_test(unsupported = test)]
fn checks_are_laid_backwards_from_the_refresh() {
    let mut world = World::holding(3600.0);
    let mut checks = Vec::new();
    while world.requests.len() == 1 {
        world.next();
        checks.push(world.t);
    }
    assert!(checks.len() <= 56, "{} wakes where a check a minute is enough", checks.len());
    assert!(checks[0] <= 60.001);
    for pair in checks.windows(2) {
        assert_near(pair[1] - pair[0], 60.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_next_check_is_told() {
    let mut world = World::holding(3600.0);
    let first = world.moment(world.snapshot().next_check_at);
    world.next();
    assert_near(world.t, first);
    assert_near(world.moment(world.snapshot().next_check_at), first + 60.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn every_check_refreshes_a_due_token_whatever_made_it() {
    let mut world = World::holding(3600.0);
    world.pass(3300.5);
    world.ask();
    assert_eq!(world.requests.len(), 2, "the drawn moment holds only the loop's own checks");
}

mod lifetime {
    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_first_token_is_renewed_between_a_tenth_of_the_way_and_its_due_time() {
        assert_spread(&fleet(json!({"spread": "lifetime"}), 3600.0), 330.0, 3300.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn later_tokens_spread_over_the_window() {
        let mut world = World::holding_with(json!({"spread": "lifetime"}), 3600.0);
        for _ in 0..5 {
            world.run_to_request();
            world.grant(3600.0);
            let granted = world.t;
            let next = world.run_to_request().at;
            assert_between(next - granted, 3300.0, 3360.002);
            world.grant(3600.0);
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_token_that_came_after_a_failed_attempt_spreads_over_its_lifetime() {
        let early = (0..20).filter(|seed| {
            let mut world = World::seeded(json!({"spread": "lifetime"}), REFRESHES, *seed);
            world.start();
            world.grant(3600.0);
            world.run_to_request();
            world.fail();
            world.run_to_request();
            world.grant(3600.0);
            let granted = world.t;
            let wait = world.run_to_request().at - granted;
            assert_between(wait, 330.0, 3300.002);
            wait < 3000.0
        });
        assert!(early.count() > 12);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_early_refresh_is_due_at_its_drawn_moment_and_says_no_expiring() {
        let mut world = World::holding_with(json!({"spread": "lifetime"}), 3600.0);
        assert_near(world.moment(world.snapshot().due_at), 3300.0);
        world.run_to_request();
        assert_eq!(world.events(), ["started", "refreshed"]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_first_token_that_is_due_already_is_not_put_off() {
        let mut world = World::new(json!({"spread": "lifetime"}));
        let old = world.fresh(3600.0);
        world.pass(3400.0);
        world.start_with(old);
        assert_eq!(world.requests.len(), 1);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_sign_in_begins_with_a_first_token() {
        let mut world = World::holding_with(json!({"spread": "lifetime"}), 3600.0);
        world.run_to_request();
        world.grant(3600.0);
        let (token, began) = (world.fresh(3600.0), world.t);
        world.sign_in(token);
        assert_between(world.run_to_request().at - began, 330.0, 3300.002);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_endless_token_draws_nothing() {
    let mut world = World::new(json!({"spread": "lifetime"}));
    world.start();
    world.answer(token_set(json!({"access_token": "opaque"})));
    assert_eq!(world.wake, None);
}

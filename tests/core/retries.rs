//! Transient failures: they end nothing and drop nothing, and the next attempt comes no sooner than the backoff allows.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, World, assert_between, assert_near};

/// A session whose token is due and whose refresh is under way.
fn due() -> World {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world
}

#[wasm_bindgen_test(unsupported = test)]
fn a_failure_keeps_the_token_and_the_session() {
    let mut world = due();
    let token = world.token();
    world.fail();
    assert_eq!((world.status(), world.token()), (Status::Active, token));
    assert_eq!((world.snapshot().refresh, world.snapshot().attempts), (RefreshState::Waiting, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn it_is_announced_with_the_time_of_the_next_try() {
    let mut world = due();
    world.fail_with(503, None);
    let (_, notice) = world.notices.last().unwrap().clone();
    let Notice::RefreshFailed { kind: FailureKind::Http, status: Some(503), attempt: 1, retry_at: Some(retry_at) } = notice else {
        panic!("{notice:?}")
    };
    assert_eq!(world.snapshot().retry_at, Some(retry_at));
    assert_eq!(world.snapshot().last_failure, Some(LastFailure { kind: FailureKind::Http, status: Some(503), error: None }));
    let retry = world.run_to_request();
    assert_between(retry.at - world.moment(Some(retry_at)), -0.001, 0.002);
    assert_eq!(retry.reason, RefreshReason::Retry);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_waits_double() {
    let mut world = due();
    for step in [1.0, 2.0, 4.0] {
        world.fail();
        let failed = world.t;
        assert_between(world.run_to_request().at - failed, 0.0, step + 0.001);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn with_no_token_left_they_double_up_to_a_minute() {
    let mut world = World::new(json!({}));
    world.start();
    let mut longest: f64 = 0.0;
    for failure in 1..60 {
        world.fail();
        let failed = world.t;
        let wait = world.run_to_request().at - failed;
        assert_between(wait, 0.0, f64::from(2u32.pow((failure - 1).min(6))).min(60.0) + 0.001);
        longest = longest.max(wait);
    }
    assert!(longest > 50.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn from_the_fourth_on_a_token_with_time_left_is_waited_for() {
    let mut world = due();
    for _ in 0..3 {
        world.fail();
        world.run_to_request();
    }
    world.fail();
    let (failed, left) = (world.t, 3600.0 - world.t);
    assert!(left > 120.0);
    assert_between(world.run_to_request().at - failed, left * 0.2, left * 0.8 + 0.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn no_check_comes_before_the_retry() {
    let mut world = due();
    for _ in 0..6 {
        world.fail();
        let retry_at = world.moment(world.snapshot().retry_at);
        let left = retry_at - world.t;
        world.pass(left * 0.99);
        world.check();
        world.ask();
        world.event(Event::Activity);
        assert!(world.requests.last().unwrap().at < world.t, "too early");
        world.run_to_request();
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_success_forgets_the_failures() {
    let mut world = due();
    for _ in 0..3 {
        world.fail();
        world.run_to_request();
    }
    world.grant(3600.0);
    let snapshot = world.snapshot();
    assert_eq!((snapshot.attempts, snapshot.last_failure, snapshot.retry_at), (0, None, None));
    assert_eq!(snapshot.refresh, RefreshState::Idle);
    world.run_to_request();
    world.fail();
    let failed = world.t;
    assert_between(world.run_to_request().at - failed, 0.0, 1.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn failures_outlast_the_token_and_a_later_answer_recovers() {
    let mut world = due();
    world.fail();
    world.fail_until(4500.0);
    assert_eq!((world.status(), world.token()), (Status::Expired, None));
    assert_eq!((world.count("expired"), world.count("ended")), (1, 0));
    world.run_to_request();
    world.grant(3600.0);
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_days_outage_makes_few_requests() {
    let mut world = due();
    world.fail();
    let attempts = world.fail_until(86_400.0);
    // A minute at most between them, half of that on average.
    assert!((1_500..4_500).contains(&attempts.len()), "{} attempts", attempts.len());
    assert_eq!(world.status(), Status::Expired);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_next_wake_is_the_retry_where_that_comes_first() {
    let mut world = due();
    world.fail();
    let (after, reason) = world.wake();
    assert_eq!(reason, WakeReason::Retry);
    assert_near(world.t + after, world.moment(world.snapshot().retry_at));
}

#[wasm_bindgen_test(unsupported = test)]
fn every_kind_of_failure_is_told() {
    for kind in [FailureKind::Network, FailureKind::Unreadable, FailureKind::Thrown] {
        let mut world = due();
        world.outcome(Outcome::Transient(Failure::new(kind)));
        let (_, notice) = world.notices.last().unwrap();
        assert!(matches!(notice, Notice::RefreshFailed { kind: told, status: None, .. } if *told == kind));
        assert_eq!(world.snapshot().last_failure, Some(LastFailure { kind, status: None, error: None }));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn no_number_of_failures_ends_a_session() {
    let mut world = World::new(json!({}));
    world.start();
    for _ in 0..500 {
        world.fail();
        world.run_to_request();
    }
    assert_eq!(world.status(), Status::Starting);
    assert_eq!(world.snapshot().attempts, 500);
    world.grant(60.0);
    assert_eq!(world.status(), Status::Active);
    assert_near(world.notices.last().unwrap().0, world.t);
    assert!(world.wall() > EPOCH);
}

mod retry_after {
    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn comes_first_and_a_draw_follows() {
        let mut world = due();
        world.fail_with(429, Some(30.0));
        let failed = world.t;
        // 80 % of the token's last minutes.
        let most = 30.0 + (3600.0 - failed - 30.0) * 0.8;
        assert_between(world.run_to_request().at - failed, 30.0, most + 0.001);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_fleet_comes_back_spread() {
        let moments: Vec<f64> = (0..100)
            .map(|seed| {
                let mut world = World::seeded(json!({}), crate::common::REFRESHES, seed);
                world.start();
                world.fail_with(503, Some(60.0));
                world.run_to_request().at
            })
            .collect();
        let (least, most) = moments.iter().fold((f64::MAX, 0.0_f64), |(least, most), at| (least.min(*at), most.max(*at)));
        assert_between(least, 60.0, 63.0);
        assert_between(most, 117.0, 120.001);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_networks_return_does_not_lift_it() {
        let mut world = due();
        world.fail_with(503, Some(100.0));
        let failed = world.t;
        world.event(Event::Offline);
        world.event(Event::Online);
        world.run_until(failed + 99.9);
        assert_eq!(world.requests.len(), 2);
        world.run_to_request();
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn that_has_passed_leaves_the_next_failure_its_own_wait() {
        let mut world = World::new(json!({}));
        world.start();
        world.fail_with(503, Some(5.0));
        world.run_to_request();
        world.fail();
        assert_eq!((world.requests.len(), world.snapshot().refresh), (2, RefreshState::Waiting));
        world.event(Event::Online);
        assert_eq!(world.requests.len(), 3, "which the network's return lifts");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn counts_up_to_an_hour() {
        let mut world = World::new(json!({}));
        world.start();
        world.fail_with(503, Some(86_400.0));
        assert_between(world.run_to_request().at, 3600.0, 3660.001);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn of_a_late_answer_is_heeded() {
        let mut world = World::new(json!({}));
        world.start();
        world.run_until(15.0);
        assert_eq!(world.snapshot().attempts, 1);
        world.fail_with(503, Some(100.0));
        assert_eq!((world.snapshot().attempts, world.count("refreshfailed")), (1, 1), "one request fails once");
        assert_between(world.run_to_request().at, 115.0, 175.001);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_caller_who_would_wait_longer_is_told_at_once() {
        let mut world = World::new(json!({}));
        world.start();
        world.fail_with(503, Some(100.0));
        let caller = world.ask();
        let Err(Refusal::Unavailable { retry_at: Some(retry_at) }) = world.answer_of(caller) else { panic!() };
        assert_between(retry_at / 1_000.0 - EPOCH, 100.0, 160.0);
    }
}

//! Idle: without activity the session ends at its timeout, after one warning, and nothing but a person's activity puts that off.

use evertoken::core::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, World, assert_between, assert_near};

fn idling(options: Value) -> World {
    World::holding_with(options, 36_000.0)
}

fn fifteen_minutes() -> World {
    idling(json!({"idleTimeout": "15m"}))
}

#[wasm_bindgen_test(unsupported = test)]
fn the_session_ends_at_its_timeout() {
    let mut world = fifteen_minutes();
    world.run_until(899.999);
    assert_eq!((world.status(), world.snapshot().idle_ends_at), (Status::Active, Some(EPOCH + 900.0)));
    world.run_until(900.0);
    assert_eq!((world.snapshot().reason, world.token()), (Some(EndReason::Idle), None));
    assert_eq!(world.snapshot().idle_ends_at, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn it_wakes_for_the_warning_and_for_the_end() {
    let mut world = fifteen_minutes();
    let mut wakes = Vec::new();
    while let Some(wake) = world.wake {
        world.next();
        if wake.reason != WakeReason::Check {
            wakes.push((world.t.round(), wake.reason));
        }
    }
    assert_eq!(wakes, [(840.0, WakeReason::IdleWarning), (900.0, WakeReason::Idle)]);
}

#[wasm_bindgen_test(unsupported = test)]
fn activity_puts_it_off() {
    let mut world = fifteen_minutes();
    world.run_until(800.0);
    world.event(Event::Activity);
    world.run_until(1699.999);
    assert_eq!(world.status(), Status::Active);
    world.run_until(1700.0);
    assert_eq!(world.snapshot().reason, Some(EndReason::Idle));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_mouse_that_wakes_a_laptop_after_the_limit_saves_nothing() {
    for event in [Event::Activity, Event::Ask(7), Event::Online] {
        let mut world = fifteen_minutes();
        world.pass(900.0);
        world.event(event);
        assert_eq!((world.snapshot().reason, world.token()), (Some(EndReason::Idle), None));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sleep_counts() {
    let mut world = fifteen_minutes();
    world.sleep(900.0);
    assert_eq!(world.snapshot().reason, Some(EndReason::Idle));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refresh_is_no_activity_and_neither_is_a_caller() {
    let mut world = World::holding_with(json!({"idleTimeout": "15m"}), 300.0);
    world.serve_until(850.0, 300.0);
    world.ask();
    world.refresh();
    world.check();
    world.event(Event::Online);
    assert!(world.requests.len() > 4);
    assert_eq!(world.snapshot().idle_ends_at, Some(EPOCH + 900.0));
    world.run_until(900.0);
    assert_eq!(world.snapshot().reason, Some(EndReason::Idle));
}

#[wasm_bindgen_test(unsupported = test)]
fn one_warning_per_approach_and_it_is_taken_back() {
    let mut world = fifteen_minutes();
    world.run_until(839.999);
    assert_eq!(world.count("idlewarning"), 0);
    world.run_until(845.0);
    let (at, warning) = world.notices.last().unwrap().clone();
    assert_near(at, 840.0);
    assert_eq!(warning, Notice::IdleWarning { ends_at: EPOCH + 900.0 });
    world.run_until(870.0);
    assert_eq!(world.count("idlewarning"), 1);
    world.event(Event::Activity);
    world.event(Event::Activity);
    assert_eq!((world.count("idlewarning"), world.count("idlewarningcleared")), (1, 1));
    world.run_until(1770.0);
    assert_eq!((world.count("idlewarning"), world.count("ended")), (2, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_warning_is_set_in_options() {
    let mut world = idling(json!({"idleTimeout": "15m", "idleWarning": "5m"}));
    world.run_until(599.9);
    assert_eq!(world.count("idlewarning"), 0);
    world.run_until(600.0);
    assert_eq!(world.count("idlewarning"), 1);

    let mut world = idling(json!({"idleTimeout": "15m", "idleWarning": 0}));
    world.run_until(1000.0);
    assert_eq!((world.count("idlewarning"), world.count("ended")), (0, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn without_a_timeout_nobody_idles() {
    let mut world = World::holding(300.0);
    world.serve_until(86_400.0, 300.0);
    assert_eq!((world.status(), world.snapshot().idle_ends_at), (Status::Active, None));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_end_is_told_to_the_server() {
    let mut world = World::with(json!({"idleTimeout": "15m"}), Abilities { sign_out: true, ..crate::common::REFRESHES });
    let tokens = world.fresh(36_000.0);
    world.start_with(tokens);
    world.run_until(900.0);
    let (_, order) = &world.sign_outs[0];
    assert_eq!((order.reason, order.revoke_only), (EndReason::Idle, false));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_begins_anew() {
    let mut world = fifteen_minutes();
    world.run_until(850.0);
    let tokens = world.fresh(36_000.0);
    world.sign_in(tokens);
    assert_eq!(world.snapshot().idle_ends_at, Some(EPOCH + 1750.0));
    world.run_until(1749.0);
    assert_eq!((world.status(), world.count("idlewarning")), (Status::Active, 2));
}

mod while_nobody_is_there {
    use super::*;

    fn unattended(lifetime: f64) -> World {
        World::holding_with(json!({"refreshWhileIdle": false}), lifetime)
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn nothing_refreshes_after_a_check_interval() {
        let mut world = unattended(300.0);
        world.run_until(290.0);
        world.ask();
        world.event(Event::Online);
        assert_eq!((world.requests.len(), world.status()), (1, Status::Active));
        world.run_until(301.0);
        assert_eq!((world.requests.len(), world.status()), (1, Status::Expired));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_caller_learns_it() {
        let mut world = unattended(300.0);
        world.run_until(400.0);
        let caller = world.ask();
        assert_eq!(world.answer_of(caller), Err(Refusal::NobodyThere));
        assert_eq!(world.requests.len(), 1);
        let caller = world.refresh();
        assert_eq!(world.answer_of(caller), Err(Refusal::NobodyThere));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_next_activity_makes_a_check() {
        let mut world = unattended(300.0);
        world.run_until(400.0);
        world.event(Event::Activity);
        assert_eq!((world.request().at, world.request().reason), (400.0, RefreshReason::Expired));
        world.grant(300.0);
        assert_eq!(world.status(), Status::Active);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn somebody_who_was_there_within_the_interval_is_served() {
        let mut world = unattended(300.0);
        world.run_until(140.0);
        world.event(Event::Activity);
        assert_between(world.run_to_request().at, 150.0, 180.001);

        let mut world = unattended(300.0);
        world.run_until(170.0 - 60.0);
        world.event(Event::Activity);
        world.pass(59.999);
        world.check();
        assert_eq!(world.requests.len(), 2);

        let mut world = unattended(300.0);
        world.run_until(170.0 - 60.0);
        world.event(Event::Activity);
        world.pass(60.0);
        world.check();
        assert_eq!(world.requests.len(), 1);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn no_retry_is_made_and_no_wake_is_set_for_it() {
        let mut world = World::holding_with(json!({"refreshWhileIdle": false, "refreshTimeout": "70s"}), 7200.0);
        world.run_until(6890.0);
        world.event(Event::Activity);
        world.run_to_request();
        world.pass(60.0);
        world.fail();
        world.run_until(7100.0);
        assert_eq!((world.requests.len(), world.count("refreshfailed")), (2, 1));
        assert_ne!(world.wake().1, WakeReason::Retry);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_session_lives_on_by_itself() {
        let mut world = unattended(300.0);
        world.run_until(86_400.0);
        assert_eq!((world.status(), world.count("ended")), (Status::Expired, 0));
    }
}

//! What the next page knows of a session: its start and the last activity, over a reload; and an end of which the server does not know yet.

use evertoken::core::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, jwt, token_set};

const SIGNS_OUT: Abilities = Abilities { sign_out: true, ..REFRESHES };

/// What a page left whose session began, and saw its last activity, at these moments.
fn left(session_start: f64, last_activity: f64) -> Stored {
    let epoch = |moment: f64| Some((EPOCH + moment) * 1_000.0);
    Stored { session_start: epoch(session_start), last_activity: epoch(last_activity), ..Stored::default() }
}

fn left_undone(order: SignOutOrder) -> Stored {
    Stored { sign_outs: vec![order], ..Stored::default() }
}

fn order(reason: EndReason, at: f64) -> SignOutOrder {
    SignOutOrder { reason, revoke_only: false, refresh_token: None, at: (EPOCH + at) * 1_000.0 }
}

/// A page that starts beside what was left, and has the answer of its first refresh where it asks.
fn reloaded(options: Value, left: Stored) -> World {
    let mut world = World::with(options, SIGNS_OUT);
    world.restore(left);
    if !world.requests.is_empty() {
        world.grant(36_000.0);
    }
    world
}

/// When the session began and when somebody was there last, as the next page will learn.
fn saved(world: &World) -> Option<(f64, f64)> {
    let saved = world.saved.as_ref()?;
    saved.session_start.zip(saved.last_activity).map(|(start, activity)| (start / 1_000.0 - EPOCH, activity / 1_000.0 - EPOCH))
}

fn given(claims: Value) -> Option<Box<TokenSet>> {
    Some(Box::new(token_set(json!({"accessToken": jwt(claims)}))))
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_is_saved_with_its_start_and_its_activity() {
    let mut world = World::holding_with(json!({"idleTimeout": "15m"}), 36_000.0);
    assert_eq!(saved(&world), Some((0.0, 0.0)));
    world.pass(60.0);
    world.sign_in(token_set(json!({"accessToken": "two", "expiresIn": 36_000})));
    assert_eq!(saved(&world), Some((60.0, 60.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_without_limits_saves_no_activity() {
    let mut world = World::holding(36_000.0);
    world.saved = None;
    world.pass(60.0);
    world.event(Event::Activity);
    assert_eq!(world.saved, None);
    world.event(Event::Stop);
    assert_eq!(saved(&world), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn activity_is_saved_every_few_seconds_at_most() {
    let mut world = World::holding_with(json!({"idleTimeout": "15m"}), 36_000.0);
    let mut saves = Vec::new();
    for _ in 0..20 {
        world.saved = None;
        world.pass(1.0);
        world.event(Event::Activity);
        saves.extend(saved(&world));
    }
    assert_eq!(saves, [5.0, 10.0, 15.0, 20.0].map(|at| (0.0, at)));
}

#[wasm_bindgen_test(unsupported = test)]
fn activity_is_saved_ten_times_in_a_short_idle_timeout() {
    let mut world = World::holding_with(json!({"idleTimeout": "10s"}), 36_000.0);
    world.pass(1.0);
    world.event(Event::Activity);
    assert_eq!(saved(&world), Some((0.0, 1.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn activity_that_no_limit_asks_for_is_not_saved() {
    let mut world = World::holding_with(json!({"maxSessionLifespan": "8h"}), 36_000.0);
    world.saved = None;
    world.pass(60.0);
    world.event(Event::Activity);
    assert_eq!(world.saved, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn activity_after_the_end_is_not_saved() {
    let mut world = World::holding_with(json!({"idleTimeout": "15m"}), 36_000.0);
    world.run_until(900.0);
    world.saved = None;
    world.event(Event::Activity);
    assert_eq!(world.saved, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn stop_saves_the_last_activity() {
    let mut world = World::holding_with(json!({"idleTimeout": "15m"}), 36_000.0);
    world.pass(3.0);
    world.event(Event::Activity);
    world.event(Event::Stop);
    assert_eq!(saved(&world), Some((0.0, 3.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_last_activity_outlives_a_reload() {
    let mut world = reloaded(json!({"idleTimeout": "15m"}), left(-3600.0, -600.0));
    assert_eq!((world.status(), world.snapshot().idle_ends_at), (Status::Active, Some(EPOCH + 300.0)));
    assert_eq!(saved(&world), Some((-3600.0, -600.0)));
    world.run_until(300.0);
    assert_eq!(world.snapshot().reason, Some(EndReason::Idle));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_reload_after_the_idle_timeout_signs_out_and_asks_for_no_token() {
    let world = reloaded(json!({"idleTimeout": "15m"}), left(-3600.0, -900.0));
    assert_eq!((world.snapshot().reason, world.events()), (Some(EndReason::Idle), vec!["ended"]));
    assert_eq!((world.requests.len(), world.sign_outs.len(), world.ready), (0, 1, 1));
    assert_eq!(world.0.saved.map(|saved| saved.sign_outs), Some(vec![order(EndReason::Idle, 0.0)]));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_start_of_the_session_outlives_a_reload() {
    let world = reloaded(json!({"maxSessionLifespan": "2h"}), left(-3600.0, -600.0));
    assert_eq!(world.snapshot().session_ends_at, Some(EPOCH + 3600.0));
    let world = reloaded(json!({"maxSessionLifespan": "1h"}), left(-3600.0, -600.0));
    assert_eq!(world.snapshot().reason, Some(EndReason::MaxLifespan));
    assert_eq!((world.requests.len(), world.sign_outs.len()), (0, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_newer_token_at_every_load_makes_the_session_no_younger() {
    let mut world = World::new(json!({"idleTimeout": "15m", "maxSessionLifespan": "2h"}));
    let bootstrap = given(json!({"sub": "ada", "iat": EPOCH, "exp": EPOCH + 9000.0}));
    let old = given(json!({"sub": "ada", "iat": EPOCH - 600.0, "exp": EPOCH + 8000.0}));
    world.event(Event::Start { given: bootstrap.clone(), stored: Some(Box::new(Stored { tokens: old, ..left(-3600.0, -600.0) })) });
    assert_eq!(world.token().as_deref(), bootstrap.as_ref().map(|tokens| tokens.access.expose()));
    let snapshot = world.snapshot();
    assert_eq!((snapshot.idle_ends_at, snapshot.session_ends_at), (Some(EPOCH + 300.0), Some(EPOCH + 3600.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_token_of_somebody_else_begins_afresh() {
    let mut world = World::new(json!({"idleTimeout": "15m", "maxSessionLifespan": "2h"}));
    let bob = given(json!({"sub": "bob", "iat": EPOCH - 700.0, "exp": EPOCH + 9000.0}));
    let ada = given(json!({"sub": "ada", "iat": EPOCH - 600.0, "exp": EPOCH + 8000.0}));
    world.event(Event::Start { given: bob, stored: Some(Box::new(Stored { tokens: ada, ..left(-7200.0, -900.0) })) });
    let snapshot = world.snapshot();
    assert_eq!((snapshot.idle_ends_at, snapshot.session_ends_at), (Some(EPOCH + 900.0), Some(EPOCH + 7200.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_limits_hold_while_the_first_token_is_awaited() {
    let mut world = World::new(json!({"idleTimeout": "15m"}));
    world.restore(left(-3600.0, -890.0));
    world.fail();
    world.run_until(10.0);
    assert_eq!(world.snapshot().reason, Some(EndReason::Idle));
}

#[wasm_bindgen_test(unsupported = test)]
fn where_nothing_was_left_the_first_token_begins_the_session() {
    let mut world = World::new(json!({"idleTimeout": "15m", "maxSessionLifespan": "1h"}));
    world.start();
    world.pass(20.0);
    world.check();
    world.grant(36_000.0);
    let snapshot = world.snapshot();
    assert_eq!((snapshot.idle_ends_at, snapshot.session_ends_at), (Some(EPOCH + 920.0), Some(EPOCH + 3620.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_saved_start_goes_before_the_first_token_and_after_signed_in_at_and_auth_time() {
    let ends_at = |world: &World| world.snapshot().session_ends_at.map(|at| at - EPOCH - 36_000.0);
    let options = json!({"maxSessionLifespan": "10h"});
    assert_eq!(ends_at(&reloaded(options.clone(), left(-7200.0, -60.0))), Some(-7200.0));
    let signed_in_at = json!({"maxSessionLifespan": "10h", "signedInAt": EPOCH - 3600.0});
    assert_eq!(ends_at(&reloaded(signed_in_at, left(-7200.0, -60.0))), Some(-3600.0));
    let mut world = World::new(options);
    let tokens = given(json!({"auth_time": EPOCH - 1800.0, "exp": EPOCH + 9000.0}));
    world.restore(Stored { tokens, ..left(-7200.0, -60.0) });
    assert_eq!(ends_at(&world), Some(-1800.0));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_after_the_last_activity_begins_afresh() {
    let stale = || left(-90_000.0, -80_000.0);
    let options = json!({"idleTimeout": "15m", "signedInAt": EPOCH - 5.0});
    assert_eq!(reloaded(options, stale()).snapshot().idle_ends_at, Some(EPOCH + 900.0));

    let mut world = World::new(json!({"idleTimeout": "15m"}));
    let given = given(json!({"auth_time": EPOCH - 5.0, "exp": EPOCH + 9000.0}));
    world.event(Event::Start { given, stored: Some(Box::new(stale())) });
    assert_eq!(world.snapshot().idle_ends_at, Some(EPOCH + 900.0));
}

#[wasm_bindgen_test(unsupported = test)]
fn times_that_lie_in_the_future_count_as_now() {
    let world = reloaded(json!({"idleTimeout": "15m", "maxSessionLifespan": "1h"}), left(7200.0, 7200.0));
    let snapshot = world.snapshot();
    assert_eq!((snapshot.idle_ends_at, snapshot.session_ends_at), (Some(EPOCH + 900.0), Some(EPOCH + 3600.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_end_is_saved_until_the_server_knows() {
    let mut world = World::with(json!({"idleTimeout": "15m"}), SIGNS_OUT);
    let orders = |world: &World| world.saved.as_ref().map(|saved| (saved.last_activity, saved.sign_outs.clone()));
    world.start();
    world.grant(36_000.0);
    world.run_until(900.0);
    assert_eq!(orders(&world), Some((None, vec![order(EndReason::Idle, 900.0)])));
    world.signed_out(Some(Failure::new(FailureKind::Network)));
    world.run_until(960.0);
    assert_eq!(orders(&world), Some((None, vec![order(EndReason::Idle, 900.0)])));
    world.signed_out(None);
    assert_eq!(orders(&world), Some((None, vec![])));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_next_page_tells_the_server_before_anything_else() {
    let mut world = World::with(json!({}), SIGNS_OUT);
    world.restore(left_undone(order(EndReason::MaxLifespan, -60.0)));
    assert_eq!(world.sign_outs.iter().map(|(_, order)| order.clone()).collect::<Vec<_>>(), [order(EndReason::MaxLifespan, -60.0)]);
    assert_eq!((world.requests.len(), world.status(), world.ready), (0, Status::Ended, 1));
    world.signed_out(None);
    assert_eq!(world.requests.len(), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn tokens_of_a_later_sign_in_go_before_an_end() {
    let mut world = World::with(json!({"idleTimeout": "15m"}), SIGNS_OUT);
    let given = given(json!({"iat": EPOCH - 5.0, "exp": EPOCH + 9000.0}));
    world.event(Event::Start { given, stored: Some(Box::new(left_undone(order(EndReason::Idle, -60.0)))) });
    assert_eq!((world.status(), world.sign_outs.len(), saved(&world)), (Status::Active, 0, Some((0.0, 0.0))));
}

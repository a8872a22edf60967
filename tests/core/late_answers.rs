//! Late answers: a timeout ends the wait and not the request, whose answer is adopted, unless its session has ended.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, assert_near, token_set};

const REVOKES: Abilities = Abilities { refresh_takes_token: true, revoke: true, ..REFRESHES };

/// A session whose first refresh is under way since 0 s.
fn hung() -> World {
    let mut world = World::new(json!({}));
    world.start();
    world
}

#[wasm_bindgen_test(unsupported = test)]
fn a_timeout_counts_as_a_transient_failure() {
    let mut world = hung();
    assert_eq!(world.wake(), (10.0, WakeReason::Timeout));
    world.run_until(10.0);
    let (at, notice) = world.notices.last().unwrap().clone();
    assert_near(at, 10.0);
    assert!(matches!(notice, Notice::RefreshFailed { kind: FailureKind::Timeout, status: None, attempt: 1, .. }), "{notice:?}");
    assert_eq!((world.snapshot().refresh, world.status()), (RefreshState::InFlight, Status::Starting));
}

#[wasm_bindgen_test(unsupported = test)]
fn no_other_attempt_starts_before_it_has_ended() {
    let mut world = hung();
    world.run_until(29.9);
    assert_eq!((world.requests.len(), world.abandoned.len()), (1, 0));
    world.event(Event::Online);
    world.refresh();
    assert_eq!(world.requests.len(), 1);
    world.run_until(30.0);
    assert_eq!((world.abandoned.clone(), world.requests.len()), (vec![world.requests[0].attempt], 2));
    assert_eq!(world.request().reason, RefreshReason::Retry);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_late_answer_is_adopted_and_announced() {
    let mut world = hung();
    world.run_until(25.0);
    world.grant(3600.0);
    assert_eq!(world.status(), Status::Active);
    assert_eq!(world.events(), ["refreshfailed", "started", "refreshed"]);
    assert_eq!((world.snapshot().attempts, world.requests.len()), (0, 1));
    // From the middle of its request.
    assert_near(world.moment(world.snapshot().expires_at), 12.5 + 3600.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_late_failure_counts_no_second_time() {
    let mut world = hung();
    world.run_until(20.0);
    world.fail();
    assert_eq!((world.snapshot().attempts, world.count("refreshfailed")), (1, 1));
    assert_eq!((world.requests.len(), world.request().at), (2, 20.0), "the backoff has passed meanwhile");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_late_retry_after_brings_no_attempt_before_the_one_announced() {
    let mut world = hung();
    world.run_until(10.0);
    let Some((_, Notice::RefreshFailed { retry_at, .. })) = world.notices.last().cloned() else { panic!("no failure") };
    let announced = world.moment(retry_at);
    assert!(announced > 10.0);
    world.fail_with(503, Some(0.0));
    world.run_until(announced - 0.001);
    assert_eq!(world.requests.len(), 1, "announced for {announced} s");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_late_rejection_is_one() {
    let mut world = World::holding(3600.0);
    let request = world.run_to_request();
    world.run_until(request.at + 15.0);
    world.reject();
    assert_eq!(world.snapshot().reason, Some(EndReason::RefreshRejected));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_abandoned_request_has_no_answer_any_more() {
    let mut world = hung();
    world.run_until(30.0);
    let abandoned = world.requests[0].attempt;
    let tokens = Box::new(world.fresh(3600.0));
    world.event(Event::Answered { attempt: abandoned, outcome: Outcome::Tokens { tokens, date: None } });
    assert_eq!((world.token(), world.status()), (None, Status::Starting));
}

#[wasm_bindgen_test(unsupported = test)]
fn hung_requests_are_no_storm() {
    let mut world = hung();
    world.run_until(3600.0);
    assert!((60..=120).contains(&world.requests.len()), "{} requests", world.requests.len());
    assert_eq!(world.abandoned.len(), world.requests.len() - 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_timeout_is_set_in_options() {
    let mut world = World::new(json!({"refreshTimeout": "2s"}));
    world.start();
    assert_eq!(world.wake(), (2.0, WakeReason::Timeout));
    world.run_until(5.9);
    assert_eq!((world.count("refreshfailed"), world.abandoned.len()), (1, 0));
    world.run_until(6.0);
    assert_eq!(world.abandoned.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_machine_that_slept_over_a_request_gives_it_up() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.sleep(3600.0);
    assert_eq!((world.abandoned.len(), world.requests.len()), (1, 2 + usize::from(world.requests.len() > 2)));
    world.run_to_request();
    world.grant(3600.0);
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn after_a_sign_out_it_revives_nothing() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.sign_out();
    world.grant(3600.0);
    assert_eq!((world.status(), world.token(), world.snapshot().generation), (Status::Ended, None, 1));
    assert_eq!(world.saved.clone().unwrap().tokens, None);
    assert_eq!(world.events().last(), Some(&"ended"));
    assert!(world.sign_outs.is_empty(), "there is nothing that could be revoked");
}

#[wasm_bindgen_test(unsupported = test)]
fn after_a_sign_out_its_refresh_token_is_revoked() {
    let mut world = World::with(json!({}), REVOKES);
    let tokens = world.fresh_with(3600.0, "r1");
    world.start_with(tokens);
    world.run_to_request();
    world.sign_out();
    assert!(world.sign_outs.is_empty(), "the server's part follows the refresh");
    let tokens = world.fresh_with(3600.0, "r2");
    world.answer(tokens);
    let revoked = |world: &World| world.sign_outs.last().unwrap().1.refresh_token.clone().unwrap().expose().to_owned();
    assert_eq!(revoked(&world), "r1");
    world.signed_out(None);
    assert_eq!((revoked(&world).as_str(), world.sign_outs.len()), ("r2", 2));
    assert!(world.sign_outs[1].1.revoke_only);
    world.signed_out(None);
    assert_eq!(world.saved.clone().unwrap(), Stored { skew: world.saved.clone().unwrap().skew, ..Stored::default() });
}

#[wasm_bindgen_test(unsupported = test)]
fn its_revocation_tells_why_the_session_had_ended() {
    let mut world = World::with(json!({"idleTimeout": "15m"}), REVOKES);
    let tokens = world.fresh_with(3600.0, "r1");
    world.start_with(tokens);
    world.run_until(899.0);
    world.refresh();
    world.pass(1.0);
    let tokens = world.fresh_with(3600.0, "r2");
    world.answer(tokens);
    world.signed_out(None);
    let reasons: Vec<EndReason> = world.sign_outs.iter().map(|(_, order)| order.reason).collect();
    assert_eq!(reasons, [EndReason::Idle, EndReason::Idle]);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_late_rejection_or_failure_after_the_end_changes_nothing() {
    for rejects in [true, false] {
        let mut world = World::holding(3600.0);
        world.run_to_request();
        world.sign_out();
        if rejects {
            world.reject()
        } else {
            world.fail()
        }
        assert_eq!((world.snapshot().reason, world.snapshot().attempts), (Some(EndReason::SignedOut), 0));
        assert_eq!((world.count("ended"), world.count("refreshfailed")), (1, 0));
        assert!(!world.next());
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_ended_session_waits_for_its_request_30_s_at_most() {
    let mut world = World::holding(3600.0);
    let request = world.run_to_request();
    world.sign_out();
    assert_eq!(world.wake(), (30.0, WakeReason::Timeout));
    world.next();
    assert_eq!((world.abandoned.clone(), world.wake), (vec![request.attempt], None));
    assert_eq!(world.count("refreshfailed"), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn after_a_sign_in_the_older_sessions_answer_is_thrown_away() {
    let mut world = World::with(json!({}), REVOKES);
    let tokens = world.fresh_with(3600.0, "r1");
    world.start_with(tokens);
    world.run_to_request();
    let tokens = world.fresh_with(3600.0, "new");
    let access = tokens.access.expose().to_owned();
    world.sign_in(tokens);
    let tokens = world.fresh_with(3600.0, "late");
    world.answer(tokens);
    assert_eq!((world.token(), world.snapshot().generation), (Some(access), 1));
    assert_eq!(world.sign_outs.len(), 1);
    let (_, order) = &world.sign_outs[0];
    assert_eq!((order.refresh_token.as_ref().unwrap().expose(), order.revoke_only), ("late", true));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_rejection_of_the_older_session_does_not_end_the_new_one() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    let tokens = world.fresh(3600.0);
    world.sign_in(tokens);
    world.reject();
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_new_session_refreshes_when_the_older_ones_request_has_ended() {
    let mut world = World::holding(3600.0);
    let request = world.run_to_request();
    let old = world.jwt_with(100.0, json!({"sub": "bob"}));
    world.sign_in(token_set(json!({"accessToken": old, "expiresIn": 1})));
    world.run_until(request.at + 29.9);
    assert_eq!((world.requests.len(), world.status()), (2, Status::Expired));
    world.run_until(request.at + 30.1);
    assert_eq!(world.requests.len(), 3);
}

//! A refresh: one at a time, what it brings is adopted and announced, and a rejection ends what asked for it.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, assert_near, shown, token_set};

#[wasm_bindgen_test(unsupported = test)]
fn there_is_one_at_a_time() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    for _ in 0..5 {
        world.pass(1.0);
        world.check();
        world.refresh();
        world.ask();
    }
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_it_brings_is_adopted_and_announced() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    let tokens = world.fresh(3600.0);
    let access = tokens.access.expose().to_owned();
    world.answer(tokens);
    assert_eq!(world.token(), Some(access));
    let expires_at = (((EPOCH + world.t + 3600.0) * 1_000.0).round()) / 1_000.0;
    let (_, notice) = world.notices.last().unwrap();
    let Notice::Refreshed { generation: 2, by: By::ThisTab, expires_at: Some(told) } = notice else { panic!("{notice:?}") };
    assert_near(*told, expires_at);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_generation_goes_up_with_every_token_set() {
    let mut world = World::holding(3600.0);
    for generation in 2..6 {
        world.run_to_request();
        world.grant(3600.0);
        assert_eq!(world.snapshot().generation, generation);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_rotated_refresh_token_is_presented_next() {
    let mut world = World::with(json!({}), Abilities { refresh_takes_token: true, ..REFRESHES });
    let tokens = world.fresh_with(3600.0, "r1");
    world.start_with(tokens);
    assert_eq!(world.run_to_request().refresh_token.as_deref(), Some("r1"));
    let tokens = world.fresh_with(3600.0, "r2");
    world.answer(tokens);
    assert_eq!(world.run_to_request().refresh_token.as_deref(), Some("r2"));
}

#[wasm_bindgen_test(unsupported = test)]
fn what_an_answer_leaves_out_is_kept() {
    // RFC 6749 section 6: without a new refresh token the old one stays.
    let mut world = World::with(json!({}), Abilities { refresh_takes_token: true, ..REFRESHES });
    let access = world.jwt(3600.0);
    world.start_with(token_set(json!({"accessToken": access, "refreshToken": "r1", "idToken": "id-1", "scope": "openid"})));
    world.run_to_request();
    world.grant(3600.0);
    assert_eq!(world.session.id_token().unwrap().expose(), "id-1");
    let saved = world.saved.clone().unwrap().tokens.unwrap();
    assert_eq!(saved.scope.as_deref(), Some("openid"));
    assert_eq!(world.run_to_request().refresh_token.as_deref(), Some("r1"));
    let access = world.jwt(3600.0);
    world.answer(token_set(json!({"access_token": access, "id_token": "id-2"})));
    assert_eq!(world.session.id_token().unwrap().expose(), "id-2");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_rejection_ends_the_session_though_its_token_is_valid() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    world.reject();
    let snapshot = world.snapshot();
    assert_eq!((snapshot.status, snapshot.reason), (Status::Ended, Some(EndReason::RefreshRejected)));
    assert_eq!(world.token(), None);
    assert_eq!(world.events(), ["started", "refreshed", "expiring", "ended"]);
    let failure = LastFailure { kind: FailureKind::Rejected, status: Some(400), error: Some("invalid_grant") };
    assert_eq!(snapshot.last_failure, Some(failure));
    assert!(!world.next(), "nothing is left to do");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_of_another_audience_ends_the_session() {
    let mut world = World::new(json!({"expectedAudience": "api"}));
    let good = world.jwt_with(3600.0, json!({"aud": "api"}));
    world.start_with(token_set(json!({"accessToken": good})));
    world.run_to_request();
    let bad = world.jwt_with(3600.0, json!({"aud": "other"}));
    world.answer(token_set(json!({"access_token": bad})));
    assert_eq!((world.snapshot().reason, world.token()), (Some(EndReason::TokenRefused), None));
}

#[wasm_bindgen_test(unsupported = test)]
fn answers_to_other_attempts_are_ignored() {
    let mut world = World::holding(3600.0);
    let request = world.run_to_request();
    for attempt in [request.attempt - 1, request.attempt + 1] {
        let tokens = Box::new(world.fresh(3600.0));
        world.event(Event::Answered { attempt, outcome: Outcome::Tokens { tokens, date: None } });
        assert_eq!((world.snapshot().generation, world.snapshot().refresh), (1, RefreshState::InFlight));
    }
    world.grant(3600.0);
    world.grant(3600.0);
    assert_eq!(world.snapshot().generation, 2, "an answer counts once");
}

#[wasm_bindgen_test(unsupported = test)]
fn another_subject_ends_the_session_in_this_page_which_goes_on_as_nobody_else() {
    let mut world = World::holding(3600.0);
    world.run_to_request();
    let bob = world.jwt_with(3600.0, json!({"sub": "bob"}));
    world.answer(token_set(json!({"access_token": bob, "expires_in": 3600})));
    let snapshot = world.snapshot();
    assert_eq!((snapshot.status, snapshot.reason), (Status::Ended, Some(EndReason::Replaced)));
    assert_eq!((world.token(), world.count("started"), world.count("ended")), (None, 1, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_end_counts_from_the_middle_of_the_request() {
    let mut world = World::new(json!({}));
    world.start();
    world.pass(8.0);
    let tokens = world.opaque(3600.0);
    world.answer(tokens);
    assert_near(world.moment(world.snapshot().expires_at), 3604.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn reasons_have_their_names() {
    use RefreshReason::*;
    let names = [Start, Due, Expired, Retry, Requested, Unauthorized].map(|reason| shown(&reason));
    assert_eq!(names, ["start", "due", "expired", "retry", "requested", "unauthorized"]);
}

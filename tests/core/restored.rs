//! What is restored from options or a store: by the wall clock and the last known skew, and never more than the token's whole life.

use evertoken::core::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, World, assert_near, jwt, token_set};

fn stored(tokens: TokenSet, skew: Option<f64>) -> Stored {
    Stored { tokens: Some(Box::new(tokens)), skew: skew.map(|skew| skew * 1_000.0), ..Stored::default() }
}

fn access(claims: Value) -> TokenSet {
    token_set(json!({"accessToken": jwt(claims)}))
}

#[track_caller]
fn assert_left(world: &World, seconds: f64) {
    assert_near(world.moment(world.snapshot().expires_at) - world.t, seconds);
}

#[wasm_bindgen_test(unsupported = test)]
fn it_is_not_fresh() {
    let mut world = World::new(json!({}));
    world.restore(stored(access(json!({"iat": EPOCH - 3000.0, "exp": EPOCH + 600.0})), None));
    assert_left(&world, 600.0);
    assert_eq!((world.requests.len(), world.snapshot().generation, world.events()), (0, 1, vec!["started"]));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_last_known_skew_counts() {
    for skew in [3600.0, -3600.0] {
        let mut world = World::new(json!({}));
        world.restore(stored(access(json!({"iat": EPOCH + skew - 3000.0, "exp": EPOCH + skew + 600.0})), Some(skew)));
        assert_left(&world, 600.0);
        assert_eq!(world.snapshot().clock_skew, Some(skew));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_clock_that_is_behind_gives_a_token_no_more_than_its_whole_life() {
    let mut world = World::new(json!({}));
    world.restore(stored(access(json!({"iat": EPOCH + 7200.0, "exp": EPOCH + 7500.0})), None));
    assert_left(&world, 300.0);

    let mut world = World::new(json!({}));
    let opaque = token_set(json!({"accessToken": "opaque", "expiresIn": 300, "expiresAt": EPOCH + 7500.0}));
    world.restore(stored(opaque, None));
    assert_left(&world, 300.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_window_goes_by_the_whole_life() {
    let mut world = World::new(json!({}));
    world.restore(stored(access(json!({"iat": EPOCH - 200.0, "exp": EPOCH + 200.0})), None));
    assert_near(world.moment(world.snapshot().due_at), 0.0);
    let mut world = World::new(json!({}));
    world.restore(stored(token_set(json!({"accessToken": "opaque", "expiresAt": EPOCH + 200.0})), None));
    assert_near(world.moment(world.snapshot().due_at), 100.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_expired_access_token_with_a_valid_refresh_token_is_renewed() {
    let mut world = World::with(json!({}), Abilities { refresh_takes_token: true, ..crate::common::REFRESHES });
    let old = jwt(json!({"iat": EPOCH - 7200.0, "exp": EPOCH - 3600.0}));
    world.restore(stored(token_set(json!({"accessToken": old, "refreshToken": "r1"})), None));
    assert_eq!((world.status(), world.token()), (Status::Expired, None));
    assert_eq!((world.request().reason, world.request().refresh_token.as_deref()), (RefreshReason::Expired, Some("r1")));
    world.grant(3600.0);
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn what_one_page_keeps_the_next_one_holds() {
    for skew in [0.0, 3600.0, -3600.0] {
        let mut page = World::with(json!({}), Abilities { refresh_takes_token: true, ..crate::common::REFRESHES });
        page.server_skew = skew;
        page.start();
        let access = page.jwt(3600.0);
        let answer = json!({
            "access_token": access, "expires_in": 3600, "refresh_token": "r1", "refresh_expires_in": 9000, "id_token": "i", "scope": "openid",
        });
        page.sign_in(token_set(answer));
        let kept = page.saved.clone().unwrap();

        let mut next = World::with(json!({}), Abilities { refresh_takes_token: true, ..crate::common::REFRESHES });
        next.pass(1000.0);
        next.session = Session::new(page.session.settings().clone(), 9, next.now());
        next.restore(kept.clone());
        assert_eq!(next.token(), page.token());
        assert_near(next.moment(next.snapshot().expires_at), 3600.0);
        assert_near(next.moment(next.snapshot().due_at), 3300.0);
        assert_near(next.moment(next.snapshot().refresh_expires_at), 9000.0);
        assert_eq!(next.session.id_token().unwrap().expose(), "i");
        let again = next.saved.clone().unwrap();
        assert_eq!((again.session_start, again.skew, again.sign_outs), (kept.session_start, kept.skew, vec![]));
        assert_eq!(again.tokens.clone().unwrap().scope.as_deref(), Some("openid"));
        assert_near(again.tokens.unwrap().expires_at.unwrap() / 1_000.0, kept.tokens.unwrap().expires_at.unwrap() / 1_000.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_opaque_token_outlives_the_page_too() {
    let mut page = World::new(json!({}));
    page.start();
    let tokens = page.opaque(3600.0);
    page.answer(tokens);
    let kept = page.saved.clone().unwrap();
    let mut next = World::new(json!({}));
    next.pass(1000.0);
    next.session = Session::new(page.session.settings().clone(), 9, next.now());
    next.restore(kept);
    assert_near(next.moment(next.snapshot().expires_at), 3600.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_whole_life_outlives_the_page() {
    let mut page = World::new(json!({}));
    page.start();
    page.answer(token_set(json!({"access_token": "opaque", "expires_at": EPOCH + 400.0})));
    let mut next = World::new(json!({}));
    next.pass(300.0);
    next.session = Session::new(page.session.settings().clone(), 9, next.now());
    next.restore(page.saved.clone().unwrap());
    assert_near(next.moment(next.snapshot().due_at), 200.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_becomes_due_this_moment_is_not_due_yet() {
    for spread in ["window", "lifetime"] {
        let mut world = World::new(json!({"spread": spread}));
        let tokens = world.fresh(300.0);
        world.pass(150.0);
        world.start_with(tokens);
        assert_eq!(world.requests.len(), 0, "{spread}");
        world.pass(0.001);
        world.check();
        assert_eq!(world.requests.len(), 1, "{spread}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_whose_end_lies_before_its_beginning_is_saved_as_one_that_can_be_read_again() {
    let mut world = World::new(json!({}));
    world.start();
    world.answer(token_set(json!({"access_token": jwt(json!({"iat": EPOCH, "exp": EPOCH - 60.0})), "refresh_token": "r1"})));
    let saved = world.saved.as_ref().and_then(|saved| saved.tokens.clone()).expect("tokens");
    assert_eq!((saved.expires_in, saved.refresh), (Some(0.0), Some(Secret::new("r1"))));
}

mod of_two {
    use super::*;

    /// Whether the given token wins over the stored one. Somebody else's begins a session, a newer one of the same person does not.
    fn given_wins(given: TokenSet, kept: TokenSet) -> bool {
        let is_somebody_else = given.subject.is_some() && given.subject != kept.subject;
        let mut world = World::new(json!({"maxSessionLifespan": "8h"}));
        let expected = given.access.expose().to_owned();
        let stored = Stored { session_start: Some((EPOCH - 500.0) * 1_000.0), ..stored(kept, None) };
        world.event(Event::Start { given: Some(Box::new(given)), stored: Some(Box::new(stored)) });
        let wins = world.token().unwrap() == expected;
        let start = if is_somebody_else { 0.0 } else { -500.0 };
        assert_near(world.moment(world.snapshot().session_ends_at), start + 28_800.0);
        wins
    }

    fn of(sub: &str, iat: f64) -> TokenSet {
        access(json!({"sub": sub, "iat": EPOCH + iat, "exp": EPOCH + 3600.0, "of": iat}))
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_stored_one_wins_unless_the_given_one_is_newer() {
        assert!(given_wins(of("alice", -10.0), of("alice", -20.0)));
        assert!(!given_wins(of("alice", -20.0), of("alice", -10.0)));
        let same = of("alice", -10.0);
        let mut bootstrap = same.clone();
        bootstrap.access = Secret::new("the same age");
        assert!(!given_wins(bootstrap, same));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn another_subject_wins() {
        assert!(given_wins(of("bob", -20.0), of("alice", -10.0)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_opaque_one_never_wins() {
        let opaque = token_set(json!({"accessToken": "opaque", "expiresIn": 3600}));
        assert!(!given_wins(opaque, of("alice", -10.0)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_only_one_wins() {
        let mut world = World::new(json!({}));
        let given = of("alice", -10.0);
        world.event(Event::Start { given: Some(Box::new(given.clone())), stored: Some(Box::default()) });
        assert_eq!(world.token().as_deref(), Some(given.access.expose()));
    }
}

//! Callers: answered at once while a usable token is held, else by the next answer, and never kept longer than the refresh timeout.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, assert_near, shown};

const NO_REFRESH: Abilities = Abilities { refresh: false, ..REFRESHES };

#[wasm_bindgen_test(unsupported = test)]
fn a_usable_token_is_given_at_once() {
    let mut world = World::holding(3600.0);
    let caller = world.ask();
    assert_eq!(world.answer_of(caller), Ok(world.token()));
    assert_eq!(world.requests.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_due_token_is_given_at_once_and_refreshed() {
    let mut world = World::holding(3600.0);
    world.pass(3300.001);
    let caller = world.ask();
    assert_eq!(world.answer_of(caller), Ok(world.token()));
    assert_eq!(world.request().reason, RefreshReason::Due);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_expired_token_is_never_given() {
    let mut world = World::holding(3600.0);
    world.pass(3600.0);
    let caller = world.ask();
    assert!(world.waits(caller));
    assert_eq!((world.token(), world.session.usable_for()), (None, None));
    assert_eq!(world.request().reason, RefreshReason::Expired);
}

#[wasm_bindgen_test(unsupported = test)]
fn all_who_wait_share_one_answer() {
    let mut world = World::new(json!({}));
    world.start();
    let callers = [world.ask(), world.refresh(), world.ask()];
    assert!(callers.iter().all(|caller| world.waits(*caller)));
    world.grant(3600.0);
    for caller in callers {
        assert_eq!(world.answer_of(caller), Ok(world.token()));
    }
    assert_eq!(world.requests.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_timeout_ends_all_waits() {
    let mut world = World::new(json!({}));
    world.start();
    let early = world.ask();
    world.run_until(9.0);
    let late = world.ask();
    world.run_until(9.999);
    assert!(world.waits(early) && world.waits(late));
    world.run_until(10.0);
    for caller in [early, late] {
        assert!(matches!(world.answer_of(caller), Err(Refusal::Unavailable { .. })));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn one_who_asks_during_a_late_request_waits_for_it() {
    let mut world = World::new(json!({}));
    world.start();
    world.run_until(12.0);
    let answered = world.ask();
    world.run_until(15.0);
    world.grant(3600.0);
    assert_eq!(world.answer_of(answered), Ok(world.token()));

    let mut world = World::new(json!({}));
    world.start();
    world.run_until(12.0);
    let refused = world.ask();
    world.run_until(21.999);
    assert!(world.waits(refused));
    world.run_until(22.0);
    assert!(matches!(world.answer_of(refused), Err(Refusal::Unavailable { .. })));
}

#[wasm_bindgen_test(unsupported = test)]
fn one_who_waits_is_answered_by_the_next_try() {
    let mut world = World::new(json!({}));
    world.start();
    let caller = world.ask();
    world.fail();
    assert!(world.waits(caller), "the next try comes within the wait");
    world.run_to_request();
    world.grant(3600.0);
    assert_eq!(world.answer_of(caller), Ok(world.token()));
}

#[wasm_bindgen_test(unsupported = test)]
fn one_whose_wait_is_known_to_be_longer_learns_at_once() {
    let mut world = World::new(json!({"refreshTimeout": "1s"}));
    world.start();
    let mut told = 0;
    for _ in 0..30 {
        world.fail();
        let retry_at = world.moment(world.snapshot().retry_at);
        let caller = world.ask();
        let knows = retry_at > world.t + 1.0005;
        assert_eq!(world.waits(caller), !knows, "{retry_at} at {}", world.t);
        if knows {
            let Err(Refusal::Unavailable { retry_at: Some(at) }) = world.answer_of(caller) else { panic!() };
            assert_near(at / 1_000.0 - EPOCH, retry_at);
            told += 1;
        }
        world.run_to_request();
    }
    assert!(told > 10);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_who_leaves_is_forgotten() {
    let mut world = World::new(json!({}));
    world.start();
    let (stays, leaves) = (world.ask(), world.ask());
    world.event(Event::Forget(leaves));
    world.grant(3600.0);
    assert!(world.waits(leaves) && !world.waits(stays));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_wait_has_a_wake_of_its_own() {
    let mut world = World::new(json!({}));
    world.start();
    world.run_until(10.0);
    world.ask();
    assert_eq!(world.wake(), (10.0, WakeReason::Timeout));
    world.pass(10.0);
    world.check();
    assert_eq!(world.answers.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn after_the_end_the_reason_is_told() {
    let mut world = World::new(json!({}));
    world.start();
    let waiting = world.ask();
    world.reject();
    let later = [world.ask(), world.refresh(), world.refused("x")];
    for caller in [waiting].into_iter().chain(later) {
        assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::SignedOut)));
    }
    assert_eq!(world.requests.len(), 1);
}

mod refresh {
    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn gets_a_new_token() {
        let mut world = World::holding(3600.0);
        let before = world.token();
        let caller = world.refresh();
        assert_eq!(world.request().reason, RefreshReason::Requested);
        assert!(world.waits(caller));
        world.grant(3600.0);
        assert_ne!(world.token(), before);
        assert_eq!(world.answer_of(caller), Ok(world.token()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn joins_the_request_under_way() {
        let mut world = World::holding(3600.0);
        world.run_to_request();
        let caller = world.refresh();
        world.grant(3600.0);
        assert_eq!(world.answer_of(caller), Ok(world.token()));
        assert_eq!(world.requests.len(), 2);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn is_refused_when_it_failed_though_the_old_token_is_usable() {
        let mut world = World::holding(3600.0);
        let caller = world.refresh();
        world.fail_with(503, Some(100.0));
        assert!(matches!(world.answer_of(caller), Err(Refusal::Unavailable { retry_at: Some(_) })));
        assert_eq!(world.status(), Status::Active);
        world.run_for(1000.0);
        assert_eq!(world.requests.len(), 2, "nobody wants it any more");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn makes_no_request_for_one_whose_time_is_up() {
        let mut world = World::holding(3600.0);
        let caller = world.refresh();
        world.fail();
        world.pass(10.0);
        world.check();
        assert!(matches!(world.answer_of(caller), Err(Refusal::Unavailable { retry_at: None })));
        assert_eq!(world.requests.len(), 2);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn waits_for_a_retry_within_its_time() {
        let mut world = World::holding(3600.0);
        let caller = world.refresh();
        world.fail();
        assert!(world.waits(caller));
        assert_eq!(world.run_to_request().reason, RefreshReason::Retry);
        world.grant(3600.0);
        assert_eq!(world.answer_of(caller), Ok(world.token()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn is_content_with_a_sign_in() {
        let mut world = World::holding(3600.0);
        let caller = world.refresh();
        let tokens = world.fresh(3600.0);
        world.sign_in(tokens);
        assert_eq!(world.answer_of(caller), Ok(world.token()));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn is_refused_where_there_is_no_way() {
        let mut world = World::with(json!({}), NO_REFRESH);
        let tokens = world.fresh(3600.0);
        world.start_with(tokens);
        let caller = world.refresh();
        assert_eq!(world.answer_of(caller), Err(Refusal::CannotRefresh));
        assert_eq!(world.status(), Status::Active);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn refusals_have_codes_and_words() {
    let refusals = [
        (Refusal::Ended(EndReason::Idle), "ERR_SESSION_ENDED", "ended: idle"),
        (Refusal::Unavailable { retry_at: None }, "ERR_TOKEN_UNAVAILABLE", "refreshTimeout"),
        (Refusal::Unavailable { retry_at: Some(1.0) }, "ERR_TOKEN_UNAVAILABLE", "retryAt"),
        (Refusal::NobodyThere, "ERR_TOKEN_UNAVAILABLE", "refreshWhileIdle"),
        (Refusal::CannotRefresh, "ERR_TOKEN_UNAVAILABLE", "no way to refresh"),
        (Refusal::Stopped, "ERR_STOPPED", "stopped"),
    ];
    for (refusal, code, words) in refusals {
        assert_eq!(shown(&refusal.code()), code);
        assert!(refusal.to_string().contains(words), "{refusal}");
    }
}

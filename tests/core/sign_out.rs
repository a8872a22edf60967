//! Signing out: local and immediate; the server's part follows any refresh, and is retried while the tab lives and at the next start.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, assert_between, assert_near, token_set};

const SIGNS_OUT: Abilities = Abilities { sign_out: true, ..REFRESHES };
const REVOKES: Abilities = Abilities { revoke: true, ..REFRESHES };

fn holding(abilities: Abilities) -> World {
    let mut world = World::with(json!({}), abilities);
    let tokens = world.fresh_with(3600.0, "r1");
    world.start_with(tokens);
    world
}

#[wasm_bindgen_test(unsupported = test)]
fn is_local_and_immediate() {
    let mut world = holding(SIGNS_OUT);
    let (caller, waiting) = (world.sign_out(), world.ask());
    assert_eq!((world.status(), world.snapshot().reason, world.token()), (Status::Ended, Some(EndReason::SignedOut), None));
    assert_eq!(world.answer_of(waiting), Err(Refusal::Ended(EndReason::SignedOut)));
    assert!(world.waits(caller), "until the server's part is done");
    let saved = world.saved.clone().unwrap();
    assert_eq!((saved.tokens, saved.session_start), (None, None));
    assert_eq!(saved.sign_outs.len(), 1, "a page that is left now goes on at the next start");
    assert_eq!(world.session.id_token(), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_server_is_told_why_and_when() {
    let mut world = holding(SIGNS_OUT);
    world.run_until(100.0);
    let caller = world.sign_out();
    let (_, order) = world.sign_outs[0].clone();
    let expected = SignOutOrder { reason: EndReason::SignedOut, revoke_only: false, refresh_token: None, at: (EPOCH + 100.0) * 1_000.0 };
    assert_eq!(order, SignOutOrder { at: order.at, ..expected.clone() });
    assert_near(order.at / 1_000.0, expected.at / 1_000.0);
    world.signed_out(None);
    assert_eq!(world.answer_of(caller), Ok(None));
    assert!(world.saved.clone().unwrap().sign_outs.is_empty());
    assert!(!world.next(), "nothing is left to do");
}

#[wasm_bindgen_test(unsupported = test)]
fn the_time_is_the_servers() {
    let mut world = World::with(json!({}), SIGNS_OUT);
    world.server_skew = 3600.0;
    world.start();
    world.grant(3600.0);
    world.run_until(50.0);
    world.sign_out();
    assert_near(world.sign_outs[0].1.at / 1_000.0, world.server_time());
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refresh_token_is_revoked() {
    let mut world = holding(REVOKES);
    world.sign_out();
    let (_, order) = &world.sign_outs[0];
    assert_eq!((order.refresh_token.as_ref().unwrap().expose(), order.revoke_only), ("r1", true));

    let mut world = holding(Abilities { sign_out: true, ..REVOKES });
    world.sign_out();
    let (_, order) = &world.sign_outs[0];
    assert_eq!((order.refresh_token.as_ref().unwrap().expose(), order.revoke_only), ("r1", false));
}

#[wasm_bindgen_test(unsupported = test)]
fn where_the_server_knows_nothing_it_is_done_at_once() {
    for mut world in [holding(REFRESHES), World::with(json!({}), REVOKES)] {
        world.check();
        let caller = world.sign_out();
        assert_eq!(world.answer_of(caller), Ok(None));
        assert!(world.sign_outs.is_empty());
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_servers_part_follows_a_refresh_under_way() {
    let mut world = holding(SIGNS_OUT);
    world.refresh();
    let caller = world.sign_out();
    assert_eq!((world.sign_outs.len(), world.status()), (0, Status::Ended));
    world.run_for(5.0);
    world.grant(3600.0);
    assert_eq!((world.sign_outs.len(), world.token()), (1, None));
    world.signed_out(None);
    assert_eq!(world.answer_of(caller), Ok(None));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_hung_refresh_holds_it_up_for_30_s_at_most() {
    let mut world = holding(SIGNS_OUT);
    world.refresh();
    world.sign_out();
    world.run_until(29.9);
    assert!(world.sign_outs.is_empty());
    world.run_until(30.0);
    assert_eq!((world.sign_outs.len(), world.abandoned.len()), (1, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_failure_is_told_and_retried() {
    let mut world = holding(SIGNS_OUT);
    let caller = world.sign_out();
    let mut last = 0.0;
    for (attempt, step) in [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 16.0), (6, 32.0), (7, 60.0), (8, 60.0)] {
        world.signed_out(Some(Failure { status: Some(503), ..Failure::new(FailureKind::Http) }));
        assert_eq!(world.answer_of(caller), Ok(None), "it has failed for now, an event says so");
        let (_, notice) = world.notices.last().unwrap().clone();
        let Notice::SignOutFailed { status: Some(503), attempt: told, retry_at } = notice else { panic!("{notice:?}") };
        assert_eq!((told, world.wake().1), (attempt, WakeReason::SignOut));
        let count = world.sign_outs.len();
        while world.sign_outs.len() == count {
            world.next();
        }
        assert_between(world.t - last, 0.0, step + 0.001);
        assert_between(world.t - (retry_at - EPOCH), -0.001, 0.002);
        last = world.t;
    }
    world.signed_out(None);
    assert!(!world.next());
}

#[wasm_bindgen_test(unsupported = test)]
fn retry_after_is_heeded_and_the_networks_return_does_not_lift_it() {
    let mut world = holding(SIGNS_OUT);
    world.sign_out();
    world.signed_out(Some(Failure { retry_after: Some(100_000.0), ..Failure::new(FailureKind::Http) }));
    world.event(Event::Online);
    world.run_until(99.9);
    assert_eq!(world.sign_outs.len(), 1);
    while world.sign_outs.len() == 1 {
        world.next();
    }
    assert_between(world.t, 100.0, 160.001);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_networks_return_lifts_a_backoff() {
    let mut world = holding(SIGNS_OUT);
    world.sign_out();
    for attempt in 1..10 {
        world.signed_out(Some(Failure::new(FailureKind::Network)));
        world.event(Event::Online);
        assert_eq!(world.sign_outs.len(), attempt + 1);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_hung_one_times_out() {
    let mut world = holding(SIGNS_OUT);
    let caller = world.sign_out();
    assert_eq!(world.wake(), (10.0, WakeReason::SignOut));
    world.run_until(9.999);
    assert!(world.waits(caller));
    world.run_until(10.0);
    assert_eq!(world.abandoned, [world.sign_outs[0].0]);
    assert_eq!((world.answer_of(caller), world.count("signoutfailed")), (Ok(None), 1));
    let attempt = world.sign_outs[0].0;
    world.event(Event::SignedOut { attempt, failure: None });
    assert_eq!(world.saved.clone().unwrap().sign_outs.len(), 1, "an abandoned one has no answer");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_second_one_waits_for_the_first() {
    let mut world = holding(SIGNS_OUT);
    let (first, second) = (world.sign_out(), world.sign_out());
    assert_eq!((world.sign_outs.len(), world.count("ended")), (1, 1));
    world.signed_out(None);
    assert!(!world.waits(first) && !world.waits(second));
    let third = world.sign_out();
    assert_eq!((world.answer_of(third), world.sign_outs.len()), (Ok(None), 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_supersedes_what_is_left_of_it() {
    let mut world = holding(Abilities { sign_out: true, ..REVOKES });
    world.sign_out();
    world.signed_out(Some(Failure::new(FailureKind::Network)));
    let tokens = world.fresh_with(3600.0, "r2");
    world.sign_in(tokens);
    world.run_for(5.0);
    let (_, order) = world.sign_outs.last().unwrap();
    assert_eq!((order.revoke_only, order.refresh_token.as_ref().unwrap().expose()), (true, "r1"));

    let mut world = holding(SIGNS_OUT);
    world.sign_out();
    world.signed_out(Some(Failure::new(FailureKind::Network)));
    let tokens = world.fresh(3600.0);
    world.sign_in(tokens);
    world.run_for(100.0);
    assert_eq!((world.sign_outs.len(), world.status()), (1, Status::Active));
}

#[wasm_bindgen_test(unsupported = test)]
fn no_refresh_starts_while_the_server_is_being_told() {
    let mut world = holding(SIGNS_OUT);
    world.sign_out();
    let old = world.jwt(0.5);
    world.sign_in(token_set(json!({"accessToken": old})));
    world.run_for(2.0);
    let caller = world.ask();
    assert_eq!((world.requests.len(), world.waits(caller)), (0, true));
    world.signed_out(None);
    assert_eq!(world.requests.len(), 1);
    world.grant(3600.0);
    assert_eq!(world.answer_of(caller), Ok(world.token()));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_new_sign_out_does_not_wait_for_an_old_ones_backoff() {
    let mut world = holding(Abilities { sign_out: true, ..REVOKES });
    world.sign_out();
    world.signed_out(Some(Failure { retry_after: Some(1_000_000.0), ..Failure::new(FailureKind::Http) }));
    let tokens = world.fresh_with(3600.0, "r2");
    world.sign_in(tokens);
    let caller = world.sign_out();
    assert_eq!(world.sign_outs.len(), 2);
    assert_eq!(world.sign_outs[1].1.refresh_token.as_ref().unwrap().expose(), "r2");
    world.signed_out(None);
    assert_eq!(world.answer_of(caller), Ok(None));
    assert_eq!(world.saved.clone().unwrap().sign_outs.len(), 1);
    world.run_until(1_100.0);
    assert_eq!(world.sign_outs[2].1.refresh_token.as_ref().unwrap().expose(), "r1");
}

mod at_the_next_start {
    use super::*;

    fn left_over(abilities: Abilities) -> Stored {
        let mut world = holding(abilities);
        world.run_until(100.0);
        world.sign_out();
        world.signed_out(Some(Failure::new(FailureKind::Network)));
        world.0.saved.unwrap()
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn it_comes_before_anything_else() {
        let mut world = World::with(json!({}), SIGNS_OUT);
        world.restore(left_over(SIGNS_OUT));
        assert_eq!((world.requests.len(), world.sign_outs.len()), (0, 1));
        assert_eq!((world.snapshot().reason, world.ready), (Some(EndReason::SignedOut), 1));
        world.signed_out(None);
        assert!(world.saved.clone().unwrap().sign_outs.is_empty());
        assert_eq!(world.requests.len(), 0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_older_token_does_not_stop_it() {
        for (signed_in_at, lives) in [(99.0, false), (101.0, true)] {
            for claim in ["auth_time", "iat"] {
                let mut world = World::with(json!({}), SIGNS_OUT);
                world.pass(200.0);
                let given = world.jwt_with(0.0, json!({claim: EPOCH + signed_in_at, "exp": EPOCH + 3600.0}));
                let given = Some(Box::new(token_set(json!({"accessToken": given}))));
                if claim == "iat" || lives {
                    world.event(Event::Start { given, stored: Some(Box::new(left_over(SIGNS_OUT))) });
                    assert_eq!((world.status() == Status::Active, world.sign_outs.len()), (lives, usize::from(!lives)), "{claim}");
                }
            }
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_token_of_the_same_moment_is_no_later_sign_in() {
        let mut world = World::with(json!({}), SIGNS_OUT);
        let given = Some(Box::new(world.fresh(3600.0)));
        let order = SignOutOrder { reason: EndReason::SignedOut, revoke_only: false, refresh_token: None, at: EPOCH * 1_000.0 };
        let stored = Stored { sign_outs: vec![order], ..Stored::default() };
        world.event(Event::Start { given, stored: Some(Box::new(stored)) });
        assert_eq!((world.status(), world.sign_outs.len()), (Status::Ended, 1));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn auth_time_tells_the_sign_in_and_not_iat() {
        let mut world = World::with(json!({}), SIGNS_OUT);
        world.pass(200.0);
        let given = world.jwt_with(3600.0, json!({"auth_time": EPOCH + 50.0}));
        let given = Some(Box::new(token_set(json!({"accessToken": given}))));
        world.event(Event::Start { given, stored: Some(Box::new(left_over(SIGNS_OUT))) });
        assert_eq!(world.snapshot().reason, Some(EndReason::SignedOut));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn after_a_later_sign_in_the_old_refresh_token_is_still_revoked() {
        let abilities = Abilities { sign_out: true, ..REVOKES };
        let mut world = World::with(json!({}), abilities);
        world.pass(200.0);
        let given = Some(Box::new(world.fresh(3600.0)));
        world.event(Event::Start { given, stored: Some(Box::new(left_over(abilities))) });
        assert_eq!(world.status(), Status::Active);
        assert!(world.sign_outs[0].1.revoke_only);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_mere_revocation_stops_nobody() {
        let mut world = World::with(json!({}), REVOKES);
        world.restore(left_over(REVOKES));
        assert_eq!((world.requests.len(), world.status()), (1, Status::Starting));
        world.grant(3600.0);
        assert_eq!((world.status(), world.sign_outs.len()), (Status::Active, 1));
    }
}

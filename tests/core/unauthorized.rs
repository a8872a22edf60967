//! A token that the API refused: one shared refresh, the newer token where there is one, and no storm from an API that refuses everything.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, assert_between};

#[wasm_bindgen_test(unsupported = test)]
fn all_failing_calls_share_one_refresh() {
    let mut world = World::holding(3600.0);
    let failed = world.token().unwrap();
    let callers = [world.refused(&failed), world.refused(&failed), world.refused(&failed)];
    assert_eq!((world.requests.len(), world.request().reason), (2, RefreshReason::Unauthorized));
    world.grant(3600.0);
    for caller in callers {
        assert_eq!(world.answer_of(caller), Ok(world.token()));
    }
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_that_has_been_replaced_gets_its_successor() {
    let mut world = World::holding(3600.0);
    let failed = world.token().unwrap();
    world.refresh();
    world.grant(3600.0);
    let caller = world.refused(&failed);
    assert_eq!(world.answer_of(caller), Ok(world.token()));
    assert_eq!(world.requests.len(), 2);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_that_has_expired_gets_the_next_token() {
    let mut world = World::holding(3600.0);
    let failed = world.token().unwrap();
    world.pass(3600.0);
    let caller = world.refused(&failed);
    assert_eq!((world.request().reason, world.waits(caller)), (RefreshReason::Expired, true));
    world.grant(3600.0);
    assert_eq!(world.answer_of(caller), Ok(world.token()));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_api_that_refuses_every_token_makes_no_storm() {
    let mut world = World::holding(86_400.0);
    let began = world.t;
    let mut refused = 0;
    // A call every 200 ms for an hour.
    while world.t < began + 3600.0 {
        let token = world.token().unwrap();
        let count = world.requests.len();
        let caller = world.refused(&token);
        if world.requests.len() > count {
            world.grant(86_400.0);
        }
        refused += usize::from(matches!(world.answers.get(&caller), Some(Err(Refusal::Unavailable { retry_at: Some(_) }))));
        world.run_for(0.2);
        while world.snapshot().refresh == RefreshState::InFlight {
            world.grant(86_400.0);
        }
    }
    assert!(world.requests.len() < 240, "{} refreshes", world.requests.len());
    assert!(refused > 100, "they learn at once that it takes longer");
    assert_eq!(world.status(), Status::Active);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_waits_double() {
    let mut world = World::holding(86_400.0);
    for doublings in 0..8 {
        let token = world.token().unwrap();
        let count = world.requests.len();
        world.refused(&token);
        let asked = world.t;
        while world.requests.len() == count {
            assert!(world.next(), "the refresh is held back for ever");
            if world.requests.len() == count && world.snapshot().refresh == RefreshState::Idle {
                world.refused(&token);
            }
        }
        let most = if doublings == 0 { 0.0 } else { f64::from(1 << (doublings - 1)).min(60.0) };
        assert_between(world.t - asked, 0.0, most + 0.002);
        world.grant(86_400.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refresh_for_another_reason_ends_the_row() {
    let mut world = World::holding(86_400.0);
    for _ in 0..3 {
        let token = world.token().unwrap();
        world.refused(&token);
        while world.snapshot().refresh != RefreshState::InFlight {
            world.next();
        }
        world.grant(86_400.0);
    }
    world.refresh();
    world.grant(86_400.0);
    world.run_for(10.0);
    let (count, token) = (world.requests.len(), world.token().unwrap());
    world.refused(&token);
    assert_eq!(world.requests.len(), count + 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn refresh_without_a_failed_token_is_not_held_back() {
    let mut world = World::holding(86_400.0);
    for count in 2..20 {
        world.pass(2.0);
        world.refresh();
        assert_eq!(world.requests.len(), count);
        world.grant(86_400.0);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_rejected_refresh_ends_the_session_for_all() {
    let mut world = World::holding(3600.0);
    let failed = world.token().unwrap();
    let callers = [world.refused(&failed), world.ask()];
    world.reject();
    assert_eq!(world.answer_of(callers[0]), Err(Refusal::Ended(EndReason::RefreshRejected)));
    assert_eq!(world.answer_of(callers[1]).unwrap(), Some(failed), "it was answered before");
}

mod without_a_way_to_refresh {
    use super::*;

    fn holding(probe: bool) -> World {
        let mut world = World::with(json!({}), Abilities { refresh: false, probe, ..REFRESHES });
        let tokens = world.fresh(3600.0);
        world.start_with(tokens);
        world
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_session_ends() {
        let mut world = holding(false);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::TokenExpired)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_probe_is_asked_first_and_shared() {
        let mut world = holding(true);
        let failed = world.token().unwrap();
        let callers = [world.refused(&failed), world.refused(&failed)];
        assert_eq!((world.probes.len(), world.waits(callers[0])), (1, true));
        world.probed(Probe::Lives);
        for caller in callers {
            assert_eq!(world.answer_of(caller), Ok(Some(failed.clone())));
        }
        assert_eq!(world.status(), Status::Active);
        world.refused(&failed);
        assert_eq!(world.probes.len(), 2);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_probe_that_finds_it_ended_ends_it() {
        let mut world = holding(true);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        world.probed(Probe::Ended);
        assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::TokenExpired)));
        assert_eq!(world.snapshot().reason, Some(EndReason::TokenExpired));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_probe_that_knows_nothing_ends_nothing() {
        let mut world = holding(true);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        world.probed(Probe::Unknown);
        assert_eq!((world.answer_of(caller), world.status()), (Ok(Some(failed)), Status::Active));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_probe_that_hangs_is_given_up() {
        let mut world = holding(true);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        world.run_until(9.999);
        assert_eq!((world.wake().1, world.abandoned.len()), (WakeReason::Timeout, 0));
        world.run_until(10.0);
        assert_eq!(world.abandoned, world.probes);
        assert_eq!((world.answer_of(caller), world.status()), (Ok(Some(failed)), Status::Active));
        world.probed(Probe::Ended);
        assert_eq!(world.status(), Status::Active, "an abandoned one has no answer");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_probe_has_its_limit_though_nobody_waits_for_it() {
        let mut world = holding(true);
        world.run_until(100.0);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        world.event(Event::Forget(caller));
        world.run_until(109.9);
        assert_eq!((world.wake().1, world.abandoned.len()), (WakeReason::Timeout, 0));
        world.next();
        assert_eq!(world.abandoned, world.probes);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_token_that_expires_meanwhile_ends_it_anyway() {
        let mut world = holding(true);
        world.run_until(3595.0);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        world.run_until(3600.0);
        assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::TokenExpired)));
        world.probed(Probe::Lives);
        assert_eq!(world.status(), Status::Ended);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_sign_out_forgets_the_probe() {
        let mut world = holding(true);
        let failed = world.token().unwrap();
        let caller = world.refused(&failed);
        world.sign_out();
        assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::SignedOut)));
        world.probed(Probe::Ended);
        assert_eq!(world.snapshot().reason, Some(EndReason::SignedOut));
    }
}

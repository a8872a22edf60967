//! What holds in every life of a session, whatever happens in which order and whatever its clocks show.

mod steps;

use evertoken::fuzz::{Answers, Beginning, Life, live, run_on};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use wasm_bindgen_test::wasm_bindgen_test;

use steps::life;

/// For each property; every one sees other lives.
const LIVES: u32 = if cfg!(target_arch = "wasm32") { 15 } else { 100 };

/// Every life is drawn from a fixed seed, so that a run tells nothing but what the code does.
fn in_every_life(lives: u32, seed: u64, holds: impl Fn(&Life) -> Result<(), String>) {
    let config = Config { cases: lives, failure_persistence: None, rng_seed: RngSeed::Fixed(seed), ..Config::default() };
    let test = |life: Life| holds(&life).map_err(TestCaseError::fail);
    if let Err(error) = TestRunner::new(config).run(&life().boxed(), test) {
        panic!("{error}");
    }
}

fn never_broken(seed: u64, rule: &str) {
    in_every_life(LIVES, seed, |life| match live(life).broken.iter().find(|(broken, _)| *broken == rule) {
        Some((_, how)) => Err(how.clone()),
        None => Ok(()),
    });
}

#[wasm_bindgen_test(unsupported = test)]
fn an_expired_token_is_never_handed_out() {
    never_broken(1, "expired");
}

#[wasm_bindgen_test(unsupported = test)]
fn there_are_never_two_refreshes_in_flight() {
    never_broken(2, "one at a time");
}

#[wasm_bindgen_test(unsupported = test)]
fn no_transient_failure_ends_a_session_or_drops_a_valid_token() {
    never_broken(3, "keeps");
}

#[wasm_bindgen_test(unsupported = test)]
fn attempts_are_never_closer_than_the_backoff_allows() {
    never_broken(4, "backoff");
}

#[wasm_bindgen_test(unsupported = test)]
fn after_the_end_nothing_is_sent_but_the_sign_out() {
    never_broken(5, "after the end");
}

#[wasm_bindgen_test(unsupported = test)]
fn idle_and_maximum_limits_hold_at_every_event() {
    never_broken(6, "limits");
}

#[wasm_bindgen_test(unsupported = test)]
fn an_end_happens_once_and_keeps_its_reason_until_a_sign_in() {
    never_broken(7, "ends once");
}

#[wasm_bindgen_test(unsupported = test)]
fn every_state_that_lives_has_a_wake_or_a_reason_to_have_none() {
    never_broken(8, "wakes");
}

#[wasm_bindgen_test(unsupported = test)]
fn every_caller_is_answered_once_and_within_the_timeout() {
    never_broken(9, "answers");
}

#[wasm_bindgen_test(unsupported = test)]
fn nothing_is_usable_for_longer_than_it_lasts() {
    never_broken(10, "usable");
}

#[wasm_bindgen_test(unsupported = test)]
fn wakes_make_progress_and_never_a_storm() {
    for (seed, answers) in [(11, Answers::None), (12, Answers::Failures), (13, Answers::SameAgain), (14, Answers::Fresh)] {
        in_every_life(LIVES / 5, seed, |life| {
            let mut watch = live(life);
            let (wakes, seconds, requests) = run_on(&mut watch, answers, 300);
            let is_calm = seconds >= 60.0 && f64::from(requests) <= 20.0 + seconds;
            if wakes < 300 || is_calm {
                Ok(())
            } else {
                Err(format!("{wakes} wakes and {requests} requests in {seconds} s of {answers:?}"))
            }
        });
    }
}

/// The watch itself: a session that did what it must not would be seen.
#[wasm_bindgen_test(unsupported = test)]
fn a_broken_rule_would_be_seen() {
    use evertoken::core::{Event, Outcome};
    let world = crate::common::World::holding(3600.0).0;
    let settings = world.session.settings().clone();
    let life = Life { settings, seed: 1, skew: 0.0, beginning: Beginning::Nothing, steps: Vec::new() };
    let mut watch = live(&life);
    assert!(watch.broken.is_empty());
    // A token that nobody told the watch of.
    let (attempt, tokens) = (watch.in_flight.expect("a refresh"), Box::new(watch.world.issue(60.0)));
    watch.event(Event::Answered { attempt, outcome: Outcome::Tokens { tokens, date: None } });
    assert!(watch.broken.iter().any(|(rule, _)| *rule == "expired"));
    // Another session, which refreshes beside the request the watch knows of, and has no end.
    watch.in_flight = Some(attempt + 100);
    watch.world = world;
    watch.world.pass(3400.0);
    watch.event(Event::Check);
    assert!(watch.broken.iter().any(|(rule, _)| *rule == "one at a time"));
}

//! Backoff: full jitter, patience while the token lasts, and `Retry-After` with a draw behind it.

use evertoken::core::{Random, backoff_wait};
use wasm_bindgen_test::wasm_bindgen_test;

const SECOND: f64 = 1_000.0;
const MINUTE: f64 = 60_000.0;
const HOUR: f64 = 3_600_000.0;

/// The least and the most of many draws.
fn range(failures: u32, left: f64, retry_after: Option<f64>) -> (f64, f64) {
    let mut random = Random::new(7);
    let draws = (0..4_000).map(|_| backoff_wait(failures, left, retry_after, &mut random));
    draws.fold((f64::INFINITY, 0.0), |(least, most), draw| (f64::min(least, draw), f64::max(most, draw)))
}

/// The draws fill the whole of that range, and stay in it.
#[track_caller]
fn assert_range((least, most): (f64, f64), low: f64, high: f64) {
    let slack = (high - low) * 0.01;
    assert!(least >= low && least < low + slack, "least {least}, expected {low}");
    assert!(most < high && most > high - slack, "most {most}, expected {high}");
}

#[wasm_bindgen_test(unsupported = test)]
fn full_jitter_doubles_up_to_a_minute() {
    for (failures, step) in
        [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 16.0), (6, 32.0), (7, 60.0), (8, 60.0), (40, 60.0), (u32::MAX, 60.0)]
    {
        assert_range(range(failures, 0.0, None), 0.0, step * SECOND);
    }
    assert_range(range(0, 0.0, None), 0.0, SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn from_the_fourth_failure_on_a_token_with_time_left_is_waited_for() {
    assert_range(range(3, HOUR, None), 0.0, 4.0 * SECOND);
    assert_range(range(4, 3.0 * MINUTE, None), 0.2 * 3.0 * MINUTE, 0.8 * 3.0 * MINUTE);
    assert_range(range(9, 3.0 * MINUTE, None), 0.2 * 3.0 * MINUTE, 0.8 * 3.0 * MINUTE);
}

#[wasm_bindgen_test(unsupported = test)]
fn patience_ends_at_five_minutes_and_stays_spread() {
    assert_range(range(4, HOUR, None), 75.0 * SECOND, 300.0 * SECOND);
    assert_range(range(4, 375.0 * SECOND, None), 75.0 * SECOND, 300.0 * SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn patience_wants_over_two_minutes() {
    assert_range(range(4, 120.0 * SECOND, None), 0.0, 8.0 * SECOND);
    assert_range(range(4, 120.1 * SECOND, None), 24.02 * SECOND, 96.08 * SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_draw_follows_retry_after_from_0_to_it() {
    assert_range(range(1, 0.0, Some(30.0 * SECOND)), 30.0 * SECOND, 60.0 * SECOND);
    assert_range(range(1, 0.0, Some(60.0 * SECOND)), 60.0 * SECOND, 120.0 * SECOND);
    assert_range(range(1, 0.0, Some(10.0 * MINUTE)), 10.0 * MINUTE, 11.0 * MINUTE);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_draw_follows_retry_after_up_to_the_step() {
    assert_range(range(6, 0.0, Some(5.0 * SECOND)), 5.0 * SECOND, 37.0 * SECOND);
    assert_range(range(1, 0.0, Some(0.0)), 0.0, SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_draw_follows_retry_after_over_what_will_be_left_of_the_token() {
    // 200 s left, 100 s of them after the wait; 80 % of these.
    assert_range(range(1, 200.0 * SECOND, Some(100.0 * SECOND)), 100.0 * SECOND, 180.0 * SECOND);
    assert_range(range(1, HOUR, Some(100.0 * SECOND)), 100.0 * SECOND, 400.0 * SECOND);
    assert_range(range(1, 50.0 * SECOND, Some(100.0 * SECOND)), 100.0 * SECOND, 160.0 * SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn retry_after_counts_up_to_an_hour_and_from_0() {
    assert_range(range(1, 0.0, Some(24.0 * HOUR)), HOUR, HOUR + MINUTE);
    assert_range(range(1, 0.0, Some(f64::INFINITY)), HOUR, HOUR + MINUTE);
    assert_range(range(1, 0.0, Some(-5.0 * SECOND)), 0.0, SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_endless_token_leaves_finite_waits() {
    assert_range(range(1, f64::INFINITY, None), 0.0, SECOND);
    assert_range(range(4, f64::INFINITY, None), 75.0 * SECOND, 300.0 * SECOND);
    assert_range(range(1, f64::INFINITY, Some(SECOND)), SECOND, 301.0 * SECOND);
}

#[wasm_bindgen_test(unsupported = test)]
fn one_seed_gives_one_sequence() {
    let draws = |seed| {
        let mut random = Random::new(seed);
        (0..8).map(|_| random.between(0.0, 1.0)).collect::<Vec<f64>>()
    };
    assert_eq!(draws(1), draws(1));
    assert_ne!(draws(1), draws(2));
    // The reference sequence of SplitMix64 for the seed 0: 0xe220a8397b1dcdaf, 0x6e789e6aa1b965f4.
    let scale = 2f64.powi(64);
    let expected = [0xe220_a839_7b1d_cdaf_u64, 0x6e78_9e6a_a1b9_65f4];
    for (draw, word) in draws(0).into_iter().zip(expected) {
        assert!((draw - word as f64 / scale).abs() < 1e-12, "{draw}");
    }
}

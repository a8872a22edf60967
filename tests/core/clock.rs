//! Time out of two clocks: monotonic steps count, the wall clock's excess only where the two disagree by over 2 s, and nothing runs backwards.

use evertoken::core::{Clock, Now};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::assert_near;

const HOUR: f64 = 3_600_000.0;
const WALL: f64 = 1_700_000_000_000.0;

fn at(wall: f64, mono: f64) -> Now {
    Now { wall_ms: WALL + wall, mono_ms: 5_000.0 + mono }
}

fn clock() -> Clock {
    Clock::new(at(0.0, 0.0))
}

#[wasm_bindgen_test(unsupported = test)]
fn begins_at_zero() {
    assert_eq!(clock().now(), 0.0);
    assert_eq!(clock().wall(0.0), WALL);
    assert_eq!(clock().skew(), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn adds_up_monotonic_steps() {
    let mut clock = clock();
    clock.advance(at(100.0, 100.0));
    clock.advance(at(350.0, 350.0));
    assert_eq!(clock.now(), 350.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn up_to_2_s_of_disagreement_are_no_jump() {
    let mut clock = clock();
    clock.advance(at(3_000.0, 1_000.0));
    assert_eq!(clock.now(), 1_000.0);
    clock.advance(at(0.0, 2_000.0));
    assert_eq!(clock.now(), 2_000.0);
    assert_eq!(clock.wall(2_000.0), WALL + 2_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sleep_adds_what_the_monotonic_clock_missed() {
    let mut clock = clock();
    clock.advance(at(3_001.0, 1_000.0));
    assert_eq!(clock.now(), 3_001.0);
    clock.advance(at(HOUR, 1_500.0));
    assert_eq!(clock.now(), HOUR);
    assert_eq!(clock.wall(clock.now()), WALL + HOUR);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_slow_drift_is_caught_up_once_it_exceeds_2_s() {
    let mut clock = clock();
    for second in 1..=10 {
        let mono = f64::from(second) * 1_000.0;
        clock.advance(at(mono * 1.5, mono));
    }
    // Told apart at 2.5 s and again at 5 s.
    assert_eq!(clock.now(), 15_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_wall_clock_set_back_changes_no_time_that_has_passed() {
    let mut clock = clock();
    clock.advance(at(1_000.0, 1_000.0));
    clock.advance(at(1_000.0 - HOUR, 2_000.0));
    assert_eq!(clock.now(), 2_000.0);
    assert_eq!(clock.wall(clock.now()), WALL + 1_000.0 - HOUR);
    clock.advance(at(2_000.0 - HOUR, 3_000.0));
    assert_eq!(clock.now(), 3_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_wall_clock_set_back_and_put_right_counts_as_a_sleep() {
    let mut clock = clock();
    clock.advance(at(-HOUR, 1_000.0));
    clock.advance(at(2_000.0, 2_000.0));
    assert_eq!(clock.now(), 2_000.0 + HOUR + 1_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_monotonic_clock_that_runs_backwards_stands_still() {
    let mut clock = clock();
    clock.advance(at(1_000.0, 1_000.0));
    clock.advance(at(1_500.0, 500.0));
    assert_eq!(clock.now(), 1_000.0);
    clock.advance(at(2_000.0, 1_200.0));
    assert_eq!(clock.now(), 1_200.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_stored_time_in_the_future_counts_as_now() {
    let mut clock = clock();
    clock.advance(at(5_000.0, 5_000.0));
    assert_eq!(clock.past(4_000.0), 4_000.0);
    assert_eq!(clock.past(6_000.0), 5_000.0);
    assert_eq!(clock.past(-9_000.0), -9_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn measures_the_servers_clock() {
    let mut clock = clock();
    assert_eq!(clock.moment_of_server(WALL + 500.0), 500.0);
    clock.advance(at(1_000.0, 1_000.0));
    clock.measure(WALL + HOUR + 400.0, 400.0);
    assert_eq!(clock.skew(), Some(HOUR));
    assert_eq!(clock.moment_of_server(WALL + HOUR + 2_000.0), 2_000.0);
    clock.set_skew(-HOUR);
    assert_eq!(clock.moment_of_server(WALL), HOUR);
}

#[wasm_bindgen_test(unsupported = test)]
fn the_skew_grows_when_the_wall_clock_is_set_back() {
    let mut clock = clock();
    clock.measure(WALL, 0.0);
    clock.advance(at(1_000.0 - HOUR, 1_000.0));
    assert_eq!(clock.skew(), Some(HOUR));
    // A minute of the server's clock is still a minute from the start.
    assert_eq!(clock.moment_of_server(WALL + 60_000.0), 60_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sleep_changes_no_skew() {
    let mut clock = clock();
    clock.measure(WALL + 5_000.0, 0.0);
    clock.advance(at(HOUR, 1_000.0));
    assert_eq!(clock.skew(), Some(5_000.0));
}

mod server_time {
    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn is_what_the_date_header_says() {
        let mut clock = clock();
        assert_eq!(clock.server_time(WALL + HOUR, 0.0), WALL + HOUR);
        assert_eq!(clock.server_time(WALL + HOUR + 61_000.0, 60_000.0), WALL + HOUR + 61_000.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn never_goes_back() {
        let mut clock = clock();
        clock.server_time(WALL, 0.0);
        // A cached answer carries the old header.
        assert_eq!(clock.server_time(WALL, 60_000.0), WALL + 60_000.0);
        assert_eq!(clock.server_time(WALL - HOUR, 120_000.0), WALL + 120_000.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn is_believed_when_it_was_set_back_and_runs_there() {
        let mut clock = clock();
        clock.server_time(WALL, 0.0);
        assert_eq!(clock.server_time(WALL - HOUR, 60_000.0), WALL + 60_000.0);
        assert_eq!(clock.server_time(WALL - HOUR + 61_500.0, 120_000.0), WALL - HOUR + 61_500.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn two_answers_tell_a_running_clock_only_3_s_apart() {
        for (gap, believed) in [(2_999.0, false), (3_000.0, true)] {
            let mut clock = clock();
            clock.server_time(WALL, 0.0);
            clock.server_time(WALL - HOUR, 60_000.0);
            let time = clock.server_time(WALL - HOUR + gap, 60_000.0 + gap);
            assert_eq!(time == WALL - HOUR + gap, believed, "{gap}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn rounding_to_seconds_is_forgiven_and_more_is_not() {
        for (off, believed) in [(1_500.0, true), (-1_500.0, true), (1_501.0, false), (-1_501.0, false)] {
            let mut clock = clock();
            clock.server_time(WALL, 0.0);
            clock.server_time(WALL - HOUR, 60_000.0);
            let time = clock.server_time(WALL - HOUR + 60_000.0 + off, 120_000.0);
            assert_eq!(time < WALL, believed, "{off}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn is_not_carried_along_by_a_device_whose_clock_is_set_forward() {
        let mut clock = clock();
        clock.server_time(WALL, 0.0);
        clock.advance(at(HOUR + 60_000.0, 60_000.0));
        let now = clock.now();
        assert_near(now, HOUR + 60_000.0);
        assert_eq!(clock.server_time(WALL + 60_000.0, now), WALL + 60_000.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn goes_on_over_a_sleep() {
        let mut clock = clock();
        clock.server_time(WALL, 0.0);
        clock.advance(at(HOUR, 1_000.0));
        assert_eq!(clock.server_time(WALL + HOUR, HOUR), WALL + HOUR);
    }
}

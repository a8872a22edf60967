//! Somebody who is there in one tab is there in all, and nobody is idle before all are.

use evertoken::core::*;
use evertoken::fuzz::EPOCH;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::tabs::{ROTATING, Tabs, token};

#[wasm_bindgen_test(unsupported = test)]
fn activity_in_one_tab_keeps_all_and_idle_in_all_ends_all() {
    let mut tabs = Tabs::signed_in_with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.pass(600.0);
    tabs.event(0, Event::Activity);
    tabs.pass(600.0);
    assert_eq!((tabs.token(0), tabs.token(1)), (Some("a1"), Some("a1")));
    tabs.pass(301.0);
    assert_eq!((tabs.tabs[0].ended.clone(), tabs.tabs[1].ended.clone()), (vec![EndReason::Idle], vec![EndReason::Idle]));
}

/// The message of it was not heard, and the tokens are there already.
#[wasm_bindgen_test(unsupported = test)]
fn activity_is_told_with_the_tokens() {
    let (mut tabs, order) = unrecorded();
    tabs.tabs[1].hears = false;
    tabs.event(0, Event::Activity);
    tabs.tabs[1].hears = true;
    let asked = Order { generation: 0, ..order };
    tabs.event(0, Event::Heard(Box::new(Message { order: asked, payload: Payload::Ask })));
    tabs.pass(301.0);
    assert_eq!(tabs.token(1), Some("a1"));
}

#[wasm_bindgen_test(unsupported = test)]
fn activity_that_was_heard_outlives_a_reload_without_a_record() {
    let (mut tabs, _) = unrecorded();
    tabs.event(0, Event::Activity);
    let kept = tabs.tabs[1].kept.clone().unwrap();
    assert_eq!(kept.last_activity, Some((EPOCH + 600.0) * 1_000.0));
}

/// For ten minutes nobody was there, and in five more the session ends.
fn unrecorded() -> (Tabs, Order) {
    let mut tabs = Tabs::signed_in_with(json!({"idleTimeout": "15m"}), ROTATING);
    let order = tabs.record.unwrap().order;
    tabs.reads = false;
    for tab in [0, 1] {
        tabs.event(tab, Event::Resumed);
    }
    tabs.pass(10.0);
    tabs.pass(590.0);
    (tabs, order)
}

/// A token set that comes in between saves the tab's state; what somebody did just before is told all the same.
#[wasm_bindgen_test(unsupported = test)]
fn activity_is_told_though_something_else_was_saved_after_it() {
    let mut tabs = Tabs::signed_in_with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.pass(10.0);
    tabs.event(0, Event::Activity);
    tabs.t += 2.0;
    tabs.event(0, Event::Activity);
    tabs.event(1, Event::Refresh { caller: 1, failed: None });
    tabs.grant(1, "a2", "r2");
    tabs.pass(5.0);
    let told = tabs.record.unwrap().last_activity;
    assert_eq!(told, (EPOCH + 12.0) * 1_000.0);
}

/// The page that tells of it may be gone before it has saved it.
#[wasm_bindgen_test(unsupported = test)]
fn activity_that_was_told_with_tokens_is_in_the_record() {
    let mut tabs = Tabs::signed_in_with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.pass(10.0);
    tabs.event(0, Event::Activity);
    tabs.t += 1.5;
    tabs.event(0, Event::Activity);
    assert_eq!(tabs.record.unwrap().last_activity, (EPOCH + 10.0) * 1_000.0);
    tabs.open(None);
    assert_eq!(tabs.record.unwrap().last_activity, (EPOCH + 11.5) * 1_000.0);
}

/// Another one may be about to end.
#[wasm_bindgen_test(unsupported = test)]
fn activity_after_the_warning_is_told_at_once() {
    let mut tabs = Tabs::signed_in_with(json!({"idleTimeout": "20s", "idleWarning": "19s"}), ROTATING);
    tabs.pass(10.0);
    tabs.event(0, Event::Activity);
    tabs.t += 1.5;
    tabs.event(0, Event::Check);
    tabs.event(0, Event::Activity);
    assert_eq!(tabs.record.unwrap().last_activity, (EPOCH + 11.5) * 1_000.0);
}

/// What the record says of the last activity lies in the future then. Every reading would be activity.
#[wasm_bindgen_test(unsupported = test)]
fn idle_in_all_ends_all_though_the_clock_was_set_back() {
    let mut tabs = Tabs::signed_in_with(json!({"idleTimeout": "15m"}), ROTATING);
    for back in [3_600.0, 400.0] {
        tabs.pass(10.0);
        tabs.event(0, Event::Activity);
        tabs.wall -= back;
        for _ in 0..8 {
            tabs.pass(100.0);
            tabs.event(1, Event::Resumed);
        }
        assert_eq!((tabs.token(0), tabs.token(1)), (Some("a1"), Some("a1")));
    }
    tabs.pass(101.0);
    assert_eq!((tabs.tabs[0].ended.clone(), tabs.tabs[1].ended.clone()), (vec![EndReason::Idle], vec![EndReason::Idle]));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_start_after_the_clock_was_set_back_is_activity_once() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    let kept = tabs.tabs[0].kept.take();
    tabs.tabs[0].hears = false;
    tabs.wall -= 3_600.0;
    let (mut kept, mut lasts) = (kept, 0.0);
    while lasts < 3_600.0 {
        let tab = tabs.open(kept.clone());
        if tabs.token(tab).is_none() {
            break;
        }
        kept = tabs.tabs[tab].kept.clone();
        tabs.tabs[tab].hears = false;
        tabs.t += 300.0;
        lasts += 300.0;
    }
    assert_eq!(lasts, 900.0);
}

/// A token set of the session as it was then revives nothing.
#[wasm_bindgen_test(unsupported = test)]
fn the_record_of_an_idle_end_is_rounded() {
    let end = End { reason: EndReason::Idle, at: 0.0, generation: 1, last_activity: 1_000.0, told: true };
    assert!(end.holds_against(2, 1_000.4) && !end.holds_against(1, 1_002.0));
}

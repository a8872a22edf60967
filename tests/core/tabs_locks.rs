//! A lock that is held too long: when it is taken away, and who waits for whom then.

use evertoken::core::*;
use evertoken::fuzz::EPOCH;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::tabs::{ROTATING, Tabs};

/// Whoever holds the lock says in the record how long that may take: it is not taken away before.
#[wasm_bindgen_test(unsupported = test)]
fn a_lock_is_taken_away_when_its_holder_has_had_it_too_long() {
    let (mut tabs, busy, other) = refreshing();
    tabs.tabs[busy].hears = false;
    checks(&mut tabs, other, 69);
    assert_eq!((tabs.stolen, tabs.tabs[other].requests.len()), (0, 0));
    checks(&mut tabs, other, 4);
    assert_eq!((tabs.stolen, tabs.tabs[other].requests.len()), (1, 1));
}

/// Its own token is handed out to nobody.
#[wasm_bindgen_test(unsupported = test)]
fn who_is_left_behind_by_a_later_session_does_not_wait_for_its_own_tokens_end() {
    let mut tabs = Tabs::signed_in_with(json!({"refreshTimeout": "10s"}), ROTATING);
    tabs.pass(3_400.0);
    let busy = usize::from(tabs.tabs[0].requests.is_empty());
    tabs.tabs[busy].hears = false;
    let Order { epoch, session, .. } = tabs.record.unwrap().order;
    tabs.record.as_mut().unwrap().order = Order { epoch: epoch + 1, session, generation: 1 };
    tabs.event(1 - busy, Event::Resumed);
    checks(&mut tabs, 1 - busy, 150);
    assert_eq!(tabs.stolen, 1);
}

/// What the record says lies further ahead than any turn goes.
#[wasm_bindgen_test(unsupported = test)]
fn a_lock_is_taken_away_as_soon_though_the_clock_was_set_back() {
    let (mut tabs, busy, other) = refreshing();
    tabs.tabs[busy].hears = false;
    tabs.wall -= 3_600.0;
    checks(&mut tabs, other, 73);
    assert_eq!((tabs.stolen, tabs.tabs[other].requests.len()), (1, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn who_loses_the_lock_at_its_request_says_so_and_is_waited_for() {
    let mut tabs = late();
    checks(&mut tabs, 1, 26);
    assert_eq!((tabs.stolen, tabs.tabs[1].requests.len()), (1, 0));
    tabs.grant(0, "a2", "r2");
    assert_eq!((tabs.token(1), tabs.tabs[1].requests.len()), (Some("a2"), 0));
}

#[wasm_bindgen_test(unsupported = test)]
fn who_loses_the_lock_at_its_request_is_not_waited_for_without_end() {
    let mut tabs = late();
    checks(&mut tabs, 1, 26);
    tabs.tabs[0].hears = false;
    checks(&mut tabs, 1, 2 * 36);
    assert_eq!((tabs.stolen, tabs.tabs[1].requests.len()), (1, 1));
}

/// The first tab has slept over its turn, and begun its request when the record could not be told: the second one takes the
/// lock away in ten seconds.
fn late() -> Tabs {
    let mut tabs = Tabs::signed_in_with(json!({"refreshTimeout": "10s"}), ROTATING);
    let before = tabs.record;
    tabs.reads = false;
    tabs.pass(3_601.0);
    tabs.t += 25.0;
    tabs.event(0, Event::Resumed);
    for _ in 0..2 {
        tabs.read(0);
    }
    (tabs.record, tabs.reads) = (before, true);
    assert_eq!(tabs.tabs[0].requests.len(), 1);
    tabs
}

/// A question that somebody asks later is none about that turn.
#[wasm_bindgen_test(unsupported = test)]
fn who_took_a_lock_away_waits_for_nobody_at_its_next_turn() {
    let (mut tabs, busy, other) = refreshing();
    tabs.tabs[busy].hears = false;
    checks(&mut tabs, other, 73);
    let ask = Message { order: tabs.record.unwrap().order, payload: Payload::Ask };
    tabs.event(other, Event::Heard(Box::new(ask.clone())));
    tabs.grant(other, "a2", "r2");
    tabs.event(other, Event::Heard(Box::new(ask)));
    tabs.event(other, Event::Refresh { caller: 7, failed: None });
    assert_eq!(tabs.tabs[other].requests.len(), 2);
}

/// Two sets would be told under one number.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_set_is_told_when_the_record_has_a_number_for_it() {
    let (mut tabs, busy, other) = refreshing();
    tabs.reads = false;
    tabs.grant(busy, "a2", "r2");
    let order = tabs.record.unwrap().order;
    tabs.event(busy, Event::Heard(Box::new(Message { order, payload: Payload::Ask })));
    assert_eq!(tabs.token(other), None);
    tabs.read(busy);
    assert_eq!(tabs.token(other), Some("a2"));
}

/// The first tab asks the server, and the second one waits for it; whose token has ended.
fn refreshing() -> (Tabs, usize, usize) {
    let mut tabs = Tabs::signed_in_with(json!({"refreshTimeout": "10s"}), ROTATING);
    tabs.pass(3_601.0);
    let busy = usize::from(tabs.tabs[0].requests.is_empty());
    (tabs, busy, 1 - busy)
}

/// So many, two in a second; the other tab does nothing of itself.
fn checks(tabs: &mut Tabs, tab: usize, count: usize) {
    for _ in 0..count {
        tabs.t += 0.5;
        tabs.event(tab, Event::Check);
    }
}

/// It may have slept over its turn. What the one who takes it away does is not done twice.
#[wasm_bindgen_test(unsupported = test)]
fn who_has_the_lock_gives_another_tab_the_time_to_take_it_away() {
    let mut tabs = claimed();
    assert_eq!(tabs.requests(), 0);
    tabs.event(0, Event::LockLost);
    tabs.pass(2.0);
    assert_eq!(tabs.tabs[0].requests.len(), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn who_was_about_to_take_a_lock_away_and_is_gone_is_waited_for_a_second() {
    let mut tabs = claimed();
    tabs.pass(1.0);
    assert_eq!(tabs.requests(), 1);
}

/// Its own turn is over, which is all that it says.
#[wasm_bindgen_test(unsupported = test)]
fn who_leaves_does_not_hide_that_another_tab_is_taking_the_lock_away() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.pass(3_400.0);
    let asking = tabs.tabs.iter().position(|tab| !tab.requests.is_empty()).unwrap();
    let claim = -(EPOCH + 3_435.0) * 1_000.0;
    tabs.record.as_mut().unwrap().busy_until = claim;
    tabs.answer(asking, Outcome::Transient(Failure::new(FailureKind::Network)));
    assert_eq!(tabs.record.unwrap().busy_until, claim);
}

/// The refresh is due, and the record says that a third tab is about to take the lock away.
fn claimed() -> Tabs {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.record.as_mut().unwrap().busy_until = -(EPOCH + 3_435.0) * 1_000.0;
    tabs.pass(3_400.0);
    tabs
}

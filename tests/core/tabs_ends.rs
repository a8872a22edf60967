//! Ends over all tabs: signed out everywhere, and nobody goes on as somebody else.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::tabs::{ROTATING, Tabs, token};

const COOKIE: Abilities = Abilities { refresh_takes_token: false, ..ROTATING };

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_out_is_every_tabs() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.event(1, Event::SignOut(1));
    assert_eq!((tabs.tabs[0].ended.clone(), tabs.tabs[1].ended.clone()), (vec![EndReason::SignedOut], vec![EndReason::SignedOut]));
    assert_eq!(tabs.tabs[1].answers, [1]);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_frozen_tab_finds_a_sign_out_before_it_hands_a_token_out() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.tabs[0].hears = false;
    tabs.event(1, Event::SignOut(1));
    assert_eq!(tabs.token(0), Some("a1"));
    tabs.event(0, Event::Resumed);
    assert_eq!((tabs.token(0), tabs.tabs[0].ended.clone()), (None, vec![EndReason::SignedOut]));
}

#[wasm_bindgen_test(unsupported = test)]
fn what_a_store_kept_of_a_signed_out_session_is_not_taken() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let kept = tabs.tabs[0].kept.clone();
    tabs.event(0, Event::SignOut(1));
    let third = tabs.open(kept);
    assert_eq!(tabs.token(third), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn tokens_that_come_after_their_sessions_end_are_not_taken() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let order = tabs.record.unwrap().order;
    let stored = tabs.tabs[0].kept.clone().unwrap();
    tabs.event(1, Event::SignOut(1));
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
    assert_eq!(tabs.token(0), None);
}

/// No record says of the session after it that somebody has signed out.
#[wasm_bindgen_test(unsupported = test)]
fn tokens_of_the_session_before_the_one_that_has_ended_are_not_taken() {
    for (order, taken) in [((1, 7), None), ((2, 6), Some("a1")), ((2, 7), None)] {
        let mut tabs = Tabs::with(json!({}), ROTATING);
        tabs.reads = false;
        let tab = tabs.open(None);
        tabs.pass(1.0);
        tabs.pass(1.0);
        let end = End { reason: EndReason::SignedOut, at: 0.0, generation: 1, last_activity: 0.0, told: true };
        let stored = Stored { tokens: Some(token("a1", "r1", "ada")), ..Stored::default() };
        for ((epoch, session), payload) in [((2, 7), Payload::End(end)), (order, Payload::Tokens(Box::new(stored)))] {
            let order = Order { epoch, session, generation: 1 };
            tabs.event(tab, Event::Heard(Box::new(Message { order, payload })));
        }
        assert_eq!(tabs.token(tab), taken, "{order:?}");
    }
}

/// The record has not answered yet, which knows of that end.
#[wasm_bindgen_test(unsupported = test)]
fn a_start_takes_no_tokens_before_the_record_is_read() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let order = tabs.record.unwrap().order;
    let stored = tabs.tabs[0].kept.clone().unwrap();
    tabs.event(1, Event::SignOut(1));
    tabs.reads = false;
    let third = tabs.open(None);
    tabs.event(third, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
    assert_eq!(tabs.token(third), None);
    tabs.read(third);
    tabs.pass(1.0);
    assert_eq!(tabs.token(third), None);
}

/// The end comes before the tokens, and no record says of either.
#[wasm_bindgen_test(unsupported = test)]
fn who_has_signed_in_and_ended_learns_of_a_later_end() {
    let mut tabs = Tabs::with(json!({"maxSessionLifespan": "1h"}), Abilities { record: false, ..ROTATING });
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.pass(3_601.0);
    assert_eq!(tabs.tabs[0].ended, vec![EndReason::MaxLifespan]);
    let order = Order { epoch: 2, session: 7, generation: 1 };
    let end = End { reason: EndReason::SignedOut, at: 0.0, generation: 1, last_activity: 0.0, told: true };
    let stored = Stored { tokens: Some(token("a2", "r2", "ada")), order: Some(order), ..Stored::default() };
    for payload in [Payload::End(end), Payload::Tokens(Box::new(stored))] {
        tabs.event(0, Event::Heard(Box::new(Message { order, payload })));
    }
    assert_eq!(tabs.token(0), None);
}

/// It was in the cache, and no record says of it.
#[wasm_bindgen_test(unsupported = test)]
fn who_tells_tokens_of_a_session_that_has_ended_is_told_of_the_end() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.reads = false;
    tabs.tabs[1].hears = false;
    tabs.event(0, Event::SignOut(1));
    tabs.tabs[1].hears = true;
    tabs.event(1, Event::Resumed);
    tabs.pass(1.0);
    assert_eq!((tabs.token(1), tabs.tabs[1].ended.clone()), (None, vec![EndReason::SignedOut]));
}

/// Somebody who was there later undoes an idle end, and no sign-out.
#[wasm_bindgen_test(unsupported = test)]
fn a_sign_out_goes_before_an_idle_end_whichever_came_first() {
    let idle = End { reason: EndReason::Idle, at: 0.0, generation: 1, last_activity: 1_000.0, told: true };
    let signed_out = End { reason: EndReason::SignedOut, ..idle };
    for (mine, theirs) in [(idle, signed_out), (signed_out, idle)] {
        let mut record = SharedRecord { ended: Some(mine), last_activity: 1_000.0, ..SharedRecord::default() };
        record.join(&SharedRecord { ended: Some(theirs), ..record }, false);
        assert_eq!(record.ended.map(|end| end.reason), Some(EndReason::SignedOut));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_out_that_is_heard_after_an_idle_end_stays() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let SharedRecord { order, last_activity, .. } = tabs.record.unwrap();
    for reason in [EndReason::Idle, EndReason::SignedOut] {
        let end = End { reason, at: 0.0, generation: 1, last_activity, told: true };
        tabs.event(1, Event::Heard(Box::new(Message { order, payload: Payload::End(end) })));
    }
    assert_eq!(tabs.record.unwrap().ended.map(|end| end.reason), Some(EndReason::SignedOut));
}

/// Where no record says so.
#[wasm_bindgen_test(unsupported = test)]
fn whoever_knows_of_a_sign_out_tells_a_start() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let kept = tabs.tabs[0].kept.clone();
    tabs.event(1, Event::SignOut(1));
    tabs.reads = false;
    let third = tabs.open(kept);
    for _ in 0..3 {
        tabs.pass(1.1);
    }
    assert_eq!((tabs.token(third), tabs.tabs[third].ended.clone()), (None, vec![EndReason::SignedOut]));
}

#[wasm_bindgen_test(unsupported = test)]
fn whoever_knows_of_a_sign_out_tells_a_tab_that_has_not_heard_of_it() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.tabs[0].hears = false;
    tabs.reads = false;
    tabs.event(1, Event::SignOut(1));
    tabs.tabs[0].hears = true;
    tabs.event(0, Event::Refresh { caller: 1, failed: None });
    tabs.pass(1.1);
    tabs.pass(1.1);
    assert_eq!((tabs.tabs[0].requests.len(), tabs.tabs[0].ended.clone()), (0, vec![EndReason::SignedOut]));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_out_during_a_start_ends_what_there_is_to_start_from() {
    let tabs = Tabs::signed_in(ROTATING);
    let kept = tabs.tabs[0].kept.clone();
    let settings = tabs.tabs[0].session.settings().clone();
    let now = Now { wall_ms: evertoken::fuzz::EPOCH * 1_000.0, mono_ms: 0.0 };
    let mut session = Session::new(settings, 9, now);
    session.handle(Event::Start { given: None, stored: kept.map(Box::new) }, now);
    session.handle(Event::SignOut(1), now);
    session.handle(Event::Found(tabs.record.map(Box::new)), now);
    session.handle(Event::Synced { works: true }, now);
    assert_eq!((session.access_token(), session.snapshot().reason), (None, Some(EndReason::SignedOut)));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_idle_end_of_a_start_hides_no_sign_out() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "15m"}), COOKIE);
    tabs.open(None);
    tabs.answer(0, nobody(Some(401)));
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.event(0, Event::SignOut(1));
    let start = tabs.open(None);
    tabs.pass(900.0);
    assert_eq!(tabs.tabs[start].ended, [EndReason::Idle]);
    assert_eq!(tabs.record.unwrap().ended.map(|end| end.reason), Some(EndReason::SignedOut));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_end_of_an_older_session_leaves_the_later_one_alone() {
    let mut tabs = Tabs::signed_in_with(json!({"maxSessionLifespan": "1h"}), ROTATING);
    tabs.pass(1_800.0);
    tabs.tabs[0].hears = false;
    tabs.event(1, Event::SignIn(token("a2", "r2", "ada")));
    tabs.t += 1_801.0;
    tabs.event(0, Event::Check);
    tabs.event(1, Event::Check);
    assert_eq!((tabs.tabs[1].ended.clone(), tabs.record.unwrap().ended), (Vec::new(), None));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_wild_skew_is_not_taken_over() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let order = Order { generation: 2, ..tabs.record.unwrap().order };
    for skew in [f64::NAN, f64::INFINITY, 1e300] {
        let stored = Stored { tokens: Some(token("a2", "r2", "ada")), skew: Some(skew), ..Stored::default() };
        tabs.event(1, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
        assert!(tabs.tabs[1].session.snapshot().clock_skew.unwrap_or(0.0).abs() < 1.0, "{skew}");
    }
}

/// It counts from the session that there was then; another one has begun elsewhere since.
#[wasm_bindgen_test(unsupported = test)]
fn a_start_that_gets_no_token_ends_no_later_session() {
    let mut tabs = Tabs::with(json!({"maxSessionLifespan": "1h"}), COOKIE);
    tabs.open(None);
    tabs.answer(0, nobody(Some(401)));
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.tabs[0].hears = false;
    let record = tabs.record;
    let waits = tabs.open(None);
    tabs.t += 0.2;
    tabs.event(waits, Event::Check);
    tabs.tabs[waits].hears = false;
    tabs.t += 3_000.0;
    tabs.event(0, Event::SignIn(token("a2", "r2", "ada")));
    assert_ne!(tabs.record.unwrap().order, record.unwrap().order);
    tabs.event(waits, Event::Resumed);
    tabs.t += 601.0;
    tabs.event(waits, Event::Check);
    assert_eq!((tabs.tabs[waits].ended.len(), tabs.record.unwrap().ended), (0, None));
}

#[wasm_bindgen_test(unsupported = test)]
fn who_signs_out_again_puts_nobody_off() {
    let mut tabs = Tabs::signed_in(Abilities { sign_out: true, ..ROTATING });
    tabs.event(1, Event::Refresh { caller: 1, failed: None });
    tabs.event(0, Event::SignOut(2));
    tabs.t += 6.0;
    tabs.event(0, Event::SignOut(3));
    tabs.t += 4.0;
    tabs.event(0, Event::Check);
    assert_eq!(tabs.tabs[0].answers, [2, 3]);
}

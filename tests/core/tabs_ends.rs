//! Ends over all tabs: signed out everywhere, idle nowhere before it is idle everywhere, and nobody goes on as somebody else.

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
    tabs.event(0, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
    assert_eq!(tabs.token(0), None);
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
        tabs.event(1, Event::Heard(Box::new(Message { order, tidings: Tidings::End(end) })));
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
fn activity_in_one_tab_keeps_all_and_idle_in_all_ends_all() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.pass(600.0);
    tabs.event(0, Event::Activity);
    tabs.pass(600.0);
    assert_eq!((tabs.token(0), tabs.token(1)), (Some("a1"), Some("a1")));
    tabs.pass(301.0);
    assert_eq!((tabs.tabs[0].ended.clone(), tabs.tabs[1].ended.clone()), (vec![EndReason::Idle], vec![EndReason::Idle]));
}

/// A token set that comes in between saves the tab's state; what somebody did just before is told all the same.
#[wasm_bindgen_test(unsupported = test)]
fn activity_is_told_though_something_else_was_saved_after_it() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.pass(10.0);
    tabs.event(0, Event::Activity);
    tabs.t += 2.0;
    tabs.event(0, Event::Activity);
    tabs.event(1, Event::Refresh { caller: 1, failed: None });
    tabs.grant(1, "a2", "r2");
    tabs.pass(5.0);
    let told = tabs.record.unwrap().last_activity;
    assert_eq!(told, (evertoken::fuzz::EPOCH + 12.0) * 1_000.0);
}

/// Another one may be about to end.
#[wasm_bindgen_test(unsupported = test)]
fn activity_after_the_warning_is_told_at_once() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "20s", "idleWarning": "19s"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.pass(10.0);
    tabs.event(0, Event::Activity);
    tabs.t += 1.5;
    tabs.event(0, Event::Check);
    tabs.event(0, Event::Activity);
    assert_eq!(tabs.record.unwrap().last_activity, (evertoken::fuzz::EPOCH + 11.5) * 1_000.0);
}

/// What the record says of the last activity lies in the future then. Every reading would be activity.
#[wasm_bindgen_test(unsupported = test)]
fn idle_in_all_ends_all_though_the_clock_was_set_back() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "15m"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
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

/// Whosever it is: the server hears nothing of the older one's end.
#[wasm_bindgen_test(unsupported = test)]
fn an_untold_end_gives_way_to_another_users_sign_in() {
    let mut tabs = Tabs::with(json!({"idleTimeout": "15m"}), Abilities { sign_out: true, ..COOKIE });
    tabs.open(None);
    tabs.answer(0, nobody(Some(401)));
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.t += 899.0;
    tabs.event(1, Event::Refresh { caller: 1, failed: None });
    tabs.t += 2.0;
    tabs.event(0, Event::Check);
    assert_eq!(tabs.tabs[0].ended, [EndReason::Idle]);
    // The record does not know of it.
    let order = Order { epoch: 2, session: 1, generation: 1 };
    let stored = Stored { tokens: Some(token("b1", "s1", "bob")), order: Some(order), ..Stored::default() };
    tabs.event(0, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
    tabs.answer(1, Outcome::Transient(Failure::new(FailureKind::Network)));
    assert_eq!(tabs.tabs[0].sign_outs.len(), 0);
}

/// It needs no later token set for that, and none is to be had.
#[wasm_bindgen_test(unsupported = test)]
fn who_was_replaced_revokes_what_comes_late() {
    let mut tabs = Tabs::signed_in(Abilities { revoke: true, ..ROTATING });
    tabs.event(0, Event::Refresh { caller: 1, failed: None });
    tabs.event(1, Event::SignIn(token("b1", "s1", "bob")));
    assert_eq!(tabs.tabs[0].ended, [EndReason::Replaced]);
    tabs.grant(0, "a2", "r2");
    assert_eq!(tabs.tabs[0].sign_outs.len(), 1);
}

#[wasm_bindgen_test(unsupported = test)]
fn another_users_sign_in_replaces_the_other_tabs() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.event(1, Event::SignIn(token("b1", "s1", "bob")));
    assert_eq!((tabs.token(0), tabs.tabs[0].ended.clone()), (None, vec![EndReason::Replaced]));
    assert_eq!(tabs.token(1), Some("b1"));
}

/// Of two sign-ins the later one is the one that has heard of the other.
#[wasm_bindgen_test(unsupported = test)]
fn who_was_replaced_before_the_record_knew_of_the_sign_in_does_not_come_back() {
    let mut tabs = Tabs::new(ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.reads = false;
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.pass(1.0);
    tabs.reads = true;
    assert_eq!(tabs.token(1), Some("a1"));
    tabs.event(1, Event::SignIn(token("b1", "s1", "bob")));
    assert_eq!(tabs.tabs[0].ended, [EndReason::Replaced]);
    let order = tabs.record.unwrap().order;
    tabs.event(0, Event::Synced { works: false });
    tabs.read(0);
    assert_eq!((tabs.record.unwrap().order, tabs.token(1)), (order, Some("b1")));
}

/// It has heard of that session, though no record says so.
#[wasm_bindgen_test(unsupported = test)]
fn who_was_replaced_and_signs_in_again_comes_after_that() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.reads = false;
    tabs.event(0, Event::SignIn(token("b1", "s1", "bob")));
    tabs.pass(1.0);
    assert_eq!(tabs.tabs[1].ended, [EndReason::Replaced]);
    tabs.event(1, Event::SignIn(token("a2", "r2", "ada")));
    tabs.pass(1.0);
    let order = tabs.tabs[1].kept.as_ref().unwrap().order.unwrap();
    assert_eq!((order.epoch, tabs.tabs[0].ended.clone()), (3, vec![EndReason::Replaced]));
}

/// Whose the later session is the record does not say.
#[wasm_bindgen_test(unsupported = test)]
fn a_late_answer_to_an_older_session_is_none_of_the_later_one() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.event(0, Event::Refresh { caller: 1, failed: None });
    tabs.tabs[0].hears = false;
    tabs.event(1, Event::SignIn(token("b1", "s1", "bob")));
    let order = tabs.record.unwrap().order;
    tabs.event(0, Event::Resumed);
    tabs.grant(0, "a2", "r2");
    assert_eq!((tabs.record.unwrap().order, tabs.token(0), tabs.token(1)), (order, None, Some("b1")));
}

/// One that was heard of before the record could be read takes no number.
#[wasm_bindgen_test(unsupported = test)]
fn who_was_replaced_while_signing_in_leaves_the_later_session_its_number() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.reads = false;
    tabs.event(0, Event::SignIn(token("b1", "s1", "bob")));
    tabs.reads = true;
    let order = Order { epoch: 2, session: u32::MAX, generation: 1 };
    let stored = Stored { tokens: Some(token("a2", "r2", "ada")), order: Some(order), ..Stored::default() };
    tabs.event(0, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
    tabs.record = Some(SharedRecord { order, ..SharedRecord::default() });
    tabs.read(0);
    assert_eq!((tabs.record.unwrap().order, tabs.tabs[0].ended.clone()), (order, vec![EndReason::Replaced]));
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

/// The cookie has changed hands: the tab ends, and takes nothing of the other user's afterwards.
#[wasm_bindgen_test(unsupported = test)]
fn who_was_replaced_by_a_cookie_never_goes_on_as_somebody_else() {
    let mut tabs = Tabs::signed_in(COOKIE);
    // What the first page asked before anybody was signed in.
    tabs.answer(0, nobody(Some(401)));
    tabs.event(0, Event::Refresh { caller: 1, failed: None });
    tabs.answer(0, Outcome::Tokens { tokens: token("b1", "s1", "bob"), date: None });
    assert_eq!(tabs.tabs[0].ended, [EndReason::Replaced]);
    let order = Order { epoch: 9, session: 1, generation: 1 };
    let stored = Stored { tokens: Some(token("b2", "s2", "bob")), order: Some(order), ..Stored::default() };
    tabs.event(0, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
    assert_eq!(tabs.token(0), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_end_of_an_older_session_leaves_the_later_one_alone() {
    let mut tabs = Tabs::with(json!({"maxSessionLifespan": "1h"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
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
        tabs.event(1, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
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

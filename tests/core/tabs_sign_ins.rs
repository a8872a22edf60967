//! Sign-ins over all tabs: of two sessions the later one goes on.

use evertoken::core::*;
use evertoken::fuzz::EPOCH;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::tabs::{ROTATING, Tabs, token};

const COOKIE: Abilities = Abilities { refresh_takes_token: false, ..ROTATING };

/// Two sign-ins met, and only the end of the other one was heard of: what comes of it afterwards is not taken.
#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_comes_after_one_that_has_ended_already() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.reads = false;
    tabs.event(0, Event::SignIn(token("a2", "r2", "ada")));
    let order = Order { epoch: 2, session: u32::MAX, generation: 1 };
    let last_activity = (EPOCH + tabs.t) * 1_000.0;
    let end = End { reason: EndReason::SignedOut, at: 0.0, generation: 1, last_activity, told: true };
    let stored = Stored { tokens: Some(token("a3", "r3", "ada")), order: Some(order), ..Stored::default() };
    for payload in [Payload::End(end), Payload::Tokens(Box::new(stored))] {
        tabs.event(0, Event::Heard(Box::new(Message { order, payload })));
    }
    assert_eq!(tabs.token(0), Some("a2"));
    tabs.pass(2.0);
    assert_eq!((tabs.token(0), tabs.token(1)), (Some("a2"), Some("a2")));
}

/// In a page that was in the cache meanwhile, and no record knows of its own one.
#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_comes_after_none_that_was_there_later() {
    let mut tabs = Tabs::with(json!({}), Abilities { record: false, ..ROTATING });
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.pass(10.0);
    let order = Order { epoch: 2, session: 7, generation: 1 };
    let last_activity = (EPOCH + tabs.t) * 1_000.0 - 5_000.0;
    let end = End { reason: EndReason::SignedOut, at: 0.0, generation: 1, last_activity, told: true };
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::End(end) })));
    assert_eq!((tabs.token(0), tabs.tabs[0].ended.clone()), (None, vec![EndReason::SignedOut]));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_that_the_record_did_not_know_of_comes_after_none_that_began_later() {
    let mut tabs = Tabs::with(json!({}), ROTATING);
    tabs.open(None);
    tabs.reads = false;
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.tabs[0].hears = false;
    tabs.pass(10.0);
    tabs.reads = true;
    let order = Order { epoch: 2, session: 7, generation: 1 };
    let session_start = (EPOCH + tabs.t) * 1_000.0 - 5_000.0;
    tabs.record = Some(SharedRecord { order, session_start, last_activity: session_start, ..SharedRecord::default() });
    tabs.event(0, Event::Resumed);
    assert_eq!(tabs.record.unwrap().order, order);
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
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
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
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
    tabs.record = Some(SharedRecord { order, ..SharedRecord::default() });
    tabs.read(0);
    assert_eq!((tabs.record.unwrap().order, tabs.tabs[0].ended.clone()), (order, vec![EndReason::Replaced]));
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
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
    assert_eq!(tabs.token(0), None);
}

/// Tokens that tell no time of their sign-in are taken to be of the session that the record has, whose user it does not say.
#[wasm_bindgen_test(unsupported = test)]
fn a_page_that_comes_with_somebodys_tokens_is_of_no_other_users_session() {
    let mut tabs = Tabs::with(json!({}), ROTATING);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
    tabs.tabs[0].hears = false;
    tabs.pass(60.0);
    let bob = tabs.open_with(Some(token("b1", "s1", "bob")), None);
    tabs.pass(0.1);
    let adas = tabs.record.unwrap().order;
    let adopter = tabs.open(None);
    tabs.pass(0.1);
    assert_eq!((adas.generation, tabs.token(bob), tabs.token(adopter)), (2, Some("b1"), Some("b1")));
    let hear = |tabs: &mut Tabs, tab, generation, access| {
        let stored = Stored { tokens: Some(token(access, "r", "ada")), ..Stored::default() };
        let (order, payload) = (Order { generation, ..adas }, Payload::Tokens(Box::new(stored)));
        tabs.event(tab, Event::Heard(Box::new(Message { order, payload })));
    };
    // Only who brought them: two would begin two sessions of one refresh token.
    hear(&mut tabs, adopter, 1, "a1");
    assert_eq!(tabs.record.unwrap().order, adas);
    hear(&mut tabs, bob, 1, "a1");
    hear(&mut tabs, bob, 3, "a2");
    assert_eq!((tabs.token(bob), tabs.tabs[bob].ended.len()), (Some("b1"), 0));
    let SharedRecord { order, session_start, .. } = tabs.record.unwrap();
    assert_eq!((order.epoch, order.generation), (adas.epoch + 1, 1));
    assert_eq!(session_start, (EPOCH + tabs.t) * 1_000.0);
    tabs.tabs[0].hears = true;
    tabs.event(bob, Event::Heard(Box::new(Message { order: adas, payload: Payload::Ask })));
    assert_eq!(tabs.tabs[0].ended, [EndReason::Replaced]);
}

//! One refresh per token over all tabs: under the lock, behind the record, and adopted by the others.

use evertoken::core::*;
use evertoken::fuzz::EPOCH;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::tabs::{ROTATING, Tabs, token};

#[wasm_bindgen_test(unsupported = test)]
fn a_sign_in_is_every_tabs() {
    let tabs = Tabs::signed_in(ROTATING);
    assert_eq!((tabs.token(0), tabs.token(1)), (Some("a1"), Some("a1")));
}

#[wasm_bindgen_test(unsupported = test)]
fn one_tab_refreshes_and_the_others_adopt() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.pass(3_400.0);
    let asked: Vec<usize> = tabs.tabs.iter().map(|tab| tab.requests.len()).collect();
    assert_eq!(asked.iter().sum::<usize>(), 1);
    let holder = asked.iter().position(|asked| *asked == 1).unwrap();
    tabs.grant(holder, "a2", "r2");
    assert_eq!((tabs.token(0), tabs.token(1)), (Some("a2"), Some("a2")));
    assert_eq!(tabs.tabs[1 - holder].requests.len(), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_401_in_all_tabs_makes_one_refresh() {
    let mut tabs = Tabs::signed_in(ROTATING);
    for tab in [0, 1] {
        tabs.event(tab, Event::Refresh { caller: 7, failed: Some(Secret::new("a1")) });
    }
    tabs.grant(0, "a2", "r2");
    assert_eq!((tabs.tabs[0].requests.len(), tabs.tabs[1].requests.len()), (1, 0));
    assert_eq!((tabs.tabs[0].answers.clone(), tabs.tabs[1].answers.clone()), (vec![7], vec![7]));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_new_tab_takes_the_session_over() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let third = tabs.open(None);
    assert_eq!((tabs.token(third), tabs.tabs[third].requests.len()), (Some("a1"), 0));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_failed_attempt_is_everybodys() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.pass(3_400.0);
    tabs.answer(0, Outcome::Transient(Failure { retry_after: Some(60_000.0), ..Failure::new(FailureKind::Http) }));
    tabs.event(1, Event::Check);
    assert_eq!((tabs.tabs[1].requests.len(), tabs.record.unwrap().attempts), (0, 1));
}

/// WebKit lets the requests of a page fail that is about to leave, as at a reload: that says nothing of the server.
#[wasm_bindgen_test(unsupported = test)]
fn one_failure_does_not_keep_the_next_page_waiting() {
    for (attempts, firm, asks) in [(1, false, true), (1, true, false), (2, false, false)] {
        let mut tabs = Tabs::new(Abilities { refresh_takes_token: false, ..ROTATING });
        let order = Order { epoch: 1, generation: 3, ..Order::default() };
        let not_before = (EPOCH + 0.5) * 1_000.0;
        tabs.record = Some(SharedRecord { order, attempts, not_before, firm, ..SharedRecord::default() });
        let page = tabs.open(None);
        tabs.pass(0.1);
        let tab = &tabs.tabs[page];
        assert_eq!((tab.requests.len() == 1, tab.ready), (asks, !asks), "{attempts} failures, by the server's word: {firm}");
        if asks {
            tabs.answer(page, Outcome::Transient(Failure::new(FailureKind::Network)));
            assert_eq!((tabs.record.unwrap().attempts, tabs.tabs[page].ready), (2, true));
        }
    }
}

/// Ten tabs ask no more of a server that is down than one does.
#[wasm_bindgen_test(unsupported = test)]
fn the_waits_grow_whichever_tab_has_failed() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.t += 3_600.0;
    for tab in [0, 0, 0, 0, 0, 0, 0, 1] {
        tabs.t += 61.0;
        tabs.event(tab, Event::Check);
        tabs.answer(tab, Outcome::Transient(Failure::new(FailureKind::Network)));
    }
    let record = tabs.record.unwrap();
    let wait = record.not_before - (EPOCH + tabs.t) * 1_000.0;
    assert_eq!(record.attempts, 8);
    assert!(wait > 1_000.0, "{wait} ms, which is a first failure's");
    // The network's return lets them begin anew.
    tabs.event(1, Event::Online);
    tabs.event(1, Event::Check);
    tabs.answer(1, Outcome::Transient(Failure::new(FailureKind::Network)));
    let wait = tabs.record.unwrap().not_before - (EPOCH + tabs.t) * 1_000.0;
    assert!(wait <= 1_000.0, "{wait} ms, which is a ninth failure's");
}

/// A clock that is set back does not bring it back.
#[wasm_bindgen_test(unsupported = test)]
fn a_wait_that_is_over_is_gone_from_the_record() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.pass(3_400.0);
    tabs.answer(0, Outcome::Transient(Failure { retry_after: Some(60_000.0), ..Failure::new(FailureKind::Http) }));
    assert!(tabs.record.unwrap().not_before > 0.0);
    tabs.pass(200.0);
    assert_eq!((tabs.requests(), tabs.record.unwrap().not_before), (2, 0.0));
}

/// A tab that is behind never presents its refresh token where refresh tokens rotate.
#[wasm_bindgen_test(unsupported = test)]
fn who_is_behind_asks_and_gives_up_after_a_minute() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.tabs[1].hears = false;
    tabs.pass(3_400.0);
    tabs.grant(0, "a2", "r2");
    tabs.tabs[0].hears = false;
    for _ in 0..600 {
        tabs.pass(0.5);
    }
    assert_eq!((tabs.tabs[1].requests.len(), tabs.tabs[1].ended.clone()), (0, vec![EndReason::RefreshRejected]));
    assert!(tabs.tabs[0].ended.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn who_is_behind_adopts_as_soon_as_somebody_answers() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.tabs[1].hears = false;
    tabs.pass(3_400.0);
    tabs.grant(0, "a2", "r2");
    tabs.tabs[1].hears = true;
    for _ in 0..20 {
        tabs.pass(0.5);
    }
    assert_eq!(tabs.token(1), Some("a2"));
}

/// It tells of its refresh token though its access token has ended.
#[wasm_bindgen_test(unsupported = test)]
fn an_expired_token_set_is_told_for_its_refresh_token() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.tabs[1].hears = false;
    tabs.pass(3_400.0);
    tabs.grant(0, "a2", "r2");
    tabs.t += 4_000.0;
    tabs.tabs[1].hears = true;
    for _ in 0..4 {
        tabs.event(1, Event::Check);
        tabs.t += 0.6;
    }
    assert_eq!(tabs.tabs[1].requests.last().and_then(|(_, refresh)| refresh.as_deref()).unwrap_or("r2"), "r2");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_rejection_of_what_another_tab_has_replaced_ends_nothing() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.event(0, Event::Refresh { caller: 1, failed: None });
    let order = Order { generation: 2, ..tabs.record.unwrap().order };
    let stored = Stored { tokens: Some(token("a2", "r2", "ada")), order: Some(order), ..Stored::default() };
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
    tabs.answer(0, nobody(Some(401)));
    assert_eq!((tabs.token(0), tabs.tabs[0].ended.clone()), (Some("a2"), Vec::new()));
}

/// What the others said while it slept comes after its timer.
#[wasm_bindgen_test(unsupported = test)]
fn whoever_slept_over_a_question_and_has_no_record_asks_again() {
    let mut tabs = asking();
    let requests = [0, 1].map(|_| {
        tabs.t += 30.0;
        tabs.event(0, Event::Check);
        tabs.tabs[0].requests.len()
    });
    assert_eq!(requests, [0, 1]);
    // Before a rejection ends anything they are asked, too.
    tabs.answer(0, Outcome::Rejected(Failure::new(FailureKind::Rejected)));
    tabs.event(0, Event::Synced { works: false });
    assert_eq!(tabs.tabs[0].ended, []);
}

/// The others may be asking for just what it holds.
#[wasm_bindgen_test(unsupported = test)]
fn who_comes_back_and_can_read_no_record_tells_what_it_holds() {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.reads = false;
    tabs.tabs[1].hears = false;
    tabs.event(0, Event::Refresh { caller: 7, failed: None });
    tabs.event(0, Event::Synced { works: false });
    tabs.pass(1.0);
    tabs.grant(0, "a2", "r2");
    tabs.event(0, Event::Synced { works: false });
    assert_eq!(tabs.token(1), Some("a1"));
    tabs.tabs[1].hears = true;
    tabs.event(0, Event::Resumed);
    tabs.event(0, Event::Synced { works: false });
    assert_eq!(tabs.token(1), Some("a2"));
}

/// Timers of a hidden page are never so late.
#[wasm_bindgen_test(unsupported = test)]
fn whoever_slept_over_two_questions_asks_a_third_time() {
    let mut tabs = asking();
    let requests = [70.0, 70.0, 30.0].map(|slept| {
        tabs.t += slept;
        tabs.event(0, Event::Check);
        tabs.tabs[0].requests.len()
    });
    assert_eq!(requests, [0, 0, 1]);
}

/// The first tab asks, without a record, and the second one does not hear it.
fn asking() -> Tabs {
    let mut tabs = Tabs::signed_in(ROTATING);
    tabs.reads = false;
    tabs.tabs[1].hears = false;
    tabs.t += 3_590.0;
    tabs.event(0, Event::Check);
    tabs.event(0, Event::Synced { works: false });
    tabs
}

/// Its own sign-in it could not write down before it was frozen, and has heard of some of the refreshes since.
#[wasm_bindgen_test(unsupported = test)]
fn who_adopts_a_token_set_has_no_number_to_claim() {
    let mut tabs = Tabs::with(json!({}), ROTATING);
    let tab = tabs.open(None);
    tabs.reads = false;
    tabs.event(tab, Event::SignIn(token("a1", "r1", "ada")));
    let first = tabs.tabs[tab].session.shared().unwrap().order;
    let [second, third] = [2, 3].map(|generation| Order { generation, ..first });
    let stored = Stored { tokens: Some(token("a2", "r2", "ada")), ..Stored::default() };
    tabs.event(tab, Event::Heard(Box::new(Message { order: second, payload: Payload::Tokens(Box::new(stored)) })));
    assert_eq!(tabs.token(tab), Some("a2"));
    tabs.record = Some(SharedRecord { order: third, rotates: true, ..tabs.tabs[tab].session.shared().copied().unwrap() });
    tabs.read(tab);
    assert_eq!(tabs.record.unwrap().order, third);
}

/// Its page was frozen before it could write it down; another one found it in their store, and has refreshed since.
#[wasm_bindgen_test(unsupported = test)]
fn who_has_signed_in_claims_no_later_number_for_that() {
    let mut tabs = Tabs::with(json!({}), ROTATING);
    let tab = tabs.open(None);
    tabs.reads = false;
    tabs.event(tab, Event::SignIn(token("a1", "r1", "ada")));
    tabs.tabs[tab].hears = false;
    let kept = tabs.tabs[tab].kept.clone();
    tabs.reads = true;
    let other = tabs.open(kept);
    tabs.event(other, Event::Refresh { caller: 1, failed: None });
    tabs.grant(other, "a2", "r2");
    tabs.read(tab);
    assert_eq!((tabs.token(other), tabs.record.unwrap().order.generation), (Some("a2"), 2));
}

/// It was gone before the record had it, and whether refresh tokens rotate.
#[wasm_bindgen_test(unsupported = test)]
fn who_is_behind_what_a_start_brought_back_does_not_present_its_own() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let before = tabs.record;
    tabs.tabs[1].hears = false;
    tabs.t += 3_400.0;
    tabs.event(0, Event::Check);
    tabs.grant(0, "a2", "r2");
    tabs.record = before;
    let kept = tabs.tabs[0].kept.clone();
    tabs.tabs[0].hears = false;
    let third = tabs.open(kept);
    tabs.tabs[third].hears = false;
    for _ in 0..600 {
        tabs.t += 0.5;
        tabs.event(1, Event::Check);
    }
    assert_eq!((tabs.tabs[1].requests.len(), tabs.tabs[1].ended.clone()), (0, vec![EndReason::RefreshRejected]));
}

/// Though the record could not be told by the tab that saw it.
#[wasm_bindgen_test(unsupported = test)]
fn who_adopts_another_refresh_token_knows_that_they_rotate() {
    let mut tabs = Tabs::signed_in(ROTATING);
    let order = tabs.record.unwrap().order.next();
    let stored = Stored { tokens: Some(token("a2", "r2", "ada")), order: Some(order), ..Stored::default() };
    tabs.event(0, Event::Heard(Box::new(Message { order, payload: Payload::Tokens(Box::new(stored)) })));
    tabs.event(0, Event::Resumed);
    assert!(tabs.record.is_some_and(|record| record.order == order && record.rotates));
}

/// The machine slept while the record was read.
#[wasm_bindgen_test(unsupported = test)]
fn a_given_token_is_reckoned_from_the_start() {
    let (mut session, mut now) = alone();
    let given = Some(Box::new(TokenSet { claims: None, ..*token("a1", "r1", "ada") }));
    session.handle(Event::Start { given, stored: None }, now);
    now = Now { wall_ms: now.wall_ms + 3_000_000.0, mono_ms: 3_000_000.0 };
    session.handle(Event::Found(None), now);
    session.handle(Event::Synced { works: true }, now);
    assert!(session.access_token().is_some());
    now = Now { wall_ms: now.wall_ms + 601_000.0, mono_ms: 3_601_000.0 };
    session.handle(Event::Check, now);
    assert!(session.access_token().is_none());
}

/// Both times lie in the future, by a clock that was set back.
#[wasm_bindgen_test(unsupported = test)]
fn a_later_sign_in_begins_a_session_though_the_clock_was_set_back() {
    let tabs = Tabs::signed_in(ROTATING);
    let (mut session, mut now) = alone();
    now.wall_ms -= 3_600_000.0;
    session.handle(Event::Check, now);
    let mut given = token("b1", "s1", "bob");
    given.claims = Some(Claims { auth_time: Some((EPOCH + 60.0) * 1_000.0), ..Claims::default() });
    session.handle(Event::Start { given: Some(given), stored: None }, now);
    session.handle(Event::Found(tabs.record.map(Box::new)), now);
    session.handle(Event::Synced { works: true }, now);
    now = Now { wall_ms: now.wall_ms + 200.0, mono_ms: now.mono_ms + 200.0 };
    session.handle(Event::Check, now);
    assert_eq!(session.shared().map(|record| (record.order.epoch, record.order.generation)), Some((2, 1)));
}

/// A session of the same settings that hears nobody.
fn alone() -> (Session, Now) {
    let now = Now { wall_ms: EPOCH * 1_000.0, mono_ms: 0.0 };
    let settings = Tabs::signed_in(ROTATING).tabs[0].session.settings().clone();
    (Session::new(settings, 9, now), now)
}

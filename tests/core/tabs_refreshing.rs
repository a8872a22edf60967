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
    tabs.event(0, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
    tabs.answer(0, nobody(Some(401)));
    assert_eq!((tabs.token(0), tabs.tabs[0].ended.clone()), (Some("a2"), Vec::new()));
}

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
    let mut tabs = Tabs::with(json!({"refreshTimeout": "10s"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
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

/// Two sets would be told under one number.
#[wasm_bindgen_test(unsupported = test)]
fn a_token_set_is_told_when_the_record_has_a_number_for_it() {
    let (mut tabs, busy, other) = refreshing();
    tabs.reads = false;
    tabs.grant(busy, "a2", "r2");
    let order = tabs.record.unwrap().order;
    tabs.event(busy, Event::Heard(Box::new(Message { order, tidings: Tidings::Ask })));
    assert_eq!(tabs.token(other), None);
    tabs.read(busy);
    assert_eq!(tabs.token(other), Some("a2"));
}

/// The first tab asks the server, and the second one waits for it; whose token has ended.
fn refreshing() -> (Tabs, usize, usize) {
    let mut tabs = Tabs::with(json!({"refreshTimeout": "10s"}), ROTATING);
    tabs.open(None);
    tabs.open(None);
    tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
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
    assert_eq!(requests(&tabs), 0);
    tabs.event(0, Event::LockLost);
    tabs.pass(2.0);
    assert_eq!(tabs.tabs[0].requests.len(), 0);
}

#[wasm_bindgen_test(unsupported = test)]
fn who_was_about_to_take_a_lock_away_and_is_gone_is_waited_for_a_second() {
    let mut tabs = claimed();
    tabs.pass(1.0);
    assert_eq!(requests(&tabs), 1);
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

fn requests(tabs: &Tabs) -> usize {
    tabs.tabs.iter().map(|tab| tab.requests.len()).sum()
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
    tabs.event(0, Event::Heard(Box::new(Message { order, tidings: Tidings::Tokens(Box::new(stored)) })));
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

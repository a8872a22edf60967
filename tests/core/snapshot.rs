//! The snapshot and the events as an application sees them: absolute times, nothing that ticks, the documented spelling.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, World, shown, token_set};

#[wasm_bindgen_test(unsupported = test)]
fn nothing_in_it_ticks() {
    let mut world = World::holding_with(json!({"idleTimeout": "1h", "maxSessionLifespan": "8h"}), 3600.0);
    let before = world.snapshot();
    for _ in 0..50 {
        world.pass(0.1234);
        world.check();
        if world.snapshot().next_check_at == before.next_check_at {
            assert_eq!(world.snapshot(), before);
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn times_are_epoch_seconds_to_the_millisecond() {
    let mut world = World::new(json!({}));
    world.start();
    world.pass(0.123_456_7);
    world.grant(3600.0);
    let expires_at = world.snapshot().expires_at.unwrap();
    assert_eq!(expires_at, (expires_at * 1_000.0).round() / 1_000.0);
    assert_eq!(expires_at, EPOCH + 3600.062);
}

#[wasm_bindgen_test(unsupported = test)]
fn it_is_spelled_as_documented() {
    let mut world = World::new(json!({"idleTimeout": "1h", "maxSessionLifespan": "8h"}));
    world.start();
    let access = world.jwt(3600.0);
    world.answer(token_set(json!({"access_token": access, "refresh_token": "r", "refresh_expires_in": 36_000})));
    let found = shown(&world.snapshot());
    let next_check_at = found["nextCheckAt"].as_f64().unwrap();
    assert!(next_check_at > EPOCH && next_check_at <= EPOCH + 60.0);
    let expected = json!({
        "status": "active", "refresh": "idle", "generation": 1, "expiresAt": EPOCH + 3600.0, "dueAt": EPOCH + 3300.0,
        "nextCheckAt": next_check_at, "refreshExpiresAt": EPOCH + 36_000.0, "idleEndsAt": EPOCH + 3600.0, "sessionEndsAt": EPOCH + 28_800.0,
        "subject": "alice", "attempts": 0, "clockSkew": 0.0,
    });
    assert_eq!(found, expected);
}

#[wasm_bindgen_test(unsupported = test)]
fn failures_are_spelled_as_documented() {
    let mut world = World::new(json!({}));
    world.start();
    let failure = Failure { kind: FailureKind::Http, status: Some(503), error: oauth_error("server_error"), retry_after: None };
    world.outcome(Outcome::Transient(failure));
    let found = shown(&world.snapshot());
    assert_eq!(found["lastFailure"], json!({"kind": "http", "status": 503, "error": "server_error"}));
    assert_eq!((&found["status"], &found["refresh"], &found["attempts"]), (&json!("starting"), &json!("waiting"), &json!(1)));
    assert!(found["retryAt"].as_f64().unwrap() > EPOCH);
    let kinds = [
        (FailureKind::Network, "network"),
        (FailureKind::Timeout, "timeout"),
        (FailureKind::Http, "http"),
        (FailureKind::Unreadable, "unreadable"),
        (FailureKind::Thrown, "thrown"),
        (FailureKind::Rejected, "rejected"),
    ];
    for (kind, name) in kinds {
        assert_eq!(shown(&kind), name);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_end_is_shown_with_its_reason() {
    let mut world = World::new(json!({}));
    world.start();
    world.reject();
    let found = shown(&world.snapshot());
    assert_eq!((&found["status"], &found["reason"]), (&json!("ended"), &json!("signed-out")));
    assert_eq!((found.get("expiresAt"), found.get("idleEndsAt"), found.get("retryAt")), (None, None, None));
}

#[wasm_bindgen_test(unsupported = test)]
fn states_and_reasons_have_their_names() {
    let statuses = [Status::Starting, Status::Active, Status::Expired, Status::Ended];
    assert_eq!(statuses.map(|it| shown(&it)), ["starting", "active", "expired", "ended"]);
    let states = [RefreshState::Idle, RefreshState::InFlight, RefreshState::Waiting, RefreshState::Offline];
    assert_eq!(states.map(|it| shown(&it)), ["idle", "in-flight", "waiting", "offline"]);
    let reasons = [
        EndReason::SignedOut,
        EndReason::Idle,
        EndReason::MaxLifespan,
        EndReason::RefreshRejected,
        EndReason::TokenExpired,
        EndReason::TokenRefused,
    ];
    let names = ["signed-out", "idle", "max-lifespan", "refresh-rejected", "token-expired", "token-refused"];
    assert_eq!(reasons.map(|it| shown(&it)), names);
}

#[wasm_bindgen_test(unsupported = test)]
fn events_are_spelled_as_documented() {
    let kind = FailureKind::Network;
    let events = [
        (Notice::Started {}, "started", json!({})),
        (
            Notice::Refreshed { generation: 2, by: By::ThisTab, expires_at: Some(5.0) },
            "refreshed",
            json!({"generation": 2, "by": "this-tab", "expiresAt": 5.0}),
        ),
        (Notice::Expiring { expires_at: 5.0 }, "expiring", json!({"expiresAt": 5.0})),
        (Notice::Expired {}, "expired", json!({})),
        (
            Notice::RefreshFailed { kind, status: Some(503), attempt: 1, retry_at: Some(6.0) },
            "refreshfailed",
            json!({"kind": "network", "status": 503, "attempt": 1, "retryAt": 6.0}),
        ),
        (Notice::IdleWarning { ends_at: 7.0 }, "idlewarning", json!({"endsAt": 7.0})),
        (Notice::IdleWarningCleared {}, "idlewarningcleared", json!({})),
        (
            Notice::SessionExpiring { ends_at: 8.0, because: Because::MaxLifespan },
            "sessionexpiring",
            json!({"endsAt": 8.0, "because": "max-lifespan"}),
        ),
        (
            Notice::SignOutFailed { status: Some(500), attempt: 3, retry_at: 9.0 },
            "signoutfailed",
            json!({"status": 500, "attempt": 3, "retryAt": 9.0}),
        ),
        (Notice::Ended { reason: EndReason::Idle }, "ended", json!({"reason": "idle"})),
    ];
    for (notice, name, detail) in events {
        assert_eq!((notice.name(), shown(&notice)), (name, detail));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_token_may_be_given_out_until_the_nearest_deadline() {
    let mut world = World::holding_with(json!({"idleTimeout": "1h", "checkInterval": "1d"}), 3600.0);
    let request_at = world.moment(world.snapshot().next_check_at);
    assert!((world.session.usable_for().unwrap() / 1_000.0 - request_at).abs() < 0.001);
    world.pass(3300.001);
    world.check();
    world.fail();
    let until = world.t + world.session.usable_for().unwrap() / 1_000.0;
    assert!(until <= world.moment(world.snapshot().retry_at) + 0.001);
    world.run_until(3599.0);
    assert!(world.session.usable_for().is_none_or(|left| left <= 1_000.0));
}

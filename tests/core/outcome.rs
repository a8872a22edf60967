//! Outcomes: which answers reject a session and which only failed this time.

use evertoken::core::{Failure, FailureKind, Outcome, nobody, oauth_error, of_status};
use wasm_bindgen_test::wasm_bindgen_test;

#[track_caller]
fn assert_transient(outcome: Outcome, status: u16) {
    let Outcome::Transient(failure) = outcome else { panic!("{status} is not transient") };
    assert_eq!((failure.kind, failure.status), (FailureKind::Http, Some(status)));
}

#[track_caller]
fn assert_rejected(outcome: Outcome, status: u16) {
    let Outcome::Rejected(failure) = outcome else { panic!("{status} is not a rejection") };
    assert_eq!((failure.kind, failure.status), (FailureKind::Rejected, Some(status)));
}

#[wasm_bindgen_test(unsupported = test)]
fn redirects_timeouts_limits_and_server_errors_are_transient() {
    for status in [300, 301, 302, 304, 307, 308, 404, 408, 425, 429, 500, 501, 502, 503, 504, 520, 599] {
        assert_transient(of_status(status, false, None, None), status);
        assert_transient(of_status(status, true, oauth_error("invalid_grant"), None), status);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn unauthorized_and_forbidden_are_rejections() {
    for status in [401, 403] {
        assert_rejected(of_status(status, false, None, None), status);
        assert_rejected(of_status(status, true, oauth_error("invalid_client"), None), status);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_bad_request_rejects_only_with_an_oauth_error() {
    assert_transient(of_status(400, false, None, None), 400);
    assert_rejected(of_status(400, true, oauth_error("invalid_grant"), None), 400);
    // An `error` member that nobody registered is one nevertheless.
    assert_rejected(of_status(400, true, None, None), 400);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_server_that_says_it_is_in_trouble_rejects_nobody() {
    for error in ["server_error", "temporarily_unavailable"] {
        assert_transient(of_status(400, true, oauth_error(error), None), 400);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn statuses_without_a_rule_are_transient() {
    for status in [402, 405, 410, 418, 422, 451] {
        assert_transient(of_status(status, false, None, None), status);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_empty_result_means_that_nobody_is_signed_in() {
    let Outcome::Rejected(failure) = nobody(Some(204)) else { panic!("not a rejection") };
    assert_eq!(failure, Failure { kind: FailureKind::Rejected, status: Some(204), error: None, retry_after: None });
    assert!(matches!(nobody(None), Outcome::Rejected(Failure { status: None, .. })));
}

#[wasm_bindgen_test(unsupported = test)]
fn details_are_kept() {
    let Outcome::Transient(failure) = of_status(429, true, oauth_error("temporarily_unavailable"), Some(5_000.0)) else { panic!() };
    assert_eq!((failure.error, failure.retry_after), (Some("temporarily_unavailable"), Some(5_000.0)));
}

#[wasm_bindgen_test(unsupported = test)]
fn only_registered_errors_are_told() {
    let told = oauth_error;
    let codes = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
        "access_denied",
        "login_required",
        "interaction_required",
        "server_error",
        "temporarily_unavailable",
    ];
    for code in codes {
        assert_eq!(told(code), Some(code));
    }
    for other in ["", "Invalid_Grant", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.", "user alice is locked", "idle", "started", "rejected"] {
        assert_eq!(told(other), None);
    }
}

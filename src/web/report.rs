//! What the TypeScript side reports of a request, as the core wants it.

use wasm_bindgen::prelude::*;

use crate::core::{Failure, FailureKind, Format, Outcome, Probe, nobody, oauth_error, of_status};

use super::js::{is_record, own};
use super::tokens;

/// Of a refresh: a token set, a bare token, or nothing, which means that nobody is signed in.
pub fn of_refresh(report: &JsValue, format: Format) -> Outcome {
    if let Some(refusal) = refusal(report) {
        return refusal;
    }
    let answer = own(report, "answer");
    if is_empty(&answer) || (is_record(&answer) && is_empty(&own(&answer, "accessToken")) && is_empty(&own(&answer, "access_token"))) {
        return nobody(None);
    }
    match tokens::read(&answer, format) {
        Ok(tokens) => Outcome::Tokens { tokens: Box::new(tokens), date: own(report, "date").as_f64() },
        Err(_) => Outcome::Transient(Failure::new(FailureKind::Unreadable)),
    }
}

/// Of the server's part of a sign-out: `None` where it is done, or refused for good because the server knows the session no more.
pub fn of_sign_out(report: &JsValue) -> Option<Failure> {
    match refusal(report)? {
        Outcome::Transient(failure) => Some(failure),
        _ => None,
    }
}

pub fn of_probe(report: &JsValue) -> Probe {
    match refusal(report) {
        Some(Outcome::Rejected(_)) => Probe::Ended,
        Some(_) => Probe::Unknown,
        None => {
            let answer = own(report, "answer");
            if answer.is_null() || answer.is_falsy() && !answer.is_undefined() { Probe::Ended } else { Probe::Lives }
        }
    }
}

fn is_empty(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined() || value.as_string().is_some_and(|text| text.is_empty())
}

/// `None` for a success.
fn refusal(report: &JsValue) -> Option<Outcome> {
    let kind = own(report, "kind").as_string()?;
    let status = own(report, "status").as_f64().map(|status| status as u16);
    let retry_after = own(report, "retryAfter").as_f64().map(|seconds| seconds * 1_000.0);
    let error = own(report, "error").as_string();
    let failure = |kind| Outcome::Transient(Failure { kind, status, error: None, retry_after });
    Some(match kind.as_str() {
        "rejected" => nobody(status),
        "http" => of_status(status.unwrap_or(0), error.is_some(), error.as_deref().and_then(oauth_error), retry_after),
        "network" => failure(FailureKind::Network),
        "unreadable" => failure(FailureKind::Unreadable),
        _ => failure(FailureKind::Thrown),
    })
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::web::js::object;

    fn of(members: &[(&str, JsValue)]) -> Outcome {
        of_refresh(&object(members), Format::Auto)
    }

    #[wasm_bindgen_test]
    fn an_empty_answer_means_that_nobody_is_signed_in() {
        let empty = [JsValue::NULL, JsValue::UNDEFINED, "".into(), object(&[]), object(&[("accessToken", "".into())])];
        for answer in empty {
            assert!(matches!(of(&[("answer", answer.clone())]), Outcome::Rejected(_)), "{answer:?}");
        }
    }

    #[wasm_bindgen_test]
    fn a_token_comes_with_the_servers_date() {
        let answer = object(&[("access_token", "opaque".into()), ("expires_in", 60.into())]);
        let Outcome::Tokens { tokens, date } = of(&[("answer", answer), ("date", 5_000.into())]) else { panic!("no tokens") };
        assert_eq!((tokens.expires_in, date), (Some(60_000.0), Some(5_000.0)));
    }

    #[wasm_bindgen_test]
    fn what_cannot_be_read_ends_nothing() {
        let unreadable = Outcome::Transient(Failure::new(FailureKind::Unreadable));
        for answer in [JsValue::from(7), object(&[("accessToken", 7.into())]), "a.b.c".into()] {
            assert_eq!(of(&[("answer", answer)]), unreadable);
        }
    }

    #[wasm_bindgen_test]
    fn a_status_is_told_by_the_core_and_a_retry_after_is_in_seconds() {
        let Outcome::Transient(failure) = of(&[("kind", "http".into()), ("status", 429.into()), ("retryAfter", 2.into())]) else {
            panic!("429 ends nothing");
        };
        assert_eq!((failure.status, failure.retry_after), (Some(429), Some(2_000.0)));
        let Outcome::Rejected(failure) = of(&[("kind", "http".into()), ("status", 400.into()), ("error", "invalid_grant".into())]) else {
            panic!("an OAuth error ends the session");
        };
        assert_eq!(failure.error, Some("invalid_grant"));
        assert!(matches!(of(&[("kind", "rejected".into())]), Outcome::Rejected(_)));
        assert_eq!(of(&[("kind", "network".into())]), Outcome::Transient(Failure::new(FailureKind::Network)));
    }

    #[wasm_bindgen_test]
    fn a_sign_out_that_is_refused_for_good_is_done() {
        assert_eq!(of_sign_out(&object(&[("answer", JsValue::TRUE)])), None);
        assert_eq!(of_sign_out(&object(&[("kind", "http".into()), ("status", 401.into())])), None);
        assert!(of_sign_out(&object(&[("kind", "http".into()), ("status", 503.into())])).is_some());
    }

    #[wasm_bindgen_test]
    fn a_probe_ends_a_session_only_where_it_says_so() {
        assert_eq!(of_probe(&object(&[("answer", JsValue::TRUE)])), Probe::Lives);
        assert_eq!(of_probe(&object(&[("answer", JsValue::UNDEFINED)])), Probe::Lives);
        assert_eq!(of_probe(&object(&[("answer", JsValue::FALSE)])), Probe::Ended);
        assert_eq!(of_probe(&object(&[("kind", "http".into()), ("status", 401.into())])), Probe::Ended);
        assert_eq!(of_probe(&object(&[("kind", "http".into()), ("status", 500.into())])), Probe::Unknown);
    }
}

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

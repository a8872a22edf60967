//! What the TypeScript side reports of a request.

use crate::core::{Failure, FailureKind, Format, Outcome, Probe, Value, nobody, oauth_error, of_status};

use super::{Record, token_set};

/// Of a refresh: a token set, or nothing, which means that nobody is signed in.
pub fn of_refresh(report: &Record, format: Format) -> Outcome {
    if let Some(refusal) = refusal(report) {
        return refusal;
    }
    if is_empty(report) {
        return nobody(None);
    }
    match token_set::read(report.get("answer"), format) {
        Ok(tokens) => Outcome::Tokens { tokens, date: report.number("date") },
        Err(_) => Outcome::Transient(Failure::new(FailureKind::Unreadable)),
    }
}

/// Of the server's part of a sign-out: `None` where it is done, or refused for good because the server knows the session no more.
pub fn of_sign_out(report: &Record) -> Option<Failure> {
    match refusal(report)? {
        Outcome::Transient(failure) => Some(failure),
        _ => None,
    }
}

pub fn of_probe(report: &Record) -> Probe {
    match refusal(report) {
        Some(Outcome::Rejected(_)) => Probe::Ended,
        Some(_) => Probe::Unknown,
        None => match report.field("answer") {
            Value::Null | Value::Bool(false) => Probe::Ended,
            _ => Probe::Lives,
        },
    }
}

/// Whether an answer holds no token at all.
fn is_empty(report: &Record) -> bool {
    let token = match report.record("answer") {
        Some(answer) => answer.field("accessToken"),
        None => report.field("answer"),
    };
    matches!(token, Value::Absent | Value::Null) || token == Value::Text(String::new())
}

/// `None` for a success.
fn refusal(report: &Record) -> Option<Outcome> {
    let kind = report.text("kind")?;
    let status = report.count("status").map(|status| status as u16);
    let retry_after = report.number("retryAfter").map(|seconds| seconds * 1_000.0);
    let failure = |kind| Outcome::Transient(Failure { kind, status, error: None, retry_after });
    Some(match kind.as_str() {
        "rejected" => nobody(status),
        "http" => {
            let error = report.text("error");
            of_status(status.unwrap_or_default(), error.is_some(), error.as_deref().and_then(oauth_error), retry_after)
        }
        "network" => failure(FailureKind::Network),
        "unreadable" => failure(FailureKind::Unreadable),
        _ => failure(FailureKind::Thrown),
    })
}

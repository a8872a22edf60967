//! What the TypeScript side reports of a request, as the core wants it.

use crate::core::{Failure, FailureKind, Format, Outcome, Probe, Value, Word, nobody, oauth_error, of_status};

use super::io::{self, MEMBER};
use super::tokens;

/// Of a refresh: a token set, or nothing, which means that nobody is signed in.
pub fn of_refresh(format: Format) -> Outcome {
    if let Some(refusal) = refusal() {
        return refusal;
    }
    if is_empty() {
        return nobody(None);
    }
    match tokens::read(format) {
        Ok(tokens) => Outcome::Tokens { tokens, date: io::number_of(Word::Date) },
        Err(_) => Outcome::Transient(Failure::new(FailureKind::Unreadable)),
    }
}

/// Of the server's part of a sign-out: `None` where it is done, or refused for good because the server knows the session no more.
pub fn of_sign_out() -> Option<Failure> {
    match refusal()? {
        Outcome::Transient(failure) => Some(failure),
        _ => None,
    }
}

pub fn of_probe() -> Probe {
    match refusal() {
        Some(Outcome::Rejected(_)) => Probe::Ended,
        Some(_) => Probe::Unknown,
        None => match io::value_of(Word::Answer) {
            Value::Null | Value::Bool(false) => Probe::Ended,
            _ => Probe::Lives,
        },
    }
}

/// Whether an answer holds no token at all.
fn is_empty() -> bool {
    if !io::enter(Word::Answer, MEMBER) {
        return matches!(io::value_of(Word::Answer), Value::Absent | Value::Null);
    }
    let token = io::value_of(Word::AccessToken);
    io::leave();
    match token {
        Value::Absent | Value::Null => true,
        Value::Text(token) => token.is_empty(),
        _ => false,
    }
}

/// `None` for a success.
fn refusal() -> Option<Outcome> {
    let kind = io::word_of(Word::Kind)?;
    let status = io::number_of(Word::Status).map(|status| status as u16);
    let retry_after = io::number_of(Word::RetryAfter).map(|seconds| seconds * 1_000.0);
    let failure = |kind| Outcome::Transient(Failure { kind, status, error: None, retry_after });
    Some(match kind {
        Word::Rejected => nobody(status),
        Word::Http => {
            let has_error = io::value_of(Word::Error) != Value::Absent;
            of_status(status.unwrap_or(0), has_error, io::word_of(Word::Error).and_then(oauth_error), retry_after)
        }
        Word::Network => failure(FailureKind::Network),
        Word::Unreadable => failure(FailureKind::Unreadable),
        _ => failure(FailureKind::Thrown),
    })
}

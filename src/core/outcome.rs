//! How a refresh went, by what came back (RFC 6749 section 5.2 and RFC 9110).

use serde::Serialize;

use super::duration::Ms;
use super::token::TokenSet;

/// What came of a refresh.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A new token set, and the server's `Date` in epoch milliseconds where it can be read.
    Tokens { tokens: Box<TokenSet>, date: Option<Ms> },
    /// The server has answered: nobody is signed in any more.
    Rejected(Failure),
    /// Nothing is known but that it failed this time.
    Transient(Failure),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub kind: FailureKind,
    pub status: Option<u16>,
    /// The OAuth error code, where it is a registered one: free text could hold anything.
    pub error: Option<&'static str>,
    pub retry_after: Option<Ms>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FailureKind {
    Network,
    Timeout,
    /// An HTTP status that says so.
    Http,
    /// An answer that cannot be read.
    Unreadable,
    /// The caller's function threw.
    Thrown,
    Rejected,
}

impl Failure {
    pub fn new(kind: FailureKind) -> Failure {
        Failure { kind, status: None, error: None, retry_after: None }
    }
}

/// The registered codes of RFC 6749 section 5.2, RFC 8628 and OpenID Connect that a token endpoint may answer with.
const REGISTERED: [&str; 11] = [
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

/// The registered code that an answer's `error` member is.
pub fn oauth_error(text: &str) -> Option<&'static str> {
    REGISTERED.into_iter().find(|code| *code == text)
}

/// Classifies an answer with a status that is no success. `has_error` tells whether the body has an OAuth `error` member.
pub fn of_status(status: u16, has_error: bool, error: Option<&'static str>, retry_after: Option<Ms>) -> Outcome {
    let failure = |kind| Failure { kind, status: Some(status), error, retry_after };
    let passing = matches!(error, Some("server_error" | "temporarily_unavailable"));
    match status {
        401 | 403 => Outcome::Rejected(failure(FailureKind::Rejected)),
        400 if has_error && !passing => Outcome::Rejected(failure(FailureKind::Rejected)),
        _ => Outcome::Transient(failure(FailureKind::Http)),
    }
}

/// An empty result: the server knows of nobody.
pub fn nobody(status: Option<u16>) -> Outcome {
    Outcome::Rejected(Failure { status, ..Failure::new(FailureKind::Rejected) })
}

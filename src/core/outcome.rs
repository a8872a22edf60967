//! How a refresh went, by what came back (RFC 6749 section 5.2 and RFC 9110).

use alloc::boxed::Box;

use super::duration::Ms;
use super::token::TokenSet;
use super::words::Word;

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
    pub error: Option<Word>,
    pub retry_after: Option<Ms>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl FailureKind {
    pub fn word(self) -> Word {
        match self {
            FailureKind::Network => Word::Network,
            FailureKind::Timeout => Word::Timeout,
            FailureKind::Http => Word::Http,
            FailureKind::Unreadable => Word::Unreadable,
            FailureKind::Thrown => Word::Thrown,
            FailureKind::Rejected => Word::Rejected,
        }
    }
}

impl Failure {
    pub fn new(kind: FailureKind) -> Failure {
        Failure { kind, status: None, error: None, retry_after: None }
    }
}

/// The registered code that an answer's `error` member is.
pub fn oauth_error(word: Word) -> Option<Word> {
    let registered = Word::InvalidRequest as u8..=Word::TemporarilyUnavailable as u8;
    registered.contains(&(word as u8)).then_some(word)
}

/// Classifies an answer with a status that is no success. `has_error` tells whether the body has an OAuth `error` member.
pub fn of_status(status: u16, has_error: bool, error: Option<Word>, retry_after: Option<Ms>) -> Outcome {
    let failure = |kind| Failure { kind, status: Some(status), error, retry_after };
    let passing = matches!(error, Some(Word::ServerError | Word::TemporarilyUnavailable));
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

//! What can be wrong with what a caller or a server gave.

use std::fmt;

use serde::Serialize;

/// The machine-readable part of an [`Error`], and of a [`Refusal`](super::Refusal): what the JavaScript `EvertokenError.code` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Code {
    #[serde(rename = "ERR_INVALID_OPTION")]
    InvalidOption,
    #[serde(rename = "ERR_INVALID_DURATION")]
    InvalidDuration,
    /// A JWT that cannot be split or decoded, or a token that cannot stand in a header.
    #[serde(rename = "ERR_TOKEN_MALFORMED")]
    TokenMalformed,
    #[serde(rename = "ERR_TOKEN_TOO_LARGE")]
    TokenTooLarge,
    /// The payload of a JWT is not a JSON object.
    #[serde(rename = "ERR_TOKEN_PAYLOAD")]
    TokenPayload,
    /// A claim has the wrong type.
    #[serde(rename = "ERR_TOKEN_CLAIM")]
    TokenClaim,
    /// A token set without an access token, or with a field of the wrong type.
    #[serde(rename = "ERR_TOKEN_SET")]
    TokenSet,
    /// The audience or the issuer is not the expected one.
    #[serde(rename = "ERR_TOKEN_REFUSED")]
    TokenRefused,
    #[serde(rename = "ERR_SESSION_ENDED")]
    SessionEnded,
    #[serde(rename = "ERR_TOKEN_UNAVAILABLE")]
    TokenUnavailable,
    #[serde(rename = "ERR_STOPPED")]
    Stopped,
}

/// Says what happened, with which value, and what to do now. Holds no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    /// The option that is at fault, where one is. The message begins with it.
    pub option: Option<&'static str>,
    pub message: String,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, option: None, message: message.into() }
    }

    /// The same, of an option; of one that is named already nothing changes.
    #[must_use]
    pub fn of_option(self, option: &'static str) -> Error {
        match self.option {
            Some(_) => self,
            None => Error { option: Some(option), message: format!("{option}: {}", self.message), ..self },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

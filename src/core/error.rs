//! What can be wrong with what a caller or a server gave.

use alloc::string::String;
use core::fmt;

use super::text::join;

/// The machine-readable part of an [`Error`]: what the JavaScript `EvertokenError.code` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    UnknownOption,
    InvalidOption,
    InvalidDuration,
    /// A JWT that cannot be split or decoded, or a token that cannot stand in a header.
    TokenMalformed,
    TokenTooLarge,
    /// The payload of a JWT is not a JSON object.
    TokenPayload,
    /// A claim has the wrong type.
    TokenClaim,
    /// A token set without an access token, or with a field of the wrong type.
    TokenSet,
    /// The audience or the issuer is not the expected one.
    TokenRefused,
}

impl Code {
    pub fn as_str(self) -> &'static str {
        match self {
            Code::UnknownOption => "ERR_UNKNOWN_OPTION",
            Code::InvalidOption => "ERR_INVALID_OPTION",
            Code::InvalidDuration => "ERR_INVALID_DURATION",
            Code::TokenMalformed => "ERR_TOKEN_MALFORMED",
            Code::TokenTooLarge => "ERR_TOKEN_TOO_LARGE",
            Code::TokenPayload => "ERR_TOKEN_PAYLOAD",
            Code::TokenClaim => "ERR_TOKEN_CLAIM",
            Code::TokenSet => "ERR_TOKEN_SET",
            Code::TokenRefused => "ERR_TOKEN_REFUSED",
        }
    }
}

/// Says what happened, with which value, and what to do now. Holds no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    /// The option that is at fault, where one is.
    pub option: Option<String>,
    pub message: String,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, option: None, message: message.into() }
    }

    /// The message begins with the option's name.
    pub fn of_option(code: Code, option: &str, message: &str) -> Error {
        Error { code, option: Some(option.into()), message: join(&[option, ": ", message]) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl core::error::Error for Error {}

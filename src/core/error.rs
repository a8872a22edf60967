//! What can be wrong with what a caller or a server gave.

use alloc::string::String;
use core::fmt;

use super::words::Word;

/// The machine-readable part of an [`Error`]: what the JavaScript `EvertokenError.code` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
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
    pub fn word(self) -> Word {
        match self {
            Code::InvalidOption => Word::InvalidOption,
            Code::InvalidDuration => Word::InvalidDuration,
            Code::TokenMalformed => Word::TokenMalformed,
            Code::TokenTooLarge => Word::TokenTooLarge,
            Code::TokenPayload => Word::TokenPayload,
            Code::TokenClaim => Word::TokenClaim,
            Code::TokenSet => Word::TokenSet,
            Code::TokenRefused => Word::TokenRefusedError,
        }
    }
}

/// Says what happened, with which value, and what to do now. Holds no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub code: Code,
    /// The option that is at fault, where one is. What is told of an error begins with it.
    pub option: Option<Word>,
    /// The claim or the field that is.
    pub about: Option<Word>,
    /// In place of the first `%` stands what it is about.
    pub message: String,
}

impl Error {
    pub fn new(code: Code, message: impl Into<String>) -> Error {
        Error { code, option: None, about: None, message: message.into() }
    }

    pub fn of_option(code: Code, option: Word, message: String) -> Error {
        Error { option: Some(option), ..Error::new(code, message) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(option) = self.option {
            write!(out, "{}: ", option.as_str())?;
        }
        match self.about {
            Some(name) => out.write_str(&self.message.replacen('%', name.as_str(), 1)),
            None => out.write_str(&self.message),
        }
    }
}

impl core::error::Error for Error {}

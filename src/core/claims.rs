//! The claims of a JWT (RFC 7519) that the session's rules read. Nothing is verified: a front end cannot.
//!
//! The unknown ones stay with the caller: `token::payload` gives the whole JSON text.

use super::duration::Ms;
use super::error::{Code, Error};
use super::text::join;
use super::value::{Fields, Value};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// Expiration time, RFC 7519 section 4.1.4, in epoch milliseconds like all times here.
    pub exp: Option<Ms>,
    /// Issued at, RFC 7519 section 4.1.6.
    pub iat: Option<Ms>,
    /// When the person authenticated, OpenID Connect Core section 2.
    pub auth_time: Option<Ms>,
    pub sub: Option<String>,
    pub iss: Option<String>,
    /// Audience, RFC 7519 section 4.1.3: one string or several, here always a list.
    pub aud: Vec<String>,
}

impl Claims {
    /// Takes the payload's members; one of the wrong type is an error that names it.
    pub fn read(payload: &dyn Fields) -> Result<Claims, Error> {
        // Read for its type alone: a token before its `nbf` is the server's to refuse.
        time(payload, "nbf")?;
        Ok(Claims {
            exp: time(payload, "exp")?,
            iat: time(payload, "iat")?,
            auth_time: time(payload, "auth_time")?,
            sub: text(payload, "sub")?,
            iss: text(payload, "iss")?,
            aud: texts(payload, "aud")?,
        })
    }
}

fn time(payload: &dyn Fields, name: &str) -> Result<Option<Ms>, Error> {
    match payload.field(name) {
        Value::Absent | Value::Null => Ok(None),
        Value::Number(seconds) if seconds.is_finite() => Ok(Some(seconds * 1_000.0)),
        other => Err(wrong_type(name, &other, "a number of seconds since 1970")),
    }
}

fn text(payload: &dyn Fields, name: &str) -> Result<Option<String>, Error> {
    match payload.field(name) {
        Value::Absent | Value::Null => Ok(None),
        Value::Text(text) => Ok(Some(text)),
        other => Err(wrong_type(name, &other, "a string")),
    }
}

fn texts(payload: &dyn Fields, name: &str) -> Result<Vec<String>, Error> {
    match payload.field(name) {
        Value::Absent | Value::Null => Ok(Vec::new()),
        Value::Text(text) => Ok(vec![text]),
        Value::Texts(texts) => Ok(texts),
        other => Err(wrong_type(name, &other, "a string or an array of strings")),
    }
}

fn wrong_type(name: &str, found: &Value, allowed: &str) -> Error {
    // A claim's value may be anybody's secret: only what kind of value it is gets shown.
    let found = match found {
        Value::Text(_) => "a string".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        other => other.shown(),
    };
    Error::new(
        Code::TokenClaim,
        join(&["the token's claim \"", name, "\" is ", &found, " where ", allowed, " belongs; check the token server"]),
    )
}

//! The claims of a JWT (RFC 7519) that the session's rules read. Nothing is verified: a front end cannot.
//!
//! The unknown ones stay with the caller: `token::payload` gives the whole JSON text.

use super::duration::Ms;
use super::error::{Code, Error};
use super::reader::Reader;
use super::value::Fields;

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
    pub fn read(payload: Fields) -> Result<Claims, Error> {
        let mut reader = Reader::new(payload, Code::TokenClaim);
        // Read for its type alone: a token before it is the server's to refuse.
        time(&mut reader, "nbf");
        let exp = time(&mut reader, "exp");
        let iat = time(&mut reader, "iat");
        let auth_time = time(&mut reader, "auth_time");
        let sub = reader.text("sub", "a string");
        let iss = reader.text("iss", "a string");
        let aud = reader.texts("aud", "a string or an array of strings");
        reader.finish(Claims { exp, iat, auth_time, sub, iss, aud })
    }
}

fn time(reader: &mut Reader, name: &'static str) -> Option<Ms> {
    let found = reader.field(name);
    reader.seconds(name, found, f64::MIN, f64::MAX, "a number of seconds since 1970")
}

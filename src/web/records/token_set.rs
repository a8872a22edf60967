//! Token sets and the claims of their JWTs.

use js_sys::JSON;
use wasm_bindgen::prelude::*;

use crate::core::{Claims, Code, Error, Format, TokenSet, not_an_object, payload};

use super::{Record, value_of};

/// A token set in this library's spelling, or a raw RFC 6749 answer.
pub fn read(answer: JsValue, format: Format) -> Result<Box<TokenSet>, Error> {
    let not_a_token =
        Error::new(Code::TokenSet, format!("{} is not a token; give a string or an object with accessToken", value_of(&answer).shown()));
    of_record(&Record::of(answer).ok_or(not_a_token)?, format)
}

pub fn of_record(record: &Record, format: Format) -> Result<Box<TokenSet>, Error> {
    TokenSet::read(&|name| record.field(name), format, |json| Ok(parse(json)?.1)).map(Box::new)
}

/// The claims of a JWT, which is not verified. The known ones are checked.
pub fn claims_of(jwt: &str) -> Result<JsValue, Error> {
    let json = payload(jwt, Format::Jwt)?.unwrap_or_default();
    Ok(parse(&json)?.0.into())
}

/// The payload as JavaScript knows it, and the claims that the session reads.
fn parse(json: &str) -> Result<(Record, Claims), Error> {
    let payload = JSON::parse(json).ok().and_then(Record::of).ok_or_else(not_an_object)?;
    let claims = Claims::read(&|name| payload.field(name))?;
    Ok((payload, claims))
}

//! Token sets out of JavaScript, and back into a store.

use wasm_bindgen::prelude::*;

use crate::core::{Claims, Code, EndReason, Error, Fields, Format, Ms, Record, Secret, SignOutOrder, Stored, TokenSet, Value, payload};

use super::js::{self, Own};

/// The layout of what lies in a store.
const VERSION: f64 = 1.0;

/// The claims of a JWT as JavaScript reads them: the known ones checked, the unknown ones as they are.
pub fn claims_object(jwt: &str) -> Result<JsValue, Error> {
    let payload = payload(jwt, Format::Jwt)?.unwrap_or_default();
    let claims = parse_claims(&payload)?;
    Claims::read(&Own(&claims))?;
    Ok(claims)
}

/// A bare access token, a token set, or a raw RFC 6749 answer.
pub fn read(value: &JsValue, format: Format) -> Result<TokenSet, Error> {
    if let Some(token) = value.as_string() {
        return TokenSet::read(&BareToken(token), format, read_claims);
    }
    if !js::is_record(value) {
        let shown = js::to_value(value).shown();
        return Err(Error::new(Code::TokenSet, [shown.as_str(), " is not a token; give a string or an object with accessToken"].concat()));
    }
    TokenSet::read(&Own(value), format, read_claims)
}

struct BareToken(String);

impl Fields for BareToken {
    fn field(&self, name: &str) -> Value {
        if name == "accessToken" { Value::Text(self.0.clone()) } else { Value::Absent }
    }
}

fn read_claims(payload: &str) -> Result<Claims, Error> {
    Claims::read(&Own(&parse_claims(payload)?))
}

fn parse_claims(payload: &str) -> Result<JsValue, Error> {
    js::parse_record(payload)
        .ok_or_else(|| Error::new(Code::TokenPayload, "the token's payload is not a JSON object; check the token server"))
}

/// What a store is to keep; `None` where there is nothing worth keeping.
pub fn to_record(stored: &Stored) -> Option<Record> {
    if stored.tokens.is_none() && stored.sign_outs.is_empty() {
        return None;
    }
    let seconds = |time: Option<Ms>| time.map(|time| time / 1_000.0);
    let tokens = stored.tokens.as_ref().map(|tokens| {
        Record::default()
            .text("accessToken", Some(tokens.access.expose()))
            .number("expiresIn", seconds(tokens.expires_in))
            .number("expiresAt", seconds(tokens.expires_at))
            .text("refreshToken", tokens.refresh.as_ref().map(Secret::expose))
            .number("refreshExpiresAt", seconds(tokens.refresh_expires_at))
            .text("idToken", tokens.id.as_ref().map(Secret::expose))
            .text("scope", tokens.scope.as_deref())
    });
    Some(
        Record::default()
            .number("version", Some(VERSION))
            .record("tokens", tokens)
            .number("clockSkew", stored.skew)
            .number("sessionStart", stored.session_start)
            .list("signOuts", stored.sign_outs.iter().map(of_sign_out).collect()),
    )
}

fn of_sign_out(order: &SignOutOrder) -> Record {
    Record::default()
        .text("reason", Some(order.reason.as_str()))
        .number("revokeOnly", order.revoke_only.then_some(1.0))
        .text("refreshToken", order.refresh_token.as_ref().map(Secret::expose))
        .number("at", Some(order.at))
}

/// What a store held; `None` where it cannot be read: another layout, or somebody else's text.
pub fn from_text(text: &str, format: Format) -> Option<Stored> {
    let value = js::parse_record(text)?;
    if js::own(&value, "version").as_f64() != Some(VERSION) {
        return None;
    }
    let tokens = js::own(&value, "tokens");
    let sign_outs = js_sys::Array::from(&js::own(&value, "signOuts"));
    Some(Stored {
        tokens: if js::is_record(&tokens) { Some(read(&tokens, format).ok()?) } else { None },
        skew: js::own(&value, "clockSkew").as_f64(),
        session_start: js::own(&value, "sessionStart").as_f64(),
        sign_outs: sign_outs.iter().filter_map(|order| read_sign_out(&order)).collect(),
    })
}

fn read_sign_out(order: &JsValue) -> Option<SignOutOrder> {
    let reason = js::own(order, "reason").as_string()?;
    Some(SignOutOrder {
        reason: [EndReason::SignedOut, EndReason::Idle, EndReason::MaxLifespan].into_iter().find(|known| known.as_str() == reason)?,
        revoke_only: js::own(order, "revokeOnly").as_f64().is_some(),
        refresh_token: js::own(order, "refreshToken").as_string().map(Secret::new),
        at: js::own(order, "at").as_f64()?,
    })
}

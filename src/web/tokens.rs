//! Token sets out of JavaScript, and back into a store.

use js_sys::JSON;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::core::{Claims, Code, EndReason, Error, Fields, Format, Ms, Secret, SignOutOrder, Stored, TokenSet, Value, payload};

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

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredText<'a> {
    version: f64,
    tokens: Option<StoredTokens<'a>>,
    clock_skew: Option<Ms>,
    session_start: Option<Ms>,
    sign_outs: Vec<StoredSignOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredTokens<'a> {
    access_token: &'a str,
    expires_in: Option<f64>,
    expires_at: Option<f64>,
    refresh_token: Option<&'a str>,
    refresh_expires_at: Option<f64>,
    id_token: Option<&'a str>,
    scope: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StoredSignOut<'a> {
    reason: EndReason,
    revoke_only: bool,
    refresh_token: Option<&'a str>,
    at: Ms,
}

/// The text for a store; `undefined` where there is nothing worth keeping.
pub fn to_text(stored: &Stored) -> JsValue {
    if stored.tokens.is_none() && stored.sign_outs.is_empty() {
        return JsValue::UNDEFINED;
    }
    let seconds = |time: Option<Ms>| time.map(|time| time / 1_000.0);
    let text = StoredText {
        version: VERSION,
        tokens: stored.tokens.as_ref().map(|tokens| StoredTokens {
            access_token: tokens.access.expose(),
            expires_in: seconds(tokens.expires_in),
            expires_at: seconds(tokens.expires_at),
            refresh_token: tokens.refresh.as_ref().map(Secret::expose),
            refresh_expires_at: seconds(tokens.refresh_expires_at),
            id_token: tokens.id.as_ref().map(Secret::expose),
            scope: tokens.scope.as_deref(),
        }),
        clock_skew: stored.skew,
        session_start: stored.session_start,
        sign_outs: stored.sign_outs.iter().map(StoredSignOut::of).collect(),
    };
    let value = text.serialize(&Serializer::new()).unwrap_or(JsValue::UNDEFINED);
    JSON::stringify(&value).map_or(JsValue::UNDEFINED, JsValue::from)
}

impl<'a> StoredSignOut<'a> {
    fn of(order: &'a SignOutOrder) -> StoredSignOut<'a> {
        let refresh_token = order.refresh_token.as_ref().map(Secret::expose);
        StoredSignOut { reason: order.reason, revoke_only: order.revoke_only, refresh_token, at: order.at }
    }
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
        revoke_only: js::own(order, "revokeOnly").as_bool()?,
        refresh_token: js::own(order, "refreshToken").as_string().map(Secret::new),
        at: js::own(order, "at").as_f64()?,
    })
}

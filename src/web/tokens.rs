//! Token sets out of JavaScript, and back into a store.

use wasm_bindgen::prelude::*;

use crate::core::text::join;
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
        return Err(Error::new(Code::TokenSet, join(&[&shown, " is not a token; give a string or an object with accessToken"])));
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
    // Somebody else's text may hold anything, and what throws here would break the loop.
    let sign_outs = js::own(&value, "signOuts").dyn_into::<js_sys::Array>().ok()?;
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

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// `{"sub":"ada","exp":2000,"iat":1000,"role":["admin"]}`
    const JWT: &str = "e30.eyJzdWIiOiJhZGEiLCJleHAiOjIwMDAsImlhdCI6MTAwMCwicm9sZSI6WyJhZG1pbiJdfQ.sig";

    fn kept() -> Stored {
        let tokens = TokenSet {
            access: Secret::new(JWT),
            claims: read_claims(&payload(JWT, Format::Jwt).ok().flatten().unwrap_or_default()).ok(),
            expires_in: Some(1_000_000.0),
            expires_at: Some(2_000_000.0),
            refresh: Some(Secret::new("refresh")),
            refresh_expires_in: None,
            refresh_expires_at: Some(9_000_000.0),
            id: Some(Secret::new("id")),
            scope: Some("openid".into()),
        };
        let owed =
            |revoke_only| SignOutOrder { reason: EndReason::Idle, revoke_only, refresh_token: Some(Secret::new("old")), at: 5_000.0 };
        Stored { tokens: Some(tokens), skew: Some(-1_500.0), session_start: Some(7_000.0), sign_outs: vec![owed(true), owed(false)] }
    }

    fn text_of(stored: &Stored) -> Option<String> {
        js::stringify(to_record(stored).as_ref().map(js::from_record)).as_string()
    }

    #[wasm_bindgen_test]
    fn what_was_kept_is_read_as_it_was() {
        let text = text_of(&kept());
        assert_eq!(text.and_then(|text| from_text(&text, Format::Auto)), Some(kept()));
    }

    #[wasm_bindgen_test]
    fn sign_outs_are_kept_without_tokens_and_nothing_is_not_kept() {
        let owed = Stored { tokens: None, skew: None, session_start: None, ..kept() };
        assert_eq!(text_of(&owed).and_then(|text| from_text(&text, Format::Auto)), Some(owed));
        assert_eq!(text_of(&Stored::default()), None);
    }

    #[wasm_bindgen_test]
    fn what_cannot_be_read_is_nothing() {
        for text in ["", "null", "[]", "{}", "{\"version\":2}", "{\"version\":1}", "<html>"] {
            assert_eq!(from_text(text, Format::Auto), None, "{text}");
        }
        assert_eq!(from_text(r#"{"version":1,"tokens":{"accessToken":7},"signOuts":[]}"#, Format::Auto), None);
    }

    #[wasm_bindgen_test]
    fn unknown_claims_are_kept_for_the_caller() {
        let claims = claims_object(JWT).ok().unwrap_or_default();
        assert_eq!(js::to_value(&js::own(&claims, "role")), Value::Texts(vec!["admin".into()]));
    }

    #[wasm_bindgen_test]
    fn a_token_alone_is_a_token_set_and_what_is_none_says_so() {
        assert_eq!(read(&JsValue::from_str("opaque"), Format::Auto).map(|tokens| tokens.access), Ok(Secret::new("opaque")));
        for other in [JsValue::from_f64(7.0), JsValue::NULL, js_sys::Array::new().into()] {
            assert_eq!(read(&other, Format::Auto).err().map(|error| error.code), Some(Code::TokenSet));
        }
    }
}

//! Tokens as servers issue them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use evertoken::core::{Claims, Error, Format, TokenSet, not_an_object};
use serde_json::{Value, json};

use super::{World, fields};

/// A JWT with these claims. Its signature is nothing that could be decoded.
pub fn jwt(claims: Value) -> String {
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    format!("{}.{}.~signature~", part(json!({"alg": "RS256", "typ": "at+jwt"})), part(claims))
}

#[track_caller]
pub fn token_set(answer: Value) -> TokenSet {
    try_token_set(answer, Format::Auto).expect("a token set")
}

pub fn try_token_set(answer: Value, format: Format) -> Result<TokenSet, Error> {
    TokenSet::read(&fields(&answer), format, |json| match serde_json::from_str(json) {
        Ok(claims @ Value::Object(_)) => Claims::read(&fields(&claims)),
        _ => Err(not_an_object()),
    })
}

impl World {
    /// A JWT that the server issues now, without `expires_in`. Every one is another.
    pub fn jwt(&mut self, lifetime: f64) -> String {
        self.jwt_with(lifetime, json!({}))
    }

    pub fn jwt_with(&mut self, lifetime: f64, more: Value) -> String {
        let iat = self.server_time();
        let mut claims = json!({"iat": iat, "exp": iat + lifetime, "sub": "alice", "jti": self.new_serial()});
        if let (Some(claims), Some(more)) = (claims.as_object_mut(), more.as_object()) {
            claims.extend(more.clone());
        }
        jwt(claims)
    }

    /// An opaque token that lives for so long.
    pub fn opaque(&mut self, lifetime: f64) -> TokenSet {
        token_set(json!({"access_token": format!("opaque-{}", self.new_serial()), "expires_in": lifetime}))
    }

    /// What the server answers when all is well: a JWT and its `expires_in`.
    pub fn fresh(&mut self, lifetime: f64) -> TokenSet {
        let access = self.jwt(lifetime);
        token_set(json!({"access_token": access, "expires_in": lifetime}))
    }

    /// The same with a refresh token.
    pub fn fresh_with(&mut self, lifetime: f64, refresh: &str) -> TokenSet {
        let access = self.jwt(lifetime);
        token_set(json!({"access_token": access, "expires_in": lifetime, "refresh_token": refresh}))
    }
}

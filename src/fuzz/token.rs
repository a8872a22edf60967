//! Tokens and token sets out of bytes: what is accepted is of the size and shape that was promised, and nothing tells a token.

use std::fmt::Debug;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::bytes::{Drawn, text};
use super::live::{Answers, run_on};
use super::steps::{Beginning, Life};
use super::watch::Watch;
use crate::core::*;

const SECRETS: [&str; 6] = ["accessToken", "access_token", "refreshToken", "refresh_token", "idToken", "id_token"];

const FIELDS: [&str; 15] = [
    "accessToken",
    "expiresIn",
    "expiresAt",
    "refreshToken",
    "refreshExpiresIn",
    "refreshExpiresAt",
    "idToken",
    "scope",
    "access_token",
    "expires_in",
    "expires_at",
    "refresh_token",
    "refresh_expires_in",
    "refresh_expires_at",
    "id_token",
];

const CLAIMS: [&str; 7] = ["exp", "iat", "nbf", "auth_time", "sub", "iss", "aud"];

/// Stands in every secret. No message that tells it could have come by it otherwise.
const CANARY: &str = "canary-5up3r53cr37";

/// A letter for the format, the fields of an answer, and behind a `|` the claims of a JWT to be its access token.
pub fn token(bytes: &[u8]) {
    let Some((format, rest)) = bytes.split_first() else { return };
    let format = match format & 3 {
        2 => Format::Jwt,
        3 => Format::Opaque,
        _ => Format::Auto,
    };
    raw(&text(rest), format);
    let mut parts = rest.splitn(2, |byte| *byte == b'|');
    let mut answer = Drawn::of_lines(&FIELDS, parts.next().unwrap_or_default());
    if let Some(claims) = parts.next() {
        answer.0.insert(0, ("accessToken", Value::Text(format!("e30.{}.", URL_SAFE_NO_PAD.encode(claims)))));
    }
    for (name, value) in &mut answer.0 {
        if let Value::Text(text) = value
            && !text.is_empty()
            && SECRETS.contains(name)
        {
            match text.as_str() {
                "largest" => *text = "x".repeat(LARGEST - CANARY.len()),
                "larger" => *text = "x".repeat(LARGEST - CANARY.len() + 1),
                _ => {}
            }
            text.push_str(CANARY);
        }
    }
    match read(&answer, format) {
        Ok(tokens) => {
            assert_eq!(read(&answer, format).as_ref(), Ok(&tokens), "read twice");
            as_promised(&tokens, format);
            livable(&tokens);
        }
        Err(error) => tells_nothing(&error),
    }
}

/// A text taken to pieces by itself.
fn raw(text: &str, format: Format) {
    let token = format!("{text}{CANARY}");
    let found = payload(&token, format);
    let parts: Vec<&str> = token.split('.').collect();
    let is_jwt = format != Format::Opaque && parts.len() == 3;
    match &found {
        Ok(json) => assert!(is_a_header_value(&token) && json.is_some() == is_jwt),
        Err(error) => tells_nothing(error),
    }
    for encoded in [URL_SAFE_NO_PAD.encode(text), STANDARD.encode(text)] {
        match payload(&format!("h.{encoded}.s"), Format::Jwt) {
            Ok(json) => assert_eq!(json.as_deref(), Some(text)),
            Err(error) => assert_eq!(error.code, Code::TokenTooLarge),
        }
    }
}

fn read(answer: &Drawn, format: Format) -> Result<TokenSet, Error> {
    TokenSet::read(&|name| answer.field(name), format, |json| {
        let claims = Drawn::of_lines(&CLAIMS, json.as_bytes());
        Claims::read(&|name| claims.field(name))
    })
}

fn as_promised(tokens: &TokenSet, format: Format) {
    assert!(is_a_header_value(tokens.access.expose()));
    for secret in [Some(&tokens.access), tokens.refresh.as_ref(), tokens.id.as_ref()].into_iter().flatten() {
        assert!((1..=LARGEST).contains(&secret.expose().len()));
    }
    let is_jwt = matches!(payload(tokens.access.expose(), format), Ok(Some(_)));
    assert_eq!(tokens.claims.is_some(), is_jwt);
    let claims = tokens.claims.clone().unwrap_or_default();
    let times = [claims.exp, claims.iat, claims.auth_time];
    let lengths = [tokens.expires_in, tokens.expires_at, tokens.refresh_expires_in, tokens.refresh_expires_at];
    assert!(times.into_iter().flatten().all(f64::is_finite), "{claims:?}");
    assert!(lengths.into_iter().flatten().all(|length| length >= 0.0 && length.is_finite()), "{tokens:?}");
    tells_nothing(tokens);
}

/// A session lives with them, given at its start and signed in with.
fn livable(tokens: &TokenSet) {
    let abilities = Abilities { refresh: true, ..Abilities::default() };
    let settings = Settings::read(&|_| Value::Absent, abilities).expect("the defaults");
    let mut watch = Watch::new(&Life { settings, seed: 1, skew: 0.0, beginning: Beginning::Nothing, steps: Vec::new() });
    watch.learn(tokens, f64::INFINITY);
    let tokens = Box::new(tokens.clone());
    for event in [Event::Start { given: Some(tokens.clone()), stored: None }, Event::SignIn(tokens)] {
        watch.event(event);
        run_on(&mut watch, Answers::SameAgain, 2);
    }
    assert!(watch.broken.is_empty(), "{:?}", watch.broken);
}

fn is_a_header_value(token: &str) -> bool {
    token.len() <= LARGEST && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn tells_nothing(what: &impl Debug) {
    let told: String = format!("{what:?}");
    assert!(!told.contains(CANARY), "{told}");
}

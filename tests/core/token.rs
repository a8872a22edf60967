//! Token sets: both spellings are read, a JWT is told from an opaque token, and what is broken is refused with its own code.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use evertoken::core::{Code, Format, LARGEST, TokenSet, payload};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{jwt, shown, token_set, try_token_set};

#[track_caller]
fn refused(answer: Value) -> evertoken::core::Error {
    try_token_set(answer, Format::Auto).expect_err("an error")
}

#[wasm_bindgen_test(unsupported = test)]
fn reads_this_librarys_spelling() {
    let tokens = token_set(json!({
        "accessToken": "a", "expiresIn": 60, "expiresAt": 1_700_000_060, "refreshToken": "r", "refreshExpiresIn": 600,
        "refreshExpiresAt": 1_700_000_600, "idToken": "i", "scope": "openid api",
    }));
    assert_whole(&tokens);
}

#[wasm_bindgen_test(unsupported = test)]
fn reads_a_raw_answer_of_rfc_6749() {
    let tokens = token_set(json!({
        "access_token": "a", "token_type": "Bearer", "expires_in": 60, "expires_at": 1_700_000_060, "refresh_token": "r",
        "refresh_expires_in": 600, "refresh_expires_at": 1_700_000_600, "id_token": "i", "scope": "openid api",
    }));
    assert_whole(&tokens);
}

#[track_caller]
fn assert_whole(tokens: &TokenSet) {
    assert_eq!(tokens.access.expose(), "a");
    assert_eq!(tokens.expires_in, Some(60_000.0));
    assert_eq!(tokens.expires_at, Some(1_700_000_060_000.0));
    assert_eq!(tokens.refresh.as_ref().unwrap().expose(), "r");
    assert_eq!(tokens.refresh_expires_in, Some(600_000.0));
    assert_eq!(tokens.refresh_expires_at, Some(1_700_000_600_000.0));
    assert_eq!(tokens.id.as_ref().unwrap().expose(), "i");
    assert_eq!(tokens.scope.as_deref(), Some("openid api"));
    assert_eq!(tokens.exp(), Some(1_700_000_060_000.0));
    assert_eq!(tokens.claims, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn this_librarys_spelling_wins() {
    let tokens = token_set(json!({"accessToken": "ours", "access_token": "theirs", "expiresIn": null, "expires_in": 5}));
    assert_eq!(tokens.access.expose(), "ours");
    assert_eq!(tokens.expires_in, Some(5_000.0));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_jwt_brings_its_claims() {
    let tokens = token_set(json!({"accessToken": jwt(json!({"exp": 200, "iat": 100, "sub": "alice"})), "expiresAt": 999}));
    assert_eq!((tokens.exp(), tokens.iat()), (Some(200_000.0), Some(100_000.0)));
    assert_eq!(tokens.subject.as_deref(), Some("alice"));
}

#[wasm_bindgen_test(unsupported = test)]
fn whose_it_is_the_access_token_says_else_the_id_token() {
    let id = |claims: serde_json::Value| jwt(claims);
    let subject = |answer| token_set(answer).subject;
    let alice = Some("alice".to_owned());
    assert_eq!(subject(json!({"accessToken": "opaque", "idToken": id(json!({"sub": "alice"}))})), alice);
    assert_eq!(subject(json!({"accessToken": jwt(json!({"sub": "alice"})), "idToken": id(json!({"sub": "bob"}))})), alice);
    for says_nothing in ["opaque".to_owned(), "a.b.c".to_owned(), id(json!({})), id(json!({"sub": 7}))] {
        assert_eq!(subject(json!({"accessToken": "opaque", "idToken": says_nothing})), None);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn lifetimes_may_be_strings_of_digits() {
    assert_eq!(token_set(json!({"accessToken": "a", "expiresIn": "3600"})).expires_in, Some(3_600_000.0));
    for wrong in ["", "1h", "-1", "1.5", " 60"] {
        let error = refused(json!({"accessToken": "a", "expiresIn": wrong}));
        assert_eq!(error.code, Code::TokenSet);
        assert!(error.to_string().contains("expiresIn") && error.to_string().contains("0 or more"), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_refresh_token_that_expires_in_0_never_does() {
    assert_eq!(token_set(json!({"accessToken": "a", "refresh_expires_in": 0})).refresh_expires_in, None);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_lifetime_of_thousands_of_years_is_none() {
    for (never, digits) in [(9.3e18, "9223372036854775807"), (f64::MAX, "99999999999999999999")] {
        let tokens = token_set(json!({"accessToken": "a", "expires_in": digits, "refresh_expires_in": never}));
        assert_eq!((tokens.expires_in, tokens.refresh_expires_in), (None, None));
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn an_empty_token_is_none() {
    let tokens = token_set(json!({"accessToken": "a", "refreshToken": "", "idToken": ""}));
    assert!(tokens.refresh.is_none() && tokens.id.is_none());
    assert_eq!(refused(json!({"accessToken": ""})).code, Code::TokenSet);
    assert_eq!(refused(json!({})).code, Code::TokenSet);
    assert_eq!(refused(json!({"accessToken": null})).code, Code::TokenSet);
}

#[wasm_bindgen_test(unsupported = test)]
fn fields_of_the_wrong_type_are_errors_that_name_them() {
    let wrong = [
        ("accessToken", json!(7)),
        ("accessToken", json!({"token": "a"})),
        ("accessToken", json!(["a"])),
        ("refreshToken", json!(true)),
        ("idToken", json!({})),
        ("scope", json!(["openid"])),
        ("expiresIn", json!(-1)),
        ("expiresIn", json!(true)),
        ("refreshExpiresIn", json!("never")),
        ("expiresAt", json!("2030-01-01")),
        ("expiresAt", json!(-5)),
        ("expiresAt", json!(1_700_000_000_000i64)),
        ("refreshExpiresAt", json!(1.7e12)),
    ];
    for (field, value) in wrong {
        let mut answer = json!({"accessToken": "a"});
        answer[field] = value.clone();
        let error = refused(answer);
        assert_eq!(error.code, Code::TokenSet, "{field}: {value}");
        assert!(error.to_string().starts_with(&format!("{field}: ")), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn milliseconds_are_told_from_seconds() {
    let error = refused(json!({"accessToken": "a", "expiresAt": 1_700_000_000_000i64}));
    assert!(error.to_string().contains("epoch seconds (not milliseconds)"), "{error}");
}

#[wasm_bindgen_test(unsupported = test)]
fn two_dots_make_a_jwt_and_anything_else_is_opaque() {
    for opaque in ["a", "a.b", "a.b.c.d", "....."] {
        assert_eq!(payload(opaque, Format::Auto).unwrap(), None, "{opaque}");
    }
    assert_eq!(payload("h.e30.s", Format::Auto).unwrap().as_deref(), Some("{}"));
    assert_eq!(payload("h.e30.", Format::Auto).unwrap().as_deref(), Some("{}"));
    assert_eq!(payload("not.a.jwt", Format::Opaque).unwrap(), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn where_a_jwt_is_asked_for_others_are_errors() {
    for (token, dots) in [("opaque", 0), ("a.b", 1), ("a.b.c.d", 3), ("a.b.c.d.e.f.g.h.i.j.k", 10)] {
        let error = payload(token, Format::Jwt).unwrap_err();
        assert_eq!(error.code, Code::TokenMalformed);
        assert!(error.to_string().contains(&format!("has {dots} dots")) && error.to_string().contains("accessTokenFormat"), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn standard_and_padded_base64_are_accepted() {
    // Text whose encoding has both of the letters that differ, and needs padding.
    let json = r#"{"a":"ÿþ>>>???~~~","b":"ûïÿ"}"#;
    for encoded in [URL_SAFE_NO_PAD.encode(json), URL_SAFE.encode(json), STANDARD.encode(json)] {
        assert_eq!(payload(&format!("h.{encoded}.s"), Format::Auto).unwrap().as_deref(), Some(json), "{encoded}");
    }
    assert!(STANDARD.encode(json).contains(['+', '/']));
    // The last letter's spare bits are not looked at.
    assert_eq!(payload("h.e31.s", Format::Auto).unwrap().as_deref(), Some("{}"));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_signature_is_never_decoded() {
    assert!(payload("h.e30.!!not-base64!!", Format::Auto).is_ok());
}

#[wasm_bindgen_test(unsupported = test)]
fn broken_jwts_are_errors_with_their_code() {
    let malformed = [
        ".e30.s",
        "h.{}.s",
        "h.e30=e30.s",
        "h.e.s",
        "h.*.s",
        "h._w.s",
        "h.gICA.s",
        "Bearer h.e30.s",
        "h.e30.s\n",
        "h.e30.s\u{e9}",
        "\u{feff}h.e30.s",
        "h.e3\u{0}0.s",
    ];
    for token in malformed {
        let error = refused(json!({"accessToken": token}));
        assert_eq!(error.code, Code::TokenMalformed, "{token:?}");
    }
    // Nothing, a number, a list, half an object.
    for payload in ["", "NDI", "W10", "bnVsbA", "eyJhIjo", "InRleHQi"] {
        let error = refused(json!({"accessToken": format!("h.{payload}.s")}));
        assert_eq!(error.code, Code::TokenPayload, "{payload:?}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn white_space_says_what_to_leave_out() {
    let error = refused(json!({"accessToken": "Bearer abc"}));
    assert!(error.to_string().contains("white space") && error.to_string().contains("without \"Bearer\""), "{error}");
    let error = refused(json!({"accessToken": "abc\u{7f}"}));
    assert!(error.to_string().contains("no header may carry"), "{error}");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_of_64_kib_is_taken_and_no_larger_one() {
    assert!(try_token_set(json!({"accessToken": "a".repeat(LARGEST)}), Format::Auto).is_ok());
    for field in ["accessToken", "refreshToken", "idToken"] {
        let mut answer = json!({"accessToken": "a"});
        answer[field] = json!("a".repeat(LARGEST + 1));
        let error = refused(answer);
        assert_eq!(error.code, Code::TokenTooLarge);
        assert!(error.to_string().contains("65537 bytes; at most 65536"), "{error}");
    }
    assert_eq!(LARGEST, 65_536);
}

#[wasm_bindgen_test(unsupported = test)]
fn every_code_has_its_name() {
    let codes = [
        (Code::InvalidOption, "ERR_INVALID_OPTION"),
        (Code::InvalidDuration, "ERR_INVALID_DURATION"),
        (Code::TokenMalformed, "ERR_TOKEN_MALFORMED"),
        (Code::TokenTooLarge, "ERR_TOKEN_TOO_LARGE"),
        (Code::TokenPayload, "ERR_TOKEN_PAYLOAD"),
        (Code::TokenClaim, "ERR_TOKEN_CLAIM"),
        (Code::TokenSet, "ERR_TOKEN_SET"),
        (Code::TokenRefused, "ERR_TOKEN_REFUSED"),
    ];
    for (code, name) in codes {
        assert_eq!(shown(&code), name);
    }
}

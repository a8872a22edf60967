//! Claims: those that the rules read, with their types checked; the others are nobody's business here.

use evertoken::core::{Claims, Code, Error, Format, payload};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{fields, jwt};

fn read(claims: Value) -> Result<Claims, Error> {
    Claims::read(&fields(&claims))
}

#[wasm_bindgen_test(unsupported = test)]
fn reads_times_in_milliseconds_and_texts() {
    let claims = read(json!({
        "exp": 1_700_003_600, "iat": 1_700_000_000.5, "nbf": 1_700_000_000, "auth_time": 1_699_999_000,
        "sub": "alice", "iss": "https://id.example", "aud": "api",
    }))
    .unwrap();
    assert_eq!(claims.exp, Some(1_700_003_600_000.0));
    assert_eq!(claims.iat, Some(1_700_000_000_500.0));
    assert_eq!(claims.auth_time, Some(1_699_999_000_000.0));
    assert_eq!(claims.sub.as_deref(), Some("alice"));
    assert_eq!(claims.iss.as_deref(), Some("https://id.example"));
    assert_eq!(claims.aud, ["api"]);
}

#[wasm_bindgen_test(unsupported = test)]
fn audience_may_be_several() {
    assert_eq!(read(json!({"aud": ["api", "files"]})).unwrap().aud, ["api", "files"]);
    assert!(read(json!({"aud": []})).unwrap().aud.is_empty());
}

#[wasm_bindgen_test(unsupported = test)]
fn absent_and_null_claims_are_unknown() {
    assert_eq!(read(json!({})).unwrap(), Claims::default());
    let nulls = json!({"exp": null, "iat": null, "nbf": null, "auth_time": null, "sub": null, "iss": null, "aud": null});
    assert_eq!(read(nulls).unwrap(), Claims::default());
}

/// Such as Java's `Long.MAX_VALUE`. Sums of floats of that size are off by hours, and two infinite ones make no number.
#[wasm_bindgen_test(unsupported = test)]
fn a_time_after_the_year_5138_is_never() {
    for never in [9.3e18, 1e306, f64::MAX, f64::MIN, -1e12] {
        assert_eq!(read(json!({"exp": never, "iat": never, "auth_time": never})).unwrap(), Claims::default());
    }
    assert_eq!(read(json!({"exp": 1e11})).unwrap().exp, Some(1e14));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_claim_of_the_wrong_type_is_an_error_that_names_it() {
    let wrong = [
        ("exp", json!("1700003600")),
        ("exp", json!(true)),
        ("exp", json!({})),
        ("iat", json!("yesterday")),
        ("iat", json!([1])),
        ("nbf", json!("soon")),
        ("auth_time", json!(false)),
        ("sub", json!(7)),
        ("sub", json!(["alice"])),
        ("iss", json!({"url": "x"})),
        ("aud", json!(1)),
        ("aud", json!([1, 2])),
        ("aud", json!({"api": true})),
    ];
    for (name, value) in wrong {
        let error = read(json!({ name: value })).unwrap_err();
        assert_eq!(error.code, Code::TokenClaim);
        assert!(error.to_string().contains(&format!("\"{name}\"")), "{error}");
        assert!(!error.to_string().contains("1700003600") && !error.to_string().contains("yesterday"), "a claim's value is shown: {error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn unknown_claims_are_kept_for_the_caller() {
    let token = jwt(json!({"sub": "alice", "tenant": {"id": 7}, "roles": ["admin"]}));
    let text = payload(&token, Format::Auto).unwrap().unwrap();
    let claims: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(claims["tenant"]["id"], 7);
    assert_eq!(claims["roles"], json!(["admin"]));
}

#[wasm_bindgen_test(unsupported = test)]
fn names_that_every_object_has_are_no_claims() {
    let claims = read(json!({"__proto__": {"exp": 1}, "constructor": 1, "toString": 2})).unwrap();
    assert_eq!(claims, Claims::default());
}

//! What one page writes and another one reads, perhaps by another release: the samples in tests/layouts pin it. A layout that changes gets
//! another version (js/stored.ts).

use evertoken::core::*;
use serde::Serialize;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{shown, token_set};

const NOW: Ms = 1_700_000_000_000.0;
const ORDER: Order = Order { epoch: 1, session: 7, generation: 3 };
const END: End = End { reason: EndReason::Idle, at: NOW + 900_000.0, generation: 3, last_activity: NOW + 60_000.0, told: false };

#[track_caller]
fn assert_sample(record: &impl Serialize, sample: &str) {
    let mut sample: Value = serde_json::from_str(sample).expect("a sample");
    let version = sample.as_object_mut().and_then(|sample| sample.remove("version"));
    // Numbers are floats here, and whole ones have no point in JavaScript.
    assert_eq!((numbers(shown(record)), version), (numbers(sample), Some(json!(2))));
}

fn numbers(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.into_iter().map(numbers).collect(),
        Value::Object(members) => members.into_iter().map(|(name, member)| (name, numbers(member))).collect(),
        other => other,
    }
}

fn stored() -> Stored {
    let tokens = token_set(json!({
        "accessToken": "one", "expiresIn": 600, "expiresAt": 1_700_000_600, "refreshToken": "r1", "refreshExpiresAt": 1_700_003_600,
        "idToken": "who", "scope": "openid",
    }));
    Stored {
        tokens: Some(Box::new(tokens)),
        skew: Some(250.0),
        session_start: Some(NOW),
        last_activity: Some(NOW + 60_000.0),
        order: Some(ORDER),
        sign_outs: Vec::new(),
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_lies_in_a_store() {
    let order =
        SignOutOrder { reason: EndReason::SignedOut, revoke_only: true, refresh_token: Some(Secret::new("r0")), at: NOW - 10_000.0 };
    assert_sample(&Stored { sign_outs: vec![order], ..stored() }, include_str!("../layouts/stored.json"));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_record() {
    let record = SharedRecord {
        order: ORDER,
        session_start: NOW,
        last_activity: NOW + 60_000.0,
        ended: Some(END),
        attempts: 2,
        not_before: NOW + 70_000.0,
        firm: true,
        busy_until: -(NOW + 80_000.0),
        rotates: true,
    };
    assert_sample(&record, include_str!("../layouts/record.json"));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_messages() {
    let message = |payload| Message { order: ORDER, payload };
    assert_sample(&message(Payload::Ask), include_str!("../layouts/message-ask.json"));
    assert_sample(&message(Payload::Tokens(Box::new(stored()))), include_str!("../layouts/message-tokens.json"));
    assert_sample(&message(Payload::Activity(NOW + 60_000.0)), include_str!("../layouts/message-activity.json"));
    assert_sample(&message(Payload::End(END)), include_str!("../layouts/message-end.json"));
}

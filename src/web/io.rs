//! Values out of JavaScript, and into it.

use alloc::string::String;
use alloc::vec::Vec;

use wasm_bindgen::prelude::*;

use crate::core::{Error, Fields, Members, PayloadFault, Value};

// One for all sessions: no call into this module begins inside another one. The other half is js/io.ts, which throws nothing
// and calls nothing of an application's.
#[wasm_bindgen]
extern "C" {
    /// Looks at a member of the record in hand: which kind of value it is.
    #[wasm_bindgen(js_namespace = io)]
    fn look(name: &str) -> u32;
    /// The number that was looked at, or how many texts there are.
    #[wasm_bindgen(js_namespace = io)]
    fn number() -> f64;
    /// The text that was looked at; of several the next one.
    #[wasm_bindgen(js_namespace = io)]
    fn text() -> String;

    /// How a message shows a member, or tells no more than its kind.
    #[wasm_bindgen(js_namespace = io)]
    pub fn shown(name: &str) -> String;
    #[wasm_bindgen(js_namespace = io)]
    fn kind(name: &str) -> String;

    /// Takes a member in hand, or one of a list of them. `false`, and nothing done, where it is no record.
    #[wasm_bindgen(js_namespace = io)]
    pub fn enter(name: &str, place: i32) -> bool;
    /// Takes the claims in hand that a JWT's payload spells. What is not 0 is a fault.
    #[wasm_bindgen(js_namespace = io)]
    fn decode(payload: &str) -> u32;
    /// Back to the record before.
    #[wasm_bindgen(js_namespace = io)]
    pub fn leave();

    #[wasm_bindgen(js_namespace = io, js_name = put)]
    fn put_number(name: &str, value: f64);
    #[wasm_bindgen(js_namespace = io, js_name = put)]
    fn put_text(name: &str, value: &str);
    /// What is put from here on goes into a member, or into another one of a list.
    #[wasm_bindgen(js_namespace = io)]
    pub fn begin(name: &str, in_list: bool);
    #[wasm_bindgen(js_namespace = io)]
    pub fn end();
}

/// The place that is a member itself.
pub const MEMBER: i32 = -1;

pub fn enter_claims(payload: &str) -> Result<(), Error> {
    Err(match decode(payload) {
        0 => return Ok(()),
        1 => PayloadFault::NotBase64,
        2 => PayloadFault::NotUtf8,
        _ => PayloadFault::NotAnObject,
    }
    .into())
}

pub fn value_of(name: &str) -> Value {
    match look(name) {
        0 => Value::Absent,
        1 => Value::Null,
        2 => Value::Bool(false),
        3 => Value::Bool(true),
        4 => Value::Number(number()),
        5 => Value::Text(text()),
        6 => {
            let mut texts = Vec::new();
            for _ in 0..number() as u32 {
                texts.push(text());
            }
            Value::Texts(texts)
        }
        _ => Value::Other("of another type"),
    }
}

pub fn text_of(name: &str) -> Option<String> {
    match value_of(name) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

pub fn number_of(name: &str) -> Option<f64> {
    match value_of(name) {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// The record in hand.
pub struct InHand;

impl Fields for InHand {
    fn field(&self, name: &str) -> Value {
        value_of(name)
    }

    fn shown(&self, name: &str) -> String {
        shown(name)
    }

    fn kind(&self, name: &str) -> String {
        kind(name)
    }
}

/// The record that is written.
pub struct Out;

impl Members for Out {
    fn number(&mut self, name: &'static str, value: f64) {
        put_number(name, value);
    }

    fn text(&mut self, name: &'static str, value: &str) {
        put_text(name, value);
    }

    fn open(&mut self, name: &'static str) {
        begin(name, false);
    }

    fn close(&mut self) {
        end();
    }
}

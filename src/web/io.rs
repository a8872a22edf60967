//! Values out of JavaScript, and into it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::core::{Error, Fields, Members, PayloadFault, Value};

// One for all sessions: no call into this module begins inside another one. The other half is js/io.ts, which throws nothing
// and calls nothing of an application's. Texts cross as where they begin and how long they are, in UTF-8.
#[link(wasm_import_module = "evertoken")]
unsafe extern "C" {
    /// Looks at a member of the record in hand: which kind of value it is.
    fn look(name: *const u8, length: usize) -> u32;
    /// The number that was looked at, or how many texts there are.
    safe fn number() -> f64;
    /// Makes ready the text that was looked at, of several the next one: how long it is.
    safe fn text() -> usize;
    /// How a message shows a member, or tells no more than its kind; made ready too.
    #[link_name = "shown"]
    fn shown_named(name: *const u8, length: usize) -> usize;
    fn kind(name: *const u8, length: usize) -> usize;
    /// Writes the text that was made ready.
    fn copy(to: *mut u8);

    /// Takes a member in hand, or one of a list of them. `false`, and nothing done, where it is no record.
    #[link_name = "enter"]
    fn enter_named(name: *const u8, length: usize, place: i32) -> bool;
    /// Takes the claims in hand that a JWT's payload spells. What is not 0 is a fault.
    fn decode(payload: *const u8, length: usize) -> u32;
    /// Back to the record before.
    pub safe fn leave();

    #[link_name = "put"]
    fn put_number(name: *const u8, length: usize, value: f64);
    #[link_name = "write"]
    fn put_text(name: *const u8, length: usize, text: *const u8, text_length: usize);
    /// What is put from here on goes into a member, or into another one of a list.
    #[link_name = "begin"]
    fn begin_named(name: *const u8, length: usize, in_list: bool);
    pub safe fn end();
}

/// The place that is a member itself.
pub const MEMBER: i32 = -1;

pub fn enter_claims(payload: &str) -> Result<(), Error> {
    Err(match unsafe { decode(payload.as_ptr(), payload.len()) } {
        0 => return Ok(()),
        1 => PayloadFault::NotBase64,
        2 => PayloadFault::NotUtf8,
        _ => PayloadFault::NotAnObject,
    }
    .into())
}

pub fn value_of(name: &str) -> Value {
    match unsafe { look(name.as_ptr(), name.len()) } {
        0 => Value::Absent,
        1 => Value::Null,
        2 => Value::Bool(false),
        3 => Value::Bool(true),
        4 => Value::Number(number()),
        5 => Value::Text(copied(text())),
        6 => {
            let mut texts = Vec::new();
            for _ in 0..number() as u32 {
                texts.push(copied(text()));
            }
            Value::Texts(texts)
        }
        _ => Value::Other("of another type"),
    }
}

pub fn enter(name: &str, place: i32) -> bool {
    unsafe { enter_named(name.as_ptr(), name.len(), place) }
}

pub fn shown(name: &str) -> String {
    copied(unsafe { shown_named(name.as_ptr(), name.len()) })
}

pub fn begin(name: &str, in_list: bool) {
    unsafe { begin_named(name.as_ptr(), name.len(), in_list) }
}

/// The text that was made ready.
fn copied(length: usize) -> String {
    let mut bytes = Vec::with_capacity(length);
    // A text out of JavaScript is encoded there, so that it is UTF-8.
    unsafe {
        copy(bytes.as_mut_ptr());
        bytes.set_len(length);
        String::from_utf8_unchecked(bytes)
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
        copied(unsafe { kind(name.as_ptr(), name.len()) })
    }
}

/// The record that is written.
pub struct Out;

impl Members for Out {
    fn number(&mut self, name: &'static str, value: f64) {
        unsafe { put_number(name.as_ptr(), name.len(), value) }
    }

    fn text(&mut self, name: &'static str, value: &str) {
        unsafe { put_text(name.as_ptr(), name.len(), value.as_ptr(), value.len()) }
    }

    fn open(&mut self, name: &'static str) {
        begin(name, false);
    }

    fn close(&mut self) {
        end();
    }
}

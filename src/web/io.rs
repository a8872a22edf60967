//! Values out of JavaScript, and into it.

use alloc::string::String;
use alloc::vec::Vec;

use crate::core::{Error, Fields, Members, PayloadFault, Value, Word};

// One for all sessions: no call into this module begins inside another one. The other half is js/io.ts, which throws nothing
// and calls nothing of an application's; what is imported is named by its place there, which is shorter. A word crosses as its number, a text as where it begins and how long it is, in UTF-8.
#[link(wasm_import_module = "evertoken")]
unsafe extern "C" {
    /// Looks at a member of the record in hand: which kind of value it is.
    #[link_name = "0"]
    safe fn look(name: Word) -> u32;
    /// The number that was looked at, or how many texts there are.
    #[link_name = "1"]
    safe fn number() -> f64;
    /// Makes ready the text that was looked at, of several the next one: how long it is.
    #[link_name = "2"]
    safe fn text() -> usize;
    /// The word that a member is, or -1.
    #[link_name = "3"]
    safe fn word(name: Word) -> i32;
    /// How a message shows a member, or tells no more than its kind; made ready too.
    #[link_name = "4"]
    safe fn shown_length(name: Word) -> usize;
    #[link_name = "5"]
    safe fn kind(name: Word) -> usize;
    /// Writes the text that was made ready.
    #[link_name = "6"]
    fn copy(to: *mut u8);

    /// Takes a member in hand, or one of a list of them. `false`, and nothing done, where it is no record.
    #[link_name = "7"]
    pub safe fn enter(name: Word, place: i32) -> bool;
    /// Takes the claims in hand that a JWT's payload spells. What is not 0 is a fault.
    #[link_name = "8"]
    fn decode(payload: *const u8, length: usize) -> u32;
    /// Back to the record before.
    #[link_name = "9"]
    pub safe fn leave();

    #[link_name = "10"]
    safe fn put_number(name: Word, value: f64);
    #[link_name = "11"]
    safe fn put_word(name: Word, value: Word);
    #[link_name = "12"]
    fn put_text(name: Word, text: *const u8, length: usize);
    /// What is put from here on goes into a member, or into another one of a list.
    #[link_name = "13"]
    pub safe fn begin(name: Word, in_list: bool);
    #[link_name = "14"]
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

pub fn value_of(name: Word) -> Value {
    match look(name) {
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

pub fn word_of(name: Word) -> Option<Word> {
    let place = word(name);
    // js/words.ts has the same list, so that a place in it is a word.
    (place >= 0).then(|| unsafe { core::mem::transmute::<u8, Word>(place as u8) })
}

pub fn shown(name: Word) -> String {
    copied(shown_length(name))
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

pub fn text_of(name: Word) -> Option<String> {
    match value_of(name) {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

pub fn number_of(name: Word) -> Option<f64> {
    match value_of(name) {
        Value::Number(number) => Some(number),
        _ => None,
    }
}

/// The record in hand.
pub struct InHand;

impl Fields for InHand {
    fn field(&self, name: Word) -> Value {
        value_of(name)
    }

    fn word(&self, name: Word) -> Option<Word> {
        word_of(name)
    }

    fn shown(&self, name: Word) -> String {
        shown(name)
    }

    fn kind(&self, name: Word) -> String {
        copied(kind(name))
    }
}

/// The record that is written.
pub struct Out;

impl Members for Out {
    fn number(&mut self, name: Word, value: f64) {
        put_number(name, value);
    }

    fn text(&mut self, name: Word, value: &str) {
        unsafe { put_text(name, value.as_ptr(), value.len()) }
    }

    fn word(&mut self, name: Word, value: Word) {
        put_word(name, value);
    }

    fn open(&mut self, name: Word) {
        begin(name, false);
    }

    fn close(&mut self) {
        end();
    }
}

//! A value that came from outside and has not been checked yet.

use alloc::string::String;
use alloc::vec::Vec;

use super::text;
use super::words::Word;

/// What a caller or a server put where a setting, a claim or a token field belongs.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not there, or `undefined`.
    Absent,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// An array of nothing but strings.
    Texts(Vec<String>),
    /// Anything else, by what it is called in a message: "a function", "an object".
    Other(&'static str),
}

/// A record whose fields are read by name: a claims object, a token answer, an options object.
pub trait Fields {
    fn field(&self, name: Word) -> Value;

    /// The word that is the field's value, where it is one.
    fn word(&self, name: Word) -> Option<Word> {
        match self.field(name) {
            Value::Text(text) => Word::of(&text),
            _ => None,
        }
    }

    /// How a message shows the field's value.
    fn shown(&self, name: Word) -> String {
        self.field(name).shown()
    }

    /// What kind of value it is: of a claim's or a token's no more may be shown.
    fn kind(&self, name: Word) -> String {
        self.field(name).kind()
    }
}

impl Value {
    /// How a message shows the value. Long text is told by its length only, since it may be a secret in the wrong place.
    pub fn shown(&self) -> String {
        match self {
            Value::Absent => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(true) => "true".into(),
            Value::Bool(false) => "false".into(),
            Value::Number(value) => text::of_number(*value),
            Value::Text(text) if is_shown(text) => text::join(&["\"", text, "\""]),
            Value::Text(text) => text::join(&["a string of ", &text::of_integer(text.len() as u64), " characters"]),
            Value::Texts(texts) => text::join(&["an array of ", &text::of_integer(texts.len() as u64), " strings"]),
            Value::Other(kind) => (*kind).into(),
        }
    }

    /// What kind of value it is: of a claim's or a token's no more may be shown.
    pub fn kind(&self) -> String {
        match self {
            Value::Text(_) => "a string".into(),
            Value::Number(number) if number.is_finite() => "a number".into(),
            other => other.shown(),
        }
    }
}

/// What is short, and stays on one line.
fn is_shown(text: &str) -> bool {
    text.len() <= 24 && !text.bytes().any(|byte| byte.is_ascii_control())
}

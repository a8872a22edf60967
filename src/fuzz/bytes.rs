//! Choices and records out of bytes. Both are letters and lines where they can be, so that a corpus can be written by hand.

use crate::core::Value;

/// Draws choices, one byte after the other. Where none is left, each choice is its first.
pub struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// A lower case letter, or one of the six characters around them.
    pub fn letter(&mut self) -> u8 {
        letter(self.byte())
    }

    pub fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// From 0 to the most, both included.
    pub fn up_to(&mut self, most: f64) -> f64 {
        most * f64::from(self.byte()) / 255.0
    }
}

/// A record whose fields can be anything.
#[derive(Default)]
pub struct Drawn(pub Vec<(&'static str, Value)>);

impl Drawn {
    /// A line for each of the fields, in their order: a letter for the kind of its value, then the value as text.
    pub fn of_lines(names: &[&'static str], lines: &[u8]) -> Drawn {
        Drawn(names.iter().copied().zip(lines.split(|byte| *byte == b'\n').map(value)).collect())
    }

    pub fn field(&self, name: &str) -> Value {
        self.0.iter().find(|(known, _)| *known == name).map_or(Value::Absent, |(_, value)| value.clone())
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn value(line: &[u8]) -> Value {
    let Some((kind, rest)) = line.split_first() else { return Value::Absent };
    match letter(*kind) {
        b's' => Value::Text(text(rest)),
        b'l' => Value::Texts(rest.split(|byte| *byte == b',').map(text).collect()),
        b'e' => Value::Texts(Vec::new()),
        b'n' => Value::Number(text(rest).parse().unwrap_or(f64::NAN)),
        b't' => Value::Bool(true),
        b'f' => Value::Bool(false),
        b'z' => Value::Null,
        b'o' => Value::Other("an object"),
        _ => Value::Absent,
    }
}

fn letter(byte: u8) -> u8 {
    byte & 0x1f | 0x60
}

//! Reads a record's fields by their type. The first that is wrong is remembered and a default stands in for it,
//! so that a reader of many fields is straight code.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::duration::{self, Ms};
use super::error::{Code, Error};
use super::text::join;
use super::value::{Fields, Value};
use super::words::Word;

/// The year 5138: a larger number of seconds is a number of milliseconds.
const LATEST: f64 = 1e11;

pub struct Reader<'a> {
    record: &'a dyn Fields,
    /// What a wrong field is called by.
    code: Code,
    error: Option<Error>,
}

impl<'a> Reader<'a> {
    pub fn new(record: &'a dyn Fields, code: Code) -> Reader<'a> {
        Reader { record, code, error: None }
    }

    /// What was read, or the first error.
    pub fn finish<T>(self, read: T) -> Result<T, Error> {
        match self.error {
            None => Ok(read),
            Some(error) => Err(error),
        }
    }

    pub fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// An option that is `null` is wrong; elsewhere `null` is nothing, as JSON has it.
    pub fn field(&self, name: Word) -> Value {
        match self.record.field(name) {
            Value::Null if self.code != Code::InvalidOption => Value::Absent,
            found => found,
        }
    }

    pub fn shown(&self, name: Word) -> String {
        self.record.shown(name)
    }

    pub fn refuse(&mut self, name: Word, allowed: &str) {
        if self.error.is_some() {
            return;
        }
        let record = self.record;
        self.error = Some(match self.code {
            Code::InvalidOption => Error::of_option(self.code, name, join(&[&record.shown(name), " is not ", allowed])),
            code => {
                let kind = record.kind(name);
                let message = match code {
                    Code::TokenClaim => {
                        join(&["the token's claim \"%\" is ", &kind, " where ", allowed, " belongs; check the token server"])
                    }
                    _ => join(&["%: ", &kind, " is not ", allowed]),
                };
                Error { about: Some(name), ..Error::new(code, message) }
            }
        });
    }

    pub fn flag(&mut self, name: Word, default: bool) -> bool {
        match self.field(name) {
            Value::Absent => default,
            Value::Bool(value) => value,
            _ => {
                self.refuse(name, "true or false");
                default
            }
        }
    }

    /// Which of the choices; the first is the default.
    pub fn choice(&mut self, name: Word, choices: &[Word], allowed: &str) -> usize {
        let place = match self.record.word(name) {
            Some(word) => choices.iter().position(|choice| *choice == word),
            None => (self.field(name) == Value::Absent).then_some(0),
        };
        if place.is_none() {
            self.refuse(name, allowed);
        }
        place.unwrap_or(0)
    }

    pub fn text(&mut self, name: Word, allowed: &str) -> Option<String> {
        match self.field(name) {
            Value::Absent => None,
            Value::Text(text) => Some(text),
            _ => {
                self.refuse(name, allowed);
                None
            }
        }
    }

    /// One text, or several.
    pub fn texts(&mut self, name: Word, allowed: &str) -> Vec<String> {
        match self.field(name) {
            Value::Absent => Vec::new(),
            Value::Text(text) => vec![text],
            Value::Texts(texts) => texts,
            _ => {
                self.refuse(name, allowed);
                Vec::new()
            }
        }
    }

    /// Seconds between two bounds, in milliseconds. Beyond `LATEST` they are never, however a server spells that: none are told,
    /// since sums of such floats are off by hours, or are no numbers.
    pub fn seconds(&mut self, name: Word, found: Value, least: f64, most: f64, allowed: &str) -> Option<Ms> {
        match found {
            Value::Absent => None,
            Value::Number(seconds) if seconds >= least && seconds <= most => (seconds.abs() <= LATEST).then_some(seconds * 1_000.0),
            _ => {
                self.refuse(name, allowed);
                None
            }
        }
    }

    /// A time in epoch seconds, in milliseconds.
    pub fn epoch(&mut self, name: Word) -> Option<Ms> {
        let found = self.field(name);
        self.seconds(name, found, 0.0, LATEST, "a time in epoch seconds (not milliseconds)")
    }

    /// A duration; `None` where there is none.
    pub fn duration(&mut self, name: Word) -> Option<Ms> {
        match self.field(name) {
            Value::Absent => None,
            found => match duration::read(&found) {
                Ok(length) => Some(length),
                Err(what) => {
                    let shown = self.shown(name);
                    self.error.get_or_insert(Error::of_option(self.code, name, join(&[&shown, what, duration::ALLOWED])));
                    None
                }
            },
        }
    }
}

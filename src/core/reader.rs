//! Reads a record's fields by their type. The first that is wrong is remembered and a default stands in for it,
//! so that a reader of many fields is straight code.

use super::duration::{self, Ms};
use super::error::{Code, Error};
use super::value::{Fields, Value};

/// The year 5138: a larger number of seconds is a number of milliseconds.
const LATEST: f64 = 1e11;

pub struct Reader<'a> {
    record: Fields<'a>,
    /// The code of the error that a wrong field is.
    code: Code,
    error: Option<Error>,
}

impl<'a> Reader<'a> {
    pub fn new(record: Fields<'a>, code: Code) -> Reader<'a> {
        Reader { record, code, error: None }
    }

    /// What was read, or the first error.
    pub fn finish<T>(self, read: T) -> Result<T, Error> {
        self.error.map_or(Ok(read), Err)
    }

    pub fn fail(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }

    /// An option that is `null` is wrong; elsewhere `null` is nothing, as JSON has it.
    pub fn field(&self, name: &'static str) -> Value {
        match (self.record)(name) {
            Value::Null if self.code != Code::InvalidOption => Value::Absent,
            found => found,
        }
    }

    pub fn refuse(&mut self, name: &'static str, allowed: &str) {
        let found = (self.record)(name);
        let error = match self.code {
            Code::InvalidOption => Error::new(self.code, format!("{} is not {allowed}", found.shown())).of_option(name),
            Code::TokenClaim => Error::new(
                self.code,
                format!("the token's claim \"{name}\" is {} where {allowed} belongs; check the token server", found.kind()),
            ),
            code => Error::new(code, format!("{name}: {} is not {allowed}", found.kind())),
        };
        self.fail(error);
    }

    pub fn flag(&mut self, name: &'static str, default: bool) -> bool {
        match self.field(name) {
            Value::Absent => default,
            Value::Bool(value) => value,
            _ => {
                self.refuse(name, "true or false");
                default
            }
        }
    }

    pub fn choice<T: Copy>(&mut self, name: &'static str, default: T, choices: &[(&str, T)]) -> T {
        let found = self.field(name);
        if found == Value::Absent {
            return default;
        }
        if let Some((_, choice)) = choices.iter().find(|(choice, _)| matches!(&found, Value::Text(text) if text == choice)) {
            return *choice;
        }
        let names: Vec<_> = choices.iter().map(|(choice, _)| format!("\"{choice}\"")).collect();
        self.refuse(name, &format!("one of {}", names.join(", ")));
        default
    }

    pub fn text(&mut self, name: &'static str, allowed: &str) -> Option<String> {
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
    pub fn texts(&mut self, name: &'static str, allowed: &str) -> Vec<String> {
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

    /// Seconds between two bounds, in milliseconds. Beyond `LATEST` they are never, however a server spells that: sums of such floats
    /// are off by hours, or are no numbers.
    pub fn seconds(&mut self, name: &'static str, found: Value, least: f64, most: f64, allowed: &str) -> Option<Ms> {
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
    pub fn epoch(&mut self, name: &'static str) -> Option<Ms> {
        let found = self.field(name);
        self.seconds(name, found, 0.0, LATEST, "a time in epoch seconds (not milliseconds)")
    }

    /// A duration; `None` where there is none.
    pub fn duration(&mut self, name: &'static str) -> Option<Ms> {
        match self.field(name) {
            Value::Absent => None,
            found => duration::parse(&found).map_err(|error| self.fail(Error { code: self.code, ..error }.of_option(name))).ok(),
        }
    }
}

//! Records of named members, as JavaScript or JSON knows them. What is unknown is left out.

use alloc::string::String;
use alloc::vec::Vec;

use super::words::Word;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Takes the members of a record, one after the other.
pub trait Members {
    fn number(&mut self, name: Word, value: f64);
    fn text(&mut self, name: Word, value: &str);
    fn word(&mut self, name: Word, value: Word) {
        self.text(name, value.as_str());
    }
    /// What follows are members of a record in this member.
    fn open(&mut self, name: Word);
    fn close(&mut self);

    fn number_if(&mut self, name: Word, value: Option<f64>) {
        if let Some(value) = value {
            self.number(name, value);
        }
    }

    fn text_if(&mut self, name: Word, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    fn word_if(&mut self, name: Word, value: Option<Word>) {
        if let Some(value) = value {
            self.word(name, value);
        }
    }
}

/// The members, kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record(pub Vec<(&'static str, Member)>);

#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    Number(f64),
    Text(String),
    Record(Record),
}

impl Record {
    /// What `describe` tells.
    pub fn of(describe: impl FnOnce(&mut RecordBuilder)) -> Record {
        let mut builder = RecordBuilder::default();
        describe(&mut builder);
        builder.record
    }
}

/// Keeps the members that it is told.
#[derive(Default)]
pub struct RecordBuilder {
    record: Record,
    outer: Vec<(Record, &'static str)>,
}

impl Members for RecordBuilder {
    fn number(&mut self, name: Word, value: f64) {
        self.record.0.push((name.as_str(), Member::Number(value)));
    }

    fn text(&mut self, name: Word, value: &str) {
        self.record.0.push((name.as_str(), Member::Text(value.into())));
    }

    fn open(&mut self, name: Word) {
        self.outer.push((core::mem::take(&mut self.record), name.as_str()));
    }

    fn close(&mut self) {
        if let Some((outer, name)) = self.outer.pop() {
            let record = core::mem::replace(&mut self.record, outer);
            self.record.0.push((name, Member::Record(record)));
        }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, member) in &self.0 {
            match member {
                Member::Number(number) => map.serialize_entry(name, number)?,
                Member::Text(text) => map.serialize_entry(name, text.as_str())?,
                Member::Record(record) => map.serialize_entry(name, record)?,
            }
        }
        map.end()
    }
}

//! A record of named members, as JavaScript or JSON knows it. What is unknown is left out.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::text;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record(pub Vec<(&'static str, Member)>);

#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    Number(f64),
    Text(String),
    Record(Record),
    List(Vec<Record>),
}

impl Record {
    pub fn number(mut self, name: &'static str, value: Option<f64>) -> Record {
        self.0.extend(value.map(|value| (name, Member::Number(value))));
        self
    }

    pub fn text(mut self, name: &'static str, value: Option<&str>) -> Record {
        self.0.extend(value.map(|value| (name, Member::Text(text::join(&[value])))));
        self
    }

    pub fn list(mut self, name: &'static str, records: Vec<Record>) -> Record {
        self.0.push((name, Member::List(records)));
        self
    }

    pub fn record(mut self, name: &'static str, value: Option<Record>) -> Record {
        self.0.extend(value.map(|value| (name, Member::Record(value))));
        self
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, member) in &self.0 {
            match member {
                Member::Number(number) => map.serialize_entry(name, number)?,
                Member::Text(text) => map.serialize_entry(name, text)?,
                Member::Record(record) => map.serialize_entry(name, record)?,
                Member::List(records) => map.serialize_entry(name, records)?,
            }
        }
        map.end()
    }
}

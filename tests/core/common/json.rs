//! JSON where the core wants fields read by name, and for the records it gives out.

use evertoken::core::{Fields, Member, Record, Value, Word};

pub struct Json(pub serde_json::Value);

impl Fields for Json {
    fn field(&self, name: Word) -> Value {
        self.0.get(name.as_str()).map_or(Value::Absent, value)
    }
}

pub fn value(found: &serde_json::Value) -> Value {
    use serde_json::Value as Found;
    match found {
        Found::Null => Value::Null,
        Found::Bool(value) => Value::Bool(*value),
        Found::Number(number) => Value::Number(number.as_f64().unwrap_or(f64::NAN)),
        Found::String(text) => Value::Text(text.clone()),
        Found::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            texts.map_or(Value::Other("an array"), Value::Texts)
        }
        Found::Object(_) => Value::Other("an object"),
    }
}

pub fn shown(record: &Record) -> serde_json::Value {
    let member = |member: &Member| match member {
        Member::Number(number) => serde_json::json!(number),
        Member::Text(text) => serde_json::json!(text),
        Member::Record(record) => shown(record),
    };
    serde_json::Value::Object(record.0.iter().map(|(name, value)| ((*name).to_owned(), member(value))).collect())
}

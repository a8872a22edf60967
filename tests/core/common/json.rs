//! JSON where the core wants fields by name, and of what it serializes.

use evertoken::core::Value;
use serde::Serialize;

/// The fields of an object.
pub fn fields(object: &serde_json::Value) -> impl Fn(&'static str) -> Value {
    |name| object.get(name).map_or(Value::Absent, value)
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

/// A record as JavaScript gets it.
#[track_caller]
pub fn shown(record: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(record).expect("a record")
}

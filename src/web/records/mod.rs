//! The records that cross, one file for each: how it comes in, and where it is more than its type's `Serialize`, how it goes out.

pub mod failure;
pub mod message;
pub mod report;
pub mod shared_record;
pub mod stored;
pub mod token_set;

use js_sys::Array;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use crate::core::Value;

#[wasm_bindgen]
extern "C" {
    /// A plain object that TypeScript hands over: a flat copy of what an application, a server or another tab gave, so that no getter
    /// or proxy of theirs runs while it is read, and no inherited member counts.
    #[wasm_bindgen(typescript_type = "object")]
    pub type Record;
    /// Any value, looked at by its kind here: a typed getter would coerce, or throw through the module.
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub fn get(this: &Record, name: &str) -> JsValue;
}

impl Record {
    /// `None` for what is no object.
    pub fn of(value: JsValue) -> Option<Record> {
        (value.is_object() && !Array::is_array(&value)).then(|| value.unchecked_into())
    }

    pub fn field(&self, name: &'static str) -> Value {
        value_of(&self.get(name))
    }

    pub fn record(&self, name: &'static str) -> Option<Record> {
        Record::of(self.get(name))
    }

    pub fn list(&self, name: &'static str) -> Vec<Record> {
        let value = self.get(name);
        if Array::is_array(&value) { value.unchecked_ref::<Array>().iter().filter_map(Record::of).collect() } else { Vec::new() }
    }

    /// A number that a clock or a counter shows.
    pub fn number(&self, name: &'static str) -> Option<f64> {
        self.get(name).as_f64().filter(|number| number.is_finite())
    }

    pub fn count(&self, name: &'static str) -> Option<u32> {
        self.number(name).map(|number| number as u32)
    }

    pub fn flag(&self, name: &'static str) -> Option<bool> {
        self.get(name).as_bool()
    }

    pub fn text(&self, name: &'static str) -> Option<String> {
        self.get(name).as_string()
    }
}

/// A value of any kind. What lies below an array's items is not looked at: it may be nested deeper than the stack.
pub fn value_of(value: &JsValue) -> Value {
    if value.is_undefined() {
        Value::Absent
    } else if value.is_null() {
        Value::Null
    } else if let Some(text) = value.as_string() {
        Value::Text(text)
    } else if let Some(number) = value.as_f64() {
        Value::Number(number)
    } else if let Some(flag) = value.as_bool() {
        Value::Bool(flag)
    } else if Array::is_array(value) {
        let texts: Option<Vec<String>> = value.unchecked_ref::<Array>().iter().map(|item| item.as_string()).collect();
        texts.map_or(Value::Other("an array"), Value::Texts)
    } else {
        Value::Other(kind_of(value))
    }
}

fn kind_of(value: &JsValue) -> &'static str {
    if value.is_function() {
        "a function"
    } else if value.is_symbol() {
        "a symbol"
    } else if value.is_bigint() {
        "a bigint"
    } else {
        "an object"
    }
}

/// A record on its way out.
pub fn to_js(record: &impl Serialize) -> JsValue {
    // No type of ours fails to serialize.
    record.serialize(&Serializer::new()).unwrap_or_default()
}

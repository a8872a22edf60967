//! Reads values of JavaScript.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::core::{Fields, Member, Record, Value};

/// An object's own properties; anything else has none. What a prototype brings is not the caller's.
pub struct Own<'a>(pub &'a JsValue);

impl Fields for Own<'_> {
    fn field(&self, name: &str) -> Value {
        to_value(&own(self.0, name))
    }
}

/// An own property; `undefined` where there is none.
pub fn own(object: &JsValue, name: &str) -> JsValue {
    let name = JsValue::from_str(name);
    if object.is_object() && Object::has_own(object.unchecked_ref::<Object>(), &name) {
        return Reflect::get(object, &name).unwrap_or(JsValue::UNDEFINED);
    }
    JsValue::UNDEFINED
}

/// A property of a global that not every environment has: `document`, `navigator`, …
pub fn of_global(global: &str, name: &str) -> JsValue {
    match Reflect::get(&js_sys::global(), &JsValue::from_str(global)) {
        Ok(global) if global.is_object() => Reflect::get(&global, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED),
        _ => JsValue::UNDEFINED,
    }
}

pub fn to_value(value: &JsValue) -> Value {
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
        let texts: Option<Vec<String>> = Array::from(value).iter().map(|member| member.as_string()).collect();
        texts.map_or(Value::Other("an array"), Value::Texts)
    } else if value.is_function() {
        Value::Other("a function")
    } else if value.is_object() {
        Value::Other("an object")
    } else {
        Value::Other("a value of another type")
    }
}

/// The object that a JSON text spells, where it spells one.
pub fn parse_record(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok().filter(is_record)
}

pub fn is_record(value: &JsValue) -> bool {
    value.is_object() && !Array::is_array(value)
}

/// The JSON text of a value; `undefined` for none.
pub fn stringify(value: Option<JsValue>) -> JsValue {
    value.and_then(|value| JSON::stringify(&value).ok()).map_or(JsValue::UNDEFINED, JsValue::from)
}

/// The record as an object. Through serde it would weigh another 0.8 KB.
pub fn from_record(record: &Record) -> JsValue {
    let object = Object::new();
    for (name, member) in &record.0 {
        let value = match member {
            Member::Number(number) => JsValue::from_f64(*number),
            Member::Text(text) => JsValue::from_str(text),
            Member::Record(record) => from_record(record),
            Member::List(records) => records.iter().map(from_record).collect::<Array>().into(),
        };
        let _ = Reflect::set(&object, &JsValue::from_str(name), &value);
    }
    object.into()
}

/// A new object with these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

//! Reads values of JavaScript.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::core::{Fields, Member, Record, Value};

#[wasm_bindgen]
extern "C" {
    // `js_sys::global` tries four names for it, as browsers of ten years ago need.
    #[wasm_bindgen(thread_local_v2, js_name = globalThis)]
    static GLOBAL: JsValue;
}

pub fn global() -> JsValue {
    GLOBAL.with(JsValue::clone)
}

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
    match Reflect::get(&self::global(), &JsValue::from_str(global)) {
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
        texts_of(value.unchecked_ref()).map_or(Value::Other("an array"), Value::Texts)
    } else if value.is_function() {
        Value::Other("a function")
    } else if value.is_object() {
        Value::Other("an object")
    } else {
        Value::Other("a value of another type")
    }
}

/// The members of an array of nothing but strings.
fn texts_of(array: &Array) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for index in 0..array.length() {
        texts.push(array.get(index).as_string()?);
    }
    Some(texts)
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

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

    use super::*;

    wasm_bindgen_test_configure!(run_in_browser);

    #[wasm_bindgen_test]
    fn what_a_prototype_brings_is_not_read() {
        let record = Object::create(object(&[("inherited", 1.into())]).unchecked_ref::<Object>());
        let _ = Reflect::set(&record, &"own".into(), &2.into());
        assert_eq!(Own(&record).field("own"), Value::Number(2.0));
        assert_eq!(Own(&record).field("inherited"), Value::Absent);
        assert_eq!(Own(&record).field("toString"), Value::Absent);
    }

    #[wasm_bindgen_test]
    fn every_kind_of_value_is_told_apart() {
        let texts: JsValue = ["a", "b"].map(JsValue::from).into_iter().collect::<Array>().into();
        let mixed: JsValue = [JsValue::from("a"), JsValue::from(1)].into_iter().collect::<Array>().into();
        let kinds = [
            (JsValue::UNDEFINED, Value::Absent),
            (JsValue::NULL, Value::Null),
            (JsValue::TRUE, Value::Bool(true)),
            (JsValue::from_f64(1.5), Value::Number(1.5)),
            (JsValue::from_str("é"), Value::Text("é".into())),
            (texts, Value::Texts(vec!["a".into(), "b".into()])),
            (mixed, Value::Other("an array")),
            (Object::new().into(), Value::Other("an object")),
            (js_sys::Function::new_no_args("").into(), Value::Other("a function")),
            (JsValue::symbol(None), Value::Other("a value of another type")),
        ];
        for (value, expected) in kinds {
            assert_eq!(to_value(&value), expected);
        }
    }

    #[wasm_bindgen_test]
    fn a_record_becomes_an_object_without_what_is_unknown() {
        let inner = Record::default().number("status", Some(503.0)).text("error", None);
        let record = Record::default().text("kind", Some("http")).record("failure", Some(inner.clone())).list("all", vec![inner]);
        let text = stringify(Some(from_record(&record))).as_string();
        assert_eq!(text.as_deref(), Some(r#"{"kind":"http","failure":{"status":503},"all":[{"status":503}]}"#));
    }
}

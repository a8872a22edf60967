//! Reads values of JavaScript.

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::core::{Code, Error, Fields, Value};

/// An object's own properties; anything else has none.
pub struct Own<'a>(pub &'a JsValue);

impl Fields for Own<'_> {
    fn field(&self, name: &str) -> Value {
        to_value(&own(self.0, name))
    }
}

/// An own property; `undefined` where there is none. What a prototype brings is not the caller's.
pub fn own(object: &JsValue, name: &str) -> JsValue {
    let name = JsValue::from_str(name);
    match object.dyn_ref::<Object>() {
        Some(object) if Object::has_own(object, &name) => Reflect::get(object, &name).unwrap_or(JsValue::UNDEFINED),
        _ => JsValue::UNDEFINED,
    }
}

/// A property, own or not, of whatever the value is; `undefined` where it has none.
pub fn get(value: &JsValue, name: &str) -> JsValue {
    if !value.is_object() && !value.is_function() {
        return JsValue::UNDEFINED;
    }
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A method, bound to its object.
pub fn method(object: &JsValue, name: &str) -> Option<Function> {
    get(object, name).dyn_into::<Function>().ok().map(|function| function.bind0(object))
}

/// Calls a function of the caller's and waits for what it promises; what it throws, now or later, is the error.
pub async fn call(function: &Function, argument: &JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&function.call1(&JsValue::UNDEFINED, argument)?)).await
}

/// A global that not every environment has: `document`, `location`, `navigator`, …
pub fn global(name: &str) -> Option<JsValue> {
    let found = get(&js_sys::global(), name);
    (!found.is_undefined() && !found.is_null()).then_some(found)
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
    } else if let Some(array) = value.dyn_ref::<Array>() {
        let texts: Option<Vec<String>> = array.iter().map(|member| member.as_string()).collect();
        texts.map_or(Value::Other("an array"), Value::Texts)
    } else if value.is_function() {
        Value::Other("a function")
    } else if value.is_object() {
        Value::Other("an object")
    } else {
        Value::Other("a value of another type")
    }
}

/// A JSON text's value, where it is one.
pub fn parse_json(text: &str) -> Option<JsValue> {
    JSON::parse(text).ok()
}

pub fn is_record(value: &JsValue) -> bool {
    value.is_object() && !Array::is_array(value)
}

/// Refuses a record with a name that is not known, naming the nearest that is.
pub fn check_names(record: &JsValue, within: &str, known: &[&str]) -> Result<(), Error> {
    let Some(object) = record.dyn_ref::<Object>() else { return Ok(()) };
    for name in Object::keys(object).iter().filter_map(|name| name.as_string()) {
        if known.contains(&name.as_str()) {
            continue;
        }
        let nearest = known.iter().map(|known| (strsim::levenshtein(&name, known), known)).min();
        let hint = match nearest {
            Some((distance, nearest)) if distance <= 3 => format!("did you mean {nearest:?}?"),
            _ => format!("known are {}", known.join(", ")),
        };
        // The name comes from outside: shown as a value is, lest it be something else put there.
        let shown = Value::Text(name.clone()).shown();
        let option = if shown.contains(&name) { format!("{within}{name}") } else { within.trim_end_matches('.').to_owned() };
        return Err(Error::of_option(Code::UnknownOption, &option, format!("{shown} is not an option; {hint}")));
    }
    Ok(())
}

pub fn invalid(option: &str, found: &JsValue, allowed: &str) -> Error {
    Error::of_option(Code::InvalidOption, option, format!("{} is not {allowed}", to_value(found).shown()))
}

/// A new object with these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}

//! The only place that reads the time.

use wasm_bindgen::prelude::*;

use crate::core::Now;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn monotonic() -> f64;
}

pub fn now() -> Now {
    Now { wall_ms: js_sys::Date::now(), mono_ms: monotonic() }
}

//! The only file that reads a clock.

use wasm_bindgen::prelude::*;
use web_sys::Performance;

use crate::core::Now;

#[wasm_bindgen]
extern "C" {
    type Platform;
    /// Epoch milliseconds.
    #[wasm_bindgen(method, structural)]
    fn now(this: &Platform) -> f64;
    #[wasm_bindgen(method, structural)]
    fn monotonic(this: &Platform) -> f64;

    /// A window, a worker or Node. It is asked each time: tests put clocks of their own in place of its.
    type Scope;
    #[wasm_bindgen(method, getter, structural)]
    fn performance(this: &Scope) -> Performance;
}

/// The device's two clocks, or the platform's.
pub struct Clock(Option<Platform>);

impl Clock {
    /// `undefined` is the device itself.
    pub fn of(platform: &JsValue) -> Clock {
        Clock((!platform.is_undefined()).then(|| platform.clone().unchecked_into()))
    }

    pub fn now(&self) -> Now {
        match &self.0 {
            None => Now { wall_ms: js_sys::Date::now(), mono_ms: js_sys::global().unchecked_into::<Scope>().performance().now() },
            Some(platform) => Now { wall_ms: platform.now(), mono_ms: platform.monotonic() },
        }
    }
}

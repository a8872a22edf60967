//! One timer, over gloo-timers. In Node it does not keep the process alive.

use gloo_timers::callback::Timeout;
use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
}

/// Runs out once; dropped before that, it never does.
pub struct Timer(JsValue);

impl Timer {
    pub fn start(after_ms: f64, callback: impl FnOnce() + 'static) -> Timer {
        // Rounded up: a timer that comes too early finds nothing to do and must be set again.
        let id = Timeout::new(after_ms.ceil() as u32, callback).forget();
        // Node's timer object; a browser's is a number.
        if let Ok(unref) = Reflect::get(&id, &"unref".into()).and_then(JsCast::dyn_into::<Function>) {
            let _ = unref.call0(&id);
        }
        Timer(id)
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.0);
    }
}

//! The loop's one timer.

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;

use crate::core::Ms;

#[wasm_bindgen]
extern "C" {
    type Platform;
    #[wasm_bindgen(method, structural, js_name = setTimeout)]
    fn set_timeout(this: &Platform, run: &Closure<dyn FnMut()>, after: f64) -> JsValue;
    #[wasm_bindgen(method, structural, js_name = clearTimeout)]
    fn clear_timeout(this: &Platform, timer: &JsValue);
}

/// The longest that a browser's timers take: a signed 32-bit number of milliseconds.
const LONGEST: Ms = 2_147_483_647.0;

/// Cleared when dropped.
pub struct Timer {
    _set: Set,
}

enum Set {
    Browser { _timeout: Timeout },
    Platform { _timeout: OnPlatform },
}

impl Timer {
    /// Runs `wake` after so many milliseconds: rounded up, because a timer that comes too early finds nothing to do and must be set again.
    pub fn start(platform: &JsValue, after: Ms, wake: impl FnOnce() + 'static) -> Timer {
        let after = after.ceil().min(LONGEST);
        let set = if platform.is_undefined() {
            Set::Browser { _timeout: Timeout::new(after as u32, wake) }
        } else {
            Set::Platform { _timeout: OnPlatform::start(platform.clone().unchecked_into(), after, wake) }
        };
        Timer { _set: set }
    }
}

struct OnPlatform {
    platform: Platform,
    timer: JsValue,
    _wake: Closure<dyn FnMut()>,
}

impl OnPlatform {
    fn start(platform: Platform, after: Ms, wake: impl FnOnce() + 'static) -> OnPlatform {
        let wake = Closure::once(wake);
        OnPlatform { timer: platform.set_timeout(&wake, after), platform, _wake: wake }
    }
}

impl Drop for OnPlatform {
    fn drop(&mut self) {
        self.platform.clear_timeout(&self.timer);
    }
}

//! The state machine, behaviour by behaviour. The same tests run natively and, with wasm-bindgen-test, in a browser.

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod common;

mod backoff;
mod claims;
mod clock;
mod duration;
mod outcome;
mod settings;
mod spread;
mod start;
mod token;
mod window;

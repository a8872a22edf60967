//! The state machine, behaviour by behaviour. The same tests run natively and, with wasm-bindgen-test, in a browser.

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod common;

mod backoff;
mod callers;
mod claims;
mod clock;
mod clock_jumps;
#[cfg(not(target_arch = "wasm32"))]
mod corpus;
mod duration;
mod idle;
mod late_answers;
mod layouts;
mod lifespan;
mod no_expiry;
mod offline;
mod outcome;
mod properties;
mod record;
mod refresh_token_end;
mod refreshing;
mod restored;
mod retries;
mod secrets;
mod server_clock;
mod settings;
mod sign_in;
mod sign_out;
mod snapshot;
mod spread;
mod stale;
mod start;
mod stop;
mod tabs_ends;
mod tabs_idle;
mod tabs_locks;
mod tabs_refreshing;
mod tabs_sign_ins;
mod token;
mod unauthorized;
mod wakes;
mod window;

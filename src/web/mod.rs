//! Drives the core with the browser: windows and workers alike, and Node.
//!
//! What is sent and stored is the TypeScript side's: a request costs five times the bytes here that it costs there.
//! Each module does one thing and knows none of its siblings, but for `js`, which reads values of JavaScript;
//! `driver` runs them, and `api` alone exports.

mod api;
mod clock;
mod driver;
mod js;
mod report;
mod signals;
mod timers;
mod tokens;

/// A third of the bytes of the standard one.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

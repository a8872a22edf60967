//! Evertoken keeps an access token fresh.
//!
//! [`core`] is the state machine, sans-I/O. For a browser, `web` (wasm32 alone) drives it: the module of the npm package `evertoken`.
//!
//! # The contract
//! - Everything that happens is an [`Event`](core::Event), given to [`Session::handle`](core::Session::handle) with the time of both clocks.
//! - After each event, drain [`Session::poll_effect`](core::Session::poll_effect) until it is `None`, and do what each effect says, in order.
//!   The last one, [`Effect::Wake`](core::Effect::Wake), says when to come back with [`Event::Check`](core::Event::Check); coming earlier or later harms nothing.
//! - An effect with an attempt is answered by the event of the same attempt, once, whenever that is; an answer to an abandoned attempt is ignored.
//! - Getters hold as of the last event; [`Session::usable_for`](core::Session::usable_for) says how long the token may be given out without another one.

#![deny(
    unsafe_code,
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unreachable,
    clippy::todo
)]

pub mod core;
#[doc(hidden)]
#[cfg(feature = "fuzzing")]
pub mod fuzz;

#[cfg(target_arch = "wasm32")]
mod web;

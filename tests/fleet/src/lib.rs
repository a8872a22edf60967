//! A world of tabs: one session over several pages of a browser, each with the library's real state machine, over simulated locks,
//! a channel, a record store, cookies, timers, clocks and a token server. Everything in it follows from a seed.
//!
//! [`World::live`] lives a [`Plan`] and returns what it broke; [`shortest`] drops what is not needed to break it.

mod channel;
mod config;
mod hostile;
mod locks;
mod page;
mod pages;
mod plan;
mod requests;
mod rng;
mod server;
mod shrink;
mod store;
mod tally;
mod watch;
mod world;

pub use config::{Config, Keep, Mode, Transport};
pub use plan::{Plan, Step, What};
pub use shrink::shortest;
pub use tally::Tally;
pub use watch::Broken;
pub use world::{Life, World};

//! For tests alone: the life of a session under watch, and the bodies of the fuzz targets, each of which panics where something is wrong.

#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

mod bytes;
mod live;
mod session;
mod settings;
mod steps;
mod token;
mod watch;
mod world;

pub use live::{Answers, live, run_on};
pub use session::session;
pub use settings::settings;
pub use steps::{Beginning, Grant, Life, Step};
pub use token::token;
pub use watch::Watch;
pub use world::{Answer, EPOCH, Request, World, opaque};

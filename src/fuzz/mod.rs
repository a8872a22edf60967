//! For tests alone: the life of a session under watch, and the bodies of the fuzz targets.

#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used, clippy::indexing_slicing)]

mod live;
mod steps;
mod watch;
mod world;

pub use live::{Answers, live, run_on};
pub use steps::{Beginning, Grant, Life, Step};
pub use watch::Watch;
pub use world::{Answer, EPOCH, Request, World};

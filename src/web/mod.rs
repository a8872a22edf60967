//! The module that npm ships: the core, and around it the loop's clock, timer and signals. What a session wants done at a server, in a
//! store or in other tabs is done by the TypeScript side, which [`host`] imports.
//!
//! `refresh_loop` alone exports, and `driver` alone puts the parts together. Clock, timer and signals are the browser's own, or what a
//! platform object (js/platform.ts) brings in their place.

mod clock;
mod driver;
mod host;
mod records;
mod refresh_loop;
mod signals;
mod timer;

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

/// 2.5 KB smaller than the default one, and as quick for the few small pieces that a session holds.
#[global_allocator]
#[allow(unsafe_code)]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> = unsafe { AssumeSingleThreaded::new(FreeListAllocator::new()) };

//! The core for the npm package. Everything crosses as numbers, and as records member by member through one object, [`io::Io`].
//!
//! Clocks, timers, signals, requests and stores are the TypeScript side's: each costs several times the bytes here that it costs there.
//! `refresh_loop` alone exports; `io` reads and tells values; the others read and tell one kind of record each.

mod io;
mod refresh_loop;
mod report;
mod shared;
mod stored;
mod tokens;

use lol_alloc::{AssumeSingleThreaded, FreeListAllocator};

/// Half of the bytes of the smallest of the better known ones; a session holds some dozens of small pieces.
#[global_allocator]
static ALLOCATOR: AssumeSingleThreaded<FreeListAllocator> = unsafe {
    // As everywhere where wasm has no threads, and this one is built without.
    AssumeSingleThreaded::new(FreeListAllocator::new())
};

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

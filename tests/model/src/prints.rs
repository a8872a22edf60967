//! Fingerprints of what has no hash of its own: of all that its `Debug` shows.

use std::fmt::{Debug, Write};
use std::hash::Hasher;

/// FNV-1a with a last mix; the same in every run.
struct Printer(u64);

impl Write for Printer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}

/// Secrets show nothing, so each token set of this model has a scope that names it.
pub fn print_of(value: &impl Debug) -> u64 {
    let mut printer = Printer(0xcbf2_9ce4_8422_2325);
    let _ = write!(printer, "{value:?}");
    let mixed = (printer.0 ^ (printer.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}

pub fn hash_time(time: Option<f64>, into: &mut impl Hasher) {
    into.write_u64(time.map_or(u64::MAX, f64::to_bits));
}

//! What was seen over many worlds.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Default)]
pub struct Tally(pub BTreeMap<&'static str, u64>);

impl Tally {
    pub fn count(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    pub fn add(&mut self, what: &'static str, number: u64) {
        *self.0.entry(what).or_default() += number;
    }

    pub fn join(&mut self, other: &Tally) {
        for (what, number) in &other.0 {
            self.add(what, *number);
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, number) in &self.0 {
            writeln!(out, "  {what}: {number}")?;
        }
        Ok(())
    }
}

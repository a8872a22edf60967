//! Randomness from a seed.

use evertoken::core::Random;

#[derive(Clone)]
pub struct Rng(Random);

impl Rng {
    /// Streams of one seed have nothing to do with each other, so that a step that is dropped changes no other one's fate.
    pub fn new(seed: u64, stream: u64) -> Rng {
        Rng(Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93)))
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0.between(low, high)
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.between(0.0, 1.0) < probability
    }

    /// From 0 up to, not including, `count`.
    pub fn below(&mut self, count: usize) -> usize {
        (self.between(0.0, count as f64) as usize).min(count.saturating_sub(1))
    }

    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    pub fn seed(&mut self) -> u64 {
        self.between(0.0, 9e15) as u64
    }
}

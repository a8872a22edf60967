//! How long to wait after a failure: full jitter, `Retry-After`, and patience while the token in hand lasts.

use super::duration::Ms;

const FIRST_STEP: Ms = 1_000.0;
const LONGEST_STEP: Ms = 60_000.0;
const LONGEST_RETRY_AFTER: Ms = 3_600_000.0;
/// From this failure in a row on, a token with time left is waited for with patience.
const PATIENT_FROM: u32 = 4;
const PATIENT_WHILE_LEFT: Ms = 120_000.0;
const LONGEST_PATIENCE: Ms = 300_000.0;
const PATIENCE: (f64, f64) = (0.2, 0.8);

/// The wait after the `failures`th failure in a row, while the token in hand lasts for `left` more.
///
/// Drawn from 0 to a step of 1 s that doubles up to 60 s. From the fourth failure on, while over two minutes of the token are left,
/// 20 to 80 % of what is left, at most 5 minutes. A `Retry-After` comes first, and a draw follows it:
/// a floor alone brings a whole fleet back in the same second.
pub fn wait(failures: u32, left: Ms, retry_after: Option<Ms>, random: &mut Random) -> Ms {
    let step = step(failures);
    if let Some(floor) = retry_after {
        let floor = floor.clamp(0.0, LONGEST_RETRY_AFTER);
        let patience = ((left - floor) * PATIENCE.1).clamp(0.0, LONGEST_PATIENCE);
        return floor + random.between(0.0, step.max(floor.min(LONGEST_STEP)).max(patience));
    }
    if failures >= PATIENT_FROM && left > PATIENT_WHILE_LEFT {
        // Capping the draw itself would send everyone back after five minutes sharp.
        let left = left.min(LONGEST_PATIENCE / PATIENCE.1);
        return random.between(left * PATIENCE.0, left * PATIENCE.1);
    }
    random.between(0.0, step)
}

fn step(failures: u32) -> Ms {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_STEP * f64::from(1u32 << doublings)).min(LONGEST_STEP)
}

/// SplitMix64. The seed comes from outside, so a session can be replayed.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// From `low` up to, not including, `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub fn whole(&mut self) -> u32 {
        self.between(1.0, f64::from(u32::MAX)) as u32
    }

    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

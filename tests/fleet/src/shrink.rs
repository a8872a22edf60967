//! The shortest plan that still breaks the same rule.

use crate::config::Mode;
use crate::plan::Plan;
use crate::world::World;

pub fn shortest(plan: &Plan, mode: Mode, rule: &str) -> Plan {
    let breaks = |plan: &Plan| World::live(plan, mode, false).broken.iter().any(|broken| broken.rule == rule);
    let mut best = plan.clone();
    let mut size = best.steps.len().div_ceil(2).max(1);
    loop {
        let mut from = 0;
        let mut dropped = false;
        while from < best.steps.len() {
            let mut shorter = best.clone();
            shorter.steps.drain(from..(from + size).min(best.steps.len()));
            if breaks(&shorter) {
                best = shorter;
                dropped = true;
            } else {
                from += size;
            }
        }
        if size == 1 && !dropped {
            break;
        }
        size = (size / 2).max(1);
    }
    fewer_tabs(best, breaks)
}

/// Tabs at the end that nothing happens to need not be there.
fn fewer_tabs(mut best: Plan, breaks: impl Fn(&Plan) -> bool) -> Plan {
    while best.config.tabs > 1 && best.steps.iter().all(|step| step.tab + 1 < best.config.tabs) {
        let mut fewer = best.clone();
        fewer.config.tabs -= 1;
        if !breaks(&fewer) {
            break;
        }
        best = fewer;
    }
    best
}

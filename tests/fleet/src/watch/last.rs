//! After the world was left in peace: every tab has a token, or an end.

use evertoken::core::{Caller, Event};

use crate::world::World;

/// Whoever asks last.
pub const LAST: Caller = Caller::MAX;

impl World<'_> {
    pub fn ask_everybody(&mut self) {
        for tab in 0..self.tabs.len() {
            let page = self.page(tab);
            if self.tabs[tab].lives() && !self.watch.hostile {
                self.event(page, Event::Ask(LAST));
            }
        }
    }

    pub fn count_all(&mut self) {
        self.tally.count("worlds");
        self.tally.add("events", self.events);
        if !self.watch.hostile {
            let generations: u64 = self.watch.committed.values().map(|highest| u64::from(*highest)).sum();
            self.tally.add("generations", generations);
        }
    }
}

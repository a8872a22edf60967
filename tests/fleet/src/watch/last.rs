//! After the world was left in peace: every tab has a token, or an end.

use evertoken::core::{Effect, Event, Refusal};

use crate::page::PageId;
use crate::world::World;

impl World<'_> {
    pub fn ask_everybody(&mut self) {
        for tab in 0..self.tabs.len() {
            let page = self.page(tab);
            self.ask(page);
        }
    }

    pub fn look_at_last(&mut self) {
        self.tally.count("worlds");
        self.tally.add("events", self.events);
        let generations: u64 = self.watch.committed.values().map(|highest| u64::from(*highest)).sum();
        self.tally.add("generations", generations);
        if self.is_broken() || self.watch.hostile {
            return;
        }
        for tab in 0..self.tabs.len() {
            let page = self.page(tab);
            if self.tabs[tab].lives() {
                self.look_at_rest(page);
            }
        }
    }

    fn look_at_rest(&mut self, page: PageId) {
        let now = self.now(page.tab);
        let Some(session) = &mut self.tabs[page.tab].session else { return };
        let caller = u32::MAX;
        session.handle(Event::Ask(caller), now);
        let mut answered = None;
        while let Some(effect) = session.poll_effect() {
            match effect {
                Effect::Answer { caller: u32::MAX, answer } => answered = Some(answer),
                _ => {}
            }
        }
        match answered {
            Some(Ok(_)) | Some(Err(Refusal::Ended(_) | Refusal::NobodyThere)) => {}
            other => {
                let snapshot = session.snapshot();
                self.broke("stuck", format!("tab {} in peace: {other:?}, {snapshot:?}", page.tab));
            }
        }
    }
}

//! When somebody was there: what tabs and the record know of that, and when the session ends as idle at last.

use crate::page::{PageId, Tab};
use crate::watch::Key;
use crate::world::World;

impl World<'_> {
    /// How much too late the idle end may seem: no step of the wall clock puts it off by more than what goes unseen. Where the monotonic clock
    /// stands still, a clock that is set back hides a sleep.
    pub fn idle_slack(&self) -> f64 {
        let stepped_back = self.watch.stepped_back.unwrap_or(f64::INFINITY);
        // A page that was opened, resumed or signed in later, or learns later what was told before, cannot know that it was set back in between;
        // and all go by the latest that anybody tells. A start takes a second.
        let learns_late = |tab: &Tab| tab.opened_at.max(tab.facts.resumed_at).max(tab.facts.joined_at) + 1_200.0 >= stepped_back;
        let loses = self.config.loss > 0.0 || self.silent_until > 0.0;
        // What was told between two steps may be read after the second.
        let is_untold = self.watch.last_gone >= stepped_back;
        // What was told then by several times, all but one of them come as news afterwards.
        let is_apart = self.watch.told_apart || self.watch.crossed || self.watch.steps_back > 1;
        let is_unseen = loses || is_untold || is_apart || self.tabs.iter().any(learns_late);
        let unseen = if is_unseen { f64::INFINITY } else { 4_000.0 };
        let steps = (2.0 * self.watch.wall_steps).min(unseen);
        let nap = if self.watch.slept { 2_000.0 } else { 0.0 };
        let hidden = if stepped_back.is_finite() { self.slept } else { 0.0 };
        5.0 + nap + steps + hidden
    }

    /// After the idle end of which the page speaks itself it saves nothing; near it, it may.
    pub fn somebody_is_there(&mut self, page: PageId) {
        let (t, now, slack) = (self.t, self.now(page.tab).wall_ms / 1_000.0, self.slack() / 1_000.0);
        let tab = &mut self.tabs[page.tab];
        let Some(key) = tab.facts.key.filter(|_| tab.lives()) else { return };
        let ends_at = tab.session.as_ref().and_then(|session| session.snapshot().idle_ends_at).unwrap_or(f64::INFINITY);
        if now < ends_at - 2.0_f64.min(self.watch.wall_steps) {
            tab.facts.activity = Some(t);
        }
        if now < ends_at + slack {
            self.watch.keys.entry(key).or_default().latest_activity = t;
        }
    }

    /// Before the clock is set back.
    pub fn sees_who_knows_of_activity(&mut self) {
        let told = self.tabs.iter().filter_map(|tab| tab.session.as_ref()?.snapshot().idle_ends_at);
        let recorded = self.store.record.map(|record| (record.last_activity + self.config.idle) / 1_000.0);
        let (first, last) =
            told.chain(recorded).fold((f64::INFINITY, f64::NEG_INFINITY), |(first, last), at| (first.min(at), last.max(at)));
        self.watch.told_apart |= last - first > 0.002;
    }

    /// A time of activity that lies in the future, by a clock that was set back since, counts as now, once.
    pub fn counts_as_now(&mut self, page: PageId, key: Key, last_activity: f64) {
        let t = self.t;
        let is_ahead = last_activity > self.now(page.tab).wall_ms;
        if self.watch.stepped_back.is_none() || !is_ahead || self.watch.counted.contains(&last_activity) {
            return;
        }
        self.watch.counted.push(last_activity);
        if let Some(known) = self.watch.keys.get_mut(&key) {
            known.latest_activity = t;
        }
    }

    /// A time that was told before the clock was set back is read by the clock as it is then.
    pub fn crosses_a_step(&mut self) {
        let stepped_back = self.watch.stepped_back.unwrap_or(f64::INFINITY);
        self.watch.crossed |= self.t >= stepped_back && self.t <= stepped_back + self.config.message_delay;
    }

    /// Another tab, or the record.
    pub fn learns_of_activity(&mut self, page: PageId, key: Key) {
        if let Some(at) = self.tabs[page.tab].facts.told_activity {
            let known = self.watch.keys.entry(key).or_default();
            known.activity = known.activity.max(at);
        }
    }
}

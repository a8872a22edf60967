//! What is handed out: no expired token, none of somebody else's, none after a sign-out.

use crate::page::{Fast, PageId};
use crate::server::number_of;
use crate::watch::{Key, KeyFacts};
use crate::world::World;

impl World<'_> {
    /// After every event: the token that the page could hand out just now.
    pub fn look(&mut self, page: PageId) {
        if !self.is_running(page) {
            return;
        }
        let now = self.now(page.tab);
        let tab = &mut self.tabs[page.tab];
        tab.fast = None;
        let Some(session) = &tab.session else { return };
        let Some(number) = session.access_token().map(number_of) else { return };
        let usable = session.usable_for().unwrap_or(0.0);
        if usable <= 0.0 || usable.is_nan() {
            return self.broke("usable", format!("for {usable} ms"));
        }
        tab.fast = Some(Fast { number, mono_until: now.mono_ms + usable, wall_until: now.wall_ms + usable });
        self.look_at_token(page, number);
    }

    pub fn look_at_token(&mut self, page: PageId, number: usize) {
        let Some(issued) = self.server.issued.get(number).copied() else { return };
        let (t, tab) = (self.t, page.tab);
        let slack = self.slack() + self.watch.half_request;
        // What a page got before it slept, it reckons when it wakes, where it does not know the server's clock.
        let (sleeps_at, wakes_at) = self.watch.last_sleep;
        let slept = if self.config.server_skew != 0.0 && issued.at <= sleeps_at { wakes_at - sleeps_at } else { 0.0 };
        if t > issued.until + slack + slept {
            self.broke("expired", format!("tab {tab} hands out t{number}, which ended {} s ago", (t - issued.until) / 1_000.0));
        }
        let facts = &mut self.tabs[tab].facts;
        let user = *facts.user.get_or_insert(issued.user);
        if user == u8::MAX {
            facts.user = Some(issued.user);
        } else if user != issued.user && issued.user != u8::MAX && self.config.jwt {
            self.broke("users", format!("tab {tab} of user {user} hands out t{number} of user {}", issued.user));
        }
        self.look_at_end(page, number);
        self.look_at_idleness(page);
    }

    /// A session that was signed out hands nothing out.
    fn look_at_end(&mut self, page: PageId, number: usize) {
        let (t, tab) = (self.t, page.tab);
        let Some(key) = self.tabs[tab].facts.key else { return };
        let Some(known) = self.watch.keys.get(&key) else { return };
        let Some((ended_at, reason)) = known.ended else { return };
        // Of two sign-ins that met, one has got a later epoch: a sign-out of the few milliseconds before that may be lost.
        let is_renumbered = self.watch.keys.keys().any(|other| other.1 == key.1 && other.0 != key.0);
        // Without a record both have the same one. What comes while the machine sleeps is heard when it wakes.
        let since_met = |known: &KeyFacts| (ended_at - known.began_at).abs().min((ended_at - self.watch.last_sleep.1).abs());
        let has_met = |(other, known): (&Key, &KeyFacts)| other.0 == key.0 && *other != key && since_met(known) < 2_000.0;
        let is_lost = is_renumbered || (!self.tabs[tab].record_works && self.watch.keys.iter().any(has_met));
        if self.watch.hostile || is_lost {
            return;
        }
        // Where there is no record, or its writer was killed and nobody else there, who did not hear of it cannot know.
        let unheard = if self.tabs[tab].record_works && known.written_at.is_some_and(|at| at < self.tabs[tab].opened_at) {
            ended_at
        } else {
            f64::INFINITY
        };
        let grace = known.grace.get(&page).copied().unwrap_or(unheard);
        // Without a record a page that resumes hears of it in the order in which all was said.
        let grace = if self.tabs[tab].record_works { grace } else { grace.max(self.tabs[tab].facts.running_since + 1.0) };
        // What comes while the machine sleeps is heard when it wakes.
        let (sleeps_at, wakes_at) = self.watch.last_sleep;
        let grace = if grace >= sleeps_at && grace <= wakes_at { wakes_at + 1.0 } else { grace };
        if t > grace {
            let since = (t - ended_at) / 1_000.0;
            self.broke("signed out", format!("tab {tab} hands out t{number} {since} s after the session's end, {reason:?}"));
        }
    }

    /// Idle in all ends all.
    fn look_at_idleness(&mut self, page: PageId) {
        let Some(known) = self.tabs[page.tab].facts.key.and_then(|key| self.watch.keys.get(&key)) else { return };
        if !self.config.idle.is_finite() || self.watch.hostile {
            return;
        }
        // A cookie may be that of somebody who has signed in since.
        let family = self.tabs[page.tab].facts.family.and_then(|family| self.server.families.get(family));
        let latest = known.latest_activity.max(known.began_at).max(family.map_or(0.0, |family| family.began_at));
        // The record may have to be read first, within a second.
        let until = latest + self.config.idle + self.idle_slack() + 1.0;
        if self.t > until {
            self.broke("idle", format!("tab {} hands out a token {} s after the idle end", page.tab, (self.t - until) / 1_000.0));
        }
    }
}

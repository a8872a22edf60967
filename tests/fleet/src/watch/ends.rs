//! No session ends but by its rules, a rejection, or a successor that no living tab received.

use evertoken::core::EndReason;

use crate::config::Transport;
use crate::page::PageId;
use crate::server::{Cause, Family};
use crate::watch::Key;
use crate::world::World;

impl World<'_> {
    pub fn sees_end(&mut self, page: PageId, reason: EndReason) {
        let facts = &mut self.tabs[page.tab].facts;
        facts.ended = true;
        let key = facts.key;
        if reason == EndReason::SignedOut {
            facts.user = None;
        }
        self.tally.count(match reason {
            EndReason::SignedOut => "ends: signed-out",
            EndReason::Idle => "ends: idle",
            EndReason::MaxLifespan => "ends: max-lifespan",
            EndReason::RefreshRejected => "ends: refresh-rejected",
            EndReason::Replaced => "ends: replaced",
            EndReason::TokenExpired => "ends: token-expired",
            EndReason::TokenRefused => "ends: token-refused",
        });
        let Some(key) = key.filter(|_| !self.watch.hostile) else { return };
        let why_not = match reason {
            EndReason::SignedOut => self.why_not_signed_out(page, key),
            EndReason::Idle => self.why_not_idle(page, key),
            EndReason::MaxLifespan => self.why_not_maximum(page, key),
            EndReason::RefreshRejected => self.why_not_rejected(page, key),
            EndReason::Replaced => self.why_not_replaced(page, key),
            EndReason::TokenExpired | EndReason::TokenRefused => Some("there was a way to refresh".into()),
        };
        if let Some(why_not) = why_not {
            self.broke("ends", format!("tab {} ends as {reason:?}, but {why_not}", page.tab));
        }
    }

    fn why_not_signed_out(&self, page: PageId, key: Key) -> Option<String> {
        // Whoever signs out of a later session means this one, too.
        let is_ended = self.watch.keys.range(key..).any(|(_, known)| known.ended.is_some());
        let is_revoked = self.tabs[page.tab]
            .facts
            .family
            .is_some_and(|family| self.server.families.get(family).is_some_and(|family| family.revoked.is_some()));
        // Of two who sign in at once, one of whom signs out again at once, the other may be meant.
        let began_at = self.watch.keys.get(&key).map_or(0.0, |known| known.began_at);
        let is_near = self.watch.signed_out_at.iter().any(|at| (at - began_at).abs() < 2_000.0);
        let is_meant = self.watch.signed_out_blindly > began_at - 2_000.0;
        (!is_ended && !is_revoked && !is_near && !is_meant).then(|| "nobody has signed out".into())
    }

    /// Activity in one tab keeps all.
    fn why_not_idle(&mut self, page: PageId, key: Key) -> Option<String> {
        let why_not = self.why_not_idle_yet(page, key);
        let t = self.t;
        let known = self.watch.keys.get_mut(&key)?;
        if why_not.is_none() {
            known.idled.get_or_insert(t);
        }
        // Which of the end and of what somebody did just then came first is not known, and where a clock was set back not even later.
        let until = if self.watch.stepped_back.is_some() { f64::INFINITY } else { 1_000.0 };
        why_not.filter(|_| known.idled.is_none_or(|idled| t > idled + until))
    }

    fn why_not_idle_yet(&self, page: PageId, key: Key) -> Option<String> {
        let known = self.watch.keys.get(&key).filter(|known| known.ended.is_none())?;
        // Who was left behind by a later session knows no more of this one.
        let is_superseded = self.watch.keys.range(key..).nth(1).is_some();
        if !self.could_know(page) || is_superseded {
            return None;
        }
        let record_works = self.tabs[page.tab].record_works;
        // What was said into the silence only the record knows, and so it does what is on its way.
        // What is on its way when the machine falls asleep comes when it wakes.
        let (sleeps_at, wakes_at) = self.watch.last_sleep;
        let delay = self.config.message_delay + 1.0;
        let comes_at = |at: f64| if at <= sleeps_at && sleeps_at <= at + delay { wakes_at + delay } else { at + delay };
        let is_lost = |at: f64| !record_works && (at <= self.silent_until || self.t <= comes_at(at));
        let facts = &self.tabs[page.tab].facts;
        let was_there = record_works || facts.running_since.max(facts.joined_at) < known.activity;
        let mut activity = if was_there && !is_lost(known.activity) { known.activity } else { 0.0 };
        // What a living tab has not told yet counts once it had the time to.
        let share = 5_000f64.min(self.config.idle / 10.0) + 100.0;
        for (tab, other) in self.tabs.iter().enumerate() {
            let at = other.facts.activity.filter(|_| other.facts.key == Some(key) && other.lives()).unwrap_or(0.0);
            if tab == page.tab || (other.throttle == 0.0 && self.t > at + share && !is_lost(at)) {
                activity = activity.max(at);
            }
        }
        let idle_at = activity + self.config.idle - self.haste();
        (self.t < idle_at).then(|| format!("somebody was there {} s ago", (self.t - activity) / 1_000.0))
    }

    fn why_not_maximum(&self, page: PageId, key: Key) -> Option<String> {
        // Of two sign-ins that met, the record may have the other one, until this one has got a later epoch.
        if self.watch.keys.range(key..).any(|(other, known)| *other != key && known.ended.is_some()) {
            return None;
        }
        // What the token says of the sign-in comes before when the page first knew.
        let family = self.tabs[page.tab].facts.family.and_then(|family| self.server.families.get(family));
        let began_at = self.watch.keys.get(&key)?.began_at.min(family.map_or(f64::INFINITY, |family| family.began_at));
        // A page that comes from the sign-in asks the others first; and where the server's clock is not known yet, when that was is not.
        let end = began_at + self.config.maximum - self.haste() - 1_500.0 + self.config.server_skew.min(0.0) - self.watch.half_request;
        (self.t < end).then(|| format!("it began {} s ago", (self.t - began_at) / 1_000.0))
    }

    fn why_not_rejected(&mut self, page: PageId, key: Key) -> Option<String> {
        let own = self.tabs[page.tab].facts.generation;
        // Whoever learns late of an end that was right then.
        if self.watch.keys.get(&key).is_some_and(|known| known.rejected >= Some(own)) {
            return None;
        }
        let why_not = self.why_not_rejected_now(page, key);
        if let Some(known) = self.watch.keys.get_mut(&key).filter(|_| why_not.is_none()) {
            known.rejected = Some(own);
        }
        why_not
    }

    fn why_not_rejected_now(&mut self, page: PageId, key: Key) -> Option<String> {
        let family = self.tabs[page.tab].facts.family?;
        match self.server.families.get(family)?.revoked {
            Some(Cause::Admin) => self.tally.count("rejected: revoked"),
            Some(Cause::SignOut) => self.tally.count("rejected: signed out"),
            Some(Cause::Reuse) => self.tally.count("rejected: a successor was lost"),
            None => return self.why_not_left_behind(page, key),
        }
        None
    }

    /// The record knows of a later token set, and whoever held it lives no more.
    fn why_not_left_behind(&mut self, page: PageId, key: Key) -> Option<String> {
        let own = self.tabs[page.tab].facts.generation;
        let since = self.t - 61e3;
        // Who is behind as well tells nobody of what he holds.
        let is_latest =
            |key: Option<Key>, generation: u32| generation >= key.and_then(|key| self.watch.committed.get(&key)).copied().unwrap_or(0);
        let holder = (0..self.tabs.len()).find(|tab| {
            let other = &self.tabs[*tab];
            let later =
                *tab != page.tab && other.facts.key.is_some_and(|theirs| theirs > key || (theirs == key && other.facts.generation > own));
            let usable = other.session.as_ref().is_some_and(|session| session.access_token().is_some());
            let is_revoked =
                other.facts.family.and_then(|family| self.server.families.get(family)).is_some_and(|family| family.revoked.is_some());
            other.lives()
                && later
                && usable
                && !is_revoked
                && is_latest(other.facts.key, other.facts.generation)
                && other.facts.running_since < since
        });
        if let Some(holder) = holder {
            return Some(format!("tab {holder} holds generation {}, this one {own}", self.tabs[holder].facts.generation));
        }
        let committed = self.watch.committed.get(&key).copied().unwrap_or(0);
        let cookie_is_gone = self.config.transport == Transport::Cookie;
        if committed <= own && !self.watch.committed.keys().any(|other| *other > key) && !cookie_is_gone && self.config.record {
            return Some(format!("the record knows {committed} and this tab {own}"));
        }
        self.tally.count("rejected: left behind by tabs that live no more");
        None
    }

    fn why_not_replaced(&mut self, page: PageId, key: Key) -> Option<String> {
        let facts = &self.tabs[page.tab].facts;
        let family = facts.family.and_then(|family| self.server.families.get(family));
        let began_at = family.map_or(0.0, |family| family.began_at);
        // A cookie may be set back by the late answer of a page that is gone. Of two sign-ins that knew nothing of each other either
        // comes later. By a server's clock that seems to be behind the device's, a sign-in may seem to be older than the session that it replaces.
        let have_met = self.watch.keys.keys().any(|other| other.0 == key.0 && *other != key);
        // Of several that live without a record, a page joins the one that it hears of first.
        let are_several = !self.tabs[page.tab].record_works && self.watch.keys.len() > 1;
        let is_any =
            self.config.transport == Transport::Cookie || have_met || are_several || self.config.server_skew < self.wall_ahead.max(0.0);
        // A page that comes from the sign-in asks the others first.
        let is_later = |family: &Family| is_any || family.began_at >= began_at - 1_500.0;
        if self.server.families.iter().any(|family| Some(family.user) != facts.user && is_later(family)) {
            return None;
        }
        let superseded = self.watch.keys.keys().any(|other| *other > key);
        if !superseded {
            return Some("nobody else has signed in".into());
        }
        self.why_not_left_behind(page, key)
    }
}

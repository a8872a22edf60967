//! The token endpoint: one tab at a time, one refresh per generation, no refresh token after its successor, no storm.

use evertoken::core::{Attempt, RefreshReason};

use crate::config::Transport;
use crate::page::PageId;
use crate::server::{Reply, Ticket};
use crate::watch::Key;
use crate::world::World;

/// Requests of all tabs in a minute in which nothing is amiss but the backoff; each disturbance from outside may bring some more.
const MOST_IN_A_MINUTE: usize = 30;

impl World<'_> {
    pub fn sees_refresh(&mut self, page: PageId, attempt: Attempt, ticket: Option<Ticket>, reason: RefreshReason) {
        self.tally.count("refreshes asked for");
        self.look_for_storm();
        if self.watch.hostile {
            return;
        }
        self.look_for_another(page, attempt);
        if let Some(ticket) = ticket.filter(|_| self.config.rotates && self.config.transport == Transport::Token) {
            self.look_for_successor(page, ticket);
        }
        if !matches!(reason, RefreshReason::Requested | RefreshReason::Unauthorized) {
            self.look_for_later(page);
        }
    }

    fn look_for_storm(&mut self) {
        let (t, minute) = (self.t, 60e3);
        self.watch.asked.push(t);
        let recent = |times: &[f64], span: f64| times.iter().rev().take_while(|time| **time > t - span).count();
        let disturbances = recent(&self.watch.disturbances, 2.0 * minute);
        let by_lifetime = (4.0 * minute / self.config.lifetime) as usize;
        // Without a record every tab has its own backoff.
        let backoffs = if self.config.record { 1 } else { self.tabs.len() };
        let most = MOST_IN_A_MINUTE * backoffs + by_lifetime + 2 * disturbances;
        let asked = recent(&self.watch.asked, minute);
        if asked > if self.watch.hostile { 2 * most } else { most } {
            self.broke("storm", format!("{asked} requests in a minute, of {most}"));
        }
    }

    /// Only what was taken away from a tab that had it for too long may be under way twice.
    fn look_for_another(&mut self, page: PageId, attempt: Attempt) {
        let longest = self.config.longest_request();
        // Without a record two may take the lock away before the one has heard of the other.
        let unheard = if self.config.record { 0.0 } else { 2.0 * self.config.message_delay + 5.0 };
        // Without a record, or where the machine sleeps while it is read, nobody knows whose turn it is when that wakes.
        let is_lost = !self.tabs[page.tab].record_works || self.watch.sleeps > 1;
        if is_lost && self.watch.slept && self.t < self.watch.last_sleep.1 + longest {
            return;
        }
        if !self.could_know(page) {
            return;
        }
        let is_heard_since = |at: f64| self.config.loss == 0.0 && self.silent_until < at && self.watch.last_gone < at;
        let other = self.requests.iter().rev().take(20).find(|other| {
            !other.over
                && !other.sign_out
                && (other.page, other.attempt) != (page, attempt)
                && self.is_running(other.page)
                && self.t < other.sent_at + longest
                && self.t >= other.sent_at + unheard
                // By a clock that was set meanwhile it seems to have taken too long. It says that it has not; nobody may hear it, or who
                // has heard it may be gone.
                && (self.watch.stepped < other.sent_at || is_heard_since(other.sent_at))
                && (self.tabs[other.page.tab].facts.lost_at - other.sent_at).abs() >= unheard
                // Nor does a turn that began before the machine slept.
                && !(other.sent_at - self.watch.last_sleep.1 >= 0.0 && other.sent_at < self.watch.last_sleep.1 + 1_100.0)
                && self.tabs[other.page.tab].facts.running_since <= other.sent_at
        });
        if let Some(other) = other {
            let how =
                format!("tab {} refreshes beside tab {}, {} s on its way", page.tab, other.page.tab, (self.t - other.sent_at) / 1_000.0);
            self.broke("one at a time", how);
        }
    }

    fn look_for_successor(&mut self, page: PageId, ticket: Ticket) {
        let holder = (0..self.tabs.len()).find(|tab| {
            let later = self.tabs[*tab].facts.ticket.is_some_and(|held| held.family == ticket.family && held.number > ticket.number);
            // Not the one that a page has just brought back from its store: the record takes it when all who came before have had it.
            let syncs = (3.0 * self.tabs.len() as f64).max(9.0) * self.config.sync_delay;
            let since = self.tabs[*tab].facts.generation_since + 2.0 * self.config.message_delay + syncs;
            self.tabs[*tab].lives() && later && since < self.t && self.could_learn(page, *tab)
        });
        if let Some(holder) = holder.filter(|_| self.could_know(page)) {
            self.broke("successor", format!("tab {} presents {ticket:?}, and tab {holder} holds a later one", page.tab));
        }
        let facts = &self.tabs[page.tab].facts;
        let committed = facts.key.and_then(|key| self.watch.committed.get(&key)).copied().unwrap_or(0);
        // What is in the record is known to whoever has the lock. It may be another sign-in's.
        let was_received = self.requests.iter().any(|other| {
            let granted = matches!(other.reply, Some(Reply::Granted(_)));
            let came = other.over && !other.abandoned && !other.loses_answer && self.is_alive(other.page);
            other.ticket == Some(ticket) && granted && came
        });
        if was_received && self.tabs[page.tab].record_works && committed > facts.generation {
            let how = format!("tab {} presents {ticket:?} of generation {}, and the record knows {committed}", page.tab, facts.generation);
            self.broke("successor", how);
        }
    }

    /// By the record, or where it cannot be read by what the others say.
    pub fn could_know(&self, page: PageId) -> bool {
        self.tabs[page.tab].record_works || (self.config.loss == 0.0 && self.t > self.watch_silence())
    }

    /// What the other tab holds is in the record, or was told while this page was there: who told it may have been gone before it could
    /// write it down.
    fn could_learn(&self, page: PageId, other: usize) -> bool {
        let facts = &self.tabs[other].facts;
        let committed = facts.key.and_then(|key| self.watch.committed.get(&key)).copied().unwrap_or(0);
        committed >= facts.generation || self.tabs[page.tab].opened_at <= facts.generation_since - self.config.message_delay
    }

    /// Nobody refreshes what another tab has refreshed already, and could tell.
    fn look_for_later(&mut self, page: PageId) {
        let own = &self.tabs[page.tab].facts;
        // Who cannot write the record tells of it when he has tried for a second.
        let blocked = if self.tabs[page.tab].record_works { 0.0 } else { 1_100.0 };
        let syncs = 3.0 * self.tabs.len() as f64 * self.config.sync_delay;
        // Whoever was asked for a second has heard the question.
        let (shown_at, throttle) = own.shown;
        let throttle = if self.t < shown_at + 1_000.0 { throttle } else { self.tabs[page.tab].throttle };
        let round_trip = 1_000.0 + throttle + 2.0 * self.config.message_delay + syncs + blocked;
        // A throttled page may have asked that long ago.
        let silence = self.watch_silence() + throttle;
        let woke = self.watch.slept && self.t < self.watch.last_sleep.1 + 1_500.0;
        if self.config.loss > 0.0 || self.t < silence || woke || own.key.is_none() {
            return;
        }
        let holder = (0..self.tabs.len()).find(|tab| {
            let other = &self.tabs[*tab];
            let later = other.facts.key == own.key && other.facts.generation > own.generation;
            let has_usable = other.session.as_ref().is_some_and(|session| session.access_token().is_some());
            let is_latest = other.facts.generation >= other.facts.key.and_then(|key| self.watch.committed.get(&key)).copied().unwrap_or(0);
            other.lives()
                && later
                && is_latest
                && has_usable
                && self.could_learn(page, *tab)
                && other.facts.running_since.max(other.facts.generation_since) + round_trip < self.t
        });
        if let Some(holder) = holder {
            let how = format!(
                "tab {} refreshes generation {}, tab {holder} holds {}",
                page.tab, own.generation, self.tabs[holder].facts.generation
            );
            self.broke("one per generation", how);
        }
    }

    /// Until when what was said in the silence may still be missing.
    fn watch_silence(&self) -> f64 {
        self.silent_until + 2_000.0
    }

    /// The server has detected a reuse and ended the session: because a successor reached no living tab, or by a fault that was seen above.
    pub fn saw_reuse(&mut self, request: usize) {
        let Some(ticket) = self.requests[request].ticket else { return };
        // A cookie may be set back by the late answer of a page that is gone.
        let is_token = self.config.transport == Transport::Token;
        // One that forgives for ever does not forgive what was sent before two successors: a page that is gone may have sent that, or
        // one that slept, and can read no record, sends it.
        let page = self.requests[request].page;
        let can_know = is_token && self.is_running(page) && self.tabs[page.tab].record_works && !self.watch.hostile;
        if self.config.forgives == Some(f64::INFINITY) && can_know {
            self.broke("forgiven", format!("{ticket:?} is presented by tab {}, though the server forgives", page.tab));
        }
        if self.server.families[ticket.family].current > ticket.number + 1 {
            return self.tally.count("tokens presented that are two or more behind");
        }
        let consumer = self.requests.iter().find(|other| {
            let granted =
                matches!(other.reply, Some(Reply::Granted(number)) if self.server.issued[number].ticket.number == ticket.number + 1);
            granted && other.ticket == Some(ticket)
        });
        if let Some(consumer) = consumer.filter(|_| is_token && !self.watch.hostile) {
            let has_heard = consumer.over && !consumer.abandoned && !consumer.loses_answer;
            let was_there = consumer.sent_at < self.requests[request].sent_at - self.config.longest_request();
            let could_know = self.could_know(self.requests[request].page);
            if could_know && has_heard && was_there && self.is_running(consumer.page) && self.tabs[consumer.page.tab].lives() {
                let how = format!("{ticket:?} is presented again, and tab {} received what followed", consumer.page.tab);
                self.broke("successor", how);
            }
        }
        self.tally.count("successors lost");
        self.watch.lost.push(ticket.family);
    }

    /// A sign-out that was under way when somebody signed in anew may end that session, too; one that began later must not.
    pub fn saw_sign_out(&mut self, page: PageId, ticket: Ticket, sent_at: f64, family: Option<usize>) {
        let began_at = self.server.families[ticket.family].began_at;
        if family.is_none_or(|family| family == ticket.family) {
            return;
        }
        // The record takes a moment, or, where it is missing, the message.
        let known_at = self.watch.known_since.get(&ticket.family).copied().unwrap_or(f64::INFINITY) + 2_000.0;
        // Whoever signed in when the record did not know of the other sign-in yet knew of none that is later.
        let knew_nothing = family.and_then(|family| self.watch.known_since.get(&family)).is_none_or(|known| *known > began_at);
        // A refresh token that is revoked is just that one's.
        let is_cookie = self.config.transport == Transport::Cookie;
        // Whoever signs out ends whatever session there is, and the older ones, though not everybody has heard of it yet.
        let ended = self.tabs[page.tab].facts.key;
        let is_ended = |key: Key| self.watch.keys.range(key..).any(|(_, known)| known.ended.is_some());
        let lives = self.tabs.iter().any(|tab| {
            let key = tab.facts.key.filter(|key| Some(*key) != ended && !is_ended(*key));
            tab.lives() && tab.facts.family == Some(ticket.family) && key.is_some()
        });
        if is_cookie && lives && sent_at > known_at && !knew_nothing && !self.watch.hostile && self.tabs[page.tab].record_works {
            self.broke(
                "later session",
                format!("a sign-out of {family:?} ends {ticket:?}, which began {} s before", (sent_at - began_at) / 1_000.0),
            );
        }
        self.watch.overtaken.push(ticket.family);
        self.tally.count("sign-outs that met a later sign-in");
    }
}

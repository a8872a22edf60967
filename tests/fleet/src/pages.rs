//! What happens to the pages: opened, frozen, killed; and how their driver carries out what the session wants.

use evertoken::core::{Effect, Event, Lock, SYNC_BOUND, Session, Stored};

use crate::config::{Keep, Mode};
use crate::locks::Claim;
use crate::page::{Arrival, Facts, PageId, State};
use crate::plan::{Fate, Point};
use crate::server::{Cause, ticket_of};
use crate::store::Transaction;
use crate::world::{Happening, World};

/// Between a page and the process that keeps its locks.
const HOP: f64 = 0.3;

impl World<'_> {
    pub fn open(&mut self, tab: usize, given: Option<usize>) {
        if self.tabs[tab].state != State::Closed {
            return;
        }
        let now_settings = self.config.settings();
        let state = &mut self.tabs[tab];
        state.life += 1;
        state.state = State::Running;
        state.opened_at = self.t;
        // Only a page that was hidden for long is throttled for long.
        state.throttle = state.throttle.min(1_000.0);
        state.slept_before = self.slept;
        state.inbox.clear();
        state.fast = None;
        state.trap = None;
        state.dies_after = None;
        (state.record_works, state.syncs_put_off) = (true, 0);
        state.facts = Facts { running_since: self.t, ..Facts::default() };
        let seed = state.rng.seed();
        let stored = match self.config.keep {
            Keep::Memory => None,
            Keep::Session => self.tabs[tab].kept.clone(),
            Keep::Local => self.shared.clone(),
        };
        let now = self.now(tab);
        self.tabs[tab].session = Some(Session::new(now_settings, seed, now));
        let given = given.map(|number| Box::new(self.server.signed_in_tokens(number, self.config)));
        let page = self.page(tab);
        if let Some((order, at)) = stored.as_ref().and_then(|stored| stored.order.zip(stored.last_activity)) {
            self.counts_as_now(page, (order.epoch, order.session), at);
        }
        self.event(page, Event::Start { given, stored: stored.map(Box::new) });
    }

    pub fn close(&mut self, tab: usize) {
        if self.tabs[tab].state == State::Closed {
            return;
        }
        let page = self.page(tab);
        self.say(|| format!("tab {tab} is gone"));
        self.watch.last_gone = self.t;
        let state = &mut self.tabs[tab];
        (state.state, state.session, state.fast) = (State::Closed, None, None);
        state.inbox.clear();
        let wait = state.rng.between(0.0, 51.0);
        self.after(wait, Happening::Gone(page));
    }

    /// Its locks are free, and its transactions aborted.
    pub fn gone(&mut self, page: PageId) {
        self.locks.give_up(page);
        if self.locks.recovering == Some(page) {
            self.locks.recovering = None;
        }
        let next = self.locks.release(page);
        self.grant(next);
        self.store.waiting.retain(|waiting| *waiting != page);
        if self.store.running.as_ref().is_some_and(|running| running.page == page) {
            self.store.running = None;
            self.after(0.1, Happening::Transact);
        }
    }

    pub fn freeze(&mut self, tab: usize) {
        if self.tabs[tab].is_running() {
            self.say(|| format!("tab {tab} freezes"));
            self.leave(tab, State::Frozen);
        }
    }

    fn leave(&mut self, tab: usize, to: State) {
        let page = self.page(tab);
        let state = &mut self.tabs[tab];
        state.state = to;
        state.facts.activity = None;
        state.syncs_put_off = self.store.let_go(page);
        self.after(0.1, Happening::Transact);
    }

    /// A page with a lock does not fit into the cache.
    pub fn cache(&mut self, tab: usize) {
        let page = self.page(tab);
        if !self.tabs[tab].is_running() {
            return;
        }
        if self.locks.concerns(page) || self.locks.recovering == Some(page) {
            return self.close(tab);
        }
        self.say(|| format!("tab {tab} goes into the cache"));
        self.leave(tab, State::Cached);
    }

    pub fn resume(&mut self, tab: usize, from: State) {
        if self.tabs[tab].state != from {
            return;
        }
        let page = self.page(tab);
        let state = &mut self.tabs[tab];
        state.state = State::Running;
        (state.facts.running_since, state.facts.resumed_at) = (self.t, self.t);
        let inbox = std::mem::take(&mut state.inbox);
        let syncs = std::mem::take(&mut state.syncs_put_off);
        self.store.waiting.extend(std::iter::repeat_n(page, syncs));
        self.after(0.1, Happening::Transact);
        self.event(page, Event::Resumed);
        for arrival in inbox {
            self.arrives(page, arrival);
        }
        self.event(page, Event::Check);
    }

    pub fn machine_wakes(&mut self) {
        for tab in 0..self.tabs.len() {
            self.tabs[tab].facts.running_since = self.t;
            let page = self.page(tab);
            self.event(page, Event::Check);
        }
    }

    pub fn timer(&mut self, page: PageId, number: u32) {
        if self.is_alive(page) && self.tabs[page.tab].timer == number {
            self.event(page, Event::Check);
        }
    }

    pub fn spring(&mut self, page: PageId, point: Point) {
        if !self.is_alive(page) {
            return;
        }
        match self.tabs[page.tab].springs(point) {
            Some(Fate::Killed) => self.close(page.tab),
            Some(Fate::Frozen) => self.freeze(page.tab),
            None => {}
        }
    }

    pub fn arrives(&mut self, page: PageId, arrival: Arrival) {
        if !self.is_alive(page) {
            return;
        }
        if !self.is_running(page) {
            match arrival {
                Arrival::Message(message) if self.tabs[page.tab].state == State::Cached => self.misses(page, &message),
                _ => self.tabs[page.tab].inbox.push(arrival),
            }
            return;
        }
        match arrival {
            Arrival::Event(event) => self.event(page, event),
            Arrival::Message(message) => self.hears(page, message),
            Arrival::Locked { number, granted } => {
                if self.tabs[page.tab].claim == number {
                    self.event(page, Event::Locked { granted });
                    self.spring(page, Point::Locked);
                }
            }
            Arrival::Read { number } => self.reads(page, number),
            Arrival::Answer { request } => self.answer(page, request),
        }
    }

    /// One event, and all that follows from it.
    pub fn event(&mut self, page: PageId, event: Event) {
        if !self.is_running(page) {
            return;
        }
        self.events += 1;
        let tab = &mut self.tabs[page.tab];
        if tab.facts.syncs_since.is_some_and(|since| self.t >= since + SYNC_BOUND) {
            tab.record_works = false;
        }
        if self.log.is_some() {
            let shown = format!("{event:?}");
            self.say(|| format!("tab {} <- {shown}", page.tab));
        }
        self.watch_event(page, &event);
        let now = self.now(page.tab);
        let mut effects = Vec::new();
        if let Some(session) = &mut self.tabs[page.tab].session {
            session.handle(event, now);
            while let Some(effect) = session.poll_effect() {
                effects.push(effect);
            }
        }
        for effect in effects {
            if let Some(left) = &mut self.tabs[page.tab].dies_after {
                match left.checked_sub(1) {
                    Some(less) => *left = less,
                    None => self.close(page.tab),
                }
            }
            // A tab that is frozen carries its task to its end.
            if !self.is_alive(page) {
                return;
            }
            self.carry_out(page, effect);
        }
        self.look(page);
    }

    fn carry_out(&mut self, page: PageId, effect: Effect) {
        if self.log.is_some() && !matches!(effect, Effect::Wake(_) | Effect::Ready) {
            self.say(|| format!("tab {} -> {effect:?}", page.tab));
        }
        self.watch_effect(page, &effect);
        match effect {
            Effect::Refresh { attempt, refresh_token, .. } => {
                self.send_refresh(page, attempt, refresh_token.as_ref().and_then(ticket_of));
            }
            Effect::SignOut { attempt, order } => self.send_sign_out(page, attempt, &order),
            Effect::Abandon(attempt) => self.abandon(page, attempt),
            Effect::Save(stored) => self.save(page, *stored),
            Effect::Lock(lock) => self.lock(page, lock),
            Effect::Unlock => self.unlock(page),
            Effect::Sync => self.sync(page),
            Effect::Send(message) => self.send(page, &message),
            Effect::Wake(wake) => {
                let tab = &mut self.tabs[page.tab];
                tab.timer += 1;
                let Some(wake) = wake else { return };
                let mut at = self.t + wake.after.ceil().max(1.0);
                if tab.throttle > 0.0 {
                    at = (at / tab.throttle).ceil() * tab.throttle;
                }
                let number = tab.timer;
                self.at(at, Happening::Timer { page, number });
            }
            Effect::Answer { .. } | Effect::Notify(_) | Effect::Probe(_) | Effect::Ready => {}
        }
    }

    fn save(&mut self, page: PageId, stored: Stored) {
        match self.config.keep {
            Keep::Memory => {}
            Keep::Session => self.tabs[page.tab].kept = Some(stored),
            Keep::Local => self.shared = Some(stored),
        }
    }

    fn lock(&mut self, page: PageId, lock: Lock) {
        self.tabs[page.tab].claim += 1;
        let claim = Claim { page, number: self.tabs[page.tab].claim };
        if self.mode == Mode::NoLock {
            return self.tell_lock(claim, true);
        }
        if lock != Lock::Queued {
            self.locks.give_up(page);
            if lock == Lock::Stolen && self.locks.recovering.is_some_and(|other| other != page) {
                return self.tell_lock(claim, false);
            }
            self.tally.count("locks taken away");
        }
        if lock != Lock::Queued || self.mode == Mode::StealAlways {
            let loser = self.locks.steal(claim);
            if let Some(loser) = loser.filter(|loser| loser.page != page) {
                self.tabs[loser.page.tab].facts.lost_at = self.t;
                self.after(HOP, Happening::Arrives { page: loser.page, arrival: Arrival::Event(Event::LockLost) });
            }
            // Where there is no record, whoever recovers goes on to until it is done.
            self.locks.recovering = (lock != Lock::Queued && !self.tabs[page.tab].record_works).then_some(page);
            self.tell_lock(claim, true);
        } else {
            let next = self.locks.request(claim);
            self.grant(next);
        }
    }

    fn unlock(&mut self, page: PageId) {
        self.tabs[page.tab].claim += 1;
        self.locks.give_up(page);
        if self.locks.recovering == Some(page) {
            self.locks.recovering = None;
        }
        if self.locks.holder.is_none_or(|claim| claim.page == page) {
            let next = self.locks.release(page);
            self.grant(next);
        }
    }

    fn grant(&mut self, next: Option<Claim>) {
        if let Some(claim) = next {
            self.tell_lock(claim, true);
        }
    }

    fn tell_lock(&mut self, claim: Claim, granted: bool) {
        let arrival = Arrival::Locked { number: claim.number, granted };
        self.after(HOP, Happening::Arrives { page: claim.page, arrival });
    }

    fn sync(&mut self, page: PageId) {
        if !self.config.record {
            self.tabs[page.tab].record_works = false;
            return self.after(0.5, Happening::Arrives { page, arrival: Arrival::Event(Event::Synced { works: false }) });
        }
        self.tabs[page.tab].facts.syncs_since.get_or_insert(self.t);
        self.store.waiting.push_back(page);
        self.after(0.1, Happening::Transact);
    }

    pub fn transact(&mut self) {
        if self.store.running.is_some() {
            return;
        }
        let Some(page) = self.store.waiting.pop_front() else { return };
        self.store.numbers += 1;
        let number = self.store.numbers;
        self.store.running = Some(Transaction { number, page, writes: None });
        let wait = self.tabs[page.tab].rng.between(0.1, 1.0) * self.config.sync_delay;
        self.after(wait, Happening::Arrives { page, arrival: Arrival::Read { number } });
        if self.mode == Mode::WeakRecord {
            self.store.running = None;
            self.after(0.0, Happening::Transact);
        }
    }

    fn reads(&mut self, page: PageId, number: u32) {
        let is_weak = self.mode == Mode::WeakRecord;
        if !is_weak && self.store.running.as_ref().is_none_or(|running| running.number != number) {
            return;
        }
        let is_stale = is_weak && self.tabs[page.tab].rng.chance(0.15);
        let record = if is_stale { self.store.before } else { self.store.record };
        self.watch_found(page, record.as_ref());
        self.event(page, Event::Found(record.map(Box::new)));
        if !self.is_alive(page) {
            return;
        }
        let writes = self.tabs[page.tab].session.as_ref().and_then(|session| session.shared().cloned());
        let running = Transaction { number, page, writes: Some(writes) };
        if is_weak {
            let is_lost = self.tabs[page.tab].rng.chance(0.1);
            return self.commit_now(running, is_lost);
        }
        self.store.running = Some(running);
        self.spring(page, Point::Found);
        let wait = self.tabs[page.tab].rng.between(0.1, 1.0) * self.config.sync_delay;
        self.after(wait, Happening::Commit { number });
    }

    /// It needs no more of the page, though that be frozen.
    pub fn commit(&mut self, number: u32) {
        let Some(running) = self.store.running.take_if(|running| running.number == number) else { return };
        if self.is_alive(running.page) {
            self.commit_now(running, false);
        }
        self.after(0.1, Happening::Transact);
    }

    fn commit_now(&mut self, Transaction { page, writes, .. }: Transaction, is_lost: bool) {
        if let Some(record) = writes.flatten().filter(|_| !is_lost) {
            self.watch_commit(page, &record);
            self.store.commit(record);
        }
        self.tabs[page.tab].facts.syncs_since = None;
        self.tabs[page.tab].record_works = true;
        self.arrives(page, Arrival::Event(Event::Synced { works: true }));
        self.spring(page, Point::Synced);
    }

    pub fn revoke(&mut self, tab: usize) {
        if let Some(family) = self.tabs[tab].facts.family {
            self.say(|| format!("server: somebody ends the session {family}"));
            self.server.revoke(family, Cause::Admin);
        }
    }
}

//! How a tab's driver carries out what its session wants; and how the platform's answers reach it.

use evertoken::core::{Attempt, Event, Failure, FailureKind, Lock, Outcome, SYNC_BOUND, nobody};

use crate::model::{Mode, Model, Server};
use crate::platform::{LIFETIME, Noted, Reply, Request};
use crate::prints::print_of;
use crate::responses::{Said, Wish};
use crate::state::State;
use crate::tab::{Life, LockNews};

impl State {
    pub fn event(&mut self, model: &Model, tab: usize, event: Event) {
        let print = print_of(&event);
        self.event_until(model, tab, event, print, None);
    }

    /// One event and what follows from it, or so much of it as others can see before the tab is killed. Says whether it comes to that.
    pub fn event_until(&mut self, model: &Model, tab: usize, event: Event, print: u64, mut dies_after: Option<u8>) -> bool {
        if self.log.is_some() {
            let shown = format!("{event:?}");
            self.say(|| format!("tab {tab} <- {shown}"));
        }
        let t = self.t;
        let here = self.tab(tab);
        if here.syncs_since.is_some_and(|since| t >= since + SYNC_BOUND) {
            here.record_works = false;
        }
        let response = model.responses.of(&here.session, (here.print, print), t, event);
        (here.session, here.print, here.generation) = (response.session.clone(), response.print, response.generation);
        for wish in &response.wishes {
            if let Some(left) = dies_after.as_mut().filter(|_| wish.is_seen()) {
                if *left == 0 {
                    self.kill(tab);
                    return true;
                }
                *left -= 1;
            }
            self.carry_out(model, tab, wish);
        }
        self.look_at_orders();
        false
    }

    fn carry_out(&mut self, model: &Model, tab: usize, wish: &Wish) {
        if self.log.is_some() && !matches!(wish, Wish::Wake(_)) {
            self.say(|| format!("tab {tab} -> {wish:?}"));
        }
        match wish {
            Wish::Refresh { attempt, refresh } => self.send_request(model, tab, *attempt, *refresh),
            Wish::Abandon(attempt) => self.requests.retain(|request| (request.tab, request.attempt) != (tab, *attempt)),
            Wish::Hold(held) => self.tab(tab).holds = Some(*held),
            Wish::Lock(lock) => self.lock(model, tab, *lock),
            Wish::Unlock => self.unlock(tab),
            Wish::Sync => {
                let t = self.t;
                self.tab(tab).syncs_since.get_or_insert(t);
                self.store.waiting.push_back(tab);
                self.store.advance();
            }
            Wish::Send(said) => self.send(model, tab, said),
            Wish::Wake(at) => self.tab(tab).wake = *at,
            Wish::End(reason) => self.look_at_end(model, tab, *reason),
        }
    }

    fn send_request(&mut self, model: &Model, tab: usize, attempt: Attempt, refresh: u8) {
        self.sent += 1;
        let lock_lost = self.tabs[tab].lock_news.contains(&LockNews::Lost);
        self.look_at_request(model, tab, refresh, lock_lost);
        self.requests.push(Request { tab, attempt, refresh, reply: None, slow: false, lock_lost, slept: false });
    }

    fn send(&mut self, model: &Model, tab: usize, said: &Said) {
        if model.mode == Mode::Mute {
            return;
        }
        let said = Said { is_news: self.tabs[tab].has_news, ..said.clone() };
        for other in (0..self.tabs.len()).filter(|other| *other != tab) {
            if matches!(self.tabs[other].life, Life::Running | Life::Frozen) {
                self.tab(other).hears_of(said.clone());
            }
        }
    }

    /// What the tab had of the lock, or waited for, it gives back first.
    fn lock(&mut self, model: &Model, tab: usize, lock: Lock) {
        if model.mode == Mode::NoLock {
            return self.tell_lock(tab, LockNews::Granted);
        }
        let other = self.locks.recovering.filter(|other| *other != tab);
        self.leave_lock(tab);
        match lock {
            Lock::Queued => {
                self.locks.waiting.push_back(tab);
                self.grant_next();
            }
            Lock::Stolen if other.is_some() => self.tell_lock(tab, LockNews::Refused),
            Lock::Stolen | Lock::Forced => {
                if let Some(loser) = self.locks.holder.replace(tab) {
                    self.lock_was_taken = true;
                    for request in self.requests.iter_mut().filter(|request| request.tab == loser) {
                        request.lock_lost = true;
                    }
                    self.tell_lock(loser, LockNews::Lost);
                }
                self.locks.recovering = (!self.tabs[tab].record_works).then_some(tab);
                self.tell_lock(tab, LockNews::Granted);
            }
        }
    }

    fn unlock(&mut self, tab: usize) {
        self.leave_lock(tab);
        self.grant_next();
    }

    fn leave_lock(&mut self, tab: usize) {
        self.locks.let_go(tab);
        let here = self.tab(tab);
        here.lock_news.clear();
        here.stale_news = 0;
    }

    fn grant_next(&mut self) {
        if let Some(next) = self.locks.advance() {
            self.tell_lock(next, LockNews::Granted);
        }
    }

    fn tell_lock(&mut self, tab: usize, news: LockNews) {
        self.tab(tab).lock_news.push_back(news);
    }

    /// The transaction under way has read: what the session says to it is to be written.
    pub fn read(&mut self, model: &Model, tab: usize) {
        self.read_until(model, tab, None);
    }

    pub fn read_until(&mut self, model: &Model, tab: usize, dies_after: Option<u8>) -> bool {
        let (found, print) = self.store.record.as_ref().map(|noted| (Box::new(noted.record), noted.print)).unzip();
        if self.event_until(model, tab, Event::Found(found), print.unwrap_or(0), dies_after) {
            return true;
        }
        let writes = self.tabs[tab].session.shared().map(|record| Noted::new(*record));
        if let Some(running) = &mut self.store.running {
            running.writes = Some(writes);
        }
        false
    }

    /// It needs no more of the page, though that be frozen.
    pub fn commit(&mut self, model: &Model) {
        let Some(running) = self.store.running.take() else { return };
        if model.mode != Mode::Mute {
            self.store.record = running.writes.flatten().or(self.store.record.take());
        }
        self.tab(running.tab).committed += 1;
        self.store.advance();
    }

    pub fn synced(&mut self, model: &Model, tab: usize) {
        self.synced_until(model, tab, None);
    }

    pub fn synced_until(&mut self, model: &Model, tab: usize, dies_after: Option<u8>) -> bool {
        let here = self.tab(tab);
        here.committed -= 1;
        (here.syncs_since, here.record_works) = (None, true);
        let event = Event::Synced { works: true };
        let print = print_of(&event);
        self.event_until(model, tab, event, print, dies_after)
    }

    pub fn serve(&mut self, model: &Model, index: usize) {
        let refresh = self.requests[index].refresh;
        let reply = self.endpoint.serve(refresh, model.server == Server::Forgiving);
        self.say(|| format!("server: r{refresh} -> {reply:?}"));
        self.requests[index].reply = Some(reply);
        self.forget_unwanted();
    }

    pub fn answer_until(&mut self, model: &Model, index: usize, dies_after: Option<u8>) -> bool {
        let Request { tab, attempt, reply, lock_lost, .. } = self.requests.remove(index);
        self.tab(tab).has_news |= lock_lost;
        let outcome = match reply {
            Some(Reply::Granted(issued)) => Outcome::Tokens { tokens: Box::new(issued.tokens(self.t, LIFETIME)), date: None },
            Some(Reply::Rejected) => nobody(Some(401)),
            _ => Outcome::Transient(Failure::new(FailureKind::Network)),
        };
        let event = Event::Answered { attempt, outcome };
        let print = print_of(&event);
        self.event_until(model, tab, event, print, dies_after)
    }

    /// Its lock is free, its transaction aborted; a request goes on to the server.
    pub fn kill(&mut self, tab: usize) {
        self.say(|| format!("tab {tab} is killed"));
        let here = self.tab(tab);
        here.life = Life::Dead;
        (here.holds, here.wake) = (None, None);
        here.unheard.clear();
        self.store.abort(tab);
        self.unlock(tab);
        self.forget_unwanted();
    }

    pub fn freeze(&mut self, tab: usize, life: Life) {
        self.tab(tab).life = life;
        for request in self.requests.iter_mut().filter(|request| request.tab == tab) {
            request.slept = true;
        }
    }

    /// Answers for which nobody lives.
    fn forget_unwanted(&mut self) {
        let State { requests, tabs, .. } = self;
        requests.retain(|request| request.reply.is_none() || tabs[request.tab].life != Life::Dead);
    }
}

//! The BroadcastChannel, and the steps of the plan.

use evertoken::core::{Event, Message, Payload, Secret};

use crate::config::{Mode, Transport};
use crate::page::{Arrival, PageId, State};
use crate::plan::{Step, What};
use crate::world::{AFTERWARDS, Happening, PEACE, World};

impl World<'_> {
    /// Every other page that has the channel open hears of it by and by.
    pub fn send(&mut self, page: PageId, message: &Message) {
        self.tally.count("messages");
        for tab in 0..self.tabs.len() {
            let other = self.page(tab);
            if tab == page.tab || !matches!(self.tabs[tab].state, State::Running | State::Frozen) {
                continue;
            }
            let is_lost = self.t < self.silent_until || (self.config.loss > 0.0 && self.rng.chance(self.config.loss));
            let wait = self.rng.between(0.1, 1.0) * self.config.message_delay;
            self.watch_message(page, other, message, (!is_lost).then_some(wait));
            if !is_lost {
                self.after(wait, Happening::Arrives { page: other, arrival: Arrival::Message(Box::new(message.clone())) });
            }
        }
    }

    pub fn hears(&mut self, page: PageId, message: Box<Message>) {
        if self.mode == Mode::NoAdoption && matches!(message.payload, Payload::Tokens(_)) {
            return;
        }
        let told = match &message.payload {
            Payload::Activity(at) => Some(*at),
            Payload::Tokens(stored) => stored.last_activity,
            Payload::Ask | Payload::End(_) => None,
        };
        if let Some(at) = told {
            self.counts_as_now(page, (message.order.epoch, message.order.session), at);
            self.crosses_a_step();
        }
        self.event(page, Event::Heard(message));
    }

    pub fn step(&mut self, Step { tab, what, .. }: Step) {
        self.say(|| format!("step: tab {tab}, {what:?}"));
        let page = self.page(tab);
        self.watch.disturbances.push(self.t);
        match what {
            What::Open => self.open(tab, None),
            What::Close => self.close(tab),
            What::Reload(wait) => {
                if self.tabs[tab].state != State::Closed {
                    self.close(tab);
                    self.after(wait, Happening::Reopen { tab });
                }
            }
            What::Freeze => self.freeze(tab),
            What::Resume => self.resume(tab, State::Frozen),
            What::Cache => self.cache(tab),
            What::Restore => self.resume(tab, State::Cached),
            // It is throttled more the longer it is hidden, and no less before it is shown.
            What::Hide(throttle) => self.tabs[tab].throttle = self.tabs[tab].throttle.max(throttle),
            What::Show => self.show(page),
            What::Stop => self.event(page, Event::Stop),
            What::Activity => {
                self.show(page);
                self.event(page, Event::Activity);
            }
            What::Ask => self.ask(page),
            What::Refresh => self.ask_for_refresh(page, None),
            What::Unauthorized => {
                let token = self.token_in_hand(page);
                if token.is_some() {
                    self.ask_for_refresh(page, token);
                }
            }
            What::SignOut => {
                let caller = self.new_caller(page);
                self.event(page, Event::SignOut(caller));
            }
            What::SignIn(user) => {
                if self.is_running(page) && !self.tabs[tab].facts.stopped {
                    let number = self.signs_in(user);
                    let tokens = Box::new(self.server.tokens(number, self.config));
                    self.event(page, Event::SignIn(tokens));
                }
            }
            What::SignInByReload(user) => {
                // Whoever signs out waits for that before he leaves the page.
                if self.tabs[tab].is_running() && self.t >= self.tabs[tab].facts.signed_out_at + 1_500.0 {
                    self.close(tab);
                    self.after(1_500.0, Happening::Return { tab, user });
                }
            }
            What::Online(online) => self.event(page, if online { Event::Online } else { Event::Offline }),
            What::Trap(point, fate) => self.tabs[tab].trap = Some((point, fate)),
            What::LoseRequest => self.tabs[tab].loses_request = true,
            What::LoseAnswer => self.tabs[tab].loses_answer = true,
            What::Slow(wait, there) => self.tabs[tab].slow = Some((wait, there)),
            What::Outage(length, retry_after) => {
                self.server.outage_until = self.t + length;
                self.server.retry_after = retry_after;
            }
            What::Revoke => self.revoke(tab),
            What::Silence(length) => self.silent_until = self.t + length,
            What::SetWall(by) => {
                if by < 0.0 {
                    self.sees_who_knows_of_activity();
                }
                self.wall_ahead += by;
                self.watch.wall_steps += by.abs();
                self.watch.stepped = self.t;
                if by < 0.0 {
                    self.watch.stepped_back.get_or_insert(self.t);
                    self.watch.steps_back += 1;
                    self.watch.steps_back_by -= by;
                }
            }
            What::Sleep(length) => self.sleep(length),
            What::Hostile(seed) => self.hostile(tab, seed),
        }
    }

    fn show(&mut self, page: PageId) {
        let tab = &mut self.tabs[page.tab];
        let throttle = std::mem::take(&mut tab.throttle);
        if throttle > 0.0 {
            tab.facts.shown = (self.t, throttle);
        }
        self.event(page, Event::Check);
    }

    fn sleep(&mut self, length: f64) {
        self.asleep_until = self.asleep_until.max(self.t + length);
        // One that follows at once is the same.
        let (before, woke_at) = self.watch.last_sleep;
        let sleeps_at = if self.watch.sleeps > 1 && self.t <= woke_at + 1_000.0 { before } else { self.t };
        self.watch.last_sleep = (sleeps_at, self.asleep_until);
        self.watch.slept = true;
        self.watch.sleeps += 1;
        if !self.config.mono_in_sleep {
            self.slept += length;
        }
        let at = self.asleep_until;
        self.at(at, Happening::Wakes);
    }

    /// From the sign-in page, with what it brought.
    pub fn return_signed_in(&mut self, tab: usize, user: u8) {
        if self.tabs[tab].state == State::Closed {
            let number = self.signs_in(user);
            self.open(tab, Some(number));
        }
    }

    fn signs_in(&mut self, user: u8) -> usize {
        let number = self.server.sign_in(user, self.t, self.config);
        if self.config.transport == Transport::Cookie {
            self.cookie = Some(self.server.issued[number].ticket);
        }
        self.say(|| format!("server: user {user} signs in, t{number}"));
        self.tally.count("sign-ins");
        number
    }

    pub fn token_in_hand(&self, page: PageId) -> Option<Secret> {
        self.tabs[page.tab].session.as_ref()?.access_token().cloned()
    }

    /// The token is given out without asking the session, while that is allowed.
    pub fn ask(&mut self, page: PageId) {
        if !self.is_running(page) {
            return;
        }
        let now = self.now(page.tab);
        match self.tabs[page.tab].fast {
            Some(fast) if now.mono_ms < fast.mono_until && now.wall_ms < fast.wall_until => self.look_at_token(page, fast.number),
            _ => {
                let caller = self.new_caller(page);
                self.event(page, Event::Ask(caller));
            }
        }
    }

    fn ask_for_refresh(&mut self, page: PageId, failed: Option<Secret>) {
        let caller = self.new_caller(page);
        self.event(page, Event::Refresh { caller, failed });
    }

    pub fn make_peace(&mut self) {
        self.say(|| "peace".into());
        self.after(PEACE, Happening::LastQuestion);
        self.after(PEACE + AFTERWARDS, Happening::LastQuestion);
        self.ends_at = self.t + PEACE + AFTERWARDS + 2.0 * self.config.timeout;
        self.server.outage_until = 0.0;
        self.silent_until = self.silent_until.min(self.t);
        for tab in 0..self.tabs.len() {
            let state = &mut self.tabs[tab];
            state.trap = None;
            (state.loses_answer, state.loses_request, state.slow) = (false, false, None);
            let page = self.page(tab);
            self.show(page);
            self.event(page, Event::Online);
        }
    }
}

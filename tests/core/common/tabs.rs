//! Two tabs of one session, wired together by hand: one lock, one record, one channel, each of which does what it is asked at once.

use evertoken::core::*;
use evertoken::fuzz::{EPOCH, opaque};
use serde_json::json;

use super::fields;

pub const ROTATING: Abilities =
    Abilities { refresh: true, refresh_takes_token: true, sign_out: false, revoke: false, probe: false, tabs: true, record: true };

pub struct Tab {
    pub session: Session,
    pub requests: Vec<(Attempt, Option<String>)>,
    pub ended: Vec<EndReason>,
    pub answers: Vec<Caller>,
    pub ready: bool,
    pub sign_outs: Vec<Attempt>,
    pub kept: Option<Stored>,
    /// False: it is frozen, or what is told to it is lost.
    pub hears: bool,
}

pub struct Tabs {
    pub tabs: Vec<Tab>,
    pub record: Option<SharedRecord>,
    /// Its store answers.
    pub reads: bool,
    holder: Option<usize>,
    waiting: Vec<usize>,
    pub stolen: u32,
    pub t: f64,
    /// The wall clock was set forward by so many seconds.
    pub wall: f64,
    settings: Settings,
}

impl Tabs {
    pub fn new(abilities: Abilities) -> Tabs {
        Tabs::with(json!({}), abilities)
    }

    pub fn with(options: serde_json::Value, abilities: Abilities) -> Tabs {
        let settings = Settings::read(&fields(&options), abilities).expect("settings");
        Tabs { tabs: Vec::new(), record: None, reads: true, holder: None, waiting: Vec::new(), stolen: 0, t: 0.0, wall: 0.0, settings }
    }

    /// Two tabs, of which the first has signed in.
    pub fn signed_in(abilities: Abilities) -> Tabs {
        Tabs::signed_in_with(json!({}), abilities)
    }

    pub fn signed_in_with(options: serde_json::Value, abilities: Abilities) -> Tabs {
        let mut tabs = Tabs::with(options, abilities);
        tabs.open(None);
        tabs.open(None);
        tabs.event(0, Event::SignIn(token("a1", "r1", "ada")));
        tabs
    }

    pub fn open(&mut self, stored: Option<Stored>) -> usize {
        self.open_with(None, stored)
    }

    pub fn open_with(&mut self, given: Option<Box<TokenSet>>, stored: Option<Stored>) -> usize {
        let session = Session::new(self.settings.clone(), self.tabs.len() as u64, self.now());
        let (requests, ended, answers, sign_outs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        self.tabs.push(Tab { session, requests, ended, answers, sign_outs, ready: false, kept: None, hears: true });
        let tab = self.tabs.len() - 1;
        self.event(tab, Event::Start { given, stored: stored.map(Box::new) });
        tab
    }

    pub fn event(&mut self, tab: usize, event: Event) {
        let now = self.now();
        self.tabs[tab].session.handle(event, now);
        while let Some(effect) = self.tabs[tab].session.poll_effect() {
            self.carry_out(tab, effect);
        }
    }

    /// So many seconds later.
    pub fn pass(&mut self, seconds: f64) {
        self.t += seconds;
        for tab in 0..self.tabs.len() {
            self.event(tab, Event::Check);
        }
    }

    /// Of all tabs.
    pub fn requests(&self) -> usize {
        self.tabs.iter().map(|tab| tab.requests.len()).sum()
    }

    pub fn token(&self, tab: usize) -> Option<&str> {
        self.tabs[tab].session.access_token().map(Secret::expose)
    }

    /// The latest request of the tab is granted.
    pub fn grant(&mut self, tab: usize, access: &str, refresh: &str) {
        self.answer(tab, Outcome::Tokens { tokens: token(access, refresh, "ada"), date: None });
    }

    pub fn answer(&mut self, tab: usize, outcome: Outcome) {
        let attempt = self.tabs[tab].requests.last().expect("a request").0;
        self.event(tab, Event::Answered { attempt, outcome });
    }

    /// The record's store answers the tab.
    pub fn read(&mut self, tab: usize) {
        self.event(tab, Event::Found(self.record.map(Box::new)));
        self.record = self.tabs[tab].session.shared().copied();
        self.event(tab, Event::Synced { works: true });
    }

    fn now(&self) -> Now {
        Now { wall_ms: (EPOCH + self.t + self.wall) * 1_000.0, mono_ms: self.t * 1_000.0 + 5.0 }
    }

    fn carry_out(&mut self, tab: usize, effect: Effect) {
        match effect {
            Effect::Refresh { attempt, refresh_token, .. } => {
                self.tabs[tab].requests.push((attempt, refresh_token.map(|token| token.expose().to_owned())));
            }
            Effect::Notify(Notice::Started {}) => self.tabs[tab].ended.clear(),
            Effect::Notify(Notice::Ended { reason }) => self.tabs[tab].ended.push(reason),
            Effect::Ready => self.tabs[tab].ready = true,
            Effect::Answer { caller, .. } => self.tabs[tab].answers.push(caller),
            Effect::SignOut { attempt, .. } => self.tabs[tab].sign_outs.push(attempt),
            Effect::Save(stored) => self.tabs[tab].kept = Some(*stored),
            Effect::Sync if self.reads => self.read(tab),
            Effect::Send(message) => {
                for other in (0..self.tabs.len()).filter(|other| *other != tab) {
                    if self.tabs[other].hears {
                        self.event(other, Event::Heard(message.clone()));
                    }
                }
            }
            Effect::Lock(Lock::Queued) => {
                self.waiting.push(tab);
                self.grant_lock();
            }
            Effect::Lock(_) => {
                self.stolen += 1;
                self.waiting.retain(|waiting| *waiting != tab);
                if let Some(loser) = self.holder.replace(tab).filter(|loser| self.tabs[*loser].hears) {
                    self.event(loser, Event::LockLost);
                }
                self.event(tab, Event::Locked { granted: true });
            }
            Effect::Unlock => {
                self.waiting.retain(|waiting| *waiting != tab);
                if self.holder == Some(tab) {
                    self.holder = None;
                    self.grant_lock();
                }
            }
            _ => {}
        }
    }

    fn grant_lock(&mut self) {
        if self.holder.is_none() && !self.waiting.is_empty() {
            let next = self.waiting.remove(0);
            self.holder = Some(next);
            self.event(next, Event::Locked { granted: true });
        }
    }
}

/// It lives for an hour.
pub fn token(access: &str, refresh: &str, user: &str) -> Box<TokenSet> {
    let claims = Claims { sub: Some(user.into()), ..Claims::default() };
    Box::new(TokenSet {
        subject: claims.sub.clone(),
        claims: Some(claims),
        expires_in: Some(3_600_000.0),
        refresh: Some(Secret::new(refresh)),
        ..opaque(access)
    })
}

//! Watches a session live: after every event, what must hold is looked at from outside.

use std::collections::BTreeMap;
use std::format;

use super::steps::Life;
use super::world::World;
use crate::core::*;

/// Milliseconds that times shown to the millisecond may be off.
const ROUNDING: f64 = 2.0;

pub struct Watch {
    pub world: World,
    /// Tells the session's timeline: elapsed milliseconds.
    pub clock: Clock,
    settings: Settings,
    /// What has been broken: the rule, and how.
    pub broken: Vec<(&'static str, String)>,
    /// When each token ends at the latest.
    ends: BTreeMap<String, f64>,
    pub in_flight: Option<Attempt>,
    disowned: bool,
    /// Those who wait for a token, and until when.
    pub waiting: BTreeMap<Caller, f64>,
    pub forgotten: Vec<Caller>,
    ended: Option<EndReason>,
    signs_in: bool,
    last_activity: f64,
    session_start: f64,
    /// No attempt before: what the network's return lifts, and what it does not.
    not_before: f64,
    firmly_not_before: f64,
    pub stopped: bool,
}

impl Watch {
    pub fn new(life: &Life) -> Watch {
        let mut world = World::new(life.settings.clone(), life.seed);
        world.server_skew = life.skew;
        Watch {
            clock: Clock::new(world.now()),
            settings: life.settings.clone(),
            world,
            broken: Vec::new(),
            ends: BTreeMap::new(),
            in_flight: None,
            disowned: false,
            waiting: BTreeMap::new(),
            forgotten: Vec::new(),
            ended: None,
            signs_in: false,
            last_activity: 0.0,
            session_start: 0.0,
            not_before: 0.0,
            firmly_not_before: 0.0,
            stopped: false,
        }
    }

    /// The device learns of a token that lives for so many seconds from now on, at most.
    pub fn learn(&mut self, tokens: &TokenSet, lifetime: f64) {
        self.clock.advance(self.world.now());
        let end = self.clock.now() + lifetime * 1_000.0;
        let known = self.ends.entry(tokens.access.expose().to_owned()).or_insert(f64::INFINITY);
        *known = known.min(end);
    }

    pub fn event(&mut self, event: Event) {
        let end = self.world.snapshot().expires_at.map_or(f64::INFINITY, |at| at * 1_000.0 - self.clock.wall(0.0));
        self.clock.advance(self.world.now());
        let now = self.clock.now();
        let token = self.world.token();
        self.expect(&event, now);
        let keeps_token = matches!(
            event,
            Event::Check | Event::Online | Event::Offline | Event::Activity | Event::Ask(_) | Event::Forget(_) | Event::SignedOut { .. }
        ) || matches!(event, Event::Answered { outcome: Outcome::Transient(_), .. });
        let is_sign_in = matches!(event, Event::SignIn(_));
        let is_activity = matches!(event, Event::Activity);
        self.world.event(event);
        if keeps_token && token.is_some() && now < end - ROUNDING && self.world.token() != token {
            let reason = self.world.snapshot().reason;
            self.check("keeps", matches!(reason, Some(EndReason::Idle | EndReason::MaxLifespan)), || format!("lost its token: {reason:?}"));
        }
        self.signs_in = is_sign_in && !self.stopped;
        if self.signs_in {
            (self.not_before, self.firmly_not_before) = (0.0, 0.0);
        }
        self.look_at_effects(now);
        if is_activity && self.ended.is_none() {
            self.last_activity = now;
        }
        self.look_at_state(now);
    }

    /// What follows from the event whatever the session makes of it.
    fn expect(&mut self, event: &Event, now: f64) {
        let deadline = now + self.settings.refresh_timeout;
        match event {
            Event::Start { .. } => (self.last_activity, self.session_start) = (now, now),
            Event::Ask(caller) | Event::Refresh { caller, .. } if !self.stopped => {
                self.waiting.insert(*caller, deadline);
            }
            Event::Forget(caller) if self.waiting.remove(caller).is_some() => self.forgotten.push(*caller),
            Event::Online => self.not_before = 0.0,
            Event::SignIn(_) => self.disowned |= self.in_flight.is_some(),
            Event::Answered { attempt, outcome } if self.in_flight == Some(*attempt) => {
                self.in_flight = None;
                match outcome {
                    Outcome::Tokens { .. } if !self.disowned => (self.not_before, self.firmly_not_before) = (0.0, 0.0),
                    Outcome::Transient(Failure { retry_after: Some(wait), .. }) if !self.disowned => {
                        self.firmly_not_before = self.firmly_not_before.max(now + wait.min(3_600_000.0));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn look_at_effects(&mut self, now: f64) {
        let was_stopped = self.stopped;
        for effect in self.world.latest.clone() {
            match effect {
                Effect::Refresh { attempt, .. } => {
                    self.check("one at a time", self.in_flight.is_none(), || format!("{attempt} beside another"));
                    self.check("after the end", self.ended.is_none() && !was_stopped, || "a refresh".into());
                    let not_before = self.not_before.max(self.firmly_not_before);
                    self.check("backoff", now >= not_before - ROUNDING, || format!("{} ms too early", not_before - now));
                    (self.in_flight, self.disowned) = (Some(attempt), false);
                }
                Effect::Abandon(attempt) if self.in_flight == Some(attempt) => self.in_flight = None,
                Effect::Probe(_) => self.check("after the end", self.ended.is_none(), || "a probe".into()),
                Effect::Answer { caller, answer } => self.look_at_answer(caller, answer, now),
                Effect::Notify(notice) => self.look_at_notice(&notice, now),
                _ => {}
            }
        }
    }

    fn look_at_answer(&mut self, caller: Caller, answer: Result<Option<Secret>, Refusal>, now: f64) {
        self.waiting.remove(&caller);
        let forgotten = self.forgotten.contains(&caller);
        self.check("answers", !forgotten, || format!("{caller} has left"));
        if let Ok(Some(token)) = answer {
            self.check("after the end", self.ended.is_none(), || "a token".into());
            self.look_at_token(token.expose(), now);
        }
    }

    fn look_at_token(&mut self, token: &str, now: f64) {
        let end = self.ends.get(token).copied();
        self.check("expired", end.is_some_and(|end| now < end + ROUNDING), || format!("given out at {now}, ends at {end:?}"));
    }

    fn look_at_notice(&mut self, notice: &Notice, now: f64) {
        match *notice {
            Notice::Started {} => {
                if self.signs_in {
                    self.ended = None;
                }
                self.check("ends once", self.ended.is_none(), || "started after an end".into());
                (self.last_activity, self.session_start) = (now, now);
            }
            Notice::Ended { reason } => {
                let already = self.ended.replace(reason);
                self.check("ends once", already.is_none(), || format!("{reason:?} after {already:?}"));
                self.disowned |= self.in_flight.is_some();
                let (idle, maximum) = (self.idle_end(), self.maximum());
                self.check("limits", reason != EndReason::Idle || now >= idle, || format!("idle at {now} before {idle}"));
                self.check("limits", reason != EndReason::MaxLifespan || now >= maximum, || format!("maximum at {now} before {maximum}"));
            }
            Notice::RefreshFailed { retry_at: Some(retry_at), .. } => self.not_before = retry_at * 1_000.0 - self.clock.wall(0.0),
            _ => {}
        }
    }

    fn look_at_state(&mut self, now: f64) {
        let snapshot = self.world.snapshot();
        if let Some(token) = self.world.token() {
            self.look_at_token(&token, now);
            self.look_at_usable_for(&token, now);
        } else {
            let usable = self.world.session.usable_for();
            self.check("usable", usable.is_none(), || format!("without a token for {usable:?}"));
        }
        let ended = self.ended;
        // After a stop nobody is told: an answer that was under way may show that the session is somebody else's by now.
        let is_told = ended.is_some() || !self.stopped;
        self.check("ends once", !is_told || snapshot.reason == ended, || format!("{ended:?} became {:?}", snapshot.reason));
        if self.stopped {
            self.check("answers", self.waiting.is_empty(), || "somebody waits after the stop".into());
            return;
        }
        let late: Vec<Caller> = self.waiting.iter().filter(|(_, deadline)| now >= **deadline).map(|(caller, _)| *caller).collect();
        self.check("answers", late.is_empty(), || format!("{late:?} wait too long"));
        if self.ended.is_some() {
            self.check("answers", self.waiting.is_empty(), || "somebody waits after the end".into());
            return;
        }
        // What has not begun has no longest life.
        let has_begun = snapshot.status != Status::Starting;
        let (idle, maximum) = (self.idle_end(), if has_begun { self.maximum() } else { f64::INFINITY });
        self.check("limits", now < idle && now < maximum, || format!("lives at {now}, idle at {idle}, maximum at {maximum}"));
        let nobody_is_there = !self.settings.refresh_while_idle && now >= self.last_activity + self.settings.check_interval;
        self.look_at_wake(&snapshot, nobody_is_there);
    }

    fn look_at_usable_for(&mut self, token: &str, now: f64) {
        let until = now + self.world.session.usable_for().unwrap_or(0.0);
        let end = self.ends.get(token).copied().unwrap_or(0.0);
        let (idle, maximum) = (self.idle_end(), self.maximum());
        self.check("usable", until > now, || "for no time at all".into());
        self.check("usable", until <= end + ROUNDING, || format!("until {until}, ends at {end}"));
        self.check("usable", until <= idle.min(maximum), || format!("until {until}, idle at {idle}, maximum at {maximum}"));
    }

    fn look_at_wake(&mut self, snapshot: &Snapshot, nobody_is_there: bool) {
        let interval = self.settings.check_interval;
        match self.world.wake {
            Some(wake) => {
                self.check("wakes", wake.after > 0.0, || format!("{wake:?}"));
                self.check("wakes", wake.after <= interval + ROUNDING, || format!("{wake:?} in an interval of {interval}"));
            }
            None => {
                let nothing_ahead = snapshot.expires_at.is_none() && snapshot.idle_ends_at.is_none() && snapshot.session_ends_at.is_none();
                let nothing_to_do = (snapshot.refresh == RefreshState::Idle || nobody_is_there) && self.waiting.is_empty();
                self.check("wakes", nothing_ahead && nothing_to_do, || format!("no wake in {snapshot:?}"));
            }
        }
    }

    fn idle_end(&self) -> f64 {
        self.last_activity + self.settings.idle_timeout
    }

    fn maximum(&self) -> f64 {
        self.session_start + self.settings.max_session_lifespan
    }

    fn check(&mut self, rule: &'static str, holds: bool, how: impl FnOnce() -> String) {
        if !holds {
            self.broken.push((rule, how()));
        }
    }
}

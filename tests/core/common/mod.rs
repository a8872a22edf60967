//! A world for one session: both clocks of a device, a server with a clock of its own, and everything that the session wants done.

mod answers;
mod json;
mod tokens;

use std::collections::BTreeMap;

use evertoken::core::*;
use serde_json::json;

pub use json::{Json, shown};
pub use tokens::{jwt, token_set, try_token_set};

/// What the device's wall clock shows when a world begins, in epoch seconds.
pub const EPOCH: f64 = 1_700_000_000.0;

/// Whether two times are the same to the millisecond.
#[track_caller]
pub fn assert_near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 0.0015, "{found} is not {expected}");
}

#[track_caller]
pub fn assert_between(found: f64, low: f64, high: f64) {
    assert!(found >= low - 0.0015 && found <= high + 0.0015, "{found} is not between {low} and {high}");
}

/// A session that can be refreshed without a refresh token, as one that lives in a cookie.
pub const REFRESHES: Abilities = Abilities { refresh: true, refresh_takes_token: false, sign_out: false, revoke: false, probe: false };

/// A request to refresh, as the session made it.
#[derive(Clone, Debug)]
pub struct Request {
    pub attempt: Attempt,
    pub refresh_token: Option<String>,
    pub reason: RefreshReason,
    /// Seconds since the world began.
    pub at: f64,
}

pub type Answer = Result<Option<String>, Refusal>;

/// All times and durations are seconds; moments are seconds since the world began.
pub struct World {
    pub session: Session,
    /// Time that has truly passed.
    pub t: f64,
    wall: f64,
    mono: f64,
    /// What the server's clock shows beyond `EPOCH + t`.
    pub server_skew: f64,
    pub wake: Option<Wake>,
    pub requests: Vec<Request>,
    pub answers: BTreeMap<Caller, Answer>,
    pub notices: Vec<(f64, Notice)>,
    pub saved: Option<Stored>,
    pub sign_outs: Vec<(Attempt, SignOutOrder)>,
    pub probes: Vec<Attempt>,
    pub abandoned: Vec<Attempt>,
    pub ready: u32,
    /// What the latest event brought, in its order.
    pub latest: Vec<Effect>,
    last_caller: Caller,
    issued: u32,
}

impl World {
    pub fn new(options: serde_json::Value) -> World {
        World::with(options, REFRESHES)
    }

    pub fn with(options: serde_json::Value, abilities: Abilities) -> World {
        World::seeded(options, abilities, 42)
    }

    pub fn seeded(options: serde_json::Value, abilities: Abilities, seed: u64) -> World {
        let settings = Settings::read(&Json(options), abilities).expect("settings");
        let now = Now { wall_ms: EPOCH * 1_000.0, mono_ms: 5_000.0 };
        World {
            session: Session::new(settings, seed, now),
            t: 0.0,
            wall: EPOCH,
            mono: 5.0,
            server_skew: 0.0,
            wake: None,
            requests: Vec::new(),
            answers: BTreeMap::new(),
            notices: Vec::new(),
            saved: None,
            sign_outs: Vec::new(),
            probes: Vec::new(),
            abandoned: Vec::new(),
            ready: 0,
            latest: Vec::new(),
            last_caller: 0,
            issued: 0,
        }
    }

    /// Default settings, and a fresh token in hand that lives for so long.
    pub fn holding(lifetime: f64) -> World {
        World::holding_with(json!({}), lifetime)
    }

    pub fn holding_with(options: serde_json::Value, lifetime: f64) -> World {
        let mut world = World::new(options);
        world.start();
        world.grant(lifetime);
        world
    }

    pub fn start(&mut self) {
        self.event(Event::Start { given: None, stored: None });
    }

    pub fn start_with(&mut self, given: TokenSet) {
        self.event(Event::Start { given: Some(Box::new(given)), stored: None });
    }

    pub fn restore(&mut self, stored: Stored) {
        self.event(Event::Start { given: None, stored: Some(Box::new(stored)) });
    }

    pub fn sign_in(&mut self, tokens: TokenSet) {
        self.event(Event::SignIn(Box::new(tokens)));
    }

    pub fn check(&mut self) {
        self.event(Event::Check);
    }

    /// `getAccessToken()`
    pub fn ask(&mut self) -> Caller {
        let caller = self.new_caller();
        self.event(Event::Ask(caller));
        caller
    }

    /// `refresh()`
    pub fn refresh(&mut self) -> Caller {
        let caller = self.new_caller();
        self.event(Event::Refresh { caller, failed: None });
        caller
    }

    /// `refresh({ failedToken })`
    pub fn refused(&mut self, failed: &str) -> Caller {
        let caller = self.new_caller();
        self.event(Event::Refresh { caller, failed: Some(Secret::new(failed)) });
        caller
    }

    pub fn sign_out(&mut self) -> Caller {
        let caller = self.new_caller();
        self.event(Event::SignOut(caller));
        caller
    }

    pub fn new_caller(&mut self) -> Caller {
        self.last_caller += 1;
        self.last_caller
    }

    /// One event, and all that follows from it.
    pub fn event(&mut self, event: Event) {
        let now = self.now();
        self.session.handle(event, now);
        self.wake = None;
        self.latest.clear();
        let mut last = false;
        while let Some(effect) = self.session.poll_effect() {
            assert!(!last, "an effect after the wake: {effect:?}");
            last = matches!(effect, Effect::Wake(_));
            self.latest.push(effect.clone());
            self.take(effect);
        }
        assert!(last, "no wake at the end");
    }

    pub fn now(&self) -> Now {
        Now { wall_ms: self.wall * 1_000.0, mono_ms: self.mono * 1_000.0 }
    }

    /// What the device's wall clock shows, in epoch seconds.
    pub fn wall(&self) -> f64 {
        self.wall
    }

    /// What the server's clock shows, in epoch seconds.
    pub fn server_time(&self) -> f64 {
        EPOCH + self.server_skew + self.t
    }

    /// Time passes and nobody wakes the session: a timer that is late.
    pub fn pass(&mut self, seconds: f64) {
        self.t += seconds;
        self.wall += seconds;
        self.mono += seconds;
    }

    /// The machine sleeps: only the wall clock goes on. Waking makes a check.
    pub fn sleep(&mut self, seconds: f64) {
        self.t += seconds;
        self.wall += seconds;
        self.check();
    }

    /// A machine whose monotonic clock goes on in sleep.
    pub fn sleep_both(&mut self, seconds: f64) {
        self.pass(seconds);
        self.check();
    }

    /// A clock that should be monotonic and is not.
    pub fn set_mono_clock(&mut self, by: f64) {
        self.mono += by;
    }

    /// Somebody sets the wall clock, by so much.
    pub fn set_wall_clock(&mut self, by: f64) {
        self.wall += by;
    }

    /// To the next wake, which makes a check. Timers have whole milliseconds. False where the session wants none.
    pub fn next(&mut self) -> bool {
        let Some(wake) = self.wake else { return false };
        self.pass((wake.after).ceil().max(1.0) / 1_000.0);
        self.check();
        true
    }

    /// From wake to wake until that moment, where a check is made too.
    pub fn run_until(&mut self, moment: f64) {
        while let Some(wake) = self.wake
            && self.t + wake.after / 1_000.0 < moment
        {
            self.next();
        }
        if moment > self.t {
            self.pass(moment - self.t);
            self.check();
        }
    }

    pub fn run_for(&mut self, seconds: f64) {
        self.run_until(self.t + seconds);
    }

    /// From wake to wake until the next request, which must come.
    #[track_caller]
    pub fn run_to_request(&mut self) -> Request {
        let before = self.requests.len();
        for _ in 0..10_000 {
            if self.requests.len() > before {
                return self.request();
            }
            assert!(self.next(), "no request will ever come");
        }
        panic!("no request in 10,000 wakes");
    }

    /// The latest request.
    #[track_caller]
    pub fn request(&self) -> Request {
        self.requests.last().expect("a request").clone()
    }

    pub fn token(&self) -> Option<String> {
        self.session.access_token().map(|token| token.expose().to_owned())
    }

    pub fn status(&self) -> Status {
        self.session.snapshot().status
    }

    pub fn snapshot(&self) -> Snapshot {
        self.session.snapshot()
    }

    /// A time of a snapshot or an event, as seconds since the world began.
    #[track_caller]
    pub fn moment(&self, epoch: Option<f64>) -> f64 {
        epoch.expect("a time") - (self.wall - self.t)
    }

    /// Seconds until the wake, and its reason.
    #[track_caller]
    pub fn wake(&self) -> (f64, WakeReason) {
        let wake = self.wake.expect("a wake");
        (wake.after / 1_000.0, wake.reason)
    }

    /// The names of all events so far.
    pub fn events(&self) -> Vec<&'static str> {
        self.notices.iter().map(|(_, notice)| notice.name()).collect()
    }

    pub fn count(&self, event: &str) -> usize {
        self.events().iter().filter(|name| **name == event).count()
    }

    fn take(&mut self, effect: Effect) {
        match effect {
            Effect::Refresh { attempt, refresh_token, reason } => {
                let refresh_token = refresh_token.map(|token| token.expose().to_owned());
                self.requests.push(Request { attempt, refresh_token, reason, at: self.t });
            }
            Effect::Abandon(attempt) => self.abandoned.push(attempt),
            Effect::Answer { caller, answer } => {
                let answer = answer.map(|token| token.map(|token| token.expose().to_owned()));
                let before = self.answers.insert(caller, answer);
                assert!(before.is_none(), "caller {caller} was answered twice");
            }
            Effect::Notify(notice) => self.notices.push((self.t, notice)),
            Effect::Save(stored) => self.saved = Some(*stored),
            Effect::SignOut { attempt, order } => self.sign_outs.push((attempt, order)),
            Effect::Probe(attempt) => self.probes.push(attempt),
            Effect::Ready => self.ready += 1,
            Effect::Wake(wake) => self.wake = wake,
        }
    }
}

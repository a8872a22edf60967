//! A world for one session: both clocks of a device, a server with a clock of its own, and everything that the session wants done.

use std::collections::BTreeMap;
use std::format;

use crate::core::*;

/// What the device's wall clock shows when a world begins, in epoch seconds.
pub const EPOCH: f64 = 1_700_000_000.0;

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
    pub fn new(settings: Settings, seed: u64) -> World {
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

    /// Time passes until the next wake. Timers have whole milliseconds. False where the session wants none.
    pub fn pass_to_wake(&mut self) -> bool {
        let Some(wake) = self.wake else { return false };
        self.pass(wake.after.ceil().max(1.0) / 1_000.0);
        true
    }

    /// The machine sleeps: only the wall clock goes on.
    pub fn pass_asleep(&mut self, seconds: f64) {
        self.t += seconds;
        self.wall += seconds;
    }

    /// A clock that should be monotonic and is not.
    pub fn set_mono_clock(&mut self, by: f64) {
        self.mono += by;
    }

    /// Somebody sets the wall clock, by so much.
    pub fn set_wall_clock(&mut self, by: f64) {
        self.wall += by;
    }

    pub fn new_caller(&mut self) -> Caller {
        self.last_caller += 1;
        self.last_caller
    }

    /// What tells the next token of the server from all others.
    pub fn new_serial(&mut self) -> u32 {
        self.issued += 1;
        self.issued
    }

    /// What the server issues now: an access token of its own, read as a JWT without `expires_in`.
    pub fn issue(&mut self, lifetime: f64) -> TokenSet {
        self.issue_with(lifetime, |_| {})
    }

    /// The same, with other claims.
    pub fn issue_with(&mut self, lifetime: f64, change: impl FnOnce(&mut Claims)) -> TokenSet {
        let iat = self.server_time() * 1_000.0;
        let mut claims = Claims { iat: Some(iat), exp: Some(iat + lifetime * 1_000.0), sub: Some("alice".into()), ..Claims::default() };
        change(&mut claims);
        TokenSet { subject: claims.sub.clone(), claims: Some(claims), ..opaque(format!("token-{}", self.new_serial())) }
    }

    pub fn token(&self) -> Option<String> {
        self.session.access_token().map(|token| token.expose().to_owned())
    }

    pub fn snapshot(&self) -> Snapshot {
        self.session.snapshot()
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
            // A session without other tabs and without a record asks for none of these.
            Effect::Lock(_) | Effect::Unlock | Effect::Sync | Effect::Send(_) => panic!("{effect:?} in a world of one tab"),
            Effect::Ready => self.ready += 1,
            Effect::Wake(wake) => self.wake = wake,
        }
    }
}

/// A token set of nothing but an access token, of which nothing is known.
pub fn opaque(access: impl Into<String>) -> TokenSet {
    TokenSet {
        access: Secret::new(access),
        claims: None,
        subject: None,
        expires_in: None,
        expires_at: None,
        refresh: None,
        refresh_expires_in: None,
        refresh_expires_at: None,
        id: None,
        scope: None,
    }
}

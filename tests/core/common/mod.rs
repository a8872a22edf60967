//! The world of one session, whose options and tokens are JSON: what happens in it, by name.

mod answers;
mod json;
pub mod tabs;
mod tokens;

use std::ops::{Deref, DerefMut};

use evertoken::core::*;
use evertoken::fuzz;
use serde_json::json;

pub use fuzz::{Answer, EPOCH, Request};
pub use json::{fields, shown};
pub use tokens::{jwt, token_set, try_token_set};

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
pub const REFRESHES: Abilities =
    Abilities { refresh: true, refresh_takes_token: false, sign_out: false, revoke: false, probe: false, tabs: false, record: false };

/// All times and durations are seconds; moments are seconds since the world began.
pub struct World(pub fuzz::World);

impl Deref for World {
    type Target = fuzz::World;

    fn deref(&self) -> &fuzz::World {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut fuzz::World {
        &mut self.0
    }
}

impl World {
    pub fn new(options: serde_json::Value) -> World {
        World::with(options, REFRESHES)
    }

    pub fn with(options: serde_json::Value, abilities: Abilities) -> World {
        World::seeded(options, abilities, 42)
    }

    pub fn seeded(options: serde_json::Value, abilities: Abilities, seed: u64) -> World {
        World(fuzz::World::new(Settings::read(&fields(&options), abilities).expect("settings"), seed))
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

    /// The machine sleeps: only the wall clock goes on. Waking makes a check.
    pub fn sleep(&mut self, seconds: f64) {
        self.pass_asleep(seconds);
        self.check();
    }

    /// A machine whose monotonic clock goes on in sleep.
    pub fn sleep_both(&mut self, seconds: f64) {
        self.pass(seconds);
        self.check();
    }

    /// To the next wake, which makes a check. False where the session wants none.
    pub fn next(&mut self) -> bool {
        let wakes = self.pass_to_wake();
        if wakes {
            self.check();
        }
        wakes
    }

    /// From wake to wake until that moment, where a check is made too.
    pub fn run_until(&mut self, moment: f64) {
        while let Some(wake) = self.wake
            && self.t + wake.after / 1_000.0 < moment
        {
            self.next();
        }
        let left = moment - self.t;
        if left > 0.0 {
            self.pass(left);
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

    pub fn status(&self) -> Status {
        self.session.snapshot().status
    }

    /// A time of a snapshot or an event, as seconds since the world began.
    #[track_caller]
    pub fn moment(&self, epoch: Option<f64>) -> f64 {
        epoch.expect("a time") - (self.wall() - self.t)
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
}

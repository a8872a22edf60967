//! What kind of world it is: the platform, the server, the options.

use evertoken::core::{Abilities, Settings, Value};

use crate::rng::Rng;

/// What is left out of the protocol or its platform, to see that the world can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Sound,
    /// No tab takes another one's tokens.
    NoAdoption,
    /// Everybody has the lock at once.
    NoLock,
    /// The record lies in a store as weak as localStorage: reads are stale under the lock, writes late or lost.
    WeakRecord,
    /// Everybody takes the lock away at once.
    StealAlways,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// The refresh token is in the token set.
    Token,
    Cookie,
}

/// Where a tab keeps its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    Memory,
    /// Outlives a reload.
    Session,
    /// All tabs share it.
    Local,
}

/// Times are milliseconds.
#[derive(Clone, Debug)]
pub struct Config {
    pub tabs: usize,
    pub transport: Transport,
    pub rotates: bool,
    /// For so long after its successor was issued a refresh token is forgiven; `None` is never.
    pub forgives: Option<f64>,
    pub lifetime: f64,
    pub timeout: f64,
    pub check_interval: f64,
    pub idle: f64,
    pub maximum: f64,
    pub refresh_while_idle: bool,
    pub spread_over_lifetime: bool,
    pub keep: Keep,
    /// There is an IndexedDB.
    pub record: bool,
    /// Tokens say whose they are, and when they end.
    pub jwt: bool,
    pub signs_out: bool,
    pub latency: f64,
    pub message_delay: f64,
    pub loss: f64,
    pub sync_delay: f64,
    pub server_skew: f64,
    /// The monotonic clock goes on while the machine sleeps.
    pub mono_in_sleep: bool,
    /// Somebody else on the channel says what he likes.
    pub hostile: bool,
    pub length: f64,
}

impl Config {
    pub fn draw(rng: &mut Rng) -> Config {
        let lifetime = rng.pick(&[20e3, 60e3, 60e3, 300e3, 1_800e3]);
        let transport = rng.pick(&[Transport::Token, Transport::Token, Transport::Cookie]);
        let record = !rng.chance(0.15);
        let jwt = !rng.chance(0.15);
        let idles = rng.chance(0.4);
        Config {
            tabs: rng.pick(&[1, 2, 2, 2, 3, 3, 4, 5, 7, 10]),
            transport,
            rotates: !rng.chance(0.25),
            forgives: rng.pick(&[None, None, Some(30e3), Some(f64::INFINITY)]),
            lifetime,
            timeout: rng.pick(&[10e3, 10e3, 2e3]),
            check_interval: rng.pick(&[60e3, 60e3, 5e3]),
            idle: if idles { rng.pick(&[20e3, 60e3, 300e3]) } else { f64::INFINITY },
            maximum: if rng.chance(0.15) { rng.between(30e3, 4.0 * lifetime) } else { f64::INFINITY },
            refresh_while_idle: !rng.chance(0.1),
            spread_over_lifetime: rng.chance(0.1),
            keep: rng.pick(&[Keep::Memory, Keep::Session, Keep::Local]),
            record,
            jwt,
            // A cookie outlives a sign-out of which the server is not told.
            signs_out: transport == Transport::Cookie || rng.chance(0.6),
            latency: rng.pick(&[20.0, 100.0, 400.0]),
            message_delay: if record { rng.pick(&[2.0, 10.0, 100.0]) } else { rng.pick(&[1.0, 10.0]) },
            loss: if record && rng.chance(0.2) { 0.05 } else { 0.0 },
            sync_delay: rng.pick(&[1.0, 5.0, 40.0]),
            server_skew: if rng.chance(0.3) { rng.between(-4e6, 4e6) } else { 0.0 },
            mono_in_sleep: rng.chance(0.5),
            hostile: rng.chance(0.1),
            length: lifetime * rng.between(1.5, 4.0),
        }
    }

    pub fn settings(&self) -> Settings {
        let is_token = self.transport == Transport::Token;
        let abilities = Abilities {
            refresh: true,
            refresh_takes_token: is_token,
            sign_out: self.signs_out && !is_token,
            revoke: self.signs_out && is_token,
            probe: false,
            tabs: true,
            record: true,
        };
        Settings::read(&|name| self.option(name), abilities).expect("each option in its range")
    }

    pub fn longest_request(&self) -> f64 {
        3.0 * self.timeout
    }

    fn option(&self, name: &str) -> Value {
        let seconds = |ms: f64| Value::Number(if ms.is_finite() { ms / 1_000.0 } else { -1.0 });
        match name {
            "idleTimeout" => seconds(self.idle),
            "maxSessionLifespan" => seconds(self.maximum),
            "checkInterval" => seconds(self.check_interval),
            "refreshTimeout" => seconds(self.timeout),
            "refreshWhileIdle" => Value::Bool(self.refresh_while_idle),
            "spread" => Value::Text(if self.spread_over_lifetime { "lifetime" } else { "window" }.into()),
            _ => Value::Absent,
        }
    }
}

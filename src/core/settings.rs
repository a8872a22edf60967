//! The options, parsed: a `Settings` has no field that could be wrong.

use alloc::string::String;
use alloc::vec::Vec;

use super::claims::Claims;
use super::duration::Ms;
use super::error::{Code, Error};
use super::reader::Reader;
use super::text::join;
use super::token::{Format, TokenSet};
use super::value::{Fields, Value};
use super::words::Word;

/// What counts as activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// A person's input, and `recordActivity()`.
    Input,
    /// `recordActivity()` alone.
    Manual,
}

/// How the moments of refreshes are spread over a fleet of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Over a part of the check interval, after the token is due.
    Window,
    /// The first one over the token's lifetime: for large fleets.
    Lifetime,
}

/// What the session can do at the server, as the transports that were given allow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    pub refresh: bool,
    /// A refresh presents a refresh token (RFC 6749 section 6); without one there is no way to refresh.
    pub refresh_takes_token: bool,
    pub sign_out: bool,
    /// RFC 7009.
    pub revoke: bool,
    pub probe: bool,
    /// There may be other tabs: locks, a channel and the record are used, as far as the platform has them.
    pub tabs: bool,
    /// What the next page is to know is kept in the record, tabs or not.
    pub record: bool,
}

/// Durations are in milliseconds; `INFINITY` is never.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub check_interval: Ms,
    pub refresh_window: Ms,
    pub adaptive_window: bool,
    pub refresh_timeout: Ms,
    pub spread: Spread,
    pub idle_timeout: Ms,
    pub idle_warning: Ms,
    pub activity: Activity,
    pub max_session_lifespan: Ms,
    pub session_warning: Ms,
    /// Epoch milliseconds by this device's clock.
    pub signed_in_at: Option<Ms>,
    pub refresh_while_idle: bool,
    /// Any of them will do; none means that the audience is not checked.
    pub expected_audience: Vec<String>,
    pub expected_issuer: Option<String>,
    pub access_token_format: Format,
    pub abilities: Abilities,
}

const SECOND: Ms = 1_000.0;
const MINUTE: Ms = 60.0 * SECOND;
const HOUR: Ms = 60.0 * MINUTE;
const DAY: Ms = 24.0 * HOUR;
const YEAR: Ms = 365.0 * DAY;

/// What a limit of the session may be.
const LIMIT: &str = "between 1 s and 100 years, or -1 for never";

impl Settings {
    /// Reads the options that are plain values; the transports, told by `abilities`, are the caller's to read.
    pub fn read(options: &dyn Fields, abilities: Abilities) -> Result<Settings, Error> {
        let mut reader = Reader::new(options, Code::InvalidOption);
        let never = f64::INFINITY;
        let idle_timeout = span(&mut reader, Word::IdleTimeout, never, (SECOND, never), LIMIT);
        let max_session_lifespan = span(&mut reader, Word::MaxSessionLifespan, never, (SECOND, never), LIMIT);
        let check_interval = span(&mut reader, Word::CheckInterval, MINUTE, (SECOND / 10.0, DAY), "between 0.1 s and 86400 s");
        let refresh_window = span(&mut reader, Word::RefreshWindow, 5.0 * MINUTE, (0.0, YEAR), "between 0 s and 365 days");
        let refresh_timeout =
            span(&mut reader, Word::RefreshTimeout, 10.0 * SECOND, (SECOND / 10.0, 10.0 * MINUTE), "between 0.1 s and 600 s");
        let idle_warning =
            warning(&mut reader, Word::IdleWarning, MINUTE, "shorter than idleTimeout, which is ", (Word::IdleTimeout, idle_timeout));
        let session_warning = warning(
            &mut reader,
            Word::SessionWarning,
            5.0 * MINUTE,
            "shorter than maxSessionLifespan, which is ",
            (Word::MaxSessionLifespan, max_session_lifespan),
        );
        let signed_in_at = reader.epoch(Word::SignedInAt);
        let adaptive_window = reader.flag(Word::AdaptiveWindow, true);
        let refresh_while_idle = reader.flag(Word::RefreshWhileIdle, true);
        let spread = reader.choice(Word::Spread, &[Word::Window, Word::Lifetime], "one of \"window\", \"lifetime\"");
        let activity = reader.choice(Word::Activity, &[Word::Input, Word::Manual], "one of \"input\", \"manual\"");
        let format = reader.choice(Word::AccessTokenFormat, &[Word::Auto, Word::Jwt, Word::Opaque], "one of \"auto\", \"jwt\", \"opaque\"");
        let expected_audience = filled(&mut reader, Word::ExpectedAudience);
        let expected_issuer = filled(&mut reader, Word::ExpectedIssuer);
        reader.finish(Settings {
            check_interval,
            refresh_window,
            adaptive_window,
            refresh_timeout,
            spread: if spread == 0 { Spread::Window } else { Spread::Lifetime },
            idle_timeout,
            idle_warning,
            activity: if activity == 0 { Activity::Input } else { Activity::Manual },
            max_session_lifespan,
            session_warning,
            signed_in_at,
            refresh_while_idle,
            expected_audience,
            expected_issuer: expected_issuer.into_iter().next(),
            access_token_format: match format {
                0 => Format::Auto,
                1 => Format::Jwt,
                _ => Format::Opaque,
            },
            abilities,
        })
    }

    /// Refuses a token of another audience or issuer (RFC 7519 sections 4.1.3 and 4.1.1).
    pub fn accept(&self, tokens: &TokenSet) -> Result<(), Error> {
        if self.expected_audience.is_empty() && self.expected_issuer.is_none() {
            return Ok(());
        }
        let unreadable = Claims::default();
        let claims = tokens.claims.as_ref().unwrap_or(&unreadable);
        if !self.expected_audience.is_empty() && !claims.aud.iter().any(|aud| self.expected_audience.contains(aud)) {
            return Err(refused(Word::ExpectedAudience, "aud", &self.expected_audience, &claims.aud));
        }
        match &self.expected_issuer {
            Some(expected) if claims.iss.as_ref() != Some(expected) => {
                Err(refused(Word::ExpectedIssuer, "iss", core::slice::from_ref(expected), claims.iss.as_slice()))
            }
            _ => Ok(()),
        }
    }

    /// Whether a person's input changes anything.
    pub fn tracks_input(&self) -> bool {
        self.activity == Activity::Input && self.tracks_activity()
    }

    /// Whether it matters when the session began, or when somebody was there last.
    pub fn has_limits(&self) -> bool {
        self.max_session_lifespan.is_finite() || self.tracks_activity()
    }

    pub fn tracks_activity(&self) -> bool {
        self.idle_timeout.is_finite() || !self.refresh_while_idle
    }

    /// Tells what a session warns of at its start: numbers of seconds that look like milliseconds. Each begins with its option.
    pub fn warnings(options: &dyn Fields, mut tell: impl FnMut(Word, &str)) {
        for (option, from) in LOOKS_LIKE_MILLISECONDS {
            if matches!(options.field(option), Value::Number(seconds) if seconds >= from && seconds.is_finite()) {
                let hint = " is a number of seconds; if milliseconds were meant, divide by 1000 (LOOKS_LIKE_MILLISECONDS)";
                tell(option, &join(&[&options.shown(option), hint]));
            }
        }
    }
}

/// From how many seconds on a number is more likely one of milliseconds.
const LOOKS_LIKE_MILLISECONDS: [(Word, f64); 7] = [
    (Word::CheckInterval, 10_000.0),
    (Word::RefreshWindow, 100_000.0),
    (Word::RefreshTimeout, 500.0),
    (Word::IdleTimeout, 600_000.0),
    (Word::IdleWarning, 10_000.0),
    (Word::MaxSessionLifespan, 10_000_000.0),
    (Word::SessionWarning, 60_000.0),
];

fn refused(option: Word, claim: &str, expected: &[String], found: &[String]) -> Error {
    let hint = "; check the option, the domain, the proxy's Host header and the platform's version";
    let message = join(&["the token's \"", claim, "\" is ", &listed(found), ", expected ", &listed(expected), hint]);
    Error::of_option(Code::TokenRefused, option, message)
}

fn listed(texts: &[String]) -> String {
    let mut list = String::new();
    for text in texts {
        let comma = if list.is_empty() { "" } else { ", " };
        list = join(&[&list, comma, "\"", text, "\""]);
    }
    if list.is_empty() { "none".into() } else { list }
}

fn span(reader: &mut Reader, option: Word, default: Ms, (least, most): (Ms, Ms), allowed: &str) -> Ms {
    let length = reader.duration(option).unwrap_or(default);
    if length < least || length > most {
        reader.refuse(option, allowed);
    }
    length
}

/// How long before the end of `whole` to warn. By default at most half of it, given it must be shorter.
fn warning(reader: &mut Reader, option: Word, default: Ms, allowed: &str, (limit, whole): (Word, Ms)) -> Ms {
    let length = span(reader, option, default.min(whole / 2.0), (0.0, YEAR), "between 0 s and 365 days");
    if length >= whole {
        let shown = reader.shown(limit);
        reader.refuse(option, &join(&[allowed, &shown]));
    }
    length
}

/// A string or, of an audience, several; an empty one would match by accident.
fn filled(reader: &mut Reader, option: Word) -> Vec<String> {
    let found = reader.field(option);
    let (allowed, is_list) = match option {
        Word::ExpectedAudience => ("a string or an array of strings, none empty", true),
        _ => ("a string, not empty", false),
    };
    let texts = reader.texts(option, allowed);
    let is_wrong = match &found {
        Value::Texts(texts) => texts.is_empty() || !is_list,
        _ => false,
    };
    if is_wrong || texts.iter().any(|text| text.is_empty()) {
        reader.refuse(option, allowed);
    }
    texts
}

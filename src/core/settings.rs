//! The options, parsed: a `Settings` has no field that could be wrong.

use super::claims::Claims;
use super::duration::Ms;
use super::error::{Code, Error};
use super::reader::Reader;
use super::token::{Format, TokenSet};
use super::value::{Fields, Value};

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
    pub fn read(options: Fields, abilities: Abilities) -> Result<Settings, Error> {
        let mut reader = Reader::new(options, Code::InvalidOption);
        let never = f64::INFINITY;
        let idle_timeout = span(&mut reader, "idleTimeout", never, (SECOND, never), LIMIT);
        let max_session_lifespan = span(&mut reader, "maxSessionLifespan", never, (SECOND, never), LIMIT);
        let check_interval = span(&mut reader, "checkInterval", MINUTE, (SECOND / 10.0, DAY), "between 0.1 s and 86400 s");
        let refresh_window = span(&mut reader, "refreshWindow", 5.0 * MINUTE, (0.0, YEAR), "between 0 s and 365 days");
        let refresh_timeout = span(&mut reader, "refreshTimeout", 10.0 * SECOND, (SECOND / 10.0, 10.0 * MINUTE), "between 0.1 s and 600 s");
        let idle_warning = warning(&mut reader, "idleWarning", MINUTE, ("idleTimeout", idle_timeout));
        let session_warning = warning(&mut reader, "sessionWarning", 5.0 * MINUTE, ("maxSessionLifespan", max_session_lifespan));
        let signed_in_at = reader.epoch("signedInAt");
        let adaptive_window = reader.flag("adaptiveWindow", true);
        let refresh_while_idle = reader.flag("refreshWhileIdle", true);
        let spread = reader.choice("spread", Spread::Window, &[("window", Spread::Window), ("lifetime", Spread::Lifetime)]);
        let activity = reader.choice("activity", Activity::Input, &[("input", Activity::Input), ("manual", Activity::Manual)]);
        let formats = [("auto", Format::Auto), ("jwt", Format::Jwt), ("opaque", Format::Opaque)];
        let access_token_format = reader.choice("accessTokenFormat", Format::Auto, &formats);
        let expected_audience = audiences(&mut reader);
        let expected_issuer = issuer(&mut reader);
        reader.finish(Settings {
            check_interval,
            refresh_window,
            adaptive_window,
            refresh_timeout,
            spread,
            idle_timeout,
            idle_warning,
            activity,
            max_session_lifespan,
            session_warning,
            signed_in_at,
            refresh_while_idle,
            expected_audience,
            expected_issuer,
            access_token_format,
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
            return Err(refused("expectedAudience", "aud", &self.expected_audience, &claims.aud));
        }
        match &self.expected_issuer {
            Some(expected) if claims.iss.as_ref() != Some(expected) => {
                Err(refused("expectedIssuer", "iss", std::slice::from_ref(expected), claims.iss.as_slice()))
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

    /// What a session warns of at its start: numbers of seconds that look like milliseconds. Each begins with its option.
    pub fn warnings(options: Fields) -> Vec<String> {
        let hint = "is a number of seconds; if milliseconds were meant, divide by 1000 (LOOKS_LIKE_MILLISECONDS)";
        let warning = |(option, from)| match options(option) {
            Value::Number(seconds) if seconds >= from && seconds.is_finite() => {
                Some(format!("{option}: {} {hint}", Value::Number(seconds).shown()))
            }
            _ => None,
        };
        LOOKS_LIKE_MILLISECONDS.into_iter().filter_map(warning).collect()
    }
}

/// From how many seconds on a number is more likely one of milliseconds.
const LOOKS_LIKE_MILLISECONDS: [(&str, f64); 7] = [
    ("checkInterval", 10_000.0),
    ("refreshWindow", 100_000.0),
    ("refreshTimeout", 500.0),
    ("idleTimeout", 600_000.0),
    ("idleWarning", 10_000.0),
    ("maxSessionLifespan", 10_000_000.0),
    ("sessionWarning", 60_000.0),
];

fn refused(option: &'static str, claim: &str, expected: &[String], found: &[String]) -> Error {
    let hint = "check the option, the domain, the proxy's Host header and the platform's version";
    let message = format!("the token's \"{claim}\" is {}, expected {}; {hint}", listed(found), listed(expected));
    Error::new(Code::TokenRefused, message).of_option(option)
}

fn listed(texts: &[String]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    if quoted.is_empty() { "none".into() } else { quoted.join(", ") }
}

fn span(reader: &mut Reader, option: &'static str, default: Ms, (least, most): (Ms, Ms), allowed: &str) -> Ms {
    let length = reader.duration(option).unwrap_or(default);
    if length < least || length > most {
        reader.refuse(option, allowed);
    }
    length
}

/// How long before the end of `whole` to warn. By default at most half of it, given it must be shorter.
fn warning(reader: &mut Reader, option: &'static str, default: Ms, (limit, whole): (&'static str, Ms)) -> Ms {
    let length = span(reader, option, default.min(whole / 2.0), (0.0, YEAR), "between 0 s and 365 days");
    if length >= whole {
        let shown = reader.field(limit).shown();
        reader.refuse(option, &format!("shorter than {limit}, which is {shown}"));
    }
    length
}

/// Any of these will do. An empty one would match by accident.
fn audiences(reader: &mut Reader) -> Vec<String> {
    let (option, allowed) = ("expectedAudience", "a string or an array of strings, none empty");
    let audiences = reader.texts(option, allowed);
    let is_empty = audiences.is_empty() && reader.field(option) != Value::Absent;
    if is_empty || audiences.iter().any(String::is_empty) {
        reader.refuse(option, allowed);
    }
    audiences
}

fn issuer(reader: &mut Reader) -> Option<String> {
    let (option, allowed) = ("expectedIssuer", "a string, not empty");
    let issuer = reader.text(option, allowed);
    if issuer.as_deref() == Some("") {
        reader.refuse(option, allowed);
    }
    issuer
}

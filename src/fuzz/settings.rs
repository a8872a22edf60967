//! Durations and settings out of bytes: what is accepted lies in its range and can be lived with, what is refused is named.

use std::fmt::Display;

use super::bytes::{Drawn, text};
use super::live::{Answers, live, run_on};
use super::steps::{Beginning, Life};
use crate::core::*;

const OPTIONS: [&str; 15] = [
    "checkInterval",
    "refreshWindow",
    "adaptiveWindow",
    "refreshTimeout",
    "spread",
    "idleTimeout",
    "idleWarning",
    "activity",
    "maxSessionLifespan",
    "sessionWarning",
    "signedInAt",
    "refreshWhileIdle",
    "expectedAudience",
    "expectedIssuer",
    "accessTokenFormat",
];

const SECOND: Ms = 1_000.0;
const DAY: Ms = 86_400.0 * SECOND;
const YEAR: Ms = 365.0 * DAY;
const HUNDRED_YEARS: Ms = 36_525.0 * DAY;
const YEAR_5138: Ms = 1e11 * SECOND;

pub fn settings(bytes: &[u8]) {
    let options = Drawn::of_lines(&OPTIONS, bytes);
    duration(&Value::Text(text(bytes)));
    for (_, value) in &options.0 {
        duration(value);
    }
    let abilities = Abilities { refresh: true, ..Abilities::default() };
    let read = || Settings::read(&|name| options.field(name), abilities);
    assert_eq!(read(), read(), "read twice");
    match read() {
        Ok(settings) => {
            in_range(&settings);
            warnings(&options);
            livable(settings);
        }
        Err(error) => refused(&error),
    }
}

fn duration(value: &Value) {
    match parse_duration(value) {
        Ok(length) => {
            assert!(length >= 0.0 && (length <= HUNDRED_YEARS || length == f64::INFINITY), "{value:?} is {length} ms");
            let again = parse_duration(&Value::Number(length / SECOND)).expect("as many seconds");
            assert!(again == length || (again - length).abs() <= length * 1e-15, "{value:?} is {length} ms, and {again}");
        }
        Err(error) => {
            assert_eq!((error.code, &error.option), (Code::InvalidDuration, &None));
            one_short_line(&error);
        }
    }
}

fn in_range(settings: &Settings) {
    let lengths = [
        (settings.check_interval, 0.1 * SECOND, DAY),
        (settings.refresh_window, 0.0, YEAR),
        (settings.refresh_timeout, 0.1 * SECOND, 600.0 * SECOND),
        (settings.idle_timeout, SECOND, f64::INFINITY),
        (settings.idle_warning, 0.0, YEAR),
        (settings.max_session_lifespan, SECOND, f64::INFINITY),
        (settings.session_warning, 0.0, YEAR),
        (settings.signed_in_at.unwrap_or(0.0), 0.0, YEAR_5138),
    ];
    assert!(lengths.iter().all(|(length, least, most)| length >= least && length <= most), "{settings:?}");
    assert!(settings.idle_warning < settings.idle_timeout && settings.session_warning < settings.max_session_lifespan, "{settings:?}");
    let mut texts = settings.expected_audience.iter().chain(&settings.expected_issuer);
    assert!(texts.all(|text| !text.is_empty()), "{settings:?}");
}

fn warnings(options: &Drawn) {
    for warning in Settings::warnings(&|name| options.field(name)) {
        assert!(OPTIONS.iter().any(|option| warning.starts_with(&format!("{option}: "))), "{warning}");
        one_short_line(&warning);
    }
}

/// A session lives under them. The watch counts from the first token, and its tokens are nobody's in particular.
fn livable(settings: Settings) {
    let settings = Settings { signed_in_at: None, expected_audience: Vec::new(), expected_issuer: None, ..settings };
    let mut watch = live(&Life { settings, seed: 1, skew: 0.0, beginning: Beginning::Given(3600.0), steps: Vec::new() });
    run_on(&mut watch, Answers::Fresh, 3);
    assert!(watch.broken.is_empty(), "{:?}", watch.broken);
}

fn refused(error: &Error) {
    assert_eq!(error.code, Code::InvalidOption);
    assert!(error.option.is_some_and(|option| OPTIONS.contains(&option)), "{error:?}");
    one_short_line(&error);
}

fn one_short_line(message: &impl Display) {
    let message = message.to_string();
    assert!(message.len() < 300 && !message.chars().any(|char| char.is_ascii_control()), "{message:?}");
}

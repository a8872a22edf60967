//! Durations as people write them. Strict: what is not in the grammar is an error, never a guess.
//!
//! `500ms`, `90s`, `5m`, `1h30m`, `7d`, `2w`; decimals (`1.5h`); a bare number is seconds, as in a JWT;
//! `-1` and `Infinity` are never. Units go from large to small, each at most once.

use super::error::{Code, Error};
use super::value::Value;

/// Milliseconds. `f64::INFINITY` is never.
pub type Ms = f64;

/// The longest duration taken: 100 years. What is longer is a mistake in the unit.
const LONGEST: Ms = 100.0 * 365.25 * 86_400_000.0;

const UNITS: [(&str, Ms); 6] =
    [("w", 604_800_000.0), ("d", 86_400_000.0), ("h", 3_600_000.0), ("m", 60_000.0), ("s", 1_000.0), ("ms", 1.0)];

/// What may be written instead.
const ALLOWED: &str = "write \"90s\", \"5m\", \"1h30m\", \"7d\", a number of seconds, or -1 for never";

/// Reads a duration given as a text or as a number of seconds.
pub fn parse(value: &Value) -> Result<Ms, Error> {
    let length = match value {
        Value::Number(seconds) => of_seconds(*seconds),
        Value::Text(text) => of_text(text),
        _ => None,
    };
    match length {
        Some(length) if length.is_infinite() || length <= LONGEST => Ok(length),
        Some(_) => Err(invalid(value, "is longer than 100 years")),
        None => Err(invalid(value, "is not a duration")),
    }
}

fn invalid(value: &Value, fault: &str) -> Error {
    Error::new(Code::InvalidDuration, format!("{} {fault}; {ALLOWED}", value.shown()))
}

/// A whole number of seconds in decimal digits.
pub fn whole_seconds(text: &str) -> Option<f64> {
    match digits(text.as_bytes()) {
        (value, scale, []) if scale > 1.0 && value.is_finite() => Some(value),
        _ => None,
    }
}

fn of_seconds(seconds: f64) -> Option<Ms> {
    if seconds == -1.0 || seconds == f64::INFINITY {
        return Some(f64::INFINITY);
    }
    (seconds >= 0.0).then_some(finite(seconds * 1_000.0))
}

fn of_text(text: &str) -> Option<Ms> {
    if text == "-1" || text == "Infinity" {
        return Some(f64::INFINITY);
    }
    let mut rest = text.as_bytes();
    if let Some((seconds, [])) = leading_number(rest) {
        return of_seconds(seconds);
    }
    let mut total = 0.0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, after) = leading_number(rest)?;
        let letters = after.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let (unit, after) = after.split_at_checked(letters)?;
        let (_, length) = units.find(|(name, _)| name.as_bytes() == unit)?;
        total += number * length;
        rest = after;
    }
    (!text.is_empty()).then_some(finite(total))
}

/// Too long for a float is too long, not never.
fn finite(length: Ms) -> Ms {
    length.min(f64::MAX)
}

/// Digits, and a point with digits behind it. Everything a float parser takes beyond that (`1e3`, `.5`, `inf`) is not one.
fn leading_number(text: &[u8]) -> Option<(f64, &[u8])> {
    let (whole, scale, after) = digits(text);
    if scale == 1.0 {
        return None;
    }
    let (number, rest) = match after {
        [b'.', decimals @ ..] if decimals.first().is_some_and(u8::is_ascii_digit) => {
            let (decimals, scale, rest) = digits(decimals);
            (whole + decimals / scale, rest)
        }
        _ => (whole, after),
    };
    number.is_finite().then_some((number, rest))
}

/// What leading digits spell, ten to the power of how many they are, and what follows them.
fn digits(mut text: &[u8]) -> (f64, f64, &[u8]) {
    let (mut value, mut scale) = (0.0, 1.0);
    while let [digit @ b'0'..=b'9', rest @ ..] = text {
        value = value * 10.0 + f64::from(digit - b'0');
        scale *= 10.0;
        text = rest;
    }
    (value, scale, text)
}

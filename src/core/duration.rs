//! Durations as people write them. Strict: what is not in the grammar is an error, never a guess.
//!
//! `500ms`, `90s`, `5m`, `1h30m`, `7d`, `2w`; decimals (`1.5h`); a bare number is seconds, as in a JWT;
//! `-1` and `Infinity` are never. Units go from large to small, each at most once.

use super::error::{Code, Error};
use super::text::{self, join};
use super::value::Value;

/// Milliseconds. `f64::INFINITY` is never.
pub type Ms = f64;

/// The longest duration taken: 100 years. What is longer is a mistake in the unit.
const LONGEST: Ms = 100.0 * 365.25 * 86_400_000.0;

const UNITS: [(&str, Ms); 6] =
    [("w", 604_800_000.0), ("d", 86_400_000.0), ("h", 3_600_000.0), ("m", 60_000.0), ("s", 1_000.0), ("ms", 1.0)];

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

fn invalid(value: &Value, what: &str) -> Error {
    const ALLOWED: &str = "; write \"90s\", \"5m\", \"1h30m\", \"7d\", a number of seconds, or -1 for never";
    Error::new(Code::InvalidDuration, join(&[&value.shown(), " ", what, ALLOWED]))
}

/// A whole number of seconds in decimal digits.
pub fn whole_seconds(text: &str) -> Option<f64> {
    (!text.is_empty() && digits(text) == text.len()).then(|| decimal(text))?
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
    if let Some((seconds, "")) = leading_number(text) {
        return of_seconds(seconds);
    }
    let mut total = 0.0;
    let mut rest = text;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let (number, after) = leading_number(rest)?;
        let letters = after.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(letters)?;
        let (_, length) = units.find(|(name, _)| *name == unit)?;
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
fn leading_number(text: &str) -> Option<(f64, &str)> {
    let whole = digits(text);
    let (_, after) = text.split_at_checked(whole)?;
    let length = match after.strip_prefix('.') {
        Some(decimals) if digits(decimals) > 0 => whole + 1 + digits(decimals),
        _ => whole,
    };
    let (number, rest) = text.split_at_checked(length)?;
    let number = decimal(number)?;
    (whole > 0).then_some((number, rest))
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A float parser weighs several kilobytes in the browser; digits and one point need none.
fn decimal(text: &str) -> Option<f64> {
    let (whole, decimals) = text::around_dot(text).unwrap_or((text, ""));
    let value = |digits: &str| digits.bytes().fold(0.0, |sum, digit| sum * 10.0 + f64::from(digit - b'0'));
    let scale = 10f64.powi(i32::try_from(decimals.len()).ok()?);
    let sum = value(whole) + value(decimals) / scale;
    sum.is_finite().then_some(sum)
}

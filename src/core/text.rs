//! Texts put together without the formatting machinery of `core::fmt`, which weighs several kilobytes in the browser.

use alloc::string::String;

/// The parts, one after the other.
pub fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A number of up to three decimals; what is too large for a sensible option is told by its sign.
pub fn of_number(value: f64) -> String {
    let size = value.abs();
    let sign = if value < 0.0 { "-" } else { "" };
    if size <= 1e15 {
        let thousandths = (size * 1_000.0 + 0.5) as u64;
        let mut text = join(&[sign, &of_integer(thousandths / 1_000)]);
        let (mut rest, mut place) = (thousandths % 1_000, 100);
        if rest > 0 {
            text.push('.');
        }
        while rest > 0 {
            text.push_str(digit(rest / place));
            (rest, place) = (rest % place, place / 10);
        }
        return text;
    }
    if value.is_nan() {
        return "NaN".into();
    }
    let prefix = if size.is_infinite() { "" } else { "a number beyond " };
    join(&[prefix, sign, if size.is_infinite() { "Infinity" } else { "1e15" }])
}

pub fn of_integer(value: u64) -> String {
    let mut text = if value < 10 { String::new() } else { of_integer(value / 10) };
    text.push_str(digit(value % 10));
    text
}

fn digit(value: u64) -> &'static str {
    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].get(value as usize).copied().unwrap_or_default()
}

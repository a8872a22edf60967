//! Texts put together without the formatting machinery of `core::fmt`, which weighs several kilobytes in the browser.

/// The parts, one after the other.
pub fn join(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// What stands before and after the first dot. (The standard search for a character is made for long texts, and weighs as much.)
pub fn around_dot(text: &str) -> Option<(&str, &str)> {
    let dot = text.bytes().position(|byte| byte == b'.')?;
    text.split_at_checked(dot).and_then(|(before, rest)| Some((before, rest.get(1..)?)))
}

/// A number of up to three decimals; what is too large for a sensible option is told by its sign.
pub fn of_number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let size = value.abs();
    if size.is_infinite() {
        return join(&[sign, "Infinity"]);
    }
    if size > 1e15 {
        return join(&["a number beyond ", sign, "1e15"]);
    }
    let thousandths = (size * 1_000.0).round() as u64;
    let mut decimals = of_integer(thousandths % 1_000 + 1_000).split_off(1);
    while decimals.ends_with('0') {
        decimals.pop();
    }
    let point = if decimals.is_empty() { "" } else { "." };
    join(&[sign, &of_integer(thousandths / 1_000), point, &decimals])
}

pub fn of_integer(mut value: u64) -> String {
    let mut digits = String::new();
    loop {
        digits.insert(0, char::from(b'0' + (value % 10) as u8));
        value /= 10;
        if value == 0 {
            return digits;
        }
    }
}

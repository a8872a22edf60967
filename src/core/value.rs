//! A value that came from outside and has not been checked yet.

/// What a caller or a server put where a setting, a claim or a token field belongs.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not there, or `undefined`.
    Absent,
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    /// An array of nothing but strings.
    Texts(Vec<String>),
    /// Anything else, by what it is called in a message: "a function", "an object".
    Other(&'static str),
}

/// A record whose fields are read by name: a claims object, a token answer, an options object.
pub trait Fields {
    fn field(&self, name: &str) -> Value;
}

impl Value {
    /// How a message shows the value. Long text is told by its length only, since it may be a secret in the wrong place.
    pub fn shown(&self) -> String {
        const LONGEST_SHOWN: usize = 24;
        match self {
            Value::Absent => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => shown_number(*value),
            Value::Text(text) if text.chars().count() <= LONGEST_SHOWN => format!("{text:?}"),
            Value::Text(text) => format!("a string of {} characters", text.chars().count()),
            Value::Texts(texts) => format!("an array of {} strings", texts.len()),
            Value::Other(kind) => (*kind).into(),
        }
    }
}

/// Whole numbers without float formatting, which weighs several kilobytes in the browser.
fn shown_number(value: f64) -> String {
    if value.is_nan() {
        return "NaN".into();
    }
    if value.abs() > 1e15 {
        return match (value.is_infinite(), value > 0.0) {
            (true, true) => "Infinity".into(),
            (true, false) => "-Infinity".into(),
            (false, true) => "a number over 1e15".into(),
            (false, false) => "a number under -1e15".into(),
        };
    }
    let thousandths = (value * 1000.0).round() as i64;
    let (whole, rest) = (thousandths / 1000, (thousandths % 1000).unsigned_abs());
    let sign = if thousandths < 0 && whole == 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let decimals = format!("{rest:03}");
    format!("{sign}{whole}.{}", decimals.trim_end_matches('0'))
}

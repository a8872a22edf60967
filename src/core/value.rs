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
    /// Anything else, by what a message calls it: "a function", "an object".
    Other(&'static str),
}

/// Looks up a field of a record from outside, such as an options object or a token answer, by its name.
pub type Fields<'a> = &'a dyn Fn(&'static str) -> Value;

impl Value {
    /// How a message shows the value. Of long text it tells the length only, since that may be a secret in the wrong place.
    pub fn shown(&self) -> String {
        match self {
            Value::Absent => "undefined".into(),
            Value::Null => "null".into(),
            Value::Bool(value) => value.to_string(),
            Value::Number(value) => shown_number(*value),
            Value::Text(text) if is_shown(text) => format!("\"{text}\""),
            Value::Text(text) => format!("a string of {} characters", text.encode_utf16().count()),
            Value::Texts(_) => "an array".into(),
            Value::Other(kind) => (*kind).into(),
        }
    }

    /// What kind of value it is: of a claim's or a token's no more may be shown.
    pub fn kind(&self) -> String {
        match self {
            Value::Text(_) => "a string".into(),
            Value::Number(number) if number.is_finite() => "a number".into(),
            other => other.shown(),
        }
    }
}

/// As JavaScript shows it, to the thousandth and up to 1e15. (To format any float takes 10 KB in the browser.)
fn shown_number(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return format!("{sign}Infinity");
    }
    if value.abs() > 1e15 {
        return format!("a number beyond {sign}1e15");
    }
    let thousandths = (value.abs() * 1_000.0).round() as u64;
    let decimals = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    format!("{sign}{}", decimals.trim_end_matches('0').trim_end_matches('.'))
}

/// What is short, and stays on one line.
fn is_shown(text: &str) -> bool {
    text.len() <= 24 && !text.chars().any(char::is_control)
}

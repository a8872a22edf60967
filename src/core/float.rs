//! Rounding. The standard library's is not in `core`, and the browser's bytes are built without the standard library.

pub fn round(value: f64) -> f64 {
    floor(value + 0.5)
}

pub fn floor(value: f64) -> f64 {
    let truncated = value as i64 as f64;
    if truncated > value { truncated - 1.0 } else { truncated }
}

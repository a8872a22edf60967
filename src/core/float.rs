//! Rounding. The standard library's is not in `core`, and the browser's bytes are built without the standard library.

pub fn round(value: f64) -> f64 {
    floor(value + 0.5)
}

pub fn floor(value: f64) -> f64 {
    let truncated = value as i64 as f64;
    if truncated > value { truncated - 1.0 } else { truncated }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floor_is_the_next_integer_below() {
        assert_eq!([3.0, 3.2, -3.0, -3.2, 0.0].map(floor), [3.0, 3.0, -3.0, -4.0, 0.0]);
    }

    #[test]
    fn a_half_is_rounded_up() {
        assert_eq!([2.4, 2.5, -2.4, -2.6].map(round), [2.0, 3.0, -2.0, -3.0]);
    }
}

//! Durations: the grammar as documented, and everything else an error that shows the value and says what is allowed.

use evertoken::core::{Code, Value, parse_duration};
use wasm_bindgen_test::wasm_bindgen_test;

fn text(text: &str) -> Result<f64, evertoken::core::Error> {
    parse_duration(&Value::Text(text.into()))
}

#[track_caller]
fn assert_ms(given: &str, ms: f64) {
    assert_eq!(text(given).expect("a duration"), ms, "{given}");
}

#[wasm_bindgen_test(unsupported = test)]
fn reads_every_unit() {
    assert_ms("500ms", 500.0);
    assert_ms("90s", 90_000.0);
    assert_ms("5m", 300_000.0);
    assert_ms("3h", 10_800_000.0);
    assert_ms("7d", 604_800_000.0);
    assert_ms("2w", 1_209_600_000.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn adds_units_from_large_to_small() {
    assert_ms("1h30m", 5_400_000.0);
    assert_ms("1w2d3h4m5s6ms", 604_800_000.0 + 172_800_000.0 + 10_800_000.0 + 240_000.0 + 5_000.0 + 6.0);
    assert_ms("1w1ms", 604_800_001.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn reads_decimals() {
    assert_ms("1.5h", 5_400_000.0);
    assert_ms("0.25s", 250.0);
    assert_ms("1.5m0.5s", 90_500.0);
    assert_ms("10.125", 10_125.0);
    assert_ms("2.50", 2_500.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_bare_number_is_seconds() {
    assert_ms("0", 0.0);
    assert_ms("90", 90_000.0);
    assert_eq!(parse_duration(&Value::Number(90.0)).unwrap(), 90_000.0);
    assert_eq!(parse_duration(&Value::Number(0.0)).unwrap(), 0.0);
    assert_eq!(parse_duration(&Value::Number(0.5)).unwrap(), 500.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn minus_one_and_infinity_are_never() {
    assert_ms("-1", f64::INFINITY);
    assert_ms("Infinity", f64::INFINITY);
    assert_eq!(parse_duration(&Value::Number(-1.0)).unwrap(), f64::INFINITY);
    assert_eq!(parse_duration(&Value::Number(f64::INFINITY)).unwrap(), f64::INFINITY);
}

#[wasm_bindgen_test(unsupported = test)]
fn takes_a_hundred_years_and_no_more() {
    assert_ms("36525d", 36_525.0 * 86_400_000.0);
    for longer in ["36526d", "3155760001", "60000000000000ms"] {
        let error = text(longer).unwrap_err();
        assert_eq!(error.code, Code::InvalidDuration);
        assert!(error.to_string().contains("longer than 100 years"), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_number_beyond_all_numbers_is_not_never() {
    let nines = "9".repeat(308);
    for given in [&nines, &format!("{nines}w"), &format!("{nines}m{nines}s")] {
        assert_eq!(text(given).unwrap_err().code, Code::InvalidDuration);
    }
    assert!(parse_duration(&Value::Number(1e306)).is_err());
    assert!(parse_duration(&Value::Number(f64::MAX)).is_err());
}

#[wasm_bindgen_test(unsupported = test)]
fn everything_else_is_an_error_that_shows_it() {
    let malformed = [
        "",
        " ",
        "5 m",
        " 5m",
        "5m ",
        "m",
        "ms",
        "5M",
        "5min",
        "5minutes",
        "1h1h",
        "30m1h",
        "5s5m",
        "1ms1s",
        "1h30",
        "1m1",
        "-5m",
        "-2",
        "+5m",
        "-1s",
        "-1.0",
        "1e3",
        "1e3s",
        ".5s",
        "5.",
        "5.s",
        "1.2.3s",
        "0x10",
        "1,5h",
        "1_000",
        "inf",
        "infinity",
        "-Infinity",
        "NaN",
        "PT5M",
        "5:00",
        "٥m",
        "5µs",
        "1y",
        "5mm",
        "5m!",
        "1h 30m",
    ];
    for given in malformed {
        let error = text(given).expect_err(given);
        assert_eq!(error.code, Code::InvalidDuration, "{given}");
        assert!(error.to_string().starts_with(&format!("{given:?} is not a duration")), "{error}");
        assert!(error.to_string().contains("\"1h30m\"") && error.to_string().contains("-1 for never"), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn other_values_are_errors() {
    let values = [
        (Value::Absent, "undefined"),
        (Value::Null, "null"),
        (Value::Bool(true), "true"),
        (Value::Number(-2.0), "-2"),
        (Value::Number(-0.5), "-0.5"),
        (Value::Number(f64::NAN), "NaN"),
        (Value::Number(f64::NEG_INFINITY), "-Infinity"),
        (Value::Texts(vec!["5m".into()]), "an array"),
        (Value::Other("an object"), "an object"),
    ];
    for (value, shown) in values {
        let error = parse_duration(&value).unwrap_err();
        assert_eq!(error.code, Code::InvalidDuration);
        assert!(error.to_string().starts_with(&format!("{shown} is not a duration")), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_long_text_is_not_shown() {
    let error = text("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.").unwrap_err();
    assert!(error.to_string().starts_with("a string of 36 characters is not a duration"), "{error}");
}

#[wasm_bindgen_test(unsupported = test)]
fn absurdly_many_digits_are_an_error_or_the_number_they_are() {
    assert!(text(&"1".repeat(400)).is_err());
    assert!(text(&format!("1.{}s", "1".repeat(400))).is_err());
    assert_ms(&format!("1.{}s", "0".repeat(400)), 1_000.0);
    assert_ms(&format!("1.5{}s", "0".repeat(20)), 1_500.0);
}

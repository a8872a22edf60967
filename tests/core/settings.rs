//! Options become settings that cannot be wrong; everything else is an error that names the option, or a finding.

use evertoken::core::*;
use serde_json::{Value as Js, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, fields, jwt, token_set};

fn read(options: Js) -> Result<Settings, Error> {
    Settings::read(&fields(&options), REFRESHES)
}

#[wasm_bindgen_test(unsupported = test)]
fn defaults_are_as_documented() {
    let settings = read(json!({})).unwrap();
    let expected = Settings {
        check_interval: 60_000.0,
        refresh_window: 300_000.0,
        adaptive_window: true,
        refresh_timeout: 10_000.0,
        spread: Spread::Window,
        idle_timeout: f64::INFINITY,
        idle_warning: 60_000.0,
        activity: Activity::Input,
        max_session_lifespan: f64::INFINITY,
        session_warning: 300_000.0,
        signed_in_at: None,
        refresh_while_idle: true,
        expected_audience: vec![],
        expected_issuer: None,
        access_token_format: Format::Auto,
        abilities: REFRESHES,
    };
    assert_eq!(settings, expected);
}

#[wasm_bindgen_test(unsupported = test)]
fn every_option_is_read() {
    let settings = read(json!({
        "checkInterval": "30s", "refreshWindow": 120, "adaptiveWindow": false, "refreshTimeout": "5s", "spread": "lifetime",
        "idleTimeout": "15m", "idleWarning": "2m", "activity": "manual", "maxSessionLifespan": "8h", "sessionWarning": "10m",
        "signedInAt": 1_700_000_000, "refreshWhileIdle": false, "expectedAudience": ["a", "b"], "expectedIssuer": "https://id.example",
        "accessTokenFormat": "jwt",
    }))
    .unwrap();
    let expected = Settings {
        check_interval: 30_000.0,
        refresh_window: 120_000.0,
        adaptive_window: false,
        refresh_timeout: 5_000.0,
        spread: Spread::Lifetime,
        idle_timeout: 900_000.0,
        idle_warning: 120_000.0,
        activity: Activity::Manual,
        max_session_lifespan: 28_800_000.0,
        session_warning: 600_000.0,
        signed_in_at: Some(1_700_000_000_000.0),
        refresh_while_idle: false,
        expected_audience: vec!["a".into(), "b".into()],
        expected_issuer: Some("https://id.example".into()),
        access_token_format: Format::Jwt,
        abilities: REFRESHES,
    };
    assert_eq!(settings, expected);
}

#[wasm_bindgen_test(unsupported = test)]
fn spelled_out_defaults_are_the_defaults() {
    let spelled = json!({
        "adaptiveWindow": true, "spread": "window", "activity": "input", "refreshWhileIdle": true, "accessTokenFormat": "auto",
        "idleTimeout": -1, "maxSessionLifespan": "Infinity",
    });
    assert_eq!(read(spelled).unwrap(), read(json!({})).unwrap());
    assert_eq!(read(json!({"accessTokenFormat": "opaque"})).unwrap().access_token_format, Format::Opaque);
    assert_eq!(read(json!({"expectedAudience": "api"})).unwrap().expected_audience, ["api"]);
}

#[wasm_bindgen_test(unsupported = test)]
fn durations_have_bounds() {
    let bounds = [
        ("checkInterval", json!("100ms"), json!("1d"), json!("99ms"), json!("1d1ms")),
        ("refreshWindow", json!(0), json!("365d"), json!(-2), json!("366d")),
        ("refreshTimeout", json!("100ms"), json!("10m"), json!("99ms"), json!("10m1ms")),
        ("idleTimeout", json!("1s"), json!(-1), json!("999ms"), json!(-0.5)),
        ("maxSessionLifespan", json!("1s"), json!("36525d"), json!(0), json!("36526d")),
    ];
    for (option, least, most, too_little, too_much) in bounds {
        for fits in [least, most] {
            assert!(read(json!({ option: fits })).is_ok(), "{option}: {fits}");
        }
        for wrong in [too_little, too_much] {
            let error = read(json!({ option: wrong })).unwrap_err();
            assert_eq!((error.code, error.option), (Code::InvalidOption, Some(option)), "{wrong}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn never_is_no_check_interval() {
    for option in ["checkInterval", "refreshWindow", "refreshTimeout", "idleWarning", "sessionWarning"] {
        let error = read(json!({ option: -1 })).unwrap_err();
        assert_eq!(error.option, Some(option));
        assert!(!error.to_string().contains("never"), "{error}");
    }
    assert_eq!(read(json!({"checkInterval": "10ms"})).unwrap_err().to_string(), "checkInterval: \"10ms\" is not between 0.1 s and 86400 s");
    assert_eq!(
        read(json!({"idleTimeout": "10ms"})).unwrap_err().to_string(),
        "idleTimeout: \"10ms\" is not between 1 s and 100 years, or -1 for never"
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn every_option_of_the_wrong_type_is_an_error_that_names_it_and_shows_it() {
    let durations =
        ["checkInterval", "refreshWindow", "refreshTimeout", "idleTimeout", "idleWarning", "maxSessionLifespan", "sessionWarning"];
    for option in durations {
        for (wrong, shown) in [
            (json!(null), "null"),
            (json!(true), "true"),
            (json!({}), "an object"),
            (json!([]), "an array"),
            (json!([1]), "an array"),
            (json!("soon"), "\"soon\""),
        ] {
            assert_invalid(option, wrong, shown);
        }
    }
    for option in ["adaptiveWindow", "refreshWhileIdle"] {
        for (wrong, shown) in [(json!("true"), "\"true\""), (json!(1), "1"), (json!(0), "0"), (json!(null), "null")] {
            assert_invalid(option, wrong, shown);
        }
    }
    for option in ["spread", "activity", "accessTokenFormat"] {
        for (wrong, shown) in [(json!("other"), "\"other\""), (json!(""), "\"\""), (json!(1.25), "1.25"), (json!(null), "null")] {
            assert_invalid(option, wrong, shown);
        }
    }
    for (wrong, shown) in
        [(json!("2030-01-01"), "\"2030-01-01\""), (json!(-1), "-1"), (json!(1.7e12), "1700000000000"), (json!(null), "null")]
    {
        assert_invalid("signedInAt", wrong, shown);
    }
    for (wrong, shown) in
        [(json!(""), "\"\""), (json!([]), "an array"), (json!([1]), "an array"), (json!(1), "1"), (json!([""]), "an array")]
    {
        assert_invalid("expectedAudience", wrong, shown);
    }
    for (wrong, shown) in [(json!(""), "\"\""), (json!(["https://id.example"]), "an array"), (json!(7), "7")] {
        assert_invalid("expectedIssuer", wrong, shown);
    }
}

#[track_caller]
fn assert_invalid(option: &str, wrong: Js, shown: &str) {
    let error = read(json!({ option: wrong })).expect_err("an error");
    assert_eq!((error.code, error.option), (Code::InvalidOption, Some(option)), "{wrong}");
    assert!(error.to_string().starts_with(&format!("{option}: {shown}")), "{error}");
    assert!(error.to_string().len() > option.len() + shown.len() + 12, "says not what is allowed: {error}");
}

#[wasm_bindgen_test(unsupported = test)]
fn choices_are_listed() {
    assert_eq!(read(json!({"spread": "wide"})).unwrap_err().to_string(), "spread: \"wide\" is not one of \"window\", \"lifetime\"");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_warning_comes_before_its_limit() {
    let error = read(json!({"idleTimeout": "1m", "idleWarning": "1m"})).unwrap_err();
    assert_eq!(error.to_string(), "idleWarning: \"1m\" is not shorter than idleTimeout, which is \"1m\"");
    assert!(read(json!({"maxSessionLifespan": "1h", "sessionWarning": "2h"})).is_err());
    assert_eq!(read(json!({"idleTimeout": "1m", "idleWarning": "59s"})).unwrap().idle_warning, 59_000.0);
    assert_eq!(read(json!({"idleTimeout": "1m", "idleWarning": 0})).unwrap().idle_warning, 0.0);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_default_warning_takes_at_most_half_of_its_limit() {
    let settings = read(json!({"idleTimeout": "30s", "maxSessionLifespan": "4m"})).unwrap();
    assert_eq!((settings.idle_warning, settings.session_warning), (15_000.0, 120_000.0));
}

#[wasm_bindgen_test(unsupported = test)]
fn numbers_are_shown_as_people_write_them() {
    for (given, shown) in
        [(-0.5, "-0.5"), (-3.25, "-3.25"), (2.0e15, "a number beyond 1e15"), (-2.0e15, "a number beyond -1e15"), (-7.0, "-7")]
    {
        let error = read(json!({"signedInAt": given})).unwrap_err();
        assert!(error.to_string().starts_with(&format!("signedInAt: {shown} is not")), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn input_is_tracked_only_where_it_changes_anything() {
    assert!(!read(json!({})).unwrap().tracks_input());
    assert!(read(json!({"idleTimeout": "15m"})).unwrap().tracks_input());
    assert!(read(json!({"refreshWhileIdle": false})).unwrap().tracks_input());
    assert!(!read(json!({"idleTimeout": "15m", "activity": "manual"})).unwrap().tracks_input());
}

mod audience {
    use super::*;

    fn accepts(options: Js, claims: Js) -> Result<(), Error> {
        read(options).unwrap().accept(&token_set(json!({"accessToken": jwt(claims)})))
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn any_of_the_expected_audiences_will_do() {
        let options = || json!({"expectedAudience": ["api", "files"]});
        assert!(accepts(options(), json!({"aud": "api"})).is_ok());
        assert!(accepts(options(), json!({"aud": ["other", "files"]})).is_ok());
        let error = accepts(options(), json!({"aud": "other"})).unwrap_err();
        assert_eq!((error.code, error.option), (Code::TokenRefused, Some("expectedAudience")));
        assert!(error.to_string().contains("\"aud\" is \"other\", expected \"api\", \"files\""), "{error}");
        assert!(accepts(options(), json!({})).unwrap_err().to_string().contains("\"aud\" is none"));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_issuer_is_compared_exactly() {
        let options = || json!({"expectedIssuer": "https://id.example"});
        assert!(accepts(options(), json!({"iss": "https://id.example"})).is_ok());
        for wrong in [json!({"iss": "https://id.example/"}), json!({})] {
            let error = accepts(options(), wrong).unwrap_err();
            assert_eq!((error.code, error.option), (Code::TokenRefused, Some("expectedIssuer")));
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn both_must_fit_and_an_opaque_token_fits_neither() {
        let options = json!({"expectedAudience": "api", "expectedIssuer": "https://id.example"});
        assert!(accepts(options.clone(), json!({"aud": "api", "iss": "https://id.example"})).is_ok());
        assert!(accepts(options.clone(), json!({"aud": "api", "iss": "https://evil.example"})).is_err());
        assert!(accepts(options.clone(), json!({"aud": "x", "iss": "https://id.example"})).is_err());
        assert!(read(options).unwrap().accept(&token_set(json!({"accessToken": "opaque"}))).is_err());
        assert!(read(json!({})).unwrap().accept(&token_set(json!({"accessToken": "opaque"}))).is_ok());
    }
}

mod warnings {
    use super::*;

    fn warnings(options: Js) -> Vec<String> {
        Settings::warnings(&fields(&options))
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn usual_settings_surprise_nobody() {
        assert!(warnings(json!({})).is_empty());
        assert!(warnings(json!({"idleTimeout": "30m", "maxSessionLifespan": "8h", "checkInterval": "5m"})).is_empty());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_looks_like_milliseconds_is_said() {
        let limits = [
            ("checkInterval", 10_000.0),
            ("refreshWindow", 100_000.0),
            ("refreshTimeout", 500.0),
            ("idleTimeout", 600_000.0),
            ("maxSessionLifespan", 10_000_000.0),
            ("idleWarning", 10_000.0),
            ("sessionWarning", 60_000.0),
        ];
        for (option, from) in limits {
            assert!(warnings(json!({ option: from }))[0].starts_with(&format!("{option}: ")));
            assert!(warnings(json!({ option: from - 1.0 })).is_empty(), "{option}");
        }
        let expected = "checkInterval: 60000 is a number of seconds; if milliseconds were meant, divide by 1000 (LOOKS_LIKE_MILLISECONDS)";
        assert_eq!(warnings(json!({"checkInterval": 60_000})), [expected]);
    }
}

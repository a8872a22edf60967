//! No token reaches any message, event, snapshot or `Debug` output; a leak on purpose shows that the search would find one.

use evertoken::core::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{REFRESHES, World, fields, jwt, shown, token_set, try_token_set};

const CANARY: &str = "canary-5up3r53cr37";

/// Everything that a session of a full life says, in every form it can be printed in.
struct Heard {
    session: Session,
    now: Now,
    texts: Vec<String>,
}

impl Heard {
    fn new() -> Heard {
        let world = World::with(
            json!({"idleTimeout": "1h", "maxSessionLifespan": "2h"}),
            Abilities { refresh_takes_token: true, sign_out: true, revoke: true, ..REFRESHES },
        );
        Heard { now: world.now(), session: world.0.session, texts: Vec::new() }
    }

    fn event(&mut self, after: f64, event: Event) -> Option<Attempt> {
        self.now.wall_ms += after * 1_000.0;
        self.now.mono_ms += after * 1_000.0;
        self.texts.push(format!("{event:?} {event:#?}"));
        self.session.handle(event, self.now);
        let mut attempt = None;
        while let Some(effect) = self.session.poll_effect() {
            match &effect {
                Effect::Refresh { attempt: asked, .. } | Effect::SignOut { attempt: asked, .. } => attempt = Some(*asked),
                Effect::Notify(notice) => self.texts.push(shown(notice).to_string()),
                Effect::Answer { answer: Err(refusal), .. } => self.texts.push(refusal.to_string()),
                _ => {}
            }
            self.texts.push(format!("{effect:?} {effect:#?}"));
        }
        let (session, snapshot) = (&self.session, self.session.snapshot());
        self.texts.push(format!("{session:?} {session:#?} {snapshot:?} {}", shown(&snapshot)));
        attempt
    }

    fn leaks(&self) -> Vec<&String> {
        self.texts.iter().filter(|text| text.contains(CANARY)).collect()
    }
}

/// Every secret of it is a canary.
fn tokens(lifetime: f64) -> TokenSet {
    let claims = json!({"iat": 1, "exp": 1.0 + lifetime, "jti": CANARY, "email": CANARY});
    token_set(json!({
        "access_token": format!("{}.{CANARY}", jwt(claims).rsplit_once('.').unwrap().0),
        "refresh_token": format!("{CANARY}-refresh"), "id_token": format!("{CANARY}-id"), "expires_in": lifetime,
    }))
}

fn outcome(lifetime: f64) -> Outcome {
    Outcome::Tokens { tokens: Box::new(tokens(lifetime)), date: None }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_tells_no_token() {
    let mut heard = Heard::new();
    heard.event(0.0, Event::Start { given: None, stored: None });
    heard.event(1.0, Event::SignIn(Box::new(tokens(600.0))));
    heard.event(1.0, Event::Ask(1));
    let failed = tokens(600.0).access;
    let attempt = heard.event(1.0, Event::Refresh { caller: 2, failed: Some(failed) }).expect("a refresh");
    heard.event(1.0, Event::Answered { attempt, outcome: outcome(900.0) });
    let attempt = heard.event(1.0, Event::Refresh { caller: 3, failed: None }).expect("a refresh");
    heard.event(1.0, Event::Answered { attempt, outcome: of_status(503, true, None, None) });
    heard.event(15.0, Event::Check);
    heard.event(2000.0, Event::Check);
    heard.event(1.0, Event::SignIn(Box::new(tokens(600.0))));
    let attempt = heard.event(1.0, Event::SignOut(4));
    heard.event(10.0, Event::Check);
    if let Some(attempt) = attempt {
        heard.event(1.0, Event::SignedOut { attempt, failure: Some(Failure::new(FailureKind::Network)) });
    }
    heard.event(1.0, Event::Ask(5));
    heard.event(1.0, Event::Stop);
    assert_eq!(heard.leaks(), Vec::<&String>::new());
    assert!(heard.texts.len() > 40);
}

#[wasm_bindgen_test(unsupported = test)]
fn an_error_tells_no_token() {
    let long = format!("{CANARY}{}", "x".repeat(LARGEST));
    let wrong_claim = jwt(json!({"exp": CANARY, "sub": "alice"}));
    let broken = [
        json!({"access_token": format!("Bearer {CANARY}")}),
        json!({"access_token": format!("h.{CANARY}!.s")}),
        json!({"access_token": format!("{CANARY}.W10.{CANARY}")}),
        json!({"access_token": format!("{CANARY}\u{e9}")}),
        json!({"access_token": wrong_claim}),
        json!({"access_token": [CANARY]}),
        json!({"access_token": {"token": CANARY}}),
        json!({"access_token": long}),
        json!({"access_token": "a", "refresh_token": [CANARY]}),
        json!({"access_token": "a", "refresh_token": long}),
        json!({"access_token": "a", "expires_in": CANARY}),
        json!({"access_token": "a", "expires_at": CANARY}),
        json!({"access_token": "a", "scope": [CANARY]}),
    ];
    for answer in broken {
        let shown = answer.to_string();
        let error = try_token_set(answer, Format::Auto).expect_err(&shown);
        assert!(!format!("{error} {error:?} {error:#?}").contains(CANARY), "{error}");
    }
    for format in [Format::Auto, Format::Jwt] {
        for token in [format!("h.{CANARY}*.s"), format!(".{CANARY}.s"), format!("{CANARY}.{CANARY} .s"), format!("{CANARY}\n")] {
            let error = payload(&token, format).expect_err(&token);
            assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_token_in_the_place_of_an_option_is_not_shown() {
    let token = format!("{CANARY}.{}", "x".repeat(30));
    for option in ["checkInterval", "refreshWindow", "spread", "adaptiveWindow", "signedInAt", "activity", "accessTokenFormat"] {
        let settings = Settings::read(&fields(&json!({ option: token })), REFRESHES);
        let error = settings.expect_err(option);
        assert!(!format!("{error} {error:?}").contains(CANARY), "{error}");
        assert!(error.to_string().contains("a string of 49 characters"), "{error}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_secret_can_be_had_only_on_purpose() {
    let secret = Secret::new(CANARY);
    assert_eq!((format!("{secret:?}").as_str(), secret.expose()), ("Secret(…)", CANARY));
    let debug = format!("{:?} {:#?}", tokens(5.0), tokens(5.0));
    assert!(!debug.contains(CANARY), "{debug}");
}

#[wasm_bindgen_test(unsupported = test)]
fn a_leak_would_be_found() {
    let mut heard = Heard::new();
    heard.event(0.0, Event::Start { given: Some(Box::new(tokens(1e10))), stored: None });
    let token = heard.session.access_token().expect("a token").expose().to_owned();
    heard.texts.push(format!("the token is {token}"));
    assert_eq!(heard.leaks().len(), 1);
}

//! A life out of bytes: no order of events, no answer and no clock breaks a rule of the session.

use super::bytes::{Bytes, Drawn};
use super::live::live;
use super::steps::{Beginning, Grant, Life, Step};
use crate::core::{Abilities, Settings, Value};

const HUNDRED_YEARS: f64 = 3_155_760_000.0;
const YEAR: f64 = 31_536_000.0;

/// The longest lifetime that a token set is read with.
const LONGEST: f64 = 1e11;

pub fn session(bytes: &[u8]) {
    let life = life(&mut Bytes(bytes));
    let watch = live(&life);
    assert!(watch.broken.is_empty(), "{:?} in {life:?}", watch.broken);
}

fn life(bytes: &mut Bytes) -> Life {
    let settings = settings(bytes);
    let seed = bytes.byte().into();
    let skew = signed_length(bytes);
    let beginning = match bytes.letter() {
        b'g' => Beginning::Given(lifetime(bytes)),
        b'r' => Beginning::Restored(lifetime(bytes)),
        _ => Beginning::Nothing,
    };
    let mut steps = Vec::new();
    while !bytes.0.is_empty() {
        steps.push(step(bytes));
    }
    Life { settings, seed, skew, beginning, steps }
}

fn settings(bytes: &mut Bytes) -> Settings {
    let mut seconds = |choices: &[f64]| Value::Number(bytes.pick(choices));
    let options = Drawn(vec![
        ("idleTimeout", seconds(&[-1.0, 1.0, 30.0, 900.0, HUNDRED_YEARS])),
        ("maxSessionLifespan", seconds(&[-1.0, 1.0, 300.0, 28_800.0, HUNDRED_YEARS])),
        ("checkInterval", seconds(&[60.0, 0.1, 1.0, 5.0, 300.0, 86_400.0])),
        ("refreshWindow", seconds(&[300.0, 0.0, 5.0, 60.0, 3600.0, YEAR])),
        ("refreshTimeout", seconds(&[10.0, 0.1, 1.0, 60.0, 600.0])),
        ("spread", Value::Text(bytes.pick(&["window", "lifetime"]).into())),
        ("adaptiveWindow", Value::Bool(!bytes.flag())),
        ("refreshWhileIdle", Value::Bool(!bytes.flag())),
    ]);
    let abilities = Abilities {
        refresh: !bytes.flag(),
        refresh_takes_token: bytes.flag(),
        sign_out: bytes.flag(),
        revoke: bytes.flag(),
        probe: bytes.flag(),
        // Other tabs have a world of their own: tests/fleet.
        tabs: false,
        record: false,
    };
    Settings::read(&|name| options.field(name), abilities).expect("each option in its range")
}

/// A wake is what happens most.
fn step(bytes: &mut Bytes) -> Step {
    match bytes.letter() {
        b'a' => Step::Activity,
        b'b' => Step::Probed(bytes.pick(&[0, 1, 2])),
        b'c' => Step::Check,
        b'd' => Step::SignedOut(bytes.flag()),
        b'e' => Step::Fail(bytes.pick(&[0, 302, 404, 408, 425, 429, 500, 503]), None),
        b'f' => Step::Forget,
        b'g' => Step::Grant(grant(bytes)),
        b'h' => Step::Fail(bytes.pick(&[429, 503]), Some(length(bytes))),
        b'i' => Step::SignIn(lifetime(bytes)),
        b'k' => Step::Ask,
        b'm' => Step::SetMono(-length(bytes)),
        b'n' => Step::Reject,
        b'o' => Step::Online(bytes.flag()),
        b'p' => Step::Pass(length(bytes)),
        b'q' => Step::SignOut,
        b'r' => Step::Refresh,
        b's' => Step::Sleep(length(bytes)),
        b't' => Step::SetWall(signed_length(bytes)),
        b'u' => Step::Refused(bytes.flag()),
        // Little is left to happen after it.
        b'z' if bytes.letter() == b'z' => Step::Stop,
        _ => Step::Wake,
    }
}

fn grant(bytes: &mut Bytes) -> Grant {
    match bytes.letter() {
        b'j' => Grant::Jwt(lifetime(bytes), bytes.flag()),
        b'o' => Grant::Opaque(lifetime(bytes)),
        b'e' => Grant::Endless,
        b's' => Grant::SameAgain,
        b'a' => Grant::Old(lifetime(bytes), length(bytes)),
        b'b' => Grant::SomebodyElse(lifetime(bytes)),
        _ => Grant::Whole(lifetime(bytes)),
    }
}

fn length(bytes: &mut Bytes) -> f64 {
    let most = bytes.pick(&[60.0, 0.01, 3.0, 300.0, 3600.0, 86_400.0, YEAR, HUNDRED_YEARS]);
    bytes.up_to(most)
}

fn signed_length(bytes: &mut Bytes) -> f64 {
    let length = length(bytes);
    if bytes.flag() { -length } else { length }
}

fn lifetime(bytes: &mut Bytes) -> f64 {
    let most = bytes.pick(&[300.0, 3.0, 20.0, 3600.0, YEAR, HUNDRED_YEARS, LONGEST]);
    bytes.up_to(most)
}

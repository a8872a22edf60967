//! Lives at random.

use evertoken::core::{Abilities, Settings};
use evertoken::fuzz::{Beginning, Grant, Life, Step};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::fields;

pub fn life() -> impl Strategy<Value = Life> {
    (options(), abilities(), any::<u64>(), skew(), beginning(), prop::collection::vec(step(), 1..90)).prop_map(
        |(options, abilities, seed, skew, beginning, steps)| {
            let settings = Settings::read(&fields(&options), abilities).expect("settings");
            Life { settings, seed, skew, beginning, steps }
        },
    )
}

fn options() -> impl Strategy<Value = Value> {
    let idle = prop::sample::select(vec![json!(-1), json!("30s"), json!("15m")]);
    let maximum = prop::sample::select(vec![json!(-1), json!("5m"), json!("8h")]);
    let interval = prop::sample::select(vec![1, 5, 60, 300]);
    let window = prop::sample::select(vec![0, 5, 60, 300, 3600]);
    let timeout = prop::sample::select(vec![1, 10, 60]);
    let spread = prop::sample::select(vec!["window", "lifetime"]);
    (idle, maximum, interval, window, timeout, spread, any::<bool>(), prop::bool::weighted(0.8)).prop_map(
        |(idle, maximum, interval, window, timeout, spread, adaptive, while_idle)| {
            json!({
                "idleTimeout": idle, "maxSessionLifespan": maximum, "checkInterval": interval, "refreshWindow": window,
                "refreshTimeout": timeout, "spread": spread, "adaptiveWindow": adaptive, "refreshWhileIdle": while_idle,
            })
        },
    )
}

fn abilities() -> impl Strategy<Value = Abilities> {
    (prop::bool::weighted(0.9), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(refresh, refresh_takes_token, sign_out, revoke, probe)| Abilities {
            refresh,
            refresh_takes_token,
            sign_out,
            revoke,
            probe,
            ..Abilities::default()
        },
    )
}

fn skew() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), -90_000.0..90_000.0]
}

fn beginning() -> impl Strategy<Value = Beginning> {
    prop_oneof![Just(Beginning::Nothing), lifetime().prop_map(Beginning::Given), lifetime().prop_map(Beginning::Restored)]
}

fn lifetime() -> impl Strategy<Value = f64> {
    prop_oneof![Just(300.0), Just(3600.0), 5.0..20.0, 0.0..200_000.0, Just(0.0)]
}

fn length() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..0.01, 0.0..3.0, 0.0..120.0, 0.0..8_000.0]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => Just(Step::Wake),
        2 => Just(Step::Check),
        3 => Just(Step::Activity),
        5 => Just(Step::Ask),
        2 => Just(Step::Refresh),
        2 => any::<bool>().prop_map(Step::Refused),
        1 => Just(Step::Forget),
        3 => any::<bool>().prop_map(Step::Online),
        4 => length().prop_map(Step::Pass),
        2 => length().prop_map(Step::Sleep),
        1 => (-8_000.0..8_000.0).prop_map(Step::SetWall),
        1 => (-0.005..0.0).prop_map(Step::SetMono),
        8 => grant().prop_map(Step::Grant),
        6 => failure(),
        1 => Just(Step::Reject),
        1 => lifetime().prop_map(Step::SignIn),
        1 => Just(Step::SignOut),
        2 => any::<bool>().prop_map(Step::SignedOut),
        1 => (0u8..3).prop_map(Step::Probed),
        1 => prop_oneof![9 => Just(Step::Check), 1 => Just(Step::Stop)],
    ]
}

fn grant() -> impl Strategy<Value = Grant> {
    prop_oneof![
        4 => lifetime().prop_map(Grant::Whole),
        3 => (lifetime(), any::<bool>()).prop_map(|(lifetime, dated)| Grant::Jwt(lifetime, dated)),
        2 => lifetime().prop_map(Grant::Opaque),
        1 => Just(Grant::Endless),
        2 => Just(Grant::SameAgain),
        2 => (lifetime(), length()).prop_map(|(lifetime, age)| Grant::Old(lifetime, age)),
        1 => lifetime().prop_map(Grant::SomebodyElse),
    ]
}

fn failure() -> impl Strategy<Value = Step> {
    let status = prop::sample::select(vec![0u16, 302, 404, 408, 425, 429, 500, 503]);
    (status, prop::option::weighted(0.3, 0.0..8_000.0)).prop_map(|(status, retry_after)| Step::Fail(status, retry_after))
}

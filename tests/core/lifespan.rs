//! The maximum lifespan: it ends a session whatever the activity, counted from the sign-in as well as that is known.

use evertoken::core::*;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::common::{EPOCH, REFRESHES, World, assert_near, token_set};

fn with(mut options: Value) -> World {
    options["maxSessionLifespan"] = json!("8h");
    World::new(options)
}

const EIGHT_HOURS: f64 = 28_800.0;

#[wasm_bindgen_test(unsupported = test)]
fn the_session_ends_whatever_the_activity() {
    let mut world = with(json!({"idleTimeout": "1h"}));
    world.start();
    world.grant(3600.0);
    while world.status() != Status::Ended {
        world.serve_until(world.t + 600.0, 3600.0);
        if world.wake.is_some() {
            world.run_until(world.t.max(1.0) + 1.0);
            world.event(Event::Activity);
        }
        if world.t >= EIGHT_HOURS - 700.0 {
            world.event(Event::Activity);
            world.serve_until(EIGHT_HOURS + 10.0, 3600.0);
        }
    }
    assert_eq!(world.snapshot().reason, Some(EndReason::MaxLifespan));
    let (at, _) = world.notices.iter().find(|(_, notice)| matches!(notice, Notice::Ended { .. })).unwrap();
    assert_near(*at, EIGHT_HOURS);
}

#[wasm_bindgen_test(unsupported = test)]
fn to_the_millisecond() {
    let mut world = with(json!({}));
    world.start();
    world.grant(100_000.0);
    assert_eq!(world.snapshot().session_ends_at, Some(EPOCH + EIGHT_HOURS));
    world.run_until(EIGHT_HOURS - 0.001);
    assert_eq!(world.status(), Status::Active);
    assert_eq!(world.wake().1, WakeReason::Maximum);
    world.next();
    assert_eq!((world.snapshot().reason, world.snapshot().session_ends_at), (Some(EndReason::MaxLifespan), None));
}

#[wasm_bindgen_test(unsupported = test)]
fn it_comes_before_the_idle_timeout() {
    let mut world = with(json!({"idleTimeout": "1h"}));
    world.start();
    world.grant(100_000.0);
    world.pass(EIGHT_HOURS);
    world.check();
    assert_eq!(world.snapshot().reason, Some(EndReason::MaxLifespan));
}

#[wasm_bindgen_test(unsupported = test)]
fn an_answer_after_it_is_thrown_away() {
    let mut world = with(json!({}));
    world.start();
    world.grant(3600.0);
    world.serve_until(EIGHT_HOURS - 5.0, 3600.0);
    world.run_until(EIGHT_HOURS - 1.0);
    let caller = world.refresh();
    world.pass(1.0);
    world.grant(3600.0);
    assert_eq!((world.snapshot().reason, world.token()), (Some(EndReason::MaxLifespan), None));
    assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::MaxLifespan)));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_warning_comes_5_minutes_before() {
    let mut world = with(json!({}));
    world.start();
    world.grant(100_000.0);
    world.run_until(EIGHT_HOURS - 300.001);
    assert_eq!(world.count("sessionexpiring"), 0);
    assert_eq!(world.wake().1, WakeReason::SessionWarning);
    world.run_until(EIGHT_HOURS - 1.0);
    let warnings: Vec<_> = world.notices.iter().filter(|(_, notice)| matches!(notice, Notice::SessionExpiring { .. })).collect();
    assert_eq!(warnings.len(), 1);
    assert_near(warnings[0].0, EIGHT_HOURS - 300.0);
    assert_eq!(warnings[0].1, Notice::SessionExpiring { ends_at: EPOCH + EIGHT_HOURS, because: Because::MaxLifespan });
}

#[wasm_bindgen_test(unsupported = test)]
fn the_warning_is_set_in_options() {
    let mut world = with(json!({"sessionWarning": "1h"}));
    world.start();
    world.grant(100_000.0);
    world.run_until(EIGHT_HOURS - 3600.0);
    assert_eq!(world.count("sessionexpiring"), 1);

    let mut world = with(json!({"sessionWarning": 0}));
    world.start();
    world.grant(100_000.0);
    world.run_until(EIGHT_HOURS);
    assert_eq!((world.count("sessionexpiring"), world.count("ended")), (0, 1));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_server_is_told() {
    let mut world = World::with(json!({"maxSessionLifespan": "8h"}), Abilities { sign_out: true, ..REFRESHES });
    let tokens = world.fresh(100_000.0);
    world.start_with(tokens);
    world.run_until(EIGHT_HOURS);
    assert_eq!(world.sign_outs[0].1.reason, EndReason::MaxLifespan);
}

mod is_counted {
    use super::*;

    /// When a session ends that starts with these options, and a token with these claims.
    fn end(options: Value, claims: Value, session_start: Option<f64>) -> f64 {
        let mut world = with(options);
        let access = world.jwt_with(100_000.0, claims);
        let tokens = token_set(json!({"accessToken": access}));
        world.restore(Stored {
            tokens: Some(Box::new(tokens)),
            session_start: session_start.map(|moment| (EPOCH + moment) * 1_000.0),
            ..Stored::default()
        });
        world.snapshot().session_ends_at.map_or(f64::NAN, |at| at - EPOCH)
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn from_what_is_known_best() {
        let signed_in_at = || json!({"signedInAt": EPOCH - 300.0});
        let auth_time = || json!({"auth_time": EPOCH - 200.0});
        assert_near(end(signed_in_at(), auth_time(), Some(-100.0)), EIGHT_HOURS - 300.0);
        assert_near(end(json!({}), auth_time(), Some(-100.0)), EIGHT_HOURS - 200.0);
        assert_near(end(json!({}), json!({}), Some(-100.0)), EIGHT_HOURS - 100.0);
        assert_near(end(json!({}), json!({}), None), EIGHT_HOURS);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn from_now_where_that_lies_in_the_future() {
        assert_near(end(json!({"signedInAt": EPOCH + 300.0}), json!({}), None), EIGHT_HOURS);
        assert_near(end(json!({}), json!({"auth_time": EPOCH + 300.0}), None), EIGHT_HOURS);
        assert_near(end(json!({}), json!({}), Some(300.0)), EIGHT_HOURS);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn by_the_servers_clock_where_the_server_tells_it() {
        let mut world = with(json!({}));
        world.server_skew = 3600.0;
        world.start();
        let access = world.jwt_with(7200.0, json!({"auth_time": world.server_time() - 600.0}));
        world.answer(token_set(json!({"access_token": access, "expires_in": 7200})));
        assert_near(world.moment(world.snapshot().session_ends_at), EIGHT_HOURS - 600.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn from_the_first_token_that_comes() {
        let mut world = with(json!({}));
        world.start();
        world.pass(5.0);
        world.grant(3600.0);
        assert_near(world.moment(world.snapshot().session_ends_at), EIGHT_HOURS + 5.0);
        world.serve_until(7_000.0, 3600.0);
        assert_near(world.moment(world.snapshot().session_ends_at), EIGHT_HOURS + 5.0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn to_its_end_before_anything_is_handed_out() {
        let mut world = with(json!({"signedInAt": EPOCH - EIGHT_HOURS}));
        world.start();
        let caller = world.ask();
        world.grant(3600.0);
        assert_eq!(world.answer_of(caller), Err(Refusal::Ended(EndReason::MaxLifespan)));

        let mut world = with(json!({"signedInAt": EPOCH - EIGHT_HOURS}));
        let tokens = world.fresh(3600.0);
        world.start_with(tokens);
        assert_eq!((world.snapshot().reason, world.token()), (Some(EndReason::MaxLifespan), None));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn from_a_later_sign_in_anew() {
        let mut world = with(json!({"signedInAt": EPOCH - 300.0}));
        let tokens = world.fresh(3600.0);
        world.start_with(tokens);
        world.run_until(100.0);
        let tokens = world.fresh(3600.0);
        world.sign_in(tokens);
        assert_near(world.moment(world.snapshot().session_ends_at), EIGHT_HOURS + 100.0);
    }
}

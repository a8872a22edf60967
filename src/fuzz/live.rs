//! Lives a life step by step, under watch.

use std::format;

use super::steps::{Beginning, Grant, Life, Step};
use super::watch::Watch;
use super::world::{EPOCH, World, opaque};
use crate::core::*;

pub fn live(life: &Life) -> Watch {
    let mut watch = Watch::new(life);
    begin(&mut watch, life.beginning);
    for step in &life.steps {
        take(&mut watch, *step);
    }
    watch
}

/// How the requests of a session are answered that is left to itself.
#[derive(Clone, Copy, Debug)]
pub enum Answers {
    None,
    Failures,
    SameAgain,
    Fresh,
}

/// So many wakes on. How many there were, the seconds that went by, and the refreshes made.
pub fn run_on(watch: &mut Watch, answers: Answers, most: u32) -> (u32, f64, u32) {
    let (began, requests) = (watch.world.t, watch.world.requests.len());
    let mut wakes = 0;
    while wakes < most && watch.world.wake.is_some() {
        take(watch, Step::Wake);
        wakes += 1;
        let (answer, sign_out) = match answers {
            Answers::None => continue,
            Answers::Failures => (Step::Fail(503, None), false),
            Answers::SameAgain => (Step::Grant(Grant::SameAgain), true),
            Answers::Fresh => (Step::Grant(Grant::Whole(60.0)), true),
        };
        take(watch, answer);
        take(watch, Step::SignedOut(sign_out));
    }
    (wakes, watch.world.t - began, u32::try_from(watch.world.requests.len() - requests).unwrap_or(u32::MAX))
}

fn begin(watch: &mut Watch, beginning: Beginning) {
    let (lifetime, stored) = match beginning {
        Beginning::Nothing => return watch.event(Event::Start { given: None, stored: None }),
        Beginning::Given(lifetime) => (lifetime, false),
        Beginning::Restored(lifetime) => (lifetime, true),
    };
    let tokens = whole(&mut watch.world, lifetime, "r0");
    watch.learn(&tokens, lifetime);
    let tokens = Some(Box::new(tokens));
    watch.event(if stored {
        let skew = Some(watch.world.server_skew * 1_000.0);
        Event::Start { given: None, stored: Some(Box::new(Stored { tokens, skew, ..Stored::default() })) }
    } else {
        Event::Start { given: tokens, stored: None }
    });
}

fn take(watch: &mut Watch, step: Step) {
    match step {
        Step::Wake => wake(watch),
        Step::Check => watch.event(Event::Check),
        Step::Activity => watch.event(Event::Activity),
        Step::Ask => {
            let caller = watch.world.new_caller();
            watch.event(Event::Ask(caller));
        }
        Step::Refresh => {
            let caller = watch.world.new_caller();
            watch.event(Event::Refresh { caller, failed: None });
        }
        Step::Refused(in_hand) => {
            let caller = watch.world.new_caller();
            let token = watch.world.token().filter(|_| in_hand).unwrap_or("older".into());
            watch.event(Event::Refresh { caller, failed: Some(Secret::new(token)) });
        }
        Step::Forget => {
            if let Some((caller, _)) = watch.waiting.last_key_value() {
                watch.event(Event::Forget(*caller));
            }
        }
        Step::Online(online) => watch.event(if online { Event::Online } else { Event::Offline }),
        Step::Pass(seconds) => {
            watch.world.pass(seconds);
            watch.event(Event::Check);
        }
        Step::Sleep(seconds) => {
            watch.world.pass_asleep(seconds);
            watch.event(Event::Check);
        }
        Step::SetWall(by) => watch.world.set_wall_clock(by),
        Step::SetMono(by) => watch.world.set_mono_clock(by),
        Step::Grant(grant) => answer(watch, grant),
        Step::Fail(0, _) => answered(watch, Outcome::Transient(Failure::new(FailureKind::Network))),
        Step::Fail(status, retry_after) => {
            answered(watch, of_status(status, false, None, retry_after.map(|seconds| seconds * 1_000.0)));
        }
        Step::Reject => answered(watch, nobody(None)),
        Step::SignIn(lifetime) => {
            let tokens = whole(&mut watch.world, lifetime, "r1");
            watch.learn(&tokens, lifetime);
            watch.event(Event::SignIn(Box::new(tokens)));
        }
        Step::SignOut => {
            let caller = watch.world.new_caller();
            watch.event(Event::SignOut(caller));
        }
        Step::SignedOut(well) => {
            if let Some((attempt, _)) = watch.world.sign_outs.last() {
                let failure = (!well).then(|| Failure::new(FailureKind::Network));
                watch.event(Event::SignedOut { attempt: *attempt, failure });
            }
        }
        Step::Probed(answer) => {
            let answer = [Probe::Lives, Probe::Unknown, Probe::Ended][usize::from(answer)];
            if let Some(attempt) = watch.world.probes.last() {
                watch.event(Event::Probed { attempt: *attempt, answer });
            }
        }
        Step::Stop => {
            watch.stopped = true;
            watch.event(Event::Stop);
        }
    }
}

fn wake(watch: &mut Watch) {
    if watch.world.pass_to_wake() {
        watch.event(Event::Check);
    }
}

fn answered(watch: &mut Watch, outcome: Outcome) {
    if let Some(attempt) = watch.in_flight {
        watch.event(Event::Answered { attempt, outcome });
    }
}

fn answer(watch: &mut Watch, grant: Grant) {
    if watch.in_flight.is_none() {
        return;
    }
    let server_time = watch.world.server_time();
    let mut date = None;
    let (tokens, lifetime) = match grant {
        Grant::Whole(lifetime) => (whole(&mut watch.world, lifetime, "r2"), lifetime),
        Grant::Jwt(lifetime, dated) => {
            date = dated.then_some(server_time.floor());
            // The header tells whole seconds.
            let most = lifetime + f64::from(u8::from(dated));
            (with_refresh(watch.world.issue(lifetime), "r3"), most)
        }
        Grant::Opaque(lifetime) => {
            let access = format!("opaque-{}", watch.world.new_serial());
            (TokenSet { expires_in: Some(lifetime * 1_000.0), ..opaque(access) }, lifetime)
        }
        Grant::Endless => (with_refresh(opaque("endless"), "r4"), f64::INFINITY),
        Grant::SameAgain => match in_hand(&watch.world) {
            Some(tokens) => (with_refresh(tokens, "r5"), f64::INFINITY),
            None => {
                let tokens = watch.world.issue_with(30.0, |claims| claims.exp = Some((EPOCH + 30.0) * 1_000.0));
                (TokenSet { expires_in: Some(30_000.0), ..tokens }, 30.0)
            }
        },
        Grant::Old(lifetime, age) => {
            date = Some(server_time);
            let issued = (server_time - age) * 1_000.0;
            let tokens = watch.world.issue_with(lifetime, |claims| {
                (claims.iat, claims.exp) = (Some(issued), Some(issued + lifetime * 1_000.0));
            });
            (tokens, lifetime)
        }
        Grant::SomebodyElse(lifetime) => {
            let tokens = watch.world.issue_with(lifetime, |claims| claims.sub = Some("bob".into()));
            (with_refresh(tokens, "r6"), lifetime)
        }
    };
    watch.learn(&tokens, lifetime);
    let date = date.map(|date| date * 1_000.0);
    answered(watch, Outcome::Tokens { tokens: Box::new(tokens), date });
}

/// What a server answers when all is well.
fn whole(world: &mut World, lifetime: f64, refresh: &str) -> TokenSet {
    TokenSet { expires_in: Some(lifetime * 1_000.0), ..with_refresh(world.issue(lifetime), refresh) }
}

fn with_refresh(tokens: TokenSet, refresh: &str) -> TokenSet {
    TokenSet { refresh: Some(Secret::new(refresh)), ..tokens }
}

/// The token in hand as it came, of which the claims alone are left.
fn in_hand(world: &World) -> Option<TokenSet> {
    let token = world.token()?;
    let claims = world.saved.as_ref()?.tokens.as_ref()?.claims.clone();
    Some(TokenSet { claims, ..opaque(token) })
}

//! A fixed number of worlds, in which nothing breaks; and worlds without a part of the protocol, in which something does.

use evertoken_fleet::{Mode, Plan, World, shortest};

/// The first broken rule of so many worlds.
fn first_broken(worlds: u64, mode: Mode) -> Option<(Plan, &'static str, String)> {
    (1..=worlds).find_map(|seed| {
        let plan = Plan::draw(seed);
        let broken = World::live(&plan, mode, false).broken;
        broken.into_iter().next().map(|first| (plan, first.rule, first.how))
    })
}

#[track_caller]
fn breaks_within_a_thousand(mode: Mode) {
    let Some((plan, rule, _)) = first_broken(1_000, mode) else { panic!("nothing breaks in 1,000 worlds: {mode:?}") };
    let short = shortest(&plan, mode, rule);
    assert!(short.steps.len() <= plan.steps.len());
    assert!(World::live(&short, mode, false).broken.iter().any(|broken| broken.rule == rule), "{rule} in {short:?}");
}

#[test]
fn nothing_breaks() {
    if let Some((plan, rule, how)) = first_broken(5_000, Mode::Sound) {
        let short = shortest(&plan, Mode::Sound, rule);
        let log = World::live(&short, Mode::Sound, true).log.join("\n");
        panic!("{log}\n{rule}: {how}; seed {}", plan.seed);
    }
}

#[test]
fn a_world_is_the_same_each_time() {
    for seed in 1..=50 {
        let plan = Plan::draw(seed);
        let [one, other] = [0, 1].map(|_| World::live(&plan, Mode::Sound, true));
        assert_eq!(one.log, other.log);
    }
}

#[test]
fn without_adoption_it_breaks() {
    breaks_within_a_thousand(Mode::NoAdoption);
}

#[test]
fn without_the_lock_it_breaks() {
    breaks_within_a_thousand(Mode::NoLock);
}

#[test]
fn with_a_record_as_weak_as_local_storage_it_breaks() {
    breaks_within_a_thousand(Mode::WeakRecord);
}

#[test]
fn where_everybody_steals_it_breaks() {
    breaks_within_a_thousand(Mode::StealAlways);
}

//! What happens in a world from outside, drawn from its seed.

use crate::config::{Config, Transport};
use crate::rng::Rng;

#[derive(Clone, Debug)]
pub struct Plan {
    pub seed: u64,
    pub config: Config,
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub at: f64,
    pub tab: usize,
    pub what: What,
}

/// To the tab, by its user, by the server, or by the device.
#[derive(Clone, Copy, Debug)]
pub enum What {
    Open,
    /// Killed, or closed: it does not know.
    Close,
    /// And opened again after so long: a reload, or a tab that was discarded.
    Reload(f64),
    Freeze,
    Resume,
    /// Into the back/forward cache.
    Cache,
    Restore,
    /// Timers go off at multiples of so many milliseconds only.
    Hide(f64),
    Show,
    Stop,
    Activity,
    Ask,
    Refresh,
    /// The API refuses the token in hand.
    Unauthorized,
    SignOut,
    SignIn(u8),
    /// The page comes back from a sign-in with its tokens.
    SignInByReload(u8),
    Online(bool),
    /// At this point of its way the tab is killed, or frozen.
    Trap(Point, Fate),
    LoseRequest,
    LoseAnswer,
    /// The next request of the tab is slow on its way there, or back.
    Slow(f64, bool),
    Outage(f64, Option<f64>),
    /// Somebody ends the session at the server.
    Revoke,
    /// All messages are lost for so long.
    Silence(f64),
    SetWall(f64),
    Sleep(f64),
    Hostile(u64),
}

/// Where a tab can be caught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    Locked,
    /// The record was read; it is not yet written.
    Found,
    Synced,
    Sent,
    /// The server has consumed what the tab presented.
    Consumed,
    /// The answer is there, and the page has not heard of it.
    Answer,
    /// So many effects of the answer were carried out.
    Answered(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Killed,
    Frozen,
}

impl Plan {
    pub fn draw(seed: u64) -> Plan {
        let mut rng = Rng::new(seed, 1);
        let config = Config::draw(&mut rng);
        let mut steps = begin(&config, &mut rng);
        let busy = rng.pick(&[2.0, 6.0, 12.0, 20.0]);
        for _ in 0..rng.below(busy as usize * config.tabs.min(4)) + 1 {
            steps.push(draw_step(&config, &mut rng));
        }
        storms(&config, &mut rng, &mut steps);
        steps.sort_by(|one, other| one.at.total_cmp(&other.at));
        Plan { seed, config, steps }
    }
}

/// Somebody signs in, in one tab, and the others are opened around that.
fn begin(config: &Config, rng: &mut Rng) -> Vec<Step> {
    let apart = rng.pick(&[0.0, 5.0, 1_000.0, 20_000.0]);
    let mut steps: Vec<Step> =
        (0..config.tabs).map(|tab| Step { at: tab as f64 * rng.between(0.0, apart), tab, what: What::Open }).collect();
    steps.push(Step { at: rng.between(0.0, 3_000.0), tab: 0, what: What::SignIn(0) });
    steps
}

fn draw_step(config: &Config, rng: &mut Rng) -> Step {
    // Things that matter happen near each other.
    let at =
        if rng.chance(0.5) { rng.between(0.0, config.length) } else { rng.below(4) as f64 * config.length / 4.0 + rng.between(0.0, 5e3) };
    Step { at, tab: rng.below(config.tabs), what: draw_what(config, rng) }
}

fn draw_what(config: &Config, rng: &mut Rng) -> What {
    let users = if config.jwt { 2 } else { 1 };
    let fate = rng.pick(&[Fate::Killed, Fate::Frozen]);
    let length = rng.pick(&[300.0, 5e3, 40e3, 200e3]);
    match rng.below(62) {
        0..=3 => What::Open,
        4..=5 => What::Close,
        6..=8 => What::Reload(rng.pick(&[1.0, 300.0, 60e3])),
        9..=11 => What::Freeze,
        12..=15 => What::Resume,
        16 => What::Cache,
        17..=18 => What::Restore,
        19..=20 => What::Hide(rng.pick(&[1e3, 60e3])),
        21 => What::Show,
        22 => What::Stop,
        23..=27 => What::Activity,
        28..=32 => What::Ask,
        33..=35 => What::Refresh,
        36..=38 => What::Unauthorized,
        39 => What::SignOut,
        40 => What::SignIn(rng.below(users) as u8),
        41 if config.jwt => What::SignInByReload(rng.below(users) as u8),
        42 => What::Online(rng.chance(0.7)),
        43..=48 => What::Trap(draw_point(rng), fate),
        49 => What::LoseRequest,
        50 => What::LoseAnswer,
        51..=52 => What::Slow(rng.between(1e3, 1.5 * config.longest_request()), rng.chance(0.3)),
        53..=54 => What::Outage(length, if rng.chance(0.3) { Some(rng.between(1e3, 20e3)) } else { None }),
        55 if rng.chance(0.3) => What::Revoke,
        56 if config.record => What::Silence(rng.between(100.0, 5e3)),
        57 => What::SetWall(rng.pick(&[-3_600e3, -30e3, -1e3, 1e3, 30e3, 3_600e3])),
        58 => What::Sleep(rng.pick(&[5e3, 60e3, 600e3])),
        59..=61 if config.hostile => What::Hostile(rng.seed()),
        _ => What::Activity,
    }
}

fn draw_point(rng: &mut Rng) -> Point {
    let answered = Point::Answered(rng.below(6) as u8);
    rng.pick(&[Point::Locked, Point::Found, Point::Synced, Point::Sent, Point::Consumed, Point::Answer, answered])
}

/// What happens to all tabs at once: a 401, a reload, a refresh.
fn storms(config: &Config, rng: &mut Rng, steps: &mut Vec<Step>) {
    if !rng.chance(0.3) {
        return;
    }
    let at = rng.between(0.0, config.length);
    let what = match config.transport {
        Transport::Cookie => rng.pick(&[What::Unauthorized, What::Reload(10.0), What::Refresh]),
        Transport::Token => rng.pick(&[What::Unauthorized, What::Reload(10.0), What::Refresh, What::Resume]),
    };
    steps.extend((0..config.tabs).map(|tab| Step { at: at + tab as f64 * 0.1, tab, what }));
}

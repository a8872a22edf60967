//! Time out of two clocks, neither of which can be trusted alone: the wall clock is set and skewed, the monotonic one may stop in sleep.

use super::duration::Ms;

/// What both clocks of the device show. The core never reads them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Now {
    /// `Date.now()`
    pub wall_ms: Ms,
    /// `performance.now()`
    pub mono_ms: Ms,
}

/// How far the clocks may drift apart before the wall clock is believed to have jumped.
const JUMP: Ms = 2_000.0;

/// How far apart two `Date` headers must be to tell a running clock from a cached answer, and what they are rounded by.
const RUN: Ms = 3_000.0;
const ROUNDING: Ms = 1_500.0;

const LARGEST_SKEW: Ms = 3.2e12;

/// The session's own timeline, in milliseconds since it was made, and how it maps to the device's and the server's clocks.
#[derive(Clone, Debug)]
pub struct Clock {
    elapsed: Ms,
    /// How much of it the wall clock alone has told: sleeps, and a clock set forward.
    jumped: Ms,
    mono: Ms,
    /// Wall clock minus monotonic clock, as of the last jump.
    offset: Ms,
    /// Wall clock time of the timeline's zero.
    origin: Ms,
    skew: Option<Ms>,
    /// The server's time as last believed, and when, jumps left out.
    server: Option<(Ms, Ms)>,
    /// What its `Date` header last said, and when.
    date: Option<(Ms, Ms)>,
}

impl Clock {
    pub fn new(now: Now) -> Clock {
        Clock {
            elapsed: 0.0,
            jumped: 0.0,
            mono: now.mono_ms,
            offset: now.wall_ms - now.mono_ms,
            origin: now.wall_ms,
            skew: None,
            server: None,
            date: None,
        }
    }

    /// Moves the timeline to `now`. It never runs backwards: a wall clock set back changes no time that has passed,
    /// one that runs ahead (a sleep, or a clock set forward) adds what the monotonic clock missed.
    pub fn advance(&mut self, now: Now) {
        let step = (now.mono_ms - self.mono).max(0.0);
        self.mono = self.mono.max(now.mono_ms);
        self.elapsed += step;
        let offset = now.wall_ms - self.mono;
        let jump = offset - self.offset;
        if jump.abs() <= JUMP {
            return;
        }
        self.offset = offset;
        if jump > 0.0 {
            self.elapsed += jump;
            self.jumped += jump;
        } else {
            self.origin += jump;
            self.skew = self.skew.map(|skew| skew - jump);
        }
    }

    /// The present moment on the session's timeline.
    pub fn now(&self) -> Ms {
        self.elapsed
    }

    /// The wall clock's time of a moment, in epoch milliseconds. Steady between jumps.
    pub fn wall(&self, moment: Ms) -> Ms {
        moment + self.origin
    }

    /// The moment of a time that was told by the server's clock.
    pub fn moment_of_server(&self, server_time: Ms) -> Ms {
        server_time - self.skew.unwrap_or(0.0) - self.origin
    }

    /// A stored time that lies in the future counts as now.
    pub fn past(&self, moment: Ms) -> Ms {
        moment.min(self.elapsed)
    }

    /// The server's clock minus this device's, where it was measured.
    pub fn skew(&self) -> Option<Ms> {
        self.skew
    }

    /// As another page tells it: beyond a hundred years it is none, and milliseconds would be lost in it.
    pub fn set_skew(&mut self, skew: Ms) {
        if skew.abs() <= LARGEST_SKEW {
            self.skew = Some(skew);
        }
    }

    /// The server's clock showed `server_time` at `moment`.
    pub fn measure(&mut self, server_time: Ms, moment: Ms) {
        self.skew = Some(server_time - self.wall(moment));
    }

    /// The server's time at `moment`, given what its `Date` header says. It never goes back: a cached answer, and the token in it,
    /// is seen to be old. A clock that was set back at the server is believed once it is seen to run there.
    pub fn server_time(&mut self, date: Ms, moment: Ms) -> Ms {
        // A jump may be a clock set forward, which moves no server's.
        let steady = moment - self.jumped;
        let carried_on = self.server.map_or(date, |(time, then)| time + (steady - then));
        let runs_there = self.date.is_some_and(|(last, then)| {
            let passed = moment - then;
            passed >= RUN && (date - last - passed).abs() <= ROUNDING
        });
        let time = if runs_there { date } else { date.max(carried_on) };
        self.date = Some((date, moment));
        self.server = Some((time, steady));
        time
    }
}

//! What may happen to a session: events, answers, time, and clocks that cannot be trusted. Times are seconds.

use crate::core::Settings;

#[derive(Clone, Debug)]
pub struct Life {
    pub settings: Settings,
    pub seed: u64,
    pub skew: f64,
    pub beginning: Beginning,
    pub steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
pub enum Beginning {
    Nothing,
    Given(f64),
    Restored(f64),
}

#[derive(Clone, Copy, Debug)]
pub enum Step {
    Wake,
    Check,
    Activity,
    Ask,
    Refresh,
    /// The API refused the token in hand, or an older one.
    Refused(bool),
    Forget,
    Online(bool),
    Pass(f64),
    Sleep(f64),
    SetWall(f64),
    SetMono(f64),
    Grant(Grant),
    Fail(u16, Option<f64>),
    Reject,
    SignIn(f64),
    SignOut,
    SignedOut(bool),
    Probed(u8),
    Stop,
}

#[derive(Clone, Copy, Debug)]
pub enum Grant {
    Whole(f64),
    /// Without `expires_in`; the server's `Date` is readable, or not.
    Jwt(f64, bool),
    Opaque(f64),
    Endless,
    SameAgain,
    /// It came out of some cache, this old.
    Old(f64, f64),
    SomebodyElse(f64),
}

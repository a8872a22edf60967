//! What an application may see of a session.

use serde::Serialize;

use super::end_reason::EndReason;
use super::outcome::FailureKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Starting,
    /// A usable token is held.
    Active,
    /// It is not, and recovery goes on.
    Expired,
    Ended,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefreshState {
    Idle,
    InFlight,
    /// Until a backoff has passed.
    Waiting,
    Offline,
}

/// What an application may see. Absolute times in epoch seconds of the device, nothing that ticks, no token.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    pub status: Status,
    pub refresh: RefreshState,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<EndReason>,
    pub generation: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_check_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_expires_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_ends_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_ends_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<LastFailure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_skew: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LastFailure {
    pub kind: FailureKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
}

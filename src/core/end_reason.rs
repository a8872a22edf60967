//! Why sessions end.

use serde::Serialize;

/// Why a session has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    SignedOut,
    Idle,
    MaxLifespan,
    RefreshRejected,
    /// There is no way to refresh.
    TokenExpired,
    /// Audience or issuer.
    TokenRefused,
    /// Another user has signed in.
    Replaced,
}

impl EndReason {
    /// As it is serialized.
    pub fn as_str(self) -> &'static str {
        match self {
            EndReason::SignedOut => "signed-out",
            EndReason::Idle => "idle",
            EndReason::MaxLifespan => "max-lifespan",
            EndReason::RefreshRejected => "refresh-rejected",
            EndReason::TokenExpired => "token-expired",
            EndReason::TokenRefused => "token-refused",
            EndReason::Replaced => "replaced",
        }
    }

    /// The reason of that name, where all tabs share it.
    pub fn of(name: &str) -> Option<EndReason> {
        use EndReason::{Idle, MaxLifespan, RefreshRejected, SignedOut, TokenRefused};
        [SignedOut, Idle, MaxLifespan, RefreshRejected, TokenRefused].into_iter().find(|reason| reason.as_str() == name)
    }
}

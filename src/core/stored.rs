//! What outlives a page.

use serde::Serialize;

use super::duration::Ms;
use super::end_reason::EndReason;
use super::order::Order;
use super::token::{Secret, TokenSet};

/// What the next page is to know of this one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stored {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<Box<TokenSet>>,
    /// The server's clock minus this device's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skew: Option<Ms>,
    /// Epoch milliseconds of the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_start: Option<Ms>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activity: Option<Ms>,
    /// Of the token set, where it is one of a session that tabs share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
    /// What the server has still to be told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sign_outs: Vec<SignOutOrder>,
}

impl Stored {
    /// Nothing in it is worth keeping.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_none() && self.sign_outs.is_empty()
    }
}

/// The server's part of a sign-out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOutOrder {
    pub reason: EndReason,
    /// Only the refresh token is to be revoked: the session goes on under another one.
    pub revoke_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<Secret>,
    /// When the session ended, in epoch milliseconds of the server.
    pub at: Ms,
}

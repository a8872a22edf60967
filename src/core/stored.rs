//! What outlives a page.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::duration::Ms;
use super::events::EndReason;
use super::tabs::Order;
use super::token::{Secret, TokenSet};

/// What the next page is to know of this one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    pub tokens: Option<Box<TokenSet>>,
    /// The server's clock minus this device's.
    pub skew: Option<Ms>,
    /// Epoch milliseconds of the device.
    pub session_start: Option<Ms>,
    /// The same.
    pub last_activity: Option<Ms>,
    /// Of the token set, where it is one of a session that tabs share.
    pub order: Option<Order>,
    /// What the server has still to be told.
    pub sign_outs: Vec<SignOutOrder>,
}

/// The server's part of a sign-out.
#[derive(Clone, Debug, PartialEq)]
pub struct SignOutOrder {
    pub reason: EndReason,
    /// Only the refresh token is to be revoked: the session goes on under another one.
    pub revoke_only: bool,
    pub refresh_token: Option<Secret>,
    /// When the session ended, in epoch milliseconds of the server.
    pub at: Ms,
}

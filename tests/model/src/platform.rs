//! What the tabs share: locks, the record's store, the server.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

use evertoken::core::{Attempt, Secret, SharedRecord, TokenSet};
use evertoken::fuzz::{EPOCH, opaque};

use crate::prints::print_of;

/// A fresh token set lasts longer than any course of events does.
pub const LIFETIME: f64 = 3_600e3;

/// Web Locks: one holder at a time, first come first served; a steal goes before all who wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Locks {
    pub holder: Option<usize>,
    pub waiting: VecDeque<usize>,
    /// Has taken it away without a record, and lets nobody else do that until it is done.
    pub recovering: Option<usize>,
}

impl Locks {
    /// Whoever has the lock now and did not before.
    pub fn advance(&mut self) -> Option<usize> {
        if self.holder.is_some() {
            return None;
        }
        self.holder = self.waiting.pop_front();
        self.holder
    }

    pub fn let_go(&mut self, tab: usize) {
        self.waiting.retain(|waiting| *waiting != tab);
        self.holder = self.holder.filter(|holder| *holder != tab);
        self.recovering = self.recovering.filter(|recovering| *recovering != tab);
    }
}

/// The record in IndexedDB: one transaction after the other, over all tabs.
#[derive(Clone, Debug, Default, Hash)]
pub struct Store {
    pub record: Option<Noted>,
    pub running: Option<Transaction>,
    pub waiting: VecDeque<usize>,
}

/// The record with its fingerprint.
#[derive(Clone, Debug)]
pub struct Noted {
    pub record: SharedRecord,
    pub print: u64,
}

#[derive(Clone, Debug, Hash)]
pub struct Transaction {
    pub tab: usize,
    /// It has read, and this is to be written.
    pub writes: Option<Option<Noted>>,
}

impl Store {
    /// The next one begins as soon as there is none.
    pub fn advance(&mut self) {
        if self.running.is_none() {
            self.running = self.waiting.pop_front().map(|tab| Transaction { tab, writes: None });
        }
    }

    /// What a killed tab has not committed is aborted.
    pub fn abort(&mut self, tab: usize) {
        self.waiting.retain(|waiting| *waiting != tab);
        self.running.take_if(|running| running.tab == tab);
        self.advance();
    }

    pub fn concerns(&self, tab: usize) -> bool {
        self.waiting.contains(&tab) || self.running.as_ref().is_some_and(|running| running.tab == tab)
    }
}

impl Noted {
    pub fn new(record: SharedRecord) -> Noted {
        Noted { print: print_of(&record), record }
    }
}

impl Hash for Noted {
    fn hash<H: Hasher>(&self, into: &mut H) {
        into.write_u64(self.print);
    }
}

/// A token set: the how manieth access token, and the how manieth refresh token with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Issued {
    pub access: u8,
    pub refresh: u8,
}

impl Issued {
    pub const FIRST: Issued = Issued { access: 1, refresh: 1 };

    /// As it is sent at that moment, or as it was kept when so much of it was left.
    pub fn tokens(self, at: f64, left: f64) -> TokenSet {
        TokenSet {
            expires_in: Some(LIFETIME),
            expires_at: Some(EPOCH * 1_000.0 + at + left),
            refresh: Some(Secret::new(format!("r{}", self.refresh))),
            scope: Some(format!("{}.{}", self.access, self.refresh)),
            ..opaque(format!("t{}", self.access))
        }
    }

    pub fn read(tokens: &TokenSet) -> Option<Issued> {
        let (access, refresh) = tokens.scope.as_ref()?.split_once('.')?;
        Some(Issued { access: access.parse().ok()?, refresh: refresh.parse().ok()? })
    }
}

/// Which refresh token a text is.
pub fn refresh_of(secret: &Secret) -> u8 {
    secret.expose().get(1..).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The token endpoint: it rotates refresh tokens, and a reuse ends the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    pub latest: Issued,
    pub revoked: bool,
    /// How often it was asked.
    pub served: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    Granted(Issued),
    Rejected,
    /// Nothing came back.
    Lost,
}

/// On its way to the server, or back where there is a reply.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    pub tab: usize,
    pub attempt: Attempt,
    pub refresh: u8,
    pub reply: Option<Reply>,
    pub slow: bool,
    /// The lock under which it was made was taken away, whether its tab knows or not.
    pub lock_lost: bool,
    /// Its tab was frozen since.
    pub slept: bool,
}

impl Endpoint {
    pub fn serve(&mut self, refresh: u8, forgives: bool) -> Reply {
        self.served += 1;
        let is_latest = refresh == self.latest.refresh;
        let is_forgiven = forgives && refresh + 1 == self.latest.refresh;
        if self.revoked || !(is_latest || is_forgiven) {
            self.revoked = true;
            return Reply::Rejected;
        }
        self.latest = Issued { access: self.latest.access + 1, refresh: self.latest.refresh + u8::from(is_latest) };
        Reply::Granted(self.latest)
    }
}

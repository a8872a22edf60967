//! A tab: its session, and what its driver knows.

use std::collections::VecDeque;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use evertoken::core::{EndReason, Event, Now, Session, Settings};
use evertoken::fuzz::EPOCH;

use crate::platform::Issued;
use crate::prints::hash_time;
use crate::responses::Said;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    Running,
    Frozen,
    /// Frozen, with its channel closed.
    Deaf,
    Dead,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LockNews {
    Granted,
    Refused,
    Lost,
}

#[derive(Clone, Debug)]
pub struct Tab {
    pub session: Arc<Session>,
    /// Of the session.
    pub print: u64,
    pub generation: u32,
    pub life: Life,
    /// When its timer goes off.
    pub wake: Option<f64>,
    /// Not heard yet; each may come next.
    pub unheard: Vec<Said>,
    /// These come in their order.
    pub lock_news: VecDeque<LockNews>,
    /// So many of them came while it was frozen: they come before anything that it asks for now.
    pub stale_news: usize,
    /// Transactions that are committed, of which it does not know yet.
    pub committed: u8,
    /// It has asked for the record then, and has not had it since.
    pub syncs_since: Option<f64>,
    pub record_works: bool,
    pub holds: Option<Issued>,
    pub ended: Option<EndReason>,
    /// It has woken up at this very moment, or has got an answer after its lock was taken away, or has heard of that: the others
    /// could not know before.
    pub has_news: bool,
    /// It has woken up so lately that it may have missed what the others asked.
    pub woke_at: Option<f64>,
}

impl Tab {
    pub fn new(settings: Settings, seed: u64) -> Tab {
        Tab {
            session: Arc::new(Session::new(settings, seed, now(0.0))),
            // A new session has the seed for a fingerprint.
            print: seed,
            generation: 0,
            life: Life::Running,
            wake: None,
            unheard: Vec::new(),
            lock_news: VecDeque::new(),
            stale_news: 0,
            committed: 0,
            syncs_since: None,
            record_works: true,
            holds: None,
            ended: None,
            has_news: false,
            woke_at: None,
        }
    }

    pub fn is_running(&self) -> bool {
        self.life == Life::Running
    }

    /// It holds a later refresh token than this one, and can have told so.
    pub fn could_tell(&self, refresh: u8) -> bool {
        self.is_running() && !self.has_news && self.holds.is_some_and(|held| held.refresh > refresh)
    }

    pub fn is_frozen(&self) -> bool {
        matches!(self.life, Life::Frozen | Life::Deaf)
    }

    pub fn is_due(&self, t: f64) -> bool {
        self.wake.is_some_and(|wake| wake <= t)
    }

    /// In any order, so the same ones are the same state however they came.
    pub fn hears_of(&mut self, said: Said) {
        let place = self.unheard.partition_point(|other| other.key() < said.key());
        self.unheard.insert(place, said);
    }
}

impl Hash for Tab {
    fn hash<H: Hasher>(&self, into: &mut H) {
        self.life.hash(into);
        if self.life == Life::Dead {
            return;
        }
        into.write_u64(self.print);
        hash_time(self.wake, into);
        into.write_usize(self.unheard.len());
        for said in &self.unheard {
            said.key().hash(into);
        }
        self.lock_news.hash(into);
        into.write_usize(self.stale_news);
        into.write_u8(self.committed);
        hash_time(self.syncs_since, into);
        self.record_works.hash(into);
        self.holds.hash(into);
        self.has_news.hash(into);
        hash_time(self.woke_at, into);
    }
}

/// Both clocks, as every tab sees them.
pub fn now(t: f64) -> Now {
    Now { wall_ms: EPOCH * 1_000.0 + t, mono_ms: t }
}

impl LockNews {
    pub fn event(self) -> Event {
        match self {
            LockNews::Granted => Event::Locked { granted: true },
            LockNews::Refused => Event::Locked { granted: false },
            LockNews::Lost => Event::LockLost,
        }
    }
}

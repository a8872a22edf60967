//! The record that all tabs share, as this one reads and writes it.

use crate::core::duration::Ms;
use crate::core::events::Effect;
use crate::core::order::Order;
use crate::core::outcome::Failure;
use crate::core::tabs::{SharedRecord, Turn};

use super::ends::Reach;
use super::refreshing::Hold;
use super::{Phase, Session};

/// The record is read and written within so many milliseconds, or does not work.
pub const SYNC_BOUND: Ms = 1_000.0;

/// How long a tab that holds no token waits for what the others hold.
pub(super) const START_QUESTION: Ms = 100.0;

/// A stored wait that lies further ahead is of a clock that was set back since: of a `Retry-After`, and of a backoff.
const LONGEST_WAITS: [Ms; 2] = [2.0 * 3_600_000.0, 300_000.0];

#[derive(Clone, Debug, Default)]
pub(super) struct Tabs {
    /// Of the token set in hand, or of the last one.
    pub own: Order,
    /// Not adopted from another tab.
    pub numbered_here: bool,
    pub record: SharedRecord,
    /// The record could be read when it was last asked for.
    pub works: bool,
    /// It was read last at this moment.
    pub read_at: Ms,
    pub sync: Option<Sync>,
    /// So many were given up, and what they find may still come.
    late_syncs: u32,
    pub turn: Turn,
    /// What the record said of the turn that takes so long; negative is what this tab has told of its own.
    pub doubted: Ms,
    /// Another tab was taking the lock away when this one wanted to.
    pub refused: bool,
    /// Signed in here, and the record does not know yet.
    pub signing_in: bool,
    /// An attempt has just come out here, so what this tab knows of attempts comes before what the record says.
    imposes: bool,
    /// The time of the last activity that it knows of, as it was told.
    pub told_activity: Ms,
    /// What this tab has last put into the record.
    pub written: Option<Order>,
    /// The token set in hand is to be told when the record knows of it.
    pub announces: bool,
    /// The lock in hand, or about to be, was another tab's.
    pub stolen: bool,
    /// Until when that one may be at its request.
    pub contested: Ms,
    /// An answer has come after the lock was taken away.
    pub lost: bool,
    /// What was said meanwhile was not heard: no token is handed out before the record is read.
    pub unsure: bool,
    /// Until when a start waits for what other tabs hold.
    pub start_until: Option<Ms>,
    /// This was asked for, and nobody had it.
    pub unanswered: Option<Order>,
    /// In this turn.
    pub asked: bool,
    pub behind_since: Option<Ms>,
    /// In a row, without an answer.
    pub questions: u32,
    /// The server has refused the refresh token; another tab may hold a later one.
    pub refusal: Option<Failure>,
}

/// The record is being read and written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sync {
    until: Ms,
    /// It has been read, so what has changed here since waits for the next time.
    found: bool,
    /// What it finds is not enough: it is read once more.
    pub again: bool,
}

impl Tabs {
    /// A wait that the network's return ends has ended for all tabs.
    pub fn come_online(&mut self) {
        if !self.record.firm {
            self.record.not_before = 0.0;
            self.imposes = true;
        }
    }
}

impl Session {
    /// What the record is to say; `None` where there is nothing to say yet.
    pub fn shared(&self) -> Option<&SharedRecord> {
        let says = |record: &&SharedRecord| (record.order.epoch, record.attempts, record.busy_until) != (0, 0, 0.0) || record.has_ended();
        Some(&self.tabs.record).filter(says)
    }

    /// There is a later token set, or a later session, than the one in hand.
    pub(super) fn is_behind(&self) -> bool {
        !self.tabs.record.has_ended() && self.tabs.own < self.tabs.record.order
    }

    /// Somebody has signed in elsewhere.
    pub(super) fn is_superseded(&self) -> bool {
        self.phase == Phase::Live && self.tabs.record.order.is_later_session(self.tabs.own)
    }

    /// The order of a token set that comes after all that is known.
    pub(super) fn next_order(&mut self) -> Order {
        let Tabs { own, record, .. } = &self.tabs;
        let latest = *own.max(&record.order);
        if latest.epoch == 0 || record.has_ended() { self.new_session() } else { latest.next() }
    }

    pub(super) fn new_session(&mut self) -> Order {
        let latest = self.tabs.own.max(self.tabs.record.order);
        Order { epoch: latest.epoch.saturating_add(1), session: self.random.whole(), generation: 1 }
    }

    /// Reads the record and writes it, by and by.
    pub(super) fn sync(&mut self) {
        if !self.settings.abilities.record {
            return;
        }
        match &mut self.tabs.sync {
            Some(sync) => sync.again |= sync.found,
            None => {
                self.tabs.sync = Some(Sync { until: self.clock.now() + SYNC_BOUND, found: false, again: false });
                self.push(Effect::Sync);
            }
        }
    }

    pub(super) fn found(&mut self, record: Option<Box<SharedRecord>>) {
        let now = self.clock.now();
        if let Some(sync) = self.tabs.sync.as_mut().filter(|_| self.tabs.late_syncs == 0) {
            (sync.found, sync.until) = (true, now + SYNC_BOUND);
        }
        self.tabs.read_at = now;
        // Without tabs it is an earlier page's, which concerns the start alone.
        if let Some(theirs) = record.filter(|_| self.settings.abilities.tabs || !self.began) {
            self.meet(&theirs);
        }
        self.tabs.signing_in = false;
        self.tabs.written = Some(self.tabs.record.order);
        self.tabs.told_activity = self.tabs.record.last_activity;
        match self.tabs.turn {
            Turn::Doubting => self.claim(),
            Turn::Reading if self.is_claimed() => {}
            Turn::Reading if self.tabs.stolen => self.claim(),
            // Whoever waits too long for this turn learns that it goes on.
            Turn::Reading | Turn::Asking { .. } | Turn::Free | Turn::Busy => {
                if self.errand().is_some() {
                    // The wait is over, and stays so though the clock be set back.
                    self.tabs.record.not_before = 0.0;
                }
                let until = self.clock.wall(self.clock.now() + self.longest_turn());
                self.tabs.record.busy_until = until.copysign(self.tabs.record.busy_until);
                self.tabs.doubted = self.tabs.record.busy_until;
            }
            _ => {}
        }
    }

    /// The driver is done with one. They come in the order in which they were asked for, so the first is one that was given up.
    pub(super) fn driver_synced(&mut self, works: bool) {
        match self.tabs.late_syncs.checked_sub(1) {
            Some(left) => self.tabs.late_syncs = left,
            None => self.synced(works),
        }
    }

    fn synced(&mut self, works: bool) {
        // What was committed before this was read was asked for earlier, and came too late.
        let Some(sync) = self.tabs.sync.take_if(|sync| sync.found || !works) else { return };
        let is_over = !(sync.again && works);
        let is_told = is_over || self.tabs.written == Some(self.tabs.own);
        if is_told && std::mem::take(&mut self.tabs.announces) {
            self.tell_tokens();
        }
        if !is_over {
            return self.sync();
        }
        if !works {
            self.tabs.read_at = self.clock.now();
        }
        let tabs = &mut self.tabs;
        tabs.works = works;
        // What the record could not be told it is told when it can be read again.
        tabs.signing_in &= !works;
        tabs.imposes &= !works;
        if std::mem::take(&mut tabs.unsure) && !works {
            // Whoever has asked meanwhile was not heard.
            self.tell_tokens();
        }
        if self.pending.is_some() {
            self.ask_or_begin();
        }
        self.answer_if_signed_out();
        self.record_was_read();
    }

    /// The record is about to say which number the token set here has.
    pub(super) fn is_numbering(&self) -> bool {
        self.tabs.announces && self.tabs.sync.is_some()
    }

    /// Where the driver does not come back with the record, or no other tab answers a start.
    pub(super) fn enforce_sharing(&mut self) {
        let now = self.clock.now();
        if self.tabs.sync.is_some_and(|sync| now >= sync.until) {
            self.tabs.late_syncs += 1;
            self.synced(false);
        }
        if self.tabs.start_until.is_some_and(|until| now >= until) {
            self.begin();
        }
    }

    pub(super) fn next_sharing(&self) -> Ms {
        let sync = self.tabs.sync.map_or(f64::INFINITY, |sync| sync.until);
        sync.min(self.tabs.start_until.unwrap_or(f64::INFINITY))
    }

    /// The page was frozen or cached.
    pub(super) fn resumed(&mut self) {
        if !self.settings.abilities.tabs {
            return;
        }
        // What came meanwhile comes now, though its time is long over.
        let now = self.clock.now();
        self.tabs.unsure = true;
        self.tabs.sync = self.tabs.sync.map(|sync| Sync { until: now + SYNC_BOUND, ..sync });
        self.tabs.start_until = self.tabs.start_until.map(|_| now + START_QUESTION);
        match self.tabs.turn {
            Turn::Reading | Turn::Asking { .. } | Turn::Free => self.read_again(),
            _ => self.sync(),
        }
    }

    /// What the record says, and what this tab knows, become one.
    fn meet(&mut self, theirs: &SharedRecord) {
        // By the clock as it is now.
        self.share_activity();
        if self.comes_after(theirs.order, theirs.session_start) {
            return;
        }
        let tabs = &mut self.tabs;
        // The number of the token set here is another one's in the record.
        let is_taken = tabs.announces && tabs.written != Some(tabs.record.order) && is_known(theirs, tabs.record.order);
        let is_too_late = is_taken && tabs.lost;
        if is_too_late {
            // Another tab's refresh came first, and what came here is told to nobody.
            tabs.own.generation = theirs.order.generation.saturating_sub(1);
            tabs.announces = false;
        } else if is_taken {
            // Another tab's token set has got this one's number: a start does not wait for its turn.
            tabs.record.order = theirs.order.next();
            tabs.own = tabs.record.order;
            self.save();
        }
        let tabs = &mut self.tabs;
        let imposes = tabs.imposes && !is_too_late;
        let SharedRecord { attempts, not_before, order, .. } = tabs.record;
        tabs.record.join(theirs, !imposes);
        let is_theirs = theirs.order.is_same_session(tabs.record.order);
        // The limits of one session are none of a later one.
        self.limits.going_on &= order.is_same_session(tabs.record.order);
        // Whose turn it is knows best how long that takes, and who leaves that it is over.
        tabs.record.busy_until = theirs.busy_until;
        if tabs.turn == Turn::Leaving && !self.is_claimed() {
            self.tabs.record.busy_until = 0.0;
        }
        let (own, record) = (self.tabs.own, &self.tabs.record);
        let is_starting = self.phase == Phase::Starting;
        let concerns = record.order.is_same_session(own) || is_starting;
        // What is known already stands as it was reckoned then, whatever the clocks say now.
        let is_news = (record.attempts, record.not_before) != (attempts, not_before);
        let has_attempts = is_news && (record.order == own || is_starting) && !imposes;
        let ended = record.ended.filter(|_| record.order >= own && self.phase == Phase::Live);
        if is_theirs {
            self.meet_activity(theirs.last_activity, concerns);
        }
        if let Some(end) = ended {
            self.end(end.reason, Reach::Tab);
        }
        if has_attempts && !self.refreshing.is_in_flight() {
            self.take_attempts();
        }
    }

    /// The sign-in here is later than one that was not heard of, which was there at this time. Beyond the last number there is
    /// none: two tabs would tell each other of theirs for ever.
    pub(super) fn comes_after(&mut self, theirs: Order, at: Ms) -> bool {
        let is_later = self.moment(at) <= self.limits.last_activity;
        let tabs = &mut self.tabs;
        let is_unheard = tabs.signing_in && is_later && theirs.is_later_session(tabs.record.order) && theirs.epoch < u32::MAX;
        if is_unheard {
            tabs.record.order.epoch = theirs.epoch + 1;
            tabs.own = tabs.record.order;
            tabs.announces = true;
            self.save();
        }
        is_unheard
    }

    fn take_attempts(&mut self) {
        let SharedRecord { attempts, not_before, firm, .. } = self.tabs.record;
        let now = self.clock.now();
        let [firmly, longest] = LONGEST_WAITS;
        let until = self.moment(not_before).min(now + if firm { firmly } else { longest });
        self.refreshing.take_failures(attempts);
        self.refreshing.hold = if until > now { Hold::new(until, firm) } else { Hold::default() };
    }

    /// What an attempt has come to is the session's, not the tab's.
    pub(super) fn share_attempts(&mut self) {
        let hold = self.refreshing.hold;
        let until = if hold.until() > self.clock.now() { self.clock.wall(hold.until()) } else { 0.0 };
        let record = &mut self.tabs.record;
        (record.attempts, record.not_before, record.firm) = (self.refreshing.failures, until, hold.is_firm());
        self.tabs.imposes = !self.tabs.lost;
        self.sync();
    }

    /// A token set has come that no other tab knows of.
    pub(super) fn share_tokens(&mut self, order: Order) {
        let before = &self.tabs.record;
        let rotates = before.rotates;
        if !order.is_same_session(before.order) {
            self.tabs.record = SharedRecord { rotates, ..SharedRecord::default() };
            self.tabs.signing_in = true;
            self.tabs.imposes = true;
        }
        self.tabs.own = order;
        self.tabs.numbered_here = true;
        self.tabs.record.order = order;
        self.tabs.record.session_start = self.clock.wall(self.limits.session_start);
        self.share_activity();
        self.tabs.announces = true;
        self.caught_up();
        self.sync();
    }

    /// This tab holds the latest.
    pub(super) fn caught_up(&mut self) {
        if self.is_superseded() {
            return;
        }
        self.tabs.behind_since = None;
        self.tabs.questions = 0;
        self.tabs.unanswered = None;
        self.tabs.refusal = None;
    }

    pub(super) fn share_activity(&mut self) {
        if self.phase == Phase::Starting || !self.tabs.record.order.is_same_session(self.tabs.own) {
            return;
        }
        self.tabs.record.last_activity = self.clock.wall(self.limits.last_activity).round();
    }

    /// What the record says of the last activity. Here it is said by this device's clock as it is now.
    fn meet_activity(&mut self, told: Ms, concerns: bool) {
        if concerns {
            self.somebody_was_there(told);
        }
        self.tabs.record.last_activity = told;
        match self.phase {
            Phase::Live => self.share_activity(),
            // It counts as now once.
            Phase::Starting => self.tabs.record.last_activity = told.min(self.clock.wall(self.clock.now())),
            Phase::Ended(_) => {}
        }
    }

    /// The moment of a time that a clock of this device has told.
    pub(super) fn moment(&self, wall: Ms) -> Ms {
        wall - self.clock.wall(0.0)
    }
}

/// The record has this number already, or a later one of its session. The first one is the sign-in's, whoever wrote it down.
fn is_known(record: &SharedRecord, order: Order) -> bool {
    order.generation > 1 && record.order.is_same_session(order) && record.order >= order
}

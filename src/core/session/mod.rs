//! The session: what begins at a sign-in, keeps a usable token at hand, and ends once.

mod callers;
mod deadlines;
mod ends;
mod hearing;
mod held;
mod limits;
mod refreshing;
mod sharing;
mod sign_out;
mod snapshot;
mod turns;

use super::backoff::Random;
use super::clock::{Clock, Now};
use super::duration::Ms;
use super::end_reason::EndReason;
use super::events::{Attempt, Effect, Event, Notice};
use super::settings::Settings;
use super::stored::{SignOutOrder, Stored};
use super::token::{Secret, TokenSet};
use callers::Callers;
use held::Held;
use limits::Limits;
use refreshing::Refreshing;
use sharing::Tabs;
use sign_out::SignOuts;

pub use sharing::SYNC_BOUND;

/// One session in one tab.
///
/// Feed it one event with [`handle`](Session::handle), then drain [`poll_effect`](Session::poll_effect) until it is empty.
/// The last effect says when to come back. Everything else is a getter, true as of the last event.
///
/// ```
/// use evertoken::core::*;
///
/// // The options by name: every one has its default.
/// let settings = Settings::read(&|_| Value::Absent, Abilities { refresh: true, ..Abilities::default() }).unwrap();
/// let now = Now { wall_ms: 1_700_000_000_000.0, mono_ms: 0.0 };
/// let mut session = Session::new(settings, 42, now);
/// session.handle(Event::Start { given: None, stored: None }, now);
/// assert!(matches!(session.poll_effect(), Some(Effect::Refresh { reason: RefreshReason::Start, .. })));
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    settings: Settings,
    clock: Clock,
    random: Random,
    phase: Phase,
    /// What the first event brought, while the others are asked.
    pending: Option<Pending>,
    held: Option<Held>,
    /// Whose the tokens were: nobody else's are taken from another tab.
    user: Option<String>,
    tabs: Tabs,
    /// Counts every token set that came, over all sessions of this tab.
    receipts: u32,
    last_iat: Option<Ms>,
    refreshing: Refreshing,
    limits: Limits,
    callers: Callers,
    sign_outs: SignOuts,
    online: bool,
    /// The first event has come: what is held, and what is left to do, is known.
    began: bool,
    ready: bool,
    stopped: bool,
    last_attempt: Attempt,
    effects: Vec<Option<Effect>>,
    /// How many of them have been told.
    told: usize,
}

/// What there is to start from.
#[derive(Clone, Debug)]
struct Pending {
    given: Option<Box<TokenSet>>,
    stored: Option<Box<Stored>>,
    /// It was there at this moment.
    at: Ms,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No token has been held yet.
    Starting,
    Live,
    Ended(EndReason),
}

impl Session {
    /// `seed` is all the randomness that the session gets.
    pub fn new(settings: Settings, seed: u64, now: Now) -> Session {
        Session {
            settings,
            clock: Clock::new(now),
            random: Random::new(seed),
            phase: Phase::Starting,
            pending: None,
            held: None,
            user: None,
            tabs: Tabs::default(),
            receipts: 0,
            last_iat: None,
            refreshing: Refreshing::default(),
            limits: Limits::default(),
            callers: Callers::default(),
            sign_outs: SignOuts::default(),
            online: true,
            began: false,
            ready: false,
            stopped: false,
            last_attempt: 0,
            effects: Vec::new(),
            told: 0,
        }
    }

    /// Takes one event at its own time. The limits are enforced before it, so that the input that wakes a machine after the idle limit saves nothing.
    pub fn handle(&mut self, event: Event, now: Now) {
        self.clock.advance(now);
        if self.stopped {
            self.finish_after_stop(event);
        } else {
            if self.began {
                self.enforce_limits();
            }
            // What comes before the start is only noted: the store may be slow, and the world does not wait for it.
            self.take(event);
            self.enforce_sharing();
            if self.began {
                self.apply_rules();
            }
        }
        let wake = self.next_wake();
        self.effects.push(Some(Effect::Wake(wake)));
    }

    /// What to do, in this order, until it is `None`.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        let effect = self.effects.get_mut(self.told)?.take();
        self.told += 1;
        if self.told == self.effects.len() {
            self.effects.clear();
            self.told = 0;
        }
        effect
    }

    /// The token in hand, while it is usable.
    pub fn access_token(&self) -> Option<&Secret> {
        let held = self.held.as_ref()?;
        let is_sure = !self.tabs.unsure && !self.is_superseded();
        (self.is_usable() && is_sure && !self.stopped).then_some(&held.tokens.access)
    }

    /// The ID token that came with it, or with an earlier one of the session.
    pub fn id_token(&self) -> Option<&Secret> {
        self.held.as_ref()?.tokens.id.as_ref()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Start { given, stored } => self.start(given, stored),
            Event::Check => {}
            Event::Online => self.come_online(),
            Event::Offline => self.online = false,
            Event::Activity => self.record_activity(),
            Event::Ask(caller) => self.callers.wants_token(caller, self.clock.now() + self.settings.refresh_timeout),
            Event::Refresh { caller, failed } => self.ask_for_refresh(caller, failed),
            Event::Forget(caller) => self.callers.forget(caller),
            Event::Answered { attempt, outcome } => self.answered(attempt, outcome),
            Event::SignIn(tokens) => self.sign_in(tokens),
            Event::SignOut(caller) => self.sign_out(caller),
            Event::SignedOut { attempt, failure } => self.signed_out_at_server(attempt, failure),
            Event::Probed { attempt, answer } => self.probed(attempt, answer),
            Event::Locked { granted } => self.locked(granted),
            Event::LockLost => self.lock_lost(),
            Event::Found(record) => self.found(record),
            Event::Synced { works } => self.driver_synced(works),
            Event::Heard(message) => self.heard(*message),
            Event::Resumed => self.resumed(),
            Event::Stop => self.stop(),
        }
    }

    /// The rules, in their order.
    fn apply_rules(&mut self) {
        if self.stopped {
            return;
        }
        self.enforce_limits();
        self.enforce_timeouts();
        if self.is_idle_in_question() {
            return self.settle_callers();
        }
        self.say_expiring();
        self.share_late_activity();
        self.take_turn();
        self.start_refresh_if_wanted();
        self.see_expiry();
        self.warn_of_limits();
        self.take_turn();
        self.start_sign_out_if_waiting();
        self.settle_callers();
        self.become_ready();
    }

    fn start(&mut self, given: Option<Box<TokenSet>>, stored: Option<Box<Stored>>) {
        self.pending = Some(Pending { given, stored, at: self.clock.now() });
        if self.settings.abilities.record {
            self.sync();
        } else {
            self.begin();
        }
    }

    fn begin(&mut self) {
        self.tabs.start_until = None;
        let Some(Pending { given, stored, at }) = self.pending.take() else { return };
        self.began = true;
        if self.refreshing.failures == 1 {
            // WebKit lets the requests of a page fail that is about to leave. This one may come after it, and does not wait for that.
            self.refreshing.hold.lift();
        }
        let mut stored = stored.map(|stored| *stored).unwrap_or_default();
        self.take_from_record(&mut stored);
        if let Some(skew) = stored.skew {
            self.clock.set_skew(skew);
        }
        self.limits = Limits::begin(self.clock.now(), self.clock.now());
        if let Some(reason) = self.resume_sign_outs(stored.sign_outs, given.as_deref()) {
            self.phase = Phase::Ended(reason);
            return;
        }
        let replaced = given
            .as_ref()
            .zip(stored.tokens.as_ref())
            .is_some_and(|(given, stored)| held::is_somebody_else(&stored.subject, &given.subject));
        let (tokens, is_given) = match (given, stored.tokens) {
            (Some(given), Some(stored)) if !is_newer(&given, &stored) => (Some(stored), false),
            (Some(given), _) => (Some(given), true),
            (None, stored) => (stored, false),
        };
        let mut begins = replaced;
        if let Some(session_start) = stored.session_start.filter(|_| !replaced) {
            // A token of the session itself tells of no later sign-in.
            let told = tokens.as_deref().filter(|_| is_given || stored.order.is_none());
            begins = !self.go_on(session_start, stored.last_activity, told);
        }
        let Some(tokens) = tokens else { return };
        match stored.order.filter(|_| !is_given) {
            Some(order) => {
                let is_news = order > self.tabs.record.order;
                self.restore(tokens, order, at);
                if is_news {
                    // Who brought it told nobody: another tab's refresh token may have been consumed for it.
                    self.tabs.record.rotates |= order.is_same_session(self.tabs.record.order);
                    self.share_tokens(order);
                    // Its number is its own: what the record has of that number or a later one is the same or newer.
                    self.tabs.written = Some(order);
                    self.tabs.signing_in = false;
                }
            }
            None => {
                let order = if begins { self.new_session() } else { self.next_order() };
                self.restore(tokens, order, at);
                self.share_tokens(order);
            }
        }
    }

    /// What the record says is later than what a store kept.
    fn take_from_record(&mut self, stored: &mut Stored) {
        let Some(record) = self.shared().filter(|record| record.order.epoch > 0) else { return };
        if stored.order.is_some_and(|order| order.is_later_session(record.order)) {
            // An earlier page was gone before it could write that down.
            return;
        }
        let is_untold = stored.sign_outs.iter().any(|order| !order.revoke_only);
        if stored.order.is_some_and(|order| record.order.is_later_session(order) || record.has_ended()) {
            (stored.tokens, stored.session_start, stored.last_activity) = (None, None, None);
        }
        if let Some(end) = record.ended {
            if !end.told && !is_untold {
                stored.sign_outs.push(SignOutOrder { reason: end.reason, revoke_only: false, refresh_token: None, at: end.at });
            }
        } else {
            // An earlier page may have been gone before it could write down that somebody was there.
            let is_same = stored.order.is_some_and(|order| order.is_same_session(record.order));
            let kept = stored.last_activity.filter(|_| is_same).unwrap_or(record.last_activity);
            stored.session_start = Some(record.session_start);
            stored.last_activity = Some(kept.max(record.last_activity));
        }
    }

    fn stop(&mut self) {
        if self.next_saving().is_finite() {
            self.save_activity();
        } else if self.phase == Phase::Live {
            self.save();
        }
        self.stop_callers();
        self.stopped = true;
        self.leave_turn();
    }

    /// A request under way is left to finish, and what it brings is kept for the next page.
    fn finish_after_stop(&mut self, event: Event) {
        match event {
            Event::Answered { attempt, outcome } => self.answered(attempt, outcome),
            Event::SignedOut { attempt, failure } => self.signed_out_at_server(attempt, failure),
            Event::Locked { granted } => self.locked(granted),
            Event::LockLost => self.lock_lost(),
            Event::Found(record) => self.found(record),
            Event::Synced { works } => self.driver_synced(works),
            _ => {}
        }
        self.enforce_timeouts();
        self.enforce_sharing();
    }

    fn become_ready(&mut self) {
        let is_answered = self.phase == Phase::Live && !self.refreshing.is_in_flight() && !self.may_start_refresh();
        let first_attempt_over = self.clock.now() < self.refreshing.hold.until() || self.has_ended() || self.is_usable() || is_answered;
        if !self.ready && first_attempt_over {
            self.ready = true;
            self.push(Effect::Ready);
        }
    }

    fn come_online(&mut self) {
        self.online = true;
        self.refreshing.come_online();
        self.tabs.come_online();
        self.sign_outs.come_online();
    }

    fn is_usable(&self) -> bool {
        matches!(self.phase, Phase::Live) && self.held.as_ref().is_some_and(|held| self.clock.now() < held.ends_at)
    }

    fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended(_))
    }

    fn next_attempt(&mut self) -> Attempt {
        self.last_attempt = self.last_attempt.wrapping_add(1);
        self.last_attempt
    }

    fn notify(&mut self, notice: Notice) {
        self.push(Effect::Notify(notice));
    }

    /// After a stop only what is kept for the next page still goes out.
    fn push(&mut self, effect: Effect) {
        let is_for_others = matches!(effect, Effect::Save(_) | Effect::Abandon(_) | Effect::Sync | Effect::Send(_) | Effect::Unlock);
        if !self.stopped || is_for_others {
            self.effects.push(Some(effect));
        }
    }

    /// A moment as the application sees it: epoch seconds, to the millisecond; `None` for never.
    fn epoch(&self, moment: Ms) -> Option<f64> {
        moment.is_finite().then(|| self.clock.wall(moment).round() / 1_000.0)
    }

    /// The same for a moment that is known to come.
    fn epoch_seconds(&self, moment: Ms) -> f64 {
        self.clock.wall(moment).round() / 1_000.0
    }
}

/// An app may pass its bootstrap token at every load: it wins only where it is newer than what was kept, or somebody else's.
fn is_newer(given: &TokenSet, stored: &TokenSet) -> bool {
    given.claims.is_some() && (given.subject != stored.subject || given.iat() > stored.iat())
}

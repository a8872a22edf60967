//! The token set in hand, and what is known of its time.

use crate::core::claims::Claims;
use crate::core::clock::Clock;
use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::events::{Effect, Notice};
use crate::core::order::Order;
use crate::core::settings::Spread;
use crate::core::stored::Stored;
use crate::core::token::TokenSet;

use super::ends::Reach;
use super::limits::Limits;
use super::{Phase, Session};

/// All moments are on the session's timeline; `INFINITY` is never.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub tokens: Box<TokenSet>,
    /// The whole life of the token, where known.
    pub lifetime: Option<Ms>,
    pub ends_at: Ms,
    pub refresh_ends_at: Ms,
    /// After this moment the token is due.
    pub due_from: Ms,
    /// Not before this moment, though it be due: a token that was due on arrival.
    pub earliest: Ms,
    /// The moment drawn for its refresh. The loop's checks are laid backwards from it.
    pub refresh_at: Ms,
    pub expiring_said: bool,
    pub expired_said: bool,
    /// When to tell that the refresh token ends, if no refresh has brought a later one by then.
    pub refresh_warning_at: Ms,
    pub refresh_end_said: bool,
}

impl Held {
    pub fn is_due(&self, now: Ms) -> bool {
        now >= self.earliest && (now > self.due_from || now >= self.refresh_at)
    }
}

/// When a token ends, and how long its whole life is.
struct Reckoning {
    ends_at: Ms,
    lifetime: Option<Ms>,
}

/// How a token set came.
#[derive(Clone, Copy)]
pub(super) enum Arrival {
    /// In an answer: reckoned from the middle of its request.
    Fresh { at: Ms, date: Option<Ms> },
    /// It was there at this moment, and may be older.
    Restored { at: Ms },
}

impl Session {
    /// What a refresh brought. Returns whether the next attempt must wait: the answer was no better than what was held. `None` for somebody else's.
    pub(super) fn adopt(&mut self, tokens: Box<TokenSet>, requested_at: Ms, date: Option<Ms>) -> Option<bool> {
        let now = self.clock.now();
        let arrival = Arrival::Fresh { at: (requested_at + now) / 2.0, date };
        let before = self.held.take();
        if self.is_of_another_user(&tokens) {
            self.hand_over(tokens, arrival);
            return None;
        }
        let order = self.next_order();
        let joins = order.generation > 1 && !order.is_same_session(self.tabs.own);
        self.hold(tokens, before.as_ref(), arrival, order);
        let stale = self.held.as_ref().zip(before.as_ref()).is_some_and(|(held, before)| is_no_later(held, before));
        let due_on_arrival = self.put_off_if_due_on_arrival();
        if joins {
            // A session that lives in other tabs.
            let (session_start, last_activity) = (self.tabs.record.session_start, self.tabs.record.last_activity);
            self.go_on(session_start, Some(last_activity), None);
        }
        if joins || before.is_none() {
            self.go_live();
        }
        self.share_tokens(order);
        self.save();
        Some(stale || (due_on_arrival && self.settings.adaptive_window))
    }

    /// The cookie has changed hands: somebody has signed in, whom other tabs may wait for. This one goes on as nobody else.
    fn hand_over(&mut self, tokens: Box<TokenSet>, arrival: Arrival) {
        let (order, user) = (self.begin_afresh(), self.user.clone());
        self.hold(tokens, None, arrival, order);
        self.user = user;
        self.share_tokens(order);
        self.tell_tokens();
        self.end(EndReason::Replaced, Reach::Tab);
    }

    /// The session that this page's tokens were taken to be of is somebody else's.
    pub(super) fn begin_session_of_own(&mut self) {
        let order = self.begin_afresh();
        self.share_tokens(order);
        self.save();
    }

    fn begin_afresh(&mut self) -> Order {
        let now = self.clock.now();
        self.limits = Limits::begin(now, now);
        self.new_session()
    }

    /// `setTokens()`: a new session, received now.
    pub(super) fn sign_in(&mut self, tokens: Box<TokenSet>) {
        self.refreshing.disown();
        self.sign_outs.supersede();
        self.leave_turn();
        self.pending = None;
        self.began = true;
        self.begin_session(tokens, Arrival::Fresh { at: self.clock.now(), date: None });
        self.save();
    }

    fn begin_session(&mut self, tokens: Box<TokenSet>, arrival: Arrival) {
        let order = self.new_session();
        self.user = None;
        self.last_iat = None;
        self.limits = Limits::default();
        self.refreshing.forget_failures();
        // An app may pass the token in hand again; that makes it no younger.
        let seen = self.held.take().filter(|held| held.tokens.access == tokens.access);
        self.hold(tokens, seen.as_ref(), arrival, order);
        self.put_off_if_due_on_arrival();
        self.settings.signed_in_at = None;
        self.go_live();
        self.share_tokens(order);
    }

    /// What was kept by the page or its store.
    pub(super) fn restore(&mut self, tokens: Box<TokenSet>, order: Order, at: Ms) {
        self.tabs.own = order;
        self.hold(tokens, None, Arrival::Restored { at }, order);
        self.go_live();
        self.save();
    }

    pub(super) fn save(&mut self) {
        if !self.settings.abilities.tabs {
            self.limits.saved_activity = self.limits.last_activity;
        }
        let stored = Box::new(self.to_keep());
        self.push(Effect::Save(stored));
    }

    /// What to keep for the next page. Times are the server's, so that they can be read under another skew.
    pub(super) fn to_keep(&self) -> Stored {
        let skew = self.clock.skew().unwrap_or(0.0);
        let server = |moment: Ms, clock: &Clock| moment.is_finite().then(|| clock.wall(moment) + skew);
        let tokens = self.held.as_ref().map(|held| {
            let TokenSet { access, claims, subject, refresh, id, scope, .. } = &*held.tokens;
            Box::new(TokenSet {
                access: access.clone(),
                // Of what was accepted no more than the times is needed.
                claims: claims.as_ref().map(|&Claims { exp, iat, auth_time, .. }| Claims { exp, iat, auth_time, ..Claims::default() }),
                subject: subject.clone(),
                expires_in: held.lifetime.map(|lifetime| lifetime.max(0.0)),
                expires_at: server(held.ends_at, &self.clock),
                refresh: refresh.clone(),
                refresh_expires_in: None,
                refresh_expires_at: server(held.refresh_ends_at, &self.clock),
                id: id.clone(),
                scope: scope.clone(),
            })
        });
        let lives = tokens.is_some();
        Stored {
            session_start: lives.then(|| self.clock.wall(self.limits.session_start)),
            last_activity: (lives && self.settings.has_limits()).then(|| self.clock.wall(self.limits.last_activity)),
            order: (lives && self.settings.abilities.record).then_some(self.tabs.own),
            tokens,
            skew: self.clock.skew(),
            sign_outs: self.sign_outs.orders(),
        }
    }

    pub(super) fn go_live(&mut self) {
        self.phase = Phase::Live;
        let now = self.clock.now();
        let told = self.signed_in(self.held.as_ref().map(|held| &*held.tokens));
        // A reload is no activity; a sign-in is.
        let limits = if self.limits.going_on { &self.limits } else { &Limits::begin(now, now) };
        self.limits = Limits::begin(told.map_or(limits.session_start, |told| self.clock.past(told)), limits.last_activity);
        self.notify(Notice::Started {});
    }

    /// Under the plain rule (`adaptiveWindow: false`) a token that is due on arrival waits one check interval.
    pub(super) fn put_off_if_due_on_arrival(&mut self) -> bool {
        let (now, interval, plain) = (self.clock.now(), self.settings.check_interval, !self.settings.adaptive_window);
        let Some(held) = self.held.as_mut().filter(|held| held.due_from <= now) else { return false };
        if plain {
            held.earliest = now + interval;
            held.refresh_at = held.earliest;
        }
        true
    }

    pub(super) fn hold(&mut self, mut tokens: Box<TokenSet>, before: Option<&Held>, arrival: Arrival, order: Order) {
        let now = self.clock.now();
        let same = before.filter(|before| before.tokens.access == tokens.access);
        let reckoning = match (same, arrival) {
            // A token received again keeps its first reckoning.
            (Some(before), _) => Reckoning { ends_at: before.ends_at, lifetime: before.lifetime },
            (None, Arrival::Fresh { at, date }) => self.reckon_fresh(&tokens, at, date),
            (None, Arrival::Restored { at }) => self.reckon_restored(&tokens, at),
        };
        let refresh_ends_at = self.refresh_end(&tokens, before, arrival);
        if let Some(before) = before {
            // Whichever tab presented it.
            let presented = before.tokens.refresh.as_ref();
            self.tabs.record.rotates |= presented.zip(tokens.refresh.as_ref()).is_some_and(|(presented, brought)| presented != brought);
            tokens.refresh = tokens.refresh.or_else(|| before.tokens.refresh.clone());
            tokens.id = tokens.id.or_else(|| before.tokens.id.clone());
            tokens.scope = tokens.scope.or_else(|| before.tokens.scope.clone());
        }
        // The latest, not the newest: a clock that was set back at the server costs one token, not all.
        self.last_iat = tokens.iat().or(self.last_iat);
        self.tabs.own = order;
        self.user = tokens.subject.clone().or(self.user.take());
        self.receipts = self.receipts.wrapping_add(1);

        let window = self.effective_window(reckoning.lifetime);
        // Where the server stopped extending the refresh token, refreshing for its sake is futile.
        let refresh_left = refresh_ends_at - now;
        let extended = before
            .is_none_or(|before| !before.refresh_ends_at.is_finite() || refresh_ends_at > before.refresh_ends_at + rounding(refresh_left));
        let refresh_window = self.effective_window(Some(refresh_left));
        let refresh_due_from = if extended { refresh_ends_at - refresh_window } else { f64::INFINITY };
        let warning = self.settings.session_warning;
        let refresh_warning = if extended { warning.min(refresh_window / 2.0) } else { warning };
        let due_from = (reckoning.ends_at - window).min(refresh_due_from);
        let refresh_at = self.draw_refresh(due_from, window);
        self.held = Some(Held {
            tokens,
            lifetime: reckoning.lifetime,
            ends_at: reckoning.ends_at,
            refresh_ends_at,
            due_from,
            earliest: now,
            refresh_at,
            expiring_said: same.is_some_and(|same| same.expiring_said),
            expired_said: same.is_some_and(|same| same.expired_said),
            refresh_warning_at: refresh_ends_at - refresh_warning,
            refresh_end_said: !extended && before.is_some_and(|before| before.refresh_end_said),
        });
    }

    /// The time left of a fresh answer is the first of: `expires_in`; `exp` minus the server's time; `exp - iat` of a token not seen before;
    /// `exp` minus the wall clock and the skew last measured.
    fn reckon_fresh(&mut self, tokens: &TokenSet, at: Ms, date: Option<Ms>) -> Reckoning {
        let exp = tokens.exp();
        let issued = tokens.iat().filter(|iat| self.last_iat.is_none_or(|last| *iat >= last));
        let server_time = date.map(|date| self.clock.server_time(date, at));
        let told = exp.zip(tokens.expires_in).map(|(exp, left)| exp - left);
        if let Some(time) = server_time.or(told).or(issued) {
            self.clock.measure(time, at);
        }
        let left = (tokens.expires_in)
            .or(exp.zip(server_time).map(|(exp, time)| exp - time))
            .or(exp.zip(issued).map(|(exp, iat)| exp - iat))
            .or(exp.map(|exp| self.clock.moment_of_server(exp) - at));
        let whole = exp.zip(tokens.iat()).map(|(exp, iat)| exp - iat);
        Reckoning { ends_at: at + left.unwrap_or(f64::INFINITY), lifetime: tokens.expires_in.or(whole).or(left) }
    }

    pub(super) fn is_of_another_user(&self, tokens: &TokenSet) -> bool {
        is_somebody_else(&self.user, &tokens.subject)
    }

    /// By the wall clock and the last known skew, and never more than the token's whole life.
    fn reckon_restored(&self, tokens: &TokenSet, at: Ms) -> Reckoning {
        let whole = tokens.exp().zip(tokens.iat()).map(|(exp, iat)| exp - iat).or(tokens.expires_in);
        // What a page has reckoned of a token holds for the next one, whatever the claims say under an unknown skew.
        let told = earlier(tokens.exp(), tokens.expires_at);
        let left = earlier(told.map(|exp| self.clock.moment_of_server(exp) - at), whole);
        Reckoning { ends_at: at + left.unwrap_or(f64::INFINITY), lifetime: whole.or(left) }
    }

    fn refresh_end(&self, tokens: &TokenSet, before: Option<&Held>, arrival: Arrival) -> Ms {
        let (Arrival::Fresh { at, .. } | Arrival::Restored { at }) = arrival;
        let told =
            (tokens.refresh_expires_in.map(|left| at + left)).or(tokens.refresh_expires_at.map(|time| self.clock.moment_of_server(time)));
        let kept = before.filter(|_| tokens.refresh.is_none()).map(|before| before.refresh_ends_at);
        told.or(kept).unwrap_or(f64::INFINITY)
    }

    fn effective_window(&self, lifetime: Option<Ms>) -> Ms {
        let window = self.settings.refresh_window;
        match lifetime {
            Some(lifetime) if self.settings.adaptive_window => window.min(lifetime / 2.0).max(0.0),
            _ => window,
        }
    }

    fn draw_refresh(&mut self, due_from: Ms, window: Ms) -> Ms {
        if !due_from.is_finite() {
            return f64::INFINITY;
        }
        let now = self.clock.now();
        let early = self.settings.spread == Spread::Lifetime && (self.tabs.own.generation == 1 || self.refreshing.failures > 0);
        if early && due_from > now {
            let way = due_from - now;
            return now + self.random.between(way * 0.1, way);
        }
        let spread = self.settings.check_interval.min(window / 5.0);
        // Due is what has less left than the window, so at the very moment it is not due yet.
        due_from.max(now) + self.random.between(0.0, spread).max(1.0)
    }

    pub(super) fn say_expiring(&mut self) {
        let now = self.clock.now();
        let Some(held) = self.held.as_mut().filter(|held| !held.expiring_said && now > held.due_from && now < held.ends_at) else {
            return;
        };
        held.expiring_said = true;
        let ends_at = held.ends_at;
        if let Some(expires_at) = self.epoch(ends_at) {
            self.notify(Notice::Expiring { expires_at });
        }
    }

    /// An expired token is never handed out; and where there is no way to get another, the session has ended.
    pub(super) fn see_expiry(&mut self) {
        if self.has_ended() || self.is_usable() {
            return;
        }
        if let Some(held) = self.held.as_mut().filter(|held| !held.expired_said) {
            held.expired_said = true;
            self.notify(Notice::Expired {});
        }
        if !self.can_refresh() && !self.refreshing.is_in_flight() && !self.is_superseded() {
            let reason = if self.held.is_some() { EndReason::TokenExpired } else { EndReason::SignedOut };
            self.end(reason, Reach::Tab);
        }
    }
}

pub(super) fn is_somebody_else(before: &Option<String>, after: &Option<String>) -> bool {
    before.as_ref().zip(after.as_ref()).is_some_and(|(before, after)| before != after)
}

/// Stale: the same token, or one that ends no later, where both ends are known.
fn is_no_later(after: &Held, before: &Held) -> bool {
    if after.tokens.access == before.tokens.access {
        return true;
    }
    match after.tokens.exp().zip(before.tokens.exp()) {
        Some((after, before)) => after <= before,
        None => {
            let slack = rounding(before.lifetime.unwrap_or(0.0));
            before.ends_at.is_finite() && after.ends_at <= before.ends_at + slack
        }
    }
}

/// Two reckonings of one end may differ by a server's rounding to seconds.
fn rounding(lifetime: Ms) -> Ms {
    1_000f64.min(lifetime / 10.0)
}

fn earlier(one: Option<Ms>, other: Option<Ms>) -> Option<Ms> {
    one.zip(other).map(|(one, other)| one.min(other)).or(one).or(other)
}

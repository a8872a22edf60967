//! What the tabs tell each other.

use crate::core::duration::Ms;
use crate::core::end_reason::EndReason;
use crate::core::events::{By, Effect, Notice};
use crate::core::order::Order;
use crate::core::stored::Stored;
use crate::core::tabs::{End, Message, Payload};
use crate::core::token::TokenSet;

use super::ends::Reach;
use super::held::Arrival;
use super::sharing::{START_QUESTION, Tabs};
use super::{Phase, Session};

impl Session {
    /// Before a start takes what it has itself: what the others hold.
    pub(super) fn ask_or_begin(&mut self) {
        let record = &self.tabs.record;
        let nobody_lives = self.tabs.works && (record.order.epoch == 0 || record.has_ended());
        let is_current = |stored: &Stored| stored.tokens.is_some() && stored.order >= Some(record.order);
        let holds_the_latest =
            self.tabs.works && self.pending.as_ref().and_then(|pending| pending.stored.as_deref()).is_some_and(is_current);
        if nobody_lives || holds_the_latest || !self.settings.abilities.tabs {
            return self.begin();
        }
        self.tabs.start_until = Some(self.clock.now() + START_QUESTION);
        self.tabs.unanswered = Some(record.order);
        self.say(Payload::Ask);
    }

    pub(super) fn heard(&mut self, Message { order, payload }: Message) {
        let is_mine = order.is_same_session(self.tabs.own);
        if payload == Payload::Ask && (order.epoch > 0 || !self.tabs.works || self.phase == Phase::Starting) {
            self.hear_of_a_turn();
        }
        if let Some(at) = payload.last_activity().filter(|_| is_mine) {
            self.hear_activity(at);
        }
        match payload {
            Payload::Ask if (order < self.tabs.own && !self.is_numbering()) || self.has_ended() => self.tell_tokens(),
            Payload::Tokens(stored) if order > self.tabs.own || self.has_ended() => self.offered(order, *stored),
            Payload::Tokens(stored)
                if is_mine && self.tabs.numbered_here && stored.tokens.as_ref().is_some_and(|theirs| self.is_of_another_user(theirs)) =>
            {
                self.begin_session_of_own()
            }
            Payload::End(end) => self.hear_end(order, end),
            _ => {}
        }
    }

    pub(super) fn say(&mut self, payload: Payload) {
        self.say_of(self.tabs.own, payload);
    }

    fn say_of(&mut self, order: Order, payload: Payload) {
        if self.settings.abilities.tabs {
            self.push(Effect::Send(Box::new(Message { order, payload })));
        }
    }

    /// Or that there are none any more, where nobody can object to that.
    pub(super) fn tell_tokens(&mut self) {
        if self.phase == Phase::Live && !self.is_behind() {
            let tokens = Box::new(self.to_keep());
            self.say(Payload::Tokens(tokens));
            if self.next_saving().is_finite() {
                // The page may be gone before it has told the record of what it tells here.
                self.sync();
            }
        } else if let Some(end) = self.tabs.record.ended.filter(End::is_final) {
            self.say_of(self.tabs.record.order, Payload::End(end));
        }
    }

    pub(super) fn tell_activity(&mut self) {
        self.share_activity();
        self.sync();
        self.say(Payload::Activity(self.tabs.record.last_activity));
    }

    /// For all tabs, and for those to come. Whoever signs out ends whatever session there is.
    pub(super) fn tell_end(&mut self, reason: EndReason) {
        self.share_activity();
        let order = self.tabs.own.max(self.tabs.record.order);
        // What is final stays so.
        let reason = self.tabs.record.ended.filter(End::is_final).map_or(reason, |end| end.reason);
        let end = End {
            reason,
            at: self.server_wall(),
            generation: order.generation,
            last_activity: self.tabs.record.last_activity,
            told: !self.sign_outs.is_untold(),
        };
        self.tabs.record.ended = Some(end);
        self.sync();
        self.say_of(order, Payload::End(end));
    }

    fn hear_activity(&mut self, at: Ms) {
        self.somebody_was_there(at);
        self.share_activity();
        if !self.tabs.works {
            // What no record tells the next page.
            self.save();
        }
    }

    /// It stays in the record, though the tab that tells of it may be gone before it has written it there,
    /// and though it come before the tokens of the session that has ended.
    fn hear_end(&mut self, mut order: Order, end: End) {
        if order.session == self.tabs.own.session {
            // Of two sign-ins that met, this one has got a later epoch since.
            order.epoch = self.tabs.own.epoch;
        }
        let is_mine = order.is_same_session(self.tabs.own);
        if is_mine {
            self.share_activity();
        } else if self.tabs.signing_in && self.phase == Phase::Live && self.comes_after(order, end.last_activity) {
            return self.sync();
        }
        if order.is_later_session(self.tabs.record.order) {
            self.tabs.record = self.tabs.record.moved_on(order, (end.last_activity, end.last_activity));
        }
        let Tabs { record, own, .. } = &mut self.tabs;
        if !order.is_same_session(record.order) {
            return;
        }
        let holds = end.holds_against(record.order.generation.max(own.generation), record.last_activity);
        if holds && record.take_end(end) {
            self.sync();
        }
        let concerns = (is_mine && self.phase == Phase::Live) || (self.began && end.reason == EndReason::SignedOut);
        if self.has_ended() || !concerns {
            return;
        }
        if holds {
            self.end(end.reason, Reach::Tab);
        } else {
            self.tell_tokens();
        }
    }

    /// A later token set than the one in hand: adopted where it lives and is nobody else's.
    fn offered(&mut self, order: Order, mut stored: Stored) {
        let Some(mut tokens) = stored.tokens.take() else { return };
        // A refresh token that has ended asks for no refresh, and least of all in every tab.
        tokens.refresh_expires_in = None;
        tokens.refresh_expires_at = tokens.refresh_expires_at.filter(|at| *at > self.server_wall());
        let last_activity = stored.last_activity.unwrap_or(0.0);
        if self.tabs.record.has_ended_for(order, last_activity) {
            return self.tell_tokens();
        }
        let now = self.clock.wall(self.clock.now());
        let told = (stored.session_start.unwrap_or(now), stored.last_activity.unwrap_or(now));
        let begins = order.is_later_session(self.tabs.own);
        // Whosever it is: who signs in here next comes after it. Where no record says otherwise, the later one that was heard of is gone.
        if order > self.tabs.record.order || (begins && self.began && !self.tabs.works) {
            self.tabs.record = self.tabs.record.moved_on(order, told);
        }
        if let Some(pending) = &mut self.pending {
            if order == self.tabs.record.order {
                // What is left to do is this tab's own.
                let sign_outs = pending.stored.take().map(|own| own.sign_outs).unwrap_or_default();
                pending.at = self.clock.now();
                pending.stored = Some(Box::new(Stored { tokens: Some(tokens), order: Some(order), sign_outs, ..stored }));
                // The record may say that they are of a session that has ended.
                if self.tabs.sync.is_none() {
                    self.begin();
                }
            }
            return;
        }
        if begins {
            // Whosever it is: the server is to be told of no older one's end, and what was signed in here before is no later one.
            self.sign_outs.supersede();
            (self.tabs.signing_in, self.tabs.announces) = (false, false);
        }
        if self.is_of_another_user(&tokens) {
            if self.phase == Phase::Live {
                self.end(EndReason::Replaced, Reach::Tab);
            }
            return;
        }
        if self.has_ended() && !begins {
            return;
        }
        if let Some(skew) = stored.skew {
            self.clock.set_skew(skew);
        }
        if begins {
            self.join_session(order, tokens, told)
        } else {
            self.adopt_generation(order, tokens)
        }
        self.caught_up();
    }

    /// Somebody has signed in in another tab.
    fn join_session(&mut self, order: Order, tokens: Box<TokenSet>, (session_start, last_activity): (Ms, Ms)) {
        self.refreshing.disown();
        self.refreshing.forget_failures();
        self.settings.signed_in_at = None;
        self.go_on(session_start, Some(last_activity.max(self.tabs.record.last_activity)), None);
        self.take_over(order, tokens);
        self.go_live();
    }

    /// Another tab has refreshed.
    fn adopt_generation(&mut self, order: Order, tokens: Box<TokenSet>) {
        // What this one had to tell is over.
        self.tabs.announces = false;
        self.refreshing.forget_failures();
        self.take_over(order, tokens);
        let expires_at = self.held.as_ref().and_then(|held| self.epoch(held.ends_at));
        self.notify(Notice::Refreshed { generation: order.generation, by: By::AnotherTab, expires_at });
    }

    fn take_over(&mut self, order: Order, tokens: Box<TokenSet>) {
        self.tabs.numbered_here = false;
        let before = self.held.take().filter(|_| order.is_same_session(self.tabs.own));
        self.hold(tokens, before.as_ref(), Arrival::Restored { at: self.clock.now() }, order);
        self.put_off_if_due_on_arrival();
        self.save();
    }
}

//! What lies in a store: as it is told, and as it is read again.

use crate::core::{EndReason, Members, Ms, Secret, Settings, SignOutOrder, Stored, Word};

use super::io::{self, MEMBER, Out};
use super::{refresh_loop, shared, tokens};

/// Tells nothing where nothing is worth keeping.
pub fn describe(stored: &Stored, out: &mut Out) {
    let seconds = |time: Option<Ms>| time.map(|time| time / 1_000.0);
    if let Some(tokens) = &stored.tokens {
        out.open(Word::Tokens);
        out.text(Word::AccessToken, tokens.access.expose());
        out.number_if(Word::ExpiresIn, seconds(tokens.expires_in));
        out.number_if(Word::ExpiresAt, seconds(tokens.expires_at));
        out.text_if(Word::RefreshToken, tokens.refresh.as_ref().map(Secret::expose));
        out.number_if(Word::RefreshExpiresAt, seconds(tokens.refresh_expires_at));
        out.text_if(Word::IdToken, tokens.id.as_ref().map(Secret::expose));
        out.text_if(Word::Scope, tokens.scope.as_deref());
        out.close();
    }
    for order in &stored.sign_outs {
        io::begin(Word::SignOuts, true);
        describe_order(order, out);
        out.number(Word::At, order.at);
        io::end();
    }
    if stored.tokens.is_some() || !stored.sign_outs.is_empty() {
        if let Some(order) = stored.order {
            shared::describe_order(order, out);
        }
        out.number_if(Word::ClockSkew, stored.skew);
        out.number_if(Word::SessionStart, stored.session_start);
        out.number_if(Word::LastActivity, stored.last_activity);
    }
}

/// The part of an order that concerns the one who sends it.
pub fn describe_order(order: &SignOutOrder, out: &mut Out) {
    out.word(Word::Reason, order.reason.word());
    out.number(Word::RevokeOnly, order.revoke_only.into());
    out.text_if(Word::RefreshToken, order.refresh_token.as_ref().map(Secret::expose));
}

/// Of tokens that cannot be used under these settings puts that they are `unusable`, and why they are refused.
pub fn read(settings: &Settings) -> Stored {
    let mut stored = Stored {
        skew: io::number_of(Word::ClockSkew),
        session_start: io::number_of(Word::SessionStart),
        last_activity: io::number_of(Word::LastActivity),
        order: Some(shared::read_order()).filter(|order| order.epoch > 0),
        ..Stored::default()
    };
    if io::enter(Word::Tokens, MEMBER) {
        let tokens = tokens::read_in_hand(settings.access_token_format);
        io::leave();
        stored.tokens = tokens.ok().filter(|tokens| refresh_loop::told(settings.accept(tokens)).is_some());
        if stored.tokens.is_none() {
            Out.number(Word::Unusable, 1.0);
        }
    }
    let mut place = 0;
    while io::enter(Word::SignOuts, place) {
        if let Some(order) = read_order() {
            stored.sign_outs.push(order);
        }
        io::leave();
        place += 1;
    }
    stored
}

fn read_order() -> Option<SignOutOrder> {
    Some(SignOutOrder {
        reason: EndReason::of(io::word_of(Word::Reason)?)?,
        revoke_only: io::number_of(Word::RevokeOnly) == Some(1.0),
        refresh_token: io::text_of(Word::RefreshToken).map(Secret::new),
        at: io::number_of(Word::At)?,
    })
}

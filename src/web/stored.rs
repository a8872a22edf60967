//! What lies in a store: as it is told, and as it is read again.

use crate::core::{EndReason, Members, Ms, Secret, Settings, SignOutOrder, Stored};

use super::io::{self, MEMBER, Out};
use super::{shared, tokens};

/// Tells nothing where nothing is worth keeping.
pub fn describe(stored: &Stored, out: &mut Out) {
    let seconds = |time: Option<Ms>| time.map(|time| time / 1_000.0);
    if let Some(tokens) = &stored.tokens {
        out.open("tokens");
        out.text("accessToken", tokens.access.expose());
        out.number_if("expiresIn", seconds(tokens.expires_in));
        out.number_if("expiresAt", seconds(tokens.expires_at));
        out.text_if("refreshToken", tokens.refresh.as_ref().map(Secret::expose));
        out.number_if("refreshExpiresAt", seconds(tokens.refresh_expires_at));
        out.text_if("idToken", tokens.id.as_ref().map(Secret::expose));
        out.text_if("scope", tokens.scope.as_deref());
        out.close();
    }
    for order in &stored.sign_outs {
        io::begin("signOuts", true);
        describe_order(order, out);
        out.number("at", order.at);
        io::end();
    }
    if stored.tokens.is_some() || !stored.sign_outs.is_empty() {
        if let Some(order) = stored.order {
            shared::describe_order(order, out);
        }
        out.number_if("clockSkew", stored.skew);
        out.number_if("sessionStart", stored.session_start);
        out.number_if("lastActivity", stored.last_activity);
    }
}

/// The part of an order that concerns the one who sends it.
pub fn describe_order(order: &SignOutOrder, out: &mut Out) {
    out.text("reason", order.reason.as_str());
    out.number("revokeOnly", order.revoke_only.into());
    out.text_if("refreshToken", order.refresh_token.as_ref().map(Secret::expose));
}

/// Of tokens that cannot be used under these settings puts that they are `unusable`.
pub fn read(settings: &Settings) -> Stored {
    let mut stored = Stored {
        skew: io::number_of("clockSkew"),
        session_start: io::number_of("sessionStart"),
        last_activity: io::number_of("lastActivity"),
        order: Some(shared::read_order()).filter(|order| order.epoch > 0),
        ..Stored::default()
    };
    if io::enter("tokens", MEMBER) {
        let tokens = tokens::read_in_hand(settings.access_token_format);
        io::leave();
        stored.tokens = tokens.ok().filter(|tokens| settings.accept(tokens).is_ok());
        if stored.tokens.is_none() {
            Out.number("unusable", 1.0);
        }
    }
    let mut place = 0;
    while io::enter("signOuts", place) {
        stored.sign_outs.extend(read_order());
        io::leave();
        place += 1;
    }
    stored
}

fn read_order() -> Option<SignOutOrder> {
    let reason = io::text_of("reason")?;
    Some(SignOutOrder {
        reason: EndReason::of(&reason)?,
        revoke_only: io::number_of("revokeOnly") == Some(1.0),
        refresh_token: io::text_of("refreshToken").map(Secret::new),
        at: io::number_of("at")?,
    })
}

//! What lies in a store, and what a tab announces of its tokens.

use crate::core::{EndReason, Error, Secret, Settings, SignOutOrder, Stored};

use super::{Record, shared_record, token_set};

/// Tokens that cannot be used under these settings are left out, and come with what is wrong.
pub fn read(record: &Record, settings: &Settings) -> (Stored, Option<Error>) {
    let tokens = record.record("tokens").map(|tokens| {
        let tokens = token_set::of_record(&tokens, settings.access_token_format)?;
        settings.accept(&tokens).map(|()| tokens)
    });
    let (tokens, fault) = match tokens {
        Some(Ok(tokens)) => (Some(tokens), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let stored = Stored {
        tokens,
        skew: record.number("skew"),
        session_start: record.number("sessionStart"),
        last_activity: record.number("lastActivity"),
        order: shared_record::order_of(record).filter(|order| order.epoch > 0),
        sign_outs: record.list("signOuts").iter().filter_map(read_order).collect(),
    };
    (stored, fault)
}

fn read_order(order: &Record) -> Option<SignOutOrder> {
    Some(SignOutOrder {
        reason: EndReason::of(&order.text("reason")?)?,
        revoke_only: order.flag("revokeOnly")?,
        refresh_token: order.text("refreshToken").map(Secret::new),
        at: order.number("at")?,
    })
}

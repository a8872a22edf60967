//! What tabs share: the record, and their messages.

use alloc::boxed::Box;

use crate::core::{End, EndReason, Members, Message, Order, Settings, SharedRecord, Tidings};

use super::io::{self, MEMBER, Out};
use super::stored;

pub fn describe_record(record: &SharedRecord, out: &mut Out) {
    describe_order(record.order, out);
    out.number("sessionStart", record.session_start);
    out.number("lastActivity", record.last_activity);
    out.number("attempts", record.attempts.into());
    out.number("notBefore", record.not_before);
    out.number("firm", record.firm.into());
    out.number("busyUntil", record.busy_until);
    out.number("rotates", record.rotates.into());
    if let Some(end) = &record.ended {
        out.open("ended");
        out.number("generation", end.generation.into());
        describe_end(end, out);
        out.close();
    }
}

/// The record in the member `record`.
pub fn read_record() -> Option<Box<SharedRecord>> {
    if !io::enter("record", MEMBER) {
        return None;
    }
    let mut record = SharedRecord {
        order: read_order(),
        session_start: number("sessionStart"),
        last_activity: number("lastActivity"),
        ended: None,
        attempts: number("attempts") as u32,
        not_before: number("notBefore"),
        firm: number("firm") > 0.0,
        busy_until: number("busyUntil"),
        rotates: number("rotates") > 0.0,
    };
    if io::enter("ended", MEMBER) {
        record.ended = read_end();
        io::leave();
    }
    io::leave();
    Some(Box::new(record))
}

pub fn describe_message(message: &Message, out: &mut Out) {
    describe_order(message.order, out);
    let kind = match &message.tidings {
        Tidings::Ask => "ask",
        Tidings::Tokens(kept) => {
            stored::describe(kept, out);
            "tokens"
        }
        Tidings::Activity(at) => {
            out.number("lastActivity", *at);
            "activity"
        }
        Tidings::End(end) => {
            describe_end(end, out);
            "end"
        }
    };
    out.text("kind", kind);
}

/// The message in the member `message`; `None` for what this version does not know.
pub fn read_message(settings: &Settings) -> Option<Box<Message>> {
    if !io::enter("message", MEMBER) {
        return None;
    }
    let order = read_order();
    let tidings = match io::text_of("kind").as_deref() {
        Some("ask") => Some(Tidings::Ask),
        Some("tokens") => Some(Tidings::Tokens(Box::new(stored::read(settings)))),
        Some("activity") => Some(Tidings::Activity(number("lastActivity"))),
        Some("end") => read_end().map(Tidings::End),
        _ => None,
    };
    io::leave();
    tidings.map(|tidings| Box::new(Message { order, tidings }))
}

pub fn describe_order(order: Order, out: &mut Out) {
    out.number("epoch", order.epoch.into());
    out.number("session", order.session.into());
    out.number("generation", order.generation.into());
}

pub fn read_order() -> Order {
    Order { epoch: number("epoch") as u32, session: number("session") as u32, generation: number("generation") as u32 }
}

fn describe_end(end: &End, out: &mut Out) {
    out.text("reason", end.reason.as_str());
    out.number("at", end.at);
    out.number("lastActivity", end.last_activity);
    out.number("told", end.told.into());
}

fn read_end() -> Option<End> {
    let reason = EndReason::of(&io::text_of("reason")?)?;
    Some(End {
        reason,
        at: number("at"),
        generation: number("generation") as u32,
        last_activity: number("lastActivity"),
        told: number("told") > 0.0,
    })
}

/// 0 for what is no number, or none that a clock shows.
fn number(name: &str) -> f64 {
    io::number_of(name).filter(|number| number.is_finite()).unwrap_or(0.0)
}

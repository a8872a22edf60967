//! What tabs share: the record, and their messages.

use alloc::boxed::Box;

use crate::core::{End, EndReason, Members, Message, Order, Settings, SharedRecord, Tidings, Word};

use super::io::{self, MEMBER, Out};
use super::stored;

pub fn describe_record(record: &SharedRecord, out: &mut Out) {
    describe_order(record.order, out);
    out.number(Word::SessionStart, record.session_start);
    out.number(Word::LastActivity, record.last_activity);
    out.number(Word::Attempts, record.attempts.into());
    out.number(Word::NotBefore, record.not_before);
    out.number(Word::Firm, record.firm.into());
    out.number(Word::BusyUntil, record.busy_until);
    out.number(Word::Rotates, record.rotates.into());
    if let Some(end) = &record.ended {
        out.open(Word::Ended);
        out.number(Word::Generation, end.generation.into());
        describe_end(end, out);
        out.close();
    }
}

/// The record in the member `record`.
pub fn read_record() -> Option<Box<SharedRecord>> {
    if !io::enter(Word::Record, MEMBER) {
        return None;
    }
    let mut record = SharedRecord {
        order: read_order(),
        session_start: number(Word::SessionStart),
        last_activity: number(Word::LastActivity),
        ended: None,
        attempts: number(Word::Attempts) as u32,
        not_before: number(Word::NotBefore),
        firm: number(Word::Firm) > 0.0,
        busy_until: number(Word::BusyUntil),
        rotates: number(Word::Rotates) > 0.0,
    };
    if io::enter(Word::Ended, MEMBER) {
        record.ended = read_end();
        io::leave();
    }
    io::leave();
    Some(Box::new(record))
}

pub fn describe_message(message: &Message, out: &mut Out) {
    describe_order(message.order, out);
    let kind = match &message.tidings {
        Tidings::Ask => Word::Ask,
        Tidings::Tokens(kept) => {
            stored::describe(kept, out);
            Word::Tokens
        }
        Tidings::Activity(at) => {
            out.number(Word::LastActivity, *at);
            Word::Activity
        }
        Tidings::End(end) => {
            describe_end(end, out);
            Word::End
        }
    };
    out.word(Word::Kind, kind);
}

/// The message in the member `message`; `None` for what this version does not know.
pub fn read_message(settings: &Settings) -> Option<Box<Message>> {
    if !io::enter(Word::Message, MEMBER) {
        return None;
    }
    let order = read_order();
    let tidings = match io::word_of(Word::Kind) {
        Some(Word::Ask) => Some(Tidings::Ask),
        Some(Word::Tokens) => Some(Tidings::Tokens(Box::new(stored::read(settings)))),
        Some(Word::Activity) => Some(Tidings::Activity(number(Word::LastActivity))),
        Some(Word::End) => read_end().map(Tidings::End),
        _ => None,
    };
    io::leave();
    tidings.map(|tidings| Box::new(Message { order, tidings }))
}

pub fn describe_order(order: Order, out: &mut Out) {
    out.number(Word::Epoch, order.epoch.into());
    out.number(Word::Session, order.session.into());
    out.number(Word::Generation, order.generation.into());
}

pub fn read_order() -> Order {
    Order { epoch: number(Word::Epoch) as u32, session: number(Word::Session) as u32, generation: number(Word::Generation) as u32 }
}

fn describe_end(end: &End, out: &mut Out) {
    out.word(Word::Reason, end.reason.word());
    out.number(Word::At, end.at);
    out.number(Word::LastActivity, end.last_activity);
    out.number(Word::Told, end.told.into());
}

fn read_end() -> Option<End> {
    let reason = EndReason::of(io::word_of(Word::Reason)?)?;
    Some(End {
        reason,
        at: number(Word::At),
        generation: number(Word::Generation) as u32,
        last_activity: number(Word::LastActivity),
        told: number(Word::Told) > 0.0,
    })
}

/// 0 for what is no number, or none that a clock shows.
fn number(name: Word) -> f64 {
    io::number_of(name).filter(|number| number.is_finite()).unwrap_or(0.0)
}

//! The record that all tabs share. Anything that another release or a person wrote in its place is no record.

use crate::core::{End, EndReason, Order, SharedRecord};

use super::Record;

pub fn read(record: &Record) -> Option<Box<SharedRecord>> {
    Some(Box::new(SharedRecord {
        order: order_of(record)?,
        session_start: record.number("sessionStart")?,
        last_activity: record.number("lastActivity")?,
        ended: match record.record("ended") {
            Some(end) => Some(read_end(&end)?),
            None => None,
        },
        attempts: record.count("attempts")?,
        not_before: record.number("notBefore")?,
        firm: record.flag("firm")?,
        busy_until: record.number("busyUntil")?,
        rotates: record.flag("rotates")?,
    }))
}

/// The member `order`.
pub fn order_of(record: &Record) -> Option<Order> {
    let order = record.record("order")?;
    Some(Order { epoch: order.count("epoch")?, session: order.count("session")?, generation: order.count("generation")? })
}

pub fn read_end(end: &Record) -> Option<End> {
    Some(End {
        reason: EndReason::of(&end.text("reason")?)?,
        at: end.number("at")?,
        generation: end.count("generation")?,
        last_activity: end.number("lastActivity")?,
        told: end.flag("told")?,
    })
}

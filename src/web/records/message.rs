//! What another tab announces.

use crate::core::{Error, Message, Payload, Settings};

use super::{Record, shared_record, stored};

/// `None` for what this release does not know. Tokens that cannot be used come with what is wrong.
pub fn read(message: &Record, settings: &Settings) -> Option<(Box<Message>, Option<Error>)> {
    let order = shared_record::order_of(message)?;
    let payload = message.record("payload")?;
    let mut fault = None;
    let payload = match payload.text("kind")?.as_str() {
        "ask" => Payload::Ask,
        "tokens" => {
            let (tokens, wrong) = stored::read(&payload.record("content")?, settings);
            fault = wrong;
            Payload::Tokens(Box::new(tokens))
        }
        "activity" => Payload::Activity(payload.number("content")?),
        "end" => Payload::End(shared_record::read_end(&payload.record("content")?)?),
        _ => return None,
    };
    Some((Box::new(Message { order, payload }), fault))
}

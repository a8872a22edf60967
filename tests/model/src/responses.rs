//! What a session answers to an event, worked out once: it depends on nothing but the session and the moment, and of the many states
//! of the world most differ elsewhere.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use evertoken::core::{Attempt, Effect, EndReason, Event, Lock, Message, Notice, Session};

use crate::platform::{Issued, refresh_of};
use crate::prints::print_of;
use crate::tab::now;

/// A message on its way.
#[derive(Clone, Debug)]
pub struct Said {
    pub message: Arc<Message>,
    pub print: u64,
    /// The others could not know before.
    pub is_news: bool,
}

impl PartialEq for Said {
    fn eq(&self, other: &Said) -> bool {
        self.key() == other.key()
    }
}

impl Said {
    pub fn key(&self) -> (u64, bool) {
        (self.print, self.is_news)
    }
}

/// An effect, as far as it concerns the world.
#[derive(Clone, Debug)]
pub enum Wish {
    Refresh { attempt: Attempt, refresh: u8 },
    Abandon(Attempt),
    Hold(Issued),
    Lock(Lock),
    Unlock,
    Sync,
    Send(Said),
    Wake(Option<f64>),
    End(EndReason),
}

#[derive(Debug)]
pub struct Response {
    pub session: Arc<Session>,
    /// Of the session.
    pub print: u64,
    pub generation: u32,
    pub wishes: Vec<Wish>,
}

#[derive(Debug, Default)]
pub struct Responses(Mutex<HashMap<(u64, u64, u64), Arc<Response>>>);

impl Responses {
    /// `prints` are those of the session and of the event.
    pub fn of(&self, session: &Arc<Session>, prints: (u64, u64), t: f64, event: Event) -> Arc<Response> {
        let key = (prints.0, prints.1, t.to_bits());
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let response = Arc::new(respond(session, t, event));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, response.clone());
        response
    }
}

fn respond(session: &Session, t: f64, event: Event) -> Response {
    let mut session = session.clone();
    session.handle(event, now(t));
    let mut wishes = Vec::new();
    while let Some(effect) = session.poll_effect() {
        wishes.extend(wish(effect, t));
    }
    Response { print: print_of(&session), generation: session.snapshot().generation, session: Arc::new(session), wishes }
}

fn wish(effect: Effect, t: f64) -> Option<Wish> {
    Some(match effect {
        Effect::Refresh { attempt, refresh_token, .. } => Wish::Refresh { attempt, refresh: refresh_token.as_ref().map_or(0, refresh_of) },
        Effect::Abandon(attempt) => Wish::Abandon(attempt),
        // Of an ended session nothing is kept; what was held shows whether it had to end.
        Effect::Save(stored) => Wish::Hold(stored.tokens.as_deref().and_then(Issued::read)?),
        Effect::Lock(lock) => Wish::Lock(lock),
        Effect::Unlock => Wish::Unlock,
        Effect::Sync => Wish::Sync,
        Effect::Send(message) => Wish::Send(Said { print: print_of(&message), message: Arc::new(*message), is_news: false }),
        Effect::Wake(wake) => Wish::Wake(wake.map(|wake| t + wake.after.ceil().max(1.0))),
        Effect::Notify(Notice::Ended { reason }) => Wish::End(reason),
        Effect::Notify(_) | Effect::SignOut { .. } | Effect::Probe(_) | Effect::Answer { .. } | Effect::Ready => return None,
    })
}

impl Wish {
    /// Others may see that it was carried out.
    pub fn is_seen(&self) -> bool {
        matches!(self, Wish::Refresh { .. } | Wish::Lock(_) | Wish::Unlock | Wish::Sync | Wish::Send(_))
    }
}

//! What JavaScript sees.

use alloc::boxed::Box;

use crate::core::text::join;
use crate::core::{
    Abilities, Code, Effect, Error, Event, Members, Now, Outcome, Refusal, Secret, Session, Settings, Stored, TokenSet, Value, Word,
    invalid_duration, read_duration,
};

use super::io::{self, InHand, MEMBER, Out};
use super::{report, shared, stored, tokens};

/// The event after which the record is written.
const FOUND: u32 = 15;

/// Where a session is; its address is the session's number.
type Place = Option<Box<Session>>;

/// Begins a session: reads the options that are plain values; all others are the TypeScript side's, which tells by `abilities` what
/// they allow. Gives its number, and puts `tracksInput` and `warnings`; or gives -1, and puts what is wrong.
#[unsafe(no_mangle)]
extern "C" fn create(abilities: u32, random: f64, wall_ms: f64, mono_ms: f64) -> i32 {
    let Some(settings) = told(Settings::read(&InHand, read_abilities(abilities))) else { return -1 };
    Settings::warnings(&InHand, |option, message| {
        io::begin(Word::Warnings, true);
        Out.word(Word::Option, option);
        Out.text(Word::Message, message);
        io::end();
    });
    Out.number_if(Word::TracksInput, settings.tracks_input().then_some(1.0));
    // Jitter, no secret.
    let session = Session::new(settings, random.to_bits(), Now { wall_ms, mono_ms });
    Box::into_raw(Box::new(Some(Box::new(session)))) as i32
}

/// Takes one event; `about` is its caller or its attempt. Puts the state, and gives for how many ms the token in hand may be given out
/// without asking: -1 for not at all. What cannot be taken changes nothing: puts what is wrong, and gives NaN.
#[unsafe(no_mangle)]
extern "C" fn handle(place: *mut Place, kind: u32, about: u32, wall_ms: f64, mono_ms: f64) -> f64 {
    let Some(mut session) = take(place) else {
        describe_refusal(Refusal::Stopped, &mut Out);
        return f64::NAN;
    };
    let mut usable_for = f64::NAN;
    if let Some(event) = told(read_event(session.settings(), kind, about)) {
        session.handle(event, Now { wall_ms, mono_ms });
        describe_state(&session);
        if kind == FOUND
            && let Some(record) = session.shared()
        {
            Out.open(Word::Record);
            shared::describe_record(record, &mut Out);
            Out.close();
        }
        usable_for = session.usable_for().unwrap_or(-1.0);
    }
    put_back(place, session);
    usable_for
}

/// Puts the next thing to do, and says whether there is one.
#[unsafe(no_mangle)]
extern "C" fn poll(place: *mut Place) -> bool {
    let Some(mut session) = take(place) else { return false };
    let effect = session.poll_effect();
    put_back(place, session);
    effect.map(describe_effect).is_some()
}

/// The session is needed no more, and its number may be another one's.
#[unsafe(no_mangle)]
extern "C" fn release(place: *mut Place) {
    drop(unsafe { Box::from_raw(place) });
}

// js/loop.ts brings no other number than the one that `create` gave, and none that was released.

/// Out of its place while it works: a fault in one session costs that one.
fn take(place: *mut Place) -> Place {
    unsafe { (*place).take() }
}

fn put_back(place: *mut Place, session: Box<Session>) {
    unsafe { *place = Some(session) }
}

/// Takes in hand the claims of the JWT in the record in hand; verified by nobody. Or puts what is wrong.
#[unsafe(export_name = "readClaims")]
extern "C" fn read_claims() -> bool {
    let read = match io::value_of(Word::Jwt) {
        Value::Text(jwt) => tokens::enter_claims(&jwt),
        _ => Err(Error::new(Code::TokenMalformed, join(&[&io::shown(Word::Jwt), " is not a JWT; give the token as a string"]))),
    };
    told(read).is_some()
}

/// Seconds; `Infinity` for never; NaN, and what is wrong put.
#[unsafe(export_name = "parseDuration")]
extern "C" fn parse_duration_seconds() -> f64 {
    told(read_duration(&io::value_of(Word::Duration)).map_err(|what| invalid_duration(&io::shown(Word::Duration), what)))
        .map_or(f64::NAN, |length| length / 1_000.0)
}

fn read_event(settings: &Settings, kind: u32, about: u32) -> Result<Event, Error> {
    let format = settings.access_token_format;
    Ok(match kind {
        0 => {
            let given = read_given(settings)?;
            Event::Start { given, stored: read_stored(settings).map(Into::into) }
        }
        1 => Event::Check,
        2 => Event::Online,
        3 => Event::Offline,
        4 => Event::Activity,
        5 => Event::Ask(about),
        6 => Event::Refresh { caller: about, failed: io::text_of(Word::FailedToken).map(Secret::new) },
        7 => Event::Forget(about),
        8 => Event::SignIn(read_tokens(settings)?),
        9 => Event::SignOut(about),
        10 => {
            let outcome = report::of_refresh(format);
            if let Outcome::Tokens { tokens, .. } = &outcome {
                told(settings.accept(tokens));
            }
            Event::Answered { attempt: about, outcome }
        }
        11 => Event::SignedOut { attempt: about, failure: report::of_sign_out() },
        12 => Event::Probed { attempt: about, answer: report::of_probe() },
        13 => Event::Locked { granted: about > 0 },
        14 => Event::LockLost,
        FOUND => Event::Found(shared::read_record()),
        16 => Event::Synced { works: about > 0 },
        17 => shared::read_message(settings).map_or(Event::Check, Event::Heard),
        18 => Event::Resumed,
        _ => Event::Stop,
    })
}

fn read_tokens(settings: &Settings) -> Result<Box<TokenSet>, Error> {
    let tokens = tokens::read(settings.access_token_format)?;
    settings.accept(&tokens)?;
    Ok(tokens)
}

/// `null` is what a store that holds nothing gives.
fn read_given(settings: &Settings) -> Result<Option<Box<TokenSet>>, Error> {
    if matches!(io::value_of(Word::Answer), Value::Absent | Value::Null) {
        return Ok(None);
    }
    read_tokens(settings).map(Some).map_err(|error| Error { option: error.option.or(Some(Word::Tokens)), ..error })
}

/// What another page left.
fn read_stored(settings: &Settings) -> Option<Stored> {
    if !io::enter(Word::Stored, MEMBER) {
        return None;
    }
    let stored = stored::read(settings);
    io::leave();
    Some(stored)
}

fn describe_state(session: &Session) {
    let out = &mut Out;
    out.text_if(Word::AccessToken, session.access_token().map(Secret::expose));
    out.text_if(Word::IdToken, session.id_token().map(Secret::expose));
    out.open(Word::Snapshot);
    session.snapshot().describe(out);
    out.close();
}

fn describe_effect(effect: Effect) {
    let out = &mut Out;
    let name = match effect {
        Effect::Refresh { attempt, refresh_token, reason } => {
            out.number(Word::Attempt, attempt.into());
            out.word(Word::Reason, reason.word());
            out.text_if(Word::RefreshToken, refresh_token.as_ref().map(Secret::expose));
            Word::Refresh
        }
        Effect::SignOut { attempt, order } => {
            out.number(Word::Attempt, attempt.into());
            stored::describe_order(&order, out);
            Word::SignOut
        }
        Effect::Probe(attempt) => {
            out.number(Word::Attempt, attempt.into());
            Word::Probe
        }
        Effect::Abandon(attempt) => {
            out.number(Word::Attempt, attempt.into());
            Word::Abandon
        }
        Effect::Answer { caller, answer } => {
            out.number(Word::Caller, caller.into());
            match answer {
                Ok(token) => out.text_if(Word::Token, token.as_ref().map(Secret::expose)),
                Err(refusal) => describe_refusal(refusal, out),
            }
            Word::Settle
        }
        Effect::Notify(notice) => {
            out.word(Word::Type, notice.name());
            out.open(Word::Detail);
            notice.describe(out);
            out.close();
            Word::Emit
        }
        Effect::Save(stored) => {
            stored::describe(&stored, out);
            Word::Save
        }
        Effect::Lock(lock) => {
            out.number(Word::How, f64::from(lock as u8));
            Word::Lock
        }
        Effect::Unlock => Word::Unlock,
        Effect::Sync => Word::Sync,
        Effect::Send(message) => {
            shared::describe_message(&message, out);
            Word::Send
        }
        Effect::Ready => Word::Ready,
        Effect::Wake(wake) => {
            out.number_if(Word::After, wake.map(|wake| wake.after));
            Word::Wake
        }
    };
    out.word(Word::Effect, name);
}

fn read_abilities(bits: u32) -> Abilities {
    let has = |bit: u32| bits & bit != 0;
    Abilities {
        refresh: has(1),
        refresh_takes_token: has(2),
        sign_out: has(4),
        revoke: has(8),
        probe: has(16),
        tabs: has(32),
        record: has(64),
    }
}

/// The result, or what is wrong told.
pub(super) fn told<T>(read: Result<T, Error>) -> Option<T> {
    let error = match read {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let out = &mut Out;
    out.word(Word::Code, error.code.word());
    out.text(Word::Message, &error.message);
    out.word_if(Word::Option, error.option);
    out.word_if(Word::About, error.about);
    None
}

/// Why a caller gets nothing.
fn describe_refusal(refusal: Refusal, out: &mut Out) {
    out.word(Word::Code, refusal.code());
    out.text(Word::Message, refusal.message());
    match refusal {
        Refusal::Ended(reason) => out.word(Word::Reason, reason.word()),
        Refusal::Unavailable { retry_at } => out.number_if(Word::RetryAt, retry_at.map(|time| time / 1_000.0)),
        _ => {}
    }
}

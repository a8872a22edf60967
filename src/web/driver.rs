//! Runs a session: gives it what happens, and does what it wants done.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::core::{Attempt, Effect, Error, Event, Now, Refusal, Secret, Session, Settings, Snapshot, Stored, TokenSet, Wake};

use super::signals::{self, Signal, Signals};
use super::timers::Timer;
use super::{clock, js, report, tokens};

#[wasm_bindgen]
extern "C" {
    /// The TypeScript side. Nothing in it throws.
    pub type Host;

    #[wasm_bindgen(method, structural)]
    fn hold(this: &Host, access_token: JsValue, id_token: JsValue);
    #[wasm_bindgen(method, structural)]
    fn usable(this: &Host, until_wall: f64, until_mono: f64);
    #[wasm_bindgen(method, structural)]
    fn snapshot(this: &Host, snapshot: JsValue);
    #[wasm_bindgen(method, structural)]
    fn emit(this: &Host, kind: &str, detail: JsValue);
    #[wasm_bindgen(method, structural)]
    fn settle(this: &Host, caller: u32, token: JsValue, failure: JsValue);
    #[wasm_bindgen(method, structural)]
    fn ready(this: &Host);
    #[wasm_bindgen(method, structural)]
    pub fn warn(this: &Host, message: &str);

    // Requests are begun here and reported later, never from inside the call.
    #[wasm_bindgen(method, structural)]
    fn refresh(this: &Host, attempt: u32, reason: &str, refresh_token: JsValue);
    #[wasm_bindgen(method, structural, js_name = signOut)]
    fn sign_out(this: &Host, attempt: u32, reason: &str, refresh_token: JsValue, revoke_only: bool);
    #[wasm_bindgen(method, structural)]
    fn probe(this: &Host, attempt: u32);
    #[wasm_bindgen(method, structural)]
    fn abandon(this: &Host, attempt: u32);
    /// `undefined` removes.
    #[wasm_bindgen(method, structural)]
    fn save(this: &Host, text: JsValue);
}

pub struct Driver {
    session: RefCell<Session>,
    host: Host,
    /// What happened while the effects of an event are being carried out.
    queue: RefCell<Vec<Event>>,
    is_draining: Cell<bool>,
    shown: RefCell<Shown>,
    wake: RefCell<Option<(f64, Timer)>>,
    signals: RefCell<Option<Signals>>,
}

/// What the host was told last.
#[derive(Default)]
struct Shown {
    access: Option<Secret>,
    id: Option<Secret>,
    snapshot: Option<Snapshot>,
}

impl Driver {
    pub fn start(settings: Settings, given: Option<TokenSet>, stored: Option<String>, host: Host) -> Rc<Driver> {
        // Jitter, no secret.
        let seed = (js_sys::Math::random() * 2f64.powi(53)) as u64;
        let tracks_input = settings.tracks_input();
        let stored = stored.and_then(|text| read_stored(&text, &settings, &host));
        let driver = Rc::new(Driver {
            session: RefCell::new(Session::new(settings, seed, clock::now())),
            host,
            queue: RefCell::default(),
            is_draining: Cell::new(false),
            shown: RefCell::default(),
            wake: RefCell::default(),
            signals: RefCell::default(),
        });
        // The loop holds itself while it runs, as any timer does; `stop` lets go.
        let listener = driver.clone();
        driver.signals.replace(Signals::listen(tracks_input, move |signal| listener.hear(signal)));
        if !signals::is_online() {
            driver.dispatch(Event::Offline);
        }
        driver.dispatch(Event::Start { given: given.map(Box::new), stored: stored.map(Box::new) });
        driver
    }

    /// Checks tokens for `setTokens`.
    pub fn read_tokens(&self, given: &JsValue) -> Result<TokenSet, Error> {
        let session = self.session.borrow();
        let tokens = tokens::read(given, session.settings().access_token_format)?;
        session.settings().accept(&tokens)?;
        Ok(tokens)
    }

    /// Gives the session an event, and does all that follows. A call from inside is queued: its effects come after those under way.
    pub fn dispatch(self: &Rc<Self>, event: Event) {
        self.queue.borrow_mut().push(event);
        if self.is_draining.replace(true) {
            return;
        }
        loop {
            let event = {
                let mut queue = self.queue.borrow_mut();
                if queue.is_empty() {
                    break;
                }
                queue.remove(0)
            };
            let now = clock::now();
            let effects = self.handle(event, now);
            self.show(now);
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.is_draining.set(false);
    }

    pub fn answered(self: &Rc<Self>, attempt: Attempt, report: &JsValue) {
        let format = self.session.borrow().settings().access_token_format;
        self.dispatch(Event::Answered { attempt, outcome: report::of_refresh(report, format) });
    }

    /// This tab leaves; a request under way is left to finish.
    pub fn stop(self: &Rc<Self>) {
        self.signals.take();
        self.dispatch(Event::Stop);
    }

    fn handle(&self, event: Event, now: Now) -> Vec<Effect> {
        let mut session = self.session.borrow_mut();
        session.handle(event, now);
        std::iter::from_fn(|| session.poll_effect()).collect()
    }

    fn hear(self: &Rc<Self>, signal: Signal) {
        self.dispatch(match signal {
            Signal::Check => Event::Check,
            Signal::Online => Event::Online,
            Signal::Offline => Event::Offline,
            Signal::Activity => Event::Activity,
        });
    }

    /// Tells the host what has changed, before any listener or caller can look.
    fn show(&self, now: Now) {
        let (access, id, usable_for, snapshot) = {
            let session = self.session.borrow();
            (session.access_token().cloned(), session.id_token().cloned(), session.usable_for(), session.snapshot())
        };
        let mut shown = self.shown.borrow_mut();
        let holds_another = shown.access != access || shown.id != id;
        let has_changed = shown.snapshot.as_ref() != Some(&snapshot);
        let detail = if has_changed { js::from_record(&snapshot.record()) } else { JsValue::UNDEFINED };
        *shown = Shown { access, id, snapshot: Some(snapshot) };
        let (access, id) = (secret(shown.access.as_ref()), secret(shown.id.as_ref()));
        drop(shown);
        if holds_another {
            self.host.hold(access, id);
        }
        match usable_for {
            Some(length) => self.host.usable(now.wall_ms + length, now.mono_ms + length),
            None => self.host.usable(-1.0, -1.0),
        }
        if has_changed {
            self.host.snapshot(detail);
        }
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Refresh { attempt, refresh_token, reason } => {
                self.host.refresh(attempt, reason.as_str(), secret(refresh_token.as_ref()));
            }
            Effect::SignOut { attempt, order } => {
                self.host.sign_out(attempt, order.reason.as_str(), secret(order.refresh_token.as_ref()), order.revoke_only);
            }
            Effect::Probe(attempt) => self.host.probe(attempt),
            Effect::Abandon(attempt) => self.host.abandon(attempt),
            Effect::Answer { caller, answer } => self.answer(caller, answer),
            Effect::Notify(notice) => self.host.emit(notice.name(), js::from_record(&notice.detail())),
            Effect::Save(stored) => self.host.save(js::stringify(tokens::to_record(&stored).as_ref().map(js::from_record))),
            Effect::Ready => self.host.ready(),
            Effect::Wake(wake) => self.set_wake(wake),
        }
    }

    fn answer(&self, caller: u32, answer: Result<Option<Secret>, Refusal>) {
        match answer {
            Ok(token) => self.host.settle(caller, secret(token.as_ref()), JsValue::UNDEFINED),
            Err(refusal) => self.host.settle(caller, JsValue::UNDEFINED, failure(refusal)),
        }
    }

    /// One timer. One that is set already for the same moment stays.
    fn set_wake(self: &Rc<Self>, wake: Option<Wake>) {
        let Some(wake) = wake else {
            self.wake.take();
            return;
        };
        let at = clock::now().mono_ms + wake.after;
        let is_set = self.wake.borrow().as_ref().is_some_and(|(set_for, _)| (set_for - at).abs() < 1.0);
        if is_set {
            return;
        }
        let driver = self.clone();
        let timer = Timer::start(wake.after, move || {
            driver.wake.take();
            driver.dispatch(Event::Check);
        });
        self.wake.replace(Some((at, timer)));
    }
}

fn secret(secret: Option<&Secret>) -> JsValue {
    secret.map_or(JsValue::UNDEFINED, |secret| JsValue::from_str(secret.expose()))
}

/// Why a caller gets nothing: a plain object that TypeScript makes an `EvertokenError` of.
fn failure(refusal: Refusal) -> JsValue {
    let mut members = vec![("code", refusal.code().into()), ("message", refusal.message().into())];
    match refusal {
        Refusal::Ended(reason) => members.push(("reason", reason.as_str().into())),
        Refusal::Unavailable { retry_at: Some(time) } => members.push(("retryAt", (time / 1_000.0).into())),
        _ => {}
    }
    js::object(&members)
}

/// What another page left in the store, where this version and these options can use it.
fn read_stored(text: &str, settings: &Settings, host: &Host) -> Option<Stored> {
    let stored = tokens::from_text(text, settings.access_token_format);
    let usable = stored.filter(|stored| stored.tokens.as_ref().is_none_or(|tokens| settings.accept(tokens).is_ok()));
    if usable.is_none() {
        host.warn("evertoken: what lay in the store cannot be used by this version or these options; it is dropped (STORE_UNREADABLE)");
    }
    usable
}

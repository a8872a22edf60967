//! Runs a session: gives it what happens, and does what it wants done.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, AbortSignal};

use crate::core::{
    Attempt, Effect, Error, Event, Notice, Now, RefreshReason, Refusal, Secret, Session, SignOutOrder, Snapshot, Stored, TokenSet, Wake,
};

use super::options::Options;
use super::probe::Probe;
use super::refresh::{Request, Transport};
use super::sign_out::SignOut;
use super::signals::{self, Signal, Signals};
use super::storage::Store;
use super::timers::Timer;
use super::{clock, js, tokens};

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
    fn warn(this: &Host, message: &str);
}

pub struct Driver {
    session: RefCell<Session>,
    host: Host,
    transport: Option<Transport>,
    sign_out: SignOut,
    probe: Option<Probe>,
    store: Option<Store>,
    /// What happened while the effects of an event are being carried out.
    queue: RefCell<VecDeque<Event>>,
    is_draining: Cell<bool>,
    shown: RefCell<Shown>,
    wake: RefCell<Option<(f64, Timer)>>,
    signals: RefCell<Option<Signals>>,
    requests: RefCell<Vec<(Attempt, AbortController)>>,
    itself: Weak<Driver>,
}

/// What the host was told last.
#[derive(Default)]
struct Shown {
    access: Option<Secret>,
    id: Option<Secret>,
    snapshot: Option<Snapshot>,
}

impl Driver {
    pub fn start(options: Options, host: Host) -> Rc<Driver> {
        let store = Store::open(&options.storage, &options.name);
        let is_storage_missing = store.is_err();
        // Jitter, no secret.
        let seed = (js_sys::Math::random() * 2f64.powi(53)) as u64;
        let tracks_activity = options.settings.tracks_input();
        let driver = Rc::new_cyclic(|itself| Driver {
            session: RefCell::new(Session::new(options.settings, seed, clock::now())),
            host,
            transport: options.transport,
            sign_out: options.sign_out,
            probe: options.probe,
            store: store.unwrap_or_default(),
            queue: RefCell::default(),
            is_draining: Cell::new(false),
            shown: RefCell::default(),
            wake: RefCell::default(),
            signals: RefCell::default(),
            requests: RefCell::default(),
            itself: itself.clone(),
        });
        for finding in options.findings {
            driver.host.warn(&format!("evertoken: {} ({})", finding.message, finding.code));
        }
        if is_storage_missing {
            driver.say_storage_is_missing();
        }
        driver.show(clock::now());
        let weak = driver.itself.clone();
        let heard = move |signal| {
            if let Some(driver) = weak.upgrade() {
                driver.hear(signal);
            }
        };
        driver.signals.replace(Signals::listen(tracks_activity, heard));
        spawn_local(driver.clone().begin(options.tokens));
        driver
    }

    async fn begin(self: Rc<Driver>, given: Option<TokenSet>) {
        let stored = match &self.store {
            Some(store) => self.load(store).await,
            None => None,
        };
        if !signals::is_online() {
            self.dispatch(Event::Offline);
        }
        self.dispatch(Event::Start { given: given.map(Box::new), stored: stored.map(Box::new) });
    }

    async fn load(&self, store: &Store) -> Option<Stored> {
        let Ok(text) = store.load().await else {
            self.say_storage_is_missing();
            return None;
        };
        let settings = self.session.borrow().settings().clone();
        let stored = tokens::from_text(&text?, settings.access_token_format);
        let usable = stored.filter(|stored| stored.tokens.as_ref().is_none_or(|tokens| settings.accept(tokens).is_ok()));
        if usable.is_none() {
            self.host
                .warn("evertoken: what lay in the store cannot be used by this version or these options; it is dropped (STORE_UNREADABLE)");
        }
        usable
    }

    /// Checks tokens for `setTokens`.
    pub fn read_tokens(&self, given: &JsValue) -> Result<TokenSet, Error> {
        let session = self.session.borrow();
        let tokens = tokens::read(given, session.settings().access_token_format)?;
        session.settings().accept(&tokens)?;
        Ok(tokens)
    }

    /// Gives the session an event, and does all that follows. A call from inside is queued: its effects come after those under way.
    pub fn dispatch(&self, event: Event) {
        self.queue.borrow_mut().push_back(event);
        if self.is_draining.replace(true) {
            return;
        }
        loop {
            let Some(event) = self.queue.borrow_mut().pop_front() else { break };
            let now = clock::now();
            let effects = self.handle(event, now);
            self.show(now);
            for effect in effects {
                self.carry_out(effect);
            }
        }
        self.is_draining.set(false);
    }

    /// This tab leaves; a request under way is left to finish.
    pub fn stop(&self) {
        self.signals.take();
        self.dispatch(Event::Stop);
    }

    fn handle(&self, event: Event, now: Now) -> Vec<Effect> {
        let mut session = self.session.borrow_mut();
        session.handle(event, now);
        std::iter::from_fn(|| session.poll_effect()).collect()
    }

    fn hear(&self, signal: Signal) {
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
        let detail = if has_changed { to_js(&snapshot) } else { JsValue::UNDEFINED };
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

    fn carry_out(&self, effect: Effect) {
        match effect {
            Effect::Refresh { attempt, refresh_token, reason } => self.refresh(attempt, refresh_token, reason),
            Effect::Abandon(attempt) => self.end_request(attempt).iter().for_each(AbortController::abort),
            Effect::Answer { caller, answer } => self.answer(caller, answer),
            Effect::Notify(notice) => self.notify(&notice),
            Effect::Save(stored) => self.save(&stored),
            Effect::SignOut { attempt, order } => self.tell_server(attempt, order),
            Effect::Probe(attempt) => self.ask_probe(attempt),
            Effect::Ready => self.host.ready(),
            Effect::Wake(wake) => self.set_wake(wake),
        }
    }

    fn refresh(&self, attempt: Attempt, refresh_token: Option<Secret>, reason: RefreshReason) {
        let (Some(driver), Some(transport), Some(signal)) = (self.itself.upgrade(), self.transport.clone(), self.begin_request(attempt))
        else {
            return;
        };
        let format = self.session.borrow().settings().access_token_format;
        spawn_local(async move {
            let outcome = transport.refresh(Request { refresh_token, reason, format, signal }).await;
            driver.end_request(attempt);
            driver.dispatch(Event::Answered { attempt, outcome });
        });
    }

    fn tell_server(&self, attempt: Attempt, order: SignOutOrder) {
        let (Some(driver), Some(signal)) = (self.itself.upgrade(), self.begin_request(attempt)) else { return };
        let sign_out = self.sign_out.clone();
        spawn_local(async move {
            let failure = sign_out.carry_out(order, signal).await;
            driver.end_request(attempt);
            driver.dispatch(Event::SignedOut { attempt, failure });
        });
    }

    fn ask_probe(&self, attempt: Attempt) {
        let (Some(driver), Some(probe), Some(signal)) = (self.itself.upgrade(), self.probe.clone(), self.begin_request(attempt)) else {
            return;
        };
        let token = self.session.borrow().access_token().cloned();
        spawn_local(async move {
            let answer = probe.ask(token, signal).await;
            driver.end_request(attempt);
            driver.dispatch(Event::Probed { attempt, answer });
        });
    }

    fn begin_request(&self, attempt: Attempt) -> Option<AbortSignal> {
        let controller = AbortController::new().ok()?;
        let signal = controller.signal();
        self.requests.borrow_mut().push((attempt, controller));
        Some(signal)
    }

    fn end_request(&self, attempt: Attempt) -> Option<AbortController> {
        let mut requests = self.requests.borrow_mut();
        let place = requests.iter().position(|(under_way, _)| *under_way == attempt)?;
        Some(requests.swap_remove(place).1)
    }

    fn answer(&self, caller: u32, answer: Result<Option<Secret>, Refusal>) {
        match answer {
            Ok(token) => self.host.settle(caller, secret(token.as_ref()), JsValue::UNDEFINED),
            Err(refusal) => self.host.settle(caller, JsValue::UNDEFINED, failure(refusal)),
        }
    }

    fn notify(&self, notice: &Notice) {
        self.host.emit(notice.name(), to_js(notice));
    }

    fn save(&self, stored: &Stored) {
        let Some(driver) = self.itself.upgrade().filter(|driver| driver.store.is_some()) else { return };
        let text = tokens::to_text(stored);
        spawn_local(async move {
            let Some(store) = &driver.store else { return };
            if store.write(text).await.is_err() {
                driver.say_storage_is_missing();
            }
        });
    }

    fn say_storage_is_missing(&self) {
        self.host.emit("degraded", js::object(&[("missing", "storage".into())]));
    }

    /// One timer. One that is set already for the same moment stays.
    fn set_wake(&self, wake: Option<Wake>) {
        let Some(wake) = wake else {
            self.wake.take();
            return;
        };
        let at = clock::now().mono_ms + wake.after;
        let is_set = self.wake.borrow().as_ref().is_some_and(|(set_for, _)| (set_for - at).abs() < 1.0);
        if is_set {
            return;
        }
        let weak = self.itself.clone();
        let timer = Timer::start(wake.after, move || {
            if let Some(driver) = weak.upgrade() {
                driver.wake.take();
                driver.dispatch(Event::Check);
            }
        });
        self.wake.replace(Some((at, timer)));
    }
}

fn secret(secret: Option<&Secret>) -> JsValue {
    secret.map_or(JsValue::UNDEFINED, |secret| JsValue::from_str(secret.expose()))
}

fn to_js(value: &impl Serialize) -> JsValue {
    value.serialize(&Serializer::new()).unwrap_or(JsValue::UNDEFINED)
}

/// Why a caller gets nothing: a plain object that TypeScript makes an `EvertokenError` of.
fn failure(refusal: Refusal) -> JsValue {
    let mut members = vec![("code", refusal.code().into()), ("message", refusal.to_string().into())];
    match refusal {
        Refusal::Ended(reason) => members.push(("reason", reason.as_str().into())),
        Refusal::Unavailable { retry_at: Some(time) } => members.push(("retryAt", (time / 1_000.0).into())),
        _ => {}
    }
    js::object(&members)
}

//! Drives a session: gives it what happens, and carries out what it wants done.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::core::{
    Abilities, Attempt, Caller, Effect, Error, Event, Outcome, Refusal, Secret, Session, Settings, SharedRecord, Snapshot, TokenSet, Wake,
};

use super::clock::Clock;
use super::host::Host;
use super::records::{Record, failure, message, report, shared_record, stored, to_js, token_set};
use super::signals::{self, Signal, Signals};
use super::timer::Timer;

pub struct Driver {
    settings: Settings,
    session: RefCell<Session>,
    host: Host,
    /// What the session runs on in place of the browser; `undefined` for the browser itself.
    platform: JsValue,
    clock: Clock,
    shown: RefCell<Shown>,
    is_draining: Cell<bool>,
    wake: RefCell<Option<SetWake>>,
    signals: RefCell<Option<Signals>>,
    is_stopped: Cell<bool>,
    /// It has stopped, and nothing is under way.
    is_released: Cell<bool>,
}

/// What the host was given last.
#[derive(Default)]
struct Shown {
    access_token: Option<Secret>,
    id_token: Option<Secret>,
    snapshot: Option<Snapshot>,
}

struct SetWake {
    /// On the monotonic clock.
    at: f64,
    _timer: Timer,
}

/// What a session starts from.
pub struct Start {
    pub options: Record,
    pub abilities: Abilities,
    /// What the option `tokens` holds; `undefined` or `null` for nothing.
    pub tokens: JsValue,
    pub stored: Option<Record>,
    /// For jitter, no secret.
    pub seed: f64,
    pub host: Host,
    pub platform: JsValue,
}

impl Driver {
    /// After an error nothing is left running.
    pub fn start(start: Start) -> Result<Rc<Driver>, Error> {
        let Start { options, abilities, tokens, stored, seed, host, platform } = start;
        let settings = Settings::read(&|name| options.field(name), abilities)?;
        let given = if tokens.is_null() || tokens.is_undefined() {
            None
        } else {
            Some(read_tokens(tokens, &settings).map_err(|error| error.of_option("tokens"))?)
        };
        for warning in Settings::warnings(&|name| options.field(name)) {
            host.warn(&warning);
        }
        let stored = stored.map(|record| {
            let (stored, fault) = stored::read(&record, &settings);
            if let Some(Error { message, .. }) = fault {
                host.warn(&format!("dropped the tokens that the store held: {message} (STORE_UNREADABLE)"));
            }
            Box::new(stored)
        });
        let clock = Clock::of(&platform);
        let driver = Rc::new(Driver {
            session: RefCell::new(Session::new(settings.clone(), seed.to_bits(), clock.now())),
            settings,
            host,
            platform,
            clock,
            shown: RefCell::default(),
            is_draining: Cell::default(),
            wake: RefCell::default(),
            signals: RefCell::default(),
            is_stopped: Cell::default(),
            is_released: Cell::default(),
        });
        if !signals::is_online(&driver.platform) {
            driver.dispatch(Event::Offline);
        }
        driver.dispatch(Event::Start { given, stored });
        if !driver.is_stopped.get() {
            driver.listen();
        }
        Ok(driver)
    }

    /// Gives the session an event, and does what follows. What a call from inside brings comes after what is under way.
    pub fn dispatch(self: &Rc<Self>, event: Event) {
        self.apply(event);
        self.drain();
    }

    pub fn sign_in(self: &Rc<Self>, tokens: JsValue) -> Result<(), Error> {
        let tokens = read_tokens(tokens, &self.settings)?;
        self.dispatch(Event::SignIn(tokens));
        Ok(())
    }

    pub fn refreshed(self: &Rc<Self>, attempt: Attempt, report: &Record) {
        let outcome = report::of_refresh(report, self.settings.access_token_format);
        if let Outcome::Tokens { tokens, .. } = &outcome
            && let Err(error) = self.settings.accept(tokens)
        {
            self.host.warn(&error.message);
        }
        self.dispatch(Event::Answered { attempt, outcome });
    }

    pub fn signed_out(self: &Rc<Self>, attempt: Attempt, report: &Record) {
        self.dispatch(Event::SignedOut { attempt, failure: report::of_sign_out(report) });
    }

    pub fn probed(self: &Rc<Self>, attempt: Attempt, report: &Record) {
        self.dispatch(Event::Probed { attempt, answer: report::of_probe(report) });
    }

    /// What lies in the record. Returns what is to be written over it, if anything is.
    pub fn found(self: &Rc<Self>, record: Option<Record>) -> Option<SharedRecord> {
        self.apply(Event::Found(record.as_ref().and_then(shared_record::read)));
        let shared = self.session.borrow().shared().copied();
        self.drain();
        shared
    }

    pub fn received(self: &Rc<Self>, message: &Record) {
        let Some((message, fault)) = message::read(message, &self.settings) else { return };
        if let Some(error) = fault {
            self.host.warn(&error.message);
        }
        self.dispatch(Event::Heard(message));
    }

    /// This tab leaves. A request under way is left to finish.
    pub fn stop(self: &Rc<Self>) {
        self.is_stopped.set(true);
        self.signals.take();
        self.dispatch(Event::Stop);
    }

    fn listen(self: &Rc<Self>) {
        // The loop holds itself while it runs, as any timer does; `stop` lets go.
        let driver = Rc::clone(self);
        let on_signal = move |signal| {
            driver.dispatch(match signal {
                Signal::Check => Event::Check,
                Signal::Online => Event::Online,
                Signal::Offline => Event::Offline,
                Signal::Activity => Event::Activity,
            });
        };
        self.signals.replace(Signals::listen(&self.platform, self.settings.tracks_input(), on_signal));
    }

    /// At once, also inside a listener: the host learns what may be returned from now on.
    fn apply(&self, event: Event) {
        if self.is_released.get() {
            return;
        }
        if self.host.come_back() {
            self.handle(Event::Resumed);
        }
        self.handle(event);
    }

    fn handle(&self, event: Event) {
        let now = self.clock.now();
        let (access_token, id_token, usable_for) = {
            let mut session = self.session.borrow_mut();
            session.handle(event, now);
            (session.access_token().cloned(), session.id_token().cloned(), session.usable_for())
        };
        self.show_tokens(access_token, id_token);
        match usable_for {
            Some(length) => self.host.usable(now.wall_ms + length, now.mono_ms + length),
            None => self.host.usable(-1.0, -1.0),
        }
    }

    fn show_tokens(&self, access_token: Option<Secret>, id_token: Option<Secret>) {
        let is_shown = {
            let shown = self.shown.borrow();
            shown.access_token == access_token && shown.id_token == id_token
        };
        if !is_shown {
            self.host.hold(access_token.as_ref().map(Secret::expose), id_token.as_ref().map(Secret::expose));
            let mut shown = self.shown.borrow_mut();
            (shown.access_token, shown.id_token) = (access_token, id_token);
        }
    }

    fn drain(self: &Rc<Self>) {
        if self.is_draining.replace(true) {
            return;
        }
        loop {
            self.show_snapshot();
            let effect = self.session.borrow_mut().poll_effect();
            let Some(effect) = effect else { break };
            self.carry_out(effect);
        }
        self.is_draining.set(false);
        if self.is_stopped.get() && self.wake.borrow().is_none() && !self.is_released.replace(true) {
            self.host.release();
        }
    }

    fn show_snapshot(&self) {
        let snapshot = self.session.borrow().snapshot();
        let is_shown = self.shown.borrow().snapshot.as_ref() == Some(&snapshot);
        if !is_shown {
            let record = to_js(&snapshot);
            self.shown.borrow_mut().snapshot = Some(snapshot);
            self.host.snapshot(record);
        }
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        let host = &self.host;
        match effect {
            Effect::Refresh { attempt, refresh_token, reason } => {
                host.refresh(attempt, to_js(&reason), refresh_token.as_ref().map(Secret::expose));
            }
            Effect::SignOut { attempt, order } => host.sign_out(attempt, to_js(&order)),
            Effect::Probe(attempt) => host.probe(attempt),
            Effect::Abandon(attempt) => host.abandon(attempt),
            Effect::Answer { caller, answer } => self.answer(caller, answer),
            Effect::Notify(notice) => host.emit(notice.name(), to_js(&notice)),
            Effect::Save(stored) if stored.is_empty() => host.save(JsValue::UNDEFINED),
            Effect::Save(stored) => host.save(to_js(&stored)),
            Effect::Lock(lock) => host.lock(to_js(&lock)),
            Effect::Unlock => host.unlock(),
            Effect::Sync => host.sync(),
            Effect::Send(message) => host.send(to_js(&message)),
            Effect::Ready => host.ready(),
            Effect::Wake(wake) => self.set_wake(wake),
        }
    }

    fn answer(&self, caller: Caller, answer: Result<Option<Secret>, Refusal>) {
        match answer {
            Ok(token) => self.host.settle(caller, token.as_ref().map(Secret::expose), JsValue::UNDEFINED),
            Err(refusal) => self.host.settle(caller, None, failure::of_refusal(refusal)),
        }
    }

    /// One timer. One that is set for the same moment already stays.
    fn set_wake(self: &Rc<Self>, wake: Option<Wake>) {
        let Some(Wake { after, .. }) = wake else {
            self.wake.take();
            return;
        };
        let at = self.clock.now().mono_ms + after;
        let is_set = self.wake.borrow().as_ref().is_some_and(|set| (set.at - at).abs() < 1.0);
        if is_set {
            return;
        }
        let driver = Rc::clone(self);
        let timer = Timer::start(&self.platform, after, move || {
            driver.wake.take();
            driver.dispatch(Event::Check);
        });
        self.wake.replace(Some(SetWake { at, _timer: timer }));
    }
}

/// Tokens that the caller gave.
fn read_tokens(tokens: JsValue, settings: &Settings) -> Result<Box<TokenSet>, Error> {
    let tokens = token_set::read(tokens, settings.access_token_format)?;
    settings.accept(&tokens)?;
    Ok(tokens)
}

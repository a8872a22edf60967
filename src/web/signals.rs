//! The signs that the world has changed: the tab is shown, the network is back, a person is there. In Node there are none.

use std::cell::Cell;

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AddEventListenerOptions, Document, Event, EventTarget, VisibilityState};

#[wasm_bindgen]
extern "C" {
    type Platform;
    #[wasm_bindgen(method, getter, structural)]
    fn events(this: &Platform) -> EventTarget;
    #[wasm_bindgen(method, structural, js_name = isOnline)]
    fn is_online(this: &Platform) -> bool;
    #[wasm_bindgen(method, structural, js_name = isVisible)]
    fn is_visible(this: &Platform) -> bool;

    type Scope;
    /// Workers and Node have none.
    #[wasm_bindgen(method, getter, structural)]
    fn document(this: &Scope) -> Option<Document>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Something may have happened meanwhile: a sleep, a freeze, a return from the back/forward cache.
    Check,
    Online,
    Offline,
    /// A person's input.
    Activity,
}

const CHECKS: [&str; 4] = ["pageshow", "focus", "resume", "visibilitychange"];

/// No `scroll`: a page that scrolls by itself would never be idle, and a person's scrolling shows as one of these.
const INPUT: [&str; 6] = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"];

/// Input counts this often at most, in milliseconds.
const ACTIVITY_EVERY: f64 = 1_000.0;

/// Listens until dropped.
pub struct Signals {
    controller: AbortController,
    _listener: Closure<dyn Fn(Event)>,
}

impl Signals {
    /// `None` where nothing can be listened to.
    pub fn listen(platform: &JsValue, tracks_input: bool, on_signal: impl Fn(Signal) + 'static) -> Option<Signals> {
        let controller = AbortController::new().ok()?;
        let target: EventTarget = match on(platform) {
            Some(platform) => platform.events(),
            None => js_sys::global().unchecked_into(),
        };
        let place = platform.clone();
        let last_activity = Cell::new(f64::NEG_INFINITY);
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| match signal_of(&event, &place) {
            Some(Signal::Activity) if (event.time_stamp() - last_activity.get()).abs() < ACTIVITY_EVERY => {}
            Some(signal) => {
                if signal == Signal::Activity {
                    last_activity.set(event.time_stamp());
                }
                on_signal(signal);
            }
            None => {}
        });
        let options = AddEventListenerOptions::new();
        options.set_passive(true);
        options.set_signal(&controller.signal());
        let input: &[&str] = if tracks_input { &INPUT } else { &[] };
        for kind in ["online", "offline"].iter().chain(&CHECKS).chain(input) {
            // Captured, so that a page that stops the propagation of its events hides nothing; but an element's focus is no sign.
            options.set_capture(!matches!(*kind, "pageshow" | "focus"));
            let callback = listener.as_ref().unchecked_ref();
            let _ = target.add_event_listener_with_callback_and_add_event_listener_options(kind, callback, &options);
        }
        Some(Signals { controller, _listener: listener })
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// What the browser believes of the network; it may be wrong.
pub fn is_online(platform: &JsValue) -> bool {
    match on(platform) {
        Some(platform) => platform.is_online(),
        None => {
            let navigator = Reflect::get(&js_sys::global(), &"navigator".into()).unwrap_or_default();
            Reflect::get(&navigator, &"onLine".into()).unwrap_or_default() != JsValue::FALSE
        }
    }
}

fn is_visible(platform: &JsValue) -> bool {
    match on(platform) {
        Some(platform) => platform.is_visible(),
        None => {
            let document = js_sys::global().unchecked_into::<Scope>().document();
            document.is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
        }
    }
}

fn on(platform: &JsValue) -> Option<&Platform> {
    (!platform.is_undefined()).then(|| platform.unchecked_ref())
}

fn signal_of(event: &Event, platform: &JsValue) -> Option<Signal> {
    match event.type_().as_str() {
        "online" => Some(Signal::Online),
        "offline" => Some(Signal::Offline),
        "visibilitychange" => is_visible(platform).then_some(Signal::Check),
        kind if CHECKS.contains(&kind) => Some(Signal::Check),
        _ => Some(Signal::Activity),
    }
}

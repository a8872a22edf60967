//! The signs that the world has changed: the tab is shown, the network is back, a person is there.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AddEventListenerOptions, Event, EventTarget};

use super::js;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Something may have happened meanwhile: a sleep, a freeze, a return from the back/forward cache.
    Check,
    Online,
    Offline,
    Activity,
}

/// A person's input. `scroll` is not among it: a page that scrolls by itself would never be idle; a person's scrolling shows as one of these.
const INPUT: [&str; 6] = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"];

/// Input is looked at so often at most.
const ACTIVITY_EVERY_MS: f64 = 1_000.0;

/// Listens until dropped.
pub struct Signals {
    controller: AbortController,
    _listener: Closure<dyn FnMut(Event)>,
}

impl Signals {
    /// `None` where there is nobody to listen to, as in Node.
    pub fn listen(with_activity: bool, heard: impl Fn(Signal) + 'static) -> Option<Signals> {
        let controller = AbortController::new().ok()?;
        let mut last_activity = f64::NEG_INFINITY;
        let listener = Closure::new(move |event: Event| match of_event(&event) {
            Some(Signal::Activity) if (event.time_stamp() - last_activity).abs() < ACTIVITY_EVERY_MS => {}
            Some(Signal::Activity) => {
                last_activity = event.time_stamp();
                heard(Signal::Activity);
            }
            Some(signal) => heard(signal),
            None => {}
        });
        let scope = js::global();
        let listen = |target: &JsValue, types: &[&str], capture: bool| {
            if !Reflect::has(target, &"addEventListener".into()).unwrap_or(false) {
                return;
            }
            let target: &EventTarget = target.unchecked_ref();
            let options = AddEventListenerOptions::new();
            options.set_passive(true);
            options.set_capture(capture);
            let _ = Reflect::set(&options, &"signal".into(), &controller.signal());
            for kind in types {
                let callback = listener.as_ref().unchecked_ref();
                let _ = target.add_event_listener_with_callback_and_add_event_listener_options(kind, callback, &options);
            }
        };
        listen(&scope, &["online", "offline", "pageshow", "focus"], false);
        let document = js::of_global("self", "document");
        if document.is_object() {
            listen(&document, &["visibilitychange", "resume"], false);
            if with_activity {
                // Captured, so that a page that stops the propagation of its events hides nobody.
                listen(&scope, &INPUT, true);
            }
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
pub fn is_online() -> bool {
    js::of_global("navigator", "onLine").as_bool().unwrap_or(true)
}

fn of_event(event: &Event) -> Option<Signal> {
    match event.type_().as_str() {
        "online" => Some(Signal::Online),
        "offline" => Some(Signal::Offline),
        "pageshow" | "focus" | "resume" => Some(Signal::Check),
        "visibilitychange" => {
            let state = js::of_global("document", "visibilityState").as_string();
            (state.as_deref() == Some("visible")).then_some(Signal::Check)
        }
        _ => Some(Signal::Activity),
    }
}

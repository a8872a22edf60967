//! Where the token set lies besides memory: a web store, or one of the caller's. Writes are serialised; a store that throws is used no more.

use std::cell::{Cell, RefCell};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::core::Error;

use super::js;

/// Which store an option names.
pub enum Choice {
    Memory,
    /// The name of the global.
    Web(&'static str),
    Custom(JsValue),
}

impl Choice {
    pub fn read(option: &JsValue) -> Result<Choice, Error> {
        match option.as_string().as_deref() {
            Some("memory") => return Ok(Choice::Memory),
            Some("session") => return Ok(Choice::Web("sessionStorage")),
            Some("local") => return Ok(Choice::Web("localStorage")),
            None if option.is_undefined() => return Ok(Choice::Memory),
            _ => {}
        }
        if ["get", "set", "remove"].iter().all(|name| js::method(option, name).is_some()) {
            return Ok(Choice::Custom(option.clone()));
        }
        Err(js::invalid("storage", option, "one of \"memory\", \"session\", \"local\", or an object with get, set and remove"))
    }
}

pub struct Store {
    key: String,
    get: Function,
    set: Function,
    remove: Function,
    /// The newest text that is not written yet; `None` in it removes.
    waiting: RefCell<Option<Option<String>>>,
    is_writing: Cell<bool>,
    is_broken: Cell<bool>,
}

/// The store has thrown, or is not there.
#[derive(Debug)]
pub struct StoreFailed;

impl Store {
    /// `None` for memory.
    pub fn open(choice: &Choice, name: &str) -> Result<Option<Store>, StoreFailed> {
        let (store, [get, set, remove]) = match choice {
            Choice::Memory => return Ok(None),
            // Reading the global itself may throw, where cookies are blocked.
            Choice::Web(global) => (js::global(global).ok_or(StoreFailed)?, ["getItem", "setItem", "removeItem"]),
            Choice::Custom(store) => (store.clone(), ["get", "set", "remove"]),
        };
        let method = |name: &str| js::method(&store, name).ok_or(StoreFailed);
        Ok(Some(Store {
            key: format!("evertoken:{name}"),
            get: method(get)?,
            set: method(set)?,
            remove: method(remove)?,
            waiting: RefCell::default(),
            is_writing: Cell::new(false),
            is_broken: Cell::new(false),
        }))
    }

    pub async fn load(&self) -> Result<Option<String>, StoreFailed> {
        let read = js::call(&self.get, &JsValue::from_str(&self.key)).await;
        read.map(|text| text.as_string()).map_err(|_| self.break_down())
    }

    /// Writes the newest text, after the write under way. Returns at once where one is: that one goes on with it.
    pub async fn write(&self, text: Option<String>) -> Result<(), StoreFailed> {
        self.waiting.replace(Some(text));
        if self.is_broken.get() || self.is_writing.replace(true) {
            return Ok(());
        }
        let outcome = self.write_all().await;
        self.is_writing.set(false);
        outcome.map_err(|_| self.break_down())
    }

    async fn write_all(&self) -> Result<(), JsValue> {
        loop {
            let Some(text) = self.waiting.take() else { return Ok(()) };
            let key = JsValue::from_str(&self.key);
            let result = match text {
                Some(text) => self.set.call2(&JsValue::UNDEFINED, &key, &JsValue::from_str(&text))?,
                None => self.remove.call1(&JsValue::UNDEFINED, &key)?,
            };
            // A web store has written by now: a page that goes away the next moment loses nothing.
            if result.is_object() {
                JsFuture::from(Promise::resolve(&result)).await?;
            }
        }
    }

    fn break_down(&self) -> StoreFailed {
        self.is_broken.set(true);
        StoreFailed
    }
}

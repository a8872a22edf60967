//! All that JavaScript can call. Every record is a flat copy: see [`Record`].

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::core::{Abilities, Error, Event, Secret, parse_duration};

use super::driver::{Driver, Start};
use super::host::Host;
use super::records::{Record, failure, to_js, token_set, value_of};

/// A session's refresh loop. What it throws is a record with the members of an `EvertokenError`.
#[wasm_bindgen]
pub struct RefreshLoop(Rc<Driver>);

#[wasm_bindgen]
impl RefreshLoop {
    /// Reads the options that are plain values; `abilities` says what the others allow. The platform is `undefined` for the browser's own.
    pub fn start(
        options: Record,
        abilities: &Record,
        tokens: JsValue,
        stored: JsValue,
        seed: f64,
        host: Host,
        platform: JsValue,
    ) -> Result<RefreshLoop, JsValue> {
        let abilities = read_abilities(abilities);
        Driver::start(Start { options, abilities, tokens, stored: Record::of(stored), seed, host, platform })
            .map(RefreshLoop)
            .map_err(thrown)
    }

    pub fn check(&self) {
        self.0.dispatch(Event::Check);
    }

    #[wasm_bindgen(js_name = recordActivity)]
    pub fn record_activity(&self) {
        self.0.dispatch(Event::Activity);
    }

    /// The caller wants a token: the host settles it.
    pub fn ask(&self, caller: u32) {
        self.0.dispatch(Event::Ask(caller));
    }

    /// The caller wants a new token, because an API refused one or just so: the host settles it.
    pub fn refresh(&self, caller: u32, failed_token: Option<String>) {
        self.0.dispatch(Event::Refresh { caller, failed: failed_token.map(Secret::new) });
    }

    pub fn forget(&self, caller: u32) {
        self.0.dispatch(Event::Forget(caller));
    }

    #[wasm_bindgen(js_name = setTokens)]
    pub fn set_tokens(&self, tokens: JsValue) -> Result<(), JsValue> {
        self.0.sign_in(tokens).map_err(thrown)
    }

    /// The host settles the caller once the server's part is done, or has failed for now.
    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, caller: u32) {
        self.0.dispatch(Event::SignOut(caller));
    }

    /// How a refresh went.
    pub fn refreshed(&self, attempt: u32, report: &Record) {
        self.0.refreshed(attempt, report);
    }

    #[wasm_bindgen(js_name = signedOut)]
    pub fn signed_out(&self, attempt: u32, report: &Record) {
        self.0.signed_out(attempt, report);
    }

    pub fn probed(&self, attempt: u32, report: &Record) {
        self.0.probed(attempt, report);
    }

    /// The lock is this tab's, or another tab is taking it away.
    pub fn locked(&self, granted: bool) {
        self.0.dispatch(Event::Locked { granted });
    }

    #[wasm_bindgen(js_name = lockLost)]
    pub fn lock_lost(&self) {
        self.0.dispatch(Event::LockLost);
    }

    /// What lies in the record. Returns what is to be written over it; `undefined` for nothing.
    pub fn found(&self, record: JsValue) -> JsValue {
        self.0.found(Record::of(record)).map_or(JsValue::UNDEFINED, |record| to_js(&record))
    }

    /// The record was written, or does not work.
    pub fn synced(&self, works: bool) {
        self.0.dispatch(Event::Synced { works });
    }

    /// Another tab has announced this.
    pub fn received(&self, message: &Record) {
        self.0.received(message);
    }

    pub fn stop(&self) {
        self.0.stop();
    }
}

/// The claims of a JWT, verified by nobody.
#[wasm_bindgen(js_name = readClaims)]
pub fn read_claims(jwt: &str) -> Result<JsValue, JsValue> {
    token_set::claims_of(jwt).map_err(thrown)
}

/// Seconds; `Infinity` for never.
#[wasm_bindgen(js_name = parseDuration)]
pub fn parse_duration_seconds(duration: &JsValue) -> Result<f64, JsValue> {
    parse_duration(&value_of(duration)).map(|length| length / 1_000.0).map_err(thrown)
}

fn read_abilities(abilities: &Record) -> Abilities {
    let has = |name| abilities.flag(name).unwrap_or_default();
    Abilities {
        refresh: has("refresh"),
        refresh_takes_token: has("refreshTakesToken"),
        sign_out: has("signOut"),
        revoke: has("revoke"),
        probe: has("probe"),
        tabs: has("tabs"),
        record: has("record"),
    }
}

fn thrown(error: Error) -> JsValue {
    failure::of_error(error)
}

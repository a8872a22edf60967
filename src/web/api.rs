//! What JavaScript sees. Everything takes `&self`: a call from inside a callback is queued, never refused.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::core::text::join;
use crate::core::{Abilities, Code, Error, Event, Secret, Settings, TokenSet, parse_duration};

use super::driver::{Driver, Host};
use super::js::Own;
use super::{js, report, tokens};

#[wasm_bindgen]
pub struct RefreshLoop(Rc<Driver>);

#[wasm_bindgen]
impl RefreshLoop {
    /// Reads the options that are plain values, and `tokens`; all others are the TypeScript side's, which tells by `abilities` what they allow.
    pub fn start(options: &JsValue, abilities: u32, stored: Option<String>, host: Host) -> Result<RefreshLoop, JsValue> {
        let settings = Settings::read(&Own(options), read_abilities(abilities)).map_err(failure)?;
        let findings = settings.findings(&Own(options));
        let given = read_given(&js::own(options, "tokens"), &settings).map_err(failure)?;
        for finding in findings {
            host.warn(&join(&["evertoken: ", &finding.message, " (", finding.code, ")"]));
        }
        Ok(RefreshLoop(Driver::start(settings, given, stored, host)))
    }

    /// Wants a usable token; answered by `host.settle`.
    pub fn ask(&self, caller: u32) {
        self.0.dispatch(Event::Ask(caller));
    }

    /// Wants a new one, because `failed_token` was refused or just so.
    pub fn refresh(&self, caller: u32, failed_token: Option<String>) {
        self.0.dispatch(Event::Refresh { caller, failed: failed_token.map(Secret::new) });
    }

    pub fn forget(&self, caller: u32) {
        self.0.dispatch(Event::Forget(caller));
    }

    #[wasm_bindgen(js_name = setTokens)]
    pub fn set_tokens(&self, given: &JsValue) -> Result<(), JsValue> {
        let tokens = self.0.read_tokens(given).map_err(failure)?;
        self.0.dispatch(Event::SignIn(Box::new(tokens)));
        Ok(())
    }

    pub fn check(&self) {
        self.0.dispatch(Event::Check);
    }

    #[wasm_bindgen(js_name = recordActivity)]
    pub fn record_activity(&self) {
        self.0.dispatch(Event::Activity);
    }

    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self, caller: u32) {
        self.0.dispatch(Event::SignOut(caller));
    }

    pub fn stop(&self) {
        self.0.stop();
    }

    /// A request that `host.refresh` began has come to its end.
    pub fn answered(&self, attempt: u32, report: &JsValue) {
        self.0.answered(attempt, report);
    }

    /// The same for `host.signOut`.
    #[wasm_bindgen(js_name = signedOut)]
    pub fn signed_out(&self, attempt: u32, report: &JsValue) {
        self.0.dispatch(Event::SignedOut { attempt, failure: report::of_sign_out(report) });
    }

    /// The same for `host.probe`.
    pub fn probed(&self, attempt: u32, report: &JsValue) {
        self.0.dispatch(Event::Probed { attempt, answer: report::of_probe(report) });
    }
}

/// The claims of a JWT, verified by nobody.
#[wasm_bindgen(js_name = readClaims)]
pub fn read_claims(jwt: &JsValue) -> Result<JsValue, JsValue> {
    let Some(text) = jwt.as_string() else {
        let shown = js::to_value(jwt).shown();
        return Err(failure(Error::new(Code::TokenMalformed, join(&[&shown, " is not a JWT; give the token as a string"]))));
    };
    tokens::claims_object(&text).map_err(failure)
}

/// Seconds; `Infinity` for never.
#[wasm_bindgen(js_name = parseDuration)]
pub fn parse_duration_seconds(duration: &JsValue) -> Result<f64, JsValue> {
    parse_duration(&js::to_value(duration)).map(|length| length / 1_000.0).map_err(failure)
}

fn read_abilities(bits: u32) -> Abilities {
    let has = |bit: u32| bits & bit != 0;
    Abilities { refresh: has(1), refresh_takes_token: has(2), sign_out: has(4), revoke: has(8), probe: has(16) }
}

/// `null` is what a store that holds nothing gives.
fn read_given(given: &JsValue, settings: &Settings) -> Result<Option<TokenSet>, Error> {
    if given.is_undefined() || given.is_null() {
        return Ok(None);
    }
    let read = tokens::read(given, settings.access_token_format).and_then(|tokens| settings.accept(&tokens).map(|()| tokens));
    read.map(Some).map_err(|error| match error.option {
        Some(_) => error,
        None => Error::of_option(error.code, "tokens", &error.message),
    })
}

/// The plain object that TypeScript makes an `EvertokenError` of.
fn failure(error: Error) -> JsValue {
    let mut members = vec![("code", error.code.as_str().into()), ("message", error.message.into())];
    members.extend(error.option.map(|option| ("option", option.into())));
    js::object(&members)
}

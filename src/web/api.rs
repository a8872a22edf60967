//! What JavaScript sees. Everything takes `&self`: a call from inside a callback is queued, never refused.

use std::rc::Rc;

use wasm_bindgen::prelude::*;

use crate::core::{Code, Error, Event, Secret, parse_duration};

use super::driver::{Driver, Host};
use super::options::Options;
use super::{js, tokens};

#[wasm_bindgen]
pub struct RefreshLoop(Rc<Driver>);

#[wasm_bindgen]
impl RefreshLoop {
    pub fn start(options: &JsValue, host: Host) -> Result<RefreshLoop, JsValue> {
        let options = Options::read(options).map_err(failure)?;
        Ok(RefreshLoop(Driver::start(options, host)))
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
}

/// The claims of a JWT, verified by nobody.
#[wasm_bindgen(js_name = readClaims)]
pub fn read_claims(jwt: &JsValue) -> Result<JsValue, JsValue> {
    let Some(text) = jwt.as_string() else {
        let shown = js::to_value(jwt).shown();
        return Err(failure(Error::new(Code::TokenMalformed, format!("{shown} is not a JWT; give the token as a string"))));
    };
    tokens::claims_object(&text).map_err(failure)
}

/// Seconds; `Infinity` for never.
#[wasm_bindgen(js_name = parseDuration)]
pub fn parse_duration_seconds(duration: &JsValue) -> Result<f64, JsValue> {
    parse_duration(&js::to_value(duration)).map(|length| length / 1_000.0).map_err(failure)
}

/// The plain object that TypeScript makes an `EvertokenError` of.
fn failure(error: Error) -> JsValue {
    let mut members = vec![("code", error.code.as_str().into()), ("message", error.message.into())];
    members.extend(error.option.map(|option| ("option", option.into())));
    js::object(&members)
}

//! Asks whether a session that has no way to refresh still lives.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::core::{Error, Outcome, Probe as Answer, Secret};

use super::answer::{of_refusal, of_thrown};
use super::http::{Endpoint, REQUEST_OPTIONS};
use super::js;

#[derive(Clone)]
pub enum Probe {
    Function(Function),
    Endpoint(Endpoint),
}

impl Probe {
    pub fn read(option: &JsValue) -> Result<Option<Probe>, Error> {
        if option.is_undefined() {
            return Ok(None);
        }
        if let Some(function) = option.dyn_ref::<Function>() {
            return Ok(Some(Probe::Function(function.clone())));
        }
        if !js::is_record(option) {
            return Err(js::invalid("probe", option, "a function or { endpoint }"));
        }
        js::check_names(option, "probe.", &REQUEST_OPTIONS)?;
        Ok(Some(Probe::Endpoint(Endpoint::read(option, "probe", "GET")?)))
    }

    /// An endpoint gets the token as a bearer; a function is on its own.
    pub async fn ask(self, token: Option<Secret>, signal: AbortSignal) -> Answer {
        let outcome = match self {
            Probe::Endpoint(endpoint) => match endpoint.send(token.as_ref().map(Secret::expose), &signal).await {
                Ok(response) if response.ok() => return Answer::Lives,
                Ok(response) => of_refusal(&response).await,
                Err(failure) => Outcome::Transient(failure),
            },
            Probe::Function(function) => {
                let context = js::object(&[("signal", signal.into())]);
                match js::call(&function, &context).await {
                    Ok(lives) if lives.as_bool() == Some(false) || lives.is_null() => return Answer::Ended,
                    Ok(_) => return Answer::Lives,
                    Err(thrown) => of_thrown(&thrown),
                }
            }
        };
        match outcome {
            Outcome::Rejected(_) => Answer::Ended,
            _ => Answer::Unknown,
        }
    }
}

//! The transports of a refresh: a function, an endpoint with a cookie, or the OAuth 2 refresh grant.

mod endpoint;
mod function;
mod oauth;

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::core::{Error, Finding, Format, Outcome, RefreshReason, Secret};

use super::js;
use endpoint::CookieEndpoint;
use oauth::RefreshGrant;

pub use oauth::Revocation;

#[derive(Clone)]
pub enum Transport {
    Function(Function),
    Endpoint(CookieEndpoint),
    OAuth(RefreshGrant),
}

/// What a refresh is made with.
pub struct Request {
    pub refresh_token: Option<Secret>,
    pub reason: RefreshReason,
    pub format: Format,
    pub signal: AbortSignal,
}

impl Transport {
    /// Reads the option `refresh`; `None` for `false`.
    pub fn read(option: &JsValue) -> Result<Option<Transport>, Error> {
        if let Some(function) = option.dyn_ref::<Function>() {
            return Ok(Some(Transport::Function(function.clone())));
        }
        if option.as_bool() == Some(false) {
            return Ok(None);
        }
        if js::is_record(option) && !js::own(option, "tokenEndpoint").is_undefined() {
            return RefreshGrant::read(option).map(|grant| Some(Transport::OAuth(grant)));
        }
        if js::is_record(option) {
            return CookieEndpoint::read(option).map(|endpoint| Some(Transport::Endpoint(endpoint)));
        }
        let allowed = "a function, { endpoint }, { tokenEndpoint, clientId }, or false for a session that is not refreshed";
        Err(js::invalid("refresh", option, allowed))
    }

    pub async fn refresh(self, request: Request) -> Outcome {
        match self {
            Transport::Function(function) => function::refresh(&function, &request).await,
            Transport::Endpoint(endpoint) => endpoint.refresh(&request).await,
            Transport::OAuth(grant) => grant.refresh(&request).await,
        }
    }

    /// Without a refresh token there is nothing to present.
    pub fn takes_refresh_token(&self) -> bool {
        matches!(self, Transport::OAuth(_))
    }

    /// What tells this session from others on the origin.
    pub fn default_name(&self) -> String {
        match self {
            Transport::Function(_) => "default".into(),
            Transport::Endpoint(endpoint) => endpoint.name().into(),
            Transport::OAuth(grant) => grant.name(),
        }
    }

    pub fn revocation(&self) -> Option<Revocation> {
        match self {
            Transport::OAuth(grant) => grant.revocation(),
            _ => None,
        }
    }

    pub fn finding(&self) -> Option<Finding> {
        match self {
            Transport::Function(_) => None,
            Transport::Endpoint(endpoint) => endpoint.finding(),
            Transport::OAuth(grant) => grant.finding(),
        }
    }
}

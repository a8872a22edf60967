//! The server's part of a sign-out: revocation of the refresh token, and the option `signOut`.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::core::{Error, Failure, Finding, Outcome, SignOutOrder};

use super::answer::{of_refusal, of_thrown};
use super::http::{Endpoint, REQUEST_OPTIONS};
use super::js;
use super::refresh::Revocation;

#[derive(Clone)]
pub struct SignOut {
    way: Option<Way>,
    revocation: Option<Revocation>,
}

#[derive(Clone)]
enum Way {
    Function(Function),
    Endpoint(Endpoint),
}

impl SignOut {
    pub fn read(option: &JsValue, revocation: Option<Revocation>) -> Result<SignOut, Error> {
        let way = if option.is_undefined() {
            None
        } else if let Some(function) = option.dyn_ref::<Function>() {
            Some(Way::Function(function.clone()))
        } else if js::is_record(option) {
            js::check_names(option, "signOut.", &REQUEST_OPTIONS)?;
            Some(Way::Endpoint(Endpoint::read(option, "signOut", "POST")?))
        } else {
            return Err(js::invalid("signOut", option, "a function or { endpoint }"));
        };
        Ok(SignOut { way, revocation })
    }

    pub fn tells_server(&self) -> bool {
        self.way.is_some()
    }

    pub fn revokes(&self) -> bool {
        self.revocation.is_some()
    }

    pub fn finding(&self) -> Option<Finding> {
        match &self.way {
            Some(Way::Endpoint(endpoint)) => endpoint.finding("signOut.endpoint"),
            _ => None,
        }
    }

    /// `None` where the server has done it, or has refused for good: it knows the session no more.
    pub async fn carry_out(self, order: SignOutOrder, signal: AbortSignal) -> Option<Failure> {
        let revoked = match (&self.revocation, &order.refresh_token) {
            (Some(revocation), Some(token)) => revocation.revoke(token, &signal).await,
            _ => None,
        };
        let told = match &self.way {
            Some(way) if !order.revoke_only => way.tell(&order, &signal).await,
            _ => None,
        };
        told.or(revoked)
    }
}

impl Way {
    async fn tell(&self, order: &SignOutOrder, signal: &AbortSignal) -> Option<Failure> {
        let refusal = match self {
            Way::Endpoint(endpoint) => match endpoint.send(None, signal).await {
                Ok(response) if response.ok() => return None,
                Ok(response) => of_refusal(&response).await,
                Err(failure) => return Some(failure),
            },
            Way::Function(function) => {
                let context = js::object(&[("reason", order.reason.as_str().into()), ("signal", signal.clone().into())]);
                of_thrown(&js::call(function, &context).await.err()?)
            }
        };
        match refusal {
            Outcome::Transient(failure) => Some(failure),
            _ => None,
        }
    }
}

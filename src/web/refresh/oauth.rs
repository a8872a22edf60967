//! A refresh by the OAuth 2 refresh grant of a public client (RFC 6749 section 6), and revocation (RFC 7009).

use js_sys::{Array, Object};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::core::{Code, Error, Failure, FailureKind, Finding, Outcome, Secret};
use crate::web::answer::{of_refusal, of_success};
use crate::web::http::{self, Endpoint};
use crate::web::js;

use super::Request;

#[derive(Clone)]
pub struct RefreshGrant {
    token_endpoint: String,
    client_id: String,
    scope: Option<String>,
    extra: Vec<(String, String)>,
    revocation_endpoint: Option<String>,
}

/// Where, and as whom, a refresh token is revoked.
#[derive(Clone)]
pub struct Revocation {
    endpoint: String,
    client_id: String,
}

impl RefreshGrant {
    pub fn read(option: &JsValue) -> Result<RefreshGrant, Error> {
        js::check_names(option, "refresh.", &["tokenEndpoint", "clientId", "scope", "extra", "revocationEndpoint"])?;
        let revocation_endpoint = js::own(option, "revocationEndpoint");
        let client_id = js::own(option, "clientId");
        let scope = js::own(option, "scope");
        if !scope.is_undefined() && !scope.is_string() {
            return Err(js::invalid("refresh.scope", &scope, "a string"));
        }
        Ok(RefreshGrant {
            token_endpoint: http::read_url(&js::own(option, "tokenEndpoint"), "refresh.tokenEndpoint")?,
            client_id: (client_id.as_string().filter(|id| !id.is_empty()))
                .ok_or_else(|| js::invalid("refresh.clientId", &client_id, "the client's identifier, a string"))?,
            scope: scope.as_string(),
            extra: read_extra(&js::own(option, "extra"))?,
            revocation_endpoint: match revocation_endpoint.is_undefined() {
                true => None,
                false => Some(http::read_url(&revocation_endpoint, "refresh.revocationEndpoint")?),
            },
        })
    }

    pub async fn refresh(&self, request: &Request) -> Outcome {
        let mut fields = vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", request.refresh_token.as_ref().map_or("", Secret::expose)),
            ("client_id", &self.client_id),
        ];
        fields.extend(self.scope.as_deref().map(|scope| ("scope", scope)));
        fields.extend(self.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let network = || Outcome::Transient(Failure::new(FailureKind::Network));
        let Ok(form) = Endpoint::form(self.token_endpoint.clone(), &fields) else { return network() };
        match form.send(None, &request.signal).await {
            Ok(response) if response.ok() => of_success(&response, request.format).await,
            Ok(response) => of_refusal(&response).await,
            Err(failure) => Outcome::Transient(failure),
        }
    }

    pub fn name(&self) -> String {
        format!("{} {}", self.token_endpoint, self.client_id)
    }

    pub fn revocation(&self) -> Option<Revocation> {
        let endpoint = self.revocation_endpoint.clone()?;
        Some(Revocation { endpoint, client_id: self.client_id.clone() })
    }

    pub fn finding(&self) -> Option<Finding> {
        Endpoint::form(self.token_endpoint.clone(), &[]).ok()?.finding("refresh.tokenEndpoint")
    }
}

impl Revocation {
    /// `None` where the server has done it.
    pub async fn revoke(&self, refresh_token: &Secret, signal: &AbortSignal) -> Option<Failure> {
        let fields = [("token", refresh_token.expose()), ("token_type_hint", "refresh_token"), ("client_id", &self.client_id)];
        let Ok(form) = Endpoint::form(self.endpoint.clone(), &fields) else { return Some(Failure::new(FailureKind::Network)) };
        match form.send(None, signal).await {
            Ok(response) if response.ok() => None,
            Ok(response) => match of_refusal(&response).await {
                Outcome::Transient(failure) => Some(failure),
                // A refused revocation will be refused again.
                _ => None,
            },
            Err(failure) => Some(failure),
        }
    }
}

fn read_extra(extra: &JsValue) -> Result<Vec<(String, String)>, Error> {
    if extra.is_undefined() {
        return Ok(Vec::new());
    }
    let invalid = || Error::of_option(Code::InvalidOption, "refresh.extra", "it is not an object whose values are strings");
    let record = extra.dyn_ref::<Object>().filter(|_| js::is_record(extra)).ok_or_else(invalid)?;
    Object::entries(record)
        .iter()
        .map(|entry| {
            let entry = Array::from(&entry);
            entry.get(0).as_string().zip(entry.get(1).as_string()).ok_or_else(invalid)
        })
        .collect()
}

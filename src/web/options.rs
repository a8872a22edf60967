//! The options of `startRefreshLoop`, read once into the parts of a loop. Nothing runs yet, so an error leaves nothing behind.

use wasm_bindgen::prelude::*;

use crate::core::{Abilities, Code, Error, Finding, Settings, TokenSet};

use super::js::{self, Own};
use super::probe::Probe;
use super::refresh::Transport;
use super::sign_out::SignOut;
use super::storage::Choice;
use super::tokens;

const KNOWN: [&str; 24] = [
    "tokens",
    "refresh",
    "signOut",
    "checkInterval",
    "refreshWindow",
    "adaptiveWindow",
    "refreshTimeout",
    "spread",
    "idleTimeout",
    "idleWarning",
    "activity",
    "maxSessionLifespan",
    "sessionWarning",
    "signedInAt",
    "refreshWhileIdle",
    "expectedAudience",
    "expectedIssuer",
    "allowedOrigins",
    "probe",
    "storage",
    "name",
    "tabs",
    "accessTokenFormat",
    "signal",
];

pub struct Options {
    pub settings: Settings,
    pub findings: Vec<Finding>,
    pub tokens: Option<TokenSet>,
    pub transport: Option<Transport>,
    pub sign_out: SignOut,
    pub probe: Option<Probe>,
    pub storage: Choice,
    pub name: String,
}

impl Options {
    /// `allowedOrigins` and `signal` are the TypeScript side's to read.
    pub fn read(options: &JsValue) -> Result<Options, Error> {
        js::check_names(options, "", &KNOWN)?;
        let refresh = js::own(options, "refresh");
        if refresh.is_undefined() {
            let message = "is missing; give a function, { endpoint }, { tokenEndpoint, clientId }, or false";
            return Err(Error::of_option(Code::InvalidOption, "refresh", message));
        }
        let transport = Transport::read(&refresh)?;
        let sign_out = SignOut::read(&js::own(options, "signOut"), transport.as_ref().and_then(Transport::revocation))?;
        let probe = Probe::read(&js::own(options, "probe"))?;
        if probe.is_some() && transport.is_some() {
            return Err(Error::of_option(
                Code::InvalidOption,
                "probe",
                "goes with refresh: false; a session that refreshes asks by refreshing",
            ));
        }
        let tabs = js::own(options, "tabs");
        if !tabs.is_undefined() && tabs.as_bool().is_none() {
            return Err(js::invalid("tabs", &tabs, "true or false"));
        }
        let abilities = Abilities {
            refresh: transport.is_some(),
            refresh_takes_token: transport.as_ref().is_some_and(Transport::takes_refresh_token),
            sign_out: sign_out.tells_server(),
            revoke: sign_out.revokes(),
            probe: probe.is_some(),
        };
        let settings = Settings::read(&Own(options), abilities)?;
        let mut findings = settings.findings(&Own(options));
        findings.extend(transport.as_ref().and_then(Transport::finding));
        findings.extend(sign_out.finding());
        Ok(Options {
            tokens: read_tokens(&js::own(options, "tokens"), &settings)?,
            name: read_name(&js::own(options, "name"), transport.as_ref())?,
            storage: Choice::read(&js::own(options, "storage"))?,
            settings,
            findings,
            transport,
            sign_out,
            probe,
        })
    }
}

/// `null` is what a store that holds nothing gives.
fn read_tokens(given: &JsValue, settings: &Settings) -> Result<Option<TokenSet>, Error> {
    if given.is_undefined() || given.is_null() {
        return Ok(None);
    }
    let read = tokens::read(given, settings.access_token_format).and_then(|tokens| settings.accept(&tokens).map(|()| tokens));
    read.map(Some).map_err(|error| match error.option {
        Some(_) => error,
        None => Error::of_option(error.code, "tokens", error.message),
    })
}

fn read_name(name: &JsValue, transport: Option<&Transport>) -> Result<String, Error> {
    match name.as_string() {
        Some(name) if !name.is_empty() => Ok(name),
        None if name.is_undefined() => Ok(transport.map_or_else(|| "default".into(), Transport::default_name)),
        _ => Err(js::invalid("name", name, "a string with something in it")),
    }
}

//! Requests of the session's own: to the refresh, token, revocation, sign-out and probe endpoints.
//!
//! None follows a redirect, is cached, or tells its referrer; cookies go along to the same origin unless set otherwise.

use js_sys::{Date, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, ReferrerPolicy, Request, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response, Url,
    UrlSearchParams,
};

use crate::core::{Error, Failure, FailureKind, Finding, Ms};

use super::js;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(request: &Request) -> Result<Promise, JsValue>;
}

/// What an option says of a request.
#[derive(Clone)]
pub struct Endpoint {
    url: String,
    method: String,
    credentials: RequestCredentials,
    headers: JsValue,
    body: JsValue,
}

/// The members that describe a request, wherever an option takes one.
pub const REQUEST_OPTIONS: [&str; 5] = ["endpoint", "method", "credentials", "headers", "body"];

impl Endpoint {
    /// Reads `{ endpoint, method?, credentials?, headers?, body? }`.
    pub fn read(option: &JsValue, within: &str, default_method: &str) -> Result<Endpoint, Error> {
        let name = |member: &str| format!("{within}.{member}");
        let method = js::own(option, "method");
        let credentials = js::own(option, "credentials");
        Ok(Endpoint {
            url: read_url(&js::own(option, "endpoint"), &name("endpoint"))?,
            method: match method.as_string() {
                Some(method) if !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic()) => method,
                None if method.is_undefined() => default_method.into(),
                _ => return Err(js::invalid(&name("method"), &method, "an HTTP method such as \"POST\"")),
            },
            credentials: match credentials.as_string().as_deref() {
                Some("omit") => RequestCredentials::Omit,
                Some("same-origin") => RequestCredentials::SameOrigin,
                Some("include") => RequestCredentials::Include,
                None if credentials.is_undefined() => RequestCredentials::SameOrigin,
                _ => return Err(js::invalid(&name("credentials"), &credentials, "one of \"omit\", \"same-origin\", \"include\"")),
            },
            headers: read_headers(js::own(option, "headers"), &name("headers"))?,
            body: js::own(option, "body"),
        })
    }

    /// A form's `POST` (RFC 6749 section 4 and appendix B).
    pub fn form(url: String, fields: &[(&str, &str)]) -> Result<Endpoint, JsValue> {
        let form = UrlSearchParams::new()?;
        for (name, value) in fields {
            form.append(name, value);
        }
        let headers = Headers::new()?;
        headers.set("Accept", "application/json")?;
        Ok(Endpoint { url, method: "POST".into(), credentials: RequestCredentials::SameOrigin, headers: headers.into(), body: form.into() })
    }

    /// Sends it, with a bearer where one is given (RFC 6750).
    pub async fn send(&self, bearer: Option<&str>, signal: &AbortSignal) -> Result<Response, Failure> {
        self.try_send(bearer, signal).await.map_err(|_| Failure::new(FailureKind::Network))
    }

    async fn try_send(&self, bearer: Option<&str>, signal: &AbortSignal) -> Result<Response, JsValue> {
        let headers = match self.headers.dyn_ref::<Function>() {
            Some(make) => js::call(make, &JsValue::UNDEFINED).await?,
            None => self.headers.clone(),
        };
        let init = RequestInit::new();
        init.set_method(&self.method);
        init.set_credentials(self.credentials);
        init.set_cache(RequestCache::NoStore);
        init.set_redirect(RequestRedirect::Error);
        init.set_referrer_policy(ReferrerPolicy::NoReferrer);
        init.set_signal(Some(signal));
        if !headers.is_undefined() {
            init.set_headers(&headers);
        }
        if !self.body.is_undefined() {
            init.set_body(&self.body);
        }
        let request = Request::new_with_str_and_init(&self.url, &init)?;
        if let Some(bearer) = bearer {
            request.headers().set("Authorization", &format!("Bearer {bearer}"))?;
        }
        JsFuture::from(fetch(&request)?).await?.dyn_into()
    }

    /// A surprise where tokens would cross a network in the clear.
    pub fn finding(&self, option: &str) -> Option<Finding> {
        let url = Url::new(&self.url).ok()?;
        let host = url.hostname();
        let is_loopback = host == "localhost" || host.ends_with(".localhost") || host == "[::1]" || host.starts_with("127.");
        (url.protocol() == "http:" && !is_loopback).then(|| Finding {
            code: "PLAIN_HTTP",
            message: format!("{option}: is plain http, so anybody on the way can read the tokens; use https"),
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

/// An absolute URL out of one that may be relative to the page.
pub fn read_url(value: &JsValue, option: &str) -> Result<String, Error> {
    // A `URL` object, or a text.
    let text = value.as_string().or_else(|| js::get(value, "href").as_string()).unwrap_or_default();
    let base = js::global("location").and_then(|location| js::get(&location, "href").as_string());
    let url = match base {
        Some(base) => Url::new_with_base(&text, &base).or_else(|_| Url::new(&text)),
        None => Url::new(&text),
    };
    match url {
        Ok(url) if !text.is_empty() && matches!(url.protocol().as_str(), "http:" | "https:") => Ok(url.href()),
        _ => Err(js::invalid(option, value, "an http or https URL; a relative one needs a page to be relative to")),
    }
}

fn read_headers(headers: JsValue, option: &str) -> Result<JsValue, Error> {
    if headers.is_undefined() || headers.is_function() {
        return Ok(headers);
    }
    let takes = headers.is_object() && Request::new_with_str_and_init("http://localhost", &with_headers(&headers)).is_ok();
    if takes { Ok(headers) } else { Err(js::invalid(option, &headers, "headers as fetch takes them, or a function that makes them")) }
}

fn with_headers(headers: &JsValue) -> RequestInit {
    let init = RequestInit::new();
    init.set_headers(headers);
    init
}

/// The body as text; `None` where the connection broke in its middle.
pub async fn text(response: &Response) -> Option<String> {
    JsFuture::from(response.text().ok()?).await.ok()?.as_string()
}

/// The server's `Date`, where it may be read.
pub fn date(response: &Response) -> Option<Ms> {
    parse_date(&header(response, "Date")?)
}

/// `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3).
pub fn retry_after(response: &Response) -> Option<Ms> {
    parse_retry_after(&header(response, "Retry-After")?, date(response))
}

pub fn parse_retry_after(text: &str, server_time: Option<Ms>) -> Option<Ms> {
    match text.trim().parse::<u32>() {
        Ok(seconds) => Some(f64::from(seconds) * 1_000.0),
        Err(_) => parse_date(text).map(|date| (date - server_time.unwrap_or_else(Date::now)).max(0.0)),
    }
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name).ok()?
}

fn parse_date(text: &str) -> Option<Ms> {
    Some(Date::parse(text)).filter(|date| !date.is_nan())
}

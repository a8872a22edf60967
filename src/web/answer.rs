//! What an answer, or what was thrown in its place, says of the session.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Response;

use crate::core::{Failure, FailureKind, Format, Ms, Outcome, nobody, oauth_error, of_status};

use super::{http, js, tokens};

/// Where an access token may stand in an answer.
const NAMES: [&str; 3] = ["accessToken", "access_token", "token"];

/// The result of a function: a token set, a bare token, or nothing.
pub fn of_result(result: &JsValue, format: Format, status: Option<u16>, date: Option<Ms>) -> Outcome {
    if result.is_null() || result.as_string().is_some_and(|text| text.is_empty()) {
        return nobody(status);
    }
    let is_empty = |name: &&str| {
        let token = js::own(result, name);
        token.is_undefined() || token.is_null() || token.as_string().is_some_and(|text| text.is_empty())
    };
    if js::is_record(result) && NAMES.iter().all(|name| is_empty(name)) {
        let error = js::own(result, "error").as_string().and_then(|error| oauth_error(&error));
        return match nobody(status) {
            Outcome::Rejected(failure) => Outcome::Rejected(Failure { error, ..failure }),
            other => other,
        };
    }
    match tokens::read(result, format) {
        Ok(tokens) => Outcome::Tokens { tokens: Box::new(tokens), date },
        Err(_) => unreadable(status),
    }
}

/// An answer with a status of success, its body read as JSON or, from a cookie endpoint, as a bare JWT.
pub async fn of_success(response: &Response, format: Format) -> Outcome {
    let (status, date) = (Some(response.status()), http::date(response));
    if response.status() == 204 {
        return nobody(status);
    }
    let Some(text) = http::text(response).await else { return Outcome::Transient(Failure::new(FailureKind::Network)) };
    let text = text.trim();
    match js::parse_json(text) {
        Some(answer) => of_result(&with_access_token(answer), format, status, date),
        // Not HTML, nor half of a JSON text: a JWT has two dots.
        None if text.split('.').count() == 3 => of_result(&JsValue::from_str(text), format, status, date),
        None => unreadable(status),
    }
}

/// `{ token }` is what many endpoints answer.
fn with_access_token(answer: JsValue) -> JsValue {
    let token = js::own(&answer, "token");
    let has_another = ["accessToken", "access_token"].iter().any(|name| !js::own(&answer, name).is_undefined());
    if js::is_record(&answer) && token.is_string() && !has_another {
        let _ = Reflect::set(&answer, &"accessToken".into(), &token);
    }
    answer
}

/// An answer with any other status (RFC 6749 section 5.2).
pub async fn of_refusal(response: &Response) -> Outcome {
    let retry_after = http::retry_after(response);
    let error = match http::text(response).await.and_then(|text| js::parse_json(&text)) {
        Some(body) => js::own(&body, "error").as_string(),
        None => None,
    };
    of_status(response.status(), error.is_some(), error.as_deref().and_then(oauth_error), retry_after)
}

/// What a caller's function threw: a `RefreshRejected`, an error with a status (Axios, fetch wrappers, OAuth clients), or anything else.
pub fn of_thrown(thrown: &JsValue) -> Outcome {
    if js::get(thrown, "name").as_string().as_deref() == Some("RefreshRejected") {
        return nobody(None);
    }
    let response = js::get(thrown, "response");
    let status = [js::get(thrown, "status"), js::get(&response, "status")].iter().find_map(JsValue::as_f64);
    let Some(status) = status.filter(|status| (100.0..600.0).contains(status)) else {
        return Outcome::Transient(Failure::new(FailureKind::Thrown));
    };
    let error = [js::get(thrown, "error"), js::get(&js::get(&response, "data"), "error")].iter().find_map(JsValue::as_string);
    let retry_after = header_of(&js::get(&response, "headers"), "retry-after").and_then(|text| http::parse_retry_after(&text, None));
    of_status(status as u16, error.is_some(), error.as_deref().and_then(oauth_error), retry_after)
}

/// Out of a `Headers`, an Axios headers object, or a plain one.
fn header_of(headers: &JsValue, name: &str) -> Option<String> {
    let by_method = js::method(headers, "get").and_then(|get: Function| get.call1(&JsValue::UNDEFINED, &name.into()).ok());
    by_method.and_then(|found| found.as_string()).or_else(|| js::get(headers, name).as_string())
}

fn unreadable(status: Option<u16>) -> Outcome {
    Outcome::Transient(Failure { status, ..Failure::new(FailureKind::Unreadable) })
}

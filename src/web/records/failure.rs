//! What an `EvertokenError` is made of.

use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::core::{Code, EndReason, Error, Refusal};

use super::to_js;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    code: Code,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<EndReason>,
    /// Epoch seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<f64>,
}

/// What cannot be taken.
pub fn of_error(Error { code, message, option }: Error) -> JsValue {
    to_js(&Failure { code, message, option, reason: None, retry_at: None })
}

/// Why a caller gets no token.
pub fn of_refusal(refusal: Refusal) -> JsValue {
    let (reason, retry_at) = match refusal {
        Refusal::Ended(reason) => (Some(reason), None),
        Refusal::Unavailable { retry_at } => (None, retry_at.map(|time| time / 1_000.0)),
        _ => (None, None),
    };
    to_js(&Failure { code: refusal.code(), message: refusal.to_string(), option: None, reason, retry_at })
}

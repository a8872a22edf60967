//! A refresh by a function of the caller's.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::core::{Outcome, Secret};
use crate::web::answer::{of_result, of_thrown};
use crate::web::js;

use super::Request;

pub async fn refresh(function: &Function, request: &Request) -> Outcome {
    let refresh_token = request.refresh_token.as_ref().map(Secret::expose);
    let context = js::object(&[
        ("refreshToken", JsValue::from(refresh_token)),
        ("reason", request.reason.as_str().into()),
        ("signal", request.signal.clone().into()),
    ]);
    match js::call(function, &context).await {
        Ok(result) => of_result(&result, request.format, None, None),
        Err(thrown) => of_thrown(&thrown),
    }
}

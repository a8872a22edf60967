//! A refresh by an endpoint that knows the person by a cookie.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::core::{Error, Finding, Outcome};
use crate::web::answer::{of_refusal, of_result, of_success, of_thrown};
use crate::web::http::{self, Endpoint, REQUEST_OPTIONS};
use crate::web::js;

use super::Request;

#[derive(Clone)]
pub struct CookieEndpoint {
    endpoint: Endpoint,
    /// The caller's reading of the answer.
    read: Option<Function>,
}

impl CookieEndpoint {
    pub fn read(option: &JsValue) -> Result<CookieEndpoint, Error> {
        let known = [&REQUEST_OPTIONS[..], &["read"]].concat();
        js::check_names(option, "refresh.", &known)?;
        let read = js::own(option, "read");
        if !read.is_undefined() && !read.is_function() {
            return Err(js::invalid("refresh.read", &read, "a function of the Response"));
        }
        Ok(CookieEndpoint { endpoint: Endpoint::read(option, "refresh", "POST")?, read: read.dyn_into().ok() })
    }

    pub async fn refresh(&self, request: &Request) -> Outcome {
        let response = match self.endpoint.send(None, &request.signal).await {
            Ok(response) => response,
            Err(failure) => return Outcome::Transient(failure),
        };
        if !response.ok() {
            return of_refusal(&response).await;
        }
        let Some(read) = &self.read else { return of_success(&response, request.format).await };
        let (status, date) = (response.status(), http::date(&response));
        match js::call(read, &response).await {
            Ok(result) => of_result(&result, request.format, Some(status), date),
            Err(thrown) => of_thrown(&thrown),
        }
    }

    pub fn name(&self) -> &str {
        self.endpoint.url()
    }

    pub fn finding(&self) -> Option<Finding> {
        self.endpoint.finding("refresh.endpoint")
    }
}

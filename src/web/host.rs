//! The TypeScript side, as js/boundary.ts declares it.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Nothing in it throws.
    #[wasm_bindgen(typescript_type = "object")]
    pub type Host;

    /// Which tokens are held from now on.
    #[wasm_bindgen(method, structural)]
    pub fn hold(this: &Host, access_token: Option<&str>, id_token: Option<&str>);
    /// Until when, on both clocks, the access token may be returned without asking; -1 for not at all.
    #[wasm_bindgen(method, structural)]
    pub fn usable(this: &Host, until_wall: f64, until_mono: f64);
    #[wasm_bindgen(method, structural)]
    pub fn snapshot(this: &Host, snapshot: JsValue);
    #[wasm_bindgen(method, structural)]
    pub fn emit(this: &Host, kind: &str, detail: JsValue);
    #[wasm_bindgen(method, structural)]
    pub fn settle(this: &Host, caller: u32, token: Option<&str>, failure: JsValue);
    #[wasm_bindgen(method, structural)]
    pub fn ready(this: &Host);
    #[wasm_bindgen(method, structural)]
    pub fn warn(this: &Host, message: &str);

    // A request starts here, and its report comes later, never from inside the call.
    #[wasm_bindgen(method, structural)]
    pub fn refresh(this: &Host, attempt: u32, reason: JsValue, refresh_token: Option<&str>);
    #[wasm_bindgen(method, structural, js_name = signOut)]
    pub fn sign_out(this: &Host, attempt: u32, order: JsValue);
    #[wasm_bindgen(method, structural)]
    pub fn probe(this: &Host, attempt: u32);
    #[wasm_bindgen(method, structural)]
    pub fn abandon(this: &Host, attempt: u32);

    /// `undefined` removes what is there.
    #[wasm_bindgen(method, structural)]
    pub fn save(this: &Host, stored: JsValue);
    /// Before every event. True after the page was frozen or cached, so that it missed messages.
    #[wasm_bindgen(method, structural, js_name = comeBack)]
    pub fn come_back(this: &Host) -> bool;
    #[wasm_bindgen(method, structural)]
    pub fn lock(this: &Host, lock: JsValue);
    #[wasm_bindgen(method, structural)]
    pub fn unlock(this: &Host);
    #[wasm_bindgen(method, structural)]
    pub fn sync(this: &Host);
    #[wasm_bindgen(method, structural)]
    pub fn send(this: &Host, message: JsValue);
    /// The loop has stopped, and no request is under way any more.
    #[wasm_bindgen(method, structural)]
    pub fn release(this: &Host);
}

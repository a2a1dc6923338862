//! The demo: the simulator's model of the API, inside the page. It knows its own key, so that the person's never comes
//! near it.

use std::cell::RefCell;

use flux_studio_simulator::config::DEFAULT_KEY;
use flux_studio_simulator::{ApiBody, ApiRequest, Config, Model, draw};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsValue;

use crate::pictures;

thread_local! {
    static MODEL: RefCell<Option<Model>> = const { RefCell::new(None) };
}

/// Takes the service up where it was left; a new one where nothing was left, or nothing that can be read.
pub fn start(snapshot: Option<&str>, seed: u64) {
    let left = snapshot.and_then(|text| Model::restore(text).ok());
    let model = left.unwrap_or_else(|| Model::new(Config::demo(), seed));
    MODEL.with_borrow_mut(|held| *held = Some(model));
}

/// One call: status, the service's snapshot where the call made a job, and the body.
pub async fn call(
    method: &str,
    target: &str,
    body: String,
    now_ms: u64,
) -> Result<(u16, Option<String>, ArrayBuffer), JsValue> {
    let mut request = ApiRequest::new(method, target).header("TT-API-KEY", DEFAULT_KEY);
    if !body.is_empty() {
        request.body = body.into_bytes();
        request = request.header("Content-Type", "application/json");
    }
    let answered = MODEL.with_borrow_mut(|held| {
        let model = held.as_mut()?;
        let response = model.handle(&request, now_ms);
        let snapshot = response.made.is_some().then(|| model.snapshot());
        Some((response, snapshot))
    });
    let (response, snapshot) = answered.ok_or("the demo was not started")?;
    let body = match response.body {
        ApiBody::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).buffer(),
        ApiBody::Image(image) => {
            let pixels = draw::draw(&image.prompt, image.seed, image.width, image.height);
            pictures::encode(&pixels, image.width, image.height, image.format.media_type()).await?
        }
    };
    Ok((response.status, snapshot, body))
}

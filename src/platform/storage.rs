//! How much room the browser gives, and the wish that it keeps what it has.

use js_sys::{Promise, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::StorageManager;

/// What is used and what there is room for, in bytes, as the browser estimates it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// In use by this site, all of it.
    pub used: f64,
    /// What it may use at the most.
    pub quota: f64,
    /// The browser promised not to clear it when room gets short.
    pub lasting: bool,
}

fn storage() -> Option<StorageManager> {
    // Undefined in insecure contexts, though the bindings do not say so.
    web_sys::window().map(|window| window.navigator().storage()).filter(|storage| !storage.is_undefined())
}

async fn told(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}

/// The estimate; `None` where the browser gives none.
pub async fn room() -> Option<Room> {
    let storage = storage()?;
    let estimate = told(storage.estimate()).await?;
    let number = |name: &str| Reflect::get(&estimate, &name.into()).ok()?.as_f64();
    let lasting = told(storage.persisted()).await.is_some_and(|lasting| lasting.is_truthy());
    Some(Room { used: number("usage")?, quota: number("quota")?, lasting })
}

/// Asks the browser to keep what this site stores even when room gets short. Some ask the person.
pub async fn keep() {
    if let Some(storage) = storage() {
        told(storage.persist()).await;
    }
}

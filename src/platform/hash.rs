//! SHA-256: by the browser where it offers WebCrypto, else by the worker (a page over plain http on a local network has
//! no `crypto.subtle`).

use flux_studio_bytes::{Done, Task};
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;

use super::worker::Worker;

/// WebCrypto, where the page may use it.
#[must_use]
pub fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    // Undefined in insecure contexts, though the bindings do not say so.
    crypto.subtle().dyn_into::<SubtleCrypto>().ok()
}

/// The digest in 64 hex digits.
///
/// # Errors
/// Why neither browser nor worker made it.
pub async fn sha256(worker: &Worker, data: &[u8]) -> Result<String, String> {
    if let Some(digest) = by_browser(data).await {
        return Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect());
    }
    match worker.run(Task::Sha256, Some(data)).await? {
        (Done::Sha256 { hex }, _) => Ok(hex),
        _ => Err("the worker did something else".to_owned()),
    }
}

async fn by_browser(data: &[u8]) -> Option<Vec<u8>> {
    let promise = subtle()?.digest_with_str_and_js_u8_array("SHA-256", &Uint8Array::from(data)).ok()?;
    let buffer = JsFuture::from(promise).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

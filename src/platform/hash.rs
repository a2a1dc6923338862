//! SHA-256: by the browser where it offers WebCrypto, else by the `sha2` crate (a page over plain http on a local
//! network has no `crypto.subtle`).

use js_sys::Uint8Array;
use sha2::{Digest, Sha256};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::SubtleCrypto;

/// WebCrypto, where the page may use it.
#[must_use]
pub fn subtle() -> Option<SubtleCrypto> {
    let crypto = web_sys::window()?.crypto().ok()?;
    // Undefined in insecure contexts, though the bindings do not say so.
    crypto.subtle().dyn_into::<SubtleCrypto>().ok()
}

/// The digest in 64 hex digits.
pub async fn sha256(data: &[u8]) -> String {
    let digest = match by_browser(data).await {
        Some(digest) => digest,
        None => Sha256::digest(data).to_vec(),
    };
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn by_browser(data: &[u8]) -> Option<Vec<u8>> {
    let promise = subtle()?.digest_with_str_and_js_u8_array("SHA-256", &Uint8Array::from(data)).ok()?;
    let buffer = JsFuture::from(promise).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

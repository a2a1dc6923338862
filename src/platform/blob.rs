//! Bytes as object URLs that are revoked by their owner's drop, and as files of the person's.

use std::cell::Cell;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::timer::Timer;

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
}

/// How many object URLs are live: tests hold it against what is on screen.
#[must_use]
pub fn live_urls() -> usize {
    LIVE.with(Cell::get)
}

/// An object URL. It lives as long as this value.
pub struct ObjectUrl {
    url: String,
    bytes: usize,
}

impl ObjectUrl {
    /// Makes the URL of a picture. The type is the one that the bytes themselves proved, never a server's word;
    /// anything else becomes a plain stream of bytes, which no browser runs.
    #[must_use]
    pub fn of(data: &[u8], mime: &str) -> Option<ObjectUrl> {
        let blob = blob(data, mime)?;
        let url = Url::create_object_url_with_blob(&blob).ok()?;
        LIVE.with(|live| live.set(live.get() + 1));
        Some(ObjectUrl { url, bytes: data.len() })
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Bytes that it keeps alive.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for ObjectUrl {
    fn drop(&mut self) {
        let _ = Url::revoke_object_url(&self.url);
        LIVE.with(|live| live.set(live.get().saturating_sub(1)));
    }
}

/// Saves bytes to a file of the person's, under this name.
pub fn save(data: &[u8], mime: &str, name: &str) {
    if let Some(url) = ObjectUrl::of(data, mime) {
        hand_over(url, name);
    }
}

/// Saves a file of the browser's to one of the person's, under this name.
pub fn save_file(file: &Blob, name: &str) {
    if let Ok(url) = Url::create_object_url_with_blob(file) {
        LIVE.with(|live| live.set(live.get() + 1));
        hand_over(ObjectUrl { url, bytes: 0 }, name);
    }
}

fn hand_over(url: ObjectUrl, name: &str) {
    let anchor = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.create_element("a").ok())
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
    let Some(anchor) = anchor else { return };
    anchor.set_href(url.as_str());
    anchor.set_download(name);
    anchor.click();
    // The browser reads the address a moment later; a minute is long for every one of them.
    Timer::after(60_000, move || drop(url)).forget();
}

/// Shows an address in a tab of its own, which learns nothing of this page.
pub fn show(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.open_with_url_and_target_and_features(address, "_blank", "noopener,noreferrer");
    }
}

fn blob(data: &[u8], mime: &str) -> Option<Blob> {
    let mime = match mime {
        "image/png" | "image/jpeg" | "image/webp" | "image/gif" | "image/avif" => mime,
        _ => "application/octet-stream",
    };
    let parts = Array::of1(&JsValue::from(Uint8Array::from(data)));
    let options = BlobPropertyBag::new();
    options.set_type(mime);
    Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()
}

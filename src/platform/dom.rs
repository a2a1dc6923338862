//! The few places of the page outside the screens: title, theme, address, the prompt box that was there first, and what
//! the host put beside the page.

use flux_studio_core::limits;
use flux_studio_core::settings::Theme;
use gloo_net::http::RequestBuilder;
use wasm_bindgen::JsCast;
use web_sys::{
    Document, HtmlElement, HtmlMetaElement, HtmlTextAreaElement, RequestCache, RequestCredentials, Storage,
    VisibilityState, Window,
};

use super::stream::{self, Deadline};

/// Milliseconds that the start waits for the host's presets.
const PRESETS_MS: u32 = 5_000;
/// Name of this tab's note that it shows the demo.
const DEMO: &str = "flux-studio-demo";

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Whether the person has pressed or typed anything on this page since it was loaded; yes where the browser cannot tell.
#[must_use]
pub fn touched() -> bool {
    let activation = window().map(|window| window.navigator().user_activation());
    activation.filter(|activation| !activation.is_undefined()).is_none_or(|activation| activation.has_been_active())
}

/// Sets the tab's title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets the theme on the root element; `System` takes it off.
pub fn set_theme(theme: Theme) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    let _ = match theme {
        Theme::System => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}

/// The part of the address after and with `#`.
#[must_use]
pub fn hash() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Changes the part of the address after `#`, as a new entry of the tab's history.
pub fn set_hash(hash: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_hash(hash);
    }
}

/// Changes the part of the address after `#` in place of the entry of the history that is there.
pub fn replace_hash(hash: &str) {
    if let Some(window) = window() {
        let _ = window.location().replace(hash);
    }
}

/// Back to the entry of the history before this one.
pub fn back() {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.back();
    }
}

/// The page's own address without query and hash.
#[must_use]
pub fn page() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split(['?', '#']).next().unwrap_or_default().to_owned()
}

/// What stands in the prompt box, which takes text before the program is there.
#[must_use]
pub fn typed_prompt() -> String {
    let element = document().and_then(|document| document.get_element_by_id("prompt"));
    element
        .and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok())
        .map(|area| area.value())
        .unwrap_or_default()
}

/// The content of a `meta` element.
#[must_use]
pub fn meta(name: &str) -> Option<String> {
    let element = document()?.query_selector(&format!("meta[name=\"{name}\"]")).ok()??;
    Some(element.dyn_into::<HtmlMetaElement>().ok()?.content())
}

/// Whether the page is in front.
#[must_use]
pub fn visible() -> bool {
    document().is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// Physical pixels to a CSS pixel.
#[must_use]
pub fn pixel_ratio() -> f64 {
    window().map_or(1.0, |window| window.device_pixel_ratio())
}

/// Whether this tab showed the demo before it was loaded again. A note of this tab's own; it never holds anything else.
#[must_use]
pub fn demo_noted() -> bool {
    notes().and_then(|notes| notes.get_item(DEMO).ok().flatten()).is_some()
}

/// Notes that this tab shows the demo, or no longer does.
pub fn note_demo(on: bool) {
    let Some(notes) = notes() else { return };
    let _ = if on { notes.set_item(DEMO, "1") } else { notes.remove_item(DEMO) };
}

fn notes() -> Option<Storage> {
    window()?.session_storage().ok().flatten()
}

/// `studio.json` beside the page: what its host presets. Always asked anew, and nothing where it is missing.
pub async fn presets() -> String {
    let read = async {
        let deadline = Deadline::after(PRESETS_MS)?;
        let request = RequestBuilder::new("studio.json")
            .cache(RequestCache::NoStore)
            .credentials(RequestCredentials::SameOrigin)
            .abort_signal(Some(&deadline.signal()))
            .build()
            .ok()?;
        let response = request.send().await.ok().filter(|response| response.ok())?;
        String::from_utf8(stream::read(response.body(), limits::ANSWER_MAX, || {}).await.0).ok()
    };
    read.await.unwrap_or_default()
}

/// Shows the page's standing words for a program that has stopped.
pub fn show_failure() {
    let Some(document) = document() else { return };
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("data-boot", "failed");
    }
    if let Some(reason) = document.get_element_by_id("boot-reason") {
        reason.set_text_content(Some("Its program has stopped. The browser's console has the details."));
    }
    let failure = document.get_element_by_id("boot-failure");
    if let Some(element) = failure.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        element.set_hidden(false);
    }
}

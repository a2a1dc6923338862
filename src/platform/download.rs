//! Fetches an image: without the key, from the first route that gives a picture. What it is, its own bytes say.

use flux_studio_core::attempt::Risk;
use flux_studio_core::limits;
use flux_studio_core::sniff::{self, Picture};
use gloo_net::http::RequestBuilder;
use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials};

use super::stream::{self, Deadline, End};

/// Tries the routes in order.
///
/// # Errors
/// What the most telling of them failed of: an answer says more than none.
pub async fn image(routes: &[String]) -> Result<(Picture, Vec<u8>), Risk> {
    let mut worst = Risk::Unreachable;
    for route in routes {
        match fetch(route).await.and_then(|bytes| judge(&bytes).map(|picture| (picture, bytes))) {
            Ok(found) => return Ok(found),
            Err(Risk::Unreachable) => {}
            Err(risk) => worst = risk,
        }
    }
    Err(worst)
}

/// Whether bytes are a whole picture that may be decoded.
///
/// # Errors
/// [`Risk::NotAnImage`] or [`Risk::TooLarge`].
pub fn judge(bytes: &[u8]) -> Result<Picture, Risk> {
    let picture = sniff::facts(bytes).ok_or(Risk::NotAnImage)?;
    let pixels = u64::from(picture.width) * u64::from(picture.height);
    if picture.width.max(picture.height) > limits::IMAGE_EDGE_MAX || pixels > limits::IMAGE_PIXELS_MAX {
        return Err(Risk::TooLarge);
    }
    Ok(picture)
}

async fn fetch(route: &str) -> Result<Vec<u8>, Risk> {
    let deadline = Deadline::after(limits::DOWNLOAD_FIRST_BYTE_MS).ok_or(Risk::Unreachable)?;
    let request = RequestBuilder::new(route)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        // The library keeps the bytes; a second copy in the browser's cache serves nobody.
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&deadline.signal()))
        .build()
        .map_err(|_| Risk::Unreachable)?;
    let response = request.send().await.map_err(|_| Risk::Unreachable)?;
    let headers = response.headers();
    // The bundled proxy's own refusal is no word of the picture's host.
    if headers.get("X-Studio-Upstream").is_some_and(|word| word.trim() == "not-sent") {
        return Err(Risk::Unreachable);
    }
    if !response.ok() {
        return Err(Risk::Status(response.status()));
    }
    let encoded = headers.get("Content-Encoding").is_some_and(|coding| coding != "identity");
    let length = headers.get("Content-Length").and_then(|text| text.trim().parse::<usize>().ok()).filter(|_| !encoded);
    if length.is_some_and(|length| length > limits::IMAGE_MAX) {
        return Err(Risk::TooLarge);
    }
    let (bytes, end) =
        stream::read(response.body(), limits::IMAGE_MAX, || deadline.restart(limits::DOWNLOAD_STALL_MS)).await;
    match end {
        End::Long => Err(Risk::TooLarge),
        End::Broken => Err(Risk::Unreachable),
        End::Whole if length.is_some_and(|length| bytes.len() < length) => Err(Risk::NotAnImage),
        End::Whole => Ok(bytes),
    }
}

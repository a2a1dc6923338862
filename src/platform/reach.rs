//! What can be found out about a server that gave no answer. JavaScript gets the same error for nearly every cause, so
//! a ladder of free requests without the key narrows it down. The result is "likely", never certain.

use flux_studio_core::event::Reach;
use gloo_net::http::{RequestBuilder, Response};
use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials, RequestMode};

use super::clock;
use super::stream::{self, Deadline};

/// Milliseconds for each step: a person waits for the verdict.
const STEP_MS: u32 = 6_000;
/// What the page's own `health.txt` says.
const HEALTH: &[u8] = b"ok";

/// Looks for the likely reason why `url` gave no answer.
pub async fn of(url: &str) -> Reach {
    if web_sys::window().is_some_and(|window| !window.navigator().on_line()) {
        return Reach::Offline;
    }
    // A number that no cache knows.
    let own = format!("health.txt?{:016x}", clock::seed());
    match read(RequestBuilder::new(&own)).await {
        None => return Reach::Offline,
        Some(text) if text.trim_ascii() != HEALTH => return Reach::Portal,
        Some(_) => {}
    }
    let Some(origin) = web_sys::Url::new(url).ok().map(|url| url.origin()) else { return Reach::Dead };
    // What comes may not be read, only that it came.
    match fetch(RequestBuilder::new(&format!("{origin}/")).mode(RequestMode::NoCors)).await {
        Some(_) => Reach::Alive,
        None => Reach::Dead,
    }
}

async fn read(request: RequestBuilder) -> Option<Vec<u8>> {
    let (response, _deadline) = fetch(request).await?;
    Some(stream::read(response.body(), 64, || {}).await.0)
}

async fn fetch(request: RequestBuilder) -> Option<(Response, Deadline)> {
    let deadline = Deadline::after(STEP_MS)?;
    let request = request
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&deadline.signal()))
        .build()
        .ok()?;
    Some((request.send().await.ok()?, deadline))
}

//! Requests with the key, to the API or the proxy in front of it.
//!
//! The key stands in one header of these requests and nowhere else. A custom header would follow a redirect to a
//! stranger, so none is followed; nothing is cached, no cookie and no referrer goes along. Each function here calls
//! `fetch` once: nothing is ever sent again by this file.

use flux_studio_core::api::{Answer, HttpOutcome, Lost};
use flux_studio_core::attempt::permit::SendPermit;
use flux_studio_core::id::AttemptId;
use flux_studio_core::limits;
use flux_studio_core::secret::Secret;
use gloo_net::Error;
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use web_sys::{ReferrerPolicy, RequestCache, RequestCredentials, RequestMode, RequestRedirect};

use super::stream::{self, Deadline, End};
use super::{clock, policy};

/// Sends the paid request. The permit is used up in the line before the one `fetch`; `request_id` adds the attempt's id
/// for a proxy that drops repeats of it. Gives back whose request it was, and what came of it.
pub async fn post(
    permit: SendPermit,
    key: &Secret,
    url: &str,
    body: &str,
    request_id: bool,
) -> (AttemptId, HttpOutcome) {
    let Some(deadline) = Deadline::after(limits::GENERATE_TIMEOUT_MS) else { return (permit.spend(), unsendable()) };
    let since = clock::now().mono;
    let mut builder = keyed(key, url, Method::POST, &deadline);
    if request_id {
        builder = builder.header("X-Request-Id", permit.id().as_str());
    }
    let Ok(request) = json(builder, body) else { return (permit.spend(), unsendable()) };
    let id = permit.spend();
    let answer = request.send().await;
    (id, finish(answer, url, since, &deadline).await)
}

/// Sends a free question as POST JSON.
pub async fn ask(key: &Secret, url: &str, body: &str) -> HttpOutcome {
    let Some(deadline) = Deadline::after(limits::POLL_TIMEOUT_MS) else { return unsendable() };
    let since = clock::now().mono;
    let Ok(request) = json(keyed(key, url, Method::POST, &deadline), body) else { return unsendable() };
    let answer = request.send().await;
    finish(answer, url, since, &deadline).await
}

/// Reads with the key (the account).
pub async fn get(key: &Secret, url: &str) -> HttpOutcome {
    let Some(deadline) = Deadline::after(limits::POLL_TIMEOUT_MS) else { return unsendable() };
    let since = clock::now().mono;
    let Ok(request) = keyed(key, url, Method::GET, &deadline).build() else { return unsendable() };
    let answer = request.send().await;
    finish(answer, url, since, &deadline).await
}

/// The browser did not even take the request: nothing left the page.
fn unsendable() -> HttpOutcome {
    HttpOutcome::Lost(Lost::Policy)
}

fn keyed(key: &Secret, url: &str, method: Method, deadline: &Deadline) -> RequestBuilder {
    RequestBuilder::new(url)
        .method(method)
        .mode(RequestMode::Cors)
        .redirect(RequestRedirect::Error)
        .credentials(RequestCredentials::Omit)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .cache(RequestCache::NoStore)
        .abort_signal(Some(&deadline.signal()))
        .header("TT-API-KEY", key.expose())
}

fn json(builder: RequestBuilder, body: &str) -> Result<Request, Error> {
    builder.header("Content-Type", "application/json").body(body)
}

async fn finish(answer: Result<Response, Error>, url: &str, since: u64, deadline: &Deadline) -> HttpOutcome {
    let response = match answer {
        Ok(response) => response,
        Err(_) if deadline.passed() => return HttpOutcome::Lost(Lost::Timeout),
        Err(_) if policy::refused(url, since).await => return HttpOutcome::Lost(Lost::Policy),
        Err(_) => return HttpOutcome::Lost(Lost::Network),
    };
    let headers = response.headers();
    let status = response.status();
    let (body, end) = stream::read(response.body(), limits::ANSWER_MAX, || {}).await;
    if end == End::Broken {
        return HttpOutcome::Lost(Lost::Body(status, body));
    }
    HttpOutcome::Answer(Answer {
        status,
        retry_after: headers.get("Retry-After"),
        date: headers.get("Date"),
        studio_proxy: headers.get("X-Studio-Proxy").is_some_and(|word| word.trim() == "1"),
        not_sent: headers.get("X-Studio-Upstream").is_some_and(|word| word.trim() == "not-sent"),
        body,
        cut: end == End::Long,
    })
}

//! The way to the API and to the image hosts: addresses, connections, and what each failure proves.
//!
//! Two clients, because two kinds of request differ in what a repeat costs. Polls and images may share and reuse
//! connections. A paid request gets a connection of its own that was never used before: only then is it certain that no
//! library below sends it a second time, and that a failure to connect means that nothing was sent.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use http_body_util::Limited;
use reqwest::redirect;
use url::Url;

use super::answer::{Answer, Passed, Reach, UPSTREAM, passed_on};
use super::key::{self, ApiKey};
use crate::{Error, Timeouts};

/// The most that an answer of the API may carry, in bytes; real ones stay under 4 KiB.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// The most that an image may carry, in bytes; the page refuses more than 50 MB.
const MAX_IMAGE_BYTES: usize = 64 * 1024 * 1024;
/// How much of an answer that broke off is shown, in bytes; a job id stands in the first hundred.
const MAX_PARTIAL_BYTES: usize = 4 * 1024;
/// Names the program, because CDNs turn away requests that name none.
const USER_AGENT: &str = concat!("flux-studio-server/", env!("CARGO_PKG_VERSION"));

/// The upstream and the connections to it.
#[derive(Debug)]
pub(super) struct Upstream {
    base: String,
    host: String,
    shared: reqwest::Client,
    single: reqwest::Client,
    timeouts: Timeouts,
}

/// What of the page's request goes on.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) key: Option<ApiKey>,
    pub(super) content_type: Option<HeaderValue>,
    pub(super) accept: Option<HeaderValue>,
    pub(super) body: Bytes,
}

impl Outgoing {
    fn headers(&mut self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let key = self.key.take().map(ApiKey::into_header);
        let pairs: [(HeaderName, Option<HeaderValue>); 3] =
            [(key::HEADER, key), (CONTENT_TYPE, self.content_type.take()), (ACCEPT, self.accept.take())];
        for (name, value) in pairs {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        // The page reads the bytes as they are; asking for none saves packing and unpacking.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers
    }
}

impl Upstream {
    /// `base` is the upstream as text without its last slash.
    pub(super) fn new(upstream: &Url, base: String, timeouts: Timeouts) -> Result<Self, Error> {
        let common = || -> Result<reqwest::ClientBuilder, Error> {
            Ok(reqwest::Client::builder()
                .tls_backend_preconfigured(tls()?)
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                // The key goes to the one server that was named, not to whatever the environment puts in between.
                .no_proxy()
                .http1_only()
                .user_agent(USER_AGENT)
                .connect_timeout(timeouts.connect))
        };
        let build = |builder: reqwest::ClientBuilder| builder.build().map_err(|error| Error::Client(error.to_string()));
        Ok(Self {
            host: upstream.host_str().unwrap_or("the API").to_owned(),
            base,
            shared: build(common()?)?,
            single: build(common()?.pool_max_idle_per_host(0))?,
            timeouts,
        })
    }

    /// Sends a paid request, once, and waits for the whole answer. It always ends in an answer.
    pub(super) async fn generate(&self, mut outgoing: Outgoing) -> Answer {
        let mut headers = outgoing.headers();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
        let sending = self
            .single
            .post(format!("{}/flux/generate", self.base))
            .timeout(self.timeouts.generate)
            .headers(headers)
            .body(outgoing.body)
            .send();
        match sending.await {
            Err(error) => self.failure("generate", &self.host, &error, true),
            Ok(response) if response.status().is_redirection() => self.redirected("generate", &self.host),
            Ok(response) => self.whole(response).await,
        }
    }

    async fn whole(&self, mut response: reqwest::Response) -> Answer {
        let mut arrived = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => arrived.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    let answer = self.failure("generate", &self.host, &error, true);
                    arrived.truncate(MAX_PARTIAL_BYTES);
                    let sentence = format!("The answer of {} broke off. The image may have been charged.", self.host);
                    return Answer::broken_off(answer.status, &sentence, &arrived);
                }
            }
            if arrived.len() > MAX_ANSWER_BYTES {
                tracing::error!("generate: the answer of {} is larger than 1 MiB", self.host);
                arrived.truncate(MAX_PARTIAL_BYTES);
                let sentence =
                    format!("The answer of {} is larger than 1 MiB. The image may have been charged.", self.host);
                return Answer::broken_off(StatusCode::BAD_GATEWAY, &sentence, &arrived);
            }
        }
        Answer {
            status: response.status(),
            headers: passed_on(response.headers()),
            body: arrived.into(),
            reach: Reach::Sent,
        }
    }

    /// Passes a free call on, and its answer back as it arrives. `path` begins with a slash and may have a query.
    ///
    /// # Errors
    /// The proxy's own answer when there is none of the upstream.
    pub(super) async fn call(&self, method: Method, path: &str, mut outgoing: Outgoing) -> Passed<Response> {
        let request = self
            .shared
            .request(method, format!("{}{path}", self.base))
            .timeout(self.timeouts.fetch)
            .headers(outgoing.headers())
            .body(outgoing.body);
        self.stream("fetch", &self.host, request, MAX_ANSWER_BYTES).await
    }

    /// Fetches an image from an address that the list of hosts allows, without the key.
    ///
    /// # Errors
    /// The proxy's own answer when there is none of the image's host.
    pub(super) async fn image(&self, url: Url, accept: Option<HeaderValue>) -> Passed<Response> {
        let host = url.host_str().unwrap_or("the image's host").to_owned();
        let mut outgoing = Outgoing { key: None, content_type: None, accept, body: Bytes::new() };
        let request = self.shared.get(url).timeout(self.timeouts.image).headers(outgoing.headers());
        self.stream("image", &host, request, MAX_IMAGE_BYTES).await
    }

    async fn stream(
        &self,
        what: &str,
        host: &str,
        request: reqwest::RequestBuilder,
        max_bytes: usize,
    ) -> Passed<Response> {
        let response = request.send().await.map_err(|error| Box::new(self.failure(what, host, &error, false)))?;
        if response.status().is_redirection() {
            return Err(Box::new(self.redirected(what, host)));
        }
        if response.content_length().is_some_and(|length| length > max_bytes as u64) {
            tracing::error!("{what}: the answer of {host} is too large");
            let sentence = format!("The answer of {host} is larger than {} MiB.", max_bytes >> 20);
            return Err(Box::new(Answer::own(StatusCode::BAD_GATEWAY, Reach::Sent, &sentence)));
        }
        let status = response.status();
        let mut headers = passed_on(response.headers());
        headers.insert(UPSTREAM, Reach::Sent.header());
        // A body that ends early, late or too large breaks the connection to the page too: it must not look whole.
        let body = Limited::new(reqwest::Body::from(response), max_bytes);
        let mut passed = Response::new(Body::new(body));
        *passed.status_mut() = status;
        *passed.headers_mut() = headers;
        Ok(passed)
    }

    fn redirected(&self, what: &str, host: &str) -> Answer {
        tracing::error!("{what}: {host} answered with a redirect, which is refused");
        let sentence = format!(
            "{host} wanted to send this request elsewhere. The proxy does not follow, so that the key stays with the server it is for."
        );
        Answer::own(StatusCode::BAD_GATEWAY, Reach::Sent, &sentence)
    }

    /// What a failed exchange proves, in a sentence.
    fn failure(&self, what: &str, host: &str, error: &reqwest::Error, paid: bool) -> Answer {
        let reason = Reason::of(error);
        tracing::error!("{what}: {host}: {}", reason.for_the_log());
        let (status, reach, sentence) = match reason {
            Reason::NameNotFound => (
                StatusCode::BAD_GATEWAY,
                Reach::NotSent,
                format!("The address of {host} could not be found. Check this machine's network connection."),
            ),
            Reason::NotReachedInTime => (
                StatusCode::GATEWAY_TIMEOUT,
                Reach::NotSent,
                format!("{host} could not be reached within {} s.", self.timeouts.connect.as_secs()),
            ),
            Reason::NotTrusted => (
                StatusCode::BAD_GATEWAY,
                Reach::NotSent,
                format!(
                    "{host} could not prove who it is (TLS). Something between this machine and the server may read along."
                ),
            ),
            Reason::NotReached => (
                StatusCode::BAD_GATEWAY,
                Reach::NotSent,
                format!("{host} could not be reached: the connection was not accepted."),
            ),
            Reason::NotAnsweredInTime => {
                (StatusCode::GATEWAY_TIMEOUT, Reach::Sent, format!("{host} did not answer in time."))
            }
            Reason::BrokenOff => (
                StatusCode::BAD_GATEWAY,
                Reach::Sent,
                format!("The connection to {host} broke off before the answer was complete."),
            ),
        };
        let consequence = match (reach, paid) {
            (Reach::NotSent, true) => " Nothing was sent and nothing charged.",
            (Reach::NotSent, false) => " Nothing was sent.",
            (Reach::Sent, true) => " The image may have been charged.",
            (Reach::Sent, false) => "",
        };
        Answer::own(status, reach, &format!("{sentence}{consequence}"))
    }
}

/// Why an exchange failed. The first four are certain to have sent nothing: they happen before the connection is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    NameNotFound,
    NotReachedInTime,
    NotTrusted,
    NotReached,
    NotAnsweredInTime,
    BrokenOff,
}

impl Reason {
    fn of(error: &reqwest::Error) -> Self {
        if !error.is_connect() {
            return if error.is_timeout() { Self::NotAnsweredInTime } else { Self::BrokenOff };
        }
        if error.is_timeout() {
            Self::NotReachedInTime
        } else if error.is_dns() {
            Self::NameNotFound
        } else if is_about_tls(error) {
            Self::NotTrusted
        } else {
            Self::NotReached
        }
    }

    /// Words of our own: an error of a library could carry the address, and with it a job id or a signed link.
    fn for_the_log(self) -> &'static str {
        match self {
            Self::NameNotFound => "the name could not be resolved",
            Self::NotReachedInTime => "no connection in time",
            Self::NotTrusted => "TLS was not accepted",
            Self::NotReached => "the connection was not accepted",
            Self::NotAnsweredInTime => "no complete answer in time",
            Self::BrokenOff => "the connection broke off",
        }
    }
}

/// True when a TLS error is among the causes of `error`, itself included.
fn is_about_tls(error: &(dyn StdError + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    // An io::Error does not name what it wraps among its causes, only what caused that.
    let wrapped =
        error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).map(|inner| inner as &(dyn StdError + 'static));
    wrapped.or_else(|| error.source()).is_some_and(is_about_tls)
}

/// TLS 1.2 and 1.3 with Mozilla's roots, which are part of the program: no file of the system has to be there.
fn tls() -> Result<rustls::ClientConfig, Error> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Client(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

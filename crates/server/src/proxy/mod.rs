//! The same-origin proxy: a closed list of calls, passed on with a closed list of headers.
//!
//! Each answer says by headers that this proxy gave it and whether the upstream can have seen the request; the page
//! takes its decisions about money from the latter. There are no CORS headers anywhere: only pages of this origin are
//! meant to read the answers.

mod answer;
mod body;
mod generate;
mod key;
mod repeats;
mod upstream;

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri};
use axum::response::Response;
use url::Url;

use self::answer::{Answer, PROXY, Passed, Reach};
use self::generate::{Paid, is_request_id};
use self::key::ApiKey;
use self::repeats::Fingerprints;
use self::upstream::{Outgoing, Upstream};
use crate::assets::put_security_headers;
use crate::guard;
use crate::image_hosts::ImageHosts;
use crate::{Error, Timeouts};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The longest query that is passed on, in bytes: a job id has at most 128.
const MAX_QUERY_BYTES: usize = 2048;
/// The longest `Content-Type` and `Accept` that are passed on, in bytes.
const MAX_HEADER_BYTES: usize = 512;

/// Everything that leaves for the API.
pub(crate) struct Proxy {
    upstream: Arc<Upstream>,
    paid: Paid,
    image_hosts: ImageHosts,
}

/// The calls that go through.
enum Call {
    Generate,
    Fetch,
    Info,
    Image,
}

impl Proxy {
    /// `base` is the upstream as text without its last slash.
    pub(crate) fn new(
        upstream: &Url,
        base: String,
        image_hosts: ImageHosts,
        timeouts: Timeouts,
    ) -> Result<Self, Error> {
        let upstream = Arc::new(Upstream::new(upstream, base, timeouts)?);
        let fingerprints =
            Fingerprints::new().ok_or_else(|| Error::Client("this system gives no random numbers".to_owned()))?;
        Ok(Self { paid: Paid::new(Arc::clone(&upstream), fingerprints), upstream, image_hosts })
    }

    /// Answers a request for `path`, which is what follows `/ttapi`. `foreign_host` is the sentence that refuses the
    /// request's `Host`, if it is refused.
    pub(crate) async fn answer(
        &self,
        path: &str,
        foreign_host: Option<&'static str>,
        request: Request<Body>,
    ) -> Response {
        let refused = foreign_host.or_else(|| guard::refuses_sender(request.headers()));
        let result = match refused {
            Some(sentence) => Err(refusal(StatusCode::FORBIDDEN, sentence)),
            None => self.pass(path, request).await,
        };
        let mut response = result.unwrap_or_else(|answer| answer.response());
        let headers = response.headers_mut();
        headers.insert(PROXY, HeaderValue::from_static("1"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // Whatever the upstream calls its bytes, on this origin they are data: neither page nor script.
        headers.insert(
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox; frame-ancestors 'none'"),
        );
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
        put_security_headers(headers);
        response
    }

    async fn pass(&self, path: &str, request: Request<Body>) -> Passed<Response> {
        let call = which(path, request.method())?;
        let (mut parts, body) = request.into_parts();
        match call {
            Call::Image => {
                let url = image_url(&parts.uri)?;
                let url =
                    self.image_hosts.check(&url).map_err(|sentence| refusal(StatusCode::BAD_REQUEST, sentence))?;
                let accept = short(&parts.headers, &ACCEPT);
                self.upstream.image(url, accept).await
            }
            Call::Generate => {
                no_query(&parts.uri)?;
                let id = request_id(&parts.headers)?;
                let outgoing = outgoing(&mut parts.headers, body::read(body).await?)?;
                Ok(self.paid.answer(id.as_deref(), outgoing).await)
            }
            Call::Info => {
                no_query(&parts.uri)?;
                let outgoing = outgoing(&mut parts.headers, Bytes::new())?;
                self.upstream.call(Method::GET, "/midjourney/v1/info", outgoing).await
            }
            Call::Fetch => {
                let path = match parts.uri.query() {
                    None => "/flux/fetch".to_owned(),
                    Some(query) if query.len() <= MAX_QUERY_BYTES => format!("/flux/fetch?{query}"),
                    Some(_) => {
                        return Err(refusal(StatusCode::URI_TOO_LONG, "This address is too long."));
                    }
                };
                let body = if parts.method == Method::POST { body::read(body).await? } else { Bytes::new() };
                let outgoing = outgoing(&mut parts.headers, body)?;
                self.upstream.call(parts.method, &path, outgoing).await
            }
        }
    }

    pub(crate) fn paid_requests_under_way(&self) -> bool {
        self.paid.is_under_way()
    }

    pub(crate) async fn wait_for_paid_requests(&self) {
        self.paid.wait_for_all().await;
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Answers that are kept for repeats are somebody's prompts and pictures; they are nothing to print.
        formatter
            .debug_struct("Proxy")
            .field("upstream", &self.upstream)
            .field("image_hosts", &self.image_hosts)
            .finish_non_exhaustive()
    }
}

/// The proxy's own no, before anything was sent.
fn refusal(status: StatusCode, sentence: &str) -> Box<Answer> {
    Box::new(Answer::own(status, Reach::NotSent, sentence))
}

/// Exact paths and methods; anything that would have to be normalised first is not on the list.
fn which(path: &str, method: &Method) -> Passed<Call> {
    let (call, methods): (Call, &'static str) = match path {
        "/flux/generate" => (Call::Generate, "POST"),
        "/flux/fetch" => (Call::Fetch, "GET, POST"),
        "/midjourney/v1/info" => (Call::Info, "GET"),
        "/image" => (Call::Image, "GET"),
        _ => {
            return Err(refusal(
                StatusCode::NOT_FOUND,
                "This proxy passes flux/generate, flux/fetch, midjourney/v1/info and image on, and nothing else.",
            ));
        }
    };
    if methods.split(", ").any(|allowed| allowed == method.as_str()) {
        Ok(call)
    } else {
        let sentence = format!("This call goes through as {} only.", methods.replace(", ", " or "));
        let answer = Answer::own(StatusCode::METHOD_NOT_ALLOWED, Reach::NotSent, &sentence);
        Err(Box::new(answer.allowing(methods)))
    }
}

fn no_query(uri: &Uri) -> Passed<()> {
    match uri.query() {
        None | Some("") => Ok(()),
        Some(_) => Err(refusal(StatusCode::BAD_REQUEST, "This call takes no parameters in its address.")),
    }
}

/// The one parameter `url`, decoded once.
fn image_url(uri: &Uri) -> Passed<String> {
    let mut pairs = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
    match (pairs.next(), pairs.next()) {
        (Some((name, value)), None) if name == "url" => Ok(value.into_owned()),
        _ => Err(refusal(
            StatusCode::BAD_REQUEST,
            "This call takes exactly one parameter: url, the image's full address, percent-encoded.",
        )),
    }
}

fn request_id(headers: &HeaderMap) -> Passed<Option<String>> {
    let mut values = headers.get_all(REQUEST_ID).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) if value.to_str().is_ok_and(is_request_id) => Ok(value.to_str().ok().map(str::to_owned)),
        _ => Err(refusal(
            StatusCode::BAD_REQUEST,
            "The request id is malformed: up to 128 letters, digits, '-', '_', '.' and ':'. Nothing was sent.",
        )),
    }
}

fn outgoing(headers: &mut HeaderMap, body: Bytes) -> Passed<Outgoing> {
    Ok(Outgoing {
        key: ApiKey::take(headers).map_err(|sentence| refusal(StatusCode::BAD_REQUEST, sentence))?,
        content_type: short(headers, &CONTENT_TYPE),
        accept: short(headers, &ACCEPT),
        body,
    })
}

fn short(headers: &HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    headers.get(name).filter(|value| value.len() <= MAX_HEADER_BYTES).cloned()
}

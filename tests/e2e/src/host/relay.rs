//! A proxy of somebody else, on an origin of its own, that allows pages of every origin.
//!
//! It speaks both dialects: as a base (`<base>/flux/generate`, `<base>/image?url=…`) and as a template (`/go?url={url}`).
//! It does not announce itself as the studio's own, and allows no header but those that the API needs: a page that sends
//! more fails its preflight here.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::Serving;

const MAX_BODY_BYTES: usize = 1 << 20;

/// A running proxy.
pub struct Relay {
    serving: Serving,
}

#[derive(Clone)]
struct Upstream {
    api: String,
    client: reqwest::Client,
}

impl Relay {
    /// Starts a proxy in front of the API at `api`, an origin without a last slash.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(api: String) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        let upstream = Upstream { api, client: client.expect("a client") };
        let router = Router::new().fallback(answer).with_state(upstream);
        Self { serving: Serving::start(router).await }
    }

    /// What a person types as a proxy that replaces the API's address.
    pub fn base(&self) -> String {
        self.serving.origin() + "/api"
    }

    /// What a person types as a proxy that takes the whole address.
    pub fn template(&self) -> String {
        self.serving.origin() + "/go?url={url}"
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.serving.origin()
    }
}

async fn answer(State(upstream): State<Upstream>, request: Request) -> Response {
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        pass(upstream, request).await.unwrap_or_else(|status| status.into_response())
    };
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-headers", "tt-api-key, content-type"),
        ("access-control-allow-methods", "GET, POST"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn pass(upstream: Upstream, request: Request) -> Result<Response, StatusCode> {
    let (parts, body) = request.into_parts();
    let asked = parts.uri.path_and_query().map_or("/", |whole| whole.as_str());
    let asked = Url::parse("http://relay").and_then(|base| base.join(asked)).map_err(|_| StatusCode::BAD_REQUEST)?;
    let in_query = asked.query_pairs().find(|(name, _)| name == "url").map(|(_, url)| url.into_owned());
    let target = match (asked.path(), in_query) {
        ("/go" | "/api/image", Some(url)) => url,
        (path, None) => {
            let path = path.strip_prefix("/api").ok_or(StatusCode::NOT_FOUND)?;
            let query = asked.query().map_or(String::new(), |query| format!("?{query}"));
            format!("{}{path}{query}", upstream.api)
        }
        _ => return Err(StatusCode::NOT_FOUND),
    };
    let body = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    let outgoing = upstream.client.request(parts.method, target).headers(known(&parts.headers)).body(body);
    let answer = outgoing.send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let (status, media_type) = (answer.status(), answer.headers().get(CONTENT_TYPE).cloned());
    let bytes = answer.bytes().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let mut response = (status, Body::from(bytes)).into_response();
    response.headers_mut().remove(CONTENT_TYPE);
    response.headers_mut().extend(media_type.map(|media_type| (CONTENT_TYPE, media_type)));
    Ok(response)
}

fn known(headers: &HeaderMap) -> HeaderMap {
    let known = ["tt-api-key", "content-type"];
    let kept = headers.iter().filter(|(name, _)| known.contains(&name.as_str()));
    kept.map(|(name, value)| (name.clone(), value.clone())).collect()
}

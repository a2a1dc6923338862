//! The built files, with the headers that a careful host would give them.
//!
//! Finding, content types, ranges, conditional requests and precompressed siblings are tower-http's. Added here: how
//! long a file may be kept, what a page may do, and that neither hidden files nor folder listings exist.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;

use crate::{policy, studio_json};

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// A name that carries a hash of its content never changes its content: a year, the longest that caches honour.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Kept, but asked about each time.
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");
/// Nothing of what the studio does needs a device; the clipboard stays as browsers have it.
const NO_DEVICES: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
);

/// Answers for everything in `dist/`.
#[derive(Debug, Clone)]
pub(crate) struct Assets {
    dist: PathBuf,
    files: ServeDir,
    upstream: String,
}

impl Assets {
    /// `upstream` is the API's base address as `studio.json` is to name it.
    pub(crate) fn new(dist: &Path, upstream: String) -> Self {
        Self {
            dist: dist.to_owned(),
            files: ServeDir::new(dist).append_index_html_on_directories(false).precompressed_br().precompressed_gzip(),
            upstream,
        }
    }

    /// Answers `path`, which begins with `/` and has the base path taken off. It never fails: what cannot be answered is
    /// a 404, and in the log when it is the system's fault.
    pub(crate) async fn answer(&self, path: &str, request: Request<Body>) -> Response {
        let mut response = if is_hidden(path) {
            not_found()
        } else if path == "/studio.json" {
            self.studio_json(request.method()).await
        } else {
            self.file(path, request).await
        };
        let is_page =
            response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
        let keep = if is_kept_for_ever(path) && is_the_file(response.status()) { FOR_EVER } else { ASK_FIRST };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, keep);
        put_security_headers(headers);
        if is_page {
            // Pages only: a worker takes the policy of its own file's answer, and the page's is not meant for it.
            headers.insert(CONTENT_SECURITY_POLICY, self.page_policy().await);
        }
        response
    }

    async fn file(&self, path: &str, request: Request<Body>) -> Response {
        let name = if path == "/" { "/index.html" } else { path };
        let (mut parts, body) = request.into_parts();
        let Ok(uri) = name.parse::<Uri>() else {
            return not_found();
        };
        parts.uri = uri;
        match self.files.clone().try_call(Request::from_parts(parts, body)).await {
            Ok(response) if response.status() == StatusCode::NOT_FOUND => not_found(),
            Ok(response) => response.map(Body::new),
            Err(error) if is_no_file(error.kind()) => not_found(),
            Err(error) => {
                tracing::error!("a file of the studio cannot be read: {error}");
                (StatusCode::INTERNAL_SERVER_ERROR, "This file cannot be read; the server's log says why.\n")
                    .into_response()
            }
        }
    }

    async fn studio_json(&self, method: &Method) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return (StatusCode::METHOD_NOT_ALLOWED, [("allow", "GET, HEAD")]).into_response();
        }
        let shipped = tokio::fs::read(self.dist.join("studio.json")).await.ok();
        let (body, complaint) = studio_json::with_own_proxy(shipped.as_deref(), &self.upstream);
        if let Some(complaint) = complaint {
            tracing::error!("{complaint}");
        }
        ([(CONTENT_TYPE, "application/json")], body).into_response()
    }

    /// Read anew for each page, because a rebuild may replace the files under a running server.
    async fn page_policy(&self) -> HeaderValue {
        let html = tokio::fs::read_to_string(self.dist.join("index.html")).await;
        HeaderValue::from_str(&policy::header_for(&html.unwrap_or_default()))
            .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
    }
}

/// The headers that every answer of this server carries, the proxy's too.
pub(crate) fn put_security_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, NO_DEVICES);
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such file.\n").into_response()
}

fn is_the_file(status: StatusCode) -> bool {
    matches!(status, StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED)
}

/// What the system says about names that lead to no file, a file taken for a folder included.
fn is_no_file(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidInput | ErrorKind::InvalidFilename
    )
}

/// Files that begin with a dot are tools' leftovers, never part of the studio. No built file's address needs an encoded
/// dot or slash either, and without them a path is what it looks like.
fn is_hidden(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    path.split('/').any(|segment| segment.starts_with('.'))
        || ["%2e", "%2f", "%5c"].iter().any(|code| lower.contains(code))
}

/// True for names with a content hash as trunk writes them: `name-<16 hex digits>.ext`, and `…_bg.wasm`.
fn is_kept_for_ever(path: &str) -> bool {
    const HASH_DIGITS: usize = 16;
    let name = path.rsplit('/').next().unwrap_or("");
    let Some((stem, _)) = name.split_once('.') else {
        return false;
    };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        hash.len() == HASH_DIGITS && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        for path in [
            "/flux-studio-0123456789abcdef.js",
            "/flux-studio-0123456789abcdef_bg.wasm",
            "/style-ffffffffffffffff.css",
            "/a/b/icon-0123456789abcdef.png",
        ] {
            assert!(is_kept_for_ever(path), "{path}");
        }
        for path in [
            "/",
            "/index.html",
            "/sw.js",
            "/studio.json",
            "/worker_bg.wasm",
            "/flux-studio-0123456789abcde.js",
            "/flux-studio-0123456789ABCDEF.js",
            "/0123456789abcdef.js",
            "/snippets/x-0123456789abcdef/inline0.js",
            "/flux-studio-0123456789abcdef",
        ] {
            assert!(!is_kept_for_ever(path), "{path}");
        }
    }

    #[test]
    fn hidden_names_are_recognised() {
        for path in ["/.env", "/a/.git/config", "/../x", "/%2e%2e/x", "/%2Egit", "/."] {
            assert!(is_hidden(path), "{path}");
        }
        assert!(!is_hidden("/a.b/c..d"));
    }
}

//! What the proxy says: answers of the upstream with most of their headers left out, and its own sentences.

use axum::body::{Body, Bytes};
use axum::http::header::{ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

/// Says that this is the bundled proxy, on each of its answers; the page then sends its request ids along.
pub(super) const PROXY: HeaderName = HeaderName::from_static("x-studio-proxy");
/// Says whether the upstream can have seen the request, on each answer.
pub(super) const UPSTREAM: HeaderName = HeaderName::from_static("x-studio-upstream");
/// Says that the answer was given before, and that nothing was sent this time.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("x-studio-replayed");

/// What of an upstream's answer is passed on: what the page reads, and what the body cannot be read without.
const PASSED_ON: [HeaderName; 4] = [CONTENT_TYPE, CONTENT_ENCODING, CONTENT_LENGTH, RETRY_AFTER];

/// Whether the upstream can have seen the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It is certain that nothing reached it.
    NotSent,
    /// It was reached, or that cannot be excluded.
    Sent,
}

impl Reach {
    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::NotSent => "not-sent",
            Self::Sent => "sent",
        })
    }
}

/// Something of the upstream, or the proxy's own answer in its place (boxed, because it is rare and large).
pub(super) type Passed<T> = Result<T, Box<Answer>>;

/// A whole answer, kept in memory so that it can be given twice.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) reach: Reach,
}

impl Answer {
    /// The proxy's own answer: the API's failure body with a sentence for the person.
    pub(super) fn own(status: StatusCode, reach: Reach, sentence: &str) -> Self {
        Self::with_body(status, reach, json!({"status": "FAILED", "message": sentence}))
    }

    /// The same for an answer that broke off, with what had arrived: a job id may be in it, and it was paid for.
    pub(super) fn broken_off(status: StatusCode, sentence: &str, arrived: &[u8]) -> Self {
        let body = json!({
            "status": "FAILED",
            "message": sentence,
            "partial": String::from_utf8_lossy(arrived),
        });
        Self::with_body(status, Reach::Sent, body)
    }

    fn with_body(status: StatusCode, reach: Reach, body: Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { status, headers, body: body.to_string().into(), reach }
    }

    /// Adds which methods would have been right.
    pub(super) fn allowing(mut self, methods: &'static str) -> Self {
        self.headers.insert(ALLOW, HeaderValue::from_static(methods));
        self
    }

    /// How much memory keeping it takes, about.
    pub(super) fn weight(&self) -> usize {
        let headers: usize = self.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        self.body.len() + headers
    }

    /// True when this answer says that no job was made and nothing charged, so that the same request may be sent again,
    /// with a new key or after a pause: the API's documented refusals. Without its failure body a status could be
    /// anybody's page, and with a job id in it the words do not count.
    pub(super) fn is_refusal(&self) -> bool {
        let documented =
            matches!(self.status.as_u16(), 200 | 400 | 401 | 402 | 403 | 404 | 413 | 415 | 422 | 429 | 499);
        let Ok(fields) = serde_json::from_slice::<Map<String, Value>>(&self.body) else {
            return false;
        };
        let says_failed = fields
            .get("status")
            .and_then(Value::as_str)
            .is_some_and(|status| status.trim().eq_ignore_ascii_case("FAILED"));
        let names_a_job = |fields: &Map<String, Value>| {
            ["jobId", "job_id"].iter().any(|name| fields.get(*name).is_some_and(|id| !id.is_null() && id != ""))
        };
        let job_inside = fields.get("data").and_then(Value::as_object).is_some_and(names_a_job);
        documented && says_failed && !names_a_job(&fields) && !job_inside
    }

    pub(super) fn response(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response.headers_mut().insert(UPSTREAM, self.reach.header());
        response
    }
}

/// Of the upstream's headers those that are passed on.
pub(super) fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut kept = HeaderMap::new();
    for name in PASSED_ON {
        if let Some(value) = headers.get(&name) {
            kept.insert(name, value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refusal(status: u16, body: &str) -> bool {
        Answer {
            status: StatusCode::from_u16(status).unwrap_or_default(),
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            reach: Reach::Sent,
        }
        .is_refusal()
    }

    #[test]
    fn only_documented_refusals_free_an_id() {
        const FAILED: &str = r#"{"status":"FAILED","message":"no","data":null}"#;
        for status in [200, 400, 401, 402, 403, 404, 413, 415, 422, 429, 499] {
            assert!(is_refusal(status, FAILED), "{status}");
        }
        assert!(is_refusal(401, r#"{"status":" failed ","data":{"jobId":null}}"#));
        for status in [201, 408, 409, 500, 502, 503, 504, 520, 524] {
            assert!(!is_refusal(status, FAILED), "{status}");
        }
        for body in [
            "",
            "<html>",
            "[]",
            "null",
            r#"{"status":"SUCCESS"}"#,
            r#"{"message":"no"}"#,
            r#"{"status":"FAILED","data":{"job_id":"ed1a00"}}"#,
            r#"{"status":"FAILED","jobId":"ed1a00"}"#,
        ] {
            assert!(!is_refusal(429, body), "{body}");
        }
    }
}

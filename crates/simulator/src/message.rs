//! One call and its answer as values, without sockets.
//!
//! The HTTP front fills them from the wire; the in-page demo fills them from the studio's own requests.

use crate::config::ImageFormat;

/// One request as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiRequest {
    /// `GET`, `POST`, `OPTIONS`, …
    pub method: String,
    /// Path without the query, as sent.
    pub path: String,
    /// Raw query without `?`, still percent-encoded; empty when there is none.
    pub query: String,
    /// Names (any letter case) and values, in order.
    pub headers: Vec<(String, String)>,
    /// Body bytes; empty when there is none.
    pub body: Vec<u8>,
}

impl ApiRequest {
    /// A request from method and target (`/path` or `/path?query`), without headers and body.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self { method: method.to_owned(), path: path.to_owned(), query: query.to_owned(), ..Self::default() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a JSON body and its content type.
    #[must_use]
    pub fn json(mut self, value: &serde_json::Value) -> Self {
        self.body = value.to_string().into_bytes();
        self.header("content-type", "application/json")
    }

    /// First header of this name, letter case ignored.
    #[must_use]
    pub fn find_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether this is a CORS preflight.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.find_header("access-control-request-method").is_some()
    }
}

/// A picture that the caller has to draw (see [`crate::draw::draw`]) and encode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImageRequest {
    /// Prompt of the job.
    pub prompt: String,
    /// Id of the job.
    pub job_id: String,
    /// Seed of the picture, made from prompt and job id.
    pub seed: u64,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Format to encode as.
    pub format: ImageFormat,
}

/// Body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiBody {
    /// These bytes; may be empty.
    Bytes(Vec<u8>),
    /// This picture, still to be drawn and encoded.
    Image(ImageRequest),
}

/// What a generate call did to the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Id of the new job.
    pub job_id: String,
    /// Quota that was frozen for it.
    pub quota: u64,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiResponse {
    /// HTTP status.
    pub status: u16,
    /// Headers in lower case, CORS included; no `content-length`.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: ApiBody,
    /// The job that this call made, if it made one.
    pub made: Option<Made>,
}

impl ApiResponse {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: ApiBody::Bytes(value.to_string().into_bytes()),
            made: None,
        }
    }

    /// The documented failure body under an HTTP status.
    #[must_use]
    pub fn failure(status: u16, message: &str) -> Self {
        Self::json(status, &serde_json::json!({"status": "FAILED", "message": message, "data": null}))
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: ApiBody::Bytes(Vec::new()), made: None }
    }

    /// First header of this name, letter case ignored.
    #[must_use]
    pub fn find_header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, where it is JSON.
    #[must_use]
    pub fn json_body(&self) -> Option<serde_json::Value> {
        match &self.body {
            ApiBody::Bytes(bytes) => serde_json::from_slice(bytes).ok(),
            ApiBody::Image(_) => None,
        }
    }
}

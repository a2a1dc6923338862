//! Bodies that no honest server sends.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A body that is not the model's, with the content type it comes under.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Canned {
    /// None.
    #[default]
    Empty,
    /// This JSON.
    Json(Value),
    /// `{"status":"FAILED","message":…,"data":null}`.
    Failure(String),
    /// This text as `text/plain`.
    Text(String),
    /// This text as `text/html`.
    Html(String),
    /// This text as `application/json`, valid or not.
    RawJson(String),
    /// These bytes as `application/octet-stream`.
    Bytes(Vec<u8>),
    /// An SVG picture with a script in it.
    Svg,
    /// So many zero bytes as `application/octet-stream`.
    Zeros(usize),
    /// So many bytes that are nothing in particular.
    Garbage(usize),
    /// JSON that breaks off.
    Malformed,
    /// JSON in which every known field has a wrong type.
    WrongTypes,
    /// Valid JSON of about so many bytes.
    HugeJson(usize),
    /// Lists nested so deep, valid.
    NestedJson(usize),
    /// JSON text with bytes that are not UTF-8.
    NotUtf8,
    /// JSON after a byte order mark.
    ByteOrderMark,
    /// JSON with each key twice.
    DuplicateKeys,
    /// JSON with numbers out of range and a lone surrogate.
    OddValues,
}

impl Canned {
    /// Content type and bytes.
    pub(super) fn render(&self) -> (Option<&'static str>, Vec<u8>) {
        const JSON: Option<&str> = Some("application/json");
        const OCTETS: Option<&str> = Some("application/octet-stream");
        match self {
            Self::Empty => (None, Vec::new()),
            Self::Json(value) => (JSON, value.to_string().into_bytes()),
            Self::Failure(message) => {
                (JSON, json!({"status": "FAILED", "message": message, "data": null}).to_string().into_bytes())
            }
            Self::Text(text) => (Some("text/plain; charset=utf-8"), text.clone().into_bytes()),
            Self::Html(text) => (Some("text/html; charset=utf-8"), text.clone().into_bytes()),
            Self::RawJson(text) => (JSON, text.clone().into_bytes()),
            Self::Bytes(bytes) => (OCTETS, bytes.clone()),
            Self::Svg => (Some("image/svg+xml"), SVG.to_vec()),
            Self::Zeros(count) => (OCTETS, vec![0; *count]),
            Self::Garbage(count) => (OCTETS, garbage(*count)),
            Self::Malformed => (JSON, br#"{"status":"SUCCESS","message":"","data":{"jobId":"#.to_vec()),
            Self::WrongTypes => {
                let body = json!({"status": ["SUCCESS"], "message": {}, "jobId": 7, "data": "none"});
                (JSON, body.to_string().into_bytes())
            }
            Self::HugeJson(bytes) => {
                let head = br#"{"status":"SUCCESS","message":""#;
                let mut body = head.to_vec();
                body.resize(head.len() + bytes, b'x');
                body.extend_from_slice(br#"","data":null}"#);
                (JSON, body)
            }
            Self::NestedJson(depth) => (JSON, [vec![b'['; *depth], vec![b']'; *depth]].concat()),
            Self::NotUtf8 => {
                (JSON, [br#"{"status":"SUCCESS","message":""#, &b"\xff\xfe\xc0"[..], br#"","data":null}"#].concat())
            }
            Self::ByteOrderMark => {
                (JSON, [b"\xef\xbb\xbf", &br#"{"status":"FAILED","message":"","data":null}"#[..]].concat())
            }
            Self::DuplicateKeys => {
                let body =
                    br#"{"status":"FAILED","status":"SUCCESS","message":"a","message":"b","data":null,"data":{}}"#;
                (JSON, body.to_vec())
            }
            Self::OddValues => {
                let body = br#"{"status":"SUCCESS","message":"\ud800","jobId":1e309,"data":{"quota":-1e999,"size":123456789012345678901234567890}}"#;
                (JSON, body.to_vec())
            }
        }
    }
}

const SVG: &[u8] =
    b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"64\"><script>alert('canary')</script>\
<rect width=\"64\" height=\"64\" fill=\"red\"/></svg>";

/// The same bytes each time; never a known magic number, since the first one is 0x9d.
fn garbage(count: usize) -> Vec<u8> {
    let mut state = 0x9d_u8;
    let next = |_| {
        let byte = state;
        state = state.wrapping_mul(5).wrapping_add(113);
        byte
    };
    (0..count).map(next).collect()
}

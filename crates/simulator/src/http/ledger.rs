//! What arrived, in order: the oracle of tests about money and secrets.

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

/// How an arrival ended on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Not yet.
    Open,
    /// The whole answer was handed to the network.
    Answered,
    /// The server reset the connection.
    Reset,
    /// The server closed the connection before the answer was whole.
    CutOff,
    /// The server never finished and the client went away, or the connection broke.
    ClientGone,
}

/// One request. Entries are added at the end and never removed; the fields about the answer are filled in when it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrival {
    /// From 1, in the order in which the headers were complete.
    pub number: u64,
    /// Which connection, from 1.
    pub connection: u64,
    /// Whether that connection had carried a request before.
    pub reused: bool,
    /// When, milliseconds since 1970, on the server's clock.
    pub at_ms: u64,
    /// Method.
    pub method: String,
    /// Path as sent.
    pub path: String,
    /// Raw query, empty when there is none. Not redacted: a key here is what a test looks for.
    pub query: String,
    /// Headers in order, names in lower case. Values of `tt-api-key` and `authorization` are replaced by [`hash_key`].
    pub headers: Vec<(String, String)>,
    /// Body; in JSON as text.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
    /// Whether the body was read.
    pub body_read: bool,
    /// Whether it is a CORS preflight.
    pub preflight: bool,
    /// Number of the fault that acted, as [`super::Server::push_fault`] returned it.
    pub fault: Option<u64>,
    /// What was answered and how: `model` when nothing was wrong, else for example `respond/plain`, `model/reset_after_body`.
    pub kind: String,
    /// HTTP status that was sent or would have been.
    pub status: Option<u16>,
    /// Job that this arrival made.
    pub job: Option<String>,
    /// Quota that this arrival froze.
    pub charge: Option<u64>,
    /// How it ended.
    pub ended: Ended,
}

impl Arrival {
    /// Whether it is a generate call (not its preflight).
    #[must_use]
    pub fn is_generate(&self) -> bool {
        self.path == "/flux/generate" && !self.preflight
    }

    /// Whether it is a fetch call (not its preflight).
    #[must_use]
    pub fn is_fetch(&self) -> bool {
        self.path == "/flux/fetch" && !self.preflight
    }

    /// Whether it asks for a picture (not its preflight).
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.path.starts_with("/cdn/") && !self.preflight
    }

    /// First header of this name, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the request carried exactly this key.
    #[must_use]
    pub fn has_key(&self, key: &str) -> bool {
        self.header("tt-api-key") == Some(hash_key(key).as_str())
    }
}

fn as_text<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}

/// What stands in the ledger in place of a secret: `sha256:` and 64 hex digits.
#[must_use]
pub fn hash_key(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

/// Headers as they are kept.
pub(super) fn redact(headers: &[(String, String)]) -> Vec<(String, String)> {
    let redacted = |(name, value): &(String, String)| {
        let name = name.to_ascii_lowercase();
        let secret = name == "tt-api-key" || name == "authorization";
        let value = if secret { hash_key(value) } else { value.clone() };
        (name, value)
    };
    headers.iter().map(redacted).collect()
}

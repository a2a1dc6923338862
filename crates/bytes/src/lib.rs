//! The words between the page and its worker. The page asks with a [`Task`] and buffers, the worker answers with a
//! [`Reply`] and buffers: each message is an array whose first element is JSON and whose others are `ArrayBuffer`s that
//! are handed over, not copied.

#[cfg(feature = "program")]
pub mod library;
#[cfg(feature = "program")]
pub mod zip;

use serde::{Deserialize, Serialize};

/// A message to the worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Names the request; its answer carries the same number.
    pub number: u32,
    /// What to do.
    pub task: Task,
}

/// What the worker can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// Make smaller pictures of the one in the buffer. One buffer for each edge comes back, in order; an empty one where
    /// the picture is not larger than that.
    Thumbs {
        /// The picture's type.
        mime: String,
        /// Pixels of the longer edge, for each picture wanted.
        edges: Vec<u32>,
    },
    /// The SHA-256 of the buffer, for pages that have no WebCrypto.
    Sha256,
    /// Start the demo's service, from its snapshot where there is one.
    DemoStart {
        /// What an earlier reply brought.
        snapshot: Option<String>,
        /// Seed of a new service.
        seed: u64,
    },
    /// One call of the demo's service.
    DemoCall {
        /// `GET` or `POST`.
        method: String,
        /// Path with query.
        target: String,
        /// JSON body; empty for none.
        body: String,
        /// Milliseconds since 1970.
        now_ms: u64,
    },
}

/// The worker's answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// The request's number.
    pub number: u32,
    /// What came of it. Not a `Result` with the reason: reading one of those costs the page 1 kB.
    pub done: Option<Done>,
    /// Why nothing came of it.
    pub failed: String,
}

/// A task that ended well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Done {
    /// The pictures are in the buffers; this is their type.
    Thumbs {
        /// Such as `image/webp`.
        mime: String,
    },
    /// The digest.
    Sha256 {
        /// 64 hex digits.
        hex: String,
    },
    /// The demo's service is there.
    DemoStarted,
    /// The body is in the buffer.
    DemoAnswer {
        /// HTTP status.
        status: u16,
        /// The service as it is now, where this call changed it.
        snapshot: Option<String>,
    },
}

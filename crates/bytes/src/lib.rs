//! The words between the page and its worker. The page asks with a [`Task`] and buffers, the worker answers with a
//! [`Reply`] and buffers: each message is an array whose first element is JSON and whose others are `ArrayBuffer`s that
//! are handed over, not copied.

#[cfg(target_arch = "wasm32")]
pub mod heap;
#[cfg(feature = "program")]
pub mod inside;
#[cfg(feature = "program")]
pub mod library;
#[cfg(feature = "program")]
pub mod takeout;
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
    /// Begin to write a library file, or a zip of pictures. What was begun before is given up.
    ExportStart {
        /// Pictures, in place of a library.
        pictures: bool,
    },
    /// Write one image.
    ExportImage {
        /// Its row, as it is stored.
        row: String,
        /// The database that has its bytes; without one they are in the buffer.
        from: Option<String>,
    },
    /// Write one picture, as [`Task::TakeOut`] makes it, with what is known of it in two files beside it.
    PackImage {
        /// Its row, as it is stored.
        row: String,
        /// The beginning of its files' names.
        name: String,
        /// With its settings inside, in place of without any.
        settings: bool,
    },
    /// End the file that was begun.
    ExportEnd {
        /// Milliseconds since 1970.
        now_ms: u64,
    },
    /// Look into a library file, which comes along; the buffer holds the SHA-256 digests of the library's images, 32
    /// bytes each.
    ImportOpen {
        /// For the names of images that bring none.
        seed: u64,
    },
    /// The next image of the opened file.
    ImportNext,
    /// Keep its bytes in a database.
    ImportKeep {
        /// The attempt's id there.
        id: String,
        /// The database's name.
        into: String,
    },
    /// Its bytes, for a library that is in no database.
    ImportBytes,
    /// The picture in the buffer, with its settings inside or without any.
    TakeOut {
        /// Its row, as it is stored.
        row: String,
        /// With them, in place of without.
        settings: bool,
    },
    /// Read the settings inside a file, which comes along.
    LookInside,
}

/// The settings inside a file: texts of a stranger, as long as they are shown and no longer. Nothing is where a text is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// The prompt.
    pub prompt: String,
    /// What the picture was not to show; this API takes none.
    pub negative: String,
    /// The mode, or whatever other programs call a model.
    pub mode: String,
    /// Size or aspect ratio.
    pub shape: String,
    /// This studio wrote it.
    pub own: bool,
    /// Everything else, by name.
    pub others: Vec<(String, String)>,
}

/// What a library file would bring.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// Images that would be added.
    pub images: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Images that are in the library already.
    pub known: u32,
    /// It also holds settings or a key, which are never taken over.
    pub settings: bool,
    /// How much of it cannot be taken over.
    pub wrong: usize,
    /// The first of that, and why: at most [`PROBLEMS_MAX`].
    pub problems: Vec<(String, String)>,
}

/// How much of what is wrong is told one by one.
pub const PROBLEMS_MAX: usize = 100;

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
    /// The library file was begun, or the image is in it.
    Exporting,
    /// The image has no bytes, or others than it should.
    Missing,
    /// The file comes along.
    Exported {
        /// Images in it.
        images: u32,
        /// Its length.
        bytes: u64,
    },
    /// What the file would bring.
    Contents(Contents),
    /// The bytes are kept, or in the buffer.
    Kept,
    /// The bytes are not kept.
    NotKept {
        /// There is no room.
        full: bool,
        /// The browser's words.
        why: String,
    },
    /// An image of it, whose bytes can be asked for until the next.
    Imported {
        /// Its row, as it is to be stored.
        row: String,
    },
    /// An image that cannot be taken over: which, and why.
    Wrong(String, String),
    /// There are no more.
    ImportEnd,
    /// The picture is in the buffer, or in the file.
    TakenOut {
        /// Why it is as it was, where its settings could not be put in or taken out.
        unchanged: Option<String>,
    },
    /// The settings inside the file.
    Inside(Inside),
}

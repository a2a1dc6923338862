//! One attempt: one paid request and everything that comes of it. One row of money, one tile, at most one image.
//!
//! [`State`] is an enum of exclusive states; [`step`] holds the only function that leads from one to the next. Every
//! transition is committed to disk before anything outside happens because of it, so that a reload at any instruction
//! resumes.

pub mod mark;
pub mod permit;
pub mod poll;
pub mod step;

use serde::{Deserialize, Serialize};

use crate::draft::Order;
use crate::id::{AttemptId, JobId};
use crate::time::Wall;

/// Version of the stored form of [`Record`].
pub const RECORD_VERSION: u16 = 1;

/// The stored row of one attempt. The bytes of its image, its thumbnails and its raw answers lie in stores of their
/// own under the same id, so that a list never loads them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Version of this form.
    pub v: u16,
    /// The attempt's name; names sort by making.
    pub id: AttemptId,
    /// Counts the commits of this row: the compare in compare-and-set between tabs.
    pub rev: u64,
    /// The press of Generate that this attempt belongs to: the id of that press's first attempt.
    pub batch: AttemptId,
    /// How many attempts that press made.
    pub of: u16,
    /// What was asked for.
    pub order: Order,
    /// When it was asked for.
    pub created: Wall,
    /// Where it stands.
    pub state: State,
    /// The API's id, from acceptance on; it stays whatever happens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<JobId>,
    /// The image's address, from the server's SUCCESS on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What it cost, in thousandths of quota, as the API said at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u64>,
    /// When the paid request went out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Wall>,
    /// When it was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Wall>,
    /// When the API was first seen to have finished (or failed) it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<Wall>,
    /// Milliseconds from acceptance to the end, as well as polling can tell: the middle between the last "pending" and
    /// the first "done".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
    /// The job was filed by its id: what it was asked for comes from the API's answer.
    #[serde(default)]
    pub rescued: bool,
    /// The kept image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileFacts>,
    /// Marked by the person.
    #[serde(default)]
    pub favourite: bool,
    /// Stars given by the person, 1 to 5; 0 for none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rating: u8,
    /// The person's own words for it, each once, as typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Names of the collections that it is in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<String>,
    /// It came from a library file: nothing was paid for it here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// The template that the prompt was made from, where a library file names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// In the trash since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<Wall>,
    /// It left the trash for good; the row stays, for what was spent. While it still has a file, that is to be erased.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub purged: bool,
    /// The attempt that was made in this one's place by "Retry" or "Send again"; this one leaves the grid and stays in
    /// the ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<AttemptId>,
}

/// Where an attempt stands. The states exclude each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Confirmed by the person, not sent.
    Queued,
    /// The paid request is on its way; the tab that sent it holds the lock `send:<id>`.
    Sending,
    /// Perhaps accepted and charged: the person decides.
    Unknown {
        /// Why it is not known.
        doubt: Doubt,
        /// The person wrote it off or went on without it: it asks for nothing and stops nothing any more.
        settled: bool,
    },
    /// The API said no; nothing was charged.
    Rejected(Refusal),
    /// Accepted; the API is waiting or drawing.
    Running,
    /// Accepted, and polling pauses; nothing is lost and asking again is free.
    Stalled(Stall),
    /// The API said that the job failed.
    Failed {
        /// The API's message, perhaps empty.
        message: String,
    },
    /// The address is known, the bytes are on their way into the library.
    Downloading,
    /// Paid for, and its bytes are not safely kept.
    AtRisk(Risk),
    /// Bytes kept, checked by length and SHA-256.
    Stored,
    /// Taken back before it was sent.
    Cancelled,
}

/// Why the outcome of a paid request is not known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// The line broke before an answer came.
    NoAnswer,
    /// No answer within [`crate::limits::GENERATE_TIMEOUT_MS`].
    Timeout,
    /// The answer broke off.
    BrokenAnswer(u16),
    /// A 2xx answer that is no JSON.
    UnreadableAnswer(u16),
    /// A 2xx answer without a job id.
    NoId(u16),
    /// An error of the server or of something in front of it.
    ServerError(u16),
    /// The tab was closed or reloaded while the request was on its way.
    Interrupted,
    /// The API gave the id of a job that another attempt has already.
    SameJob,
}

/// Why the whole queue is held back. Attempts stay queued and go on when the cause is mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// No key is set.
    NoKey,
    /// 401, with the API's message.
    KeyRefused(String),
    /// 402, with the API's message.
    NoQuota(String),
    /// 403, with the API's message.
    Blocked(String),
    /// The server cannot be reached; certainly nothing was sent.
    Unreachable,
    /// The server is there and refuses web pages; certainly nothing was sent.
    Cors,
    /// The page's own policy does not allow the address.
    Policy,
    /// The addresses in the settings cannot be used.
    Address,
    /// The library cannot be written, so nothing may be paid for.
    Store,
    /// The person pressed Pause.
    Paused,
    /// The outcome of another attempt of the same batch is not known.
    Doubt,
}

/// The API's refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// The API's message, perhaps empty.
    pub message: String,
}

/// Why polling pauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stall {
    /// The API answered 400 or 404 to the job's id several times.
    NotKnown(u16),
    /// Many polls or a long time without a change.
    Patience,
}

/// Why an image's bytes are not safely kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// The API said SUCCESS and gave no address that may be fetched; what stood there.
    NoUrl(String),
    /// The host of the image cannot be reached or does not let browsers read it.
    Unreachable,
    /// The host of the image answered with this status.
    Status(u16),
    /// What came is not a picture, or not a whole one.
    NotAnImage,
    /// Larger than [`crate::limits::IMAGE_MAX`] bytes or the pixel limits.
    TooLarge,
    /// The browser's storage is full.
    StoreFull,
    /// The browser's storage failed.
    StoreBroken,
    /// It was stored, and the browser does not give its bytes any more.
    Lost,
}

/// What is known of kept bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Type by the bytes' own first marks, such as `image/webp`.
    pub mime: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 in 64 hex digits.
    pub sha256: String,
    /// Width in pixels, from the bytes.
    pub width: u32,
    /// Height in pixels, from the bytes.
    pub height: u32,
}

/// What screens and tests call a state (interface contract, `data-status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not sent, or held back.
    Queued,
    /// On its way.
    Sending,
    /// Perhaps charged.
    Unknown,
    /// Refused, not charged.
    Rejected,
    /// Accepted.
    Running,
    /// Polling pauses.
    Stalled,
    /// The server said so.
    Failed,
    /// Bytes on their way.
    Downloading,
    /// Kept.
    Stored,
    /// Known address, bytes not kept.
    AtRisk,
    /// Taken back.
    Cancelled,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 11] = [
        Status::Queued,
        Status::Sending,
        Status::Unknown,
        Status::Rejected,
        Status::Running,
        Status::Stalled,
        Status::Failed,
        Status::Downloading,
        Status::Stored,
        Status::AtRisk,
        Status::Cancelled,
    ];

    /// The word in `data-status`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Queued => "queued",
            Status::Sending => "sending",
            Status::Unknown => "unknown",
            Status::Rejected => "rejected",
            Status::Running => "running",
            Status::Stalled => "stalled",
            Status::Failed => "failed",
            Status::Downloading => "downloading",
            Status::Stored => "stored",
            Status::AtRisk => "at-risk",
            Status::Cancelled => "cancelled",
        }
    }
}

impl State {
    /// Whether something may still happen to it without the person.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, State::Queued | State::Sending | State::Running | State::Downloading | State::AtRisk(_))
    }

    /// The word for this state.
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            State::Queued => Status::Queued,
            State::Sending => Status::Sending,
            State::Unknown { .. } => Status::Unknown,
            State::Rejected(_) => Status::Rejected,
            State::Running => Status::Running,
            State::Stalled(_) => Status::Stalled,
            State::Failed { .. } => Status::Failed,
            State::Downloading => Status::Downloading,
            State::AtRisk(_) => Status::AtRisk,
            State::Stored => Status::Stored,
            State::Cancelled => Status::Cancelled,
        }
    }
}

/// What serde asks before it leaves a field out.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's own signature")]
fn is_zero(stars: &u8) -> bool {
    *stars == 0
}

impl Record {
    /// A new attempt, confirmed and not sent.
    #[must_use]
    pub fn new(id: AttemptId, batch: AttemptId, of: u16, order: Order, created: Wall) -> Record {
        Record {
            v: RECORD_VERSION,
            id,
            rev: 0,
            batch,
            of,
            order,
            created,
            state: State::Queued,
            job: None,
            url: None,
            quota: None,
            sent: None,
            accepted: None,
            finished: None,
            took_ms: None,
            rescued: false,
            file: None,
            favourite: false,
            rating: 0,
            tags: Vec::new(),
            collections: Vec::new(),
            imported: false,
            template: None,
            deleted: None,
            purged: false,
            replaced_by: None,
        }
    }

    /// The word for its state.
    #[must_use]
    pub fn status(&self) -> Status {
        self.state.status()
    }

    /// Whether it is shown in the grid: neither in the trash nor replaced by another attempt.
    #[must_use]
    pub fn shown(&self) -> bool {
        self.deleted.is_none() && self.replaced_by.is_none()
    }

    /// Whether it is in the trash and can come back.
    #[must_use]
    pub fn in_trash(&self) -> bool {
        self.deleted.is_some() && !self.purged && self.replaced_by.is_none()
    }

    /// Width to height: of the kept image, else of what was asked for.
    #[must_use]
    pub fn aspect(&self) -> f64 {
        match &self.file {
            Some(file) if file.width > 0 && file.height > 0 => f64::from(file.width) / f64::from(file.height),
            _ => self.order.shape.aspect(),
        }
    }

    /// The text that is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a stored row.
    ///
    /// # Errors
    /// What is wrong with it; such a row is put aside, never deleted.
    pub fn from_json(text: &str) -> Result<Record, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
}

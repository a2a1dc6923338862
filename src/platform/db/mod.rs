//! Where the library lies. [`Store`] is the contract; [`indexed::Indexed`] keeps it in IndexedDB, [`memory::Memory`] keeps
//! it for as long as the page is open, where there is no IndexedDB and in tests on the host. The same tests run against
//! both.
//!
//! Rows, bytes, thumbnails and raw answers lie in stores of their own: a list never loads bytes, and one unreadable
//! picture hurts no other.

use flux_studio_core::attempt::Record;
use flux_studio_core::effect::RawAnswer;
use flux_studio_core::event::WriteProblem;
use flux_studio_core::id::AttemptId;

pub mod memory;

#[cfg(target_arch = "wasm32")]
pub mod indexed;
#[cfg(target_arch = "wasm32")]
mod schema;
#[cfg(target_arch = "wasm32")]
mod transaction;

#[cfg(target_arch = "wasm32")]
pub(crate) use transaction::failure;

/// Name of the real library's database.
pub const REAL: &str = "flux-studio";
/// Name of the demo's database: its pictures never mix with paid ones.
pub const DEMO: &str = "flux-studio-demo";

/// A picture's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The type that the bytes proved.
    pub mime: String,
    /// SHA-256 in 64 hex digits.
    pub sha256: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// A smaller picture of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumb {
    /// Its type.
    pub mime: String,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// Every row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// Those that can be read, oldest first.
    pub records: Vec<Record>,
    /// How many cannot; they stay where they are.
    pub damaged: usize,
}

/// A failure of the browser's storage: a DOM exception's name and message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Such as `QuotaExceededError`.
    pub name: String,
    /// The browser's words.
    pub message: String,
}

impl Failure {
    /// Whether there is no room.
    #[must_use]
    pub fn full(&self) -> bool {
        self.name == "QuotaExceededError"
    }

    /// Whether it is one entry that cannot be read, while the store itself works (FAULTS S10).
    #[must_use]
    pub fn unreadable(&self) -> bool {
        matches!(self.name.as_str(), "NotFoundError" | "NotReadableError" | "DataError")
    }
}

impl From<Failure> for WriteProblem {
    fn from(failure: Failure) -> WriteProblem {
        if failure.full() {
            WriteProblem::Full
        } else {
            WriteProblem::Broken(format!("{}: {}", failure.name, failure.message))
        }
    }
}

/// What a library can do. Rows, raw answers and bytes are on disk when the answer comes; the rest may lag.
#[allow(async_fn_in_trait, reason = "a page has one thread, so nobody needs these futures to be Send")]
pub trait Store {
    /// Writes a row if the stored one has the revision before it; revision 0 wants that there is none. The raw answer,
    /// where there is one, is written in the same transaction: both or neither.
    ///
    /// # Errors
    /// [`WriteProblem::Conflict`] with the row that is stored instead; `Full` or `Broken` when nothing was written.
    async fn commit(&self, row: &Record, raw: Option<&RawAnswer>) -> Result<(), WriteProblem>;
    /// The newest rows, so that a library of any size is there at once; `damaged` of their stretch counts too.
    ///
    /// # Errors
    /// When the storage fails.
    async fn newest(&self, count: u32) -> Result<Rows, Failure>;
    /// The next page of rows, oldest first, after the place where the last page ended; and the place where this one
    /// does, `None` at the end.
    ///
    /// # Errors
    /// When the storage fails.
    async fn page(&self, after: Option<&str>) -> Result<(Rows, Option<String>), Failure>;
    /// Every row.
    ///
    /// # Errors
    /// When the storage fails.
    async fn rows(&self) -> Result<Rows, Failure> {
        let mut all = Rows::default();
        let mut last: Option<String> = None;
        loop {
            let (page, end) = self.page(last.as_deref()).await?;
            all.records.extend(page.records);
            all.damaged += page.damaged;
            match end {
                Some(end) => last = Some(end),
                None => return Ok(all),
            }
        }
    }
    /// These rows, as far as they are there and readable.
    ///
    /// # Errors
    /// When the storage fails.
    async fn read(&self, ids: &[AttemptId]) -> Result<Vec<Record>, Failure>;
    /// The rows that something may still happen to by itself, found without a look at the others.
    ///
    /// # Errors
    /// When the storage fails.
    async fn open_rows(&self) -> Result<Vec<Record>, Failure>;
    /// The raw answers kept with a row, oldest first: what each answered to, status, body.
    ///
    /// # Errors
    /// When the storage fails.
    async fn raw(&self, id: &AttemptId) -> Result<Vec<(String, u16, Vec<u8>)>, Failure>;
    /// Keeps a picture's bytes.
    ///
    /// # Errors
    /// When they are not kept.
    async fn put_bytes(&self, id: &AttemptId, bytes: &Stored) -> Result<(), Failure>;
    /// A picture's bytes.
    ///
    /// # Errors
    /// When the storage fails, or this one picture cannot be read.
    async fn bytes(&self, id: &AttemptId) -> Result<Option<Stored>, Failure>;
    /// Takes a picture's bytes and thumbnails away; its row and raw answers stay.
    ///
    /// # Errors
    /// When nothing was taken away.
    async fn erase(&self, id: &AttemptId) -> Result<(), Failure>;
    /// Keeps a thumbnail of this edge (pixels).
    ///
    /// # Errors
    /// When it is not kept.
    async fn put_thumb(&self, id: &AttemptId, edge: u32, thumb: &Thumb) -> Result<(), Failure>;
    /// A thumbnail.
    ///
    /// # Errors
    /// When the storage fails.
    async fn thumb(&self, id: &AttemptId, edge: u32) -> Result<Option<Thumb>, Failure>;
    /// Keeps a text under a name (settings, draft, the demo's snapshot).
    ///
    /// # Errors
    /// When it is not kept.
    async fn put_text(&self, name: &str, text: &str) -> Result<(), Failure>;
    /// The text under a name.
    ///
    /// # Errors
    /// When the storage fails.
    async fn text(&self, name: &str) -> Result<Option<String>, Failure>;
}

/// What compare-and-set says of a row that is to be written over what is stored.
#[must_use]
pub fn may_replace(row: &Record, stored: Option<u64>) -> bool {
    match stored {
        None => row.rev == 0,
        Some(rev) => row.rev.checked_sub(1) == Some(rev),
    }
}

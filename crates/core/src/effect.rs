//! What the studio wants done outside. Each effect is run by one adapter, and each answer is an [`crate::event::Event`].

use serde::{Deserialize, Serialize};

use crate::attempt::permit::SendPermit;
use crate::attempt::{Hold, Record};
use crate::id::{AttemptId, JobId};

/// Names one write, so that its answer finds its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Something to be done.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Commit one row with strict durability, if the stored row still has the revision before it. Answer:
    /// [`crate::event::Event::Written`].
    Write(Write),
    /// Take the lock `send:<id>` without waiting, then commit the row as `Sending` like [`Effect::Write`], and keep the
    /// lock until [`Effect::Unlock`]. Answer: [`crate::event::Event::Claimed`].
    Claim(Write),
    /// This write is waited for by something of money: it is patient no more.
    Hurry(Ticket),
    /// Send the paid request, once. Answer: [`crate::event::Event::Posted`].
    Post {
        /// The right to do so.
        permit: SendPermit,
        /// Where to.
        url: String,
        /// The JSON body.
        body: String,
        /// Whether the bundled proxy has announced itself, so that `X-Request-Id` (the attempt's id) may be sent.
        request_id: bool,
    },
    /// Keep a job id in a small place of its own beside the database, which has no room for its row; `None`: the row is
    /// on disk. What lies there comes back with [`crate::event::Loaded::spares`].
    Spare(AttemptId, Option<JobId>),
    /// Give the lock `send:<id>` back: the outcome is on disk.
    Unlock(AttemptId),
    /// Wait for the lock `send:<id>`, whose holder is another tab or a tab that is gone. When it is granted, nobody is
    /// sending that attempt any more: tell [`crate::event::Event::Orphaned`], and keep the lock until
    /// [`Effect::Unlock`]. Without Web Locks: tell it 120 s after the row's `sent`.
    Watch(AttemptId),
    /// Ask for a job (POST, JSON). Answer: [`crate::event::Event::Polled`].
    Poll {
        /// The attempt.
        id: AttemptId,
        /// Its job.
        job: JobId,
        /// Where to.
        url: String,
        /// The JSON body.
        body: String,
    },
    /// Ask for a made-up job (POST, JSON): free, and it proves address, CORS, key and proxy. Where no answer comes,
    /// the adapter finds out what can be found out ([`crate::event::Reach`]). Answer: [`crate::event::Event::Probed`].
    Probe {
        /// For the queue or for the button "Test connection".
        purpose: Purpose,
        /// Where to.
        url: String,
        /// The JSON body.
        body: String,
    },
    /// Read the account (GET). Answer: [`crate::event::Event::Account`].
    Account {
        /// Where to.
        url: String,
    },
    /// Fetch the image without key, from the first route that works; tell its type by its bytes, hash it, keep it with
    /// strict durability and read it back. Answer: [`crate::event::Event::Downloaded`].
    Download {
        /// The attempt.
        id: AttemptId,
        /// Addresses to try, in this order.
        routes: Vec<String>,
    },
    /// Take its picture and thumbnails out of the store. Answer, where they are gone: [`crate::event::Event::Erased`].
    Erase(AttemptId),
    /// Read these rows again, and with them every stored row whose state is open (by index, so that it costs little):
    /// heals hints that were missed. Answer: [`crate::event::Event::Rows`].
    Refresh(Vec<AttemptId>),
    /// Tell the other tabs that these rows changed (a hint, never truth).
    Announce(Vec<AttemptId>),
    /// Tell the other tabs about the queue (a hint, never truth); there it is [`crate::event::Event::Shared`].
    Share(Shared),
    /// Keep the settings.
    SaveSettings(String),
    /// Keep the composer's draft.
    SaveDraft(String),
}

/// One row to commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    /// Names the write.
    pub ticket: Ticket,
    /// The row as it is to be, with its new revision.
    pub row: Box<Record>,
    /// A raw answer of the API to keep beside it: what it answered to, status, body.
    pub raw: Option<RawAnswer>,
    /// It says nothing of money, and lets what does go first.
    pub patient: bool,
}

/// A raw answer of the API, kept for the person and for support.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawAnswer {
    /// `generate` or `fetch`.
    pub to: &'static str,
    /// HTTP status.
    pub status: u16,
    /// At most [`crate::limits::RAW_KEPT`] bytes.
    pub body: Vec<u8>,
}

/// What tabs tell each other about the queue, which only the leader sends from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shared {
    /// The person pressed Resume (or did what amounts to it) in another tab.
    Resume,
    /// The person pressed Pause in another tab.
    Pause,
    /// Why the leader holds the queue back.
    Hold(Option<Hold>),
}

/// Why a probe goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Attempts wait for it; the number says under which key and address.
    Queue(u32),
    /// The person pressed "Test connection".
    Test,
}

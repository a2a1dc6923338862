//! What happens to the studio: the person's wishes, answers to effects, and the browser's news.

use crate::api::HttpOutcome;
use crate::api::info::Account;
use crate::attempt::mark::Mark;
use crate::attempt::permit::Claim;
use crate::attempt::{FileFacts, Record, Risk};
use crate::draft::Draft;
use crate::effect::{Purpose, Shared, Ticket};
use crate::id::{AttemptId, JobId};
use crate::look::Look;
use crate::presets::Presets;
use crate::settings::Settings;

/// Something happened.
#[derive(Debug)]
pub enum Event {
    /// The store was read, or the newest of it: the studio starts.
    Loaded(Box<Loaded>),
    /// Older rows of the store. Until all are there nothing is sent and nothing is filed: only the whole library knows
    /// which jobs there are.
    Older {
        /// The rows.
        records: Vec<Record>,
        /// Rows that could not be read, put aside.
        damaged: usize,
        /// These were the last.
        done: bool,
    },
    /// Rows were read again (after a hint of another tab, or on return to the page).
    Rows(Vec<Record>),
    /// The composer changed.
    Compose(Draft),
    /// The person pressed Generate (or Ctrl/⌘+Enter).
    Generate {
        /// The press is a double click's second or a held key's.
        repeat: bool,
    },
    /// The person wants something of one attempt.
    Act(AttemptId, Action),
    /// The person looks at something else.
    Look(Look),
    /// The person says something about these.
    Mark(Vec<AttemptId>, Mark),
    /// The person takes back what has this number, or what was said last.
    TakeBack(Option<u64>),
    /// The person empties the trash.
    EmptyTrash {
        /// Of favourites too.
        favourites: bool,
    },
    /// Answer to [`crate::effect::Effect::Erase`]: its files are gone.
    Erased(AttemptId),
    /// The person pasted one job id or a list: each is filed and asked for.
    Rescue(String),
    /// The person wants the held queue to go on.
    Resume,
    /// The person wants nothing more to be sent for now.
    Pause,
    /// The settings were saved.
    Settings(Box<Settings>),
    /// A key is there (or not) for the connection that holds.
    Key(bool),
    /// The person pressed "Test connection".
    Test,
    /// Answer to [`crate::effect::Effect::Write`].
    Written(Ticket, Result<(), WriteProblem>),
    /// Answer to [`crate::effect::Effect::Claim`].
    Claimed(Ticket, Result<Claim, WriteProblem>),
    /// Answer to [`crate::effect::Effect::Post`].
    Posted(AttemptId, HttpOutcome),
    /// Answer to [`crate::effect::Effect::Poll`].
    Polled(AttemptId, HttpOutcome),
    /// Answer to [`crate::effect::Effect::Probe`].
    Probed(Purpose, HttpOutcome, Reach),
    /// Answer to [`crate::effect::Effect::Account`].
    Account(Option<Account>),
    /// Answer to [`crate::effect::Effect::Download`]. With the facts also where the bytes could not be kept but are in
    /// memory.
    Downloaded(AttemptId, Result<FileFacts, Risk>),
    /// Another tab told something about the queue.
    Shared(Shared),
    /// The time of [`crate::studio::Studio::next_wake`] has come.
    Tick,
    /// This tab leads (polls, resumes) or no longer does.
    Leader(bool),
    /// The page is visible or hidden.
    Visible(bool),
    /// The page is told to be online again, woke up, or came back from the history: look at everything that is due.
    Woke,
    /// Answer to [`crate::effect::Effect::Watch`]: nobody else holds `send:<id>`, this tab does now.
    Orphaned(AttemptId),
    /// The store has no bytes for a stored image, or none that can be read. Not for a store that fails as a whole.
    Lost(AttemptId),
}

/// What the store held.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Rows that could be read: all, or the newest and those that are not at an end.
    pub records: Vec<Record>,
    /// Older rows follow ([`Event::Older`]).
    pub more: bool,
    /// Rows that could not be read, put aside.
    pub damaged: usize,
    /// Stored settings.
    pub settings: Settings,
    /// Presets of the host.
    pub presets: Presets,
    /// The composer's draft as it was left, with what was typed before the program had arrived in its place.
    pub draft: Draft,
    /// The page's own address, for relative proxies.
    pub page: String,
    /// Job ids that found no room on disk, by attempt ([`crate::effect::Effect::Spare`]).
    pub spares: Vec<(AttemptId, JobId)>,
    /// Whether a key for this connection is there.
    pub key: bool,
    /// Whether this tab leads.
    pub leader: bool,
    /// The built-in simulator answers instead of the API.
    pub demo: bool,
    /// Whether the store keeps what it is given (false: memory only, nothing may be paid for).
    pub lasting: bool,
}

/// What a person can want of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Take back before it is sent.
    Cancel,
    /// A new attempt with the same order in the place of one that was refused, failed or taken back.
    Retry,
    /// A new attempt in the place of one whose outcome is not known; it may be charged twice.
    SendAgain,
    /// Ask for the job now; or try the download again now.
    CheckNow,
    /// This text is the job's id.
    AttachJobId(String),
    /// Do not ask about it any more.
    WriteOff,
}

/// Why a write did not happen.
#[derive(Debug, Clone, PartialEq)]
pub enum WriteProblem {
    /// The stored row is another one (`None`: gone); it is the truth now.
    Conflict(Option<Box<Record>>),
    /// Another tab holds the lock `send:<id>`.
    Locked,
    /// The browser's storage is full.
    Full,
    /// The browser's storage failed, with the DOM exception's name and message.
    Broken(String),
}

/// What could be found out about a server that gave no answer. JavaScript sees one and the same error for most causes,
/// so each is "likely".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Nothing was looked at: there was an answer.
    NotAsked,
    /// The browser says that it is offline, or the page's own server does not answer either.
    Offline,
    /// The page's own server answers with something else: a log-in page of a network.
    Portal,
    /// The server answers when nothing may be read: it is up, and refuses browsers (CORS).
    Alive,
    /// The server does not answer at all.
    Dead,
}

//! What screens show of the studio: plain values, compared before they are published, so that a screen moves only when
//! something on it changed.

use crate::api::info::Account;
use crate::attempt::{Hold, Record, State, Status, mark};
use crate::id::AttemptId;
use crate::limits;
use crate::message::{self, Sentence};
use crate::time::Wall;

/// A tile's button, in the order of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Button {
    /// "Favourite".
    Favourite,
    /// "Download".
    Download,
    /// "Use these settings".
    UseSettings,
    /// "Retry".
    Retry,
    /// "Check now".
    CheckNow,
    /// "Attach job id".
    AttachJobId,
    /// "Send again".
    SendAgain,
    /// "Write off".
    WriteOff,
    /// "Cancel".
    Cancel,
    /// "Delete".
    Delete,
    /// "Restore".
    Restore,
}

impl Button {
    /// The accessible name (interface contract).
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Button::Favourite => "Favourite",
            Button::Download => "Download",
            Button::UseSettings => "Use these settings",
            Button::Retry => "Retry",
            Button::CheckNow => "Check now",
            Button::AttachJobId => "Attach job id",
            Button::SendAgain => "Send again",
            Button::WriteOff => "Write off",
            Button::Cancel => "Cancel",
            Button::Delete => "Delete",
            Button::Restore => "Restore",
        }
    }
}

/// One tile.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// The attempt.
    pub id: AttemptId,
    /// `data-status`.
    pub status: Status,
    /// `data-job-id`, empty before acceptance.
    pub job_id: String,
    /// The prompt as sent: the picture's alternative text.
    pub prompt: String,
    /// The mode as sent.
    pub mode: String,
    /// The size or ratio as sent.
    pub shape: String,
    /// Width to height.
    pub aspect: f64,
    /// The longer edge of the kept picture, in pixels.
    pub long_edge: Option<u32>,
    /// There are bytes to show.
    pub has_bytes: bool,
    /// What to say; for failed, rejected, unknown, stalled, at risk, and for queued ones that are held back.
    pub sentence: Option<Sentence>,
    /// Since when it runs (sent or accepted), for the elapsed time.
    pub since: Option<Wall>,
    /// Milliseconds that attempts of this mode and size took before; `None` without data.
    pub expected_ms: Option<u64>,
    /// Marked.
    pub favourite: bool,
    /// Stars, 0 for none.
    pub rating: u8,
    /// In the trash.
    pub trashed: bool,
    /// The buttons that apply, the most useful first.
    pub buttons: Vec<Button>,
}

/// Makes the tile of a record. `hold` is why the queue is held back, `expected_ms` what is known of durations, and
/// `in_memory` whether bytes that could not be kept are at least in memory.
#[must_use]
pub fn tile(record: &Record, hold: Option<&Hold>, expected_ms: Option<u64>, in_memory: bool) -> Tile {
    let status = record.status();
    let sentence = match (&record.state, hold) {
        (State::Queued, Some(hold)) => Some(message::hold(hold)),
        _ => message::attempt(record),
    };
    let since = match status {
        Status::Sending => record.sent,
        Status::Running | Status::Stalled | Status::Downloading => record.accepted,
        _ => None,
    };
    Tile {
        id: record.id,
        status,
        job_id: record.job.as_ref().map(|job| job.as_str().to_owned()).unwrap_or_default(),
        prompt: record.order.prompt.clone(),
        mode: record.order.mode.as_str().to_owned(),
        shape: record.order.shape.text(),
        aspect: record.aspect(),
        long_edge: record.file.as_ref().map(|file| file.width.max(file.height)),
        has_bytes: record.file.is_some() || in_memory,
        sentence,
        since,
        expected_ms,
        favourite: record.favourite,
        rating: record.rating,
        trashed: record.in_trash(),
        buttons: buttons(record, in_memory),
    }
}

fn buttons(record: &Record, in_memory: bool) -> Vec<Button> {
    use Button as B;
    if record.in_trash() {
        return vec![B::Restore, B::Download, B::UseSettings];
    }
    let mut buttons = match &record.state {
        State::Queued => vec![B::Cancel, B::UseSettings],
        State::Sending | State::Downloading => vec![B::UseSettings],
        State::Unknown { settled: false, .. } => vec![B::AttachJobId, B::SendAgain, B::WriteOff, B::UseSettings],
        State::Unknown { settled: true, .. } => vec![B::AttachJobId, B::SendAgain, B::UseSettings],
        State::Rejected(_) | State::Cancelled => vec![B::Retry, B::UseSettings],
        State::Failed { .. } => vec![B::Retry, B::UseSettings],
        State::Running => vec![B::CheckNow, B::UseSettings],
        State::Stalled(_) => vec![B::CheckNow, B::AttachJobId, B::UseSettings],
        State::AtRisk(_) if in_memory => vec![B::Download, B::CheckNow, B::UseSettings],
        State::AtRisk(_) => vec![B::CheckNow, B::Download, B::UseSettings],
        State::Stored => vec![B::Favourite, B::Download, B::UseSettings],
    };
    // What is on its way, or asks for a decision about money, cannot be thrown away by a slip.
    if mark::may_go(&record.state) {
        buttons.push(B::Delete);
    }
    buttons
}

/// A picture that is paid for and not safely kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AtRisk {
    /// The attempt.
    pub id: AttemptId,
    /// The prompt as sent.
    pub prompt: String,
    /// What is wrong.
    pub sentence: Sentence,
    /// Until when its address can be counted on; `None` without an address.
    pub until: Option<Wall>,
    /// The bytes are in this page's memory: closing the page loses them.
    pub in_memory: bool,
}

/// What the list of pictures at risk says of a row; `None` for rows that are not.
#[must_use]
pub fn at_risk(record: &Record, in_memory: bool) -> Option<AtRisk> {
    if !matches!(record.state, State::AtRisk(_)) || !record.shown() {
        return None;
    }
    let known = record.finished.or(record.accepted).unwrap_or(record.created);
    Some(AtRisk {
        id: record.id,
        prompt: record.order.prompt.clone(),
        sentence: message::attempt(record).unwrap_or_default(),
        until: record.url.as_ref().map(|url| Wall(known.0.saturating_add(life_ms(url)))),
        in_memory,
    })
}

/// Milliseconds that a picture's address can be counted on, by its host.
fn life_ms(url: &str) -> u64 {
    let host = url.strip_prefix("https://").and_then(|rest| rest.split(['/', ':']).next());
    match host {
        Some("cdn.ttapi.io") => limits::CDN_LIFE_MS,
        Some("cloudflarer2.ttapi.io") => limits::R2_LIFE_MS,
        _ => limits::OTHER_LIFE_MS,
    }
}

/// What the top bar and the composer say about the connection and the queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Overview {
    /// Attempts that are confirmed and not sent.
    pub queued: usize,
    /// Attempts that are sending, running or downloading: what the title counts.
    pub running: usize,
    /// Attempts that need the person: unknown and unsettled, stalled, at risk.
    pub needs_you: usize,
    /// Attempts that are shown.
    pub shown: usize,
    /// Images kept.
    pub stored: usize,
    /// Marked images.
    pub favourites: usize,
    /// Images in the trash.
    pub trash: usize,
    /// Bytes of the pictures in the trash.
    pub trash_bytes: u64,
    /// Bytes of the pictures that are shown.
    pub bytes: u64,
    /// Why nothing is sent now; `None` while the queue is open.
    pub hold: Option<Hold>,
    /// A key is there.
    pub key: bool,
    /// The demo answers.
    pub demo: bool,
    /// The store was read; until then nothing is known.
    pub ready: bool,
    /// The host that sees the key.
    pub holder: String,
    /// The account as last read.
    pub account: Option<Account>,
    /// Pictures that are paid for and not safely kept, oldest first.
    pub at_risk: Vec<AtRisk>,
    /// Nothing would be put in doubt or lost by closing the page now.
    pub safe_to_close: bool,
    /// "Test connection" is under way, or what it found.
    pub test: Test,
}

/// "Test connection".
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Test {
    /// Not asked for.
    #[default]
    Idle,
    /// Under way.
    Running,
    /// What it found; `true` where everything is well.
    Done(bool, Sentence),
}

/// What one press of Generate will cost, as learned from finished jobs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Thousandths of quota of one image of the chosen mode and shape; `None` until one was finished.
    pub each: Option<u64>,
    /// Milliseconds that one took; `None` without data.
    pub expected_ms: Option<u64>,
}

/// Thousandths of quota as people write them: `3`, `0.5`.
#[must_use]
pub fn quota_text(thousandths: u64) -> String {
    let whole = thousandths / 1000;
    let rest = thousandths % 1000;
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:03}").trim_end_matches('0').to_owned() }
}

/// Milliseconds as people read them while they wait: `9 s`, `2 min 5 s`.
#[must_use]
pub fn duration_text(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0..=89 => format!("{seconds} s"),
        90..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_lives_as_long_as_its_host_lets_it() {
        let days = |url| life_ms(url) / (24 * 3_600_000);
        assert_eq!(days("https://cdn.ttapi.io/2024/a.png"), 30);
        assert_eq!(days("https://cloudflarer2.ttapi.io/a.webp?x=1"), 3);
        for other in ["https://delivery.bfl.ai/a", "https://cdn.ttapi.io.evil.example/a", "http://127.0.0.1:1/a"] {
            assert_eq!(life_ms(other), 600_000, "{other}");
        }
    }

    #[test]
    fn amounts_and_durations_read_well() {
        assert_eq!([3_000, 500, 1_250, 0].map(quota_text), ["3", "0.5", "1.25", "0"]);
        assert_eq!([900, 9_000, 125_000, 7_260_000].map(duration_text), ["0 s", "9 s", "2 min 5 s", "2 h 1 min"]);
    }
}

//! What is said to a person. Each trouble is a meaning first ([`crate::attempt`] and [`Notice`]) and becomes a sentence
//! here: what happened, whether money was spent, what to do next.

use crate::address::{AddressProblem, Field};
use crate::attempt::mark::Mark;
use crate::attempt::{Doubt, Hold, Record, Refusal, Risk, Stall, State};
use crate::draft::DraftProblem;
use crate::id::AttemptId;
use crate::secret::KeyProblem;
use crate::{limits, text};

/// Three answers to "what now?". Any of the parts may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    /// What happened.
    pub what: String,
    /// Whether money was spent.
    pub money: &'static str,
    /// What to do next.
    pub next: String,
}

impl Sentence {
    /// The whole text.
    #[must_use]
    pub fn text(&self) -> String {
        joined(&[&self.what, self.money, &self.next])
    }

    /// What happened and whether money was spent, where there is no room for more.
    #[must_use]
    pub fn brief(&self) -> String {
        joined(&[&self.what, self.money])
    }
}

/// Parts one after the other. A server's message often comes without its full stop.
fn joined(parts: &[&str]) -> String {
    let mut out = String::new();
    for part in parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            if !out.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？']) {
                out.push('.');
            }
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

fn say(what: impl Into<String>, money: &'static str, next: impl Into<String>) -> Sentence {
    Sentence { what: what.into(), money, next: next.into() }
}

const FREE: &str = "Nothing was charged.";
const NOT_SENT: &str = "Nothing was sent, nothing was charged.";
const PERHAPS: &str = "It may have been charged.";
const PAID: &str = "It is paid for and not lost.";

/// The passphrase does not open the kept key.
#[must_use]
pub fn wrong_passphrase() -> Sentence {
    say("This passphrase does not open the kept key.", NOT_SENT, "Try again, or paste the key anew.")
}

/// Something to tell the person once, in a corner.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The draft cannot be sent.
    Draft(DraftProblem),
    /// Something was said about images; it can be taken back.
    Marked {
        /// What.
        mark: Mark,
        /// Of how many.
        count: usize,
        /// By which number it is taken back ([`crate::event::Event::TakeBack`]).
        undo: u64,
    },
    /// It was taken back, for this many images.
    TakenBack(usize),
    /// A wish could not be written to disk.
    NotWritten(String),
    /// The library's storage does not last or failed at the start.
    StoreNotLasting,
    /// A service worker of another page controls this one.
    StrangersWorker,
    /// A part of the program, loaded when it is first used, could not be.
    PartMissing,
    /// A picture was downloaded as it is.
    Unchanged {
        /// It lacks its settings; else it was to have nothing inside, and may have.
        settings: bool,
        /// Why; ends a sentence.
        why: String,
    },
    /// Pictures were downloaded as a zip.
    Packed {
        /// How many.
        images: usize,
        /// How many could not be read.
        missing: usize,
        /// How many are as they were.
        unchanged: usize,
        /// Those lack their settings; else they were to have nothing inside, and may have.
        settings: bool,
    },
    /// Pictures were not downloaded; the reason ends a sentence.
    NotPacked(String),
    /// This many stored rows could not be read and were put aside.
    Damaged(usize),
    /// So many images are in this browser alone: they came after the last export, or there was none.
    BackupDue(usize),
    /// Job ids were pasted.
    Rescued {
        /// New in the library, being asked for.
        filed: usize,
        /// In the library already.
        known: usize,
        /// No job ids.
        wrong: usize,
        /// More than one paste may ask for.
        left: usize,
    },
    /// A pasted job id is none.
    BadJobId,
    /// Another attempt has this job already.
    SameJob(AttemptId),
}

impl Notice {
    /// Whether it needs the person (`role="alert"`) or is only news (`role="status"`).
    #[must_use]
    pub fn is_alert(&self) -> bool {
        match self {
            Notice::Marked { .. } | Notice::TakenBack(_) | Notice::BackupDue(_) => false,
            Notice::Rescued { wrong, left, .. } => wrong + left > 0,
            Notice::Packed { missing, unchanged, .. } => missing + unchanged > 0,
            _ => true,
        }
    }

    /// The sentence.
    #[must_use]
    pub fn sentence(&self) -> Sentence {
        match self {
            Notice::Draft(problem) => draft(*problem),
            Notice::Marked { mark: Mark::Trash(true), count: 1, .. } => say("Moved to the trash.", "", ""),
            Notice::Marked { mark, count, .. } => say(format!("{count} images {}.", marked(mark)), "", ""),
            Notice::TakenBack(0) => {
                say("Nothing could be undone: it was changed since, or has left the trash for good.", "", "")
            }
            Notice::TakenBack(count) => {
                say(if *count == 1 { "Undone.".to_owned() } else { format!("Undone for {count} images.") }, "", "")
            }
            Notice::NotWritten(detail) => say(
                format!("Your browser could not write this change ({detail})."),
                FREE,
                "Try again, or reload the page.",
            ),
            Notice::StoreNotLasting => say(
                "Your browser does not let this page keep anything (private window, or storage is blocked).",
                "Nothing will be sent while pictures cannot be kept.",
                "Open the studio in a normal window, or allow storage for this site.",
            ),
            Notice::StrangersWorker => say(
                "A program of another site at this address (a service worker) stands between this page and the network.",
                "It can read what is sent, your key too, so the key is not kept on this device.",
                "Put the studio at an address of its own, or remove that program in the browser's site settings.",
            ),
            Notice::PartMissing => say(
                "This part of the studio could not be loaded.",
                FREE,
                "Check the connection and try again; after an update of the studio, reload the page.",
            ),
            Notice::BackupDue(count) => say(
                format!("{count} images are in this browser and nowhere else."),
                "",
                "Export the library now and then: Settings, Library.",
            ),
            Notice::Unchanged { settings: true, why } => {
                say(format!("The picture was downloaded without its settings inside: {}.", text::visible(why)), "", "")
            }
            Notice::Unchanged { settings: false, why } => say(
                format!("The picture was downloaded as it is, whatever is inside: {}.", text::visible(why)),
                "",
                "Look into it before you pass it on.",
            ),
            Notice::Packed { images, missing, unchanged, settings } => {
                let mut what = format!("Downloaded {images} images.");
                if *missing > 0 {
                    what.push_str(&format!(" {missing} could not be read and are not in the file."));
                }
                match (*unchanged, settings) {
                    (0, _) => {}
                    (count, true) => what.push_str(&format!(" {count} have no settings inside.")),
                    (count, false) => what.push_str(&format!(" {count} are as they were, whatever is inside.")),
                }
                say(what, "", "")
            }
            Notice::NotPacked(why) => say(format!("Nothing was downloaded: {}.", text::visible(why)), "", ""),
            Notice::Damaged(count) => say(
                format!("{count} stored entries could not be read and were put aside."),
                "",
                "The rest of the library is unaffected.",
            ),
            Notice::Rescued { filed, known, wrong, left } => {
                let mut what = format!("{filed} jobs filed.");
                if *known > 0 {
                    what.push_str(&format!(" {known} were in the library already."));
                }
                if *wrong > 0 {
                    what.push_str(&format!(" {wrong} words are no job ids."));
                }
                let next =
                    if *left > 0 { format!("{left} more were left out; paste those again.") } else { String::new() };
                say(what, "Asking for them is free.", next)
            }
            Notice::BadJobId => {
                say("This is not a job id.", FREE, "A job id has 6 to 128 letters, digits, hyphens or underscores.")
            }
            Notice::SameJob(_) => say(
                "Another image already has this job id.",
                FREE,
                "Each job makes one image; check the id in your TTAPI account.",
            ),
        }
    }
}

/// What was done to "3 images …".
fn marked(mark: &Mark) -> String {
    match mark {
        Mark::Favourite(true) => "are favourites".to_owned(),
        Mark::Favourite(false) => "are no favourites any more".to_owned(),
        Mark::Rating(0) => "have no rating any more".to_owned(),
        Mark::Rating(stars) => format!("rated {stars} of 5"),
        Mark::Tag(name, true) => format!("tagged “{name}”"),
        Mark::Tag(name, false) => format!("no longer tagged “{name}”"),
        Mark::Collection(name, true) => format!("added to “{name}”"),
        Mark::Collection(name, false) => format!("taken out of “{name}”"),
        Mark::Trash(true) => "moved to the trash".to_owned(),
        Mark::Trash(false) => "restored".to_owned(),
    }
}

/// Why a draft cannot be sent.
#[must_use]
pub fn draft(problem: DraftProblem) -> Sentence {
    match problem {
        DraftProblem::EmptyPrompt => say("The prompt is empty.", NOT_SENT, "Describe a picture first."),
        DraftProblem::LongPrompt(length) => say(
            format!("The prompt has {length} characters, more than the {} that can be sent.", limits::PROMPT_MAX_CHARS),
            NOT_SENT,
            "Shorten it.",
        ),
        DraftProblem::Count => {
            say("The number of images is out of range.", NOT_SENT, format!("Choose 1 to {}.", limits::IMAGES_MAX))
        }
        DraftProblem::Hook => say(
            "The hook URL is not a complete https address.",
            NOT_SENT,
            "Correct it under Advanced, or leave it empty.",
        ),
    }
}

/// Why a pasted key is refused; the key itself is never repeated.
#[must_use]
pub fn key(problem: KeyProblem) -> Sentence {
    match problem {
        KeyProblem::Empty => say("There is no key yet.", "", "Paste the API key from your TTAPI account."),
        KeyProblem::TooShort => say("This key is too short.", "", "Copy the whole key from your TTAPI account."),
        KeyProblem::TooLong => {
            say("This text is too long for a key.", "", "Copy only the key from your TTAPI account.")
        }
        KeyProblem::Characters => say(
            "This key has a space, a line break or a character that no key has.",
            "",
            "Copy it again from your TTAPI account.",
        ),
    }
}

/// Why an address is refused.
#[must_use]
pub fn address(field: Field, problem: AddressProblem) -> Sentence {
    let name = match field {
        Field::Base => "API base URL",
        Field::Proxy => "Proxy URL",
    };
    let example = match field {
        Field::Base => "Write it like https://api.ttapi.io.",
        Field::Proxy => "Write it like https://proxy.example/ttapi or ./ttapi/, or as a template with {url}.",
    };
    match problem {
        AddressProblem::Malformed => say(format!("The {name} is not a complete address."), NOT_SENT, example),
        AddressProblem::Scheme => say(
            format!("The {name} does not begin with https://."),
            "Your key would travel readable for everybody in between, so nothing is sent.",
            "Use https; plain http is possible only for this machine (127.0.0.1 or localhost).",
        ),
        AddressProblem::UserInfo => {
            say(format!("The {name} holds a user name or password before an @."), NOT_SENT, "Leave that part out.")
        }
        AddressProblem::Extra => say(
            format!("The {name} has a ? or # part."),
            NOT_SENT,
            "Leave it out, or use {url} where the full address belongs.",
        ),
        AddressProblem::Long => say(format!("The {name} is too long."), NOT_SENT, example),
        AddressProblem::Template => say(
            format!("The {name} is a template that makes no fixed server."),
            NOT_SENT,
            "Put {url} into the path or the query, like https://proxy.example/?url={url}.",
        ),
    }
}

/// Why the queue is held back.
#[must_use]
pub fn hold(hold: &Hold) -> Sentence {
    match hold {
        Hold::NoKey => say("Waiting for your API key.", NOT_SENT, "Add it in the settings, and this goes on."),
        Hold::KeyRefused(message) => say(
            format!("The API refused the key{}", quoted(message)),
            FREE,
            "Put the right key into the settings, and this goes on.",
        ),
        Hold::NoQuota(message) => say(
            format!("Your TTAPI account has too little quota{}", quoted(message)),
            FREE,
            "Top it up, then press Resume.",
        ),
        Hold::Blocked(message) => say(
            format!("The API blocks this account{}", quoted(message)),
            FREE,
            "Ask TTAPI about it, then press Resume.",
        ),
        Hold::Unreachable => say(
            "The server does not answer.",
            NOT_SENT,
            "Check the addresses with Test connection in the settings, then press Resume.",
        ),
        Hold::Cors => say(
            "The server refuses web pages (CORS).",
            NOT_SENT,
            "Use a proxy: the bundled one starts with cargo xtask run. Test connection in the settings says more.",
        ),
        Hold::Policy => say(
            "This page's own policy does not allow the address.",
            NOT_SENT,
            "Use an https address, or one on this machine.",
        ),
        Hold::Address => say("The address in the settings cannot be used.", NOT_SENT, "Correct it in the settings."),
        Hold::Store => say(
            "Your browser cannot keep pictures now.",
            NOT_SENT,
            "Free some space or reload the page, then press Resume.",
        ),
        Hold::Paused => say("Paused.", NOT_SENT, "Press Resume to go on."),
        Hold::Doubt => say(
            "Waiting: the outcome of another image of this batch is not known.",
            NOT_SENT,
            "Settle that one, or press Resume.",
        ),
    }
}

/// What an attempt that did not end in a picture says on its tile; `None` where there is nothing to say.
#[must_use]
pub fn attempt(record: &Record) -> Option<Sentence> {
    match &record.state {
        State::Unknown { settled: true, .. } => Some(say("Written off.", PERHAPS, "You can still attach its job id.")),
        State::Unknown { doubt, .. } => Some(self::doubt(doubt)),
        State::Rejected(refusal) => Some(self::refusal(refusal)),
        State::Failed { message } if message.is_empty() => {
            Some(say("The API gave no reason.", "A failed job is not charged by TTAPI.", "You can try it again."))
        }
        State::Failed { message } => Some(say(
            text::visible(message),
            "A failed job is not charged by TTAPI.",
            "Change the prompt, or try it again.",
        )),
        State::Stalled(Stall::NotKnown(_)) => Some(say(
            "The server does not know this job.",
            "It may have been charged.",
            "Check the connection, then Check now; the job id is kept.",
        )),
        State::Stalled(Stall::Patience) => Some(say("No news for a long time.", PAID, "Checking again is free.")),
        State::AtRisk(risk) => Some(self::risk(risk)),
        State::Cancelled => Some(say("Cancelled before it was sent.", FREE, "")),
        _ => None,
    }
}

fn doubt(doubt: &Doubt) -> Sentence {
    let what = match doubt {
        Doubt::NoAnswer => "The line broke before an answer came.".to_owned(),
        Doubt::Timeout => "No answer within 90 seconds.".to_owned(),
        Doubt::BrokenAnswer(_) => "The answer broke off.".to_owned(),
        Doubt::UnreadableAnswer(_) => "The answer was not one of the API.".to_owned(),
        Doubt::NoId(_) => "The API answered without a job id.".to_owned(),
        Doubt::ServerError(status) => format!("The server answered with error {status}."),
        Doubt::SameJob => "The API gave the id of a job that another image has already.".to_owned(),
        Doubt::Interrupted => "The page was closed while the request was on its way.".to_owned(),
    };
    say(what, PERHAPS, "Look into your TTAPI account: attach the job id if there is one, or send it again.")
}

fn refusal(refusal: &Refusal) -> Sentence {
    let message = text::visible(&refusal.message);
    let (what, next) = match refusal.status {
        429 => ("Too many requests at once", "Wait a moment, then retry."),
        499 => ("The API's queue is full", "Wait a moment, then retry."),
        404 | 405 => ("The server has no such address", "Check the API base URL and the proxy in the settings."),
        413 => ("The request is too large", "Shorten the prompt."),
        _ => ("The API refused this request", "Change the prompt, mode or size, or retry."),
    };
    let what = if message.is_empty() { format!("{what} ({}).", refusal.status) } else { format!("{what}: {message}") };
    say(what, FREE, next)
}

fn risk(risk: &Risk) -> Sentence {
    match risk {
        Risk::NoUrl(seen) if seen.is_empty() => {
            say("The API finished without giving an address for the picture.", PAID, "Check now asks again, for free.")
        }
        Risk::NoUrl(seen) => say(
            format!("The API gave an address that cannot be fetched: {}", text::visible(seen)),
            PAID,
            "Check now asks again, for free.",
        ),
        Risk::Unreachable => say(
            "Not stored yet: the picture's server does not let this page read it, or does not answer.",
            PAID,
            "It is tried again; a proxy in the settings gets round this.",
        ),
        Risk::Status(status @ (403 | 404 | 410)) => say(
            format!("Not stored: the picture's link has ended ({status})."),
            PAID,
            "Check now asks for a fresh link.",
        ),
        Risk::Status(status) => {
            say(format!("Not stored yet: the picture's server answered {status}."), PAID, "It is tried again.")
        }
        Risk::NotAnImage => say("Not stored: what came is not a whole picture.", PAID, "It is tried again."),
        Risk::TooLarge => {
            say("Not stored: the picture is too large for this page.", PAID, "Its address is in the details.")
        }
        Risk::StoreFull => {
            say("Not stored: your browser's storage is full.", PAID, "Download it now, then free some space.")
        }
        Risk::Lost => {
            say("The browser has lost this picture's bytes.", PAID, "They are fetched again from its address.")
        }
        Risk::StoreBroken => {
            say("Not stored: your browser's storage failed.", PAID, "Download it now, then reload the page.")
        }
    }
}

fn quoted(message: &str) -> String {
    if message.is_empty() { ".".to_owned() } else { format!(": {}", text::visible(message)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_sentences_whatever_a_server_wrote() {
        let sentence = say("prompt violation ", FREE, "Change the prompt.");
        assert_eq!(sentence.text(), "prompt violation. Nothing was charged. Change the prompt.");
        assert_eq!(sentence.brief(), "prompt violation. Nothing was charged.");
        assert_eq!(say("Why?", "", "Because.").text(), "Why? Because.");
        assert_eq!(Sentence::default().text(), "");
    }
}

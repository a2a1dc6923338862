//! Faults as data: when one acts, what it answers, and how the bytes go over the wire.
//!
//! The three are independent, so "a 502 in HTML that drips" or "the true answer, cut off, on a reused connection" need no
//! case of their own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::canned::Canned;

/// Which calls a fault is meant for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Every path.
    #[default]
    Any,
    /// `/flux/generate`.
    Generate,
    /// `/flux/fetch`.
    Fetch,
    /// `/midjourney/v1/info`.
    Info,
    /// `/cdn/…`.
    Cdn,
    /// Paths that begin so.
    Path(String),
}

impl Target {
    pub(super) fn covers(&self, path: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Generate => path == "/flux/generate",
            Self::Fetch => path == "/flux/fetch",
            Self::Info => path == "/midjourney/v1/info",
            Self::Cdn => path.starts_with("/cdn/"),
            Self::Path(prefix) => path.starts_with(prefix),
        }
    }
}

/// When a fault acts. All conditions have to hold; absent ones do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Match {
    /// The path.
    pub target: Target,
    /// The method. Without it a fault acts on anything but preflights.
    pub method: Option<String>,
    /// Only preflights.
    pub preflight: bool,
    /// Only on a connection that has already carried a request (true), or only on a fresh one (false).
    pub reused: Option<bool>,
    /// Text that the prompt of a generate contains.
    pub prompt: Option<String>,
    /// Text that query or body contain, for example a job id.
    pub text: Option<String>,
    /// Only when the true answer to a fetch has this status, for example `SUCCESS`.
    pub status: Option<String>,
    /// Matching arrivals to let pass first.
    pub skip: u32,
    /// Matching arrivals to act on after that; null is for ever.
    pub times: Option<u32>,
}

impl Default for Match {
    fn default() -> Self {
        Self {
            target: Target::Any,
            method: None,
            preflight: false,
            reused: None,
            prompt: None,
            text: None,
            status: None,
            skip: 0,
            times: Some(1),
        }
    }
}

/// What is answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The model's answer.
    #[default]
    Model,
    /// The model's answer with JSON values set and removed, by JSON pointer (`/data/imageUrl`). Missing parents of a set
    /// value are made.
    Edit {
        /// Values to set.
        #[serde(default)]
        set: BTreeMap<String, Value>,
        /// Values to remove.
        #[serde(default)]
        remove: Vec<String>,
    },
    /// The model's answer with another status (0 keeps it) and these headers in place of its own of the same name.
    Relabel {
        /// HTTP status, or 0.
        #[serde(default)]
        status: u16,
        /// Headers.
        #[serde(default)]
        headers: Vec<(String, String)>,
    },
    /// Status and headers of the model's answer, another body.
    Body(Canned),
    /// The model's answer, whose body ends after so many bytes, with a truthful length.
    Shorten(usize),
    /// Something else altogether.
    Respond {
        /// HTTP status.
        status: u16,
        /// Headers beside those of the body; one of the same name replaces the body's.
        #[serde(default)]
        headers: Vec<(String, String)>,
        /// Body.
        #[serde(default)]
        body: Canned,
    },
}

/// How the answer travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wire {
    /// At once and whole.
    #[default]
    Plain,
    /// Late.
    Delay {
        /// Milliseconds of wall-clock time before the status line.
        #[serde(default)]
        headers_ms: u64,
        /// Milliseconds between headers and body.
        #[serde(default)]
        body_ms: u64,
    },
    /// The body in pieces.
    Drip {
        /// Bytes in a piece, at least 1.
        bytes: usize,
        /// Milliseconds between pieces.
        every_ms: u64,
    },
    /// Nothing, ever, on an open connection.
    StallBeforeHeaders,
    /// Headers, and then nothing, ever.
    StallAfterHeaders,
    /// TCP reset as soon as the headers of the request are there. (With a condition on prompt or text its body has to be
    /// read to decide.) No job is made.
    ResetBeforeBody,
    /// TCP reset after the whole request was read.
    ResetAfterBody,
    /// TCP reset after headers and so many bytes of the answer's body.
    ResetMidAnswer {
        /// Bytes of the body that are sent.
        keep: usize,
    },
    /// The connection ends in good order without an answer, after the request was read.
    Close,
    /// `Content-Length` promises all, the connection ends after so many bytes.
    Truncate {
        /// Bytes of the body that are sent.
        keep: usize,
    },
    /// Chunked; the connection ends inside a chunk after so many bytes.
    CutChunk {
        /// Bytes of the body that are sent.
        keep: usize,
    },
    /// Chunked and whole.
    Chunked,
    /// An interim answer (100, 103) before the real one.
    Interim {
        /// HTTP status of the interim answer.
        status: u16,
    },
}

/// One fault of the script. Arrivals take the first one that matches.
///
/// Made by one of the constructors, then narrowed:
/// `Fault::status(502).on(Target::Generate).skip(1).times(3)`. It acts once unless told otherwise.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    /// When it acts.
    pub on: Match,
    /// What is answered.
    pub answer: Answer,
    /// How it travels.
    pub wire: Wire,
    /// Whether a generate really makes its job and freezes its quota. By default it does, except before
    /// [`Wire::ResetBeforeBody`] and for [`Answer::Respond`].
    pub job: Option<bool>,
    /// CORS of the answer: null as configured, false none at all, true open to everyone.
    pub cors: Option<bool>,
}

impl Fault {
    /// Only how it travels is wrong.
    #[must_use]
    pub fn wire(wire: Wire) -> Self {
        Self { wire, ..Self::default() }
    }

    /// Only what is answered is wrong.
    #[must_use]
    pub fn answer(answer: Answer) -> Self {
        Self { answer, ..Self::default() }
    }

    /// A status with the documented failure body.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::respond(status, Canned::Failure(format!("simulated {status}")))
    }

    /// A status with a page in HTML, as a CDN in front would send it.
    #[must_use]
    pub fn html(status: u16) -> Self {
        Self::respond(
            status,
            Canned::Html(format!("<!doctype html><title>{status}</title><h1>simulated {status}</h1>")),
        )
    }

    /// A status without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self::respond(status, Canned::Empty)
    }

    /// A status with a body.
    #[must_use]
    pub fn respond(status: u16, body: Canned) -> Self {
        Self::answer(Answer::Respond { status, headers: Vec::new(), body })
    }

    /// A redirect, for example 307 to another origin.
    #[must_use]
    pub fn redirect(status: u16, location: &str) -> Self {
        let headers = vec![("location".to_owned(), location.to_owned())];
        Self::answer(Answer::Respond { status, headers, body: Canned::Empty })
    }

    /// One JSON value of the true answer replaced, by JSON pointer.
    #[must_use]
    pub fn set(pointer: &str, value: Value) -> Self {
        Self::answer(Answer::Edit { set: BTreeMap::from([(pointer.to_owned(), value)]), remove: Vec::new() })
    }

    /// One JSON value of the true answer taken out, by JSON pointer.
    #[must_use]
    pub fn remove(pointer: &str) -> Self {
        Self::answer(Answer::Edit { set: BTreeMap::new(), remove: vec![pointer.to_owned()] })
    }

    /// Finished polls without an address of the picture.
    #[must_use]
    pub fn without_url() -> Self {
        let remove = ["/data/imageUrl", "/data/image_url"].map(str::to_owned).to_vec();
        Self::answer(Answer::Edit { set: BTreeMap::new(), remove }).on(Target::Fetch).when_status("SUCCESS")
    }

    /// Finished polls with another address: text, a list, anything.
    #[must_use]
    pub fn url(value: Value) -> Self {
        Self::set("/data/imageUrl", value).on(Target::Fetch).when_status("SUCCESS")
    }

    /// Polls that answer about another job.
    #[must_use]
    pub fn foreign_id(id: &str) -> Self {
        let id = Value::String(id.to_owned());
        let set = BTreeMap::from([("/jobId".to_owned(), id.clone()), ("/data/jobId".to_owned(), id)]);
        Self::answer(Answer::Edit { set, remove: Vec::new() }).on(Target::Fetch)
    }

    /// The true answer under another content type.
    #[must_use]
    pub fn content_type(media_type: &str) -> Self {
        Self::headers(&[("content-type", media_type)])
    }

    /// The true answer with these headers set, for example for caching.
    #[must_use]
    pub fn headers(headers: &[(&str, &str)]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self::answer(Answer::Relabel { status: 0, headers })
    }

    /// The true answer with another body under its content type, for example an image that is none.
    #[must_use]
    pub fn body(body: Canned) -> Self {
        Self::answer(Answer::Body(body))
    }

    /// Declares gzip and sends what is none.
    #[must_use]
    pub fn gzip_garbage() -> Self {
        let headers = vec![("content-encoding".to_owned(), "gzip".to_owned())];
        let mut fault = Self::answer(Answer::Respond { status: 200, headers, body: Canned::Garbage(400) });
        fault.job = Some(true);
        fault
    }

    /// TCP reset before the body of the request is read.
    #[must_use]
    pub fn reset_before_body() -> Self {
        Self::wire(Wire::ResetBeforeBody)
    }

    /// TCP reset after the request was read; `job` says whether its job is made and charged.
    #[must_use]
    pub fn reset_after_body(job: bool) -> Self {
        Self { job: Some(job), ..Self::wire(Wire::ResetAfterBody) }
    }

    /// A network that answers every call for any host with its own page, until the faults are cleared.
    #[must_use]
    pub fn captive_portal() -> Self {
        let page = "<!doctype html><title>Sign in</title><h1>Welcome to the Wi-Fi</h1>".to_owned();
        Self::respond(200, Canned::Html(page)).forever()
    }

    /// Narrows it to a path.
    #[must_use]
    pub fn on(mut self, target: Target) -> Self {
        self.on.target = target;
        self
    }

    /// Narrows it to a method.
    #[must_use]
    pub fn method(mut self, method: &str) -> Self {
        self.on.method = Some(method.to_owned());
        self
    }

    /// Makes it act on preflights, and only on those.
    #[must_use]
    pub fn preflights(mut self) -> Self {
        self.on.preflight = true;
        self
    }

    /// Narrows it to connections that have already carried a request.
    #[must_use]
    pub fn reused(mut self) -> Self {
        self.on.reused = Some(true);
        self
    }

    /// Narrows it to prompts that contain a text.
    #[must_use]
    pub fn prompt(mut self, text: &str) -> Self {
        self.on.prompt = Some(text.to_owned());
        self
    }

    /// Narrows it to calls whose query or body contain a text, for example a job id.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        self.on.text = Some(text.to_owned());
        self
    }

    /// Narrows it to fetches whose true status is this one.
    #[must_use]
    pub fn when_status(mut self, status: &str) -> Self {
        self.on.status = Some(status.to_owned());
        self
    }

    /// Lets so many matching arrivals pass first.
    #[must_use]
    pub fn skip(mut self, arrivals: u32) -> Self {
        self.on.skip = arrivals;
        self
    }

    /// Acts on so many arrivals.
    #[must_use]
    pub fn times(mut self, arrivals: u32) -> Self {
        self.on.times = Some(arrivals);
        self
    }

    /// Acts until the faults are cleared.
    #[must_use]
    pub fn forever(mut self) -> Self {
        self.on.times = None;
        self
    }

    /// Adds a way to travel.
    #[must_use]
    pub fn over(mut self, wire: Wire) -> Self {
        self.wire = wire;
        self
    }

    /// Says whether a generate really makes its job.
    #[must_use]
    pub fn job(mut self, made: bool) -> Self {
        self.job = Some(made);
        self
    }

    /// Sends the answer without (false) or with open (true) CORS headers, whatever is configured.
    #[must_use]
    pub fn cors(mut self, open: bool) -> Self {
        self.cors = Some(open);
        self
    }

    /// `answer/wire`, for the ledger.
    pub(super) fn name(&self) -> String {
        let answer = match &self.answer {
            Answer::Model => "model",
            Answer::Edit { .. } => "edit",
            Answer::Relabel { .. } => "relabel",
            Answer::Body(_) => "body",
            Answer::Shorten(_) => "shorten",
            Answer::Respond { .. } => "respond",
        };
        let wire = match self.wire {
            Wire::Plain => "plain",
            Wire::Delay { .. } => "delay",
            Wire::Drip { .. } => "drip",
            Wire::StallBeforeHeaders => "stall_before_headers",
            Wire::StallAfterHeaders => "stall_after_headers",
            Wire::ResetBeforeBody => "reset_before_body",
            Wire::ResetAfterBody => "reset_after_body",
            Wire::ResetMidAnswer { .. } => "reset_mid_answer",
            Wire::Close => "close",
            Wire::Truncate { .. } => "truncate",
            Wire::CutChunk { .. } => "cut_chunk",
            Wire::Chunked => "chunked",
            Wire::Interim { .. } => "interim",
        };
        format!("{answer}/{wire}")
    }

    /// Status that is answered where the model answers `status`.
    pub(super) fn status_for(&self, status: u16) -> u16 {
        match self.answer {
            Answer::Respond { status, .. } => status,
            Answer::Relabel { status: other, .. } if other != 0 => other,
            _ => status,
        }
    }

    /// Whether the model really handles the call.
    pub(super) fn makes_job(&self) -> bool {
        let natural = self.wire != Wire::ResetBeforeBody && !matches!(self.answer, Answer::Respond { .. });
        self.job.unwrap_or(natural) && self.wire != Wire::ResetBeforeBody
    }
}

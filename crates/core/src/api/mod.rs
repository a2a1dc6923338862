//! What is said to the API and how its answers are understood.
//!
//! Answers are read tolerantly, field by field, because two contracts are alive at once and a CDN stands in front of
//! both; they are judged strictly, because a wrong judgement costs money: [`generate`] decides what became of a paid
//! request, [`fetch`] what became of a job. Neither can panic on any bytes.

pub mod fetch;
pub mod generate;
pub mod info;
mod json;
pub mod retry_after;

/// What came of one HTTP request, as the adapter saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HttpOutcome {
    /// Status, headers and the whole body (or its first [`crate::limits::ANSWER_MAX`] bytes) arrived.
    Answer(Answer),
    /// Something else.
    Lost(Lost),
}

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// `Retry-After`, where CORS lets it be seen.
    pub retry_after: Option<String>,
    /// `Date`, where CORS lets it be seen; only used to read a `Retry-After` date.
    pub date: Option<String>,
    /// `X-Studio-Proxy: 1`: the bundled proxy speaks.
    pub studio_proxy: bool,
    /// The bundled proxy swears that nothing went up (`X-Studio-Upstream: not-sent`).
    pub not_sent: bool,
    /// The body.
    pub body: Vec<u8>,
    /// The body was longer than is read, or ended early.
    pub cut: bool,
}

/// Why there is no answer. JavaScript cannot tell most causes apart; what it can tell is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    /// `fetch` failed: offline, refused, reset, DNS, TLS, CORS, a refused redirect, a blocker: all look alike.
    Network,
    /// No answer in time.
    Timeout,
    /// Headers came, the body broke off; with the status and what had arrived.
    Body(u16, Vec<u8>),
    /// The page's own policy refused the request: it was certainly not sent.
    Policy,
    /// There is no key to send: it was certainly not sent.
    NoKey,
}

/// The raw answer as it is kept with an attempt, at most [`crate::limits::RAW_KEPT`] bytes.
#[must_use]
pub fn raw(outcome: &HttpOutcome) -> Option<(u16, Vec<u8>)> {
    let (status, body) = match outcome {
        HttpOutcome::Answer(answer) => (answer.status, &answer.body),
        HttpOutcome::Lost(Lost::Body(status, body)) => (*status, body),
        HttpOutcome::Lost(_) => return None,
    };
    Some((status, body.iter().take(crate::limits::RAW_KEPT).copied().collect()))
}

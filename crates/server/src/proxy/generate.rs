//! A paid request: recognised when it comes twice, sent once, and followed to its end even when the page goes away.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use super::answer::{Answer, REPLAYED, Reach};
use super::repeats::{Awaited, Fingerprints, Repeats, Verdict};
use super::upstream::{Outgoing, Upstream};

/// The longest request id, in bytes; the page's have some thirty.
const MAX_ID_BYTES: usize = 128;

/// Everything about paid requests.
pub(super) struct Paid {
    upstream: Arc<Upstream>,
    repeats: Arc<Mutex<Repeats>>,
    fingerprints: Fingerprints,
    under_way: TaskTracker,
}

impl Paid {
    pub(super) fn new(upstream: Arc<Upstream>, fingerprints: Fingerprints) -> Self {
        Self { upstream, repeats: Arc::new(Mutex::new(Repeats::new())), fingerprints, under_way: TaskTracker::new() }
    }

    /// Answers a paid request that came under `id`, if it came under any.
    pub(super) async fn answer(&self, id: Option<&str>, outgoing: Outgoing) -> Response {
        let Some(id) = id else {
            let (sender, awaited) = watch::channel(None);
            self.send(None, outgoing, sender);
            return wait(awaited).await.response();
        };
        let key = outgoing.key.as_ref().map_or(&[][..], |key| key.bytes());
        let fingerprint = self.fingerprints.of([key, &outgoing.body]);
        let verdict = lock(&self.repeats).begin(id, fingerprint, Instant::now());
        match verdict {
            Verdict::Send(sender, awaited) => {
                self.send(Some(id.to_owned()), outgoing, sender);
                wait(awaited).await.response()
            }
            Verdict::Wait(awaited) => wait(awaited).await.response(),
            Verdict::Replay(answer) => {
                let mut response = answer.response();
                response.headers_mut().insert(REPLAYED, HeaderValue::from_static("1"));
                response
            }
            Verdict::Mismatch => Answer::own(
                StatusCode::CONFLICT,
                Reach::NotSent,
                "This request id was used for another prompt or with another key. Nothing was sent.",
            )
            .response(),
            Verdict::Busy => Answer::own(
                StatusCode::SERVICE_UNAVAILABLE,
                Reach::NotSent,
                "Too many requests are under way. Nothing was sent.",
            )
            .response(),
        }
    }

    /// Sends from a task of its own: the page may close its connection, the money is spent all the same, and the answer
    /// is what it was spent on.
    fn send(&self, id: Option<String>, outgoing: Outgoing, sender: watch::Sender<Option<Arc<Answer>>>) {
        let upstream = Arc::clone(&self.upstream);
        let ending = Ending { id, repeats: Arc::clone(&self.repeats), sender, answer: None };
        self.under_way.spawn(async move {
            ending.with(upstream.generate(outgoing).await);
        });
    }

    pub(super) fn is_under_way(&self) -> bool {
        !self.under_way.is_empty()
    }

    pub(super) async fn wait_for_all(&self) {
        self.under_way.close();
        self.under_way.wait().await;
    }
}

/// Books the end of a request on drop, so that an id is never left "under way" by a task that was torn down: what is
/// known least about is kept as perhaps sent.
struct Ending {
    id: Option<String>,
    repeats: Arc<Mutex<Repeats>>,
    sender: watch::Sender<Option<Arc<Answer>>>,
    answer: Option<Answer>,
}

impl Ending {
    /// The ordinary end.
    fn with(mut self, answer: Answer) {
        self.answer = Some(answer);
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        let answer = Arc::new(self.answer.take().unwrap_or_else(lost));
        let keep = answer.reach == Reach::Sent && !answer.is_refusal();
        if let Some(id) = &self.id {
            lock(&self.repeats).end(id, &answer, keep, Instant::now());
        }
        self.sender.send_replace(Some(answer));
    }
}

async fn wait(mut awaited: Awaited) -> Arc<Answer> {
    let answer = match awaited.wait_for(Option::is_some).await {
        Ok(answer) => answer.clone(),
        Err(_) => None,
    };
    answer.unwrap_or_else(|| Arc::new(lost()))
}

fn lost() -> Answer {
    Answer::own(
        StatusCode::BAD_GATEWAY,
        Reach::Sent,
        "The server ended before the answer was there. The image may have been charged.",
    )
}

/// The table is consistent between any two statements, so a panic elsewhere does not spoil it.
fn lock(repeats: &Mutex<Repeats>) -> MutexGuard<'_, Repeats> {
    repeats.lock().unwrap_or_else(PoisonError::into_inner)
}

/// True for what may be a request id.
pub(super) fn is_request_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

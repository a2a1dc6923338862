//! Which paid requests were sent already, and what came back.
//!
//! Browsers re-send a POST by themselves when a reused connection dies before the answer's headers, and the page cannot
//! see it. Each attempt therefore has an id; what arrives twice under one id is answered from here. The table knows no
//! clock and no network, so that its rules can be tested as they stand. Of key and body it keeps only a hash under a
//! secret of this process: enough to tell a repeat from a mix-up, useless to whoever reads the memory later.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use lru::LruCache;
use ring::hmac;
use ring::rand::SystemRandom;
use tokio::sync::watch;

use super::answer::Answer;

/// How long an answer is kept: a page that comes back the next day still finds it.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// How many answers are kept: more than anybody pays for in a day.
const MAX_ANSWERS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(10_000 - 1);
/// How many bytes of answers are kept: an answer has some hundred, so this binds only against a strange upstream.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// How many requests may be under way at once: the page sends two.
const MAX_UNDER_WAY: usize = 256;

/// An answer that is still awaited; `None` until it is there.
pub(super) type Awaited = watch::Receiver<Option<Arc<Answer>>>;

/// Tells one request from another without containing it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Fingerprint([u8; 32]);

/// Makes fingerprints that mean nothing outside this process.
pub(super) struct Fingerprints(hmac::Key);

impl Fingerprints {
    /// With a fresh secret; `None` when the system has no randomness.
    pub(super) fn new() -> Option<Self> {
        hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).ok().map(Self)
    }

    /// Of a key (empty when there is none) and a body.
    pub(super) fn of(&self, parts: [&[u8]; 2]) -> Fingerprint {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            // The length first, so that no byte can move from one part to the next.
            context.update(&part.len().to_le_bytes());
            context.update(part);
        }
        let mut bytes = [0; 32];
        for (byte, made) in bytes.iter_mut().zip(context.sign().as_ref()) {
            *byte = *made;
        }
        Fingerprint(bytes)
    }
}

/// What to do with a request that arrived under an id.
pub(super) enum Verdict {
    /// It is the first: send it, then call [`Repeats::end`] with the sender.
    Send(watch::Sender<Option<Arc<Answer>>>, Awaited),
    /// The same is under way: wait for its answer.
    Wait(Awaited),
    /// The same was answered: give that answer.
    Replay(Arc<Answer>),
    /// The id belongs to another request.
    Mismatch,
    /// Too much is under way.
    Busy,
}

struct UnderWay {
    fingerprint: Fingerprint,
    awaited: Awaited,
}

struct Kept {
    fingerprint: Fingerprint,
    answer: Arc<Answer>,
    since: Instant,
    weight: usize,
}

/// The table.
pub(super) struct Repeats {
    under_way: HashMap<String, UnderWay>,
    kept: LruCache<String, Kept>,
    kept_bytes: usize,
}

impl Repeats {
    pub(super) fn new() -> Self {
        Self { under_way: HashMap::new(), kept: LruCache::new(MAX_ANSWERS), kept_bytes: 0 }
    }

    /// A request arrived under `id` at `now`.
    pub(super) fn begin(&mut self, id: &str, fingerprint: Fingerprint, now: Instant) -> Verdict {
        if let Some(earlier) = self.under_way.get(id) {
            return if earlier.fingerprint == fingerprint {
                Verdict::Wait(earlier.awaited.clone())
            } else {
                Verdict::Mismatch
            };
        }
        if let Some(earlier) = self.kept.get(id) {
            if now.saturating_duration_since(earlier.since) < KEPT_FOR {
                return if earlier.fingerprint == fingerprint {
                    Verdict::Replay(Arc::clone(&earlier.answer))
                } else {
                    Verdict::Mismatch
                };
            }
            self.forget(id);
        }
        if self.under_way.len() >= MAX_UNDER_WAY {
            return Verdict::Busy;
        }
        let (sender, awaited) = watch::channel(None);
        self.under_way.insert(id.to_owned(), UnderWay { fingerprint, awaited: awaited.clone() });
        Verdict::Send(sender, awaited)
    }

    /// The request under `id` came to its end at `now`. With `keep` the answer stands for later repeats; without, the
    /// id is free again.
    pub(super) fn end(&mut self, id: &str, answer: &Arc<Answer>, keep: bool, now: Instant) {
        let Some(UnderWay { fingerprint, .. }) = self.under_way.remove(id) else {
            return;
        };
        if !keep {
            return;
        }
        let weight = answer.weight() + id.len();
        let kept = Kept { fingerprint, answer: Arc::clone(answer), since: now, weight };
        self.kept_bytes += weight;
        if let Some((_, displaced)) = self.kept.push(id.to_owned(), kept) {
            self.kept_bytes = self.kept_bytes.saturating_sub(displaced.weight);
        }
        while self.kept_bytes > MAX_BYTES {
            let Some((_, displaced)) = self.kept.pop_lru() else {
                break;
            };
            self.kept_bytes = self.kept_bytes.saturating_sub(displaced.weight);
        }
    }

    fn forget(&mut self, id: &str) {
        if let Some(gone) = self.kept.pop(id) {
            self.kept_bytes = self.kept_bytes.saturating_sub(gone.weight);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::super::answer::Reach;
    use super::*;
    use axum::http::StatusCode;

    fn answer(body: &str) -> Arc<Answer> {
        Arc::new(Answer::own(StatusCode::OK, Reach::Sent, body))
    }

    fn print(text: &str) -> Fingerprint {
        let mut bytes = [0; 32];
        for (byte, made) in bytes.iter_mut().zip(text.bytes()) {
            *byte = made;
        }
        Fingerprint(bytes)
    }

    fn name(verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Send(..) => "send",
            Verdict::Wait(_) => "wait",
            Verdict::Replay(_) => "replay",
            Verdict::Mismatch => "mismatch",
            Verdict::Busy => "busy",
        }
    }

    #[test]
    fn one_id_is_sent_once_and_forgotten_after_a_day() {
        let mut table = Repeats::new();
        let start = Instant::now();
        assert_eq!(name(&table.begin("a", print("x"), start)), "send");
        assert_eq!(name(&table.begin("a", print("x"), start)), "wait");
        assert_eq!(name(&table.begin("a", print("y"), start)), "mismatch");
        assert_eq!(name(&table.begin("b", print("x"), start)), "send");
        table.end("a", &answer("done"), true, start);
        assert_eq!(name(&table.begin("a", print("y"), start)), "mismatch");
        let almost = start + KEPT_FOR - Duration::from_secs(1);
        let Verdict::Replay(again) = table.begin("a", print("x"), almost) else {
            panic!("not replayed");
        };
        assert!(String::from_utf8_lossy(&again.body).contains("done"));
        assert_eq!(name(&table.begin("a", print("x"), start + KEPT_FOR)), "send");
    }

    #[test]
    fn what_was_not_sent_is_free_again() {
        let mut table = Repeats::new();
        let now = Instant::now();
        assert_eq!(name(&table.begin("a", print("x"), now)), "send");
        table.end("a", &answer("refused"), false, now);
        assert_eq!(name(&table.begin("a", print("y"), now)), "send");
    }

    #[test]
    fn the_table_is_bounded_by_number_and_by_bytes() {
        let mut table = Repeats::new();
        let now = Instant::now();
        for number in 0..MAX_ANSWERS.get() + 10 {
            let id = number.to_string();
            assert_eq!(name(&table.begin(&id, print("x"), now)), "send");
            table.end(&id, &answer("x"), true, now);
        }
        assert_eq!(table.kept.len(), MAX_ANSWERS.get());
        let weight: usize = table.kept.iter().map(|(_, kept)| kept.weight).sum();
        assert_eq!(table.kept_bytes, weight);
        assert_eq!(name(&table.begin("10009", print("x"), now)), "replay");

        let large = answer(&"x".repeat(1024 * 1024));
        for number in 0..100 {
            let id = format!("large{number}");
            assert_eq!(name(&table.begin(&id, print("x"), now)), "send");
            table.end(&id, &large, true, now);
        }
        assert!(table.kept_bytes <= MAX_BYTES);
        assert!(table.kept.len() >= 20);
        assert_eq!(name(&table.begin("large99", print("x"), now)), "replay");
    }

    #[test]
    fn too_many_under_way_are_turned_away() {
        let mut table = Repeats::new();
        let now = Instant::now();
        for number in 0..MAX_UNDER_WAY {
            assert_eq!(name(&table.begin(&number.to_string(), print("x"), now)), "send");
        }
        assert_eq!(name(&table.begin("one more", print("x"), now)), "busy");
    }

    #[test]
    fn fingerprints_tell_parts_apart() {
        let prints = Fingerprints::new().unwrap();
        let base = prints.of([b"key", b"body"]);
        assert!(base == prints.of([b"key", b"body"]));
        for other in [
            prints.of([b"keyb", b"ody"]),
            prints.of([b"key2", b"body"]),
            prints.of([b"key", b"body2"]),
            Fingerprints::new().unwrap().of([b"key", b"body"]),
        ] {
            assert!(base != other);
        }
    }
}

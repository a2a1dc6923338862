//! The free status request: its body, and what an answer says about a job.

use serde_json::{Value, json};

use crate::address::{Connection, ImageUrl};
use crate::api::{HttpOutcome, Lost, json as read, retry_after};
use crate::attempt::Hold;
use crate::draft::Order;
use crate::id::JobId;
use crate::mode::ModeId;
use crate::shape::Shape;
use crate::time::Wall;
use crate::{limits, text};

/// The JSON body of `POST /flux/fetch`.
#[must_use]
pub fn body(job: &JobId) -> String {
    json!({ "jobId": job.as_str() }).to_string()
}

/// What an answer says about the job that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Still waiting or drawing; the progress in percent where the API says it.
    Pending(Option<u8>),
    /// Finished, with an address that may be fetched.
    Done {
        /// The image.
        url: ImageUrl,
        /// What it cost in thousandths of quota, where the answer says so.
        quota: Option<u64>,
        /// What the API says that it was asked for.
        echo: Box<Echo>,
    },
    /// Finished, without any address that may be fetched; what stood there instead, cut.
    DoneWithoutUrl(String),
    /// The API says that the job failed, with its message.
    Failed(String),
    /// 400 or 404: the API may not know the job.
    NotKnown(u16),
    /// 401, 402, 403: nothing goes on until the person has mended something.
    Held(Hold),
    /// A passing fault; with the milliseconds that the server asks to be left alone, and the status where there is one.
    Again {
        /// From `Retry-After`.
        wait_ms: Option<u64>,
        /// HTTP status, or `None` where there was no answer.
        status: Option<u16>,
    },
    /// An answer that says nothing about this job: wrong types, another job's id, HTML. The state stays as it is.
    Odd,
}

/// What the API says that a job was asked for. It spells modes differently at times (`flux-dev` for `flux1-dev`), so it
/// is used only where nothing better is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Echo {
    prompt: Option<String>,
    mode: Option<ModeId>,
    shape: Option<Shape>,
}

impl Echo {
    fn read(data: Option<&serde_json::Map<String, Value>>) -> Echo {
        let field = |name: &str| data.and_then(|d| d.get(name)).and_then(Value::as_str);
        Echo {
            prompt: field("prompt").map(|prompt| text::clip(prompt.trim(), limits::PROMPT_MAX_CHARS)),
            mode: field("mode").or_else(|| field("model")).and_then(ModeId::parse),
            shape: field("size").or_else(|| field("aspect_ratio")).and_then(Shape::parse),
        }
    }

    /// Takes what is known over into an order.
    pub fn fill(&self, order: &mut Order) {
        if let Some(prompt) = self.prompt.as_ref().filter(|prompt| !prompt.is_empty()) {
            order.prompt.clone_from(prompt);
        }
        if let Some(mode) = &self.mode {
            order.mode = mode.clone();
        }
        if let Some(shape) = self.shape {
            order.shape = shape;
        }
    }
}

/// Judges an answer to the question for `job`.
#[must_use]
pub fn classify(job: &JobId, outcome: &HttpOutcome, connection: &Connection, now: Wall) -> Outcome {
    let answer = match outcome {
        HttpOutcome::Answer(answer) => answer,
        HttpOutcome::Lost(Lost::NoKey) => return Outcome::Held(Hold::NoKey),
        HttpOutcome::Lost(Lost::Body(status, _)) => return Outcome::Again { wait_ms: None, status: Some(*status) },
        HttpOutcome::Lost(_) => return Outcome::Again { wait_ms: None, status: None },
    };
    let status = answer.status;
    let map = if answer.cut { None } else { read::object(&answer.body) };
    match (status, map) {
        (200..=299, Some(map)) => judge(job, &map, connection),
        (200..=299, None) => Outcome::Odd,
        (401, Some(map)) => Outcome::Held(Hold::KeyRefused(read::message(&map))),
        (402, Some(map)) => Outcome::Held(Hold::NoQuota(read::message(&map))),
        (403, Some(map)) => Outcome::Held(Hold::Blocked(read::message(&map))),
        // The bundled proxy's own words about the network are no word of the API about the job.
        (400 | 404, Some(_)) if !answer.not_sent => Outcome::NotKnown(status),
        _ => Outcome::Again { wait_ms: retry_after::wait_ms(answer, now), status: Some(status) },
    }
}

fn judge(job: &JobId, map: &serde_json::Map<String, Value>, connection: &Connection) -> Outcome {
    // The id inside `data` may differ by the documentation's own example; the outer one may not.
    if let Some(outer) = read::outer_id(map)
        && outer.as_str().map(str::trim) != Some(job.as_str())
    {
        return Outcome::Odd;
    }
    let Some(word) = read::status(map) else { return Outcome::Odd };
    match word.as_str() {
        "FAILED" => Outcome::Failed(read::message(map)),
        "SUCCESS" => done(map, connection),
        _ => Outcome::Pending(progress(map)),
    }
}

fn done(map: &serde_json::Map<String, Value>, connection: &Connection) -> Outcome {
    let data = map.get("data").and_then(Value::as_object);
    let mut seen = String::new();
    let places = ["imageUrl", "image_url", "imageUrls", "image_urls", "images"];
    for value in places.iter().filter_map(|key| data.and_then(|d| d.get(*key)).or_else(|| map.get(*key))) {
        let one = std::slice::from_ref(value);
        for candidate in value.as_array().map_or(one, Vec::as_slice) {
            let candidate = candidate.as_str().or_else(|| candidate.get("url").and_then(Value::as_str));
            let Some(candidate) = candidate else { continue };
            if let Some(url) = connection.image_url(candidate) {
                let quota = read::quota(data.and_then(|d| d.get("quota")).or_else(|| map.get("quota")));
                return Outcome::Done { url, quota, echo: Box::new(Echo::read(data)) };
            }
            if seen.is_empty() {
                seen = text::clip(candidate, limits::MESSAGE_SHOWN);
            }
        }
    }
    Outcome::DoneWithoutUrl(seen)
}

fn progress(map: &serde_json::Map<String, Value>) -> Option<u8> {
    let value = map.get("progress").or_else(|| map.get("data").and_then(|d| d.get("progress")))?;
    let percent = match value {
        Value::Number(number) => text::thousandths(&number.to_string()),
        Value::String(said) => text::thousandths(said.trim().trim_end_matches('%')),
        _ => None,
    }? / 1000;
    u8::try_from(percent).ok().filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use crate::api::Answer;

    fn job() -> JobId {
        JobId::parse("f11a0001").unwrap()
    }

    fn judge_answer(answer: Answer) -> Outcome {
        let connection = Connection::resolve("https://api.ttapi.io", "", "https://s.example/").unwrap();
        classify(&job(), &HttpOutcome::Answer(answer), &connection, Wall(0))
    }

    fn answer(status: u16, body: &str) -> Outcome {
        judge_answer(Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() })
    }

    fn done(body: &str) -> Option<(String, Option<u64>)> {
        match answer(200, body) {
            Outcome::Done { url, quota, .. } => Some((url.as_str().to_owned(), quota)),
            _ => None,
        }
    }

    const URL: &str = "https://cdnb.ttapi.io/2024-09-13/a.png";

    #[test]
    fn a25_both_contracts_name_the_image() {
        for (body, quota) in [
            (
                format!(
                    r#"{{"status":"SUCCESS","message":"success","jobId":"f11a0001","data":{{"mode":"flux1-pro","jobId":"f11a0001","quota":"3","size":"1792x1024","imageUrl":"{URL}","hookUrl":null}}}}"#
                ),
                Some(3_000),
            ),
            (
                format!(
                    r#"{{"status":"SUCCESS","message":null,"data":{{"job_id":"other-id-inside","quota":1,"image_url":"{URL}"}}}}"#
                ),
                Some(1_000),
            ),
            (
                format!(
                    r#"{{"status":"success","data":{{"quota":"0.5","imageUrl":["javascript:alert(1)","{URL}","https://cdn.ttapi.io/b.png"]}}}}"#
                ),
                Some(500),
            ),
            (format!(r#"{{"status":"SUCCESS","data":{{"quota":1e309,"images":[{{"url":"{URL}"}}]}}}}"#), None),
            (format!(r#"{{"status":"SUCCESS","imageUrl":"{URL}","quota":"-4"}}"#), None),
        ] {
            // 1e309 is no JSON number that serde_json reads: the whole answer is odd, which is as safe.
            if body.contains("1e309") {
                assert_eq!(answer(200, &body), Outcome::Odd);
            } else {
                assert_eq!(done(&body), Some((URL.to_owned(), quota)), "{body}");
            }
        }
    }

    #[test]
    fn a16_pending_in_all_its_dresses() {
        for body in [
            r#"{"status":"PENDING_QUEUE","message":null,"data":null}"#,
            r#"{"status":"ON_QUEUE","jobId":"f11a0001","data":{}}"#,
            r#"{"status":"RUNNING2"}"#,
            r#"{"status":"ON_QUEUE","data":{"imageUrl":null,"prompt":"x"}}"#,
        ] {
            assert_eq!(answer(200, body), Outcome::Pending(None), "{body}");
        }
        assert_eq!(answer(200, r#"{"status":"ON_QUEUE","progress":"40"}"#), Outcome::Pending(Some(40)));
        assert_eq!(answer(200, r#"{"status":"ON_QUEUE","data":{"progress":"40%"}}"#), Outcome::Pending(Some(40)));
        assert_eq!(answer(200, r#"{"status":"ON_QUEUE","progress":4000}"#), Outcome::Pending(None));
    }

    #[test]
    fn n22_a17_a21_a26_answers_that_say_nothing_keep_the_state() {
        for body in [
            "",
            "[]",
            "null",
            "\"\"",
            "<html>login</html>",
            "{}",
            r#"{"status":null}"#,
            r#"{"status":3}"#,
            r#"{"status":["SUCCESS"]}"#,
            r#"{"status":"SUCCESS","jobId":"somebody-elses","data":{"imageUrl":"https://cdn.ttapi.io/b.png"}}"#,
            r#"{"status":"FAILED","jobId":"somebody-elses","message":"no"}"#,
        ] {
            assert_eq!(answer(200, body), Outcome::Odd, "{body}");
        }
    }

    #[test]
    fn a18_success_without_a_usable_address() {
        for (body, seen) in [
            (r#"{"status":"SUCCESS","data":null}"#, ""),
            (r#"{"status":"SUCCESS","data":{"imageUrl":""}}"#, ""),
            (r#"{"status":"SUCCESS","data":{"imageUrl":[]}}"#, ""),
            (r#"{"status":"SUCCESS","data":{"imageUrl":"javascript:alert(1)"}}"#, "javascript:alert(1)"),
            (r#"{"status":"SUCCESS","data":{"imageUrl":7}}"#, ""),
        ] {
            assert_eq!(answer(200, body), Outcome::DoneWithoutUrl(seen.to_owned()), "{body}");
        }
    }

    #[test]
    fn a20_failures_carry_the_message_cut() {
        assert_eq!(
            answer(200, r#"{"status":"FAILED","message":"prompt violation"}"#),
            Outcome::Failed("prompt violation".into())
        );
        assert_eq!(answer(200, r#"{"status":"FAILED","message":null}"#), Outcome::Failed(String::new()));
        let long = format!(r#"{{"status":"FAILED","message":"{}"}}"#, "é".repeat(500_000));
        match answer(200, &long) {
            Outcome::Failed(message) => assert!(message.chars().count() <= limits::MESSAGE_SHOWN + 1),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a11_a29_passing_faults_come_again() {
        for status in [301, 304, 408, 429, 499, 500, 502, 503, 504, 520, 522, 524] {
            assert_eq!(answer(status, "<html>"), Outcome::Again { wait_ms: None, status: Some(status) }, "{status}");
        }
        for status in [400, 401, 402, 403, 404] {
            assert_eq!(
                answer(status, "<html>"),
                Outcome::Again { wait_ms: None, status: Some(status) },
                "{status} html"
            );
        }
        let wait = judge_answer(Answer { status: 429, retry_after: Some("7".into()), ..Answer::default() });
        assert_eq!(wait, Outcome::Again { wait_ms: Some(7_000), status: Some(429) });
    }

    #[test]
    fn a23_a24_a28_hostile_bodies_and_empty_answers_say_nothing() {
        for status in [200, 204, 205, 206] {
            assert_eq!(answer(status, ""), Outcome::Odd, "{status}");
        }
        assert_eq!(answer(304, ""), Outcome::Again { wait_ms: None, status: Some(304) });
        assert_eq!(answer(200, &"[".repeat(100_000)), Outcome::Odd);
        let done = format!(r#"{{"status":"SUCCESS","data":{{"imageUrl":"{URL}"}}}}"#);
        let nested = format!(r#"{{"x":{}{},{}"#, "[".repeat(1_000), "]".repeat(1_000), &done[1..]);
        assert_eq!(answer(200, &nested), Outcome::Odd);
        assert!(matches!(answer(200, &format!("\u{feff}{done}")), Outcome::Done { .. }), "a byte order mark is none");
        for bytes in [&b"\xff\xfe{"[..], b"{\"status\":\"\xff\"}", b"\0", b"{\"status\":\"\\ud800\"}"] {
            assert_eq!(judge_answer(Answer { status: 200, body: bytes.to_vec(), ..Answer::default() }), Outcome::Odd);
        }
        let cut = Answer { status: 200, body: done.into_bytes(), cut: true, ..Answer::default() };
        assert_eq!(judge_answer(cut), Outcome::Odd, "what is longer than is read says nothing");
    }

    #[test]
    fn a02_a03_refusals_of_the_key_and_of_the_job() {
        let body = r#"{"status":"FAILED","message":"no"}"#;
        assert_eq!(answer(401, body), Outcome::Held(Hold::KeyRefused("no".into())));
        assert_eq!(answer(402, body), Outcome::Held(Hold::NoQuota("no".into())));
        assert_eq!(answer(403, body), Outcome::Held(Hold::Blocked("no".into())));
        assert_eq!(answer(404, body), Outcome::NotKnown(404));
        assert_eq!(answer(400, body), Outcome::NotKnown(400));
    }
}

//! The paid request: its body, and what became of it (to the letter).

use serde_json::{Map, Value, json};

use crate::api::{HttpOutcome, Lost, json as read};
use crate::attempt::{Doubt, Hold, Refusal};
use crate::draft::Order;
use crate::id::JobId;
use crate::shape::Shape;

/// The JSON body of `POST /flux/generate`: `prompt`, `mode`, exactly one of `size` and `aspect_ratio`, `hookUrl` only
/// where one is set.
#[must_use]
pub fn body(order: &Order) -> String {
    let mut map = Map::new();
    map.insert("prompt".to_owned(), json!(order.prompt));
    map.insert("mode".to_owned(), json!(order.mode.as_str()));
    let key = match order.shape {
        Shape::Size(..) => "size",
        Shape::Ratio(..) => "aspect_ratio",
    };
    map.insert(key.to_owned(), json!(order.shape.text()));
    if let Some(hook) = &order.hook_url {
        map.insert("hookUrl".to_owned(), json!(hook));
    }
    Value::Object(map).to_string()
}

/// What became of a paid request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A job was made and will be charged.
    Accepted(JobId),
    /// No job was made, nothing was charged, and sending the same again as it is would be refused again or needs the
    /// person's word.
    Rejected(Refusal),
    /// No job was made: the connection refuses every attempt until the person has mended something.
    Held(Hold),
    /// A job was perhaps made and perhaps charged. Nothing is ever sent again by itself.
    Unknown(Doubt),
}

/// Judges the outcome of one paid request.
#[must_use]
pub fn classify(outcome: &HttpOutcome) -> Outcome {
    let answer = match outcome {
        HttpOutcome::Answer(answer) => answer,
        HttpOutcome::Lost(lost) => {
            return match lost {
                Lost::Network => Outcome::Unknown(Doubt::NoAnswer),
                Lost::Timeout => Outcome::Unknown(Doubt::Timeout),
                Lost::Body(status, _) => Outcome::Unknown(Doubt::BrokenAnswer(*status)),
                Lost::Policy => Outcome::Held(Hold::Policy),
                Lost::NoKey => Outcome::Held(Hold::NoKey),
            };
        }
    };
    if answer.studio_proxy && answer.not_sent {
        return Outcome::Held(Hold::Unreachable);
    }
    let status = answer.status;
    let map = if answer.cut { None } else { read::object(&answer.body) };
    let Some(map) = map else {
        return Outcome::Unknown(match status {
            200..=299 => Doubt::UnreadableAnswer(status),
            _ => Doubt::ServerError(status),
        });
    };
    let message = read::message(&map);
    match status {
        200..=203 => match read::job_id(&map) {
            // The id decides even beside an odd status word: polling is free, a lost id is not.
            Some(job) => Outcome::Accepted(job),
            None if read::status(&map).as_deref() == Some("FAILED") => Outcome::Rejected(Refusal { status, message }),
            None => Outcome::Unknown(Doubt::NoId(status)),
        },
        401 => Outcome::Held(Hold::KeyRefused(message)),
        402 => Outcome::Held(Hold::NoQuota(message)),
        403 => Outcome::Held(Hold::Blocked(message)),
        400 | 404 | 405 | 413 | 415 | 422 | 429 | 499 => Outcome::Rejected(Refusal { status, message }),
        _ => Outcome::Unknown(Doubt::ServerError(status)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::Answer;
    use crate::draft::Draft;

    fn answer(status: u16, body: &str) -> Outcome {
        classify(&HttpOutcome::Answer(Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() }))
    }

    fn accepted(id: &str) -> Outcome {
        Outcome::Accepted(JobId::parse(id).unwrap())
    }

    #[test]
    fn the_body_names_exactly_one_of_size_and_ratio() {
        let order = |shape| Draft { prompt: "a \"fox\"\n".into(), shape, ..Draft::default() }.order().unwrap();
        let size: Value = serde_json::from_str(&body(&order(Shape::Size(1024, 1792)))).unwrap();
        assert_eq!(size, json!({"prompt": "a \"fox\"", "mode": "flux1-dev", "size": "1024x1792"}));
        let ratio: Value = serde_json::from_str(&body(&order(Shape::Ratio(16, 9)))).unwrap();
        assert_eq!(ratio, json!({"prompt": "a \"fox\"", "mode": "flux1-dev", "aspect_ratio": "16:9"}));
        let hooked =
            Draft { prompt: "x".into(), hook_url: "https://h.example/".into(), ..Draft::default() }.order().unwrap();
        assert!(body(&hooked).contains(r#""hookUrl":"https://h.example/""#));
    }

    #[test]
    fn a12_every_spelling_of_the_id_is_an_acceptance() {
        for body in [
            r#"{"status":"SUCCESS","message":"","data":{"jobId":"ed1a0001"}}"#,
            r#"{"status":"SUCCESS","message":"success","data":{"job_id":"ed1a0001"}}"#,
            r#"{"status":"SUCCESS","jobId":"ed1a0001"}"#,
            r#"{"status":" success ","job_id":"ed1a0001","data":null}"#,
            "\u{feff}{\"status\":\"SUCCESS\",\"data\":{\"jobId\":\"ed1a0001\"},\"__proto__\":{\"x\":1}}",
            r#"{"status":"SUCCESS","data":{"jobId":null,"job_id":"ed1a0001"}}"#,
            r#"{"status":"PENDING_QUEUE","data":{"jobId":"ed1a0001"}}"#,
        ] {
            assert_eq!(answer(200, body), accepted("ed1a0001"), "{body}");
        }
        assert_eq!(answer(202, r#"{"status":"SUCCESS","data":{"jobId":"ed1a0001"}}"#), accepted("ed1a0001"));
    }

    #[test]
    fn a13_a14_n22_two_hundred_without_a_right_id_is_unknown() {
        for body in [
            "",
            "null",
            "[]",
            "\"\"",
            "{}",
            "<html>ok</html>",
            r#"{"status":"SUCCESS","data":{}}"#,
            r#"{"status":"SUCCESS","data":{"jobId":""}}"#,
            r#"{"status":"SUCCESS","data":{"jobId":12345678}}"#,
            r#"{"status":"SUCCESS","data":{"jobId":"/../../etc"}}"#,
            r#"{"status":"SUCCESS","data":{"jobId":"abc\ndefgh"}}"#,
            r#"{"status":"SUCCESS","data":[]}"#,
            r#"{"status":"SUCCESS","data":{"jobId":"ed1a00"#,
        ] {
            assert!(matches!(answer(200, body), Outcome::Unknown(_)), "{body}");
        }
        let long = format!(r#"{{"status":"SUCCESS","data":{{"jobId":"{}"}}}}"#, "a".repeat(10_000));
        assert_eq!(answer(200, &long), Outcome::Unknown(Doubt::NoId(200)));
    }

    #[test]
    fn a01_a04_refusals_were_not_charged() {
        for status in [400, 404, 413, 415, 422, 429, 499] {
            let body = r#"{"status":"FAILED","message":"Parameter error","data":null}"#;
            let expected = Outcome::Rejected(Refusal { status, message: "Parameter error".into() });
            assert_eq!(answer(status, body), expected);
        }
        assert_eq!(
            answer(200, r#"{"status":"FAILED","message":null,"data":null}"#),
            Outcome::Rejected(Refusal { status: 200, message: String::new() })
        );
    }

    #[test]
    fn a02_a03_key_and_quota_hold_the_queue() {
        let body = r#"{"status":"FAILED","message":"Wrong TT-API-KEY or email is not activated."}"#;
        let message = "Wrong TT-API-KEY or email is not activated.".to_owned();
        assert_eq!(answer(401, body), Outcome::Held(Hold::KeyRefused(message.clone())));
        assert_eq!(answer(402, body), Outcome::Held(Hold::NoQuota(message.clone())));
        assert_eq!(answer(403, body), Outcome::Held(Hold::Blocked(message)));
    }

    #[test]
    fn a09_a10_a28_everything_ambiguous_is_unknown() {
        for status in [204, 205, 206, 304, 408, 409, 499, 500, 502, 503, 504, 520, 522, 524] {
            assert!(matches!(answer(status, ""), Outcome::Unknown(_)), "{status} empty");
            assert!(matches!(answer(status, "<html>"), Outcome::Unknown(_)), "{status} html");
        }
        for status in [206, 304, 408, 409, 500, 502, 503, 504, 520] {
            assert!(
                matches!(answer(status, r#"{"status":"FAILED","message":"x"}"#), Outcome::Unknown(_)),
                "{status} json"
            );
        }
        for status in [400, 401, 402, 403, 404, 429] {
            assert!(matches!(answer(status, "<html>blocked</html>"), Outcome::Unknown(_)), "{status} html");
        }
    }

    #[test]
    fn n01_n04_n07_n08_n09_n12_n15_no_whole_answer_is_unknown() {
        assert_eq!(classify(&HttpOutcome::Lost(Lost::Network)), Outcome::Unknown(Doubt::NoAnswer));
        assert_eq!(classify(&HttpOutcome::Lost(Lost::Timeout)), Outcome::Unknown(Doubt::Timeout));
        let half = br#"{"status":"SUCCESS","data":{"jobId":"ed1a0001"}"#.to_vec();
        assert_eq!(
            classify(&HttpOutcome::Lost(Lost::Body(200, half.clone()))),
            Outcome::Unknown(Doubt::BrokenAnswer(200))
        );
        let cut = Answer { status: 200, body: half, cut: true, ..Answer::default() };
        assert!(matches!(classify(&HttpOutcome::Answer(cut)), Outcome::Unknown(_)));
    }

    #[test]
    fn n20_only_the_bundled_proxy_is_believed_that_nothing_was_sent() {
        let mut said = Answer { status: 502, not_sent: true, studio_proxy: true, ..Answer::default() };
        assert_eq!(classify(&HttpOutcome::Answer(said.clone())), Outcome::Held(Hold::Unreachable));
        said.studio_proxy = false;
        assert!(matches!(classify(&HttpOutcome::Answer(said)), Outcome::Unknown(_)));
        assert_eq!(classify(&HttpOutcome::Lost(Lost::Policy)), Outcome::Held(Hold::Policy));
        assert_eq!(classify(&HttpOutcome::Lost(Lost::NoKey)), Outcome::Held(Hold::NoKey));
    }

    #[test]
    fn n10_a23_a24_hostile_bodies_never_panic() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(matches!(answer(200, &deep), Outcome::Unknown(_)));
        // Garbage that was declared as gzip reads like this, where it reads at all.
        let bytes = Answer { status: 200, body: vec![0xff, 0xfe, 0x00, 0x80], ..Answer::default() };
        assert!(matches!(classify(&HttpOutcome::Answer(bytes)), Outcome::Unknown(_)));
        assert!(matches!(answer(200, r#"{"status":"\ud800","data":{"jobId":"\ud800aaaaaa"}}"#), Outcome::Unknown(_)));
    }
}

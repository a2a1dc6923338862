//! The answer of `/flux/fetch` about one job at one moment.

use serde_json::{Map, Value, json};

use crate::config::{Config, MessageStyle, ModeEcho, PendingData, Progress, QuotaStyle, UrlKey};
use crate::job::{Ending, Job, Phase};
use crate::mix::{hash_text, uuid};

/// The answer about a job.
pub(crate) fn answer(config: &Config, job: &Job, now_ms: u64) -> Value {
    let phase = job.phase(now_ms);
    let mut answer = Map::new();
    answer.insert("status".to_owned(), json!(phase.word()));
    answer.insert("message".to_owned(), message(config, job, phase));
    answer.insert("jobId".to_owned(), json!(job.id));
    if let Some(data) = data(config, job, phase, now_ms) {
        answer.insert("data".to_owned(), data);
    }
    if !phase.is_final() && config.progress == Progress::TopLevel {
        answer.insert("progress".to_owned(), json!(job.progress(now_ms).to_string()));
    }
    Value::Object(answer)
}

fn message(config: &Config, job: &Job, phase: Phase) -> Value {
    match (&job.ending, phase, config.messages) {
        (Ending::Failure(reason), Phase::Failed, _) => reason.clone(),
        (_, Phase::Success | Phase::Failed, MessageStyle::Seed) => json!("success"),
        (_, Phase::PendingQueue | Phase::OnQueue, MessageStyle::Later) => Value::Null,
        (_, _, MessageStyle::Seed | MessageStyle::Later) => json!(""),
    }
}

fn data(config: &Config, job: &Job, phase: Phase, now_ms: u64) -> Option<Value> {
    match phase {
        Phase::Failed => Some(Value::Null),
        Phase::Success => Some(Value::Object(finished(config, job))),
        Phase::PendingQueue | Phase::OnQueue => {
            let partial = match config.pending_data {
                PendingData::Partial => Some(echo(config, job)),
                PendingData::Empty => Some(Map::new()),
                PendingData::Null | PendingData::Absent => None,
            };
            if config.progress == Progress::Data {
                let mut data = partial.unwrap_or_default();
                data.insert("progress".to_owned(), json!(job.progress(now_ms).to_string()));
                return Some(Value::Object(data));
            }
            match partial {
                Some(data) => Some(Value::Object(data)),
                None if config.pending_data == PendingData::Null => Some(Value::Null),
                None => None,
            }
        }
    }
}

/// What is known from the start: what was asked for.
fn echo(config: &Config, job: &Job) -> Map<String, Value> {
    let mode = match config.mode_echo {
        ModeEcho::Same => job.mode.clone(),
        ModeEcho::Short => job.mode.replacen("flux1-", "flux-", 1),
    };
    let inner = if config.differing_inner_id { uuid(hash_text(&job.id)) } else { job.id.clone() };
    let mut data = Map::new();
    data.insert("mode".to_owned(), json!(mode));
    data.insert("jobId".to_owned(), json!(inner));
    data.insert("prompt".to_owned(), json!(job.prompt));
    data.insert("size".to_owned(), json!(job.size));
    if let Some(ratio) = &job.aspect_ratio {
        data.insert("aspect_ratio".to_owned(), json!(ratio));
    }
    data.insert("imageUrl".to_owned(), Value::Null);
    data.insert("hookUrl".to_owned(), json!(job.hook_url));
    data
}

fn finished(config: &Config, job: &Job) -> Map<String, Value> {
    let mut data = echo(config, job);
    let quota = match config.quota {
        QuotaStyle::Text => json!(job.quota.to_string()),
        QuotaStyle::Number => json!(job.quota),
    };
    data.insert("quota".to_owned(), quota);
    let url = format!("{}{}", config.image_base.trim_end_matches('/'), job.image_path());
    match config.url_key {
        UrlKey::ImageUrl => data.insert("imageUrl".to_owned(), json!(url)),
        UrlKey::List => data.insert("imageUrl".to_owned(), json!([url])),
        UrlKey::ImageUrlSnake => {
            data.remove("imageUrl");
            data.insert("image_url".to_owned(), json!(url))
        }
    };
    data
}

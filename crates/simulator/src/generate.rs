//! `POST /flux/generate`: validation, and the job with its whole course.

use serde_json::{Map, Value, json};

use crate::config::{Config, IdKey, MessageStyle, SizeRule};
use crate::job::{Ending, Job};
use crate::mix::{hash_text, mix, uuid};

/// Sizes of 2024.
const SIZES: [(&str, u32, u32); 3] = [("1024x1024", 1024, 1024), ("1024x1792", 1024, 1792), ("1792x1024", 1792, 1024)];

/// Aspect ratios of 2026, with sizes of about a million pixels in steps of 16.
const RATIOS: [(&str, u32, u32); 9] = [
    ("21:9", 1536, 656),
    ("16:9", 1360, 768),
    ("4:3", 1184, 880),
    ("3:2", 1248, 832),
    ("1:1", 1024, 1024),
    ("2:3", 832, 1248),
    ("3:4", 880, 1184),
    ("9:16", 768, 1360),
    ("9:21", 656, 1536),
];

/// A validated request.
#[derive(Debug)]
pub(crate) struct Order {
    prompt: String,
    mode: String,
    size: Option<String>,
    aspect_ratio: Option<String>,
    hook_url: Option<String>,
    width: u32,
    height: u32,
    /// Price in quota.
    pub(crate) quota: u64,
}

/// Text of an optional field: `Ok(None)` when absent or null, `Err` when it is anything but text.
fn optional(body: &Map<String, Value>, name: &str) -> Result<Option<String>, String> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("The {name} must be a string.")),
    }
}

fn required(body: &Map<String, Value>, name: &str) -> Result<String, String> {
    optional(body, name)?.filter(|text| !text.trim().is_empty()).ok_or_else(|| format!("The {name} field is required."))
}

/// Reads and checks the body.
///
/// # Errors
/// The message of the 400 that answers it.
pub(crate) fn validate(config: &Config, body: &Map<String, Value>) -> Result<Order, String> {
    let prompt = required(body, "prompt")?;
    if prompt.chars().count() > config.max_prompt_chars {
        return Err(format!("The prompt must not be longer than {} characters.", config.max_prompt_chars));
    }
    let mode = if config.accept_model && body.get("mode").is_none_or(Value::is_null) {
        required(body, "model").map_err(|_| "The mode field is required.".to_owned())?
    } else {
        required(body, "mode")?
    };
    if !config.knows_mode(&mode) {
        return Err("The selected mode is invalid.".to_owned());
    }
    let size = optional(body, "size")?;
    let aspect_ratio = optional(body, "aspect_ratio")?;
    let (shape, table): (&str, &[(&str, u32, u32)]) = match (config.size_rule, &size, &aspect_ratio) {
        (_, Some(_), Some(_)) => return Err("Send either size or aspect_ratio.".to_owned()),
        (_, Some(size), None) => (size, &SIZES),
        (SizeRule::SizeRequired, None, _) => return Err("The size field is required.".to_owned()),
        (SizeRule::Either, None, Some(ratio)) => (ratio, &RATIOS),
        (SizeRule::Either, None, None) => ("1:1", &RATIOS),
    };
    let Some(&(_, width, height)) = table.iter().find(|(name, ..)| *name == shape) else {
        let field = if size.is_some() { "size" } else { "aspect_ratio" };
        return Err(format!("The selected {field} is invalid."));
    };
    let hook_url = optional(body, "hookUrl")?;
    if let Some(hook) = &hook_url
        && !is_http_url(hook)
    {
        return Err("The hookUrl must be a valid URL.".to_owned());
    }
    if let Some(word) = find_word(&config.refused_words, &prompt) {
        return Err(format!("[Banned prompt detected] {word}"));
    }
    let quota = config.price(&mode, shape);
    Ok(Order { prompt, mode, size, aspect_ratio, hook_url, width, height, quota })
}

fn is_http_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && text.len() <= 2_048
        && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// First listed word that stands in the prompt as a word of its own.
fn find_word<'a>(words: &'a [String], prompt: &str) -> Option<&'a String> {
    let prompt = prompt.to_lowercase();
    let spaced: String = prompt.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let spaced = format!(" {} ", spaced.split_whitespace().collect::<Vec<_>>().join(" "));
    words.iter().find(|word| spaced.contains(&format!(" {} ", word.to_lowercase())))
}

/// How a job with this prompt ends. The reasons are those known from the real API.
fn ending(config: &Config, prompt: &str) -> Ending {
    if let Some(word) = find_word(&config.banned_words, prompt) {
        return Ending::Failure(json!(format!("[Banned prompt detected] {word}")));
    }
    let markers = [
        ("[fail:timeout]", json!("Job Timeout")),
        ("[fail:violation]", json!("prompt violation")),
        ("[fail:quota]", json!("insufficient quota")),
        ("[fail:internal]", json!("[Internal error] the picture could not be made")),
        ("[fail:empty]", json!("")),
        ("[fail:null]", Value::Null),
    ];
    let found = markers.into_iter().find(|(marker, _)| config.fail_markers && prompt.contains(marker));
    found.map_or(Ending::Picture, |(_, reason)| Ending::Failure(reason))
}

impl Order {
    /// The job that this order becomes.
    pub(crate) fn into_job(self, config: &Config, model_seed: u64, number: u64, now_ms: u64) -> Job {
        let job_seed = mix(model_seed ^ mix(number));
        let id = uuid(job_seed);
        let spread = u64::from(config.jitter_percent.min(100));
        // A factor from 100 - spread to 100 + spread percent.
        let percent = 100 - spread + mix(job_seed ^ 1) % (2 * spread + 1);
        let timing = config.timing(&self.mode);
        let stretch = |ms: u64| ms.saturating_mul(percent) / 100;
        let begins_ms = now_ms.saturating_add(stretch(timing.pending_ms));
        let ends_ms = begins_ms.saturating_add(stretch(timing.running_ms));
        Job {
            number,
            seed: mix(hash_text(&self.prompt) ^ hash_text(&id)),
            id,
            ending: ending(config, &self.prompt),
            prompt: self.prompt,
            mode: self.mode,
            size: self.size,
            aspect_ratio: self.aspect_ratio,
            hook_url: self.hook_url,
            width: self.width,
            height: self.height,
            format: config.image.format(number),
            quota: self.quota,
            accepted_ms: now_ms,
            begins_ms,
            ends_ms,
            address_number: 1,
            address_ms: ends_ms,
        }
    }
}

/// The answer that accepts a job.
pub(crate) fn accepted(config: &Config, id: &str) -> Value {
    let message = match config.messages {
        MessageStyle::Seed => "",
        MessageStyle::Later => "success",
    };
    let data = match config.id_key {
        IdKey::JobId => json!({"jobId": id}),
        IdKey::JobIdSnake => json!({"job_id": id}),
        IdKey::Both => json!({"jobId": id, "job_id": id}),
        IdKey::TopLevel | IdKey::TopLevelSnake => Value::Null,
    };
    let mut answer = json!({"status": "SUCCESS", "message": message, "data": data});
    let top = match config.id_key {
        IdKey::TopLevel => Some("jobId"),
        IdKey::TopLevelSnake => Some("job_id"),
        IdKey::JobId | IdKey::JobIdSnake | IdKey::Both => None,
    };
    if let (Some(key), Some(object)) = (top, answer.as_object_mut()) {
        object.insert(key.to_owned(), json!(id));
    }
    answer
}

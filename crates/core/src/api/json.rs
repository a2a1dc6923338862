//! Reading JSON from a server that is trusted with nothing.

use serde_json::Value;

use crate::id::JobId;
use crate::{limits, text};

/// The JSON object in a body; `None` for anything else: HTML, arrays, numbers, invalid UTF-8, deep nesting. The body
/// decides, never the content type: CDNs send JSON as `text/html` and HTML as `application/json`.
pub fn object(body: &[u8]) -> Option<serde_json::Map<String, Value>> {
    let text = std::str::from_utf8(body).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim();
    // serde_json refuses more than 128 levels by itself, without recursion into the rest.
    match serde_json::from_str::<Value>(text).ok()? {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

/// The `status` word, trimmed and in upper case.
pub fn status(map: &serde_json::Map<String, Value>) -> Option<String> {
    map.get("status").and_then(Value::as_str).map(|word| word.trim().to_ascii_uppercase())
}

/// The server's message, cut to what is shown; empty where there is none.
pub fn message(map: &serde_json::Map<String, Value>) -> String {
    let shown = map.get("message").or_else(|| map.get("msg")).and_then(Value::as_str).unwrap_or_default();
    text::clip(shown.trim(), limits::MESSAGE_SHOWN)
}

/// The id at the top level of an answer.
pub fn outer_id(map: &serde_json::Map<String, Value>) -> Option<&Value> {
    map.get("jobId").or_else(|| map.get("job_id")).filter(|id| !id.is_null())
}

/// The job id under any of its four spellings: inside `data` first, then at the top.
pub fn job_id(map: &serde_json::Map<String, Value>) -> Option<JobId> {
    let data = map.get("data").and_then(Value::as_object);
    let places =
        [data.and_then(|d| d.get("jobId")), data.and_then(|d| d.get("job_id")), map.get("jobId"), map.get("job_id")];
    places.into_iter().flatten().filter_map(Value::as_str).find_map(JobId::parse)
}

/// Quota in thousandths, from a number or a number as text; `None` for anything that is not an amount of money.
pub fn quota(value: Option<&Value>) -> Option<u64> {
    let amount = match value? {
        Value::Number(number) => text::thousandths(&number.to_string()),
        Value::String(text) => text::thousandths(text.trim()),
        _ => None,
    }?;
    // A million quota is 10,000 USD: no price and no balance is so high.
    (amount < 1_000_000_000).then_some(amount)
}

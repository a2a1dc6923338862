//! The text itself, as AUTOMATIC1111's web UI writes and reads it: the prompt, perhaps a line `Negative prompt: …`, and one
//! last line of `Key: value` pairs with commas between them, where a value with a comma, colon or line break is a JSON
//! string.

use flux_studio_core::attempt::Record;
use flux_studio_core::shape::Shape;
use flux_studio_core::text::clip;
use flux_studio_core::{limits, sniff};

use crate::Inside;
use crate::library::rfc3339;

/// What begins the program's name in a text of this studio.
const OURS: &str = "Flux Studio";
/// Pairs that make a line one of pairs; fewer can stand in any prompt.
const PAIRS_MIN: usize = 3;

/// The settings of a row; `picture` says how large its picture is.
#[must_use]
pub fn text(row: &Record, picture: Option<sniff::Picture>) -> String {
    let order = &row.order;
    let size = match (order.shape, picture) {
        (Shape::Ratio(..), Some(picture)) => Some(Shape::Size(picture.width, picture.height).text()),
        (Shape::Ratio(..), None) => None,
        (size @ Shape::Size(..), _) => Some(size.text()),
    };
    let ratio = matches!(order.shape, Shape::Ratio(..)).then(|| order.shape.text());
    let pairs = [
        ("Size", size),
        ("Aspect ratio", ratio),
        ("Model", Some(order.mode.as_str().to_owned())),
        ("Job id", row.job.as_ref().map(|job| job.as_str().to_owned())),
        ("Created", Some(rfc3339(row.created))),
        ("Version", Some(format!("{OURS} {}", env!("CARGO_PKG_VERSION")))),
    ];
    let pairs = pairs.into_iter().filter_map(|(key, value)| Some(format!("{key}: {}", quoted(value?))));
    format!("{}\n{}", order.prompt, pairs.collect::<Vec<_>>().join(", "))
}

fn quoted(value: String) -> String {
    if value.contains([',', ':', '\n']) { serde_json::to_string(&value).unwrap_or_default() } else { value }
}

/// Reads a text, whoever wrote it.
#[must_use]
pub fn parse(text: &str) -> Inside {
    let lines: Vec<&str> = text.trim().split('\n').collect();
    // Other programs put lines of their own behind it.
    let last = lines.iter().rposition(|line| pairs(line).len() >= PAIRS_MIN);
    let mut inside = Inside::default();
    let mut ratio = String::new();
    for (key, value) in last.and_then(|last| lines.get(last)).map(|line| pairs(line)).unwrap_or_default() {
        match key.as_str() {
            "Model" => inside.mode = clip(&value, limits::SETTINGS_VALUE_MAX),
            "Size" => inside.shape = clip(&value, limits::SETTINGS_VALUE_MAX),
            "Aspect ratio" => ratio = clip(&value, limits::SETTINGS_VALUE_MAX),
            "Version" if value.starts_with(OURS) => inside.own = true,
            _ if inside.others.len() < limits::SETTINGS_OTHERS_MAX => inside.others.push(clipped(&key, &value)),
            _ => {}
        }
    }
    if !ratio.is_empty() {
        inside.shape = ratio;
    }
    let before = lines.get(..last.unwrap_or(lines.len())).unwrap_or_default();
    // This studio writes no negative prompt, so that a prompt of it may hold any line.
    let negative = before.iter().position(|line| !inside.own && line.trim_start().starts_with("Negative prompt:"));
    let (prompt, negative) = before.split_at(negative.unwrap_or(before.len()));
    let joined = |lines: &[&str]| lines.join("\n").trim().to_owned();
    inside.prompt = clip(&joined(prompt), limits::PROMPT_MAX_CHARS);
    let negative = joined(negative);
    let negative = negative.strip_prefix("Negative prompt:").unwrap_or(&negative);
    inside.negative = clip(negative.trim(), limits::PROMPT_MAX_CHARS);
    inside
}

/// A pair as long as it is shown.
pub fn clipped(key: &str, value: &str) -> (String, String) {
    (clip(key, limits::SETTINGS_KEY_MAX), clip(value, limits::SETTINGS_VALUE_MAX))
}

/// The pairs of a line; what is no pair is passed over.
fn pairs(line: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ',' || c.is_whitespace());
        let Some(end) = rest.find([',', ':']) else { return found };
        let (key, after) = rest.split_at(end);
        let (mark, after) = after.split_at(1);
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let right = key.chars().count() > 1
            && key.starts_with(word)
            && key.chars().all(|c| word(c) || matches!(c, ' ' | '-' | '/'));
        if mark == "," || !right {
            rest = after;
            continue;
        }
        let value = after.trim_start();
        let (value, after) = string(value).unwrap_or_else(|| {
            let (value, after) = value.split_once(',').unwrap_or((value, ""));
            (value.trim_end().to_owned(), after)
        });
        found.push((key.to_owned(), value));
        rest = after;
    }
}

/// A JSON string that a comma or the line's end follows, and what is behind it.
fn string(text: &str) -> Option<(String, &str)> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let value = text.starts_with('"').then(|| values.next())?.and_then(Result::ok)?;
    let after = text.get(values.byte_offset()..)?.trim_start();
    (after.is_empty() || after.starts_with(',')).then_some((value, after))
}

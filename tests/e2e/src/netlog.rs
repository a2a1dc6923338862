//! Chromium's network log, read as far as tests ask: which requests the page made, and what they carried.
//!
//! The log is a JSON object with one event on each line; a line that broke off at the end of the browser is left out.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde_json::Value;
use url::Url;

/// Header in which the API key may travel, in lower case.
const KEY_HEADER: &str = "tt-api-key";

/// A request that the page, or one of its workers, made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method.
    pub method: String,
    /// Address.
    pub url: String,
}

impl Request {
    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        origin(&self.url)
    }
}

/// A text with a secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The address of the request that it belongs to, empty if none is known.
    pub url: String,
    /// The text.
    pub text: String,
}

impl Sighting {
    /// Whether it is the one header that may carry the key `secret`, and nothing else.
    pub fn is_key_header(&self, secret: &str) -> bool {
        self.text
            .split_once(": ")
            .is_some_and(|(name, value)| name.eq_ignore_ascii_case(KEY_HEADER) && value.trim() == secret)
    }
}

/// What the network stack of one browser did.
#[derive(Debug)]
pub struct Log {
    events: Vec<Value>,
    requests: Vec<Request>,
    urls: HashMap<u64, String>,
    /// Which of the log's sources are requests of a page.
    sources: HashMap<u64, String>,
}

impl Log {
    /// Reads a log.
    ///
    /// # Errors
    /// The file is not there, or has no list of event types yet.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let text = String::from_utf8_lossy(&text);
        let mut lines = text.lines();
        let head = lines.next().unwrap_or("").trim_end_matches(',');
        let head: Value = serde_json::from_str(&format!("{head}}}")).map_err(|error| error.to_string())?;
        let start = head["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"].clone();
        if !start.is_u64() {
            return Err("the event URL_REQUEST_START_JOB is not known".to_owned());
        }
        let mut log = Self { events: Vec::new(), requests: Vec::new(), urls: HashMap::new(), sources: HashMap::new() };
        for line in lines {
            let line = line.trim_end_matches(',').trim_end_matches(']');
            let Ok(event) = serde_json::from_str::<Value>(line) else {
                continue;
            };
            log.take(event, &start);
        }
        Ok(log)
    }

    fn take(&mut self, event: Value, start: &Value) {
        let parameters = &event["params"];
        if let (Some(url), Some(source)) = (parameters["url"].as_str(), event["source"]["id"].as_u64()) {
            self.urls.insert(source, url.to_owned());
            if event["type"] == *start && is_of_a_page(parameters) {
                self.sources.insert(source, url.to_owned());
                self.requests.push(Request {
                    method: parameters["method"].as_str().unwrap_or("").to_owned(),
                    url: url.to_owned(),
                });
            }
        }
        self.events.push(event);
    }

    /// Requests that reached for the network, in order. The browser's own are left out.
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }

    /// How many requests to addresses with this text ended with this error of the browser's network.
    pub fn failed(&self, text: &str, error: i64) -> usize {
        let failed = self.events.iter().filter(|event| event["params"]["net_error"] == error);
        let sources: BTreeSet<u64> = failed.filter_map(|event| event["source"]["id"].as_u64()).collect();
        sources.iter().filter(|source| self.sources.get(source).is_some_and(|url| url.contains(text))).count()
    }

    /// Requests that went out with this header: address and value.
    pub fn carried(&self, header: &str) -> BTreeSet<(String, String)> {
        let mut found = BTreeSet::new();
        for event in &self.events {
            let source = event["source"]["id"].as_u64();
            let Some(url) = source.and_then(|source| self.sources.get(&source)) else {
                continue;
            };
            for line in event["params"]["headers"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                let value = line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case(header));
                found.extend(value.map(|(_, value)| (url.clone(), value.to_owned())));
            }
        }
        found
    }

    /// The origins that the page contacted.
    pub fn origins(&self) -> BTreeSet<String> {
        let http = self
            .requests
            .iter()
            .filter(|request| !request.url.starts_with("blob:") && !request.url.starts_with("data:"));
        http.map(Request::origin).collect()
    }

    /// Every text of the log with one of `needles` in it.
    pub fn sightings(&self, needles: &[String]) -> Vec<Sighting> {
        let mut found = Vec::new();
        for event in &self.events {
            let mut texts = Vec::new();
            collect_texts(&event["params"], &mut texts);
            texts.retain(|text| needles.iter().any(|needle| text.contains(needle)));
            let own = event["params"]["url"].as_str();
            let source = event["source"]["id"].as_u64();
            let url = own.or_else(|| self.urls.get(&source?).map(String::as_str));
            found.extend(
                texts.into_iter().map(|text| Sighting { url: url.unwrap_or("").to_owned(), text: text.to_owned() }),
            );
        }
        found
    }
}

/// Scheme, host and port of an address; the address itself when it has none.
pub fn origin(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| url.origin().ascii_serialization())
}

/// The browser's own requests (its clock, its updates, its start page, its suggestions for forms) have no initiator. Nor
/// has the address that a person, here the test, goes to; that is on this machine.
fn is_of_a_page(parameters: &Value) -> bool {
    let url = parameters["url"].as_str().unwrap_or("");
    let loopback = ["http://127.0.0.1", "http://localhost"];
    parameters["initiator"] != "not an origin" || loopback.iter().any(|host| url.starts_with(host))
}

fn collect_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter().for_each(|value| collect_texts(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| collect_texts(value, texts)),
        _ => {}
    }
}

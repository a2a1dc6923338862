//! `/__ctl/…`: the same powers as the in-process API, for tests that only have a socket.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::Fault;
use super::state::Shared;
use super::wire::Reply;
use crate::config::Config;
use crate::message::ApiRequest;

#[derive(Deserialize)]
#[serde(untagged)]
enum Faults {
    Many(Vec<Fault>),
    One(Box<Fault>),
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reset {
    seed: Option<u64>,
    config: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    ms: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grant {
    quota: u64,
}

/// Answers a control call.
pub(super) fn handle(shared: &Shared, request: &ApiRequest) -> Reply {
    let (status, body) = match answer(shared, request) {
        Ok(body) => (200, body),
        Err((status, error)) => (status, json!({"error": error})),
    };
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Reply { status, headers, body: body.to_string().into_bytes() }
}

fn answer(shared: &Shared, request: &ApiRequest) -> Result<Value, (u16, String)> {
    let path = request.path.strip_prefix("/__ctl/").unwrap_or_default();
    let mut inner = shared.lock();
    match (request.method.as_str(), path) {
        ("GET", "config") => Ok(json!(inner.model.config())),
        ("PUT", "config") => {
            let patch: Value = read(&request.body)?;
            let config = merged(inner.model.config(), &patch)?;
            *inner.model.config_mut() = config;
            Ok(json!(inner.model.config()))
        }
        ("GET", "faults") => Ok(json!(inner.script.list())),
        ("POST", "faults") => {
            let faults = match read(&request.body)? {
                Faults::Many(faults) => faults,
                Faults::One(fault) => vec![*fault],
            };
            let numbers: Vec<u64> = faults.into_iter().map(|fault| inner.script.push(fault)).collect();
            Ok(json!({"faults": numbers}))
        }
        ("DELETE", "faults") => {
            inner.script.clear();
            Ok(json!({}))
        }
        ("GET", "ledger") => {
            let from = request.query.strip_prefix("from=").and_then(|from| from.parse().ok()).unwrap_or(0);
            Ok(json!(inner.ledger.iter().filter(|arrival| arrival.number >= from).collect::<Vec<_>>()))
        }
        ("GET", "account") => {
            let now_ms = inner.now_ms();
            inner.model.advance(now_ms);
            Ok(json!(inner.model.account()))
        }
        ("GET", "jobs") => {
            let now_ms = inner.now_ms();
            inner.model.advance(now_ms);
            Ok(json!(inner.model.jobs()))
        }
        ("POST", "grant") => {
            let grant: Grant = read(&request.body)?;
            inner.model.grant(grant.quota);
            Ok(json!(inner.model.account()))
        }
        ("POST", "advance") => {
            let advance: Advance = read(&request.body)?;
            let Some(set_ms) = &mut inner.set_ms else {
                return Err((409, "this server runs on the real clock".to_owned()));
            };
            *set_ms = set_ms.saturating_add(advance.ms);
            Ok(json!({"now_ms": *set_ms}))
        }
        ("POST", "drop") => Ok(json!({})),
        ("POST", "reset") => {
            let reset: Reset = if request.body.is_empty() { Reset::default() } else { read(&request.body)? };
            let config = reset.config.map(|patch| merged(inner.model.config(), &patch)).transpose()?;
            drop(inner);
            shared.reset(config, reset.seed);
            Ok(json!({}))
        }
        _ => Err((404, "no such control call".to_owned())),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, (u16, String)> {
    serde_json::from_slice(body).map_err(|error| (400, error.to_string()))
}

fn merged(config: &Config, patch: &Value) -> Result<Config, (u16, String)> {
    let mut value = json!(config);
    merge(&mut value, patch);
    serde_json::from_value(value).map_err(|error| (400, error.to_string()))
}

/// JSON merge patch, RFC 7396, except that null is set and not removed: a switch can be null but never absent.
fn merge(value: &mut Value, patch: &Value) {
    match (value, patch) {
        (Value::Object(object), Value::Object(patch)) => {
            for (name, change) in patch {
                merge(object.entry(name.as_str()).or_insert(Value::Null), change);
            }
        }
        (value, patch) => *value = patch.clone(),
    }
}

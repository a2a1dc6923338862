//! `studio.json`: the settings that a host presets for its visitors, here with this server's own proxy put in.
//!
//! The file in `dist/` is the host's; everything in it that is not about the proxy is kept, known or not, so that this
//! server never has to be newer than the page.

use serde_json::{Map, Value};

/// The body to answer, made from the shipped file (`None` when there is none) and the base address of the upstream.
/// The second part is a sentence for the log when the shipped file is not what it should be.
pub(crate) fn with_own_proxy(shipped: Option<&[u8]>, upstream: &str) -> (String, Option<&'static str>) {
    let (mut fields, complaint) = match shipped.map(serde_json::from_slice::<Value>) {
        None => (Map::new(), None),
        Some(Ok(Value::Object(fields))) => (fields, None),
        Some(_) => (Map::new(), Some("studio.json is not a JSON object; its presets are left out")),
    };
    fields.insert("baseUrl".to_owned(), Value::from(upstream));
    // Relative, so that it holds under any base path and behind any reverse proxy.
    fields.insert("proxyUrl".to_owned(), Value::from("./ttapi/"));
    (Value::Object(fields).to_string(), complaint)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parsed(shipped: Option<&[u8]>) -> (Value, bool) {
        let (text, complaint) = with_own_proxy(shipped, "https://api.ttapi.io");
        (serde_json::from_str(&text).unwrap(), complaint.is_some())
    }

    #[test]
    fn presets_are_kept_and_the_proxy_is_put_in() {
        let shipped = br#"{"baseUrl":"https://other.example","proxyUrl":null,"modes":["flux1-dev"],"later":{"a":1}}"#;
        let (value, complained) = parsed(Some(shipped));
        assert_eq!(
            value,
            serde_json::json!({"baseUrl":"https://api.ttapi.io","proxyUrl":"./ttapi/","modes":["flux1-dev"],"later":{"a":1}})
        );
        assert!(!complained);
    }

    #[test]
    fn a_missing_or_broken_file_leaves_the_proxy_alone() {
        let own = serde_json::json!({"baseUrl":"https://api.ttapi.io","proxyUrl":"./ttapi/"});
        assert_eq!(parsed(None), (own.clone(), false));
        assert_eq!(parsed(Some(b"[1]")), (own.clone(), true));
        assert_eq!(parsed(Some(b"{")), (own, true));
    }
}

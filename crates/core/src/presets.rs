//! `studio.json`: what the host of the page presets. It is a file from the page's own origin, yet still read as
//! untrusted: wrong types are ignored field by field, and it can never bring a key.

use serde_json::Value;

use crate::mode::ModeId;

/// The presets of a host.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Presets {
    /// `baseUrl`: address of the API.
    pub base_url: Option<String>,
    /// `proxyUrl`: address of a proxy, or a template with `{url}`.
    pub proxy_url: Option<String>,
    /// `modes`: ids that are offered beside the catalogue's.
    pub modes: Vec<ModeId>,
}

impl Presets {
    /// Reads the text of `studio.json`; anything that is not understood counts as not said.
    #[must_use]
    pub fn parse(text: &str) -> Presets {
        let Ok(value) = serde_json::from_str::<Value>(text) else { return Presets::default() };
        let field = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let modes = value
            .get("modes")
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).filter_map(ModeId::parse).collect())
            .unwrap_or_default();
        Presets { base_url: field("baseUrl"), proxy_url: field("proxyUrl"), modes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_read_field_by_field() {
        let presets =
            Presets::parse(r#"{"baseUrl":"https://a.example","proxyUrl":7,"modes":["m1",3,"bad id"],"apiKey":"x"}"#);
        assert_eq!(presets.base_url.as_deref(), Some("https://a.example"));
        assert_eq!(presets.proxy_url, None);
        assert_eq!(presets.modes, ModeId::parse("m1").into_iter().collect::<Vec<_>>());
        assert_eq!(Presets::parse("<html>"), Presets::default());
        assert_eq!(Presets::parse("[]"), Presets::default());
    }
}

//! Settings: what the person chose, what the host presets (`studio.json`), and what holds where neither says anything.

use serde::{Deserialize, Serialize};

use crate::file_name;
use crate::find::SavedSearches;
use crate::mode::ModeId;
use crate::presets::Presets;

/// Where the API key is remembered (interface contract, radiogroup "Remember key").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remember {
    /// In this page's memory; asked again after a reload.
    Tab,
    /// Encrypted under a non-extractable key in this browser.
    #[default]
    Device,
    /// Encrypted under a passphrase that is asked once each time the studio is opened.
    Passphrase,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What the person chose. Stored as JSON under a version; fields that a later version adds have defaults here, and
/// unknown fields of a later version are ignored when an older one reads them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Version of this format.
    pub version: u16,
    /// The API's address as typed; `None` until somebody types one. Typed text, even empty, beats the host's preset.
    pub base_url: Option<String>,
    /// The proxy's address or `{url}` template as typed; `None` until somebody types one.
    pub proxy_url: Option<String>,
    /// Where the key is kept.
    pub remember: Remember,
    /// Modes that the person added.
    pub own_modes: Vec<ModeId>,
    /// Whether the later modes of the catalogue are shown in the composer.
    pub more_modes: bool,
    /// Whether aspect ratios are offered in place of sizes.
    pub use_ratios: bool,
    /// Height of the grid's rows, 1 (small) to 9 (large).
    pub density: u8,
    /// Light or dark.
    pub theme: Theme,
    /// Searches that are kept under names.
    pub searches: SavedSearches,
    /// Pattern of the names of files that are downloaded ([`crate::file_name`]).
    pub file_names: String,
    /// Whether downloaded pictures have their settings inside; else they have nothing inside.
    pub settings_inside: bool,
}

/// The version that this program writes.
pub const SETTINGS_VERSION: u16 = 1;

/// The API's own address (as the API's documentation has it).
pub const DEFAULT_BASE_URL: &str = "https://api.ttapi.io";

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            version: SETTINGS_VERSION,
            base_url: None,
            proxy_url: None,
            remember: Remember::Device,
            own_modes: Vec::new(),
            more_modes: false,
            use_ratios: false,
            density: 5,
            theme: Theme::System,
            searches: SavedSearches::default(),
            file_names: file_name::DEFAULT.to_owned(),
            settings_inside: true,
        }
    }
}

impl Settings {
    /// Reads stored settings. Damaged text gives the defaults and `false`, so that the caller can say so.
    #[must_use]
    pub fn from_json(text: &str) -> (Settings, bool) {
        match serde_json::from_str::<Settings>(text) {
            Ok(mut settings) => {
                settings.density = settings.density.clamp(1, 9);
                (settings, true)
            }
            Err(_) => (Settings::default(), false),
        }
    }

    /// The text that is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The API's address that holds: typed, else preset by the host, else the API's own.
    #[must_use]
    pub fn base_url<'a>(&'a self, presets: &'a Presets) -> &'a str {
        match (&self.base_url, &presets.base_url) {
            (Some(typed), _) if !typed.trim().is_empty() => typed.trim(),
            (Some(_), _) => DEFAULT_BASE_URL,
            (None, Some(preset)) => preset.trim(),
            (None, None) => DEFAULT_BASE_URL,
        }
    }

    /// The proxy's address that holds: typed (even nothing), else preset by the host, else none (an empty text).
    #[must_use]
    pub fn proxy_url<'a>(&'a self, presets: &'a Presets) -> &'a str {
        match (&self.proxy_url, &presets.proxy_url) {
            (Some(typed), _) => typed.trim(),
            (None, Some(preset)) => preset.trim(),
            (None, None) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_addresses_beat_presets_even_when_empty() {
        let presets = Presets {
            base_url: Some("https://b.example".into()),
            proxy_url: Some("./ttapi/".into()),
            modes: Vec::new(),
        };
        let mut settings = Settings::default();
        assert_eq!(settings.base_url(&presets), "https://b.example");
        assert_eq!(settings.proxy_url(&presets), "./ttapi/");
        settings.proxy_url = Some(String::new());
        assert_eq!(settings.proxy_url(&presets), "");
        settings.base_url = Some(" ".into());
        assert_eq!(settings.base_url(&presets), DEFAULT_BASE_URL);
        assert_eq!(Settings::default().base_url(&Presets::default()), DEFAULT_BASE_URL);
    }

    #[test]
    fn stored_settings_survive_older_newer_and_damaged_text() {
        let settings =
            Settings { density: 3, own_modes: ModeId::parse("x").into_iter().collect(), ..Settings::default() };
        assert_eq!(Settings::from_json(&settings.to_json()), (settings, true));
        assert_eq!(Settings::from_json(r#"{"version":9,"density":77,"new_field":[1]}"#).0.density, 9);
        assert_eq!(Settings::from_json("{not json"), (Settings::default(), false));
    }
}

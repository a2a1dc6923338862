//! Modes: the API's word for the model that draws. The list is data, because the API's own list moves.

use serde::{Deserialize, Serialize};

/// The API's id of a mode: 1 to 64 letters, digits, `.`, `_` or `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ModeId(Box<str>);

impl ModeId {
    /// Reads a mode id; surrounding white space is forgiven.
    #[must_use]
    pub fn parse(text: &str) -> Option<ModeId> {
        let text = text.trim();
        let right = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        right.then(|| ModeId(text.into()))
    }

    /// The id as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ModeId {
    fn default() -> ModeId {
        ModeId("flux1-dev".into())
    }
}

impl TryFrom<String> for ModeId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        ModeId::parse(&text).ok_or("a mode id has 1 to 64 letters, digits, '.', '_' or '-'")
    }
}

impl From<ModeId> for String {
    fn from(id: ModeId) -> String {
        id.0.into()
    }
}

/// One line of the catalogue of modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// The API's id.
    pub id: &'static str,
    /// A word that tells it from its neighbours; empty where the API's pages say nothing.
    pub note: &'static str,
    /// Offered without asking for more.
    pub first: bool,
}

/// Every mode that the API's pages have named. The first three are the original contract's; `flux1-schnell` left the
/// pages in March 2026 and still works with old keys.
pub const CATALOGUE: [Mode; 10] = [
    Mode { id: "flux1-schnell", note: "fastest", first: true },
    Mode { id: "flux1-dev", note: "balanced", first: true },
    Mode { id: "flux1-pro", note: "best", first: true },
    Mode { id: "flux-kontext-pro", note: "", first: false },
    Mode { id: "flux-kontext-max", note: "", first: false },
    Mode { id: "flux-2-pro", note: "", first: false },
    Mode { id: "flux-2-flex", note: "", first: false },
    Mode { id: "flux-2-max", note: "", first: false },
    Mode { id: "flux-2-klein-4b", note: "", first: false },
    Mode { id: "flux-2-klein-9b", note: "", first: false },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_catalogue_is_well_formed_and_holds_the_default() {
        for mode in CATALOGUE {
            assert!(ModeId::parse(mode.id).is_some(), "{}", mode.id);
        }
        assert!(CATALOGUE.iter().any(|mode| mode.first && mode.id == ModeId::default().as_str()));
    }

    #[test]
    fn ids_of_ones_own_are_checked() {
        assert_eq!(ModeId::parse(" my-mode.2 ").unwrap().as_str(), "my-mode.2");
        for bad in ["", "two words", "a/b", "é"] {
            assert!(ModeId::parse(bad).is_none(), "{bad}");
        }
    }
}

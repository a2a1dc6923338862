//! What the composer holds, and its way into an order that can be paid for.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::mode::{CATALOGUE, ModeId};
use crate::shape::Shape;
use crate::web_url::WebUrl;

/// The composer's fields as they stand, right or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// The prompt box, untrimmed.
    pub prompt: String,
    /// The chosen mode.
    pub mode: ModeId,
    /// The chosen size or aspect ratio.
    pub shape: Shape,
    /// How many images one press makes, 1 to [`limits::IMAGES_MAX`].
    pub count: u16,
    /// Address that the API calls when a job ends; empty for none.
    pub hook_url: String,
}

impl Default for Draft {
    fn default() -> Draft {
        Draft {
            prompt: String::new(),
            mode: ModeId::default(),
            shape: Shape::DEFAULT,
            count: 1,
            hook_url: String::new(),
        }
    }
}

/// What one attempt asks of the API: a checked draft, without the count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The prompt as it is sent: trimmed at both ends, otherwise as typed.
    pub prompt: String,
    /// The mode.
    pub mode: ModeId,
    /// The size or aspect ratio.
    pub shape: Shape,
    /// The hook, where one is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook_url: Option<String>,
}

/// What of the settings inside a file the composer can take over; the rest of it stays as it is. A file of this studio is
/// believed; of any other only what the studio offers is taken, because models of other programs have names that look
/// like modes and would be refused.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usable {
    /// The prompt.
    pub prompt: Option<String>,
    /// The mode.
    pub mode: Option<ModeId>,
    /// The size or aspect ratio.
    pub shape: Option<Shape>,
}

impl Usable {
    /// Judges texts of a stranger; `own` are the modes that the person or the host added, `ours` says that this studio wrote them.
    #[must_use]
    pub fn of(prompt: &str, mode: &str, shape: &str, ours: bool, own: &[ModeId]) -> Usable {
        let offered = |mode: &ModeId| CATALOGUE.iter().any(|known| known.id == mode.as_str()) || own.contains(mode);
        let prompt = prompt.trim();
        Usable {
            prompt: (!prompt.is_empty()).then(|| prompt.to_owned()),
            mode: ModeId::parse(mode).filter(|mode| ours || offered(mode)),
            shape: Shape::parse(shape)
                .filter(|shape| ours || Shape::SIZES.contains(shape) || Shape::RATIOS.contains(shape)),
        }
    }

    /// Whether there is anything.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Usable::default()
    }

    /// Puts it into the composer.
    pub fn fill(self, draft: &mut Draft) {
        draft.prompt = self.prompt.unwrap_or(std::mem::take(&mut draft.prompt));
        draft.mode = self.mode.unwrap_or(draft.mode.clone());
        draft.shape = self.shape.unwrap_or(draft.shape);
    }
}

/// Why a draft cannot be sent. Nothing was sent, no money was spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftProblem {
    /// No prompt.
    EmptyPrompt,
    /// More than [`limits::PROMPT_MAX_CHARS`] characters; the number is how many there are.
    LongPrompt(usize),
    /// Not between 1 and [`limits::IMAGES_MAX`].
    Count,
    /// The hook is no `https:` address.
    Hook,
}

impl Draft {
    /// Checks the draft.
    ///
    /// # Errors
    /// The first [`DraftProblem`], in the order of the fields on screen.
    pub fn order(&self) -> Result<Order, DraftProblem> {
        let prompt = self.prompt.trim();
        if prompt.is_empty() {
            return Err(DraftProblem::EmptyPrompt);
        }
        let length = prompt.chars().count();
        if length > limits::PROMPT_MAX_CHARS {
            return Err(DraftProblem::LongPrompt(length));
        }
        if !(1..=limits::IMAGES_MAX).contains(&self.count) {
            return Err(DraftProblem::Count);
        }
        let hook = self.hook_url.trim();
        let hook_url = if hook.is_empty() {
            None
        } else {
            let right = hook.len() <= limits::URL_MAX && WebUrl::parse(hook).is_ok_and(|url| url.is_https());
            if !right {
                return Err(DraftProblem::Hook);
            }
            Some(hook.to_owned())
        };
        Ok(Order { prompt: prompt.to_owned(), mode: self.mode.clone(), shape: self.shape, hook_url })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn draft(prompt: &str) -> Draft {
        Draft { prompt: prompt.to_owned(), ..Draft::default() }
    }

    #[test]
    fn a_draft_is_checked_before_anything_is_sent() {
        assert_eq!(draft(" \n ").order(), Err(DraftProblem::EmptyPrompt));
        assert_eq!(draft(&"é".repeat(8_001)).order(), Err(DraftProblem::LongPrompt(8_001)));
        assert_eq!(Draft { count: 17, ..draft("a fox") }.order(), Err(DraftProblem::Count));
        assert_eq!(Draft { count: 0, ..draft("a fox") }.order(), Err(DraftProblem::Count));
        for hook in ["http://example.com", "javascript:alert(1)", "hook", "https://u:p@example.com"] {
            assert_eq!(
                Draft { hook_url: hook.to_owned(), ..draft("a fox") }.order(),
                Err(DraftProblem::Hook),
                "{hook}"
            );
        }
    }

    #[test]
    fn h16_of_a_strangers_settings_only_what_is_offered_is_taken() {
        let own = [ModeId::parse("my-mode").unwrap()];
        let used = |mode: &str, shape: &str, ours: bool| {
            let mut draft = Draft { hook_url: "https://mine.example".to_owned(), count: 3, ..draft("before") };
            Usable::of(" after ", mode, shape, ours, &own).fill(&mut draft);
            assert_eq!(
                (draft.prompt.as_str(), draft.hook_url.as_str(), draft.count),
                ("after", "https://mine.example", 3)
            );
            (draft.mode.as_str().to_owned(), draft.shape.text())
        };
        let said = |mode: &str, shape: &str| (mode.to_owned(), shape.to_owned());
        assert_eq!(used("flux1-pro", "1024x1792", false), said("flux1-pro", "1024x1792"));
        assert_eq!(used("my-mode", "16:9", false), said("my-mode", "16:9"));
        assert_eq!(used("sd_xl_base_1.0", "512x768", false), said("flux1-dev", "1024x1024"));
        assert_eq!(used("flux9-new", "512x768", true), said("flux9-new", "512x768"));
        assert_eq!(used("<script>", "-1x1", true), said("flux1-dev", "1024x1024"));
        assert!(!Usable::of("  ", "", "huge", true, &own).any());
    }

    #[test]
    fn the_prompt_is_sent_as_typed_but_for_its_ends() {
        let order = draft("  a  fox\n<img onerror> \u{202e} ").order().unwrap();
        assert_eq!(order.prompt, "a  fox\n<img onerror> \u{202e}");
        assert_eq!(order.hook_url, None);
        let hooked = Draft { hook_url: " https://example.com/h?x=1 ".to_owned(), ..draft("a fox") };
        assert_eq!(hooked.order().unwrap().hook_url.as_deref(), Some("https://example.com/h?x=1"));
    }
}

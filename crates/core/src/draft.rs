//! What the composer holds, and its way into an order that can be paid for.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::mode::ModeId;
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
    fn the_prompt_is_sent_as_typed_but_for_its_ends() {
        let order = draft("  a  fox\n<img onerror> \u{202e} ").order().unwrap();
        assert_eq!(order.prompt, "a  fox\n<img onerror> \u{202e}");
        assert_eq!(order.hook_url, None);
        let hooked = Draft { hook_url: " https://example.com/h?x=1 ".to_owned(), ..draft("a fox") };
        assert_eq!(hooked.order().unwrap().hook_url.as_deref(), Some("https://example.com/h?x=1"));
    }
}

//! Composing: the prompt, the choices, the press of Generate.

use thirtyfour::{Key, WebElement};

use crate::find::Name;
use crate::studio::Studio;
use crate::wait::{SHORT, Seen, check, eventually};

/// What a person orders with one press. What is `None` stays as it is on the screen.
#[derive(Clone, Debug, Default)]
pub struct Order {
    prompt: Option<String>,
    mode: Option<String>,
    size: Option<String>,
    count: Option<u32>,
}

impl Order {
    /// A picture of this.
    #[must_use]
    pub fn of(prompt: &str) -> Self {
        Self { prompt: Some(prompt.to_owned()), ..Self::default() }
    }

    /// In this mode, by its id.
    #[must_use]
    pub fn mode(mut self, mode: &str) -> Self {
        self.mode = Some(mode.to_owned());
        self
    }

    /// In this size, like `1024x1792`.
    #[must_use]
    pub fn size(mut self, size: &str) -> Self {
        self.size = Some(size.to_owned());
        self
    }

    /// So many of it.
    #[must_use]
    pub fn count(mut self, count: u32) -> Self {
        self.count = Some(count);
        self
    }
}

impl Studio {
    /// Composes and presses Generate.
    pub async fn generate(&self, order: &Order) {
        self.compose(order).await;
        self.press_generate().await;
    }

    /// Composes, and presses nothing.
    pub async fn compose(&self, order: &Order) {
        if let Some(prompt) = &order.prompt {
            self.write_prompt(prompt).await;
        }
        if let Some(mode) = &order.mode {
            self.choose("Mode", Name::Begins(mode)).await;
        }
        if let Some(size) = &order.size {
            self.choose("Size", Name::Holds(size)).await;
        }
        if let Some(count) = order.count {
            self.write("spinbutton", Name::Is("Images"), &count.to_string()).await;
        }
    }

    /// Presses "Generate".
    pub async fn press_generate(&self) {
        self.press(Name::Begins("Generate")).await;
    }

    /// The one button whose name begins with "Generate".
    ///
    /// # Errors
    /// There is none, or there are several.
    pub async fn generate_button(&self) -> Seen<WebElement> {
        self.browser.find_only("button", Name::Begins("Generate"), None).await
    }

    /// Replaces the text in the prompt's box. Long texts are pasted.
    pub async fn write_prompt(&self, text: &str) {
        self.write("textbox", Name::Is("Prompt"), text).await;
    }

    /// The text in the prompt's box.
    ///
    /// # Panics
    /// When there is no such box.
    pub async fn prompt(&self) -> String {
        let prompt = self.wait_for("textbox", Name::Is("Prompt"), SHORT).await;
        prompt.prop("value").await.expect("its text").unwrap_or_default()
    }

    /// Replaces the text of a field, as with Ctrl+A and typing or pasting, and waits until it stands there.
    pub async fn write(&self, role: &str, name: Name<'_>, text: &str) {
        eventually(&format!("{role} {name:?} to take the text"), SHORT, async || {
            let field = self.browser.find(role, name, None).await?;
            let told = |error: thirtyfour::error::WebDriverError| error.to_string();
            field.click().await.map_err(told)?;
            self.ctrl("a").await;
            if text.is_empty() {
                self.key(Key::Delete).await;
            } else if text.chars().count() > 120 {
                self.browser.cdp("Input.insertText", serde_json::json!({ "text": text })).await;
            } else {
                self.type_keys(text).await;
            }
            let now = field.prop("value").await.map_err(told)?.unwrap_or_default();
            check(now == text, || format!("it holds {} characters", now.chars().count()))
        })
        .await;
    }

    /// Chooses a radio button of a group.
    pub async fn choose(&self, group: &str, name: Name<'_>) {
        eventually(&format!("{name:?} to be chosen as {group}"), SHORT, async || {
            let group = self.browser.find("radiogroup", Name::Is(group), None).await?;
            let radio = self.browser.find("radio", name, Some(&group)).await?;
            if is_chosen(&radio).await? {
                return Ok(());
            }
            // The circle itself is often drawn by its label, which is then what a person presses.
            let script = "return arguments[0].labels?.[0] ?? arguments[0]";
            let json = radio.to_json().map_err(|error| error.to_string())?;
            let label = self.browser.web.execute(script, vec![json]).await.and_then(|found| found.element());
            let pressed = label.map_err(|error| error.to_string())?.click().await;
            pressed.map_err(|error| error.to_string())?;
            check(is_chosen(&radio).await?, || "it is not chosen".to_owned())
        })
        .await;
    }
}

async fn is_chosen(radio: &WebElement) -> Seen<bool> {
    if radio.is_selected().await.map_err(|error| error.to_string())? {
        return Ok(true);
    }
    let checked = radio.attr("aria-checked").await.map_err(|error| error.to_string())?;
    Ok(checked.as_deref() == Some("true"))
}

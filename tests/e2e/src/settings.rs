//! The settings: filling in the connection, saving, testing it.

use std::time::Duration;

use thirtyfour::Key;

use crate::find::Name;
use crate::studio::Studio;
use crate::wait::{SHORT, Seen, USUAL, check, eventually};

/// The open settings.
pub struct Settings<'a>(&'a Studio);

impl Studio {
    /// Opens the settings.
    pub async fn settings(&self) -> Settings<'_> {
        eventually("the settings to open", SHORT, async || {
            if self.key_field().await.is_ok() {
                return Ok(());
            }
            self.settings_button().await?.click().await.map_err(|error| error.to_string())?;
            self.key_field().await
        })
        .await;
        Settings(self)
    }

    async fn key_field(&self) -> Seen<()> {
        self.browser.find("field", Name::Is("API key"), None).await.map(drop)
    }

    /// Fills in what this stage needs, key included, saves, and closes the settings.
    pub async fn connect(&self) {
        let key = self.key.clone();
        self.connect_with(&key).await;
    }

    /// The same with another key.
    pub async fn connect_with(&self, key: &str) {
        let settings = self.settings().await;
        settings.addresses(self.stage.base_url().as_deref(), self.stage.proxy_url().as_deref()).await;
        settings.write_key(key).await;
        settings.save().await;
        // Not before it is said is the key on disk, for a reload to find. Where it cannot be kept that is said instead.
        eventually("the settings to be saved", USUAL, async || {
            let texts = self.messages("status").await?.into_iter().chain(self.messages("alert").await?);
            let texts: Vec<String> = texts.collect();
            let said = texts.iter().any(|text| text.contains("Saved.") || text.contains("holds in this tab"));
            check(said, || format!("it says {texts:?}"))
        })
        .await;
        settings.close().await;
    }
}

impl Settings<'_> {
    /// Fills in the key. Whatever may be one is looked for after the story, right or wrong; a shorter text could stand
    /// anywhere.
    pub async fn write_key(&self, key: &str) -> &Self {
        if key.len() >= 12 {
            self.0.expected.borrow_mut().keys.insert(key.to_owned());
        }
        self.0.write("field", Name::Is("API key"), key).await;
        self
    }

    /// Fills in the addresses; `None` leaves one as it is.
    pub async fn addresses(&self, base: Option<&str>, proxy: Option<&str>) -> &Self {
        if let Some(base) = base {
            self.0.write("textbox", Name::Is("API base URL"), base).await;
        }
        if let Some(proxy) = proxy {
            self.0.write("textbox", Name::Is("Proxy URL"), proxy).await;
        }
        self
    }

    /// Chooses where the key is kept.
    pub async fn remember(&self, name: &str) -> &Self {
        self.0.choose("Remember key", Name::Is(name)).await;
        self
    }

    /// Fills in the passphrase, which is looked for after the story.
    pub async fn passphrase(&self, text: &str) -> &Self {
        self.0.expected.borrow_mut().passphrases.insert(text.to_owned());
        self.0.write("field", Name::Is("Passphrase"), text).await;
        self
    }

    /// Presses "Save".
    pub async fn save(&self) -> &Self {
        self.0.press(Name::Is("Save")).await;
        self
    }

    /// Presses "Test connection" and waits for a verdict that holds all of these words, letter case ignored.
    pub async fn test_says(&self, words: &[&str]) -> String {
        self.0.press(Name::Is("Test connection")).await;
        self.says(words, USUAL).await
    }

    /// Waits until a message holds all of these words, letter case ignored, and returns it.
    pub async fn says(&self, words: &[&str], patience: Duration) -> String {
        eventually(&format!("a message with {words:?}"), patience, async || {
            let mut texts = self.0.messages("alert").await?;
            texts.extend(self.0.messages("status").await?);
            let fits = |text: &&String| words.iter().all(|word| text.to_lowercase().contains(&word.to_lowercase()));
            texts.iter().find(fits).cloned().ok_or_else(|| format!("it says {texts:?}"))
        })
        .await
    }

    /// Closes the settings with Escape.
    pub async fn close(self) {
        eventually("the settings to close", SHORT, async || {
            if self.0.key_field().await.is_err() {
                return Ok(());
            }
            self.0.key(Key::Escape).await;
            check(self.0.key_field().await.is_err(), || "the field for the key is still there".to_owned())
        })
        .await;
    }
}

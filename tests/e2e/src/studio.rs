//! The page as a person knows it: opening, pressing, reading what it says.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::components::SelectElement;
use thirtyfour::{Key, WebElement};

use crate::browser::Browser;
use crate::find::Name;
use crate::stage::Stage;
use crate::touch::Spot;
use crate::wait::{SHORT, Seen, USUAL, check, eventually};

/// What a story says beforehand about things that are otherwise complaints.
#[derive(Debug, Default)]
pub struct Expected {
    /// Console entries that hold all of these texts.
    pub noise: Vec<Vec<String>>,
    /// Further origins that may be contacted.
    pub origins: BTreeSet<String>,
    /// Further origins that may see the key.
    pub keyed: BTreeSet<String>,
    /// Keys that were typed.
    pub keys: BTreeSet<String>,
    /// Passphrases that were typed.
    pub passphrases: BTreeSet<String>,
}

/// The studio in a browser, with its stage and the key of its person.
pub struct Studio {
    /// The browser.
    pub browser: Browser,
    /// The servers.
    pub stage: Stage,
    /// The API key that the simulator accepts, different in each story.
    pub key: String,
    pub(crate) expected: RefCell<Expected>,
}

impl Studio {
    /// Opens the page and waits until the program runs.
    pub async fn open(&self) {
        self.go_there().await;
        self.wait_running().await;
    }

    /// Opens the page and waits for its document only.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn go_there(&self) {
        self.browser.web.goto(self.stage.url()).await.expect("the page opens");
    }

    /// Waits until the program runs: until then "Generate" is absent or disabled.
    pub async fn wait_running(&self) {
        eventually("the studio to start", USUAL, async || {
            if let Ok(alert) = self.browser.find("alert", Name::Any, None).await {
                let text = alert.text().await.unwrap_or_default();
                assert!(!text.contains("could not start"), "{text}");
            }
            enabled(&self.generate_button().await?).await
        })
        .await;
    }

    /// Reloads the page and waits until the program runs again.
    ///
    /// # Panics
    /// When the page does not load.
    pub async fn reload(&self) {
        self.reload_here().await;
        self.wait_running().await;
    }

    /// Reloads the page at the address that it has now, a large picture for example, and waits for its document only.
    ///
    /// # Panics
    /// When the page does not load.
    pub async fn reload_here(&self) {
        self.leave_unasked().await;
        self.browser.web.refresh().await.expect("the page reloads");
        // The driver may answer while the old page is still there.
        eventually("another page", USUAL, async || {
            let left = self.browser.web.execute("return window.left === true", vec![]).await;
            let left: bool = left.and_then(|left| left.convert()).map_err(|error| error.to_string())?;
            check(!left, || "it is still the old one".to_owned())
        })
        .await;
    }

    /// From now on nobody is asked whether this page is to be left: the answer would be yes. The driver gives it itself,
    /// but not always, and a question that stays open ends the session.
    pub async fn leave_unasked(&self) {
        const SCRIPT: &str =
            "window.addEventListener('beforeunload', (leave) => leave.stopImmediatePropagation(), true);
            window.left = true";
        self.ask(SCRIPT, vec![]).await
    }

    /// What opens the settings.
    ///
    /// # Errors
    /// There is nothing of this name.
    pub async fn settings_button(&self) -> Seen<WebElement> {
        match self.browser.find("button", Name::Is("Settings"), None).await {
            Ok(button) => Ok(button),
            Err(_) => self.browser.find("link", Name::Is("Settings"), None).await,
        }
    }

    /// Presses a button, as soon as it is there and can be pressed.
    pub async fn press(&self, name: Name<'_>) {
        eventually(&format!("the button {name:?}"), SHORT, async || {
            let button = self.browser.find("button", name, None).await?;
            enabled(&button).await?;
            button.click().await.map_err(|error| error.to_string())
        })
        .await;
    }

    /// Presses a key.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn key(&self, key: Key) {
        self.type_keys(&text_of(key)).await;
    }

    /// Types into whatever has the focus.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn type_keys(&self, text: &str) {
        self.browser.web.action_chain().send_keys(text).perform().await.expect("keys");
    }

    /// Ctrl and a key.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn ctrl(&self, key: &str) {
        let chain = self.browser.web.action_chain().key_down(Key::Control).send_keys(key).key_up(Key::Control);
        chain.perform().await.expect("keys");
    }

    /// Picks one of a box of choices by its words.
    pub async fn pick(&self, name: Name<'_>, choice: &str) {
        eventually(&format!("{choice:?} to be picked as {name:?}"), SHORT, async || {
            let told = |error: thirtyfour::error::WebDriverError| error.to_string();
            let choices = SelectElement::new(&self.browser.find("combobox", name, None).await?).await.map_err(told)?;
            choices.select_by_exact_text(choice).await.map_err(told)
        })
        .await;
    }

    /// The words that a box of choices shows.
    ///
    /// # Errors
    /// There is none of this name.
    pub async fn picked(&self, name: Name<'_>) -> Seen<String> {
        let told = |error: thirtyfour::error::WebDriverError| error.to_string();
        let choices = SelectElement::new(&self.browser.find("combobox", name, None).await?).await.map_err(told)?;
        choices.first_selected_option().await.map_err(told)?.text().await.map_err(told)
    }

    /// Turns the mouse's wheel over a place of the window, towards oneself by so many pixels.
    pub async fn wheel(&self, at: Spot, by: f64) {
        let turn = json!({"type": "mouseWheel", "x": at.0, "y": at.1, "deltaX": 0, "deltaY": by});
        self.browser.cdp("Input.dispatchMouseEvent", turn).await;
    }

    /// Drags a file from outside onto the middle of the page, as the system hands it to the browser.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn drop_file(&self, file: &Path) {
        let data = json!({"items": [], "files": [file.display().to_string()], "dragOperationsMask": 1});
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({"type": kind, "x": 500, "y": 300, "data": data});
            self.browser.cdp("Input.dispatchDragEvent", event).await;
        }
    }

    /// Whether something of this role and name is there.
    pub async fn shows(&self, role: &str, name: Name<'_>) -> bool {
        self.browser.find(role, name, None).await.is_ok()
    }

    /// Waits until something of this role and name is there.
    pub async fn wait_for(&self, role: &str, name: Name<'_>, patience: Duration) -> WebElement {
        eventually(&format!("{role} {name:?}"), patience, async || self.browser.find(role, name, None).await).await
    }

    /// Waits until nothing of this role and name is there.
    pub async fn wait_gone(&self, role: &str, name: Name<'_>) {
        eventually(&format!("{role} {name:?} to go"), SHORT, async || {
            let found = self.browser.find_all(role, name, None).await?;
            check(found.is_empty(), || "it is still there".to_owned())
        })
        .await;
    }

    /// All texts of `status` or `alert` that are on the screen.
    ///
    /// # Errors
    /// The session refused to look.
    pub async fn messages(&self, role: &str) -> Seen<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.browser.find_all(role, Name::Any, None).await? {
            texts.push(element.text().await.map_err(|error| error.to_string())?);
        }
        Ok(texts)
    }

    /// Waits for a `status` or `alert` that holds all of these words, letter case ignored, and returns its text.
    pub async fn wait_message(&self, role: &str, words: &[&str], patience: Duration) -> String {
        eventually(&format!("{role} with {words:?}"), patience, async || {
            let texts = self.messages(role).await?;
            let fits = |text: &&String| words.iter().all(|word| text.to_lowercase().contains(&word.to_lowercase()));
            texts.iter().find(fits).cloned().ok_or_else(|| format!("it says {texts:?}"))
        })
        .await
    }

    /// All visible text of the page.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn text(&self) -> String {
        self.ask("return document.body.innerText", vec![]).await
    }

    /// Runs a script and takes what it returns.
    ///
    /// # Panics
    /// When it fails.
    pub async fn ask<T: DeserializeOwned>(&self, script: &str, arguments: Vec<Value>) -> T {
        let answer = self.browser.web.execute(script, arguments).await.expect("the script runs");
        answer.convert().expect("the answer has its shape")
    }

    /// Whether the page would have the browser ask before it is left now.
    pub async fn would_ask(&self) -> bool {
        const SCRIPT: &str = "const leave = new Event('beforeunload', { cancelable: true });
            window.dispatchEvent(leave);
            return leave.defaultPrevented";
        self.ask(SCRIPT, vec![]).await
    }

    /// Waits until the page can be left: a driver closes tabs without a question, and a wish that is not on disk goes along.
    pub async fn wait_safe_to_leave(&self) {
        eventually("the page to be safe to leave", USUAL, async || {
            check(!self.would_ask().await, || "it would ask".to_owned())
        })
        .await;
    }

    /// Waits until so many generate calls have arrived, answered or not.
    pub async fn wait_sent(&self, generates: usize) {
        eventually("a request", USUAL, async || {
            let sent = self.stage.api.generates().len();
            check(sent == generates, || format!("{sent} generate calls arrived instead of {generates}"))
        })
        .await;
    }

    /// Waits until the page and the API's stand-in agree on so many generate calls and jobs.
    pub async fn wait_ledger(&self, generates: usize, jobs: usize) {
        eventually("the ledger", USUAL, async || self.stage.api.ledger_shows(generates, jobs)).await;
    }

    /// Sets the page's size in CSS pixels and the person's preference for light or dark.
    pub async fn look_at(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.browser.cdp("Emulation.setDeviceMetricsOverride", size).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.browser.cdp("Emulation.setEmulatedMedia", media).await;
    }

    /// Says that console entries with all of these texts are part of the story.
    pub fn expect_noise(&self, texts: &[&str]) {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        self.expected.borrow_mut().noise.push(texts);
    }

    /// Says that the page may contact a further origin, without the key.
    pub fn expect_contact(&self, origin: &str) {
        self.expected.borrow_mut().origins.insert(origin.to_owned());
    }

    /// Says that the person gave the key to a further origin.
    pub fn expect_key_at(&self, origin: &str) {
        self.expect_contact(origin);
        self.expected.borrow_mut().keyed.insert(origin.to_owned());
    }
}

/// Pressing what is disabled is no error for WebDriver, and has no effect.
pub(crate) async fn enabled(element: &WebElement) -> Seen<()> {
    let enabled = element.is_enabled().await.map_err(|error| error.to_string())?;
    check(enabled, || "it is disabled".to_owned())
}

/// A key as text that can be typed.
pub fn text_of(key: Key) -> String {
    String::from(key.value())
}

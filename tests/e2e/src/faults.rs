//! Faults of the browser itself: a store without room, a lost connection to it, wrong clocks, tabs that stand still.

use serde_json::{Value, json};
use thirtyfour::WindowHandle;

use crate::studio::Studio;
use crate::wait::{SHORT, check, eventually};

impl Studio {
    /// Makes the faults of `faults.js` ready in every page that this tab opens from now on.
    pub async fn can_fail(&self) {
        let script = json!({ "source": include_str!("faults.js") });
        self.browser.cdp("Page.addScriptToEvaluateOnNewDocument", script).await;
    }

    /// Switches a fault on, or off again.
    pub async fn fail(&self, name: &str, value: Value) {
        let script = "window.faults[arguments[0]] = arguments[1]; return true";
        let _: bool = self.ask(script, vec![json!(name), value]).await;
    }

    /// How often a fault struck in this page.
    pub async fn struck(&self, name: &str) -> u64 {
        self.ask("return window.faults[arguments[0]]", vec![json!(name)]).await
    }

    /// This tab.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn tab(&self) -> WindowHandle {
        self.browser.web.window().await.expect("a tab")
    }

    /// Opens the studio in another tab, which is in front then.
    ///
    /// # Panics
    /// When the session is gone.
    pub async fn another_tab(&self) -> WindowHandle {
        let tab = self.browser.web.new_tab().await.expect("a new tab");
        self.go_to(&tab).await;
        self.can_fail().await;
        self.open().await;
        tab
    }

    /// Brings a tab to the front.
    ///
    /// # Panics
    /// When it is gone.
    pub async fn go_to(&self, tab: &WindowHandle) {
        self.browser.web.switch_to_window(tab.clone()).await.expect("the tab");
        self.browser.cdp("Page.bringToFront", json!({})).await;
    }

    /// Waits until this tab leads, or another one does.
    pub async fn wait_leads(&self, leads: bool) {
        const LOCK: &str = "const done = arguments[arguments.length - 1];
            navigator.locks.query().then(async ({ held }) => {
              const here = (await navigator.locks.request('who am i', () => navigator.locks.query())).held.find(({ name }) => name === 'who am i').clientId;
              done(held.some(({ name, clientId }) => name === 'leader' && clientId === here));
            });";
        eventually("the lead", SHORT * 4, async || {
            let answer = self.browser.web.execute_async(LOCK, vec![]).await.map_err(|error| error.to_string())?;
            let found: bool = answer.convert().map_err(|error| error.to_string())?;
            check(found == leads, || format!("it leads: {found}"))
        })
        .await;
    }
}

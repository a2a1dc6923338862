//! Roles and names, as the browser computes them for assistive technologies.

use std::sync::Arc;

use e2e::find::Name;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use thirtyfour::common::command::{Command, ExtensionCommand};
use thirtyfour::{Key, WebElement};

/// WebDriver's questions about the accessibility tree, which thirtyfour does not know.
#[derive(Debug)]
struct Computed(String);

impl ExtensionCommand for Computed {
    fn parameters_json(&self) -> Option<serde_json::Value> {
        None
    }

    fn method(&self) -> axum::http::Method {
        axum::http::Method::GET
    }

    fn endpoint(&self) -> Arc<str> {
        self.0.as_str().into()
    }
}

async fn computed(studio: &Studio, element: &WebElement, what: &str) -> String {
    let question = Computed(format!("/element/{}/computed{what}", element.element_id()));
    let answer = studio.browser.web.cmd(Command::ExtensionCommand(Box::new(question))).await.expect("an answer");
    answer.value::<String>().expect("a text").replace('×', "x")
}

/// Finds one element, and asks the browser whether it agrees.
async fn has(studio: &Studio, role: &str, name: Name<'_>) -> String {
    let element = match studio.browser.find_only(role, name, None).await {
        Ok(element) => element,
        Err(reason) => panic!("{reason}"),
    };
    let (found, label) = (computed(studio, &element, "role").await, computed(studio, &element, "label").await);
    // Older names of the same role.
    let same =
        found == role || (role == "textbox" && found == "textField") || (role == "searchbox" && found == "searchBox");
    assert!(same, "{label:?} is a {found} for assistive technologies, not a {role}");
    let fits = match name {
        Name::Is(text) => label == text,
        Name::Begins(text) => label.starts_with(text),
        Name::Holds(text) => label.contains(text),
        Name::Any => true,
    };
    assert!(fits, "the {role} {name:?} is called {label:?} by assistive technologies");
    label
}

#[test]
fn the_composer_has_its_roles_and_names() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        has(studio, "textbox", Name::Is("Prompt")).await;
        // Nothing else is taken for it.
        has(studio, "textbox", Name::Holds("Prompt")).await;
        has(studio, "radiogroup", Name::Is("Mode")).await;
        for mode in ["flux1-schnell", "flux1-dev", "flux1-pro"] {
            has(studio, "radio", Name::Begins(mode)).await;
        }
        let chosen = studio.browser.find_only("radio", Name::Begins("flux1-dev"), None).await.unwrap();
        assert!(chosen.is_selected().await.unwrap(), "flux1-dev is the default");
        has(studio, "radiogroup", Name::Is("Size")).await;
        for size in ["1024x1024", "1024x1792", "1792x1024"] {
            has(studio, "radio", Name::Holds(size)).await;
        }
        has(studio, "spinbutton", Name::Is("Images")).await;
        has(studio, "button", Name::Begins("Generate")).await;
        has(studio, "button", Name::Is("Try the demo")).await;
        assert!(studio.settings_button().await.is_ok());
    });
}

#[test]
fn the_settings_have_their_roles_and_names() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        let field = studio.browser.find_only("field", Name::Is("API key"), None).await.expect("one field for the key");
        assert_eq!(computed(studio, &field, "label").await, "API key");
        assert!(field.is_enabled().await.unwrap(), "it can always be filled");
        has(studio, "textbox", Name::Is("API base URL")).await;
        has(studio, "textbox", Name::Is("Proxy URL")).await;
        has(studio, "radiogroup", Name::Is("Remember key")).await;
        for place in ["This tab only", "This device"] {
            has(studio, "radio", Name::Is(place)).await;
        }
        let device = studio.browser.find_only("radio", Name::Is("This device"), None).await.unwrap();
        assert!(device.is_selected().await.unwrap(), "This device is the default");
        has(studio, "button", Name::Is("Save")).await;
        has(studio, "button", Name::Holds("Save")).await;
        has(studio, "button", Name::Is("Test connection")).await;
        settings.close().await;
    });
}

#[test]
fn the_library_has_its_roles_and_names() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("one for the shelf").count(2)).await;
        studio.wait_stored(2, USUAL).await;
        let list = studio.browser.find_all("list", Name::Is("Images"), None).await.unwrap();
        let grid = studio.browser.find_all("grid", Name::Is("Images"), None).await.unwrap();
        assert_eq!(list.len() + grid.len(), 1, "one list or grid is called Images");
        // The pointer is elsewhere.
        studio.write_prompt("something else").await;
        let tiles =
            studio.wait_tiles("slender tiles", SHORT, |tiles| tiles.iter().all(|tile| tile.elements <= 6)).await;
        assert!(tiles.iter().all(|tile| tile.alts == ["one for the shelf"]), "{tiles:#?}");
        for button in ["Favourite", "Download", "Delete", "Use these settings"] {
            studio.wait_action(0, button).await;
        }
        let large = studio.open_large(0).await;
        has(studio, "dialog", Name::Is("Image")).await;
        for button in ["Next", "Previous", "Close", "Zoom in", "Zoom out"] {
            has(studio, "button", Name::Is(button)).await;
        }
        large.close().await;
    });
}

#[test]
fn commands_and_shortcuts_are_dialogs_that_keys_open() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.type_keys("?").await;
        studio.wait_for("dialog", Name::Is("Keyboard shortcuts"), USUAL).await;
        studio.key(Key::Escape).await;
        studio.wait_gone("dialog", Name::Is("Keyboard shortcuts")).await;
        // From within the prompt, which keeps what is in it.
        studio.write_prompt("a fox").await;
        studio.ctrl("k").await;
        studio.wait_for("dialog", Name::Is("Commands"), USUAL).await;
        studio.wait_for("button", Name::Is("Dark theme"), USUAL).await;
        studio.type_keys("th dark").await;
        studio.wait_gone("button", Name::Is("Select all")).await;
        studio.key(Key::Enter).await;
        studio.wait_gone("dialog", Name::Is("Commands")).await;
        let dark = "return document.documentElement.dataset.theme === 'dark'";
        eventually("the dark theme", SHORT, async || {
            check(studio.ask::<bool>(dark, vec![]).await, || "it is not there".to_owned())
        })
        .await;
        assert_eq!(studio.prompt().await, "a fox");
        // By arrows, to where things are typed.
        studio.ctrl("k").await;
        studio.wait_for("dialog", Name::Is("Commands"), USUAL).await;
        studio.key(Key::Down).await;
        studio.key(Key::Enter).await;
        studio.wait_gone("dialog", Name::Is("Commands")).await;
        let at_prompt = "return document.activeElement.id === 'prompt'";
        eventually("the focus in the prompt", SHORT, async || {
            check(studio.ask::<bool>(at_prompt, vec![]).await, || "it is elsewhere".to_owned())
        })
        .await;
    });
}

//! The first second: the prompt takes text before the program has arrived, and nothing of it is lost.

use e2e::find::Name;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};

const MARK: &str = "document.querySelector('textarea').marked = true; return true";
const MARKED: &str = "return document.querySelector('textarea').marked === true";

async fn type_early(studio: &Studio, text: &str) {
    studio.go_there().await;
    studio.write_prompt(text).await;
    assert!(!studio.shows("button", Name::Begins("Generate")).await, "the program is not there yet");
}

#[test]
fn text_typed_before_the_program_arrives_is_kept() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.stage.files().gate().close();
        type_early(studio, "an early bird").await;
        let _: bool = studio.ask(MARK, vec![]).await;
        studio.stage.files().gate().open();
        studio.wait_running().await;
        assert_eq!(studio.prompt().await, "an early bird");
        // Typing goes on in the same box: it was neither moved nor replaced, and kept the focus.
        studio.type_keys(" sings").await;
        assert_eq!(studio.prompt().await, "an early bird sings");
        let same: bool = studio.ask(MARKED, vec![]).await;
        assert!(same, "the element is the one of the page's first paint");
        studio.connect().await;
        studio.press_generate().await;
        studio.wait_stored(1, USUAL).await;
        assert_eq!(studio.stage.api.jobs()[0].prompt, "an early bird sings");
    });
}

#[test]
fn typed_text_beats_a_stored_draft() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.open().await;
        studio.compose(&Order::of("the draft of yesterday").mode("flux1-pro")).await;
        studio.wait_on_disk("the draft of yesterday").await;
        // It comes back by itself.
        studio.reload().await;
        eventually("the stored draft", SHORT, async || {
            let prompt = studio.prompt().await;
            check(prompt == "the draft of yesterday", || prompt.clone())
        })
        .await;
        studio.stage.files().gate().close();
        type_early(studio, "a new day").await;
        studio.stage.files().gate().open();
        studio.wait_running().await;
        assert_eq!(studio.prompt().await, "a new day");
        studio.wait_on_disk("a new day").await;
        studio.reload().await;
        assert_eq!(studio.prompt().await, "a new day", "and is the draft from now on");
    });
}

/// A file of the studio is missing: a sentence says so, and what was typed stays readable.
#[test]
fn a_program_that_is_missing_is_explained() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.expect_noise(&[".wasm"]);
        studio.expect_noise(&["could not start"]);
        studio.browser.cdp("Network.enable", serde_json::json!({})).await;
        studio.browser.cdp("Network.setBlockedURLs", serde_json::json!({"urls": ["*.wasm"]})).await;
        studio.go_there().await;
        studio.write_prompt("do not lose me").await;
        studio.wait_message("alert", &["could not start"], USUAL).await;
        assert_eq!(studio.prompt().await, "do not lose me");
    });
}

/// The dialogs are a file of their own: when it cannot be had, a sentence says so, and the next press tries again.
#[test]
fn a_part_that_cannot_be_loaded_is_explained_and_asked_for_again() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.open().await;
        studio.expect_noise(&["dialogs"]);
        studio.expect_noise(&["Failed to fetch"]);
        studio.write_prompt("do not lose me").await;
        let block = async |urls: serde_json::Value| {
            studio.browser.cdp("Network.enable", serde_json::json!({})).await;
            studio.browser.cdp("Network.setBlockedURLs", serde_json::json!({ "urls": urls })).await;
        };
        block(serde_json::json!(["*dialogs*.wasm"])).await;
        studio.settings_button().await.unwrap().click().await.unwrap();
        studio.wait_message("alert", &["could not be loaded", "try again"], USUAL).await;
        assert_eq!(studio.prompt().await, "do not lose me");
        block(serde_json::json!([])).await;
        studio.connect().await;
        studio.press_generate().await;
        studio.wait_stored(1, USUAL).await;
    });
}

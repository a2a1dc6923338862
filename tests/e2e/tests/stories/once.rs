//! One confirmation is one request: no press counts twice, and none is lost.

use std::time::Duration;

use e2e::studio::text_of;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way};
use serde_json::json;
use thirtyfour::Key;

async fn ready(studio: &Studio) {
    studio.open().await;
    studio.connect().await;
    studio.compose(&Order::of("only once")).await;
}

/// A pause of a person, longer than the 500 ms in which a press counts as a repeat.
async fn a_moment_later() {
    tokio::time::sleep(Duration::from_millis(650)).await;
}

#[test]
fn t01_a_double_click_is_one_picture() {
    Story::new(Way::Bundled).tell(async |studio| {
        ready(studio).await;
        let place = studio.generate_button().await.unwrap().rect().await.unwrap();
        let (x, y) = (place.x + place.width / 2.0, place.y + place.height / 2.0);
        // Said to be one by the browser's own count, however long the machine takes between the two.
        for (kind, count) in [("mousePressed", 1), ("mouseReleased", 1), ("mousePressed", 2), ("mouseReleased", 2)] {
            let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": count});
            studio.browser.cdp("Input.dispatchMouseEvent", event).await;
        }
        studio.wait_stored(1, USUAL).await;
        studio.wait_ledger(1, 1).await;
    });
}

#[test]
fn t01_a_held_key_is_one_picture() {
    Story::new(Way::Bundled).tell(async |studio| {
        ready(studio).await;
        let event = |kind: &str, repeat: bool| {
            json!({"type": kind, "modifiers": 2, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "autoRepeat": repeat})
        };
        studio.browser.cdp("Input.dispatchKeyEvent", event("rawKeyDown", false)).await;
        for _ in 0..8 {
            studio.browser.cdp("Input.dispatchKeyEvent", event("rawKeyDown", true)).await;
        }
        // Held for longer than the repeat rule lasts.
        a_moment_later().await;
        for _ in 0..4 {
            studio.browser.cdp("Input.dispatchKeyEvent", event("rawKeyDown", true)).await;
        }
        studio.browser.cdp("Input.dispatchKeyEvent", event("keyUp", false)).await;
        studio.wait_stored(1, USUAL).await;
        studio.wait_ledger(1, 1).await;
    });
}

#[test]
fn two_quick_presses_on_an_unchanged_composer_are_one_picture() {
    Story::new(Way::Bundled).tell(async |studio| {
        ready(studio).await;
        // In one go, so that the second press comes within half a second on any machine.
        let chain = studio.browser.web.action_chain().key_down(Key::Control);
        let twice = chain.send_keys(text_of(Key::Enter)).send_keys(text_of(Key::Enter)).key_up(Key::Control);
        twice.perform().await.unwrap();
        studio.wait_stored(1, USUAL).await;
        studio.wait_ledger(1, 1).await;
    });
}

#[test]
fn two_presses_apart_are_two_pictures() {
    Story::new(Way::Bundled).tell(async |studio| {
        ready(studio).await;
        studio.press_generate().await;
        a_moment_later().await;
        studio.press_generate().await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
    });
}

#[test]
fn a_quick_press_on_a_changed_composer_counts() {
    Story::new(Way::Bundled).tell(async |studio| {
        ready(studio).await;
        let enter = text_of(Key::Enter);
        let chain = studio.browser.web.action_chain().key_down(Key::Control).send_keys(&enter).key_up(Key::Control);
        let chain = chain.send_keys("!").key_down(Key::Control).send_keys(&enter).key_up(Key::Control);
        chain.perform().await.unwrap();
        let tiles = studio.wait_stored(2, USUAL).await;
        let mut alts: Vec<&str> = tiles.iter().flat_map(|tile| tile.alts.iter().map(String::as_str)).collect();
        alts.sort_unstable();
        assert_eq!(alts, ["only once", "only once!"]);
        studio.wait_ledger(2, 2).await;
    });
}

/// Up to sixteen pictures nothing asks back.
#[test]
fn sixteen_pictures_need_no_second_question() {
    Story::new(Way::Bundled).tell(async |studio| {
        ready(studio).await;
        studio.generate(&Order::default().count(16)).await;
        studio.wait_tiles("sixteen tiles", SHORT, |tiles| tiles.len() == 16).await;
        assert!(!studio.shows("dialog", e2e::find::Name::Any).await);
        let stored = studio.wait_stored(16, e2e::LONG).await;
        assert_eq!(stored.len(), 16);
        studio.wait_ledger(16, 16).await;
    });
}

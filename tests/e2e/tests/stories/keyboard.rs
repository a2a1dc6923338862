//! Without a mouse: everything is reached by keys, and every dialog is left by Escape.

use e2e::find::Name;
use e2e::studio::text_of;
use e2e::wait::check;
use e2e::{SHORT, Story, Studio, USUAL, Way, eventually};
use thirtyfour::Key;

/// Tab until the focus is in a tile.
async fn tab_to_a_tile(studio: &Studio) {
    for _ in 0..60 {
        let there: bool =
            studio.ask("return document.activeElement.closest('[data-testid=image-tile]') !== null", vec![]).await;
        if there {
            return;
        }
        studio.key(Key::Tab).await;
    }
    panic!("sixty presses of Tab reach no picture");
}

#[test]
fn from_the_prompt_to_the_large_picture_and_back() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        for prompt in ["first", "second"] {
            studio.write_prompt(prompt).await;
            studio.ctrl(&text_of(Key::Enter)).await;
        }
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;

        tab_to_a_tile(studio).await;
        studio.key(Key::Enter).await;
        let large = studio.large().await;
        let (shown, _) = large.picture().await;
        let inside: bool =
            studio.ask("return document.activeElement.closest('dialog, [role=dialog]') !== null", vec![]).await;
        assert!(inside, "the focus went into the dialog");
        // The newest is the first; from the other one it goes the other way.
        let (step, back) = if shown == "second" { (Key::Right, Key::Left) } else { (Key::Left, Key::Right) };
        studio.key(step).await;
        let (other, _) = large.wait_other(&shown).await;
        studio.key(back).await;
        assert_eq!(large.wait_other(&other).await.0, shown);
        studio.key(Key::Escape).await;
        studio.wait_gone("dialog", Name::Is("Image")).await;
        eventually("the focus back on the picture", SHORT, async || {
            let there: bool =
                studio.ask("return document.activeElement.closest('[data-testid=image-tile]') !== null", vec![]).await;
            check(there, || "it is elsewhere".to_owned())
        })
        .await;
    });
}

#[test]
fn settings_open_and_close_by_keys() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let control = studio.settings_button().await.unwrap().to_json().unwrap();
        let on_it = async || -> bool {
            studio.ask("return document.activeElement === arguments[0]", vec![control.clone()]).await
        };
        let mut presses = 0;
        while !on_it().await {
            assert!(presses < 60, "sixty presses of Tab reach no settings");
            presses += 1;
            studio.key(Key::Tab).await;
        }
        studio.key(Key::Enter).await;
        studio.wait_for("field", Name::Is("API key"), SHORT).await;
        assert!(!on_it().await, "the focus went into the settings");
        studio.key(Key::Escape).await;
        studio.wait_gone("field", Name::Is("API key")).await;
        eventually("the focus back on what opened them", SHORT, async || {
            check(on_it().await, || "it is elsewhere".to_owned())
        })
        .await;
    });
}

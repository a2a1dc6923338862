//! Where the key is, and where it is not. Every story ends with the same search; these are about the choices.

use e2e::find::Name;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, USUAL, Way, eventually};
use serde_json::json;

/// How many times a CryptoKey is stored, and whether any of them can be read out.
const CRYPTO_KEYS: &str = "CryptoKey extractable=";

#[test]
fn on_this_device_the_key_is_there_after_a_reload() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        settings.remember("This device").await.write_key(&studio.key.clone()).await.save().await;
        settings.close().await;
        studio.generate(&Order::of("before")).await;
        studio.wait_stored(1, USUAL).await;
        let left = studio.left_behind().await;
        let stored: Vec<&str> =
            left.places.iter().map(|(_, text)| text.as_str()).filter(|text| text.contains(CRYPTO_KEYS)).collect();
        assert!(!stored.is_empty(), "it is encrypted under a key of the browser");
        assert!(stored.iter().all(|text| !text.contains("extractable=true")), "which nobody can read out");

        studio.reload().await;
        studio.generate(&Order::of("after")).await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
    });
}

#[test]
fn in_this_tab_only_the_key_is_asked_for_again() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        settings.remember("This tab only").await.write_key(&studio.key.clone()).await.save().await;
        settings.close().await;
        studio.generate(&Order::of("before")).await;
        studio.wait_stored(1, USUAL).await;
        let left = studio.left_behind().await;
        assert!(!left.places.iter().any(|(_, text)| text.contains(CRYPTO_KEYS)), "nothing of it is on disk");

        studio.reload().await;
        studio.generate(&Order::of("after")).await;
        let tiles =
            studio.wait_tiles("one that waits", SHORT, |tiles| tiles.iter().any(|tile| tile.status == "queued")).await;
        let waiting = tiles.iter().find(|tile| tile.status == "queued").unwrap();
        assert!(waiting.text.to_lowercase().contains("key"), "{}", waiting.text);
        studio.wait_ledger(1, 1).await;
        studio.connect().await;
        studio.wait_stored(2, USUAL).await;
    });
}

/// Under a passphrase the key is on the disk, locked, and what waits for it goes on when it is opened.
#[test]
fn x10_with_a_passphrase_the_key_is_locked_after_a_reload() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        settings.remember("This device, with a passphrase").await.write_key(&studio.key.clone()).await;
        settings.save().await.says(&["could not be kept", "8 characters"], USUAL).await;
        settings.write_key(&studio.key.clone()).await.passphrase("correct horse").await.save().await;
        settings.says(&["Saved."], USUAL).await;
        settings.close().await;
        studio.generate(&Order::of("before")).await;
        studio.wait_stored(1, USUAL).await;
        let left = studio.left_behind().await;
        assert!(!left.places.iter().any(|(_, text)| text.contains(CRYPTO_KEYS)), "what opens it is kept nowhere");
        assert!(!left.places.iter().any(|(_, text)| text.contains("correct horse")), "nor is the passphrase");

        studio.reload().await;
        studio.generate(&Order::of("after")).await;
        studio.wait_tiles("one that waits", SHORT, |tiles| tiles.iter().any(|tile| tile.status == "queued")).await;
        studio.wait_ledger(1, 1).await;
        assert!(studio.text().await.contains("Key locked"));
        let settings = studio.settings().await;
        settings.passphrase("wrong horse").await.save().await.says(&["does not open"], USUAL).await;
        studio.wait_ledger(1, 1).await;
        settings.passphrase("correct horse").await.save().await;
        settings.close().await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
    });
}

/// The choice of "This tab only" after "This device" also takes the stored key away.
#[test]
fn a_stored_key_goes_when_it_is_no_longer_to_be_remembered() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        let settings = studio.settings().await;
        settings.remember("This tab only").await.write_key(&studio.key.clone()).await.save().await;
        settings.says(&["Saved."], USUAL).await;
        settings.close().await;
        studio.reload().await;
        studio.generate(&Order::of("who are you")).await;
        studio.wait_status(1, "queued", SHORT).await;
        assert!(studio.stage.api.arrivals().is_empty());
    });
}

/// "Forget key" takes it out of this page and off this device at once, and nothing more goes out with it.
#[test]
fn a_key_that_is_to_be_forgotten_is_nowhere() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("before")).await;
        studio.wait_stored(1, USUAL).await;
        let kept = async || {
            let left = studio.left_behind().await;
            left.places.iter().any(|(_, text)| text.contains(CRYPTO_KEYS))
        };
        assert!(kept().await, "it was on this device");
        let settings = studio.settings().await;
        studio.press(Name::Is("Forget key")).await;
        studio.wait_gone("button", Name::Is("Forget key")).await;
        settings.close().await;
        eventually("the key to go", SHORT, async || check(!kept().await, || "it is still on the device".to_owned()))
            .await;
        let keyed = || studio.stage.api.arrivals().iter().filter(|arrival| arrival.has_key(&studio.key)).count();
        let before = keyed();
        studio.generate(&Order::of("after")).await;
        let waits = |tiles: &[e2e::Tile]| tiles.len() == 2 && tiles[0].status == "queued";
        let tiles = studio.wait_tiles("one that waits", SHORT, waits).await;
        assert!(tiles[0].text.to_lowercase().contains("key"), "{}", tiles[0].text);
        studio.wait_safe_to_leave().await;
        studio.reload().await;
        studio.wait_tiles("one that still waits", USUAL, waits).await;
        assert_eq!(keyed(), before, "nothing was asked with it any more");
        studio.connect().await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
    });
}

/// A stored key belongs to one address. Another one is a stranger.
#[test]
fn x13_another_address_asks_for_the_key_again() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.reload().await;
        // The same server under another name is another origin.
        let other = studio.stage.api.server.url().replace("127.0.0.1", "localhost");
        studio.expect_contact(&other);
        let settings = studio.settings().await;
        settings.addresses(Some(&other), None).await.save().await;
        settings.close().await;
        studio.generate(&Order::of("a stranger")).await;
        studio.wait_status(1, "queued", SHORT).await;
        assert!(studio.stage.api.arrivals().iter().all(|arrival| arrival.header("tt-api-key").is_none()));
    });
}

/// The field that it was typed into does not keep it, and no attribute mirrors it.
#[test]
fn the_field_forgets_the_key() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        let _settings = studio.settings().await;
        let held: bool = studio
            .ask("return [...document.querySelectorAll('input, textarea')].some((field) => field.value.includes(arguments[0]))", vec![
                json!(studio.key),
            ])
            .await;
        assert!(!held, "an open settings dialog does not hold the stored key");
        let hidden: bool =
            studio.ask("return [...document.querySelectorAll('input')].some((field) => field.type === 'password')", vec![]).await;
        assert!(hidden, "the key is typed unseen");
    });
}

/// A link cannot bring a key or a server along.
#[test]
fn parameters_of_a_link_change_nothing() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        let link = format!(
            "{}?apiKey=evil-key-0123456789&apiUrl=https://evil.example&proxy=https://evil.example",
            studio.stage.url()
        );
        studio.browser.web.goto(link).await.unwrap();
        studio.wait_running().await;
        studio.generate(&Order::of("unimpressed")).await;
        studio.wait_stored(1, USUAL).await;
        assert!(studio.stage.api.generates().iter().all(|arrival| arrival.has_key(&studio.key)));
    });
}

/// Somebody else's project on the same origin has put its program (a service worker) between this page and the network:
/// that is said, and the key is on this device no more.
#[test]
fn n30_under_a_strangers_service_worker_the_key_is_not_kept() {
    Story::new(Way::Direct).below("/studio/").tell(async |studio| {
        // Of the stranger's page.
        studio.expect_noise(&["favicon.ico", "404"]);
        studio.open().await;
        studio.connect().await;
        let kept = async || {
            let left = studio.left_behind().await;
            left.places.iter().any(|(_, text)| text.contains(CRYPTO_KEYS))
        };
        assert!(kept().await, "without a stranger it is kept");

        // The stranger's page is outside of the studio's folder, and its program is for the whole origin.
        let root = studio.stage.url().replace("/studio/", "/");
        studio.browser.web.goto(format!("{root}stranger.html")).await.unwrap();
        let register = "const done = arguments[arguments.length - 1];
            navigator.serviceWorker.register('/stranger.js').then(() => navigator.serviceWorker.ready).then(() => done(''), (error) => done(String(error)))";
        let answer = studio.browser.web.execute_async(register, vec![]).await.unwrap();
        assert_eq!(answer.convert::<String>().unwrap(), "");
        studio.open().await;
        let controlled: bool = studio.ask("return Boolean(navigator.serviceWorker.controller)", vec![]).await;
        assert!(controlled, "the stranger's program really controls this page");
        studio.wait_message("alert", &["service worker", "not kept on this device"], USUAL).await;
        eventually("the key to go", USUAL, async || {
            check(!kept().await, || "it is still on the device".to_owned())
        })
        .await;
        studio.generate(&Order::of("who listens")).await;
        studio.wait_status(1, "queued", SHORT).await;
        assert!(studio.stage.api.generates().is_empty());

        // Nor is it kept when somebody wants it to be.
        let settings = studio.settings().await;
        settings.remember("This device").await.write_key(&studio.key.clone()).await.save().await;
        settings.says(&["could not be kept", "strangers"], USUAL).await;
        settings.close().await;
        assert!(!kept().await);
    });
}

//! The demo: no key, no network, any static host; its pictures never mix with paid ones.

use std::collections::BTreeSet;

use e2e::find::Name;
use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};

async fn enter(studio: &Studio) {
    studio.open().await;
    studio.press(Name::Is("Try the demo")).await;
    wait_badge(studio).await;
}

async fn wait_badge(studio: &Studio) {
    eventually("the badge", SHORT, async || {
        studio.browser.find("button", Name::Is("Leave the demo"), None).await?;
        let text = studio.text().await;
        check(text.contains("Demo"), || format!("no badge in {text:?}"))
    })
    .await;
}

#[test]
fn a_picture_without_key_and_network() {
    let told = Story::new(Way::Refused).tell(async |studio| {
        enter(studio).await;
        studio.generate(&Order::of("a fox in the snow").mode("flux1-schnell").size("1792x1024").count(2)).await;
        let tiles = studio.wait_stored(2, LONG).await;
        assert!(tiles.iter().all(|tile| tile.alts == ["a fox in the snow"]));
        let large = studio.open_large(0).await;
        assert_eq!(large.picture().await.1, (1792, 1024));
        large.close().await;
        assert!(studio.stage.api.arrivals().is_empty());
        assert!(studio.kept().await.is_empty(), "nothing of it is in the real library");
    });
    assert_eq!(told.log.origins(), BTreeSet::from([told.page]), "nobody else was asked");
}

#[test]
fn a_running_job_of_the_demo_survives_a_reload() {
    Story::new(Way::Refused).tell(async |studio| {
        enter(studio).await;
        studio.generate(&Order::of("a slow boat").mode("flux1-pro")).await;
        studio.wait_status(1, "running", USUAL).await;
        studio.reload().await;
        wait_badge(studio).await;
        studio.wait_stored(1, LONG).await;
    });
}

#[test]
fn leaving_the_demo_shows_the_real_library_and_coming_back_the_demos() {
    Story::new(Way::Refused).tell(async |studio| {
        enter(studio).await;
        studio.generate(&Order::of("only a dream").mode("flux1-schnell")).await;
        studio.wait_stored(1, LONG).await;
        studio.press(Name::Is("Leave the demo")).await;
        studio.wait_gone("button", Name::Is("Leave the demo")).await;
        studio.wait_tiles("an empty library", SHORT, <[_]>::is_empty).await;
        studio.press(Name::Is("Try the demo")).await;
        studio.wait_stored(1, USUAL).await;
    });
}

/// Both in one browser: a real picture and a demo's, each in its own library.
#[test]
fn real_pictures_stay_out_of_the_demo() {
    Story::new(Way::Bundled).tell(async |studio| {
        enter(studio).await;
        studio.generate(&Order::of("play money").mode("flux1-schnell")).await;
        studio.wait_stored(1, LONG).await;
        studio.press(Name::Is("Leave the demo")).await;
        studio.wait_gone("button", Name::Is("Leave the demo")).await;
        studio.connect().await;
        studio.generate(&Order::of("real money")).await;
        let tiles = studio.wait_stored(1, USUAL).await;
        assert_eq!(tiles[0].alts, ["real money"]);
        studio.wait_ledger(1, 1).await;
        studio.wait_kept_as_drawn().await;
    });
}

/// The first visit is usable around the invitation: it is no modal dialog.
#[test]
fn the_invitation_is_not_in_the_way() {
    Story::new(Way::Refused).tell(async |studio| {
        studio.open().await;
        assert!(studio.shows("button", Name::Is("Try the demo")).await);
        assert!(!studio.shows("dialog", Name::Any).await);
        studio.write_prompt("typed around it").await;
        assert_eq!(studio.prompt().await, "typed around it");
    });
}

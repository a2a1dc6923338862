//! What holds the queue back, and what lets it go on: nothing is lost, nothing is sent twice.

use e2e::find::Name;
use e2e::{LONG, Order, SHORT, Story, Tile, USUAL, Way};
use flux_studio_simulator::config::Timing;
use flux_studio_simulator::http::{Fault, Target};

#[test]
fn a02_a_wrong_key_holds_the_queue_until_the_right_one_is_there() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "401"]);
        studio.open().await;
        studio.connect_with("a-wrong-key-0123456789").await;
        studio.generate(&Order::of("patience").count(2)).await;
        let tiles = studio.wait_status(2, "queued", USUAL).await;
        studio.wait_message("alert", &["key"], USUAL).await;
        assert!(tiles.iter().all(|tile| tile.job.is_empty()), "nothing was accepted: {tiles:#?}");
        assert!(studio.stage.api.jobs().is_empty());
        assert_eq!(studio.prompt().await, "patience", "the prompt stays");

        studio.connect().await;
        studio.wait_stored(2, USUAL).await;
        let key = studio.key.clone();
        let accepted = studio.stage.api.generates().into_iter().filter(|arrival| arrival.has_key(&key)).count();
        assert_eq!((accepted, studio.stage.api.jobs().len()), (2, 2), "one job each");
    });
}

/// The key is taken back between the probe and the request: the same attempt waits, and goes on.
#[test]
fn a02_a_401_for_the_request_itself_puts_it_back_into_the_queue() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/flux/generate", "401"]);
        studio.stage.api.fault(Fault::status(401).on(Target::Generate));
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("second thoughts")).await;
        studio.wait_status(1, "queued", USUAL).await;
        studio.wait_message("alert", &["key"], USUAL).await;
        studio.connect().await;
        studio.wait_stored(1, USUAL).await;
        studio.wait_ledger(2, 1).await;
    });
}

#[test]
fn a03_without_quota_the_queue_waits_for_resume() {
    Story::new(Way::Bundled).with(|config| config.start_balance = 0).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "402"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a rainy day")).await;
        studio.wait_status(1, "queued", USUAL).await;
        studio.wait_message("alert", &["quota"], USUAL).await;
        assert!(studio.stage.api.jobs().is_empty());

        studio.stage.api.server.grant(10);
        studio.press(Name::Is("Resume")).await;
        studio.wait_stored(1, USUAL).await;
        assert_eq!(studio.stage.api.jobs().len(), 1);
        assert_eq!(studio.stage.api.charged(), 1);
    });
}

#[test]
fn a_blocked_account_holds_the_queue() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "403"]);
        studio.stage.api.fault(Fault::status(403).on(Target::Generate));
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a closed door")).await;
        studio.wait_status(1, "queued", USUAL).await;
        studio.wait_message("alert", &["account"], USUAL).await;
        studio.press(Name::Is("Resume")).await;
        studio.wait_stored(1, USUAL).await;
        studio.wait_ledger(2, 1).await;
    });
}

/// Five accepted jobs at once; the others wait their turn, and may be taken back before it.
#[test]
fn what_was_not_sent_can_be_taken_back() {
    Story::new(Way::Bundled).with(|config| config.default_timing = Timing::new(0, 7_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a long row").count(7)).await;
        let tiles = studio
            .wait_tiles("five running, two queued", USUAL, |tiles| {
                let count = |status: &str| tiles.iter().filter(|tile| tile.status == status).count();
                (count("running"), count("queued")) == (5, 2)
            })
            .await;
        let waiting = tiles.iter().position(|tile| tile.status == "queued").unwrap();
        studio.act(waiting, "Cancel").await;
        studio
            .wait_tiles("six stored", LONG, |tiles| {
                tiles.iter().filter(|tile| tile.status == "stored").count() == 6
                    && tiles.iter().all(|tile| tile.status == "stored" || tile.status == "cancelled")
            })
            .await;
        studio.wait_ledger(6, 6).await;
    });
}

/// The person stops the queue: what is paid for arrives, free places stay free, and Resume lets the rest go.
#[test]
fn what_is_paused_waits_for_resume() {
    Story::new(Way::Bundled).with(|config| config.default_timing = Timing::new(0, 10_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a pause").count(7)).await;
        let count = |tiles: &[Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        studio
            .wait_tiles("five running, two queued", USUAL, |tiles| {
                (count(tiles, "running"), count(tiles, "queued")) == (5, 2)
            })
            .await;
        studio.press(Name::Is("Pause sending")).await;
        studio.wait_message("alert", &["Paused", "Resume"], SHORT).await;
        let rest = |tiles: &[Tile]| (count(tiles, "stored"), count(tiles, "queued")) == (5, 2);
        let tiles = studio.wait_tiles("five stored, two that wait", LONG, rest).await;
        let waiting = tiles.iter().find(|tile| tile.status == "queued").unwrap();
        assert!(waiting.text.contains("Paused"), "{}", waiting.text);
        studio.wait_ledger(5, 5).await;
        assert!(!studio.shows("button", Name::Is("Pause sending")).await, "it is paused already");
        studio.press(Name::Is("Resume")).await;
        studio.wait_stored(7, LONG).await;
        studio.wait_ledger(7, 7).await;
    });
}

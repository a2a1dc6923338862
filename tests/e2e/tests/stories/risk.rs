//! Pictures that are paid for and not safely kept, and whether the page may be closed.

use e2e::find::Name;
use e2e::{LONG, Order, SHORT, Story, Tile, USUAL, Way};
use flux_studio_simulator::config::Timing;
use flux_studio_simulator::http::{Fault, Target, Wire};
use serde_json::json;

const PROMPT: &str = "a lighthouse in a storm";

/// One place lists them with what is wrong and the time that is left, until each is kept.
#[test]
fn what_is_at_risk_is_listed_until_it_is_kept() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.stage.api.fault(Fault::status(503).on(Target::Cdn).forever());
        studio.expect_noise(&["/cdn/", "503"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        studio.wait_status(1, "at-risk", LONG).await;
        studio.wait_message("alert", &["1 picture is not safely kept"], USUAL).await;
        let list = studio.wait_for("region", Name::Holds("not safely kept"), USUAL).await;
        let text = list.text().await.unwrap();
        assert!(text.contains(PROMPT) && text.contains("Its address holds for about 10 min"), "{text}");
        let downloads = studio.stage.api.arrivals().iter().filter(|arrival| arrival.is_picture()).count();
        assert!(downloads >= 3, "it was really tried: {downloads}");
        assert!(studio.kept().await.is_empty());

        studio.stage.api.server.clear_faults();
        studio.wait_stored(1, LONG).await;
        studio.wait_gone("region", Name::Holds("not safely kept")).await;
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(1, 1).await;
    });
}

/// The light is off while a paid request has no answer, and on again while its job runs.
#[test]
fn the_page_says_when_it_can_be_closed() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(0, 8_000)).tell(async |studio| {
        let late = Wire::Delay { headers_ms: 4_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        studio.wait_status(1, "sending", USUAL).await;
        assert!(studio.text().await.contains("Keep this page open"));
        assert!(studio.would_ask().await, "the browser is to ask before it leaves");
        studio.wait_status(1, "running", USUAL).await;
        assert!(!studio.would_ask().await, "nothing is left to ask about");
        let text = studio.text().await;
        assert!(text.contains("Safe to close") && !text.contains("Keep this page open"), "{text}");
        studio.wait_stored(1, LONG).await;
        studio.wait_ledger(1, 1).await;
    });
}

/// The light is off too while wishes are on their way to the disk: closed now, the page would take them along.
#[test]
fn a_wish_that_is_not_on_disk_keeps_the_page_open() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.can_fail().await;
        studio.open().await;
        studio.fail("slow", json!(1_000)).await;
        // Without a key they wait: nothing but the disk is to be waited for.
        studio.generate(&Order::of(PROMPT).count(3)).await;
        studio.wait_status(3, "queued", SHORT).await;
        assert!(studio.would_ask().await, "the browser is to ask before it leaves");
        assert!(studio.text().await.contains("Keep this page open"));
        studio.wait_safe_to_leave().await;
        assert!(!studio.text().await.contains("Keep this page open"));
        studio.reload().await;
        studio.wait_status(3, "queued", SHORT).await;
        studio.connect().await;
        studio.wait_stored(3, LONG).await;
        studio.wait_ledger(3, 3).await;
    });
}

/// Somebody who never touched the page cannot be asked: it goes without a word, and without an error on the console.
#[test]
fn a_page_that_nobody_touched_does_not_ask() {
    Story::new(Way::Direct).tell(async |studio| {
        let late = Wire::Delay { headers_ms: 4_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.open().await;
        studio.connect().await;
        studio.compose(&Order::of(PROMPT)).await;
        studio.wait_on_disk(PROMPT).await;
        studio.reload().await;
        // A script's press is no touch.
        let generate = studio.generate_button().await.unwrap().to_json().unwrap();
        let _: bool = studio.ask("arguments[0].click(); return true", vec![generate]).await;
        studio.wait_status(1, "sending", USUAL).await;
        studio.wait_sent(1).await;
        assert!(studio.text().await.contains("Keep this page open"));
        assert!(!studio.would_ask().await, "nobody is there to be asked");
        // Not unasked by the story: that nobody asks is what it is about.
        studio.browser.web.refresh().await.unwrap();
        studio.wait_status(1, "unknown", LONG).await;
        assert_eq!(studio.stage.api.generates().len(), 1);
    });
}

/// Takes the bytes and thumbnails of the oldest picture out of the database, as a browser does that lost a file.
const LOSE_ONE: &str = "return (async () => {
    const open = indexedDB.open('flux-studio');
    const base = await new Promise((done) => { open.onsuccess = () => done(open.result); });
    const work = base.transaction(['bytes', 'thumbs'], 'readwrite');
    const keys = await new Promise((done) => { const all = work.objectStore('bytes').getAllKeys(); all.onsuccess = () => done(all.result); });
    work.objectStore('bytes').delete(keys[0]);
    work.objectStore('thumbs').delete(IDBKeyRange.bound([keys[0]], [keys[0], []]));
    await new Promise((done) => { work.oncomplete = done; });
    base.close();
    return keys.length;
})()";

/// One picture cannot be read: it says so and comes again from its address, and the others are what they were.
#[test]
fn s10_s16_a_picture_whose_bytes_are_gone_is_fetched_again() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT).count(2)).await;
        studio.wait_stored(2, USUAL).await;
        let before = studio.wait_kept_as_drawn().await;
        let had: usize = studio.ask(LOSE_ONE, vec![]).await;
        assert_eq!((had, studio.kept().await.len()), (2, 1), "one is really gone");
        let fetched = || studio.stage.api.arrivals().iter().filter(|arrival| arrival.is_picture()).count();
        let first = fetched();
        // Its host takes its time, so that what the tile says meanwhile can be seen.
        let late = Wire::Delay { headers_ms: 6_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Cdn).times(1));
        studio.reload().await;
        let count = |tiles: &[Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        let tiles = studio
            .wait_tiles("one that is lost", USUAL, |tiles| (count(tiles, "at-risk"), count(tiles, "stored")) == (1, 1))
            .await;
        let lost = tiles.iter().find(|tile| tile.status == "at-risk").unwrap();
        assert!(lost.text.contains("has lost this picture's bytes"), "{}", lost.text);
        assert!(lost.text.contains("paid for and not lost"), "and what became of the money: {}", lost.text);
        studio.wait_message("alert", &["1 picture is not safely kept"], SHORT).await;
        assert_eq!(studio.kept().await.len(), 1, "the tile says it while it is so");
        studio.wait_stored(2, LONG).await;
        let after = studio.wait_kept_as_drawn().await;
        assert_eq!(after.len(), before.len());
        assert_eq!(fetched(), first + 1, "only the lost one was fetched again");
        assert!(studio.stage.api.server.faults().is_empty(), "and late");
        studio.wait_ledger(2, 2).await;
    });
}

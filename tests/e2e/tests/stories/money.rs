//! What a broken line does to a paid request, in a real browser: at most one request of the page's own, and whoever
//! cannot know whether it was charged says so.

use std::time::Duration;

use e2e::api::Api;
use e2e::host::Line;
use e2e::{LONG, Order, Story, Studio, USUAL, Way};
use flux_studio_simulator::Config;
use flux_studio_simulator::config::Timing;
use flux_studio_simulator::http::{Arrival, Canned, Fault, Target, Wire};
use serde_json::json;

/// Orders a picture whose generate meets the fault, and waits until its tile says this.
async fn meets(studio: &Studio, name: &str, fault: Fault, status: &str) {
    let api = &studio.stage.api;
    let before = (studio.tiles().await.map_or(0, |tiles| tiles.len()), api.generates().len());
    api.fault(fault.on(Target::Generate).method("POST"));
    studio.generate(&Order::of(&format!("a bottle, {name}"))).await;
    let newest = |tiles: &[e2e::Tile]| tiles.len() == before.0 + 1 && tiles[0].status == status;
    studio.wait_tiles(&format!("{name}: one that is {status}"), USUAL, newest).await;
    assert_eq!(api.server.faults().len(), 0, "{name}: the fault struck");
    assert_eq!(api.generates().len(), before.1 + 1, "{name}: one request");
}

/// Behind the bundled proxy, which also keeps the browser from sending again by itself.
#[test]
fn n03_n04_n05_n08_n09_n10_a10_a13_a14_a_broken_paid_request_is_one_doubt() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "Failed to load resource"]);
        studio.open().await;
        studio.connect().await;
        let long = "x".repeat(10_000);
        let table = [
            ("reset before the body was read", Fault::reset_before_body()),
            ("reset after it", Fault::reset_after_body(true)),
            ("reset in the answer", Fault::wire(Wire::ResetMidAnswer { keep: 10 })),
            ("closed without an answer", Fault::wire(Wire::Close)),
            ("cut short", Fault::wire(Wire::Truncate { keep: 12 })),
            ("cut in a chunk", Fault::wire(Wire::CutChunk { keep: 12 })),
            ("no gzip", Fault::gzip_garbage()),
            ("no JSON", Fault::respond(200, Canned::Malformed)),
            ("an empty id", Fault::set("/data/jobId", json!(""))),
            ("an id of ten thousand letters", Fault::set("/data/jobId", json!(long))),
            ("an id that climbs", Fault::set("/data/jobId", json!("../../x"))),
        ];
        let statuses =
            [500_u16, 501, 503, 504, 520, 522, 524].map(|status| (format!("status {status}"), Fault::html(status)));
        let all = table.map(|(name, fault)| (name.to_owned(), fault)).into_iter().chain(statuses);
        let mut count = 0;
        for (name, fault) in all {
            meets(studio, &name, fault, "unknown").await;
            count += 1;
        }
        // Nobody sends any of them again, not even after a reload.
        studio.reload().await;
        let tiles = studio.wait_status(count, "unknown", USUAL).await;
        assert_eq!(tiles.len(), count);
        assert_eq!(studio.stage.api.generates().len(), count);
    });
}

/// Straight to the API: its answer is hidden from the page although it was charged.
#[test]
fn n21_an_answer_that_the_page_may_not_read_is_a_doubt() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.expect_noise(&["/flux/generate", "CORS"]);
        studio.expect_noise(&["/flux/generate", "ERR_FAILED"]);
        studio.open().await;
        studio.connect().await;
        meets(studio, "hidden", Fault::wire(Wire::Plain).cors(false), "unknown").await;
        studio.wait_ledger(1, 1).await;
    });
}

/// The key and the order go to nobody else.
#[test]
fn n17_n18_a_redirect_is_refused_and_its_target_hears_nothing() {
    Story::new(Way::Direct).tell(async |studio| {
        let stranger = Api::start(Config::default()).await;
        studio.expect_noise(&["/flux/generate", "ERR_FAILED"]);
        studio.expect_noise(&["/flux/generate", "redirect"]);
        studio.open().await;
        studio.connect().await;
        for status in [301, 302, 307, 308] {
            let away = format!("{}/flux/generate", stranger.server.url());
            meets(studio, &format!("a {status}"), Fault::redirect(status, &away).cors(true), "unknown").await;
        }
        assert!(stranger.server.ledger().is_empty(), "the stranger hears nothing");
    });
}

/// Nobody answers any more at an address that was good a moment ago: what went out is in doubt, the rest of the batch
/// stays where it is, and nothing is sent again, not even when somebody answers again.
#[test]
fn n01_a_connection_that_is_refused_is_a_doubt_and_pauses_its_batch() {
    let told = Story::new(Way::Direct).tell(async |studio| {
        let mut line = Line::to(&studio.stage.api.server.url()).await;
        studio.expect_key_at(&line.origin());
        studio.expect_noise(&[&line.origin(), "ERR_"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.addresses(Some(&line.origin()), Some("")).await.write_key(&studio.key.clone()).await.save().await;
        settings.close().await;
        // The free question before the first paid request goes through.
        studio.generate(&Order::of("the last call")).await;
        studio.wait_ledger(1, 1).await;
        studio.wait_tiles("its answer", USUAL, |tiles| tiles.len() == 1 && !tiles[0].job.is_empty()).await;
        line.cut().await;
        studio.generate(&Order::of("nobody home").count(4)).await;
        let count = |tiles: &[e2e::Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        let tiles = studio
            .wait_tiles("two in doubt, two that wait", USUAL, |tiles| {
                (count(tiles, "unknown"), count(tiles, "queued")) == (2, 2)
            })
            .await;
        let doubt = tiles.iter().find(|tile| tile.status == "unknown").unwrap();
        assert!(doubt.text.contains("may have been charged"), "{}", doubt.text);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(studio.stage.api.generates().len(), 1, "none of them arrived, and none was sent again");
    });
    let refused = told.log.failed("flux/generate", -102);
    assert_eq!(refused, 2, "the browser was refused a connection for each of the two, once");
}

/// A name that nobody knows: the free question finds that out before anything is paid for.
#[test]
fn n02_a_name_that_does_not_resolve_costs_nothing() {
    let told = Story::new(Way::Direct).tell(async |studio| {
        let nowhere = "https://nowhere.example";
        studio.expect_key_at(nowhere);
        studio.expect_noise(&[nowhere, "ERR_NAME_NOT_RESOLVED"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.addresses(Some(nowhere), Some("")).await.write_key(&studio.key.clone()).await.save().await;
        settings.close().await;
        studio.generate(&Order::of("a letter to nowhere").count(3)).await;
        let tiles = studio.wait_status(3, "queued", USUAL).await;
        studio.wait_message("alert", &["does not answer"], USUAL).await;
        assert!(tiles.iter().all(|tile| tile.job.is_empty()));
        tokio::time::sleep(Duration::from_secs(3)).await;
        studio.wait_status(3, "queued", USUAL).await;
    });
    assert_eq!(told.log.failed("flux/generate", -105), 0, "no paid request was even tried");
    assert!((1..=2).contains(&told.log.failed("flux/fetch", -105)), "and the free one was, without a loop");
}

/// Headers, and then nothing: the time limit is over the body too. The limit of ninety seconds is shortened.
#[test]
fn n07_an_answer_that_stalls_after_its_headers_is_a_doubt() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.can_fail().await;
        studio.open().await;
        studio.connect().await;
        studio.fail("limit", json!(2_000)).await;
        meets(studio, "a stall", Fault::wire(Wire::StallAfterHeaders), "unknown").await;
        assert!(studio.struck("limited").await > 0, "it was the limit");
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(studio.stage.api.generates().len(), 1, "nothing is sent again");
    });
}

/// The machine goes offline while the request is on its way, and comes back.
#[test]
fn n15_offline_in_the_middle_of_a_paid_request_is_a_doubt() {
    Story::new(Way::Direct).tell(async |studio| {
        let mut line = Line::to(&studio.stage.api.server.url()).await;
        studio.expect_key_at(&line.origin());
        studio.expect_noise(&[&line.origin(), "ERR_"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.addresses(Some(&line.origin()), Some("")).await.write_key(&studio.key.clone()).await.save().await;
        settings.close().await;
        let network = async |offline: bool| {
            let state = json!({"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1});
            studio.browser.cdp("Network.enable", json!({})).await;
            studio.browser.cdp("Network.emulateNetworkConditions", state).await;
        };
        let late = Wire::Delay { headers_ms: 20_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.generate(&Order::of("a tunnel")).await;
        let arrived =
            studio.stage.api.server.wait_ledger(Duration::from_secs(10), |all| all.iter().any(|a| a.is_generate()));
        assert!(arrived.await.is_some(), "it was on its way");
        // The browser says so, and its connections are gone.
        network(true).await;
        line.cut().await;
        let online: bool = studio.ask("return navigator.onLine", vec![]).await;
        assert!(!online, "the browser is really offline");
        studio.wait_status(1, "unknown", USUAL).await;
        network(false).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        studio.wait_status(1, "unknown", USUAL).await;
        assert_eq!(studio.stage.api.generates().len(), 1, "nothing is sent again");
    });
}

/// The API gives two attempts the same id: one picture, and one doubt.
#[test]
fn a15_one_id_for_two_attempts_is_one_picture_and_one_doubt() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(100, 2_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("the first twin")).await;
        studio.wait_ledger(1, 1).await;
        let first = studio.stage.api.jobs()[0].id.clone();
        meets(studio, "the second twin", Fault::set("/data/jobId", json!(first)), "unknown").await;
        studio.wait_tiles("the first", USUAL, |tiles| tiles.len() == 2 && tiles[1].status == "stored").await;
        assert_eq!(studio.kept().await.len(), 1, "no picture is kept twice");
        assert_eq!(studio.stage.api.generates().len(), 2);
    });
}

/// The picture's link has ended when it is fetched: the job is asked for a fresh one, for free.
#[test]
fn a29_an_ended_link_is_asked_for_afresh() {
    Story::new(Way::Direct).with(|config| config.renew_url = true).tell(async |studio| {
        studio.expect_noise(&["/cdn/", "Failed to load resource"]);
        studio.open().await;
        studio.connect().await;
        for (number, status) in [403_u16, 404, 410].into_iter().enumerate() {
            studio.stage.api.fault(Fault::status(status).on(Target::Cdn).cors(true));
            studio.generate(&Order::of(&format!("a bridge, {status}"))).await;
            studio.wait_stored(number + 1, LONG).await;
            assert!(studio.stage.api.server.faults().is_empty(), "{status}: it struck");
            studio.wait_ledger(number + 1, number + 1).await;
            // In this order: the link is refused, the job is asked for, its picture is fetched.
            let arrivals = studio.stage.api.arrivals();
            let refused = arrivals.iter().position(|arrival| arrival.is_picture() && arrival.status == Some(status));
            let job = studio.stage.api.jobs()[number].id.clone();
            let about = |arrival: &Arrival| String::from_utf8_lossy(&arrival.body).contains(&job);
            let after = &arrivals[refused.unwrap() + 1..];
            let asked = after.iter().position(|arrival| arrival.is_fetch() && about(arrival));
            let fetched = after.iter().position(|arrival| arrival.is_picture() && arrival.status == Some(200));
            assert!(asked.is_some() && asked < fetched, "{status}: asked at {asked:?}, fetched at {fetched:?}");
        }
        studio.wait_kept_as_drawn().await;
    });
}

/// A host whose pictures no page may read: at risk, said, never called stored; and kept when it allows it.
#[test]
fn a31_a_picture_that_the_page_may_not_read_is_at_risk() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.expect_noise(&["/cdn/", "CORS"]);
        studio.expect_noise(&["/cdn/", "ERR_FAILED"]);
        studio.stage.api.fault(Fault::wire(Wire::Plain).cors(false).on(Target::Cdn).forever());
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a shop window")).await;
        let tiles = studio.wait_status(1, "at-risk", LONG).await;
        assert!(tiles[0].text.contains("does not let this page read it"), "{}", tiles[0].text);
        studio.wait_action(0, "Download").await;
        assert!(studio.kept().await.is_empty());
        studio.stage.api.server.clear_faults();
        studio.wait_stored(1, LONG).await;
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(1, 1).await;
    });
}

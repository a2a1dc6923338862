//! What a broken line does to a paid request, in a real browser: at most one request of the page's own, and whoever
//! cannot know whether it was charged says so.

use e2e::api::Api;
use e2e::{Order, Story, Studio, USUAL, Way};
use flux_studio_simulator::Config;
use flux_studio_simulator::http::{Canned, Fault, Target, Wire};
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

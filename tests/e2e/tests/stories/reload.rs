//! A reload loses nothing and pays nothing twice.

use e2e::{LONG, Order, Story, USUAL, Way};
use flux_studio_simulator::config::Timing;
use flux_studio_simulator::http::{Fault, Target, Wire};

#[test]
fn three_running_jobs_survive_a_reload() {
    Story::new(Way::Bundled).with(|config| config.default_timing = Timing::new(500, 6_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("three boats").count(3)).await;
        studio.wait_status(3, "running", USUAL).await;
        studio.reload().await;
        studio.wait_stored(3, LONG).await;
        studio.wait_ledger(3, 3).await;
        assert_eq!(studio.stage.api.charged(), 3, "three pictures at one quota each");
        studio.wait_kept_as_drawn().await;

        // And they are still there after another one, without any download.
        let pictures = studio.stage.api.arrivals().iter().filter(|arrival| arrival.is_picture()).count();
        studio.reload().await;
        studio.wait_stored(3, USUAL).await;
        let after = studio.stage.api.arrivals().iter().filter(|arrival| arrival.is_picture()).count();
        assert_eq!(after, pictures, "kept pictures are not fetched again");
    });
}

/// The page goes while the request is on its way: nobody knows what became of it, and nobody sends it again.
#[test]
fn n13_a_request_that_a_reload_cut_off_is_unknown_and_not_repeated() {
    Story::new(Way::Direct).tell(async |studio| {
        let late = Wire::Delay { headers_ms: 8_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate));
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a letter that got lost")).await;
        studio.wait_status(1, "sending", USUAL).await;
        // The positive control: the request did arrive before the page went.
        studio.wait_sent(1).await;
        studio.reload().await;
        let tiles = studio.wait_status(1, "unknown", USUAL).await;
        assert!(tiles[0].text.contains("may have been charged"), "{}", tiles[0].text);
        assert_eq!(studio.stage.api.generates().len(), 1, "an uncertain request is never sent again by itself");
    });
}

/// Prompt and choices stay as they were left, also when the reload comes with the last letter.
#[test]
fn the_draft_survives_a_reload() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.compose(&Order::of("half a thought about").mode("flux1-pro").size("1792x1024").count(3)).await;
        studio.reload().await;
        assert_eq!(studio.prompt().await, "half a thought about");
        // Nothing has to be chosen again: Generate orders what was chosen before.
        studio.connect().await;
        studio.press_generate().await;
        studio.wait_stored(3, LONG).await;
        for job in studio.stage.api.jobs() {
            assert_eq!((job.mode.as_str(), job.size.as_deref()), ("flux1-pro", Some("1792x1024")));
        }
    });
}

//! "Test connection" tells the usual mistakes apart, each with its remedy.

use e2e::{Story, Way};
use flux_studio_simulator::http::{Fault, Target};

#[test]
fn all_is_well_and_the_balance_is_told() {
    Story::new(Way::Bundled).with(|config| config.start_balance = 777).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        settings.write_key(&studio.key.clone()).await.save().await;
        settings.test_says(&["777"]).await;
        assert!(studio.stage.api.generates().is_empty(), "a test costs nothing");
    });
}

#[test]
fn a_wrong_key() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "401"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.write_key("a-wrong-key-0123456789").await.save().await;
        let text = settings.test_says(&["key"]).await;
        assert!(!text.contains("a-wrong-key"), "{text}");
    });
}

#[test]
fn no_quota() {
    Story::new(Way::Bundled).with(|config| config.start_balance = 0).tell(async |studio| {
        studio.expect_noise(&["/ttapi/", "402"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.write_key(&studio.key.clone()).await.save().await;
        settings.test_says(&["quota"]).await;
    });
}

#[test]
fn a_wrong_address() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.expect_noise(&["/wrong/path/", "404"]);
        // The stand-in has no CORS for paths that it does not know; a real host that answers 404 to a page has.
        studio.stage.api.fault(Fault::status(404).on(Target::Path("/wrong/path".to_owned())).cors(true).forever());
        studio
            .stage
            .api
            .fault(Fault::empty(204).on(Target::Path("/wrong/path".to_owned())).preflights().cors(true).forever());
        studio.open().await;
        let settings = studio.settings().await;
        let wrong = studio.stage.api.server.url() + "/wrong/path";
        settings.addresses(Some(&wrong), Some("")).await.write_key(&studio.key.clone()).await.save().await;
        settings.test_says(&["404", "address"]).await;
    });
}

#[test]
fn a_host_that_does_not_answer() {
    Story::new(Way::Direct).tell(async |studio| {
        let nobody = "http://127.0.0.1:9";
        studio.expect_key_at(nobody);
        studio.expect_noise(&[nobody, "net::ERR_"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.addresses(Some(nobody), Some("")).await.write_key(&studio.key.clone()).await.save().await;
        let text = settings.test_says(&["reached"]).await;
        assert!(!text.contains("cargo xtask run"), "nothing was refused here: {text}");
    });
}

/// The first wall that everybody meets: the verdict names the command that gets round it.
#[test]
fn an_api_that_refuses_browsers() {
    Story::new(Way::Refused).tell(async |studio| {
        studio.expect_noise(&[&studio.stage.api.server.url(), "CORS"]);
        studio.expect_noise(&[&studio.stage.api.server.url(), "ERR_FAILED"]);
        studio.expect_noise(&[&studio.stage.api.server.url(), "404"]);
        studio.open().await;
        let settings = studio.settings().await;
        settings.addresses(studio.stage.base_url().as_deref(), Some("")).await;
        settings.write_key(&studio.key.clone()).await.save().await;
        settings.test_says(&["cargo xtask run"]).await;
    });
}

#[test]
fn without_a_key_it_asks_for_one() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        settings.test_says(&["key"]).await;
        settings.close().await;
        assert!(studio.stage.api.arrivals().iter().all(|arrival| arrival.header("tt-api-key").is_none()));
    });
}

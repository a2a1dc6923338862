//! The ways between page and API: each ends in the same picture, and each talks to exactly whom the person named.

use std::collections::BTreeSet;

use e2e::{Order, Story, Told, USUAL, Way};
use serde_json::json;

fn two_pictures(way: Way, below: &str) -> Told {
    let mut attempts = BTreeSet::new();
    let told = Story::new(way).below(below).tell(async |studio| {
        // The probe, as a template writes its address.
        studio.expect_noise(&["%2Fflux%2Ffetch", "404"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a fox in the snow").count(2)).await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
        attempts.extend(studio.wait_kept_as_drawn().await.into_iter().map(|picture| picture.id));
        // Nobody but the studio's own proxy is sent its request id: a stranger's preflight would fail on it.
        if way != Way::Bundled {
            let with_id =
                studio.stage.api.arrivals().into_iter().find(|arrival| arrival.header("x-request-id").is_some());
            assert_eq!(with_id, None);
        }
        let key = &studio.key;
        let keyed = studio.stage.api.arrivals().into_iter().filter(|arrival| arrival.has_key(key));
        assert!(keyed.clone().count() >= 4, "the calls carry the key");
        assert!(keyed.clone().all(|arrival| !arrival.is_picture()), "pictures are fetched without the key");
    });
    assert_eq!(told.log.origins(), BTreeSet::from([told.page.clone(), told.keyed.clone()]));
    // The proxy knows a request that the browser sends again by the attempt's id; nothing else carries one.
    let paid = format!("{}/ttapi/flux/generate", told.page);
    let attempts = if way == Way::Bundled { attempts } else { BTreeSet::new() };
    let wanted: BTreeSet<(String, String)> = attempts.into_iter().map(|id| (paid.clone(), id)).collect();
    assert_eq!(told.log.carried("x-request-id"), wanted);
    // The control: headers are seen at all.
    assert!(!told.log.carried("tt-api-key").is_empty());
    told
}

#[test]
fn directly_where_the_api_allows_it() {
    two_pictures(Way::Direct, "/");
}

#[test]
fn through_the_bundled_proxy() {
    two_pictures(Way::Bundled, "/");
}

#[test]
fn through_a_proxy_that_replaces_the_address() {
    two_pictures(Way::Base, "/");
}

#[test]
fn through_a_proxy_that_takes_the_address() {
    two_pictures(Way::Template, "/");
}

/// The same files below any path of any static file server.
#[test]
fn below_a_path_of_a_plain_static_host() {
    two_pictures(Way::Direct, "/some/sub/path/");
}

/// A page over plain http on a local network has no WebCrypto: the worker makes the hashes, the key stays in the tab.
#[test]
fn without_webcrypto_pictures_are_kept_all_the_same() {
    Story::new(Way::Bundled).tell(async |studio| {
        let gone = "const real = Object.getOwnPropertyDescriptor(Crypto.prototype, 'subtle');
            Object.defineProperty(Crypto.prototype, 'subtle', { configurable: true, get: () => undefined });
            window.giveBack = () => Object.defineProperty(Crypto.prototype, 'subtle', real);";
        studio.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": gone})).await;
        studio.expect_noise(&["404"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a fox in the snow").count(1)).await;
        studio.wait_stored(1, USUAL).await;
        let subtle: String = studio.ask("return typeof crypto.subtle", vec![]).await;
        assert_eq!(subtle, "undefined", "it was really gone");
        // What looks at the stored bytes makes a hash of its own.
        let _: bool = studio.ask("giveBack(); return true", vec![]).await;
        studio.wait_kept_as_drawn().await;
    });
}

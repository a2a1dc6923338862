//! One picture large.

use e2e::find::Name;
use e2e::{Order, Story, Studio, USUAL, Way};

async fn three(studio: &Studio) {
    studio.open().await;
    studio.connect().await;
    for prompt in ["one", "two", "three"] {
        studio.generate(&Order::of(prompt)).await;
    }
    studio.wait_stored(3, USUAL).await;
}

#[test]
fn paging_zooming_closing() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let order: Vec<String> = studio.tiles().await.unwrap().into_iter().map(|tile| tile.alts[0].clone()).collect();
        let large = studio.open_large(0).await;
        assert_eq!(large.picture().await.0, order[0]);
        large.press("Next").await;
        assert_eq!(large.wait_other(&order[0]).await.0, order[1]);
        large.press("Next").await;
        assert_eq!(large.wait_other(&order[1]).await.0, order[2]);
        large.press("Previous").await;
        assert_eq!(large.wait_other(&order[2]).await.0, order[1]);
        large.press("Zoom in").await.press("Zoom out").await;
        large.press("Close").await;
        studio.wait_gone("dialog", Name::Is("Image")).await;
        assert_eq!(studio.tiles().await.unwrap().len(), 3);
    });
}

/// The address names the picture, so that Back closes it, Forward opens it again, and a reload shows it.
#[test]
fn back_closes_it() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let large = studio.open_large(1).await;
        let (alt, _) = large.picture().await;
        assert!(studio.browser.web.current_url().await.unwrap().as_str().contains("#/image/"));
        studio.browser.web.back().await.unwrap();
        studio.wait_gone("dialog", Name::Is("Image")).await;
        studio.browser.web.forward().await.unwrap();
        assert_eq!(studio.large().await.picture().await.0, alt);
        studio.reload_here().await;
        assert_eq!(studio.large().await.picture().await.0, alt);
        studio.large().await.close().await;
        studio.wait_stored(3, USUAL).await;
    });
}

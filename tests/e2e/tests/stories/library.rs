//! The library: marking, deleting and taking back, using settings again.

use e2e::find::Name;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_simulator::config::Timing;

async fn with_pictures(studio: &Studio, count: u32) {
    studio.open().await;
    studio.connect().await;
    studio.generate(&Order::of("an old library").count(count)).await;
    studio.wait_stored(count as usize, USUAL).await;
}

#[test]
fn deleting_can_be_undone() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        let before = studio.tiles().await.unwrap();
        studio.act(0, "Delete").await;
        let left = studio.wait_stored(1, SHORT).await;
        assert_eq!(left[0].job, before[1].job, "the other one stays");
        studio.press(Name::Is("Undo")).await;
        let back = studio.wait_stored(2, SHORT).await;
        assert_eq!(back, before, "it is where it was");

        // A deletion that is not taken back lasts.
        studio.act(0, "Delete").await;
        studio.wait_stored(1, SHORT).await;
        studio.reload().await;
        let left = studio.wait_stored(1, USUAL).await;
        assert_eq!(left[0].job, before[1].job);
        studio.wait_ledger(2, 2).await;
    });
}

#[test]
fn a_favourite_is_one_after_a_reload() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        let pressed = async |tile: usize| {
            let button = studio.action(tile, "Favourite").await?;
            let state = button.attr("aria-pressed").await.map_err(|error| error.to_string())?;
            Ok::<_, String>(state.unwrap_or_default())
        };
        studio.act(1, "Favourite").await;
        eventually("the mark", SHORT, async || {
            let state = pressed(1).await?;
            check(state == "true", || format!("aria-pressed is {state:?}"))
        })
        .await;
        studio.reload().await;
        studio.wait_stored(2, USUAL).await;
        let both = eventually("both marks", SHORT, async || Ok((pressed(0).await?, pressed(1).await?)));
        assert_eq!(both.await, ("false".to_owned(), "true".to_owned()));
    });
}

/// The settings of an old picture go back into the composer, and nothing is sent.
#[test]
fn settings_of_a_picture_can_be_used_again() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("the first one").mode("flux1-schnell").size("1024x1792")).await;
        studio.wait_stored(1, USUAL).await;
        studio.compose(&Order::of("another one").mode("flux1-pro").size("1024x1024")).await;
        studio.act(0, "Use these settings").await;
        eventually("the old prompt", SHORT, async || {
            let prompt = studio.prompt().await;
            check(prompt == "the first one", || prompt.clone())
        })
        .await;
        studio.wait_ledger(1, 1).await;
        studio.press_generate().await;
        studio.wait_stored(2, USUAL).await;
        for job in studio.stage.api.jobs() {
            assert_eq!((job.mode.as_str(), job.size.as_deref()), ("flux1-schnell", Some("1024x1792")));
        }
    });
}

/// While jobs run, the tab's title says how many.
#[test]
fn the_title_counts_what_runs() {
    Story::new(Way::Bundled).with(|config| config.default_timing = Timing::new(0, 4_000)).tell(async |studio| {
        with_title(studio).await;
    });
}

async fn with_title(studio: &Studio) {
    studio.open().await;
    let quiet = studio.browser.web.title().await.unwrap();
    studio.connect().await;
    studio.generate(&Order::of("two clocks").count(2)).await;
    studio.wait_status(2, "running", USUAL).await;
    eventually("the count in the title", SHORT, async || {
        let title = studio.browser.web.title().await.unwrap();
        check(title.contains('2') && title.contains(&quiet), || format!("the title is {title:?}"))
    })
    .await;
    studio.wait_stored(2, USUAL).await;
    eventually("the quiet title", SHORT, async || {
        let title = studio.browser.web.title().await.unwrap();
        check(title == quiet, || format!("the title is {title:?}"))
    })
    .await;
}

//! Fingers: a tap opens, a long press chooses, a swipe scrolls or pages, two fingers zoom.

use std::time::Duration;

use e2e::find::Name;
use e2e::touch::Spot;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};

/// A tap, and a press that phones take for a long one.
const TAP: Duration = Duration::from_millis(60);
const LONG: Duration = Duration::from_millis(900);

async fn with_pictures(studio: &Studio, count: u32) {
    studio.open().await;
    studio.connect().await;
    studio.generate(&Order::of("a pond in the rain").count(count)).await;
    studio.wait_stored(count as usize, USUAL).await;
    studio.look_at(820, 1180, "light").await;
    studio.with_fingers().await;
}

/// The middle of each tile, and whether it is chosen, two frames from now: the list follows the window's size with one.
async fn tiles(studio: &Studio) -> Vec<(f64, f64, bool)> {
    let script = "const done = arguments[0];
        const look = () => done([...document.querySelectorAll('[data-testid=image-tile]')].map((tile) => {
            const { left, top, width, height } = tile.getBoundingClientRect();
            return [left + width / 2, top + height / 2, tile.hasAttribute('data-picked')]; }));
        requestAnimationFrame(() => requestAnimationFrame(look));";
    let answer = studio.browser.web.execute_async(script, vec![]).await.expect("the script runs");
    answer.convert().expect("tiles")
}

async fn middle(studio: &Studio, tile: usize) -> Spot {
    let (x, y, _) = tiles(studio).await[tile];
    (x, y)
}

async fn until_picked(studio: &Studio, what: &str, expected: &[bool]) {
    eventually(what, SHORT, async || {
        let picked: Vec<bool> = tiles(studio).await.into_iter().map(|(.., picked)| picked).collect();
        check(picked == expected, || format!("{picked:?}"))
    })
    .await;
}

#[test]
fn a_long_press_chooses_and_taps_choose_more() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        studio.finger_press(middle(studio, 1).await, LONG).await;
        until_picked(studio, "the second one", &[false, true, false]).await;
        studio.wait_for("toolbar", Name::Is("Selection"), SHORT).await;
        studio.finger_press(middle(studio, 0).await, TAP).await;
        until_picked(studio, "two", &[true, true, false]).await;
        studio.finger_press(middle(studio, 1).await, TAP).await;
        until_picked(studio, "the first one", &[true, false, false]).await;
        studio.finger_press(middle(studio, 0).await, TAP).await;
        until_picked(studio, "none", &[false; 3]).await;
        assert!(!studio.shows("dialog", Name::Is("Image")).await, "a press that chooses opens nothing");
        // With nothing chosen, a tap opens.
        studio.finger_press(middle(studio, 2).await, TAP).await;
        let large = studio.large().await;
        large.picture().await;
        large.press("Close").await;
        until_picked(studio, "still none", &[false; 3]).await;
    });
}

/// What scrolls is the list: nothing is chosen, opened or framed.
#[test]
fn a_finger_that_moves_scrolls() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 8).await;
        studio.look_at(360, 640, "light").await;
        let scrolled =
            async || studio.ask::<f64>("return document.getElementById('slot-main').scrollTop", vec![]).await;
        let from = eventually("a tile in the window", SHORT, async || {
            let tiles = tiles(studio).await;
            let seen = tiles.iter().map(|(x, y, _)| (*x, *y)).find(|(_, y)| (400.0..560.0).contains(y));
            seen.ok_or_else(|| format!("{tiles:?}"))
        })
        .await;
        let before = scrolled().await;
        let to = (from.0, from.1 - 250.0);
        studio.fingers_down(&[from]).await;
        studio.fingers_go(&[from], &[to], 12).await;
        studio.fingers_up().await;
        eventually("the list has moved", SHORT, async || {
            let now = scrolled().await;
            check(now > before + 100.0, || format!("from {before} to {now}"))
        })
        .await;
        until_picked(studio, "nothing", &vec![false; tiles(studio).await.len()]).await;
        assert!(!studio.shows("dialog", Name::Is("Image")).await);
    });
}

#[test]
fn two_fingers_zoom_about_their_middle_and_one_pans_or_pages() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        studio.finger_press(middle(studio, 0).await, TAP).await;
        let large = studio.large().await;
        large.picture().await;
        let at = studio.browser.web.current_url().await.unwrap();
        let (x, y) = large.middle().await;
        let (x, y) = (x + 40.0, y - 30.0);
        let before = large.seen((x, y)).await;
        let apart = |by: f64| [(x - by, y), (x + by, y)];
        studio.fingers_down(&apart(50.0)).await;
        studio.fingers_go(&apart(50.0), &apart(150.0), 10).await;
        studio.fingers_up().await;
        let closer = large.seen((x, y)).await;
        assert!(
            (closer.0 / before.0 - 3.0).abs() < 0.15,
            "three times as far apart, three times as large: {before:?}, {closer:?}"
        );
        assert!((closer.1 - before.1).abs() < 0.01 && (closer.2 - before.2).abs() < 0.01, "{before:?}, {closer:?}");

        // Zoomed, one finger pans and never pages.
        let to = (x - 120.0, y + 30.0);
        studio.fingers_down(&[(x, y)]).await;
        studio.fingers_go(&[(x, y)], &[to], 8).await;
        studio.fingers_up().await;
        let panned = large.seen(to).await;
        assert!((panned.0 - closer.0).abs() < 0.5 && (panned.1 - closer.1).abs() < 0.01, "{closer:?}, {panned:?}");
        assert_eq!(studio.browser.web.current_url().await.unwrap(), at);

        // Pinched small again it fits, and then a swipe leads to the next.
        studio.fingers_down(&apart(200.0)).await;
        studio.fingers_go(&apart(200.0), &apart(20.0), 10).await;
        studio.fingers_up().await;
        eventually("the whole picture", SHORT, async || {
            let now = large.seen((x, y)).await;
            check((now.0 - before.0).abs() < 0.5, || format!("{before:?}, {now:?}"))
        })
        .await;
        studio.fingers_down(&[(x, y)]).await;
        studio.fingers_go(&[(x, y)], &[(x - 200.0, y)], 8).await;
        studio.fingers_up().await;
        eventually("the next picture", SHORT, async || {
            let now = studio.browser.web.current_url().await.unwrap();
            check(now != at && now.as_str().contains("#/image/"), || now.to_string())
        })
        .await;
    });
}

//! The list of pictures: how large they are, the days beside it, and that what is looked at stays where it is.

use e2e::find::Name;
use e2e::seed::Pictures;
use e2e::studio::text_of;
use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};
use serde_json::json;
use thirtyfour::Key;

/// How many tiles the first row has, and how high the first one is in CSS pixels.
const FIRST_ROW: &str = "const tiles = [...document.querySelectorAll('[data-testid=image-tile]')].map((tile) => tile.getBoundingClientRect());
return [tiles.filter(({ top }) => Math.abs(top - tiles[0].top) < 1).length, Math.round(tiles[0].height)];";

#[test]
fn the_slider_changes_how_large_pictures_are_and_a_reload_keeps_it() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a wall of tiles").count(12)).await;
        studio.wait_stored(12, LONG).await;
        let first_row = async || studio.ask::<(usize, u32)>(FIRST_ROW, vec![]).await;
        let slide = async |to: Key, what: &str, are: &dyn Fn((usize, u32)) -> bool| {
            let slider = studio.wait_for("slider", Name::Is("Picture size"), SHORT).await;
            slider.send_keys(text_of(to)).await.unwrap();
            eventually(what, SHORT, async || {
                let row = first_row().await;
                check(are(row), || format!("{row:?}")).map(|()| row)
            })
            .await
        };
        let (count, height) = first_row().await;
        let small = slide(Key::Home, "many small ones", &|row| row.0 > count && row.1 < height).await;
        let large = slide(Key::End, "few large ones", &|row| row.0 < count && row.1 > height).await;
        assert!(small.0 >= 2 * large.0, "{small:?}, {large:?}");
        studio.wait_on_disk("\"density\":9").await;
        studio.reload().await;
        studio.wait_stored(12, USUAL).await;
        assert_eq!(first_row().await, large);
        let slider = studio.wait_for("slider", Name::Is("Picture size"), SHORT).await;
        assert_eq!(slider.prop("value").await.unwrap().unwrap(), "9");
    });
}

/// The rail's place, and that of each day on it, in CSS pixels of the window.
const RAIL: &str = "const line = document.querySelector('.rail-line')?.getBoundingClientRect();
const days = [...document.querySelectorAll('.rail-line i')].map((day) => day.getBoundingClientRect());
return line ? [line.left + line.width / 2, line.bottom, days.map(({ top, height }) => top + height / 2)] : null;";

/// What [`THERE`] finds.
type There = (String, String, usize, usize);

/// The day that the rail says lies under the pointer; the day to which the window's top belongs, by the date marks of the
/// list; and the places in the list of the first and the last tile in the window, 0 where none is drawn yet.
const THERE: &str = "const tiles = [...document.querySelectorAll('[data-testid=image-tile]')];
let box = tiles[0];
while (!(box.scrollHeight > box.clientHeight && getComputedStyle(box).overflowY === 'auto')) box = box.parentElement;
const { top, bottom } = box.getBoundingClientRect();
const marks = [...document.querySelectorAll('.date-mark')].map((mark) => [mark.getBoundingClientRect().top, mark.querySelector('h2').innerText]);
const [, day] = marks.sort(([a], [b]) => a - b).filter(([y]) => y <= top).at(-1) ?? [];
const seen = tiles.filter((tile) => tile.getBoundingClientRect().bottom > top && tile.getBoundingClientRect().top < bottom);
return [document.querySelector('.rail-line b')?.innerText ?? '', day ?? '', Number(seen[0]?.ariaPosInSet ?? 0), Number(seen.at(-1)?.ariaPosInSet ?? 0)];";

#[test]
fn the_days_beside_a_long_list_lead_to_their_pictures() {
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, 300).await;
        let studio = &*studio;
        studio.wait_listed(300).await;
        let (x, bottom, days): (f64, f64, Vec<f64>) = eventually("the days", SHORT, async || {
            studio.ask::<Option<_>>(RAIL, vec![]).await.ok_or_else(|| "there is no rail".to_owned())
        })
        .await;
        assert!(days.len() > 8, "{days:?}");
        let there = async |what: &str, are: &dyn Fn(&There) -> bool| {
            eventually(what, SHORT, async || {
                let there: There = studio.ask(THERE, vec![]).await;
                check(are(&there), || format!("{there:?}")).map(|()| there)
            })
            .await
        };
        let mut last = String::new();
        // Between two of its days, from which on it is clear which one is meant.
        for part in [1, 2] {
            let day = days.len() * part / 3;
            let y = (days[day] + days[day + 1]) / 2.0;
            studio.browser.web.action_chain().move_to(x as i64, y as i64).click().perform().await.expect("a click");
            let about = 300 * part / 3;
            let (said, ..) = there("the pictures of the day", &|(said, day, first, _)| {
                !said.is_empty() && said == day && first.abs_diff(about) < 50
            })
            .await;
            assert_ne!(said, last, "each place is another day");
            last = said;
        }
        // Held, it goes along with the pointer, to the very end.
        let chain = studio.browser.web.action_chain().move_to(x as i64, days[1] as i64).click_and_hold();
        chain.move_to(x as i64, bottom as i64).release().perform().await.expect("a drag");
        there("the oldest pictures", &|(.., end)| *end == 300).await;
    });
}

/// Looks at each frame where the tile of a job is on the screen, and how many images are listed.
const WATCH: &str = "window.frames = [];
const look = () => {
  const tile = document.querySelector(`[data-job-id=\"${arguments[0]}\"]`);
  window.frames.push(tile ? [tile.getBoundingClientRect().top, Number(tile.ariaSetSize)] : [null, null]);
  requestAnimationFrame(look);
};
look();";

/// The first tile in the lower half of the window, by its job.
const LOOKED_AT: &str = "const tiles = [...document.querySelectorAll('[data-testid=image-tile]')];
return tiles.find((tile) => tile.getBoundingClientRect().top > innerHeight / 2)?.dataset.jobId;";

/// New ones come in above what is looked at, below a date mark of their own: nothing moves under the eyes.
#[test]
fn what_is_looked_at_stays_where_it_is_when_more_come_above_it() {
    Story::new(Way::Direct).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, 300).await;
        let studio = &*studio;
        studio.connect().await;
        let key = studio.key.clone();
        let mut jobs = Vec::new();
        for prompt in ["a heron", "a crane", "a stork"] {
            jobs.push(studio.stage.api.job_from_elsewhere(&key, prompt).await);
        }
        studio.wait_listed(300).await;
        studio.scroll_to(0.5).await;
        let looked_at: String = eventually("a picture to look at", SHORT, async || {
            studio.ask::<Option<_>>(LOOKED_AT, vec![]).await.ok_or_else(|| "there is none".to_owned())
        })
        .await;
        let settings = studio.settings().await;
        let () = studio.ask(WATCH, vec![json!(looked_at)]).await;
        studio.write("textbox", Name::Is("Job ids"), &jobs.join(" ")).await;
        studio.press(Name::Is("Fetch pictures")).await;
        studio.wait_listed(303).await;
        settings.close().await;
        let frames = eventually("a frame with all of them", SHORT, async || {
            let frames: Vec<(Option<f64>, Option<usize>)> = studio.ask("return window.frames", vec![]).await;
            let listed = frames.last().and_then(|(_, listed)| *listed);
            check(listed == Some(303), || format!("the last one has {listed:?}")).map(|()| frames)
        })
        .await;
        assert_eq!(frames.first().unwrap().1, Some(300), "it was looked at before they came");
        let tops: Vec<f64> = frames.iter().map(|(top, _)| top.expect("it was there all the time")).collect();
        // Browsers scroll by whole pixels.
        let moved = tops.iter().find(|top| (**top - tops[0]).abs() > 1.5);
        assert_eq!(moved, None, "it stood at {}", tops[0]);
    });
}

/// Assistive technologies read the list in its order, whatever it was before.
#[test]
fn tiles_stand_in_the_document_as_they_do_on_the_screen() {
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, 120).await;
        let studio = &*studio;
        studio.wait_listed(120).await;
        let orders = ["Best rated first", "Dearest first", "Slowest first", "Oldest first"];
        for order in orders.into_iter().cycle().take(12) {
            studio.pick(Name::Is("Order"), order).await;
            let places: Vec<usize> = studio
                .ask(
                    "return [...document.querySelectorAll('[data-testid=image-tile]')].map((tile) => Number(tile.ariaPosInSet))",
                    vec![],
                )
                .await;
            assert!(places.is_sorted(), "{order}: {places:?}");
        }
    });
}

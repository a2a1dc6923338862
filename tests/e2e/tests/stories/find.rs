//! Finding and sorting, and what is said of many images at once.

use e2e::find::Name;
use e2e::seed::Pictures;
use e2e::studio::text_of;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use serde_json::{Value, json};
use thirtyfour::Key;

use super::order::{click_with, rows, until_rows, with_pictures};

/// The orders as they are called, and what of a row counts in each: the greatest first, and among equals the newest.
const ORDERS: [(&str, &str); 5] = [
    ("Best rated first", "rating"),
    ("Dearest first", "quota"),
    ("Slowest first", "took_ms"),
    ("Oldest first", ""),
    ("Newest first", ""),
];

/// The jobs of these rows (newest first) in an order.
fn in_order(rows: &[Value], order: (&str, &str)) -> Vec<String> {
    let mut rows: Vec<&Value> = rows.iter().collect();
    match order {
        ("Oldest first", _) => rows.reverse(),
        ("Newest first", _) => {}
        (_, field) => rows.sort_by_key(|row| std::cmp::Reverse(row[field].as_u64().unwrap_or(0))),
    }
    rows.iter().map(|row| row["job"].as_str().unwrap().to_owned()).collect()
}

/// The jobs of the tiles near the window as one reads them: line by line.
const READ: &str = "const at = (tile) => tile.getBoundingClientRect();
const tiles = [...document.querySelectorAll('[data-testid=image-tile]')];
tiles.sort((a, b) => Math.round(at(a).top - at(b).top) || at(a).left - at(b).left);
return tiles.map((tile) => tile.dataset.jobId);";

/// Waits until the tiles near the window are the first of these jobs, in their order.
async fn until_tiles(studio: &Studio, what: &str, jobs: &[String]) {
    eventually(what, SHORT, async || {
        let tiles: Vec<String> = studio.ask(READ, vec![]).await;
        let are = tiles.len() >= jobs.len().min(8) && jobs.starts_with(&tiles);
        check(are, || format!("{tiles:#?} are not the first of {jobs:#?}"))
    })
    .await;
}

async fn unfold_searches(studio: &Studio) {
    studio.press(Name::Is("Searches")).await;
}

#[test]
fn pictures_stand_in_every_order_and_a_kept_search_brings_its_own() {
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, 120).await;
        let studio = &*studio;
        studio.wait_listed(120).await;
        let rows = rows(studio).await;
        for order in ORDERS {
            studio.pick(Name::Is("Order"), order.0).await;
            until_tiles(studio, order.0, &in_order(&rows, order)).await;
        }

        let foxes: Vec<Value> =
            rows.into_iter().filter(|row| row["order"]["prompt"].as_str().unwrap().contains("fox")).collect();
        let (best, newest) = (in_order(&foxes, ORDERS[0]), in_order(&foxes, ORDERS[4]));
        assert!(foxes.len() < 100 && best[..4] != newest[..4], "an order is not the other");
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("fox").await.unwrap();
        until_tiles(studio, "foxes", &newest).await;
        studio.pick(Name::Is("Order"), ORDERS[0].0).await;
        until_tiles(studio, "the best foxes", &best).await;
        unfold_searches(studio).await;
        let name = studio.wait_for("textbox", Name::Is("Name of this search"), SHORT).await;
        name.send_keys("good foxes").await.unwrap();
        studio.press(Name::Is("Keep this search")).await;
        studio.wait_on_disk("good foxes").await;
        // Somewhere else, also in another order.
        search.clear().await.unwrap();
        studio.pick(Name::Is("Order"), "Oldest first").await;
        studio.wait_listed(120).await;
        studio.press(Name::Is("good foxes")).await;
        until_tiles(studio, "the best foxes again", &best).await;
        assert_eq!(studio.picked(Name::Is("Order")).await.unwrap(), "Best rated first", "the box shows the order");
        studio.reload().await;
        studio.wait_listed(120).await;
        unfold_searches(studio).await;
        studio.press(Name::Is("good foxes")).await;
        until_tiles(studio, "the best foxes after a reload", &best).await;
        assert_eq!(studio.picked(Name::Is("Order")).await.unwrap(), "Best rated first");
    });
}

#[test]
fn many_are_rated_and_collected_and_found_by_that() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        click_with(studio, 0, Key::Control).await;
        click_with(studio, 2, Key::Control).await;
        studio.pick(Name::Is("Rating"), "4 stars").await;
        until_rows(studio, "four stars for two", |rows| {
            rows.iter().map(|row| row["rating"].as_u64().unwrap_or(0)).eq([4, 0, 4])
        })
        .await;
        studio.press_for_chosen("Collections").await;
        let field = studio.wait_for("textbox", Name::Is("Collection"), SHORT).await;
        field.send_keys("Best of").await.unwrap();
        field.send_keys(text_of(Key::Enter)).await.unwrap();
        until_rows(studio, "two in a collection", |rows| {
            rows.iter().map(|row| row["collections"] == json!(["Best of"])).eq([true, false, true])
        })
        .await;
        studio.key(Key::Escape).await;
        studio.wait_gone("dialog", Name::Is("Collections")).await;
        studio.key(Key::Escape).await;
        studio.wait_gone("toolbar", Name::Is("Selection")).await;
        let jobs: Vec<String> = studio.tiles().await.unwrap().into_iter().map(|tile| tile.job).collect();
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        for (text, found) in [("in:\"Best of\"", vec![0, 2]), ("-in:\"Best of\"", vec![1]), ("rating:4", vec![0, 2])] {
            search.clear().await.unwrap();
            search.send_keys(text).await.unwrap();
            let found: Vec<String> = found.into_iter().map(|tile: usize| jobs[tile].clone()).collect();
            studio.wait_tiles(text, SHORT, |tiles| tiles.iter().map(|tile| &tile.job).eq(&found)).await;
        }
    });
}

#[test]
fn all_that_is_looked_at_is_chosen_also_where_batches_stand_together() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        studio.generate(&Order::of("a single book").count(1)).await;
        studio.wait_stored(4, USUAL).await;
        studio.press(Name::Is("Batches together")).await;
        studio.wait_tiles("two tiles", SHORT, |tiles| tiles.len() == 2).await;
        click_with(studio, 0, Key::Control).await;
        studio.wait_message("status", &["1 selected"], SHORT).await;
        studio.press_for_chosen("Select all").await;
        studio.wait_message("status", &["4 selected"], SHORT).await;
        studio.press_for_chosen("Favourite").await;
        until_rows(studio, "four favourites", |rows| rows.iter().all(|row| row["favourite"] == true)).await;
    });
}

#[test]
fn the_trash_is_emptied_of_all_but_favourites() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        studio.act(0, "Favourite").await;
        until_rows(studio, "a favourite", |rows| rows[0]["favourite"] == true).await;
        for left in [2, 1] {
            studio.act(0, "Delete").await;
            studio.wait_stored(left, SHORT).await;
        }
        studio.press(Name::Begins("Trash")).await;
        studio.wait_stored(2, SHORT).await;
        studio.press(Name::Is("Empty all but favourites")).await;
        let rows = eventually("one to go for good", SHORT, async || {
            let rows = rows(studio).await;
            check(rows[1]["purged"] == true, || format!("{rows:#?}")).map(|()| rows)
        })
        .await;
        // The bytes go after the row has said so.
        eventually("its bytes to go", SHORT, async || {
            let mut kept: Vec<String> = studio.kept().await.into_iter().map(|picture| picture.id).collect();
            kept.sort_by(|a, b| b.cmp(a));
            let left = [&rows[0], &rows[2]].map(|row| row["id"].as_str().unwrap());
            check(kept == left, || format!("{kept:?} instead of {left:?}"))
        })
        .await;
        let tiles = studio.wait_stored(1, SHORT).await;
        assert_eq!(rows[0]["job"], tiles[0].job, "the favourite is what the trash still holds");
        studio.act(0, "Restore").await;
        studio.press(Name::Begins("All")).await;
        studio.wait_stored(2, SHORT).await;
    });
}

/// Everything in the trash is not nothing: the way there is shown, and back.
#[test]
fn when_everything_is_in_the_trash_a_button_leads_there() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        for left in [1, 0] {
            studio.act(0, "Delete").await;
            studio.wait_tiles("one less", SHORT, |tiles| tiles.len() == left).await;
        }
        until_rows(studio, "both in the trash", |rows| rows.iter().all(|row| !row["deleted"].is_null())).await;
        studio.reload().await;
        studio.wait_for("heading", Name::Is("Nothing here yet"), USUAL).await;
        studio.press(Name::Begins("Trash")).await;
        let there = studio.wait_stored(2, SHORT).await;
        studio.act(1, "Restore").await;
        studio.wait_stored(1, SHORT).await;
        studio.press(Name::Begins("All")).await;
        let back = studio.wait_stored(1, SHORT).await;
        assert_eq!(back[0].job, there[1].job);
        until_rows(studio, "one back", |rows| rows.iter().map(|row| row["deleted"].is_null()).eq([false, true])).await;
        studio.reload().await;
        studio.wait_stored(1, USUAL).await;
        assert_eq!(studio.kept().await.len(), 2, "nothing is gone");
    });
}

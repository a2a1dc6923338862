//! The browser's storage fails at the very moment when it matters: nothing is paid for that cannot be written down, and
//! nothing that was paid for is lost.

use e2e::find::Name;
use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_simulator::config::Timing;
use serde_json::json;

async fn ready(studio: &Studio) {
    studio.can_fail().await;
    studio.open().await;
    studio.connect().await;
}

/// Where there is no room for the row, nothing is sent; when there is some, the next press is.
#[test]
fn s02_without_room_for_the_row_nothing_is_sent() {
    Story::new(Way::Direct).tell(async |studio| {
        ready(studio).await;
        for (number, how) in ["throws", "aborts"].into_iter().enumerate() {
            studio.fail("puts", json!({ "queued": how })).await;
            let before = studio.struck("struck").await;
            studio.generate(&Order::of(&format!("a row that {how}"))).await;
            studio.wait_message("alert", &["could not write", "storage is full"], USUAL).await;
            assert!(studio.struck("struck").await > before, "{how}: it struck");
            assert_eq!(studio.stage.api.generates().len(), number, "{how}: no paid request at all");
            assert_eq!(studio.prompt().await, format!("a row that {how}"));
            studio.fail("puts", json!({})).await;
            studio.press(Name::Is("Dismiss")).await;
            studio.generate(&Order::of(&format!("a row after one that {how}"))).await;
            studio.wait_stored(number + 1, LONG).await;
            studio.wait_ledger(number + 1, number + 1).await;
        }
    });
}

/// The row found room, its claim does not: it stays in the queue, says so, and goes on when the person wants it.
#[test]
fn s02_without_room_for_the_claim_nothing_is_sent() {
    Story::new(Way::Direct).tell(async |studio| {
        ready(studio).await;
        for (number, how) in ["throws", "aborts"].into_iter().enumerate() {
            studio.fail("puts", json!({ "sending": how })).await;
            let before = studio.struck("struck").await;
            studio.generate(&Order::of(&format!("a claim that {how}"))).await;
            studio.wait_message("alert", &["cannot keep pictures"], USUAL).await;
            assert!(studio.struck("struck").await > before, "{how}: it struck");
            assert_eq!(studio.stage.api.generates().len(), number, "{how}: nothing was sent");
            studio.fail("puts", json!({})).await;
            studio.press(Name::Is("Resume")).await;
            studio.wait_stored(number + 1, USUAL).await;
            studio.wait_ledger(number + 1, number + 1).await;
        }
    });
}

/// The API took the request, and its answer finds no room: the id is on the screen, the page says to stay, and it is
/// written when there is room.
#[test]
fn s03_a_job_id_without_room_is_shown_and_written_later() {
    Story::new(Way::Direct).tell(async |studio| {
        ready(studio).await;
        studio.fail("puts", json!({ "running": "throws" })).await;
        studio.generate(&Order::of("a ticket")).await;
        let tiles = studio.wait_tiles("its id", USUAL, |tiles| tiles.len() == 1 && !tiles[0].job.is_empty()).await;
        assert_eq!(tiles[0].job, studio.stage.api.jobs()[0].id);
        assert!(studio.text().await.contains("Keep this page open"));
        assert!(studio.struck("struck").await > 0, "it struck");
        studio.fail("puts", json!({})).await;
        studio.wait_stored(1, LONG).await;
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(1, 1).await;
        let left: u32 = studio.ask("return localStorage.length", vec![]).await;
        assert_eq!(left, 0, "what lay beside the database is gone");
    });
}

/// The same, and the page is closed before there is room: the id lay beside the database, and its picture comes.
#[test]
fn s03_a_job_id_without_room_comes_back_after_a_reload() {
    Story::new(Way::Direct).tell(async |studio| {
        ready(studio).await;
        studio.fail("puts", json!({ "running": "aborts" })).await;
        studio.generate(&Order::of("a ticket")).await;
        studio.wait_tiles("its id", USUAL, |tiles| tiles.len() == 1 && !tiles[0].job.is_empty()).await;
        let id = studio.stage.api.jobs()[0].id.clone();
        let beside: Vec<String> = studio.ask("return Object.values(localStorage)", vec![]).await;
        assert_eq!(beside, *std::slice::from_ref(&id), "the id and nothing else");
        let left = studio.left_behind().await;
        let in_rows = left.places.iter().any(|(place, text)| place.starts_with("IndexedDB") && text.contains(&id));
        assert!(!in_rows, "it really found no room");
        studio.reload().await;
        let tiles = studio.wait_stored(1, LONG).await;
        assert_eq!(tiles[0].job, id);
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(1, 1).await;
    });
}

/// The picture's bytes find no room: it says so, the file can be saved, and it is kept when there is room.
#[test]
fn s01_s04_bytes_without_room_can_be_saved_and_are_kept_later() {
    Story::new(Way::Direct).tell(async |studio| {
        ready(studio).await;
        for (number, how) in ["throws", "aborts"].into_iter().enumerate() {
            studio.fail("puts", json!({ "bytes": how })).await;
            let before = studio.struck("struck").await;
            studio.generate(&Order::of(&format!("a picture that {how}"))).await;
            let newest = |tiles: &[e2e::Tile]| tiles.len() == number + 1 && tiles[0].status == "at-risk";
            let tiles = studio.wait_tiles(&format!("{how}: at risk"), LONG, newest).await;
            assert!(tiles[0].text.contains("storage is full"), "{how}: {}", tiles[0].text);
            studio.wait_message("alert", &["1 picture is not safely kept"], USUAL).await;
            assert!(studio.text().await.contains("Keep this page open"), "{how}");
            assert!(studio.struck("struck").await > before, "{how}: it struck");
            assert_eq!(studio.kept().await.len(), number, "{how}: nothing of it is kept");
            let files = studio.browser.downloaded().len();
            studio.act(0, "Download").await;
            eventually("the file", USUAL, async || {
                check(studio.browser.downloaded().len() == files + 1, || "there is no file yet".to_owned())
            })
            .await;
            studio.fail("puts", json!({})).await;
            studio.wait_stored(number + 1, LONG).await;
        }
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(2, 2).await;
        let fetched = studio.stage.api.arrivals().iter().filter(|arrival| arrival.is_picture()).count();
        assert_eq!(fetched, 2, "bytes in memory are not fetched again");
    });
}

/// The connection to the database is lost at each transaction of a picture's way: every write lands, and lands once.
#[test]
fn s07_a_lost_connection_at_each_step_is_healed() {
    Story::new(Way::Direct).tell(async |studio| {
        ready(studio).await;
        for nth in 1..=9_usize {
            let before = studio.struck("lost").await;
            let prompt = format!("a thread, {nth}");
            studio.compose(&Order::of(&prompt)).await;
            studio.wait_on_disk(&prompt).await;
            studio.fail("lose", json!(nth)).await;
            studio.press_generate().await;
            studio.wait_stored(nth, USUAL).await;
            // Where the picture needed fewer transactions, the next ones meet it.
            let _: bool = studio.ask("window.faults.lose = 0; return true", vec![]).await;
            assert!(nth > 6 || studio.struck("lost").await == before + 1, "{nth}: it struck");
            studio.wait_ledger(nth, nth).await;
        }
        studio.wait_kept_as_drawn().await;
        studio.reload().await;
        studio.wait_stored(9, USUAL).await;
    });
}

/// Somebody deletes the database under the open page: what was never sent is not sent from memory, what was paid for
/// comes home.
#[test]
fn s14_a_database_that_is_deleted_under_the_page() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(500, 6_000)).tell(async |studio| {
        ready(studio).await;
        studio.generate(&Order::of("a flood").count(7)).await;
        studio
            .wait_tiles("five running, two queued", USUAL, |tiles| {
                let count = |status: &str| tiles.iter().filter(|tile| tile.status == status).count();
                (count("running"), count("queued")) == (5, 2)
            })
            .await;
        let deleted =
            "const done = arguments[arguments.length - 1]; const asked = indexedDB.deleteDatabase('flux-studio');
            asked.onsuccess = () => done('deleted'); asked.onerror = asked.onblocked = (event) => done(event.type)";
        let answer = studio.browser.web.execute_async(deleted, vec![]).await.unwrap();
        assert_eq!(answer.convert::<String>().unwrap(), "deleted", "it is really gone");
        studio
            .wait_tiles("the five that were paid for", LONG, |tiles| {
                tiles.iter().filter(|tile| tile.status == "stored").count() == 5
            })
            .await;
        studio.wait_message("alert", &["could not write"], SHORT).await;
        studio.wait_ledger(5, 5).await;
        studio.wait_kept_as_drawn().await;
    });
}

//! One picture large.

use e2e::find::Name;
use e2e::studio::text_of;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use serde_json::json;
use thirtyfour::Key;

use super::order::{rows, until_rows};

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
        large.picture().await;
        let (whole, ..) = large.seen((0.0, 0.0)).await;
        large.press("Zoom in").await;
        large.wait_width("closer", whole * 1.5).await;
        large.press("Zoom out").await;
        large.wait_width("the whole picture", whole).await;
        large.press("Close").await;
        studio.wait_gone("dialog", Name::Is("Image")).await;
        assert_eq!(studio.tiles().await.unwrap().len(), 3);
    });
}

/// Its own pixels are one to one, and the wheel keeps what is under the pointer there.
#[test]
fn own_pixels_and_the_wheel_at_a_point() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let large = studio.open_large(0).await;
        let (_, (pixels, _)) = large.picture().await;
        let (whole, ..) = large.seen((0.0, 0.0)).await;
        assert!(whole < f64::from(pixels), "the whole picture is smaller than its pixels: {whole}");
        assert_eq!(percent(studio).await, "Fit");
        large.press("Actual size").await;
        large.wait_width("its own pixels", f64::from(pixels)).await;
        assert_eq!(percent(studio).await, "100 %");
        large.press("Actual size").await;
        large.wait_width("the whole picture again", whole).await;

        // Whole pixels, as pointers have them.
        let (x, y) = large.middle().await;
        let at = ((x + 170.0).round(), (y - 120.0).round());
        let before = large.seen(at).await;
        for (turns, width) in [(-400.0, 1.0), (-200.0, 1.5)] {
            studio.wheel(at, turns).await;
            large.wait_width("closer", whole * f64::exp(width)).await;
            let now = large.seen(at).await;
            let off = (now.1 - before.1).abs().max((now.2 - before.2).abs()) * now.0;
            assert!(off < 1.0, "{off} pixels off: {before:?}, {now:?}");
        }
        studio.wheel(at, 2_000.0).await;
        large.wait_width("the whole picture after all", whole).await;
    });
}

/// What the button for its own pixels shows.
async fn percent(studio: &Studio) -> String {
    studio.wait_for("button", Name::Is("Actual size"), SHORT).await.text().await.unwrap()
}

#[test]
fn the_film_strip_leads_to_another_picture() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let large = studio.open_large(0).await;
        let (shown, _) = large.picture().await;
        assert_eq!(shown, "three");
        let strip = studio.wait_for("navigation", Name::Is("Film strip"), SHORT).await;
        let current = async || {
            let mut current = Vec::new();
            for link in studio.browser.find_all("link", Name::Any, Some(&strip)).await.unwrap() {
                current.push(link.attr("aria-current").await.unwrap().is_some());
            }
            current
        };
        assert_eq!(current().await, [true, false, false]);
        let link = studio.browser.find_only("link", Name::Is("one"), Some(&strip)).await.unwrap();
        link.click().await.unwrap();
        assert_eq!(large.wait_other(&shown).await.0, "one");
        assert_eq!(current().await, [false, false, true]);
        // It made no entry of the history: Back leads to the library.
        studio.browser.web.back().await.unwrap();
        studio.wait_gone("dialog", Name::Is("Image")).await;
    });
}

/// Writes down of which images the bytes are read, from now on.
const READS: &str = "window.reads = [];
const get = IDBObjectStore.prototype.get;
IDBObjectStore.prototype.get = function (key) {
  if (this.name === 'bytes') window.reads.push(key);
  return get.call(this, key);
};";

/// Whoever goes on waits for nothing: the pictures on both sides are read beforehand, the others are not.
#[test]
fn the_neighbours_are_read_before_they_are_asked_for() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        studio.generate(&Order::of("four")).await;
        studio.wait_stored(4, USUAL).await;
        let ids: Vec<String> = rows(studio).await.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
        studio.reload().await;
        studio.wait_stored(4, USUAL).await;
        let () = studio.ask(READS, vec![]).await;
        let until_read = async |what: &str, expected: &[usize]| {
            eventually(what, SHORT, async || {
                let reads: Vec<String> = studio.ask("return window.reads", vec![]).await;
                let mut reads: Vec<usize> =
                    reads.iter().map(|id| ids.iter().position(|known| known == id).unwrap()).collect();
                reads.sort_unstable();
                check(reads == expected, || format!("{reads:?} were read, newest first"))
            })
            .await;
        };
        let large = studio.open_large(1).await;
        large.picture().await;
        until_read("itself and its neighbours", &[0, 1, 2]).await;
        let (shown, _) = large.picture().await;
        large.press("Next").await;
        large.wait_other(&shown).await;
        until_read("only the one behind the next", &[0, 1, 2, 3]).await;
    });
}

/// What is rated leaves the search, not the eyes; the next one is the next of the search, and Ctrl+Z takes the stars back.
#[test]
fn what_is_rated_out_of_a_search_stays_in_view_and_its_stars_are_taken_back() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("-rated").await.unwrap();
        studio.wait_stored(3, SHORT).await;
        let large = studio.open_large(0).await;
        assert_eq!(large.picture().await.0, "three");
        let left = async |prompts: &[&str]| {
            studio
                .wait_tiles("what is not rated yet", SHORT, |tiles| tiles.iter().map(|tile| &tile.alts[0]).eq(prompts))
                .await
        };
        studio.type_keys("4").await;
        until_rows(studio, "four stars", |rows| rows[0]["rating"] == 4).await;
        left(&["two", "one"]).await;
        assert_eq!(large.picture().await.0, "three", "it stays in view");
        studio.key(Key::Right).await;
        assert_eq!(large.wait_other("three").await.0, "two");
        studio.type_keys("5").await;
        until_rows(studio, "five stars", |rows| rows[1]["rating"] == 5).await;
        left(&["one"]).await;
        studio.ctrl("z").await;
        until_rows(studio, "no stars again", |rows| rows[1]["rating"].is_null() && rows[0]["rating"] == 4).await;
        left(&["two", "one"]).await;
        assert_eq!(large.picture().await.0, "two");
        studio.key(Key::Right).await;
        assert_eq!(large.wait_other("two").await.0, "one");
        large.close().await;
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
        studio.wait_for("dialog", Name::Is("Image"), USUAL).await;
        assert_eq!(studio.large().await.picture().await.0, alt);
        studio.large().await.close().await;
        studio.wait_stored(3, USUAL).await;
    });
}

/// Many are gone through with one hand: stars, hearts and the trash by key, and on to the next.
#[test]
fn pictures_are_culled_by_key() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let order: Vec<String> = studio.tiles().await.unwrap().into_iter().map(|tile| tile.alts[0].clone()).collect();
        let large = studio.open_large(0).await;
        large.picture().await;
        studio.type_keys("4").await;
        until_rows(studio, "four stars", |rows| rows[0]["rating"] == 4).await;
        assert_eq!(large.picture().await.0, order[0], "it stays where nobody wants it to go on");
        large.press("Auto-advance").await;
        studio.type_keys("f5").await;
        assert_eq!(large.wait_other(&order[0]).await.0, order[1]);
        until_rows(studio, "a favourite with five", |rows| rows[0]["rating"] == 5 && rows[0]["favourite"] == true)
            .await;
        studio.type_keys("2").await;
        assert_eq!(large.wait_other(&order[1]).await.0, order[2]);
        studio.key(Key::Delete).await;
        assert_eq!(large.wait_other(&order[2]).await.0, order[1]);
        until_rows(studio, "one in the trash", |rows| !rows[2]["deleted"].is_null() && rows[1]["rating"] == 2).await;
        // Typed into a field, the same keys are text.
        let tag = studio.wait_for("textbox", Name::Is("Tag"), SHORT).await;
        tag.send_keys("f 35").await.unwrap();
        tag.send_keys(text_of(Key::Enter)).await.unwrap();
        until_rows(studio, "the tag", |rows| rows[1]["tags"] == json!(["f 35"]) && rows[1]["rating"] == 2).await;
        large.press("5 stars").await;
        until_rows(studio, "five stars", |rows| rows[1]["rating"] == 5).await;
    });
}

/// What the API said is kept word for word, and shown as text.
#[test]
fn the_answers_of_the_api_are_there_to_read() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let job = studio.tiles().await.unwrap()[0].job.clone();
        studio.open_large(0).await.picture().await;
        studio.ask::<serde_json::Value>("document.querySelector('.raw summary').click()", vec![]).await;
        eventually("the answers", SHORT, async || {
            let text = studio.text().await;
            let all = ["generate, HTTP 200", "fetch, HTTP 200", "imageUrl", job.as_str()];
            check(all.iter().all(|part| text.contains(part)), || text.clone())
        })
        .await;
    });
}

/// For each picture of the dialog how large it is, in thousands of pixels, and which part of the picture is in the middle of its half.
const HALVES: &str = r#"
return [...document.querySelectorAll("dialog .v-pic")].map((frame) => {
  const [f, p] = [frame, frame.querySelector("img")].map((element) => element.getBoundingClientRect());
  const middle = (from, length, start, size) => (from + length / 2 - start) / size;
  return [p.width / 1000, middle(f.left, f.width, p.left, p.width), middle(f.top, f.height, p.top, p.height)];
});"#;

/// What stands below each of the two.
const NAMES: &str = "return [...document.querySelectorAll('dialog .v-name')].map((name) => name.innerText)";

/// Two side by side: the same part of both is seen, whichever is moved, and the next one takes its place beside the first.
#[test]
fn two_are_compared_with_locked_zoom() {
    Story::new(Way::Bundled).tell(async |studio| {
        three(studio).await;
        let large = studio.open_large(0).await;
        large.picture().await;
        large.press("Compare").await;
        let halves = async |what: &str, are: &dyn Fn(&[[f64; 3]]) -> bool| {
            eventually(what, SHORT, async || {
                let halves: Vec<[f64; 3]> = studio.ask(HALVES, vec![]).await;
                check(halves.len() == 2 && are(&halves), || format!("{halves:?}")).map(|()| halves)
            })
            .await
        };
        let names = async || studio.ask::<Vec<String>>(NAMES, vec![]).await;
        let whole = halves("two pictures", &|_| true).await;
        studio.type_keys("++").await;
        let same = |halves: &[[f64; 3]]| (0..3).all(|i| (halves[0][i] - halves[1][i]).abs() < 0.02);
        halves("both closer", &|halves| same(halves) && halves[0][0] > whole[0][0] * 2.0).await;
        let half = studio.ask::<[f64; 2]>(
            "const f = document.querySelector('dialog .v-pic').getBoundingClientRect(); return [f.left + f.width / 2, f.top + f.height / 2].map(Math.round)",
            vec![],
        ).await;
        let chain = studio.browser.web.action_chain().move_to(half[0] as i64, half[1] as i64).click_and_hold();
        chain.move_to(half[0] as i64 + 60, half[1] as i64 + 40).release().perform().await.expect("a drag");
        let moved = halves("both moved", &|halves| same(halves) && halves[0][1] < 0.49).await;
        let before = names().await;
        studio.key(Key::Right).await;
        eventually("the third beside the first", SHORT, async || {
            let now = names().await;
            let other = now.len() == 2 && now[0] == before[0] && now[1] != before[1];
            check(other, || format!("{now:?} after {before:?}"))
        })
        .await;
        halves("the same part of it", &|halves| same(halves) && (halves[0][1] - moved[0][1]).abs() < 0.02).await;
        // Two that were chosen in the library.
        large.close().await;
        studio.wait_stored(3, SHORT).await;
        studio.act(0, "Select").await;
        studio.act(2, "Select").await;
        studio.press(Name::Is("Compare")).await;
        halves("the two that were chosen", &|_| true).await;
        let places = names().await;
        assert_eq!(places.iter().collect::<std::collections::BTreeSet<_>>().len(), 2, "{places:?}");
        studio.press(Name::Is("Compare")).await;
        eventually("one picture", SHORT, async || {
            let left: Vec<[f64; 3]> = studio.ask(HALVES, vec![]).await;
            check(left.len() == 1, || format!("{left:?}"))
        })
        .await;
    });
}

//! One picture large.

use e2e::find::Name;
use e2e::studio::text_of;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use serde_json::json;
use thirtyfour::Key;

use super::order::until_rows;

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
        studio.key(Key::Right).await;
        halves("the third beside the first", &|halves| same(halves) && (halves[0][1] - moved[0][1]).abs() < 0.02).await;
        // Two that were chosen in the library.
        large.close().await;
        studio.wait_stored(3, SHORT).await;
        studio.act(0, "Select").await;
        studio.act(2, "Select").await;
        studio.press(Name::Is("Compare")).await;
        halves("the two that were chosen", &|_| true).await;
        let places: Vec<String> =
            studio.ask("return [...document.querySelectorAll('dialog .v-name')].map((name) => name.innerText)", vec![]).await;
        assert_eq!(places.iter().collect::<std::collections::BTreeSet<_>>().len(), 2, "{places:?}");
        studio.press(Name::Is("Compare")).await;
        eventually("one picture", SHORT, async || {
            let left: Vec<[f64; 3]> = studio.ask(HALVES, vec![]).await;
            check(left.len() == 1, || format!("{left:?}"))
        })
        .await;
    });
}

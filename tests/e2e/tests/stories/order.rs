//! Order in the library: many images are chosen, said something of, thrown away and taken back.

use e2e::find::Name;
use e2e::studio::text_of;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, Tile, USUAL, Way, eventually};
use serde_json::Value;
use thirtyfour::Key;

/// The stored rows, newest first, as the database holds them.
pub async fn rows(studio: &Studio) -> Vec<Value> {
    let script = "const done = arguments[0]; const open = indexedDB.open('flux-studio');
        open.onsuccess = () => { const all = open.result.transaction('attempts').objectStore('attempts').getAll();
            all.onsuccess = () => { open.result.close(); done(all.result.map((row) => JSON.parse(row.json)).reverse()); } }";
    let answer = studio.browser.web.execute_async(script, vec![]).await.expect("the script runs");
    answer.convert().expect("rows")
}

pub async fn until_rows(studio: &Studio, what: &str, are: impl Fn(&[Value]) -> bool) {
    eventually(what, SHORT, async || {
        let rows = rows(studio).await;
        check(are(&rows), || format!("{rows:#?}"))
    })
    .await;
}

async fn picked(studio: &Studio) -> Vec<bool> {
    let script = "return [...document.querySelectorAll('[data-testid=image-tile]')].map((tile) => tile.hasAttribute('data-picked'))";
    studio.ask(script, vec![]).await
}

pub async fn with_pictures(studio: &Studio, count: u32) {
    studio.open().await;
    studio.connect().await;
    studio.generate(&Order::of("a shelf of books").count(count)).await;
    studio.wait_stored(count as usize, USUAL).await;
}

/// A click on a tile while a key is held.
pub async fn click_with(studio: &Studio, tile: usize, held: Key) {
    let element = studio.tile_element(tile).await.expect("a tile");
    let chain = studio.browser.web.action_chain().move_to_element_center(&element).key_down(held.clone()).click();
    chain.key_up(held).perform().await.expect("a click");
}

#[test]
fn many_are_chosen_with_keys_and_mouse_and_marked_together() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 5).await;
        click_with(studio, 1, Key::Control).await;
        click_with(studio, 3, Key::Shift).await;
        assert_eq!(picked(studio).await, [false, true, true, true, false]);
        studio.wait_for("toolbar", Name::Is("Selection"), SHORT).await;
        // With something chosen a plain press chooses too.
        studio.tile_element(2).await.unwrap().click().await.unwrap();
        assert_eq!(picked(studio).await, [false, true, false, true, false]);

        let bar = studio.wait_for("toolbar", Name::Is("Selection"), SHORT).await;
        studio.browser.find("button", Name::Is("Favourite"), Some(&bar)).await.unwrap().click().await.unwrap();
        until_rows(studio, "two favourites", |rows| {
            rows.iter().map(|row| row["favourite"] == true).eq([false, true, false, true, false])
        })
        .await;
        studio.browser.find("button", Name::Is("Tags"), Some(&bar)).await.unwrap().click().await.unwrap();
        let field = studio.wait_for("textbox", Name::Is("Tag"), SHORT).await;
        field.send_keys("old  shelf").await.unwrap();
        field.send_keys(text_of(Key::Enter)).await.unwrap();
        until_rows(studio, "two tags", |rows| {
            rows.iter().filter(|row| row["tags"] == serde_json::json!(["old shelf"])).count() == 2
        })
        .await;
        studio.key(Key::Escape).await;
        studio.key(Key::Escape).await;
        eventually("nothing chosen", SHORT, async || {
            let picked = picked(studio).await;
            check(!picked.contains(&true), || format!("{picked:?}"))
        })
        .await;
        // What was said last is taken back first.
        studio.ctrl("z").await;
        until_rows(studio, "no tags", |rows| rows.iter().all(|row| row["tags"].is_null())).await;
        studio.wait_safe_to_leave().await;
        studio.reload().await;
        studio.wait_stored(5, USUAL).await;
        studio.wait_ledger(5, 5).await;
    });
}

#[test]
fn keys_alone_choose_and_rate() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        studio.ask::<Value>("document.querySelector('[data-testid=image-tile] a').focus()", vec![]).await;
        studio.type_keys("4").await;
        until_rows(studio, "four stars", |rows| rows.first().is_some_and(|row| row["rating"] == 4)).await;
        studio.type_keys(" ").await;
        studio.key(Key::Right).await;
        studio.type_keys(" ").await;
        assert_eq!(picked(studio).await, [true, true, false]);
        studio.type_keys("2").await;
        until_rows(studio, "two stars", |rows| rows.iter().filter(|row| row["rating"] == 2).count() == 2).await;
        studio.ctrl("a").await;
        assert_eq!(picked(studio).await, [true; 3]);
        studio.key(Key::Delete).await;
        studio.wait_tiles("no tiles", SHORT, <[_]>::is_empty).await;
        studio.ctrl("z").await;
        studio.wait_stored(3, SHORT).await;
    });
}

#[test]
fn a_rectangle_chooses_what_it_touches() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        // From the date mark, where no tile is, to the middle of the second tile.
        let corners: Vec<f64> = studio
            .ask(
                "const mark = document.querySelector('.date-mark').getBoundingClientRect();
                 const tile = document.querySelectorAll('[data-testid=image-tile]')[1].getBoundingClientRect();
                 return [mark.left + 2, mark.top + 4, tile.left + tile.width / 2, tile.top + tile.height / 2].map(Math.round)",
                vec![],
            )
            .await;
        let [x, y, to_x, to_y] = corners[..] else { panic!("{corners:?}") };
        let chain = studio.browser.web.action_chain().move_to(x as i64, y as i64).click_and_hold();
        chain.move_to(to_x as i64, to_y as i64).release().perform().await.expect("a drag");
        assert_eq!(picked(studio).await, [true, true, false]);
        // A press beside everything lets go.
        studio.browser.web.action_chain().move_to(x as i64, y as i64).click().perform().await.expect("a click");
        assert_eq!(picked(studio).await, [false; 3]);
    });
}

#[test]
fn the_trash_gives_back_and_is_emptied() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 3).await;
        let bytes = studio.kept().await.len();
        studio.act(0, "Delete").await;
        studio.wait_stored(2, SHORT).await;
        studio.act(0, "Delete").await;
        studio.wait_stored(1, SHORT).await;
        assert_eq!(studio.kept().await.len(), bytes, "the trash keeps the bytes");
        studio.press(Name::Begins("Trash")).await;
        studio.wait_stored(2, SHORT).await;
        studio.act(0, "Restore").await;
        studio.wait_stored(1, SHORT).await;
        studio.press(Name::Is("Empty the trash")).await;
        eventually("the bytes to go", SHORT, async || {
            let kept = studio.kept().await.len();
            check(kept == bytes - 1, || format!("{kept} pictures are kept"))
        })
        .await;
        studio.press(Name::Begins("All")).await;
        studio.wait_stored(2, SHORT).await;
        studio.wait_safe_to_leave().await;
        studio.reload().await;
        studio.wait_stored(2, USUAL).await;
        let rows = rows(studio).await;
        assert_eq!(rows.len(), 3, "what was spent is still known");
        assert_eq!(rows.iter().filter(|row| row["purged"] == true).count(), 1);
    });
}

#[test]
fn the_search_box_finds_as_one_types() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        for (prompt, mode) in [("a red fox", "flux1-dev"), ("a red hare", "flux1-dev"), ("an old fox", "flux1-schnell")]
        {
            studio.generate(&Order::of(prompt).mode(mode)).await;
        }
        studio.wait_stored(3, USUAL).await;
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        let found = async |count: usize, of: &str| {
            let what = format!("{count} for {of:?}");
            studio.wait_tiles(&what, SHORT, |tiles| tiles.len() == count).await
        };
        search.send_keys("fo").await.unwrap();
        found(2, "fo").await;
        search.send_keys(" -old").await.unwrap();
        assert_eq!(found(1, "fo -old").await[0].alts, ["a red fox"]);
        search.clear().await.unwrap();
        search.send_keys("mode:schnell").await.unwrap();
        assert_eq!(found(1, "mode:schnell").await[0].alts, ["an old fox"]);
        // A filter is a chip that takes itself out.
        studio.press(Name::Is("Remove mode:schnell")).await;
        found(3, "").await;
        search.send_keys("nothing like this").await.unwrap();
        found(0, "nothing").await;
        studio.wait_message("status", &["No picture matches"], SHORT).await;
        search.clear().await.unwrap();
        search.send_keys("red").await.unwrap();
        found(2, "red").await;
        // What arrives meanwhile shows itself where it matches.
        studio.generate(&Order::of("a red boat").mode("flux1-dev")).await;
        found(3, "red").await;
        studio.wait_ledger(4, 4).await;
    });
}

/// What a search takes off the screen, the next one puts to use again: then everything about it is the other picture's.
#[test]
fn a_tile_that_is_used_again_is_the_other_picture_in_every_way() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a fox").size("1024x1024")).await;
        studio.generate(&Order::of("a hare").size("1792x1024")).await;
        let jobs: Vec<String> = studio.wait_stored(2, USUAL).await.into_iter().map(|tile| tile.job).collect();
        let search = async |text: &str| {
            let script = "const box = document.querySelector('input[type=search]'); box.value = arguments[0];
                box.dispatchEvent(new Event('input', { bubbles: true }))";
            let () = studio.ask(script, vec![text.into()]).await;
            let is = |tile: &Tile| tile.alts == [format!("a {text}")] && tile.drawn;
            studio.wait_tiles(text, SHORT, |tiles| tiles.len() == 1 && tiles.iter().all(is)).await
        };
        search("fox").await;
        let () = studio.ask("document.querySelector('[data-testid=image-tile]').mine = true", vec![]).await;
        assert_eq!(search("hare").await[0].job, jobs[0]);
        let seen: (bool, u32, u32) = studio
            .ask(
                "const tile = document.querySelector('[data-testid=image-tile]'); const image = tile.querySelector('img');
                 return [tile.mine === true, image.naturalWidth, image.naturalHeight]",
                vec![],
            )
            .await;
        assert_eq!(seen, (true, 1792, 1024), "the same element, the other picture");
        let large = studio.open_large(0).await;
        assert_eq!(large.picture().await, ("a hare".to_owned(), (1792, 1024)));
        large.close().await;
        studio.act(0, "Delete").await;
        until_rows(studio, "the hare is in the trash", |rows| {
            !rows[0]["deleted"].is_null() && rows[1]["deleted"].is_null()
        })
        .await;
    });
}

#[test]
fn the_search_box_completes_keys_and_values() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        for (prompt, mode) in [("a heron", "flux1-dev"), ("a wren", "flux1-schnell")] {
            studio.generate(&Order::of(prompt).mode(mode)).await;
        }
        studio.wait_stored(2, USUAL).await;
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("mo").await.unwrap();
        studio.wait_for("option", Name::Is("mode:"), SHORT).await;
        // The key is taken over, and its values are offered at once.
        search.send_keys(text_of(Key::Down) + Key::Enter).await.unwrap();
        studio.wait_for("option", Name::Is("mode:flux1-dev"), SHORT).await;
        search.send_keys("sch").await.unwrap();
        studio.wait_gone("option", Name::Is("mode:flux1-dev")).await;
        search.send_keys(text_of(Key::Down) + Key::Tab).await.unwrap();
        let tiles = studio.wait_tiles("one wren", SHORT, |tiles| tiles.len() == 1).await;
        assert_eq!(tiles[0].alts, ["a wren"]);
        let text: String = studio.ask("return document.activeElement.value", vec![]).await;
        assert_eq!(text, "mode:flux1-schnell ");
        // Escape closes what is offered before it empties the box.
        search.send_keys("siz").await.unwrap();
        studio.wait_for("option", Name::Is("size:"), SHORT).await;
        search.send_keys(text_of(Key::Escape)).await.unwrap();
        studio.wait_gone("option", Name::Is("size:")).await;
        assert_eq!(search.prop("value").await.unwrap().unwrap(), "mode:flux1-schnell siz");
    });
}

#[test]
fn searches_are_kept_under_names_and_batches_stand_together() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a lynx").count(3)).await;
        studio.generate(&Order::of("a badger").count(1)).await;
        studio.wait_stored(4, USUAL).await;
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("badg").await.unwrap();
        studio.wait_tiles("one badger", SHORT, |tiles| tiles.len() == 1).await;
        let fold = async || studio.ask::<Value>("document.querySelector('.menu summary').click()", vec![]).await;
        fold().await;
        let name = studio.wait_for("textbox", Name::Is("Name of this search"), SHORT).await;
        name.send_keys("forest").await.unwrap();
        studio.press(Name::Is("Keep this search")).await;
        search.clear().await.unwrap();
        studio.wait_stored(4, SHORT).await;
        studio.wait_on_disk("forest").await;
        studio.reload().await;
        studio.wait_stored(4, USUAL).await;
        fold().await;
        studio.press(Name::Is("forest")).await;
        studio.wait_tiles("one badger again", SHORT, |tiles| tiles.len() == 1).await;
        fold().await;
        studio.press(Name::Is("Remove forest")).await;
        studio.wait_gone("button", Name::Is("forest")).await;
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.clear().await.unwrap();
        studio.wait_stored(4, SHORT).await;

        studio.press(Name::Is("Batches together")).await;
        let tiles = studio.wait_tiles("two tiles", SHORT, |tiles| tiles.len() == 2).await;
        assert!(tiles.iter().all(|tile| tile.elements <= 6), "{tiles:#?}");
        studio.press(Name::Is("Show the 3 of this batch")).await;
        let tiles = studio.wait_tiles("the three", SHORT, |tiles| tiles.len() == 3).await;
        assert!(tiles.iter().all(|tile| tile.alts == ["a lynx"]));
        studio.wait_ledger(4, 4).await;
    });
}

/// The box of stars is a way to say something, not a state: what was taken back can be said again.
#[test]
fn the_same_stars_are_given_again_after_they_were_taken_back() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        click_with(studio, 0, Key::Control).await;
        click_with(studio, 1, Key::Control).await;
        studio.pick(Name::Is("Rating"), "4 stars").await;
        until_rows(studio, "four stars", |rows| rows.iter().all(|row| row["rating"] == 4)).await;
        studio.ctrl("z").await;
        until_rows(studio, "no stars", |rows| rows.iter().all(|row| row["rating"].is_null())).await;
        studio.pick(Name::Is("Rating"), "4 stars").await;
        until_rows(studio, "four stars again", |rows| rows.iter().all(|row| row["rating"] == 4)).await;
    });
}

/// Without a mouse: choosing all does not throw the focus out of the toolbar.
#[test]
fn the_focus_stays_in_the_toolbar_when_all_are_chosen() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        click_with(studio, 0, Key::Control).await;
        let all = studio.wait_for("button", Name::Is("Select all"), SHORT).await;
        all.send_keys(text_of(Key::Enter)).await.unwrap();
        studio.wait_message("status", &["2 selected"], SHORT).await;
        let focused: String = studio.ask("return document.activeElement.innerText", vec![]).await;
        assert_eq!(focused, "Select all");
    });
}

/// What is said of the chosen lies beside the toolbar, so that more can be said of them.
#[test]
fn news_do_not_lie_over_the_toolbar() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 2).await;
        click_with(studio, 0, Key::Control).await;
        click_with(studio, 1, Key::Control).await;
        studio.press_for_chosen("Favourite").await;
        studio.wait_message("status", &["2 images"], SHORT).await;
        studio.press_for_chosen("Clear selection").await;
        studio.wait_gone("toolbar", Name::Is("Selection")).await;
    });
}

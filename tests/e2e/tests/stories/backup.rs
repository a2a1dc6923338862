//! The whole library out into a file and in from one, in browsers that know nothing of each other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use e2e::api::hex;
use e2e::find::Name;
use e2e::seed::Pictures;
use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_bytes::library::{MANIFEST, parse};
use flux_studio_bytes::zip::{Archive, Limits, Writer};
use flux_studio_core::limits;
use flux_studio_simulator::config::Timing;
use serde_json::json;
use sha2::{Digest, Sha256};
use thirtyfour::By;

const LIMITS: Limits = Limits { entries: 10_000, entry: 64 << 20, exception: (MANIFEST, 64 << 20) };

/// Exports the library; the settings stay open.
async fn export(studio: &Studio) -> PathBuf {
    let before = studio.browser.downloaded().len();
    let _ = studio.settings().await;
    studio.press(Name::Is("Export library")).await;
    studio.wait_message("status", &["Exported"], USUAL).await;
    eventually("the file", USUAL, async || {
        let files = studio.browser.downloaded();
        check(files.len() > before, || "there is no file yet".to_owned()).map(|()| files.last().cloned().unwrap())
    })
    .await
}

/// Gives a file to the studio, in whose settings it is.
async fn pick(studio: &Studio, file: &Path) {
    let input = studio.browser.web.find(By::Css("input[type=file]")).await.expect("a field for files");
    input.send_keys(file.display().to_string()).await.expect("the file is picked");
    studio.wait_for("dialog", Name::Is("Import library"), SHORT).await;
}

/// The pictures in a library file, by the digest of their bytes; and its prompts.
fn pictures(file: &Path) -> (BTreeSet<String>, Vec<String>) {
    let bytes = std::fs::read(file).unwrap();
    let archive = Archive::open(&*bytes, LIMITS).unwrap();
    let read = |name: &str| archive.read(&*bytes, archive.entry(name).unwrap()).unwrap();
    let manifest = parse(&read(MANIFEST)).unwrap();
    assert!(manifest.wrong.is_empty());
    let sums = manifest.items.iter().map(|item| {
        let sum = hex(&Sha256::digest(read(&item.file)));
        assert_eq!((sum.as_str(), item.file.as_str()), (item.sha256.as_str(), format!("images/{sum}.png").as_str()));
        sum
    });
    (sums.collect(), manifest.items.iter().map(|item| item.prompt.clone()).collect())
}

#[test]
fn everything_goes_out_and_comes_in_byte_by_byte() {
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a heron, \"still\" <b>").count(3)).await;
        let before = studio.wait_stored(3, USUAL).await;
        studio.act(1, "Favourite").await;
        let file = export(studio).await;
        let (sums, prompts) = pictures(&file);
        assert_eq!(sums, studio.stage.api.pictures().await);
        assert_eq!(prompts, ["a heron, \"still\" <b>"; 3]);

        // In the library that it came from there is nothing to do.
        pick(studio, &file).await;
        studio.wait_for("button", Name::Is("Close"), USUAL).await;
        eventually("the sentence", USUAL, async || {
            let text = studio.text().await;
            check(text.contains("nothing new") && text.contains("3 images are here already"), || text.clone())
        })
        .await;
        assert!(!studio.shows("button", Name::Begins("Import 3")).await);

        // In another browser everything comes back, and costs nothing.
        let elsewhere = copied(&file);
        studio.browser.followed_by_an_empty_one().await;
        studio.open().await;
        let _ = studio.settings().await;
        pick(studio, elsewhere.as_path()).await;
        studio.wait_for("button", Name::Is("Import 3 images"), USUAL).await;
        studio.press(Name::Is("Import 3 images")).await;
        studio.wait_message("status", &["Imported 3 images"], USUAL).await;
        studio.press(Name::Is("Close")).await;
        studio.key(thirtyfour::Key::Escape).await;
        let after = studio.wait_stored(3, USUAL).await;
        let jobs = |tiles: &[e2e::Tile]| tiles.iter().map(|tile| tile.job.clone()).collect::<Vec<_>>();
        assert_eq!(jobs(&after), jobs(&before), "in the same order");
        let again = export(studio).await;
        assert_eq!(pictures(&again), (sums, prompts));
        studio.wait_ledger(3, 3).await;
        std::fs::remove_file(elsewhere).unwrap();
    });
}

/// A copy that outlives the browser.
fn copied(file: &Path) -> PathBuf {
    let copy = std::env::temp_dir().join(format!("flux-backup-{}.zip", std::process::id()));
    std::fs::copy(file, &copy).unwrap();
    copy
}

/// A zip of these files.
fn zip(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let (mut zip, mut out) = (Writer::default(), Vec::new());
    for (name, data) in files {
        out.extend(zip.entry(name, crc32(data), data.len() as u32, 0));
        out.extend_from_slice(data);
    }
    out.extend(zip.finish());
    let path = std::env::temp_dir().join(format!("flux-{name}-{}.zip", std::process::id()));
    std::fs::write(&path, out).unwrap();
    path
}

fn crc32(data: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    !data.iter().fold(u32::MAX, step)
}

#[test]
fn h06_h07_h08_h09_what_is_wrong_is_refused_or_listed_and_nothing_is_overwritten() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        let _ = studio.settings().await;
        let refused = async |name: &str, files: &[(&str, &[u8])], words: &str| {
            let file = zip(name, files);
            pick(studio, &file).await;
            studio.wait_message("alert", &["Nothing was imported", words], USUAL).await;
            studio.press(Name::Is("Close")).await;
            studio.wait_gone("dialog", Name::Is("Import library")).await;
            std::fs::remove_file(file).unwrap();
        };
        refused("up", &[("../../manifest.json", b"x")], "not allowed").await;
        refused("none", &[("a.txt", b"x")], "no manifest.json").await;
        let newer = br#"{"format":"flux-studio-library","version":9,"images":[]}"#;
        refused("newer", &[("manifest.json", newer)], "version 9").await;

        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
        let sum = hex(&Sha256::digest(gif));
        let other = hex(&Sha256::digest(b"<script>alert(1)</script>"));
        let item = |file: &str, sum: &str, prompt: &str| {
            format!(r#"{{"id":"x","prompt":{prompt},"mode":"flux1-dev","created":"2025-03-01T10:00:00Z","file":"{file}","sha256":"{sum}"}}"#)
        };
        let images = [
            item("a.gif", &sum, r#""<img src=x onerror=alert(1)> \u202egpj.exe""#),
            item("b.png", &other, "\"no picture\""),
            item("gone.png", &"0".repeat(64), "\"gone\""),
        ];
        let manifest = format!(
            r#"{{"settings":{{"apiKey":"sk-stranger","proxy":"https://evil.example"}},"format":"flux-studio-library","version":1,"images":[{}]}}"#,
            images.join(",")
        );
        let file = zip("mixed", &[("manifest.json", manifest.as_bytes()), ("a.gif", gif), ("b.png", b"<script>alert(1)</script>")]);
        pick(studio, &file).await;
        eventually("what would come in", USUAL, async || {
            let text = studio.text().await;
            check(text.contains("settings, which are not taken over") && text.contains("1 entry cannot"), || text.clone())
        })
        .await;
        studio.press(Name::Is("Import 2 images")).await;
        studio.wait_message("status", &["Imported 1 image"], USUAL).await;
        studio.press(Name::Is("2 entries cannot be imported")).await;
        eventually("the reasons", SHORT, async || {
            let text = studio.text().await;
            check(text.contains("b.png: it is no picture") && text.contains("gone.png: the file is missing"), || text.clone())
        })
        .await;
        studio.press(Name::Is("Close")).await;
        studio.wait_gone("dialog", Name::Is("Import library")).await;
        let key: String = studio.ask("return document.querySelector('#api-key, input[type=password]')?.value ?? ''", vec![]).await;
        assert_eq!(key, "");
        studio.key(thirtyfour::Key::Escape).await;
        let tiles = studio.wait_stored(1, USUAL).await;
        assert!(tiles[0].alts[0].starts_with("<img src=x"), "{tiles:?}");
        std::fs::remove_file(file).unwrap();
    });
}

/// A picture of one pixel in this colour.
fn pixel(colour: u32) -> Vec<u8> {
    let [_, red, green, blue] = colour.to_be_bytes();
    let mut gif = b"GIF89a\x01\0\x01\0\x80\0\0".to_vec();
    gif.extend([red, green, blue]);
    gif.extend(b"\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;");
    gif
}

/// A library of so many pictures, by a program that gives them no names of its own.
fn many(name: &str, count: u32) -> PathBuf {
    let pictures: Vec<(String, Vec<u8>)> = (0..count).map(|n| (format!("{n}.gif"), pixel(n))).collect();
    let items: Vec<String> = pictures
        .iter()
        .map(|(file, data)| {
            let sum = hex(&Sha256::digest(data));
            format!(r#"{{"id":"x","prompt":"{file}","mode":"flux1-dev","created":"2025-03-01T10:00:00Z","file":"{file}","sha256":"{sum}"}}"#)
        })
        .collect();
    let manifest = format!(r#"{{"format":"flux-studio-library","version":1,"images":[{}]}}"#, items.join(","));
    let mut files: Vec<(&str, &[u8])> = vec![("manifest.json", manifest.as_bytes())];
    files.extend(pictures.iter().map(|(file, data)| (file.as_str(), data.as_slice())));
    zip(name, &files)
}

/// The rows on disk as they are written there.
async fn rows(studio: &Studio) -> Vec<String> {
    const READ: &str = "const done = arguments[arguments.length - 1]; const open = indexedDB.open('flux-studio');
        open.onsuccess = () => {
          const all = open.result.transaction('attempts').objectStore('attempts').getAll();
          all.onsuccess = () => { open.result.close(); done(all.result.map(({ json }) => json)); };
        }";
    let answer = studio.browser.web.execute_async(READ, vec![]).await.unwrap();
    answer.convert().unwrap()
}

/// The prompts of the imported rows: each picture of [`many`] has its own.
fn imported(rows: &[String]) -> Vec<String> {
    let parsed = rows.iter().map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap());
    let mut prompts: Vec<String> =
        parsed.filter(|row| row["imported"] == true).map(|row| row["order"]["prompt"].to_string()).collect();
    prompts.sort();
    prompts
}

#[test]
fn h10_an_import_that_is_cut_off_goes_on_where_it_was_and_twice_is_once() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.can_fail().await;
        studio.open().await;
        // So that it is cut off whatever the disk is: eight seconds for all of them. The page after this one is quick.
        studio.fail("slow", json!(20)).await;
        let file = many("cut", 400);
        let _ = studio.settings().await;
        pick(studio, &file).await;
        studio.wait_for("button", Name::Is("Import 400 images"), USUAL).await;
        studio.press(Name::Is("Import 400 images")).await;
        let half = eventually("a part of it", USUAL, async || {
            let there = imported(&rows(studio).await).len();
            check(there >= 20, || format!("{there} images"))
        });
        half.await;
        // The settings are open, before and after.
        studio.reload_here().await;
        studio.wait_for("field", Name::Is("API key"), USUAL).await;
        let first = imported(&rows(studio).await).len();
        assert!((20..400).contains(&first), "it was really cut off: {first}");
        pick(studio, &file).await;
        let rest = format!("Import {} images", 400 - first);
        studio.wait_for("button", Name::Is(&rest), USUAL).await;
        studio.press(Name::Is(&rest)).await;
        studio.wait_message("status", &[&format!("Imported {} images", 400 - first)], LONG).await;
        studio.press(Name::Is("Close")).await;
        // And once more: nothing is left to do.
        pick(studio, &file).await;
        eventually("the sentence", USUAL, async || {
            let text = studio.text().await;
            check(text.contains("nothing new") && text.contains("400 images are here already"), || text.clone())
        })
        .await;
        let mut prompts = imported(&rows(studio).await);
        assert_eq!(prompts.len(), 400);
        prompts.dedup();
        assert_eq!(prompts.len(), 400, "no picture came twice");
        studio.press(Name::Is("Close")).await;
        std::fs::remove_file(file).unwrap();
    });
}

#[test]
fn h11_an_import_in_two_tabs_while_jobs_run_changes_nothing_else() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(200, 5_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("long before").count(2)).await;
        studio.wait_stored(2, LONG).await;
        let before = rows(studio).await;
        let file = many("tabs", 250);
        let first = studio.tab().await;
        let second = studio.another_tab().await;
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            let _ = studio.settings().await;
            pick(studio, &file).await;
            studio.wait_for("button", Name::Is("Import 250 images"), USUAL).await;
        }
        // Behind the dialog of the first tab a job is ordered by a third one, and runs meanwhile.
        let third = studio.another_tab().await;
        studio.generate(&Order::of("meanwhile").count(2)).await;
        studio.wait_ledger(4, 4).await;
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            studio.press(Name::Is("Import 250 images")).await;
        }
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            eventually("its end", LONG, async || {
                let text = studio.text().await;
                let ended = text.contains("Imported ") || text.contains("another tab is importing");
                check(ended, || text.clone())
            })
            .await;
        }
        studio.go_to(&third).await;
        eventually("the pictures of the jobs", LONG, async || {
            let now = rows(studio).await;
            let stored = now.iter().filter(|row| row.contains("\"meanwhile\"") && row.contains("\"stored\"")).count();
            check(stored == 2, || format!("{stored} are stored"))
        })
        .await;
        let after = rows(studio).await;
        assert!(before.iter().all(|row| after.contains(row)), "rows of others are what they were, byte for byte");
        let mut prompts = imported(&after);
        assert_eq!((prompts.len(), after.len()), (250, 254));
        prompts.dedup();
        assert_eq!(prompts.len(), 250, "no picture came twice");
        studio.wait_ledger(4, 4).await;
        std::fs::remove_file(file).unwrap();
    });
}

/// Counts how often the browser is asked to keep what is stored.
const ASKED: &str = "window.asked = 0;
const persist = StorageManager.prototype.persist;
StorageManager.prototype.persist = function () {
  window.asked += 1;
  return persist.call(this);
};";

/// At the first press with pictures that could be lost, and once: some browsers ask the person.
#[test]
fn the_browser_is_asked_to_keep_what_there_is() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        let () = studio.ask(ASKED, vec![]).await;
        let asked = async || studio.ask::<u32>("return window.asked", vec![]).await;
        for (press, expected) in [0, 1, 1].into_iter().enumerate() {
            studio.generate(&Order::of(&format!("a safe, {press}"))).await;
            studio.wait_stored(press + 1, USUAL).await;
            assert_eq!(asked().await, expected, "after press {press}");
        }
    });
}

/// What the browser says of its room, in bytes: what is used, and what may be.
const ROOM: &str = "const done = arguments[0];
navigator.storage.estimate().then(({ usage, quota }) => done([usage, quota]))";

#[test]
fn a_library_that_is_nowhere_else_is_spoken_of_and_its_room_is_told() {
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        let images = limits::BACKUP_DUE_IMAGES;
        // One less is no reason. Had it been one, nothing would be said again for a week.
        studio.with_library(Pictures::SMALL, images - 1).await;
        studio.wait_listed(images - 1).await;
        studio.with_library(Pictures::SMALL, images).await;
        let due = format!("{images} images are in this browser and nowhere else");
        studio.wait_message("status", &[&due, "Export the library"], USUAL).await;

        let _ = studio.settings().await;
        // The browser tidies up behind a new library, so that what is used may still change: then once more.
        eventually("its room", USUAL, async || {
            let meter = studio.browser.find("meter", Name::Is("Storage"), None).await?;
            let full: f64 = meter.prop("value").await.unwrap().unwrap().parse().unwrap();
            let answer = studio.browser.web.execute_async(ROOM, vec![]).await.unwrap();
            let (used, quota): (f64, f64) = answer.convert().unwrap();
            let text = studio.text().await;
            let room = text.split_once("in use. Room for about ").and_then(|(_, rest)| rest.split_once(" more images"));
            let room: f64 = room.ok_or_else(|| text.clone())?.0.replace(',', "").parse().unwrap();
            let expected = (quota - used) / (used / images as f64);
            let right = (full / 1_000.0 - used / quota).abs() < 0.01 && (room / expected - 1.0).abs() < 0.2;
            check(right, || format!("{full} of 1000 for {used} of {quota}, room for {room} instead of {expected}"))
        })
        .await;
    });
}

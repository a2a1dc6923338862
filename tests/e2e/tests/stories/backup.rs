//! The whole library out into a file and in from one, in browsers that know nothing of each other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use e2e::api::hex;
use e2e::find::Name;
use e2e::wait::check;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_bytes::library::{MANIFEST, parse};
use flux_studio_bytes::zip::{Archive, Limits, Writer};
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

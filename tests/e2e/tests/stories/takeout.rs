//! Pictures as files: with their settings inside, or with nothing; many in a zip; and files with settings brought back.

use std::path::{Path, PathBuf};
use std::process::Command;

use e2e::find::Name;
use e2e::kept::Kept;
use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_bytes::inside;
use flux_studio_bytes::zip::{Archive, Limits};
use flux_studio_simulator::config::ImageChoice;
use flux_studio_simulator::http::{Fault, Target};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use thirtyfour::{By, Key};

const PROMPT: &str = "a lighthouse, \"still\" 夜";
/// What text of a stranger would like to be.
const HOSTILE: &str = "<img src=x onerror=\"document.title='taken'\"><script>alert(1)</script> \u{202e}gpj.exe";

/// Waits until as many files were downloaded, and gives them.
async fn files(studio: &Studio, count: usize) -> Vec<PathBuf> {
    eventually(&format!("{count} files"), USUAL, async || {
        let files = studio.browser.downloaded();
        check(files.len() == count, || format!("there are {files:?}")).map(|()| files)
    })
    .await
}

/// What exiftool, which knows nothing of this studio, finds in a file.
fn exiftool(file: &Path, tags: &[&str]) -> String {
    let out = Command::new("exiftool")
        .args(["-b", "-charset", "utf8"])
        .args(tags)
        .arg(file)
        .output()
        .expect("exiftool reads these files back: sudo apt-get install -y libimage-exiftool-perl");
    String::from_utf8(out.stdout).unwrap()
}

/// The digest of a file without what is inside: that of the picture as it came, where it came with nothing.
fn bare(file: &[u8]) -> String {
    e2e::api::hex(&Sha256::digest(inside::strip(file.to_vec()).unwrap()))
}

/// The digests of what is kept, with nothing inside.
fn sums(kept: &[Kept]) -> Vec<String> {
    kept.iter().map(|kept| kept.found.clone()).collect()
}

async fn with_pictures(studio: &Studio, count: u32) {
    studio.open().await;
    studio.connect().await;
    studio.generate(&Order::of(PROMPT).mode("flux1-schnell").size("1792x1024").count(count)).await;
    studio.wait_stored(count as usize, USUAL).await;
}

/// The file field of the dialog that asks for one.
async fn give(studio: &Studio, file: &Path) {
    let _ = studio.settings().await;
    studio.press(Name::Is("Read settings of a file")).await;
    studio.wait_for("dialog", Name::Is("Settings of a file"), USUAL).await;
    let input = studio.browser.web.find(By::Css("input[aria-label='Picture file']")).await.expect("a field for files");
    input.send_keys(file.display().to_string()).await.expect("the file is picked");
}

async fn dialog_says(studio: &Studio, words: &[&str]) {
    eventually(&format!("{words:?} in the dialog"), USUAL, async || {
        let dialog = studio.browser.find("dialog", Name::Is("Settings of a file"), None).await?;
        let text = dialog.text().await.map_err(|error| error.to_string())?;
        check(words.iter().all(|word| text.contains(word)), || text.clone())
    })
    .await;
}

#[test]
fn each_format_is_downloaded_with_its_settings_inside_and_the_same_pixels() {
    Story::new(Way::Bundled).with(|config| config.image = ImageChoice::InTurn).tell(async |studio| {
        with_pictures(studio, 3).await;
        let kept = studio.wait_kept_as_drawn().await;
        for tile in 0..3 {
            studio.act(tile, "Download").await;
            files(studio, tile + 1).await;
        }
        let files = files(studio, 3).await;
        let mut endings: Vec<_> = files.iter().map(|file| file.extension().unwrap().to_str().unwrap()).collect();
        endings.sort_unstable();
        assert_eq!(endings, ["jpg", "png", "webp"]);
        for file in &files {
            let text = exiftool(file, &["-PNG:Parameters", "-ExifIFD:UserComment"]);
            let settings = format!("{PROMPT}\nSize: 1792x1024, Model: flux1-schnell, Job id: ");
            assert!(text.starts_with(&settings), "{text}");
            assert!(text.contains(", Version: Flux Studio"), "{text}");
            let name = file.file_name().unwrap().to_str().unwrap();
            let (date, rest) = name.split_at(18);
            assert!(date.starts_with("20") && rest.starts_with("a-lighthouse-still-夜"), "{name}");
            assert!(sums(&kept).contains(&bare(&std::fs::read(file).unwrap())), "{name}: the same picture");
        }
    });
}

#[test]
fn without_settings_a_file_is_what_came_and_its_name_is_as_wished() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 1).await;
        let _ = studio.settings().await;
        let field = studio.wait_for("textbox", Name::Is("File names"), USUAL).await;
        field.click().await.unwrap();
        studio.ctrl("a").await;
        field.send_keys("{mode}-{size}/{prompt}{nothing}").await.unwrap();
        eventually("an example", SHORT, async || {
            let text = studio.text().await;
            let shown = text.contains("Example: flux1-dev-1024x1024-a-lighthouse-at-dusk{nothing}.png");
            check(shown && text.contains("stays as it is: {nothing}"), || text.clone())
        })
        .await;
        studio.wait_for("switch", Name::Is("Settings inside the file"), SHORT).await.click().await.unwrap();
        studio.wait_on_disk("\"settings_inside\":false").await;
        studio.key(Key::Escape).await;
        studio.wait_gone("dialog", Name::Is("Settings")).await;
        studio.reload().await;
        studio.wait_stored(1, USUAL).await;
        studio.act(0, "Download").await;
        let file = files(studio, 1).await.remove(0);
        assert_eq!(file.file_name().unwrap(), "flux1-schnell-1792x1024-a-lighthouse-still-夜{nothing}.png");
        let kept = studio.wait_kept_as_drawn().await;
        assert_eq!(e2e::api::hex(&Sha256::digest(std::fs::read(&file).unwrap())), kept[0].found);
        assert_eq!(exiftool(&file, &["-PNG:Parameters", "-ExifIFD:UserComment"]), "");
    });
}

#[test]
fn many_are_downloaded_as_one_zip() {
    Story::new(Way::Bundled).with(|config| config.image = ImageChoice::InTurn).tell(async |studio| {
        with_pictures(studio, 4).await;
        let kept = studio.wait_kept_as_drawn().await;
        studio.tile_element(0).await.unwrap();
        studio.act(0, "Select").await;
        studio.ctrl("a").await;
        let bar = studio.wait_for("toolbar", Name::Is("Selection"), SHORT).await;
        studio.browser.find("button", Name::Is("Download"), Some(&bar)).await.unwrap().click().await.unwrap();
        studio.wait_message("status", &["Downloaded 4 images"], USUAL).await;
        let file = files(studio, 1).await.remove(0);
        let bytes = std::fs::read(&file).unwrap();
        let archive = Archive::open(&*bytes, Limits { entries: 100, entry: 64 << 20, exception: ("", 0) }).unwrap();
        let read = |name: &str| archive.read(&*bytes, archive.entry(name).unwrap()).unwrap();
        // The names as any other program lists them.
        let listed = Command::new("python3").args(["-m", "zipfile", "-l"]).arg(&file).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let names: Vec<&str> = listed.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names.len(), 12, "{listed}");
        let mut found = Vec::new();
        for name in names.iter().filter(|name| name.ends_with(".json")) {
            let json: Value = serde_json::from_slice(&read(name)).unwrap();
            assert_eq!((&json["prompt"], &json["mode"]), (&json!(PROMPT), &json!("flux1-schnell")));
            let picture = read(json["file"].as_str().unwrap());
            assert_eq!(json["sha256"], json!(e2e::api::hex(&Sha256::digest(&picture))));
            assert_eq!(inside::read(picture.clone()).unwrap().prompt, PROMPT);
            let text = String::from_utf8(read(&name.replace(".json", ".txt"))).unwrap();
            assert!(text.starts_with(PROMPT), "{text}");
            found.push(bare(&picture));
        }
        let mut sums = sums(&kept);
        sums.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, sums, "each picture once, pixel by pixel");
        studio.wait_ledger(4, 4).await;
    });
}

/// What is paid for and not kept can still be had as a file.
#[test]
fn what_is_at_risk_can_be_downloaded() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.stage.api.fault(Fault::status(503).on(Target::Cdn).times(3));
        studio.expect_noise(&["/cdn/", "503"]);
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of(PROMPT)).await;
        studio.wait_status(1, "at-risk", LONG).await;
        studio.act(0, "Download").await;
        let file = files(studio, 1).await.remove(0);
        assert!(exiftool(&file, &["-PNG:Parameters"]).starts_with(PROMPT));
    });
}

#[test]
fn settings_of_a_dropped_file_are_shown_and_used() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 1).await;
        studio.act(0, "Download").await;
        let file = files(studio, 1).await.remove(0);
        studio.compose(&Order::of("something else").mode("flux1-pro").size("1024x1024")).await;
        studio.ask::<()>("window.sameDocument = true; return null", vec![]).await;

        studio.drop_file(&file).await;
        dialog_says(studio, &[PROMPT, "flux1-schnell", "1792x1024", "Job id"]).await;
        studio.press(Name::Is("Close")).await;
        studio.wait_gone("dialog", Name::Is("Settings of a file")).await;
        assert_eq!(studio.prompt().await, "something else", "nothing is used before it is wished");

        studio.drop_file(&file).await;
        dialog_says(studio, &[PROMPT]).await;
        let dialog = studio.wait_for("dialog", Name::Is("Settings of a file"), SHORT).await;
        studio
            .browser
            .find("button", Name::Is("Use these settings"), Some(&dialog))
            .await
            .unwrap()
            .click()
            .await
            .unwrap();
        studio.wait_gone("dialog", Name::Is("Settings of a file")).await;
        eventually("the prompt", SHORT, async || {
            let prompt = studio.prompt().await;
            check(prompt == PROMPT, || prompt.clone())
        })
        .await;
        assert!(studio.ask::<bool>("return window.sameDocument === true", vec![]).await, "the page is still there");
        studio.wait_ledger(1, 1).await;
        studio.press_generate().await;
        studio.wait_stored(2, USUAL).await;
        for job in studio.stage.api.jobs() {
            assert_eq!((job.mode.as_str(), job.size.as_deref()), ("flux1-schnell", Some("1792x1024")));
        }
    });
}

#[test]
fn h16_a_strangers_file_is_text_and_pays_for_nothing() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 1).await;
        studio.act(0, "Download").await;
        let file = files(studio, 1).await.remove(0);
        let title = studio.browser.web.title().await.unwrap();
        let picture = inside::strip(std::fs::read(&file).unwrap()).unwrap();
        let text = format!("{HOSTILE}\nNegative prompt: {HOSTILE}\nSteps: 1, Size: 9x9, Model: evil, <b>: {HOSTILE}, Hook URL: \"https://evil.example\"");
        let hostile = std::env::temp_dir().join(format!("flux-hostile-{}.png", std::process::id()));
        std::fs::write(&hostile, inside::write(picture.clone(), &text).unwrap()).unwrap();
        give(studio, &hostile).await;
        dialog_says(studio, &["<script>alert(1)</script> ‹U+202E›gpj.exe", "evil", "9x9", "composer keeps its own"]).await;
        let made: usize = studio.ask("return document.querySelectorAll('[aria-label=\"Settings of a file\"] :is(img, script, b)').length", vec![]).await;
        assert_eq!((made, studio.browser.web.title().await.unwrap()), (0, title));
        let dialog = studio.wait_for("dialog", Name::Is("Settings of a file"), SHORT).await;
        studio.browser.find("button", Name::Is("Use these settings"), Some(&dialog)).await.unwrap().click().await.unwrap();
        eventually("the prompt", SHORT, async || {
            let prompt = studio.prompt().await;
            check(prompt == HOSTILE, || prompt.clone())
        })
        .await;
        let checked: String = studio.ask("return document.querySelector('[aria-label=Mode] input:checked, input[name=mode]:checked')?.value ?? ''", vec![]).await;
        assert!(!checked.contains("evil"), "{checked}");

        // What has no settings, what is no picture, what is only half of one: a sentence each.
        for (bytes, words) in [
            (picture.as_slice(), "no settings inside"),
            (b"<svg onload=alert(1)>".as_slice(), "it is no picture"),
            (&picture[..picture.len() / 2], "its end is missing"),
        ] {
            std::fs::write(&hostile, bytes).unwrap();
            studio.drop_file(&hostile).await;
            studio.wait_message("alert", &[words], USUAL).await;
            studio.press(Name::Is("Close")).await;
            studio.wait_gone("dialog", Name::Is("Settings of a file")).await;
        }
        std::fs::remove_file(hostile).unwrap();
        studio.wait_ledger(1, 1).await;
    });
}

#[test]
fn a_dropped_library_is_imported() {
    Story::new(Way::Bundled).tell(async |studio| {
        with_pictures(studio, 1).await;
        let _ = studio.settings().await;
        studio.press(Name::Is("Export library")).await;
        studio.wait_message("status", &["Exported 1 image"], USUAL).await;
        let file = files(studio, 1).await.remove(0);
        studio.key(Key::Escape).await;
        studio.wait_gone("dialog", Name::Is("Settings")).await;
        studio.drop_file(&file).await;
        studio.wait_for("dialog", Name::Is("Import library"), USUAL).await;
        eventually("the sentence", USUAL, async || {
            let text = studio.text().await;
            check(text.contains("nothing new"), || text.clone())
        })
        .await;
    });
}

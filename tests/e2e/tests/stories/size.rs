//! Libraries of the size that people have after years: written into the database beforehand, then looked at, taken out
//! and brought in.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use e2e::api::hex;
use e2e::find::Name;
use e2e::seed::Pictures;
use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_bytes::library::{MANIFEST, parse};
use flux_studio_bytes::zip::{Archive, Limits, Source};
use flux_studio_simulator::http::{Fault, Target, Wire};
use serde_json::json;
use sha2::{Digest, Sha256};
use thirtyfour::{By, Key};

use super::order::rows;

/// Megabytes that taking out and bringing in may add to what the page's process takes, its worker included.
const GROWTH: u64 = 100;
/// Megabytes that the page's process may take with any library. What it takes is measured by the benchmark; a page that
/// keeps what it once showed is far beyond this.
const BOUND: u64 = 450;
/// For two thousand large images.
const PATIENCE: Duration = Duration::from_secs(900);
const LIMITS: Limits = Limits { entries: 10_000, entry: 64 << 20, exception: (MANIFEST, 64 << 20) };

fn full() -> bool {
    std::env::var_os("FLUX_STUDIO_FULL").is_some()
}

/// A file on this machine's disk.
struct Disk(File);

impl Source for Disk {
    fn len(&self) -> u64 {
        self.0.metadata().unwrap().len()
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let mut bytes = vec![0; length];
        self.0.read_exact_at(&mut bytes, offset).map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}

/// The SHA-256 of each picture in a library file, of the bytes that are there.
fn pictures(file: &Path) -> BTreeSet<String> {
    let disk = Disk(File::open(file).unwrap());
    let archive = Archive::open(&disk, LIMITS).unwrap();
    let read = |name: &str| archive.read(&disk, archive.entry(name).unwrap()).unwrap();
    let manifest = parse(&read(MANIFEST)).unwrap();
    assert!(manifest.wrong.is_empty());
    let sum = |file: &str| hex(&Sha256::digest(read(file)));
    manifest.items.iter().map(|item| sum(&item.file)).collect()
}

/// Waits for a status with these words; the answer is by how many megabytes the page's process grew meanwhile at most.
async fn growth_until(studio: &Studio, words: &str, begin: impl AsyncFnOnce()) -> u64 {
    let before = studio.browser.memory();
    let mut most = before;
    begin().await;
    eventually(words, PATIENCE, async || {
        let now = studio.browser.memory();
        most.renderer = most.renderer.max(now.renderer);
        most.all = most.all.max(now.all);
        let failed = studio.messages("alert").await?;
        assert!(failed.is_empty(), "{failed:?}");
        let said = studio.messages("status").await?;
        check(said.iter().any(|text| text.contains(words)), || format!("it says {said:?}"))
    })
    .await;
    let grown = |before: u64, most: u64| most.saturating_sub(before) / 1_000_000;
    let (page, all) = (grown(before.renderer, most.renderer), grown(before.all, most.all));
    println!(
        "{words}: the page's process grew by {page} MB from {}, the browser by {all} MB",
        before.renderer / 1_000_000
    );
    page
}

/// `bound`: megabytes by which the page may grow meanwhile.
fn goes_out_and_comes_in(images: usize, bound: u64) {
    Story::new(Way::Bundled).undisturbed().tell_of_browsers(async |studio: &mut Studio| {
        let seeded: BTreeSet<String> = studio.with_library(Pictures::LARGE, images).await.into_iter().collect();
        assert_eq!(seeded.len(), images, "each is another file");
        let _ = studio.settings().await;
        let out = growth_until(studio, &format!("Exported {}", thousands(images)), async || {
            studio.press(Name::Is("Export library")).await;
        })
        .await;
        let file =
            eventually("the file", LONG, async || studio.browser.downloaded().pop().ok_or("none".to_owned())).await;
        assert!(pictures(&file) == seeded, "every picture is in the file, byte by byte");

        let elsewhere = moved(&file);
        studio.browser.web.goto("about:blank").await.unwrap();
        studio.browser.followed_by_an_empty_one().await;
        studio.open().await;
        let _ = studio.settings().await;
        let input = studio.browser.web.find(By::Css("input[type=file]")).await.expect("a field for files");
        input.send_keys(elsewhere.display().to_string()).await.expect("the file is picked");
        studio.wait_for("dialog", Name::Is("Import library"), SHORT).await;
        let all = format!("{} images", thousands(images));
        let button = format!("Import {all}");
        studio.wait_for("button", Name::Is(&button), LONG).await;
        let back = growth_until(studio, &format!("Imported {all}"), async || {
            studio.press(Name::Is(&button)).await;
        })
        .await;
        assert!(out.max(back) <= bound, "it grew by {out} MB while exporting and by {back} MB while importing");
        let kept = studio.kept().await;
        assert!(kept.iter().all(|picture| picture.found == picture.sha256), "what is beside the bytes is true");
        let kept: BTreeSet<String> = kept.into_iter().map(|picture| picture.found).collect();
        assert!(kept == seeded, "every picture came in, byte by byte");
        std::fs::remove_file(elsewhere).unwrap();
        // Whoever looks for secrets would read every picture.
        studio.browser.web.goto("about:blank").await.unwrap();
    });
}

fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// Out of the folder that goes with the browser.
fn moved(file: &Path) -> PathBuf {
    let place = std::env::temp_dir().join(format!("flux-size-{}.zip", std::process::id()));
    if std::fs::rename(file, &place).is_err() {
        std::fs::copy(file, &place).unwrap();
    }
    // Whole, and readable.
    File::open(&place).unwrap().read_exact(&mut [0; 4]).unwrap();
    place
}

#[test]
fn large_images_go_out_and_come_in_in_little_memory() {
    goes_out_and_comes_in(if full() { 2_000 } else { 500 }, GROWTH);
}

#[test]
fn s29_a_library_of_any_size_is_there_at_once_and_bounded() {
    let images = if full() { 50_000 } else { 10_000 };
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, images).await;
        let studio = &*studio;
        let whole = async || {
            eventually("all of them in the list", LONG, async || {
                let size = studio.listed().await;
                check(size == Some(images), || format!("it has {size:?}"))
            })
            .await;
        };
        whole().await;
        let seen =
            studio.wait_tiles("pictures", USUAL, |tiles| tiles.len() > 8 && tiles.iter().all(|tile| tile.drawn)).await;
        assert!(seen.iter().all(|tile| tile.elements <= 6), "{seen:?}");
        // Through the whole of it, ten steps to each side.
        for step in (1..=10).chain((0..10).rev()) {
            studio.scroll_to(f64::from(step) / 10.0).await;
            studio
                .wait_tiles("what is there now", USUAL, |tiles| tiles.len() > 8 && tiles.iter().all(|tile| tile.drawn))
                .await;
            let elements: usize = studio.ask("return document.getElementsByTagName('*').length", vec![]).await;
            assert!(elements <= 1_500, "{elements} elements at {step}");
        }
        let megabytes = studio.browser.memory().renderer / 1_000_000;
        assert!(megabytes <= BOUND, "the page's process takes {megabytes} MB");
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("fox harbour").await.unwrap();
        eventually("what is found", USUAL, async || {
            let size = studio.listed().await;
            check(size.is_some_and(|size| size > 0 && size < images / 2), || format!("{size:?}"))
        })
        .await;
        let found = studio.wait_tiles("what is found", USUAL, |tiles| tiles.iter().all(|tile| tile.drawn)).await;
        assert!(found.iter().all(|tile| tile.alts[0].contains("fox") && tile.alts[0].contains("harbour")), "{found:?}");
        search.clear().await.unwrap();
        whole().await;
        // Whoever looks for secrets would read every picture.
        studio.browser.web.goto("about:blank").await.unwrap();
    });
}

/// The image whose tile has the focus, by its place in the list from 1; none: the focus is elsewhere.
const FOCUSED: &str = "const tile = document.activeElement?.closest('[data-testid=\"image-tile\"]');
return tile ? Number(tile.ariaPosInSet) : null;";

/// Place and number of the first tile that is seen; 0 where none is drawn yet.
const FIRST: &str = "const tile = [...document.querySelectorAll('[data-testid=\"image-tile\"]')].find((tile) => tile.getBoundingClientRect().top > 0);
return [Number(tile?.ariaPosInSet ?? 0), Number(tile?.ariaSetSize ?? 0)];";

/// Tiles come and go while somebody walks: the focus is always on the tile that it went to.
#[test]
fn arrows_walk_through_a_long_list_and_back() {
    Story::new(Way::Bundled).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, 300).await;
        let studio = &*studio;
        studio.wait_tiles("pictures", USUAL, |tiles| tiles.len() > 8 && tiles.iter().all(|tile| tile.drawn)).await;
        let () = studio.ask("document.querySelector('[data-testid=\"image-tile\"] a').focus()", vec![]).await;
        let mut at = 1;
        for (key, forward) in [(Key::Down, true), (Key::Up, false)] {
            for step in 0..30 {
                studio.key(key.clone()).await;
                at = eventually(&format!("step {step} of {key:?} from {at}"), SHORT, async || {
                    let now: Option<usize> = studio.ask(FOCUSED, vec![]).await;
                    let walked = now.filter(|now| (*now > at) == forward && *now != at);
                    walked.ok_or_else(|| format!("the focus is at {now:?}"))
                })
                .await;
            }
            assert!((at > 60) == forward, "{at}");
        }
        // From far away, to a tile that is not there yet.
        studio.scroll_to(1.0).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        studio.key(Key::End).await;
        eventually("the last", SHORT, async || {
            let now: Option<usize> = studio.ask(FOCUSED, vec![]).await;
            check(now == Some(300), || format!("the focus is at {now:?}"))
        })
        .await;
        // What a search finds is seen from its beginning, wherever one was before.
        let search = studio.wait_for("searchbox", Name::Is("Search images"), SHORT).await;
        search.send_keys("fox").await.unwrap();
        eventually("the beginning of what is found", SHORT, async || {
            let (place, size): (usize, usize) = studio.ask(FIRST, vec![]).await;
            check(place == 1 && size < 300, || format!("{place} of {size} is the first in the window"))
        })
        .await;
    });
}

/// How many other rows of the database are no favourites at the first moment at which the newest one has a job.
const LEFT_WHEN_PAID: &str = "const [prompt, done] = arguments;
const open = indexedDB.open('flux-studio');
open.onsuccess = () => {
  const look = () => {
    const rows = open.result.transaction('attempts').objectStore('attempts');
    rows.openCursor(null, 'prev').onsuccess = ({ target }) => {
      const newest = JSON.parse(target.result.value.json);
      if (newest.order.prompt !== prompt || !newest.job) return look();
      rows.getAll().onsuccess = ({ target }) => {
        open.result.close();
        const others = target.result.map(({ json }) => JSON.parse(json)).filter(({ id }) => id !== newest.id);
        done(others.filter(({ favourite }) => !favourite).length);
      };
    };
  };
  look();
};";

/// A paid answer does not wait until thousands of marks are on disk: what it says must not be lost.
#[test]
fn the_id_of_a_paid_job_overtakes_the_marks_of_a_large_library() {
    const IMAGES: usize = 1_500;
    const PROMPT: &str = "a late guest";
    Story::new(Way::Direct).tell_of_browsers(async |studio: &mut Studio| {
        studio.with_library(Pictures::SMALL, IMAGES).await;
        let studio = &*studio;
        // What is said once of so many images that are nowhere else would lie over the toolbar.
        studio.wait_message("status", &["nowhere else"], USUAL).await;
        studio.press(Name::Is("Dismiss")).await;
        studio.can_fail().await;
        studio.reload().await;
        studio.connect().await;
        studio.wait_listed(IMAGES).await;
        // A quarter of a minute for all marks, so that the answer comes when some are on disk and most are not.
        studio.fail("slow", json!(10)).await;
        let late = Wire::Delay { headers_ms: 6_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.compose(&Order::of(PROMPT)).await;
        let unmarked = rows(studio).await.iter().filter(|row| row["favourite"] != true).count();
        studio.act(0, "Select").await;
        studio.press_generate().await;
        // What is on its way is chosen too: its own mark does not hold its job id up.
        studio.press_for_chosen("Select all").await;
        studio.press_for_chosen("Favourite").await;
        // Nor does a second one.
        studio.pick(Name::Is("Rating"), "4 stars").await;
        let answer =
            studio.browser.web.execute_async(LEFT_WHEN_PAID, vec![PROMPT.into()]).await.expect("the script runs");
        let left: usize = answer.convert().expect("a number");
        studio.fail("slow", json!(0)).await;
        assert!((1..unmarked).contains(&left), "{left} of {unmarked} marks were not on disk yet");
        eventually("the last mark", LONG, async || {
            let rows = rows(studio).await;
            let marked = rows.iter().filter(|row| row["favourite"] == true && row["rating"] == 4).count();
            check(marked == IMAGES + 1, || format!("{marked} of {} have both", rows.len()))
        })
        .await;
        studio.wait_ledger(1, 1).await;
        studio.wait_safe_to_leave().await;
        // Whoever looks for secrets would read every picture.
        studio.browser.web.goto("about:blank").await.unwrap();
    });
}

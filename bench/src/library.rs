//! The library: opened, scrolled and searched, the studio and the plain page in turn.

use std::path::Path;
use std::time::Instant;

use e2e::browser::Browser;
use e2e::eventually;
use e2e::host::Files;
use e2e::seed::{Pictures, Seed};
use e2e::stage::dist;
use e2e::wait::{USUAL, check};
use serde_json::json;

use crate::page::{self, Frames};
use crate::table;

/// The folder of the plain page.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline");
/// Openings of which the middle one is told.
const OPENINGS: usize = 3;
/// Scrolls, each in a browser that was started anew; the middle one is told.
const SCROLLS: usize = 3;
/// What is typed, a letter at a time, and taken out again.
const TYPED: [&str; 3] = ["red fox", "harbour light", "dog snow mist"];

/// What was seen of one page.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Milliseconds to the first picture.
    pub first: f64,
    /// Milliseconds until the whole library was listed.
    pub whole: f64,
    /// Scrolling once it was.
    pub frames: Frames,
    /// Scrolling as soon as the first picture is there, while the rest is read.
    pub early: Frames,
    /// Elements after it.
    pub elements: usize,
    /// Megabytes of the page's process after it.
    pub megabytes: f64,
    /// Milliseconds of work for a keystroke: 95 of 100 stay under.
    pub work: f64,
    /// Milliseconds until it was shown.
    pub shown: f64,
}

/// Both pages with one library.
pub struct Row {
    /// Images in it.
    pub images: usize,
    /// Megabytes of an empty page's process.
    pub empty: f64,
    /// The studio.
    pub studio: Seen,
    /// The page by hand.
    pub plain: Seen,
}

/// Measures libraries of these sizes and prints the table.
pub async fn run(mut sizes: Vec<usize>) {
    sizes.sort_unstable();
    let folder = tempfile::tempdir().expect("a folder");
    copy(&dist(), folder.path());
    copy(Path::new(BASELINE), &folder.path().join("by-hand"));
    let files = Files::start(folder.path(), "/", None).await;
    let (studio, plain) = (files.url(), files.url() + "by-hand/");
    println!("{}", table::machine());

    let mut browser = Browser::open().await;
    // The studio makes its database itself.
    browser.web.goto(&studio).await.expect("the studio opens");
    eventually("the database", USUAL, async || {
        let names: Vec<String> = databases(&browser).await;
        check(names.iter().any(|name| name == "flux-studio"), || format!("there are {names:?}"))
    })
    .await;
    let mut seed = Seed::of(Pictures::USUAL);
    let mut rows = Vec::new();
    for images in sizes {
        let begin = Instant::now();
        browser.web.goto(files.url() + "health.txt").await.expect("a page without a program");
        seed.grow_to(&browser, images).await;
        println!("{images} images are there after {:.0} s", begin.elapsed().as_secs_f64());
        browser.reopen().await;
        let empty = empty(&browser).await;
        println!("an empty page takes {empty:.0} MB");
        let studio = measure(&mut browser, &studio, images).await;
        println!("studio:  {studio:?}");
        let plain = measure(&mut browser, &plain, images).await;
        println!("by hand: {plain:?}");
        rows.push(Row { images, empty, studio, plain });
    }
    println!("\n{}", table::markdown(&rows));
    drop(browser.close().await);
}

async fn measure(browser: &mut Browser, url: &str, images: usize) -> Seen {
    let mut firsts = Vec::new();
    let mut wholes = Vec::new();
    prepare(browser).await;
    // Not told: it compiles the program and fills the browser's caches.
    page::open(browser, url).await;
    page::settle(browser, images).await;
    for _ in 0..OPENINGS {
        firsts.push(page::open(browser, url).await);
        wholes.push(page::settle(browser, images).await);
    }
    let mut scrolls: Vec<(Frames, usize, f64)> = Vec::new();
    let mut early: Vec<Frames> = Vec::new();
    let mut keys = Vec::new();
    for _ in 0..SCROLLS {
        browser.reopen().await;
        prepare(browser).await;
        page::open(browser, url).await;
        page::settle(browser, images).await;
        let frames = page::scroll(browser).await;
        scrolls.push((frames, page::elements(browser).await, megabytes(browser.memory().renderer)));
        page::open(browser, url).await;
        early.push(page::scroll(browser).await);
    }
    page::settle(browser, images).await;
    for text in TYPED {
        keys.extend(page::search(browser, text).await);
    }
    let mut work: Vec<f64> = keys.iter().map(|key| key.work).collect();
    let mut shown: Vec<f64> = keys.iter().map(|key| key.shown).collect();
    work.sort_by(f64::total_cmp);
    shown.sort_by(f64::total_cmp);
    Seen {
        first: page::median(firsts),
        whole: page::median(wholes),
        frames: Frames::middle(scrolls.iter().map(|(frames, ..)| *frames).collect()),
        early: Frames::middle(early),
        elements: scrolls.iter().map(|(_, elements, _)| *elements).max().unwrap_or_default(),
        megabytes: page::median(scrolls.iter().map(|(.., megabytes)| *megabytes).collect()),
        work: page::percentile(&work, 95),
        shown: page::percentile(&shown, 95),
    }
}

async fn prepare(browser: &Browser) {
    let script = json!({"source": include_str!("page.js")});
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", script).await;
    let size = json!({"width": 1440, "height": 900, "deviceScaleFactor": 1, "mobile": false});
    browser.cdp("Emulation.setDeviceMetricsOverride", size).await;
}

/// Megabytes of an empty page's process.
async fn empty(browser: &Browser) -> f64 {
    browser.web.goto("about:blank").await.expect("an empty page");
    megabytes(browser.memory().renderer)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

async fn databases(browser: &Browser) -> Vec<String> {
    page::ask(browser, "return indexedDB.databases().then((all) => all.map(({ name }) => name))").await
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a list of files").flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("a copy");
        }
    }
}

//! One page in the browser: opened, scrolled, typed into, and what was seen of it.

use std::time::Duration;

use e2e::browser::Browser;
use e2e::eventually;
use e2e::wait::check;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// For a page to show something: the plain page reads all rows before.
const PATIENCE: Duration = Duration::from_secs(60);
/// For a page to come to rest.
const STILL: Duration = Duration::from_millis(1_500);
/// CSS pixels a second: a wheel that is turned quickly, fifteen rows of pictures a second.
const SPEED: u32 = 3_000;
/// Seconds of scrolling.
const SECONDS: u32 = 6;

/// The frames of a scroll.
#[derive(Debug, Clone, Copy)]
pub struct Frames {
    /// Milliseconds that 95 of 100 stay under.
    pub p95: f64,
    /// The longest.
    pub worst: f64,
    /// How many took more than 50 milliseconds.
    pub long: usize,
}

impl Frames {
    /// The scroll whose 95 of 100 are in the middle.
    pub fn middle(mut scrolls: Vec<Frames>) -> Frames {
        scrolls.sort_by(|a, b| a.p95.total_cmp(&b.p95));
        scrolls[scrolls.len() / 2]
    }
}

/// A keystroke, in milliseconds.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Key {
    /// That the page worked for it.
    pub work: f64,
    /// Until its frame was done.
    pub shown: f64,
}

/// Goes to a page; milliseconds from the start of the navigation to the first picture.
pub async fn open(browser: &Browser, url: &str) -> f64 {
    browser.web.goto("about:blank").await.expect("an empty page");
    browser.web.goto(url).await.expect("the page opens");
    eventually("the first picture", PATIENCE, async || {
        let first: Option<f64> = ask(browser, "return Number.isFinite(bench.first) ? bench.first : null").await;
        first.ok_or_else(|| "there is none".to_owned())
    })
    .await
}

/// Waits until all images are listed; milliseconds from the start of the navigation.
pub async fn settle(browser: &Browser, images: usize) -> f64 {
    let at = eventually("the whole list", PATIENCE, async || {
        let (listed, time): (usize, f64) = ask(browser, LISTED).await;
        check(listed == images, || format!("{listed} of {images} are listed")).map(|()| time)
    })
    .await;
    // What follows from that, such as the tiles around the window, is no part of what is measured next.
    tokio::time::sleep(STILL).await;
    at
}

/// How many images are listed, as assistive technologies are told.
const LISTED: &str = "const tile = document.querySelector('[data-testid=\"image-tile\"]');
return [Number(tile?.ariaSetSize ?? 0), performance.now()]";

/// Turns the wheel over the middle of the library.
pub async fn scroll(browser: &Browser) -> Frames {
    let () = ask(browser, "bench.record()").await;
    let (x, y): (f64, f64) = ask(browser, "return [innerWidth * 0.7, innerHeight * 0.6]").await;
    let gesture = json!({
        "x": x, "y": y, "yDistance": -f64::from(SPEED * SECONDS), "speed": SPEED, "gestureSourceType": "mouse",
        "preventFling": true,
    });
    browser.cdp("Input.synthesizeScrollGesture", gesture).await;
    let mut frames: Vec<f64> = ask(browser, "bench.recording = false; return bench.frames").await;
    let top: f64 = ask(browser, "return bench.scroller().scrollTop").await;
    assert!(top > f64::from(SPEED * SECONDS) / 2.0, "it was scrolled to {top} only");
    frames.sort_by(f64::total_cmp);
    Frames {
        p95: percentile(&frames, 95),
        worst: percentile(&frames, 100),
        long: frames.iter().filter(|frame| **frame > 50.0).count(),
    }
}

/// Tells when a keystroke was shown and its pictures had a moment to come.
const SHOWN: &str = "const [pressed, done] = arguments;
const look = () => (bench.keys[pressed]?.shown ? setTimeout(done, 50) : setTimeout(look, 10));
look();";

/// Types a text into the search box letter by letter, and takes it out again.
pub async fn search(browser: &Browser, text: &str) -> Vec<Key> {
    let () = ask(browser, "bench.keys = []; document.querySelector('input[type=search]').focus()").await;
    let typed = text.chars().map(|letter| letter.to_string());
    let keys = typed.chain(text.chars().map(|_| "Backspace".to_owned()));
    for (pressed, key) in keys.enumerate() {
        let code = if key == "Backspace" { 8 } else { 0 };
        let mut down = json!({"type": "keyDown", "key": key, "windowsVirtualKeyCode": code});
        if code == 0 {
            down["text"] = json!(key);
        }
        browser.cdp("Input.dispatchKeyEvent", down).await;
        browser.cdp("Input.dispatchKeyEvent", json!({"type": "keyUp", "key": key})).await;
        let answer = browser.web.execute_async(SHOWN, vec![json!(pressed)]).await;
        answer.expect("the keystroke is shown");
    }
    ask(browser, "return bench.keys").await
}

/// Elements of the document.
pub async fn elements(browser: &Browser) -> usize {
    ask(browser, "return document.getElementsByTagName('*').length").await
}

/// Runs a script and takes what it returns.
pub async fn ask<T: DeserializeOwned>(browser: &Browser, script: &str) -> T {
    let answer = browser.web.execute(script, vec![]).await.expect("the script runs");
    answer.convert().expect("the answer has its shape")
}

/// The value of sorted ones that so many of 100 are not above.
pub fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    percentile(&values, 50)
}

//! The page ends at every step between the press of Generate and the kept picture: paid for at most once,
//! and nothing that was paid for is lost.

use std::time::Duration;

use e2e::wait::{check, eventually};
use e2e::{LONG, Order, Story, Studio, Tile, USUAL, Way};
use serde_json::json;

/// What is there after the page was opened again.
#[derive(Debug, Clone, Copy, PartialEq)]
enum After {
    /// Nothing but the prompt, in its box.
    Draft,
    /// The attempt waits, or has gone on.
    Sent,
    /// Perhaps charged; the person decides.
    Unknown,
    /// The picture is kept.
    Stored,
}

/// Each step, how many paid requests have arrived by then, and what has to be there afterwards.
const STEPS: [(&str, usize, After); 13] = [
    ("before queued", 0, After::Draft),
    ("after queued", 0, After::Sent),
    ("after sending", 0, After::Unknown),
    ("sent generate", 1, After::Unknown),
    ("headers generate", 1, After::Unknown),
    ("body generate", 1, After::Unknown),
    // The job id lies beside the database until its row is written.
    ("before running", 1, After::Stored),
    ("after running", 1, After::Stored),
    ("before downloading", 1, After::Stored),
    ("after downloading", 1, After::Stored),
    ("body image", 1, After::Stored),
    ("before bytes", 1, After::Stored),
    ("after stored", 1, After::Stored),
];

/// How the page ends.
#[derive(Debug, Clone, Copy)]
enum Crash {
    Reload,
    CloseTab,
    /// Every process of the browser, without a last word.
    Kill,
}

fn generates(studio: &Studio, prompt: &str) -> usize {
    let mut arrivals = studio.stage.api.generates();
    arrivals.retain(|arrival| String::from_utf8_lossy(&arrival.body).contains(prompt));
    arrivals.len()
}

/// Lives one press of Generate to the step, ends the page there, and looks at what is left.
async fn live(studio: &mut Studio, crash: Crash, step: &str, paid: usize, after: After) {
    let before = studio.tiles().await.unwrap().len();
    let prompt = format!("a ferry, {step}");
    let script = include_str!("../../src/crash.js").replace("STEP", &format!("{step:?}"));
    let added = studio.browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
    studio.reload().await;
    studio.compose(&Order::of(&prompt)).await;
    studio.wait_on_disk(&prompt).await;
    studio.press_generate().await;
    eventually(&format!("the step {step:?}"), USUAL, async || {
        let reached: bool = studio.ask("return crash.reached", vec![]).await;
        check(reached, || "the page goes on".to_owned())
    })
    .await;
    eventually("the request to arrive", USUAL, async || {
        let there = generates(studio, &prompt);
        check(there == paid, || format!("{step}: {there} requests instead of {paid}"))
    })
    .await;
    if step == "before running" {
        eventually("the id beside the database", USUAL, async || {
            let beside: u32 = studio.ask("return localStorage.length", vec![]).await;
            check(beside == 1, || format!("{beside} texts lie there"))
        })
        .await;
    }
    studio.browser.cdp("Page.removeScriptToEvaluateOnNewDocument", json!({"identifier": added["identifier"]})).await;
    match crash {
        Crash::Reload => studio.reload().await,
        Crash::CloseTab => {
            let web = &studio.browser.web;
            let old = web.window().await.unwrap();
            let fresh = web.new_tab().await.unwrap();
            web.switch_to_window(old).await.unwrap();
            web.close_window().await.unwrap();
            web.switch_to_window(fresh).await.unwrap();
            studio.open().await;
        }
        Crash::Kill => {
            studio.browser = studio.browser.killed_and_reopened().await;
            studio.open().await;
        }
    }
    // The newest comes first.
    let newest = |tiles: &[Tile], count: usize, status: &str| {
        tiles.len() == count && tiles.first().is_some_and(|tile| tile.status == status)
    };
    let (count, status) = match after {
        After::Draft => {
            assert_eq!(studio.prompt().await, prompt, "{step}");
            (before, None)
        }
        After::Unknown => (before + 1, Some("unknown")),
        After::Sent | After::Stored => (before + 1, Some("stored")),
    };
    match status {
        Some(status) => {
            let what = format!("{step}: one more that is {status}");
            studio.wait_tiles(&what, LONG, |tiles| newest(tiles, count, status)).await;
        }
        None => assert_eq!(studio.tiles().await.unwrap().len(), count, "{step}"),
    }
    // Long enough for a second request, had somebody sent one.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let most = paid.max(usize::from(after == After::Sent));
    assert_eq!(generates(studio, &prompt), most, "{step}: at most one paid request");
}

fn every_step(crash: Crash) {
    // What lies beside the database reaches the disk seconds later: a browser that is killed at once has lost it.
    let steps = STEPS.map(|(step, paid, after)| match crash {
        Crash::Kill if step == "before running" => (step, paid, After::Unknown),
        _ => (step, paid, after),
    });
    Story::new(Way::Direct).tell_of_browsers(async |studio| {
        studio.open().await;
        studio.connect().await;
        for (step, paid, after) in steps {
            live(studio, crash, step, paid, after).await;
        }
        let stored = steps.iter().filter(|(_, _, after)| matches!(after, After::Sent | After::Stored)).count();
        let (kept, drawn) = (studio.kept().await, studio.stage.api.pictures().await);
        assert_eq!(kept.len(), stored);
        assert!(kept.iter().all(|picture| picture.found == picture.sha256 && drawn.contains(&picture.found)));
    });
}

#[test]
fn t11_t13_a_reload_at_every_step_pays_once_and_loses_nothing() {
    every_step(Crash::Reload);
}

#[test]
fn t04_t13_closing_the_tab_at_every_step_pays_once_and_loses_nothing() {
    every_step(Crash::CloseTab);
}

#[test]
#[ignore = "long: part of cargo xtask test --full"]
fn t13_killing_the_browser_at_every_step_pays_once_and_loses_nothing() {
    every_step(Crash::Kill);
}

/// "Stored" is said when it is on the disk: killed within half a second of it, the browser has row and bytes.
#[test]
#[ignore = "long: part of cargo xtask test --full"]
fn s23_what_is_called_stored_survives_the_browsers_end() {
    Story::new(Way::Direct).tell_of_browsers(async |studio| {
        studio.open().await;
        studio.connect().await;
        for run in 0..50_usize {
            studio.generate(&Order::of(&format!("a pier, {run}"))).await;
            studio.wait_stored(run + 1, LONG).await;
            tokio::time::sleep(Duration::from_millis(10 * run as u64)).await;
            studio.browser = studio.browser.killed_and_reopened().await;
            studio.open().await;
            studio.wait_stored(run + 1, USUAL).await;
            assert_eq!(studio.wait_kept_as_drawn().await.len(), run + 1, "run {run}");
        }
        studio.wait_ledger(50, 50).await;
    });
}

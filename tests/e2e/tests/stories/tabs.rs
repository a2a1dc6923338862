//! Several tabs on one library: one of them asks and sends, whatever becomes of the others.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use e2e::wait::check;
use e2e::{LONG, Order, SHORT, Story, Studio, USUAL, Way, eventually};
use flux_studio_simulator::config::Timing;
use flux_studio_simulator::http::{Arrival, Ended, Fault, Target, Wire};
use serde_json::json;
use thirtyfour::WindowHandle;

/// Two tabs of the library: the first leads, the second is in front.
async fn two_tabs(studio: &Studio) -> (WindowHandle, WindowHandle) {
    studio.can_fail().await;
    studio.open().await;
    studio.connect().await;
    studio.wait_leads(true).await;
    let first = studio.tab().await;
    let second = studio.another_tab().await;
    studio.wait_leads(false).await;
    (first, second)
}

/// Presses the only button of this name in both tabs in the same instant, told by a channel between them.
async fn press_in_both(studio: &Studio, tabs: [&WindowHandle; 2], name: &str) {
    const LISTEN: &str = "const button = [...document.querySelectorAll('button')].find((one) => one.checkVisibility() && (one.ariaLabel ?? one.innerText).trim().startsWith(arguments[0]));
        window.pressed = 0;
        window.starter?.close();
        window.starter = new BroadcastChannel('the starter of a story');
        window.starter.onmessage = () => { window.pressed += 1; button.click(); };
        return Boolean(button)";
    for tab in tabs {
        studio.go_to(tab).await;
        let there: bool = studio.ask(LISTEN, vec![json!(name)]).await;
        assert!(there, "there is a button {name}");
    }
    let _: bool =
        studio.ask("new BroadcastChannel('the starter of a story').postMessage(1); return true", vec![]).await;
    for tab in tabs {
        studio.go_to(tab).await;
        eventually("the press", SHORT, async || {
            let pressed: u32 = studio.ask("return window.pressed", vec![]).await;
            check(pressed == 1, || format!("{pressed} presses"))
        })
        .await;
    }
}

/// The same pressed in two tabs at once is one wish, other prompts are others; both tabs show the same.
#[test]
fn t02_two_tabs_that_press_at_once_send_each_wish_once() {
    Story::new(Way::Direct).tell(async |studio| {
        let (first, second) = two_tabs(studio).await;
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            studio.compose(&Order::of("a race")).await;
        }
        press_in_both(studio, [&first, &second], "Generate").await;
        let count = |tiles: &[e2e::Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            studio
                .wait_tiles("one picture", USUAL, |tiles| (count(tiles, "stored"), count(tiles, "cancelled")) == (1, 1))
                .await;
        }
        // Long enough for another one, had somebody sent it.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        studio.wait_ledger(1, 1).await;
        for (tab, prompt) in [(&first, "a race of hares"), (&second, "a race of snails")] {
            studio.go_to(tab).await;
            studio.compose(&Order::of(prompt)).await;
        }
        press_in_both(studio, [&first, &second], "Generate").await;
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            studio.wait_tiles("three pictures", USUAL, |tiles| count(tiles, "stored") == 3).await;
        }
        studio.wait_ledger(3, 3).await;
        studio.wait_kept_as_drawn().await;
    });
}

/// One doubt, "Send again" in two tabs at once: one more request.
#[test]
fn t02_send_again_in_two_tabs_at_once_is_one_more_request() {
    Story::new(Way::Direct).tell(async |studio| {
        studio.expect_noise(&["/flux/generate", "502"]);
        let (first, second) = two_tabs(studio).await;
        studio.stage.api.fault(Fault::html(502).on(Target::Generate).method("POST").cors(true));
        studio.generate(&Order::of("once more")).await;
        for tab in [&first, &second] {
            studio.go_to(tab).await;
            studio.wait_status(1, "unknown", USUAL).await;
            // The button is there while the tile is looked at.
            studio.wait_action(0, "Send again").await;
        }
        press_in_both(studio, [&first, &second], "Send again").await;
        studio.wait_tiles("the picture", USUAL, |tiles| tiles.iter().any(|tile| tile.status == "stored")).await;
        // Long enough for another one, had somebody sent it.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(studio.stage.api.generates().len(), 2, "the first, and one more");
    });
}

/// The tab that leads crashes with a request on its way: within two seconds the other leads, and says "perhaps".
#[test]
fn t04_a_leading_tab_that_crashes_is_followed_and_its_request_is_in_doubt() {
    Story::new(Way::Direct).undisturbed().tell(async |studio| {
        let (first, second) = two_tabs(studio).await;
        let _: bool = studio.ask(WATCH, vec![]).await;
        studio.go_to(&first).await;
        let late = Wire::Delay { headers_ms: 30_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.generate(&Order::of("a fall")).await;
        studio.wait_status(1, "sending", USUAL).await;
        studio.wait_sent(1).await;
        let crashed = now_ms();
        // The answer to this can only be that the tab is gone.
        let crash = studio.browser.web.cdp().send_raw("Page.crash", json!({})).await;
        assert!(crash.is_err(), "it really crashed");
        studio.browser.web.switch_to_window(second.clone()).await.unwrap();
        studio.wait_status(1, "unknown", USUAL).await;
        let said: Vec<(String, u64)> = studio.ask("return window.seen", vec![]).await;
        let (_, at) = said.iter().find(|(said, _)| said == "unknown").expect("it was seen");
        assert!(at.saturating_sub(crashed) <= 2_000, "it crashed at {crashed}: {said:?}");
        studio.wait_leads(true).await;
        studio.generate(&Order::of("and up again")).await;
        studio.wait_tiles("the next", USUAL, |tiles| tiles.len() == 2 && tiles[0].status == "stored").await;
        assert_eq!(studio.stage.api.generates().len(), 2);
    });
}

/// A hidden tab asks the API once a minute: the lead comes to the tab that is looked at.
#[test]
fn the_tab_that_is_looked_at_takes_over_from_a_hidden_one() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(500, 9_000)).tell(async |studio| {
        let (first, second) = two_tabs(studio).await;
        studio.go_to(&first).await;
        studio.generate(&Order::of("a handover").count(2)).await;
        studio.wait_status(2, "running", USUAL).await;
        studio.go_to(&second).await;
        studio.wait_leads(true).await;
        studio.wait_stored(2, USUAL).await;
        studio.go_to(&first).await;
        studio.wait_stored(2, USUAL).await;
        studio.wait_ledger(2, 2).await;
    });
}

/// Milliseconds since 1970, as the pages' clocks on this machine have them.
fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// Writes down when the tiles said something else.
const WATCH: &str = "window.seen = [];
    const look = () => {
        const tiles = [...document.querySelectorAll('[data-testid=image-tile]')];
        const said = tiles.map((tile) => tile.dataset.status).join(' ');
        if (window.seen.at(-1)?.[0] !== said) window.seen.push([said, Date.now()]);
    };
    const all = { subtree: true, childList: true, attributes: true, attributeFilter: ['data-status'] };
    new MutationObserver(look).observe(document, all);
    look();
    return true";

/// Two windows side by side: what one sends, learns or throws away, the other says too, by the pages' own clocks.
#[test]
fn all_tabs_show_the_same_within_a_second() {
    const SECOND: u64 = 1_000;
    let quick = Timing::new(500, 2_000);
    Story::new(Way::Direct).with(|config| config.default_timing = quick).undisturbed().tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.wait_leads(true).await;
        let first = studio.tab().await;
        let second = studio.browser.web.new_window().await.unwrap();
        studio.go_to(&second).await;
        studio.open().await;
        let both = [&first, &second];
        for window in both {
            studio.go_to(window).await;
            let _: bool = studio.ask(WATCH, vec![]).await;
        }
        // Ordered in the one that does not lead.
        studio.wait_leads(false).await;
        studio.generate(&Order::of("a mirror")).await;
        for window in both {
            studio.go_to(window).await;
            studio.wait_stored(1, USUAL).await;
        }
        let sent = studio.stage.api.generates()[0].at_ms;
        studio.act(0, "Delete").await;
        let mut seen = Vec::new();
        for window in both {
            studio.go_to(window).await;
            studio.wait_tiles("no picture", SHORT, <[_]>::is_empty).await;
            let said: Vec<(String, u64)> = studio.ask("return window.seen", vec![]).await;
            // The last time: at the beginning there is no tile either.
            let when = |state: &str| said.iter().rev().find(|(said, _)| said == state).map(|(_, at)| *at);
            seen.push(
                ["running", "stored", ""].map(|state| when(state).unwrap_or_else(|| panic!("{state:?}: {said:?}"))),
            );
        }
        for (state, (one, other)) in ["running", "stored", "gone"].iter().zip(seen[0].iter().zip(&seen[1])) {
            assert!(one.abs_diff(*other) <= SECOND, "{state}: {seen:?}");
        }
        for running in [seen[0][0], seen[1][0]] {
            assert!(running.saturating_sub(sent) <= SECOND, "it arrived at {sent}: {seen:?}");
        }
        studio.wait_ledger(1, 1).await;
    });
}

/// Four of five tabs close while jobs run. Each tab has a name of its own, which the API sees.
#[test]
fn t03_five_tabs_that_close_ask_one_at_a_time_and_double_nothing() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(0, 40_000)).tell(async |studio| {
        let name = async |number: usize| {
            let agent = json!({ "userAgent": format!("tab {number}") });
            studio.browser.cdp("Emulation.setUserAgentOverride", agent).await;
        };
        studio.open().await;
        studio.connect().await;
        name(0).await;
        let mut tabs = vec![studio.tab().await];
        for number in 1..5 {
            tabs.push(studio.another_tab().await);
            name(number).await;
        }
        for (tab, prompt) in tabs.iter().zip(["a fox", "a hare", "an owl", "a wren", "a lynx"]) {
            studio.go_to(tab).await;
            studio.generate(&Order::of(prompt).count(3)).await;
        }
        let count = |tiles: &[e2e::Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        // What runs fills all places: no paid request is on its way in a tab that closes now, and no wish once it is safe.
        let full = |tiles: &[e2e::Tile]| (count(tiles, "running"), count(tiles, "queued")) == (5, 10);
        while tabs.len() > 1 {
            studio.wait_tiles("five running, ten queued", USUAL, full).await;
            studio.wait_safe_to_leave().await;
            tabs.pop();
            studio.browser.web.close_window().await.unwrap();
            studio.go_to(tabs.last().unwrap()).await;
        }
        studio.wait_tiles("five running, ten queued", USUAL, full).await;
        studio.stage.api.server.configure(|config| config.default_timing = Timing::new(0, 500));
        studio.wait_leads(true).await;
        studio.wait_stored(15, LONG).await;
        studio.wait_ledger(15, 15).await;
        assert_eq!(studio.stage.api.charged(), 15, "fifteen pictures at one quota each");
        studio.wait_kept_as_drawn().await;

        let arrivals = studio.stage.api.arrivals();
        let asked: Vec<_> = arrivals.iter().filter(|arrival| arrival.is_fetch()).collect();
        let mut turns: Vec<&str> = asked.iter().map(|arrival| arrival.header("user-agent").unwrap()).collect();
        assert!(turns.len() > 40, "{} questions", turns.len());
        turns.dedup();
        println!("{} questions: {turns:?}", asked.len());
        // The lead goes along when a tab is looked at: five that order, four after a tab that closed, whose lead may
        // have gone elsewhere first.
        assert!(turns.len() <= 5 + 2 * 4, "one asks at a time: {turns:?}");
        let fullest = asked.iter().map(|one| {
            let ten_seconds = one.at_ms..one.at_ms + 10_000;
            asked.iter().filter(|other| ten_seconds.contains(&other.at_ms)).count()
        });
        let fullest = fullest.max().unwrap();
        assert!(fullest <= 2 * (4 + 20), "{fullest} questions within ten seconds");
    });
}

/// The leading tab is frozen in the middle of a paid request, with a word before or without: the other leads, sends and
/// fetches, and does not touch that request. On its return the first one shows the same, its answer counts once, and
/// nothing is asked that is done.
fn frozen(hush: bool) {
    Story::new(Way::Direct).tell(async |studio| {
        let (first, second) = two_tabs(studio).await;
        studio.go_to(&first).await;
        studio.fail("hush", json!(hush)).await;
        let late = Wire::Delay { headers_ms: 12_000, body_ms: 0 };
        studio.stage.api.fault(Fault::wire(late).on(Target::Generate).method("POST").times(1));
        studio.generate(&Order::of("a mammoth")).await;
        studio.wait_status(1, "sending", USUAL).await;
        studio.wait_sent(1).await;
        // Browsers freeze no page that is looked at, and the other one must not be either: it would be handed the lead.
        let elsewhere = studio.browser.web.new_tab().await.unwrap();
        studio.go_to(&elsewhere).await;
        studio.browser.web.switch_to_window(first.clone()).await.unwrap();
        studio.wait_leads(true).await;
        // What it reads on being looked at is over: a transaction of a page that stands still holds up every other tab,
        // until the browser ends it after a minute.
        studio.kept().await;
        studio.browser.cdp("Page.setWebLifecycleState", json!({"state": "frozen"})).await;
        studio.go_to(&second).await;
        studio.generate(&Order::of("an ice age").count(2)).await;
        let begin = Instant::now();
        studio.wait_leads(true).await;
        let count = |tiles: &[e2e::Tile], status: &str| tiles.iter().filter(|tile| tile.status == status).count();
        studio.wait_tiles("two pictures", LONG, |tiles| count(tiles, "stored") == 2).await;
        assert!(
            begin.elapsed() < Duration::from_secs(40),
            "held up for {:?} by one that stands still",
            begin.elapsed()
        );
        // Its answer has come meanwhile, to a page that cannot hear it.
        eventually("the answer", USUAL, async || {
            let answered = studio.stage.api.generates()[0].ended == Ended::Answered;
            check(answered, || "it is still on its way".to_owned())
        })
        .await;
        let tiles = studio.tiles().await.unwrap();
        assert_eq!((tiles.len(), count(&tiles, "sending")), (3, 1), "it belongs to the one that sent it: {tiles:#?}");
        assert_eq!(studio.stage.api.generates().len(), 3, "nobody sent it again");
        let done: Vec<String> = tiles.into_iter().map(|tile| tile.job).filter(|job| !job.is_empty()).collect();
        let asked = || {
            let about = |arrival: &Arrival| done.iter().any(|job| String::from_utf8_lossy(&arrival.body).contains(job));
            studio.stage.api.arrivals().iter().filter(|arrival| about(arrival)).count()
        };
        let before = asked();
        assert!(before >= 2, "both were asked for");
        studio.browser.web.switch_to_window(first.clone()).await.unwrap();
        studio.browser.cdp("Page.setWebLifecycleState", json!({"state": "active"})).await;
        studio.go_to(&first).await;
        assert_eq!(studio.struck("frozen").await, 1, "it was really frozen");
        studio.wait_stored(3, USUAL).await;
        assert_eq!(asked(), before, "nothing is asked that is done");
        studio.wait_kept_as_drawn().await;
        studio.wait_ledger(3, 3).await;
    });
}

#[test]
fn t05_a_frozen_leader_gives_the_lead_away_and_makes_no_burst_on_its_return() {
    frozen(false);
}

#[test]
fn t06_the_lead_is_taken_from_a_tab_that_stands_still_without_a_word() {
    frozen(true);
}

/// Ten reloads in the middle of a batch: never more requests than were confirmed.
#[test]
fn t11_a_storm_of_reloads_sends_nothing_twice() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(200, 1_500)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("a storm").count(6)).await;
        // The first one is sent when all rows are on disk.
        eventually("the first request", USUAL, async || {
            check(!studio.stage.api.generates().is_empty(), || "nothing was sent yet".to_owned())
        })
        .await;
        for _ in 0..10 {
            studio.leave_unasked().await;
            studio.browser.web.refresh().await.unwrap();
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        studio.wait_running().await;
        // What a reload cut off is in doubt and holds the others of its batch back until the person says so.
        let rest = studio
            .wait_tiles("everything at rest", LONG, |tiles| {
                let doubts = tiles.iter().any(|tile| tile.status == "unknown");
                tiles.len() == 6
                    && tiles.iter().all(|tile| {
                        matches!(tile.status.as_str(), "stored" | "unknown") || (doubts && tile.status == "queued")
                    })
            })
            .await;
        let count = |status: &str| rest.iter().filter(|tile| tile.status == status).count();
        let sent = studio.stage.api.generates().len();
        assert!(sent <= 6 - count("queued") && sent >= count("stored"), "{sent} sent, {rest:#?}");
        assert_eq!(studio.kept().await.len(), count("stored"));
    });
}

/// A duplicated tab has everything of the first one's session storage, and sends nothing of its attempts.
#[test]
fn t12_a_duplicated_tab_sends_nothing_of_the_first_ones() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(200, 3_000)).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        let _: bool = studio.ask("sessionStorage.setItem('mark of a story', '1'); return true", vec![]).await;
        studio.generate(&Order::of("twins").count(7)).await;
        studio.wait_tiles("one that runs", USUAL, |tiles| tiles.iter().any(|tile| tile.status == "running")).await;
        let first = studio.tab().await;
        let _: bool = studio.ask("window.open(location.href); return true", vec![]).await;
        let second = eventually("another tab", SHORT, async || {
            let tabs = studio.browser.web.windows().await.map_err(|error| error.to_string())?;
            tabs.into_iter().find(|tab| *tab != first).ok_or_else(|| "there is one".to_owned())
        });
        studio.go_to(&second.await).await;
        studio.wait_running().await;
        let copied: bool = studio.ask("return sessionStorage.getItem('mark of a story') === '1'", vec![]).await;
        assert!(copied, "it is a duplicate");
        studio.wait_stored(7, LONG).await;
        studio.wait_ledger(7, 7).await;
        studio.wait_kept_as_drawn().await;
    });
}

/// Eight hours of sleep, a day back, ten years ahead, in the middle of jobs: nothing fails, nothing is asked in a burst,
/// and the newest stays first.
#[test]
fn t16_t17_clocks_that_jump_fail_nothing_and_keep_the_order() {
    Story::new(Way::Direct).with(|config| config.default_timing = Timing::new(500, 4_000)).tell(async |studio| {
        studio.can_fail().await;
        studio.open().await;
        studio.connect().await;
        const HOUR: i64 = 3_600_000;
        for (number, skew) in [8 * HOUR, -24 * HOUR, 10 * 8_766 * HOUR].into_iter().enumerate() {
            let prompt = format!("a clock, {number}");
            studio.generate(&Order::of(&prompt)).await;
            let newest = |tiles: &[e2e::Tile], status: &str| tiles.len() == number + 1 && tiles[0].status == status;
            studio.wait_tiles("one that runs", USUAL, |tiles| newest(tiles, "running")).await;
            let asked = || studio.stage.api.arrivals().iter().filter(|arrival| arrival.path.contains("fetch")).count();
            let (before, was) = (asked(), studio.ask::<f64>("return Date.now()", vec![]).await);
            studio.fail("skew", json!(skew)).await;
            let is: f64 = studio.ask("return Date.now()", vec![]).await;
            assert!((is - was).abs() > 23.0 * HOUR as f64 / 3.0, "the clock really jumped");
            let _: bool = studio.ask("window.dispatchEvent(new Event('online')); return true", vec![]).await;
            let tiles = studio.wait_tiles("its picture", LONG, |tiles| newest(tiles, "stored")).await;
            assert_eq!(tiles[0].alts, [prompt], "the newest is the first");
            assert!(asked() - before <= 8, "{} questions about one job", asked() - before);
        }
        studio.wait_ledger(3, 3).await;
        studio.reload().await;
        let tiles = studio.wait_stored(3, USUAL).await;
        let alts: Vec<&str> = tiles.iter().map(|tile| tile.alts[0].as_str()).collect();
        assert_eq!(alts, ["a clock, 2", "a clock, 1", "a clock, 0"]);
    });
}

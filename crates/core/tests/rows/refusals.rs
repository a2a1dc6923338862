//! A: what the API refuses, and when it may be asked again.

use flux_studio_core::attempt::{Hold, Status};
use flux_studio_core::event::{Action, Event};
use flux_studio_simulator::config::Timing;

use crate::world::{BUSY, Fault, MINUTE, World, draft};

const WRONG_KEY: &str = r#"{"status":"FAILED","message":"Wrong TT-API-KEY or email is not activated."}"#;
const NO_JOB: &str = r#"{"status":"FAILED","message":"Job not found","data":null}"#;

/// One job that runs for a while, its first question answered so; then what was asked, in milliseconds after that answer.
fn asked_after(fault: Fault, minutes: u64) -> (World, Vec<u64>) {
    let mut world = World::new(201);
    world.api.config_mut().default_timing = Timing::new(0, 20 * MINUTE);
    let tab = world.open_tab();
    world.next_polls = [Some(fault)].into();
    world.generate(tab, draft("a fox", 2));
    world.run_until(|world| world.faults == 1);
    let at = world.now().mono;
    // Coming back to the page is no reason to disobey.
    for _ in 0..minutes * 60 {
        world.run_for(1_000);
        world.tell(tab, Event::Woke);
    }
    assert_eq!(world.faults, 1, "the fault struck once");
    assert_eq!(world.statuses(), ["running"; 2]);
    let after =
        world.asked.iter().map(|(asked, _)| *asked).filter(|asked| *asked > at).map(|asked| asked - at).collect();
    (world, after)
}

#[test]
fn a05_nothing_is_asked_before_the_seconds_that_the_server_named_are_over() {
    let (_, after) = asked_after(Fault::Says(429, BUSY, Some("7"), None), 1);
    // The other job may have been asked about in the few milliseconds until the answer arrived.
    let early = after.iter().filter(|ms| (20..7_000).contains(*ms)).count();
    assert_eq!(early, 0, "{after:?}");
    assert!(after.iter().any(|ms| (7_000..9_000).contains(ms)), "and it goes on then: {after:?}");
}

#[test]
fn a06_a27_dates_count_from_the_servers_own_clock_and_are_clamped() {
    let date = Some("Sun, 06 Nov 1994 08:49:30 GMT");
    let until = |retry_after, minutes| {
        let (_, after) = asked_after(Fault::Says(429, BUSY, Some(retry_after), date), minutes);
        *after.iter().find(|ms| **ms >= 20).expect("it goes on")
    };
    let seven = until("Sun, 06 Nov 1994 08:49:37 GMT", 1);
    assert!((7_000..9_000).contains(&seven), "{seven}");
    let past = until("Sun, 06 Nov 1994 08:49:00 GMT", 1);
    assert!((1_000..3_000).contains(&past), "{past}");
    let far = until("Fri, 31 Dec 9999 23:59:59 GMT", 12);
    assert!((600_000..603_000).contains(&far), "{far}");
}

#[test]
fn a07_a_429_without_a_visible_wish_backs_off_by_five_seconds_at_the_least() {
    let (world, _) = asked_after(Fault::Says(429, BUSY, None, None), 2);
    let (first, id) = world.asked[0];
    let next = world.asked.iter().find(|(at, other)| *other == id && *at > first).expect("it goes on").0 - first;
    assert!((5_000..=20_020).contains(&next), "{next}");
}

#[test]
fn a08_nonsense_in_retry_after_is_no_wait_of_zero_and_none_for_ever() {
    for (text, range) in [("3abc", 5_000..20_100), ("-5", 5_000..20_100), ("1000000000", 600_000..603_000)] {
        let (world, _) = asked_after(Fault::Says(429, BUSY, Some(text), None), 12);
        let (first, id) = world.asked[0];
        let next = world.asked.iter().find(|(at, other)| *other == id && *at > first).expect("it goes on").0 - first;
        assert!(range.contains(&next), "{text}: {next}");
    }
}

#[test]
fn a02_a_key_refused_while_jobs_run_pauses_everything_and_loses_nothing() {
    let mut world = World::new(202);
    world.api.config_mut().default_timing = Timing::new(0, 8_000);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 7));
    world.run_until(|world| world.asked.len() == 5);
    world.next_polls = vec![Some(Fault::Says(401, WRONG_KEY, None, None)); 5].into();
    world.run_for(10 * MINUTE);
    assert!((1..=5).contains(&world.faults));
    let (asked, sent) = (world.asked.len(), world.sent());
    assert!(matches!(world.tabs[tab].studio.overview().hold, Some(Hold::KeyRefused(_))));
    assert!(world.says(tab, &ids[0]).contains("refused the key"));
    assert!(world.store.rows().iter().filter(|row| row.job.is_some()).all(|row| row.status() == Status::Running));
    world.run_for(10 * MINUTE);
    assert_eq!((world.asked.len(), world.sent()), (asked, sent), "nothing is asked or sent with a refused key");
    world.next_polls.clear();
    world.tell(tab, Event::Key(true));
    world.run_for(3 * MINUTE);
    assert_eq!((world.statuses(), world.arrivals), (vec!["stored"; 7], 7));
}

#[test]
fn a04_a_wrong_path_is_no_charge_and_says_so() {
    let mut world = World::new(203);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::Says(404, NO_JOB, None, None))];
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!((world.faults, world.statuses(), world.api.jobs().len()), (1, vec!["rejected"], 0));
    let said = world.says(tab, &ids[0]);
    assert!(said.contains("no such address") && said.contains("Nothing was charged"), "{said}");
}

#[test]
fn a09_a_499_is_a_refusal_with_json_and_a_doubt_without() {
    for (body, status) in [(BUSY, "rejected"), ("", "unknown"), ("<html>", "unknown")] {
        let mut world = World::new(204);
        let tab = world.open_tab();
        world.next_posts = vec![Some(Fault::Says(499, body, None, None))];
        world.generate(tab, draft("a fox", 1));
        world.run_for(10 * MINUTE);
        assert_eq!((world.faults, world.sent(), world.statuses()), (1, 1, vec![status]), "{body:?}");
    }
}

#[test]
fn a10_errors_of_the_server_after_a_paid_request_are_never_answered_by_another() {
    for status in [500, 502, 503, 504, 520, 522, 524] {
        for fault in [Fault::Html(status, true), Fault::Status(status)] {
            let mut world = World::new(205);
            let tab = world.open_tab();
            world.next_posts = vec![Some(fault)];
            world.generate(tab, draft("a fox", 1));
            world.run_for(10 * MINUTE);
            assert_eq!((world.faults, world.arrivals, world.sent()), (1, 1, 1), "{fault:?}");
            assert_eq!(world.statuses(), ["unknown"], "{fault:?}");
        }
    }
}

#[test]
fn a11_twenty_errors_in_a_row_keep_every_job_and_one_question_at_a_time_finds_out() {
    for fault in [Fault::LostBefore, Fault::Html(502, false), Fault::Html(504, true), Fault::Status(503)] {
        let mut world = World::new(206);
        world.weather.latency_ms = 2_000;
        let tab = world.open_tab();
        world.next_polls = vec![Some(fault); 20].into();
        world.generate(tab, draft("a fox", 5));
        world.run_until(|world| world.faults == 12);
        assert!(world.statuses().iter().all(|status| *status == "running"), "{:?}", world.statuses());
        world.most_at_once = 0;
        world.run_until(|world| world.faults == 20);
        // Only where nothing at all comes back is the line itself in doubt.
        let breaker = matches!(fault, Fault::LostBefore);
        assert_eq!(world.most_at_once == 1, breaker, "{fault:?}: {} at once", world.most_at_once);
        world.run_for(2 * MINUTE);
        assert_eq!((world.statuses(), world.sent()), (vec!["stored"; 5], 5), "{fault:?}");
    }
}

#[test]
fn a22_a_job_without_end_stalls_and_waits_for_the_person() {
    let mut world = World::new(207);
    world.api.config_mut().default_timing = Timing::new(0, 45 * MINUTE);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(31 * MINUTE);
    assert_eq!(world.statuses(), ["stalled"]);
    let asked = world.asked.len();
    world.run_for(10 * MINUTE);
    assert_eq!(world.asked.len(), asked, "nobody asks any more");
    world.act(tab, &ids[0], Action::CheckNow);
    world.run_for(MINUTE);
    assert_eq!((world.statuses(), world.asked.len() > asked), (vec!["running"], true));
    world.run_for(10 * MINUTE);
    assert_eq!((world.statuses(), world.api.jobs().len()), (vec!["stored"], 1));
}

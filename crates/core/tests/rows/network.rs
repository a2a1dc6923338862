//! N: the line breaks, before, during and after a paid request.

use flux_studio_core::attempt::Hold;
use flux_studio_core::event::{Action, Event, Reach};
use flux_studio_core::settings::Settings;
use flux_studio_simulator::config::Timing;

use crate::world::{Fault, MINUTE, World, draft};

/// Jobs that take this long.
fn lasting(seed: u64, ms: u64) -> World {
    let mut world = World::new(seed);
    world.api.config_mut().default_timing = Timing::new(0, ms);
    world
}

#[test]
fn n01_n02_n03_n04_n15_a_broken_line_costs_at_most_one_doubt_a_lane() {
    for fault in [Fault::LostBefore, Fault::LostAfter] {
        let mut world = World::new(101);
        let tab = world.open_tab();
        world.next_posts = vec![Some(fault); 2];
        let ids = world.generate(tab, draft("a fox", 5));
        world.run_for(10 * MINUTE);
        for _ in 0..5 {
            world.tell(tab, Event::Woke);
            world.run_for(MINUTE);
        }
        assert_eq!((world.faults, world.sent()), (2, 2), "{fault:?}: each was sent once, the rest of the batch waits");
        assert_eq!(world.statuses(), ["unknown", "unknown", "queued", "queued", "queued"]);
        assert_eq!(world.api.jobs().len(), world.arrivals as usize);
        let unknown = world.says(tab, &ids[4]);
        assert!(unknown.contains("may have been charged"), "{unknown}");
    }
}

#[test]
fn n07_n11_n12_after_the_time_out_nothing_is_sent_again_and_a_late_id_is_filed() {
    let mut world = World::new(102);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::TimeoutAfter)];
    let ids = world.generate(tab, draft("a paper boat", 1));
    world.run_for(10 * MINUTE);
    assert_eq!((world.faults, world.arrivals, world.statuses()), (1, 1, vec!["unknown"]));
    assert!(world.says(tab, &ids[0]).contains("90 seconds"));
    let job = world.api.jobs()[0].id.clone();
    world.act(tab, &ids[0], Action::AttachJobId(job.clone()));
    world.run_for(MINUTE);
    assert_eq!((world.arrivals, world.statuses()), (1, vec!["stored"]));
    assert_eq!(world.store.rows()[0].job.as_ref().unwrap().as_str(), job);
}

#[test]
fn n08_n09_n10_what_arrived_of_a_broken_answer_is_kept() {
    for (fault, status) in [
        (Fault::Truncated, "unknown"),
        (Fault::Changed(|body| body.chars().take(body.len() / 2).collect()), "unknown"),
        (Fault::Changed(|body| format!("\u{1f}\u{fffd}{body}")), "unknown"),
    ] {
        let mut world = World::new(103);
        let tab = world.open_tab();
        world.next_posts = vec![Some(fault)];
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_for(10 * MINUTE);
        assert_eq!((world.arrivals, world.sent(), world.statuses()), (1, 1, vec![status]));
        let (of, answered, body) = &world.raw[0];
        assert_eq!((of, *answered), (&ids[0], 200));
        // In which order the stand-in writes its fields depends on what else is built with it.
        let body = String::from_utf8_lossy(body);
        assert!(body.contains("jobId") || body.contains("SUCCESS"), "the part that came is on disk: {body}");
    }
}

#[test]
fn n16_a_flapping_link_makes_no_storm_and_loses_nothing() {
    let mut world = lasting(104, 4 * MINUTE);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 5));
    world.run_for(10_000);
    let (sent, from) = (world.sent(), world.asked.len());
    for _ in 0..60 {
        world.weather.dead = true;
        world.run_for(1_000);
        world.weather.dead = false;
        world.tell(tab, Event::Woke);
        world.run_for(1_000);
    }
    let asked = &world.asked[from..];
    let mut most = 0;
    for (at, id) in asked {
        let minute = *at..*at + MINUTE;
        most = most.max(asked.iter().filter(|(when, who)| who == id && minute.contains(when)).count());
    }
    assert!(world.faults > 20, "the link was down for {} questions", world.faults);
    assert!((6..=12).contains(&most), "{most} questions about one job within a minute");
    assert_eq!(world.sent(), sent);
    world.run_for(5 * MINUTE);
    assert_eq!(world.statuses(), ["stored"; 5]);
}

#[test]
fn n20_a_server_that_refuses_web_pages_is_told_apart_and_gets_no_paid_request() {
    let mut world = World::new(105);
    let tab = world.open_tab();
    world.reach = Reach::Alive;
    world.next_probes = [Some(Fault::LostBefore)].into();
    let ids = world.generate(tab, draft("a fox", 2));
    world.run_for(10 * MINUTE);
    assert_eq!((world.faults, world.sent(), world.probes), (1, 0, 1));
    assert_eq!(world.tabs[tab].studio.overview().hold, Some(Hold::Cors));
    assert!(world.says(tab, &ids[0]).contains("CORS"));
    // A new address is a new connection, which is asked anew.
    let base = Settings { base_url: Some("https://api.ttapi.io/".to_owned()), ..Settings::default() };
    world.tell(tab, Event::Settings(Box::new(base)));
    world.tell(tab, Event::Resume);
    world.run_for(MINUTE);
    assert_eq!((world.probes, world.statuses()), (2, vec!["stored"; 2]));
}

#[test]
fn n20_what_the_proxy_swears_was_not_sent_stays_queued() {
    let mut world = World::new(106);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::NotSent)];
    world.generate(tab, draft("a fox", 1));
    world.run_for(10 * MINUTE);
    assert_eq!((world.sent(), world.arrivals, world.statuses()), (1, 0, vec!["queued"]));
    assert_eq!(world.tabs[tab].studio.overview().hold, Some(Hold::Unreachable));
    world.tell(tab, Event::Resume);
    world.run_for(MINUTE);
    assert_eq!((world.sent(), world.arrivals, world.statuses()), (2, 1, vec!["stored"]));
}

#[test]
fn n21_an_answer_that_cors_hides_is_unknown_although_it_was_charged() {
    let mut world = World::new(107);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::LostAfter)];
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(10 * MINUTE);
    assert_eq!((world.arrivals, world.api.account().frozen()), (1, 1), "the API charges for it");
    assert_eq!(world.statuses(), ["unknown"]);
    assert!(world.says(tab, &ids[0]).contains("may have been charged"));
}

#[test]
fn n22_a_captive_portal_is_no_word_about_a_job() {
    let portal = Fault::Says(200, "<!doctype html><title>Sign in</title>", None, None);
    let mut world = World::new(108);
    let tab = world.open_tab();
    world.next_polls = vec![Some(portal); 20].into();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!((world.statuses(), world.faults > 5), (vec!["running"], true));
    world.run_for(4 * MINUTE);
    assert_eq!((world.statuses(), world.faults), (vec!["stored"], 20));
    world.next_posts = vec![Some(portal)];
    world.generate(tab, draft("another fox", 1));
    world.run_for(10 * MINUTE);
    assert_eq!((world.statuses(), world.arrivals), (vec!["stored", "unknown"], 1));
}

#[test]
fn n26_a_browser_that_says_online_while_the_line_is_dead_changes_nothing() {
    let mut world = lasting(109, 5_000);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 3));
    world.run_for(3_000);
    world.weather.dead = true;
    for _ in 0..100 {
        world.tell(tab, Event::Woke);
        world.run_for(3_000);
    }
    assert!(world.faults > 30, "{}", world.faults);
    assert_eq!(world.statuses(), ["running"; 3]);
    world.weather.dead = false;
    world.run_for(30_000);
    assert_eq!((world.statuses(), world.sent()), (vec!["stored"; 3], 3));
}

#[test]
fn n27_a_browser_that_says_offline_while_the_line_is_alive_keeps_nobody_from_trying() {
    let mut world = World::new(110);
    let tab = world.open_tab();
    world.reach = Reach::Offline;
    world.next_probes = [Some(Fault::LostBefore)].into();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!((world.faults, world.sent(), world.statuses()), (1, 0, vec!["queued"]));
    world.tell(tab, Event::Resume);
    world.run_for(MINUTE);
    assert_eq!(world.statuses(), ["stored"]);
}

#[test]
fn n28_a_line_that_changes_in_the_middle_of_a_question_heals() {
    let mut world = lasting(111, 5_000);
    let tab = world.open_tab();
    world.next_polls = vec![Some(Fault::LostAfter), Some(Fault::Truncated)].into();
    world.generate(tab, draft("a fox", 2));
    world.run_for(MINUTE);
    assert_eq!((world.faults, world.statuses(), world.sent()), (2, vec!["stored"; 2], 2));
}

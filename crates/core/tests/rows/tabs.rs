//! T: several tabs, tabs that die or stand still, clocks that jump.

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::event::{Action, Event};
use flux_studio_simulator::config::Timing;

use crate::world::{MINUTE, World, draft};

const DAY: i64 = 86_400_000;

#[test]
fn t02_two_tabs_that_both_believe_to_lead_send_each_attempt_once() {
    let mut refused = 0;
    for seed in 0..40 {
        let mut world = World::new(600 + seed);
        world.weather.latency_ms = 300;
        let first = world.open_tab();
        let second = world.open_tab();
        world.run_for(1_000);
        world.tell(second, Event::Leader(true));
        world.generate(first, draft("a fox", 6));
        world.generate(second, draft("a hare", 6));
        world.run_for(3 * MINUTE);
        refused += world.locked + world.conflicts;
        assert!(world.posts.values().all(|sent| *sent == 1), "seed {seed}");
        assert_eq!((world.arrivals, world.api.jobs().len()), (12, 12), "seed {seed}");
        assert_eq!(world.statuses(), ["stored"; 12], "seed {seed}");
    }
    assert!((41..2_000).contains(&refused), "the tabs got in each other's way {refused} times");
}

#[test]
fn t02_the_same_draft_in_two_tabs_at_once_is_one_wish() {
    for seed in 0..40 {
        let mut world = World::new(700 + seed);
        world.weather.latency_ms = 20 + seed * 10;
        let (first, second) = (world.open_tab(), world.open_tab());
        world.run_for(1_000);
        let (one, other) = if seed % 2 == 0 { (first, second) } else { (second, first) };
        world.generate(one, draft("a fox", 3));
        world.run_for(seed * 12);
        world.generate(other, draft("a fox", 3));
        world.run_for(MINUTE);
        let mut statuses = world.statuses();
        statuses.sort_unstable();
        assert_eq!(statuses, ["cancelled", "cancelled", "cancelled", "stored", "stored", "stored"], "seed {seed}");
        assert_eq!((world.arrivals, world.api.jobs().len()), (3, 3), "seed {seed}");
        // The control: half a second later, or with another prompt, it is another wish.
        world.generate(one, draft("a fox", 3));
        world.run_for(501);
        world.generate(other, draft("a fox", 3));
        world.generate(one, draft("a hare", 3));
        world.run_for(MINUTE);
        assert_eq!(world.arrivals, 12, "seed {seed}");
    }
}

/// A clock that stands still makes no repeat of what one tab orders twice.
#[test]
fn t02_t17_two_presses_in_one_tab_are_two_wishes_whatever_the_clock_says() {
    let mut world = World::new(690);
    let tab = world.open_tab();
    world.run_for(1_000);
    world.generate(tab, draft("a fox", 1));
    world.run_for(2_000);
    world.shift_wall(-2_000);
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!((world.arrivals, world.statuses()), (2, vec!["stored"; 2]));
}

#[test]
fn t02_what_the_api_said_and_a_mark_made_in_another_tab_at_the_same_time_are_both_kept() {
    for moment in 0..40 {
        let mut world = World::new(645);
        world.weather.latency_ms = 100;
        world.api.config_mut().default_timing = Timing::new(0, 300);
        let leader = world.open_tab();
        let other = world.open_tab();
        world.run_for(1_000);
        let ids = world.generate(leader, draft("a fox", 1));
        world.run_until(|world| world.tabs[other].studio.record(&ids[0]).is_some());
        // From here on no tab hears of the other.
        world.weather.hint_lost = 1_000;
        world.run_for(moment * 50);
        world.tell(other, Event::Mark(vec![ids[0]], Mark::Favourite(true)));
        world.run_for(2 * MINUTE);
        let row = world.store.get(&ids[0]).unwrap();
        assert_eq!((world.statuses(), row.favourite, row.job.is_some()), (vec!["stored"], true, true), "{moment}");
        assert_eq!((world.sent(), world.conflicts > 0), (1, true), "{moment}: they met");
    }
}

#[test]
fn t06_t07_n12_a_late_id_is_filed_although_another_was_attached_meanwhile() {
    let mut world = World::new(646);
    let leader = world.open_tab();
    let other = world.open_tab();
    world.run_for(1_000);
    let ids = world.generate(leader, draft("a fox", 1));
    world.run_until(|world| world.arrivals == 1);
    world.freeze_and_forget(leader);
    world.run_for(MINUTE);
    assert_eq!(world.statuses(), ["unknown"], "its lock went to the other tab");
    world.act(other, &ids[0], Action::AttachJobId("another-job-0001".to_owned()));
    world.run_for(MINUTE);
    world.thaw(leader);
    world.run_for(5 * MINUTE);
    let job = world.api.jobs()[0].id.clone();
    let on_disk: Vec<String> = world.store.rows().iter().filter_map(|row| row.job.clone()).map(String::from).collect();
    assert_eq!(on_disk, ["another-job-0001".to_owned(), job]);
    assert_eq!((world.statuses(), world.sent()), (vec!["stalled", "stored"], 1));
}

#[test]
fn t03_five_tabs_fifty_jobs_and_tabs_that_close_ask_no_more_than_one_tab_would() {
    let mut world = World::new(650);
    world.api.config_mut().default_timing = Timing::new(0, 6_000);
    for _ in 0..5 {
        world.open_tab();
    }
    for (tab, prompt) in ["a fox", "a hare", "an owl", "a wren", "a lynx"].into_iter().enumerate() {
        world.generate(tab, draft(prompt, 10));
    }
    for tab in 0..4 {
        world.run_for(7_000);
        world.kill(tab);
    }
    let unknown = |world: &World| world.statuses().iter().filter(|status| **status == "unknown").count();
    for _ in 0..8 {
        world.run_for(MINUTE);
        world.tell(4, Event::Resume);
    }
    // What was on its way in a tab that closed is in doubt, everything else is there.
    let stored = world.statuses().iter().filter(|status| **status == "stored").count();
    assert_eq!(stored + unknown(&world), world.store.rows().len());
    assert!(stored >= 42 && unknown(&world) <= 8, "{:?}", world.statuses());
    assert!(world.sent() <= 50 && world.posts.values().all(|sent| *sent == 1));
    // The promises of the world have looked at the rate of each tab; over all of them it is the same.
    let fullest = world.asked.iter().map(|(at, _)| {
        let second = *at..*at + 10_000;
        world.asked.iter().filter(|(other, _)| second.contains(other)).count()
    });
    assert!(fullest.max().unwrap() <= 2 * (4 + 20), "two tabs may have led within the same ten seconds");
    // One asks at a time: each of them in its turn, and nobody after another has begun.
    let mut turns = world.askers.clone();
    turns.dedup();
    assert_eq!(turns, [0, 1, 2, 3, 4]);
}

#[test]
fn t04_a_dead_leader_is_followed_within_two_seconds_and_what_it_sent_is_in_doubt() {
    let mut world = World::new(651);
    world.weather.latency_ms = 200;
    let leader = world.open_tab();
    let other = world.open_tab();
    world.run_for(1_000);
    world.generate(leader, draft("a fox", 3));
    world.run_until(|world| world.sent() == 2);
    world.kill(leader);
    assert_eq!(world.leader(), None);
    world.run_for(2_000);
    assert_eq!(world.leader(), Some(other));
    assert_eq!(world.statuses().iter().filter(|status| **status == "unknown").count(), 2, "{:?}", world.statuses());
    world.run_for(MINUTE);
    assert_eq!((world.sent(), world.statuses().contains(&"queued")), (2, true), "their batch waits for the person");
    world.tell(other, Event::Resume);
    world.run_for(MINUTE);
    assert_eq!((world.sent(), world.statuses().contains(&"stored")), (3, true));
}

#[test]
fn t04_t13_a_dead_tabs_request_is_in_doubt_and_blocks_nobody() {
    let mut world = World::new(655);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 2));
    world.run_until(|world| world.sent() == 2);
    // What is on its way cannot be thrown away.
    world.tell(tab, Event::Mark(ids, Mark::Trash(true)));
    // It stands still before it hears an answer, and then it is gone.
    world.freeze(tab);
    world.run_for(1_000);
    assert!(world.store.rows().iter().all(|row| row.deleted.is_none()) && world.statuses() == ["sending"; 2]);
    world.kill(tab);
    let tab = world.open_tab();
    world.run_for(MINUTE);
    assert_eq!(world.statuses(), ["unknown"; 2], "both had been sent");
    assert!(!world.tabs[tab].studio.unsafe_to_close());
    world.generate(tab, draft("a hare", 3));
    world.run_for(MINUTE);
    assert_eq!(world.statuses()[2..], ["stored"; 3]);
}

#[test]
fn t05_t06_t07_a_leader_that_stands_still_keeps_its_requests_and_gives_away_the_rest() {
    let mut world = World::new(652);
    world.weather.latency_ms = 300;
    world.api.config_mut().default_timing = Timing::new(0, 20_000);
    let leader = world.open_tab();
    let other = world.open_tab();
    world.run_for(1_000);
    let ids = world.generate(leader, draft("a fox", 3));
    world.run_until(|world| world.sent() == 3 && world.statuses().contains(&"running"));
    world.freeze(leader);
    world.run_for(10 * MINUTE);
    assert_eq!(world.leader(), Some(other));
    let still = world.statuses().iter().filter(|status| **status == "sending").count();
    assert!(still > 0, "its locks are its own: {:?}", world.statuses());
    assert!(world.statuses().contains(&"stored"), "what it had handed on was fetched by the other tab");
    // It comes back: answers that waited count once, the time that it slept is no time-out, nobody bursts.
    let asked = world.asked.len();
    world.thaw(leader);
    world.run_for(1_000);
    assert!(world.asked.len() - asked <= 6, "{} questions in a second", world.asked.len() - asked);
    world.run_for(2 * MINUTE);
    assert_eq!((world.statuses(), world.arrivals, world.api.jobs().len()), (vec!["stored"; 3], 3, 3));
    assert_eq!(world.store.rows().len(), ids.len());
}

#[test]
fn t11_a_storm_of_reloads_sends_nothing_twice() {
    for seed in 0..20 {
        let mut world = World::new(660 + seed);
        let mut tab = world.open_tab();
        world.generate(tab, draft("a fox", 8));
        for _ in 0..10 {
            world.run_for(500);
            world.kill(tab);
            tab = world.open_tab();
        }
        for _ in 0..10 {
            world.run_for(30_000);
            world.tell(tab, Event::Resume);
        }
        assert!(world.arrivals <= 8 && world.posts.values().all(|sent| *sent == 1), "seed {seed}");
        assert!(world.api.jobs().len() <= world.store.rows().len(), "seed {seed}");
        assert!(world.statuses().iter().all(|status| matches!(*status, "stored" | "unknown")), "seed {seed}");
        assert!(world.sent() > 0);
    }
}

#[test]
fn t12_a_duplicated_tab_sends_nothing_of_the_first_ones() {
    let mut world = World::new(680);
    world.weather.latency_ms = 300;
    let first = world.open_tab();
    world.generate(first, draft("a fox", 2));
    world.run_until(|world| world.sent() == 2);
    let copy = world.open_tab();
    world.run_for(MINUTE);
    assert_eq!((world.sent(), world.statuses()), (2, vec!["stored"; 2]));
    assert_eq!(world.tabs[copy].studio.shown(), world.tabs[first].studio.shown());
    // A press in each is a wish of its own, under names of their own.
    let mine = world.generate(first, draft("a hare", 1));
    let theirs = world.generate(copy, draft("a hare and a fox", 1));
    world.run_for(MINUTE);
    assert_ne!(mine, theirs);
    assert_eq!((world.sent(), world.statuses()), (4, vec!["stored"; 4]));
}

#[test]
fn t15_a_hidden_page_asks_once_a_minute_and_catches_up_when_it_is_looked_at() {
    let mut world = World::new(681);
    world.api.config_mut().default_timing = Timing::new(0, 9 * MINUTE + 30_000);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 1));
    world.run_until(|world| world.asked.len() == 1);
    world.tell(tab, Event::Visible(false));
    let from = world.asked.len();
    world.run_for(9 * MINUTE);
    let hidden = world.asked.len() - from;
    assert!((7..=10).contains(&hidden), "{hidden} questions in nine hidden minutes");
    world.run_for(MINUTE);
    world.tell(tab, Event::Visible(true));
    world.run_for(3_000);
    assert_eq!(world.statuses(), ["stored"]);
}

#[test]
fn t16_a_night_of_sleep_in_the_middle_of_everything_fails_nothing() {
    for asleep_at in [50, 500, 2_500, 6_000] {
        let mut world = World::new(682);
        world.api.config_mut().default_timing = Timing::new(0, 4_000);
        let tab = world.open_tab();
        world.generate(tab, draft("a fox", 5));
        world.run_for(asleep_at);
        let asked = world.asked.len();
        world.shift_wall(8 * 3_600_000);
        world.run_for(1_000);
        assert!(world.asked.len() - asked <= 6, "{} questions within a second", world.asked.len() - asked);
        world.run_for(3 * MINUTE);
        assert_eq!((world.statuses(), world.sent()), (vec!["stored"; 5], 5));
    }
}

#[test]
fn t17_clocks_set_back_a_day_or_ahead_ten_years_change_neither_order_nor_end() {
    for jump in [-DAY, 3_652 * DAY, -3_600_000, 3_600_000] {
        let mut world = World::new(683);
        world.api.config_mut().default_timing = Timing::new(0, 10_000);
        let tab = world.open_tab();
        let first = world.generate(tab, draft("a fox", 2));
        world.run_for(3_000);
        let from = world.asked.len();
        world.shift_wall(jump);
        let second = world.generate(tab, draft("a hare", 1));
        world.run_for(10_000);
        assert!(world.asked.len() - from <= 20, "{} questions in ten seconds", world.asked.len() - from);
        world.run_for(2 * MINUTE);
        assert_eq!((world.statuses(), world.sent()), (vec!["stored"; 3], 3), "{jump}");
        let shown = world.listed(tab);
        assert_eq!(shown, [&second[..], &first[..]].concat(), "newest first, whatever the clock says");
    }
}

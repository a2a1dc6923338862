//! Wishes that come twice, and words that come too late: one job named for two images, one attempt sent again in two
//! tabs, a refusal of a key that is not in use any more.

use flux_studio_core::attempt::State;
use flux_studio_core::event::{Action, Event, WriteProblem};
use flux_studio_core::id::AttemptId;
use flux_studio_core::message::Notice;
use flux_studio_simulator::config::{DEFAULT_KEY, Timing};

use crate::world::{Fault, MINUTE, World, draft};

/// Jobs on disk, one for each row that has one.
fn jobs(world: &World) -> Vec<String> {
    world.store.rows().iter().filter_map(|row| row.job.clone()).map(String::from).collect()
}

/// A world whose only batch is in doubt, with a slow disk.
fn in_doubt(seed: u64, count: u16) -> (World, usize, Vec<AttemptId>) {
    let mut world = World::new(seed);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::Html(502, true)); usize::from(count)];
    let ids = world.generate(tab, draft("a fox", count));
    world.run_for(MINUTE);
    assert_eq!(world.statuses(), vec!["unknown"; usize::from(count)]);
    world.weather.latency_ms = 400;
    (world, tab, ids)
}

#[test]
fn a15_an_id_that_is_attached_to_two_images_at_once_is_filed_once() {
    for second in ["at once", "by hand", "in a list"] {
        let (mut world, tab, ids) = in_doubt(330, 2);
        let job = world.api.jobs()[0].id.clone();
        world.act(tab, &ids[0], Action::AttachJobId(job.clone()));
        match second {
            "at once" => world.act(tab, &ids[1], Action::AttachJobId(job.clone())),
            "by hand" => world.act(tab, &ids[1], Action::AttachJobId(format!(" {job}\n"))),
            _ => world.tell(tab, Event::Rescue(format!("{job} {job}"))),
        }
        world.run_for(2 * MINUTE);
        assert_eq!(jobs(&world), [job], "{second}");
        let told = world.tabs[tab].notices.iter().any(|notice| match notice {
            Notice::SameJob(other) => *other == ids[0],
            Notice::Rescued { filed, known, .. } => (*filed, *known) == (0, 2),
            _ => false,
        });
        assert!(told, "{second}: {:?}", world.tabs[tab].notices);
        assert_eq!(world.downloads, 1);
    }
}

#[test]
fn a15_what_of_a_pasted_list_is_left_out_is_said() {
    let mut world = World::new(331);
    let tab = world.open_tab();
    let list: Vec<String> = (0..503).map(|n| format!("job-{n:06}")).collect();
    world.tell(tab, Event::Rescue(list.join("\n")));
    let said = Notice::Rescued { filed: 500, known: 0, wrong: 0, left: 3 };
    assert!(world.tabs[tab].notices.contains(&said), "{:?}", world.tabs[tab].notices);
    assert!(said.is_alert() && said.sentence().text().contains("3 more"), "{}", said.sentence().text());
    assert_eq!(world.tabs[tab].studio.shown().len(), 500);
}

#[test]
fn t02_an_attempt_that_is_sent_again_in_two_tabs_is_sent_again_once() {
    let mut met = 0;
    for moment in 0..24 {
        let mut world = World::new(670 + moment);
        let leader = world.open_tab();
        let other = world.open_tab();
        world.run_for(1_000);
        world.next_posts = vec![Some(Fault::Html(502, true))];
        let ids = world.generate(leader, draft("a fox", 1));
        world.run_for(MINUTE);
        assert_eq!(world.statuses(), ["unknown"]);
        // From here on no tab hears of the other, until both look again.
        world.weather.hint_lost = 1_000;
        let (first, second) = if moment % 2 == 0 { (leader, other) } else { (other, leader) };
        world.act(first, &ids[0], Action::SendAgain);
        world.run_for(moment * 5);
        world.act(second, &ids[0], Action::SendAgain);
        world.run_for(MINUTE);
        for tab in [leader, other] {
            world.tell(tab, Event::Woke);
        }
        world.run_for(2 * MINUTE);
        met += world.conflicts;
        assert_eq!((world.arrivals, world.api.jobs().len()), (2, 2), "moment {moment}: {:?}", world.statuses());
        assert!(world.store.get(&ids[0]).unwrap().replaced_by.is_some());
    }
    assert!(met >= 24, "the tabs met at the row {met} times");
}

#[test]
fn s02_an_attempt_does_not_give_its_place_to_one_that_was_never_written() {
    for problem in [WriteProblem::Full, WriteProblem::Broken("AbortError".to_owned())] {
        for nth in 0..2 {
            let (mut world, tab, ids) = in_doubt(332, 1);
            world.next_writes = (0..nth).map(|_| None).collect();
            world.next_writes.push_back(Some(problem.clone()));
            world.act(tab, &ids[0], Action::SendAgain);
            world.run_for(2 * MINUTE);
            assert_eq!(world.broken_writes, 1);
            assert_eq!(world.arrivals, 1, "what could not be written whole is not paid for ({nth})");
            let old = world.store.get(&ids[0]).unwrap();
            assert!(matches!(old.state, State::Unknown { settled: false, .. }) && old.shown(), "{nth}: {old:?}");
            assert!(world.listed(tab).contains(&ids[0]));
            assert!(world.tabs[tab].notices.iter().any(|notice| matches!(notice, Notice::NotWritten(_))));
            // And it can be pressed again.
            world.act(tab, &ids[0], Action::SendAgain);
            world.run_for(2 * MINUTE);
            assert_eq!((world.arrivals, world.api.jobs().len()), (2, 2), "{nth}");
        }
    }
}

#[test]
fn a02_a_late_refusal_of_the_old_key_says_nothing_about_the_new_one() {
    // A question about a job, the free question before a paid request, and the paid request itself.
    for way in ["poll", "probe", "post"] {
        let mut world = World::new(333);
        world.weather.latency_ms = 300;
        world.api.config_mut().default_timing = Timing::new(0, 4_000);
        let tab = world.open_tab();
        if way == "probe" {
            world.key = "not-the-right-key-at-all";
        }
        world.generate(tab, draft("a fox", 1));
        match way {
            "poll" => {
                world.run_until(|world| world.asked.len() == 1);
                world.key = "not-the-right-key-at-all";
                world.run_until(|world| world.polls == 1);
            }
            "probe" => world.run_until(|world| world.probes == 1),
            _ => {
                world.run_until(|world| world.sent() == 1);
                world.key = "not-the-right-key-at-all";
                world.run_until(|world| !world.held.is_empty());
            }
        }
        // The refusal is on its way when the person puts the right key in.
        world.key = DEFAULT_KEY;
        world.tell(tab, Event::Key(true));
        world.run_for(2 * MINUTE);
        assert_eq!(world.tabs[tab].studio.overview().hold, None, "{way}");
        assert_eq!((world.statuses(), world.api.jobs().len()), (vec!["stored"], 1), "{way}");
    }
}

//! Stories of single tabs, told through the whole core against the API's model: what a person does, what goes wrong,
//! and what the store and the API's books say at the end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod world;

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::attempt::{Hold, Status};
use flux_studio_core::draft::Draft;
use flux_studio_core::event::{Action, Event};
use flux_studio_core::id::AttemptId;
use flux_studio_core::message::Notice;
use flux_studio_core::settings::Settings;
use world::{Fault, MINUTE, World, draft};

fn statuses(world: &World) -> Vec<&'static str> {
    world.store.rows().iter().map(|row| row.status().as_str()).collect()
}

fn act(world: &mut World, tab: usize, id: &AttemptId, action: Action) {
    world.tell(tab, Event::Act(*id, action));
}

#[test]
fn a_prompt_becomes_a_kept_image() {
    let mut world = World::new(1);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored"]);
    assert_eq!((world.arrivals, world.probes, world.api.jobs().len()), (1, 1, 1));
    let row = &world.store.rows()[0];
    assert_eq!(row.quota, Some(1_000));
    assert_eq!(row.file.as_ref().map(|file| (file.width, file.height)), Some((1024, 1024)));
    assert_eq!(world.tabs[tab].studio.cost().each, Some(1_000));
    assert!(!world.tabs[tab].studio.unsafe_to_close());
}

#[test]
fn sixteen_images_go_two_by_two_with_five_at_once() {
    let mut world = World::new(2);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 16));
    for _ in 0..200 {
        world.run_for(100);
        let rows = world.store.rows();
        let count = |status| rows.iter().filter(|row| row.status() == status).count();
        assert!(count(Status::Sending) <= 2);
        assert!(count(Status::Sending) + count(Status::Running) <= 5);
    }
    world.run_for(3 * MINUTE);
    assert_eq!(statuses(&world), ["stored"; 16]);
    assert_eq!(world.arrivals, 16);
}

#[test]
fn t01_a_second_press_at_once_is_the_same_wish() {
    let mut world = World::new(3);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 1));
    world.tell(tab, Event::Generate { repeat: false });
    world.run_for(300);
    world.tell(tab, Event::Generate { repeat: false });
    world.run_for(5_000);
    world.tell(tab, Event::Generate { repeat: true });
    world.run_for(MINUTE);
    assert_eq!(world.arrivals, 1);
    // A deliberate press later, or a changed prompt at once, is a new wish.
    world.tell(tab, Event::Generate { repeat: false });
    world.tell(tab, Event::Compose(draft("a red fox", 1)));
    world.tell(tab, Event::Generate { repeat: false });
    world.run_for(MINUTE);
    assert_eq!(world.arrivals, 3);
}

#[test]
fn n13_t13_a_reload_at_any_instant_pays_once_and_loses_nothing() {
    for instant in 0..150 {
        let mut world = World::new(4);
        let tab = world.open_tab();
        world.generate(tab, draft("a fox", 3));
        world.run_for(instant * 25);
        world.kill(tab);
        world.run_for(5);
        world.open_tab();
        world.run_for(3 * MINUTE);
        assert!(world.arrivals <= 3, "at {instant}");
        let rows = world.store.rows();
        let stored = rows.iter().filter(|row| row.status() == Status::Stored).count();
        let unknown = rows.iter().filter(|row| row.status() == Status::Unknown).count();
        let queued = rows.iter().filter(|row| row.status() == Status::Queued).count();
        assert_eq!(stored + unknown + queued, rows.len(), "at {instant}: {:?}", statuses(&world));
        // What is queued waits only because the outcome of another one is not known.
        assert!(queued == 0 || unknown > 0, "at {instant}: {:?}", statuses(&world));
        assert!(world.api.jobs().len() <= stored + unknown, "at {instant}: a job of the API has no row");
    }
}

#[test]
fn n04_a13_an_unknown_outcome_pauses_its_batch_and_offers_three_ways() {
    let mut world = World::new(5);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::LostAfter), Some(Fault::LostAfter)];
    let ids = world.generate(tab, draft("a fox", 5));
    world.run_for(MINUTE);
    assert_eq!(world.arrivals, 2, "one doubt a lane, then the batch waits");
    let tile = world.tabs[tab].studio.tile(&ids[0]).unwrap();
    assert_eq!(tile.status.as_str(), "queued");
    assert!(tile.sentence.unwrap().text().contains("not known"));
    let unknown: Vec<AttemptId> =
        world.store.rows().into_iter().filter(|row| row.status() == Status::Unknown).map(|row| row.id).collect();
    assert_eq!(unknown.len(), 2);
    // The person finds the first job in the account, and writes the second one off.
    let job = world.api.jobs()[0].id.clone();
    act(&mut world, tab, &unknown[0], Action::AttachJobId(job));
    act(&mut world, tab, &unknown[1], Action::WriteOff);
    world.run_for(3 * MINUTE);
    assert_eq!(world.arrivals, 5);
    assert_eq!(statuses(&world).iter().filter(|status| **status == "stored").count(), 4);
}

#[test]
fn a10_send_again_makes_a_new_attempt_in_the_old_ones_place() {
    let mut world = World::new(6);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::Html(502, true))];
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["unknown"]);
    act(&mut world, tab, &ids[0], Action::SendAgain);
    act(&mut world, tab, &ids[0], Action::SendAgain);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["unknown", "stored"]);
    assert_eq!(world.arrivals, 2);
    assert_eq!(world.tabs[tab].studio.shown().len(), 1);
}

#[test]
fn a02_a_wrong_key_holds_the_queue_and_a_new_key_lets_it_go() {
    let mut world = World::new(7);
    let tab = world.open_tab();
    world.key = "not-the-right-key-at-all";
    let ids = world.generate(tab, draft("a fox", 2));
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["queued", "queued"]);
    assert!(matches!(world.tabs[tab].studio.overview().hold, Some(Hold::KeyRefused(_))));
    assert!(world.tabs[tab].studio.tile(&ids[0]).unwrap().sentence.unwrap().text().contains("refused the key"));
    assert_eq!((world.arrivals, world.probes), (0, 1), "the free question met the wrong key first");
    world.key = flux_studio_simulator::config::DEFAULT_KEY;
    world.tell(tab, Event::Key(true));
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored", "stored"]);
}

#[test]
fn a03_no_quota_holds_until_resume() {
    let mut world = World::new(8);
    world.api.config_mut().start_balance = 0;
    world.api = flux_studio_simulator::Model::new(world.api.config().clone(), 8);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["queued"]);
    assert!(matches!(world.tabs[tab].studio.overview().hold, Some(Hold::NoQuota(_))));
    world.api.grant(10);
    world.tell(tab, Event::Resume);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored"]);
    assert_eq!(world.api.jobs().len(), 1);
}

#[test]
fn a03_no_quota_for_more_leaves_what_is_paid_for_running() {
    let mut world = World::new(8);
    world.api.config_mut().start_balance = 4;
    world.api = flux_studio_simulator::Model::new(world.api.config().clone(), 8);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 6));
    world.run_for(MINUTE);
    let stored = statuses(&world).iter().filter(|status| **status == "stored").count();
    assert!(stored > 0 && stored < 6, "the account pays for some of them: {:?}", statuses(&world));
    assert!(statuses(&world).iter().all(|status| matches!(*status, "stored" | "queued")), "{:?}", statuses(&world));
    assert!(matches!(world.tabs[tab].studio.overview().hold, Some(Hold::NoQuota(_))));
    assert_eq!(world.api.jobs().len(), stored);
}

#[test]
fn n14_n23_n24_an_unreachable_server_holds_and_costs_nothing() {
    let mut world = World::new(9);
    world.weather.poll = 1000;
    world.weather.latency_ms = 5;
    let tab = world.open_tab();
    world.random = fastrand::Rng::with_seed(0);
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!(world.arrivals, 0);
    assert_eq!(world.probes, 1, "no storm of questions while nobody asks");
    // The line is back, and the browser says so in every way that it has: nothing goes out by itself.
    world.weather.poll = 0;
    for _ in 0..3 {
        for event in [Event::Visible(false), Event::Visible(true), Event::Woke, Event::Leader(true), Event::Tick] {
            world.tell(tab, event);
            world.run_for(MINUTE);
        }
    }
    assert_eq!((world.sent(), world.arrivals, world.probes), (0, 0, 1));
    assert_eq!(statuses(&world), ["queued"]);
    assert!(world.tabs[tab].studio.overview().hold.is_some(), "what holds it is still said");
    world.tell(tab, Event::Resume);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored"]);
}

/// Anybody else's preflight would fail on the header: it goes only to a proxy that has said that it wants it.
#[test]
fn only_a_proxy_that_announced_itself_is_sent_request_ids() {
    for proxied in [false, true] {
        let mut world = World::new(35);
        world.proxied = proxied;
        let tab = world.open_tab();
        world.generate(tab, draft("a fox", 3));
        world.run_for(MINUTE);
        assert_eq!((statuses(&world), &world.request_ids), (vec!["stored"; 3], &vec![proxied; 3]));
        // Another server stands there without a new key or address: its next answer says so, the free question is over.
        world.proxied = !proxied;
        world.generate(tab, draft("a hare", 1));
        world.run_for(MINUTE);
        world.generate(tab, draft("an owl", 1));
        world.run_for(MINUTE);
        assert_eq!((world.probes, &world.request_ids[3..]), (1, &[proxied, !proxied][..]));
        // A new key asks first, and what was said before it counts no more.
        world.proxied = proxied;
        world.tell(tab, Event::Key(true));
        world.generate(tab, draft("a wren", 1));
        world.run_for(MINUTE);
        assert_eq!((world.probes, world.request_ids.last()), (2, Some(&proxied)));
        assert_eq!((world.arrivals, world.api.jobs().len()), (6, 6));
    }
}

#[test]
fn a01_refusals_say_why_and_retry_takes_their_place() {
    let mut world = World::new(10);
    let tab = world.open_tab();
    let refused = Draft { mode: flux_studio_core::mode::ModeId::parse("no-such-mode").unwrap(), ..draft("a fox", 1) };
    let ids = world.generate(tab, refused);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["rejected"]);
    let tile = world.tabs[tab].studio.tile(&ids[0]).unwrap();
    assert!(tile.sentence.unwrap().text().contains("Nothing was charged"));
    world.api.config_mut().extra_modes.push("no-such-mode".to_owned());
    act(&mut world, tab, &ids[0], Action::Retry);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["rejected", "stored"]);
}

#[test]
fn cancel_works_until_it_is_sent_and_delete_can_be_undone() {
    let mut world = World::new(11);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 4));
    act(&mut world, tab, &ids[0], Action::Cancel);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored", "stored", "stored", "cancelled"]);
    assert_eq!(world.arrivals, 3);
    world.tell(tab, Event::Mark(vec![ids[1]], Mark::Trash(true)));
    world.run_for(1_000);
    assert_eq!(world.tabs[tab].studio.shown().len(), 3);
    let Some(Notice::Marked { mark: Mark::Trash(true), count: 1, undo }) = world.tabs[tab].notices.last().cloned()
    else {
        panic!("{:?}", world.tabs[tab].notices)
    };
    world.tell(tab, Event::TakeBack(Some(undo)));
    world.tell(tab, Event::Mark(vec![ids[1]], Mark::Favourite(true)));
    world.run_for(1_000);
    assert_eq!(world.tabs[tab].studio.shown().len(), 4);
    assert!(world.store.get(&ids[1]).unwrap().favourite);
}

#[test]
fn a18_success_without_an_address_is_at_risk_and_checking_again_mends_it() {
    let mut world = World::new(12);
    world.api.config_mut().image_base = "javascript:alert(1)//".to_owned();
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(2 * MINUTE);
    assert_eq!(statuses(&world), ["at-risk"]);
    world.api.config_mut().image_base = "https://cdn.ttapi.io".to_owned();
    act(&mut world, tab, &ids[0], Action::CheckNow);
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored"]);
}

#[test]
fn a30_a31_bytes_that_cannot_be_fetched_are_at_risk_and_tried_again() {
    let mut world = World::new(13);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 1));
    world.weather.download = 1000;
    world.run_for(2 * MINUTE);
    assert_eq!(statuses(&world), ["at-risk"]);
    let row = &world.store.rows()[0];
    assert!(row.url.is_some() && row.job.is_some());
    world.weather.download = 0;
    world.run_for(30_000);
    assert_eq!(statuses(&world), ["stored"]);
}

#[test]
fn s02_what_cannot_be_written_is_not_paid_for() {
    let mut world = World::new(14);
    world.weather.write = 1000;
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 2));
    world.run_for(MINUTE);
    assert_eq!(world.arrivals, 0);
    assert!(world.store.rows().is_empty());
    assert!(matches!(world.tabs[tab].notices.last(), Some(Notice::NotWritten(_))));
}

#[test]
fn s03_a_job_id_that_cannot_be_written_is_held_and_written_later() {
    let mut world = World::new(15);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 1));
    while world.arrivals == 0 {
        world.next();
    }
    world.weather.write = 1000;
    world.run_for(10_000);
    assert_eq!(statuses(&world), ["sending"]);
    let tile = world.tabs[tab].studio.tile(&ids[0]).unwrap();
    assert!(!tile.job_id.is_empty(), "the id is on screen");
    assert!(world.tabs[tab].studio.unsafe_to_close());
    world.weather.write = 0;
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["stored"]);
    assert_eq!(world.api.jobs().len(), 1);
}

#[test]
fn bad_drafts_send_nothing() {
    let mut world = World::new(16);
    let tab = world.open_tab();
    for bad in [draft("  ", 1), draft(&"x".repeat(9_000), 1), draft("a fox", 99)] {
        assert!(world.generate(tab, bad).is_empty());
    }
    world.tell(tab, Event::Settings(Box::new(Settings { proxy_url: Some("nonsense:".into()), ..Settings::default() })));
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!(world.arrivals, 0);
    assert_eq!(world.tabs[tab].studio.overview().hold, Some(Hold::Address));
    assert_eq!(world.tabs[tab].notices.len(), 3);
}

#[test]
fn t16_a_night_of_sleep_fails_nothing_and_floods_nobody() {
    let mut world = World::new(17);
    world.api.config_mut().default_timing = flux_studio_simulator::config::Timing::new(1_000, 40_000);
    world.api.config_mut().timings.clear();
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 5));
    world.run_for(5_000);
    let before = world.polls;
    world.shift_wall(8 * 3_600_000);
    world.run_for(1_000);
    assert!(world.polls - before <= 6, "{} polls within a second of waking", world.polls - before);
    world.run_for(3 * MINUTE);
    assert_eq!(statuses(&world), ["stored"; 5]);
}

#[test]
fn pasted_job_ids_are_filed_and_fetched() {
    let mut world = World::new(18);
    let tab = world.open_tab();
    world.next_posts = vec![Some(Fault::LostAfter)];
    let ids = world.generate(tab, draft("a paper boat", 1));
    world.run_for(MINUTE);
    let job = world.api.jobs()[0].id.clone();
    world.tell(tab, Event::Mark(vec![ids[0]], Mark::Trash(true)));
    world.tell(tab, Event::Rescue(format!("{job}, nonsense! {job}\n")));
    world.run_for(MINUTE);
    assert_eq!(statuses(&world), ["unknown", "stored"]);
    let row = &world.store.rows()[1];
    assert_eq!(row.order.prompt, "a paper boat");
    assert!(world.tabs[tab].notices.contains(&Notice::Rescued { filed: 1, known: 1, wrong: 1, left: 0 }));
    assert_eq!(world.arrivals, 1);
}

/// Mean delay until a completion is noticed, and questions for each image, over `count` images one after the other.
fn noticing(seed: u64, count: u32) -> (f64, f64) {
    let mut world = World::new(seed);
    let tab = world.open_tab();
    world.api.config_mut().timings.clear();
    let mut delays = 0;
    let mut polls = 0;
    for n in 0..count {
        let runs = world.random.u64(9_000..19_000);
        world.api.config_mut().default_timing = flux_studio_simulator::config::Timing::new(0, runs);
        world.api.config_mut().jitter_percent = 0;
        world.generate(tab, draft(&format!("picture {n}"), 1));
        let before = world.polls;
        world.run_for(MINUTE);
        let row = world.store.rows().pop().unwrap();
        // The first images teach.
        if n >= 10 {
            delays += row.finished.unwrap().since(row.accepted.unwrap()).saturating_sub(runs);
            polls += world.polls - before;
        }
    }
    let measured = f64::from(count - 10);
    (delays as f64 / measured, f64::from(polls) / measured)
}

#[test]
fn completions_are_noticed_in_half_the_time_of_a_fixed_interval_with_as_many_questions() {
    let (delay, questions) = noticing(19, 110);
    // Ends lie evenly between 9 and 19 s. A fixed interval that asks so often is 14 s long divided by the questions,
    // and notices after half of that on the average.
    let fixed = 14_000.0 / questions / 2.0;
    println!("noticed after {delay:.0} ms with {questions:.2} questions; a fixed interval: {fixed:.0} ms");
    assert!(delay <= fixed / 2.0, "{delay:.0} ms against {fixed:.0} ms with {questions:.2} questions");
}

#[test]
fn the_trash_keeps_for_thirty_days_and_then_only_the_money_row_stays() {
    let mut world = World::new(31);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 3));
    world.run_for(MINUTE);
    world.tell(tab, Event::Mark(vec![ids[2]], Mark::Favourite(true)));
    world.tell(tab, Event::Mark(ids[1..].to_vec(), Mark::Trash(true)));
    world.run_for(1_000);
    world.tell(tab, Event::EmptyTrash { favourites: false });
    world.run_for(1_000);
    let purged = |world: &World| ids.iter().map(|id| world.store.get(id).unwrap().purged).collect::<Vec<_>>();
    assert_eq!(purged(&world), [false, true, false], "favourites stay");
    // What is purged cannot come back: its bytes are gone.
    world.tell(tab, Event::Mark(vec![ids[1]], Mark::Trash(false)));
    world.run_for(1_000);
    assert_eq!(world.tabs[tab].studio.shown().len(), 1);
    assert!(world.store.get(&ids[1]).unwrap().quota.is_some(), "what it cost is still known");
    world.shift_wall(29 * 86_400_000);
    world.kill(tab);
    let tab = world.open_tab();
    world.run_for(1_000);
    assert_eq!(purged(&world), [false, true, false]);
    world.shift_wall(2 * 86_400_000);
    world.kill(tab);
    world.open_tab();
    world.run_for(1_000);
    assert_eq!(purged(&world), [false, true, true]);
}

#[test]
fn a_deletion_that_was_cut_off_is_done_to_its_end() {
    let mut world = World::new(35);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 2));
    world.run_for(MINUTE);
    world.tell(tab, Event::Mark(vec![ids[0]], Mark::Trash(true)));
    world.run_for(1_000);
    world.tell(tab, Event::EmptyTrash { favourites: true });
    // The row says it, and the page ends before the bytes are gone.
    world.run_until(|world| world.store.get(&ids[0]).unwrap().purged);
    world.kill(tab);
    assert!(world.store.bytes.contains_key(&ids[0]), "it was cut off");
    world.open_tab();
    world.run_for(MINUTE);
    assert!(!world.store.bytes.contains_key(&ids[0]) && world.store.bytes.contains_key(&ids[1]));
    assert!(world.store.get(&ids[0]).unwrap().file.is_none());
}

#[test]
fn what_was_said_last_holds_before_it_is_written() {
    let mut world = World::new(33);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 4));
    world.run_for(MINUTE);
    let all = || ids.clone();
    let taken_back = |world: &World| {
        let said = world.tabs[tab].notices.iter().rev().find_map(|notice| match notice {
            Notice::TakenBack(count) => Some(*count),
            _ => None,
        });
        said.unwrap()
    };

    // Stars are corrected before the first ones are written; undo goes back by one, not by two.
    for stars in [3, 5, 0] {
        world.tell(tab, Event::Mark(all(), Mark::Rating(stars)));
    }
    assert!(world.tabs[tab].studio.unsafe_to_close(), "what was said is not written yet");
    world.run_for(1_000);
    assert!(world.store.rows().iter().all(|row| row.rating == 0));
    assert!(!world.tabs[tab].studio.unsafe_to_close());
    world.tell(tab, Event::TakeBack(None));
    world.run_for(1_000);
    assert!(world.store.rows().iter().all(|row| row.rating == 5));

    // Favourites of this very moment survive the emptying of the trash.
    world.tell(tab, Event::Mark(all(), Mark::Trash(true)));
    world.run_for(1_000);
    world.tell(tab, Event::Mark(ids[2..].to_vec(), Mark::Favourite(true)));
    world.tell(tab, Event::EmptyTrash { favourites: false });
    world.run_for(1_000);
    let purged: Vec<bool> = ids.iter().map(|id| world.store.get(id).unwrap().purged).collect();
    assert_eq!(purged, [true, true, false, false]);

    // What has left for good is not said to be back.
    world.tell(tab, Event::TakeBack(None));
    assert_eq!(taken_back(&world), 2, "two favourites no more");
    world.tell(tab, Event::TakeBack(None));
    assert_eq!(taken_back(&world), 2, "two out of the trash");
    world.run_for(1_000);
    assert_eq!(world.tabs[tab].studio.shown().len(), 2);
}

#[test]
fn a_favourite_of_another_tab_survives_the_emptying_of_the_trash() {
    let mut world = World::new(34);
    let (one, other) = (world.open_tab(), world.open_tab());
    let ids = world.generate(one, draft("a fox", 2));
    world.run_for(MINUTE);
    world.tell(one, Event::Mark(ids.clone(), Mark::Trash(true)));
    world.run_for(1_000);
    world.tell(other, Event::Mark(vec![ids[1]], Mark::Favourite(true)));
    // The first tab has not heard of it.
    world.run_until(|world| world.store.get(&ids[1]).unwrap().favourite);
    world.tell(one, Event::EmptyTrash { favourites: false });
    world.run_for(1_000);
    let purged: Vec<bool> = ids.iter().map(|id| world.store.get(id).unwrap().purged).collect();
    assert_eq!(purged, [true, false]);
}

#[test]
fn every_library_action_can_be_taken_back() {
    let mut world = World::new(32);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 3));
    world.run_for(MINUTE);
    let before = world.store.rows();
    let marks = [
        Mark::Favourite(true),
        Mark::Rating(4),
        Mark::Tag("fox".into(), true),
        Mark::Collection("Animals".into(), true),
        Mark::Trash(true),
    ];
    for mark in &marks {
        world.tell(tab, Event::Mark(ids.clone(), mark.clone()));
    }
    world.run_for(1_000);
    assert!(world.store.rows().iter().all(|row| row.rating == 4 && row.tags == ["fox"] && row.deleted.is_some()));
    for _ in &marks {
        world.tell(tab, Event::TakeBack(None));
    }
    world.run_for(1_000);
    for (row, old) in world.store.rows().iter().zip(&before) {
        assert_eq!(flux_studio_core::attempt::Record { rev: old.rev, ..row.clone() }, *old);
    }
}

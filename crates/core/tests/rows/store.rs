//! S: the browser's storage fails.

use flux_studio_core::attempt::{Hold, Record, Risk, Status};
use flux_studio_core::event::{Event, WriteProblem};
use flux_studio_core::id::JobId;
use flux_studio_core::message::Notice;
use flux_studio_core::view::Button;

use flux_studio_simulator::config::Timing;

use crate::world::{MINUTE, World, draft};

#[test]
fn s01_s04_bytes_that_find_no_room_are_in_memory_and_kept_when_there_is_some() {
    for risk in [Risk::StoreFull, Risk::StoreBroken] {
        let mut world = World::new(501);
        let tab = world.open_tab();
        world.next_downloads = vec![Some(risk.clone()); 3].into();
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_until(|world| world.statuses() == ["at-risk"]);
        world.run_for(100);
        let tile = world.tabs[tab].studio.tile(&ids[0]).unwrap();
        assert!(tile.has_bytes && tile.buttons[0] == Button::Download, "{:?}", tile.buttons);
        assert!(tile.sentence.unwrap().text().contains("Download it now"));
        assert!(world.tabs[tab].studio.unsafe_to_close());
        let row = world.store.get(&ids[0]).unwrap();
        assert!(row.url.is_some() && row.job.is_some() && row.order.prompt == "a fox");
        world.run_for(2 * MINUTE);
        assert_eq!((world.downloads, world.statuses()), (4, vec!["stored"]));
        assert!(!world.tabs[tab].studio.unsafe_to_close());
    }
}

#[test]
fn s02_a_claim_that_cannot_be_written_sends_nothing() {
    for problem in [WriteProblem::Full, WriteProblem::Broken("AbortError".to_owned())] {
        let mut world = World::new(502);
        let tab = world.open_tab();
        // The row finds room, its claim does not.
        world.next_writes = [None, Some(problem)].into();
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_for(10 * MINUTE);
        assert_eq!((world.broken_writes, world.sent(), world.statuses()), (1, 0, vec!["queued"]));
        assert_eq!(world.tabs[tab].studio.overview().hold, Some(Hold::Store));
        assert!(world.says(tab, &ids[0]).contains("Nothing was sent"));
        world.tell(tab, Event::Resume);
        world.run_for(MINUTE);
        assert_eq!((world.sent(), world.statuses()), (1, vec!["stored"]));
    }
}

#[test]
fn s03_the_job_id_reaches_the_disk_however_often_the_write_fails() {
    for failures in 1..10 {
        let mut world = World::new(503);
        let tab = world.open_tab();
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_until(|world| world.arrivals == 1);
        world.next_writes = vec![Some(WriteProblem::Full); failures].into();
        world.run_until(|world| world.broken_writes >= 1);
        world.run_for(100);
        assert!(!world.tabs[tab].studio.tile(&ids[0]).unwrap().job_id.is_empty(), "the id is on screen");
        assert!(world.asked.is_empty() || failures == 1, "and nobody is asked with it before it is on disk");
        world.run_for(2 * MINUTE);
        assert_eq!((world.broken_writes as usize, world.statuses()), (failures, vec!["stored"]));
        assert_eq!((world.sent(), world.api.jobs().len()), (1, 1));
    }
}

#[test]
fn s03_a_job_id_that_never_reached_the_disk_comes_back_after_the_page_was_closed() {
    for wiped in [false, true] {
        let mut world = World::new(508);
        let tab = world.open_tab();
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_until(|world| world.arrivals == 1);
        world.next_writes = vec![Some(WriteProblem::Full); 1_000].into();
        world.run_for(MINUTE);
        assert!(world.broken_writes > 5 && world.store.get(&ids[0]).unwrap().job.is_none(), "the row has no room");
        let job = world.api.jobs()[0].id.clone();
        assert_eq!(world.spares.get(&ids[0]).map(|job| job.as_str().to_owned()), Some(job.clone()));
        world.kill(tab);
        world.next_writes.clear();
        if wiped {
            world.store.wipe();
        }
        let tab = world.open_tab();
        world.run_for(2 * MINUTE);
        let rows = world.store.rows();
        let found: Vec<_> = rows.iter().filter_map(|row| row.job.as_ref().map(|job| job.as_str())).collect();
        assert_eq!((found, world.statuses()), (vec![job.as_str()], vec!["stored"]), "wiped: {wiped}");
        assert_eq!((world.sent(), world.api.jobs().len(), world.spares.len()), (1, 1, 0));
        // And once it is on disk nothing of it comes a second time.
        world.kill(tab);
        world.spares.insert(ids[0], JobId::parse(&job).unwrap());
        world.open_tab();
        world.run_for(MINUTE);
        assert_eq!((world.statuses(), world.spares.len(), world.downloads), (vec!["stored"], 0, 1));
    }
}

#[test]
fn s03_a_job_id_that_two_tabs_write_at_once_is_filed_once_and_asked_for() {
    let mut world = World::new(509);
    let tab = world.open_tab();
    world.run_for(1_000);
    let job = "somebody-elses-job";
    world.next_writes = vec![Some(WriteProblem::Full); 3].into();
    world.tell(tab, Event::Rescue(job.to_owned()));
    world.run_for(1_000);
    assert_eq!((world.store.rows().len(), world.spares.len()), (0, 1), "the row has no room");
    world.next_writes.clear();
    // Another tab finds it beside the database before the first one tries again.
    world.open_tab();
    world.run_for(10_000);
    assert!(world.conflicts > 0, "they met");
    assert_eq!((world.store.rows().len(), world.spares.len()), (1, 0));
    assert!(!world.asked.is_empty() && !world.tabs[tab].studio.unsafe_to_close());
}

#[test]
fn s07_one_lost_connection_at_any_write_is_healed_and_nothing_lands_twice() {
    let mut struck = 0;
    for nth in 0..12 {
        let mut world = World::new(504);
        let tab = world.open_tab();
        world.next_writes = (0..nth).map(|_| None).collect();
        world.next_writes.push_back(Some(WriteProblem::Broken("UnknownError: Connection lost".to_owned())));
        world.generate(tab, draft("a fox", 2));
        world.run_for(MINUTE);
        world.tell(tab, Event::Resume);
        world.run_for(2 * MINUTE);
        struck += world.broken_writes;
        let rows = world.store.rows();
        // A row that could not be made is not there, was not sent, and the person was told.
        let told = world.tabs[tab].notices.iter().any(|notice| matches!(notice, Notice::NotWritten(_)));
        assert!(rows.len() == 2 || (rows.len() == 1 && told && nth < 2), "{nth}");
        assert!(rows.iter().all(|row| row.status() == Status::Stored), "{nth}: {:?}", world.statuses());
        assert_eq!((world.sent() as usize, world.api.jobs().len()), (rows.len(), rows.len()), "{nth}");
    }
    assert!(struck >= 8, "{struck} of the writes failed");
}

#[test]
fn s14_s16_a_row_that_vanished_from_the_store_is_not_sent_and_not_asked_for_without_end() {
    let mut world = World::new(507);
    world.api.config_mut().default_timing = Timing::new(0, 5_000);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 7));
    world.run_until(|world| world.statuses().iter().filter(|status| **status == "running").count() == 5);
    // The two that are still queued have never been sent; the five are paid for.
    world.store.wipe();
    world.run_for(2 * MINUTE);
    assert!(world.conflicts > 0, "writes met nothing");
    assert!(world.conflicts < 50, "{} tries", world.conflicts);
    assert_eq!((world.sent(), world.arrivals), (5, 5), "what was queued is not sent");
    assert!(world.tabs[tab].notices.iter().any(|notice| matches!(notice, Notice::NotWritten(_))), "and that is said");
    assert_eq!(world.statuses(), ["stored"; 5], "what was paid for is on disk again");
    assert_eq!(world.tabs[tab].studio.shown().len(), 5);
    assert!(ids.len() == 7 && !world.tabs[tab].studio.unsafe_to_close());
}

#[test]
fn s17_damaged_rows_are_put_aside_and_the_rest_is_untouched() {
    let mut world = World::new(505);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    let text = world.store.rows()[0].to_json();
    for (from, to) in [
        (r#""rev":"#, r#""rev":"x","old":"#),
        (r#""created":"#, r#""created":null,"old":"#),
        (r#""created":"#, r#""created":-1e400,"old":"#),
        (r#""state":"stored""#, r#""state":"teleported""#),
        (r#""prompt":"a fox""#, r#""prompt":[1]"#),
    ] {
        let damaged = text.replacen(from, to, 1);
        assert_ne!(damaged, text, "{from}");
        assert!(Record::from_json(&damaged).is_err(), "{damaged}");
    }
    assert!(Record::from_json(&text[..text.len() / 2]).is_err());
    // Fields of a later version are no damage.
    let later = text.replacen('{', r#"{"of_a_later_version":[1,2],"#, 1);
    assert_eq!(Record::from_json(&later).unwrap(), world.store.rows()[0]);
    // The page says how many there are, and works.
    world.damaged = 2;
    world.kill(tab);
    let tab = world.open_tab();
    world.generate(tab, draft("a hare", 1));
    world.run_for(MINUTE);
    assert!(world.tabs[tab].notices.contains(&Notice::Damaged(2)));
    assert_eq!(world.statuses(), ["stored", "stored"]);
}

#[test]
fn s23_what_is_shown_as_stored_is_on_disk_at_every_instant() {
    let mut world = World::new(506);
    let tab = world.open_tab();
    world.generate(tab, draft("a fox", 4));
    let mut shown = 0;
    for _ in 0..3_000 {
        if !world.next() {
            break;
        }
        for id in world.listed(tab) {
            if world.tabs[tab].studio.tile(&id).unwrap().status == Status::Stored {
                shown += 1;
                assert_eq!(world.store.get(&id).map(|row| row.status()), Some(Status::Stored));
                assert!(world.store.bytes.contains_key(&id));
            }
        }
    }
    assert!(shown > 0);
    assert_eq!(world.statuses(), ["stored"; 4]);
}

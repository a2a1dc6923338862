//! A: answers that are not what they should be.

use std::sync::OnceLock;

use flux_studio_core::attempt::{Doubt, State};
use flux_studio_core::event::Action;
use flux_studio_simulator::config::{IdKey, Timing, UrlKey};
use serde_json::{Value, json};

use crate::world::{Fault, MINUTE, World, draft};

fn edit(body: &str, pointer: &str, value: Value) -> String {
    let mut json: Value = serde_json::from_str(body).expect("json");
    *json.pointer_mut(pointer).expect("there") = value;
    json.to_string()
}

#[test]
fn a12_the_id_is_found_under_every_name() {
    for key in [IdKey::JobId, IdKey::JobIdSnake, IdKey::Both, IdKey::TopLevel, IdKey::TopLevelSnake] {
        let mut world = World::new(301);
        world.api.config_mut().id_key = key;
        let tab = world.open_tab();
        world.generate(tab, draft("a fox", 1));
        world.run_for(MINUTE);
        assert_eq!((world.statuses(), world.arrivals), (vec!["stored"], 1), "{key:?}");
    }
}

#[test]
fn a13_a14_an_acceptance_without_a_right_id_is_unknown_and_its_answer_is_kept() {
    for change in [
        (|body| body.replace("jobId", "ident")) as fn(String) -> String,
        |body| edit(&body, "/data", Value::Null),
        |body| edit(&body, "/data/jobId", json!("")),
        |body| edit(&body, "/data/jobId", json!(12_345_678)),
        |body| edit(&body, "/data/jobId", json!("x".repeat(10_000))),
        |body| edit(&body, "/data/jobId", json!("/../../etc/passwd")),
        |body| edit(&body, "/data/jobId", json!("abcdef\nghijkl")),
        |_| String::new(),
    ] {
        let mut world = World::new(302);
        let tab = world.open_tab();
        world.next_posts = vec![Some(Fault::Changed(change))];
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_for(10 * MINUTE);
        assert_eq!((world.faults, world.api.jobs().len(), world.sent()), (1, 1, 1), "the API made a job");
        assert_eq!(world.statuses(), ["unknown"]);
        assert!(world.store.rows()[0].job.is_none() && world.asked.is_empty(), "nothing is asked with such an id");
        assert!(world.raw.iter().any(|(of, status, _)| *of == ids[0] && *status == 200), "the answer is on disk");
    }
}

static FIRST: OnceLock<String> = OnceLock::new();

#[test]
fn a15_one_id_for_two_attempts_makes_one_image_and_one_doubt() {
    // The model gives the same ids for the same seed: the first job's is known beforehand.
    let mut before = World::new(303);
    let tab = before.open_tab();
    before.generate(tab, draft("a fox", 1));
    before.run_for(MINUTE);
    FIRST.set(before.api.jobs()[0].id.clone()).expect("once");
    let same = Some(Fault::Changed(|body| edit(&body, "/data/jobId", json!(FIRST.get()))));
    // One after the other, and two at the same time, whose rows are still being written when the second answer comes.
    for (count, latency_ms) in [(1, 20), (2, 20), (2, 400)] {
        let mut world = World::new(303);
        world.weather.latency_ms = latency_ms;
        let tab = world.open_tab();
        world.next_posts = vec![None, same];
        world.generate(tab, draft("a fox", count));
        if count == 1 {
            world.run_for(MINUTE);
            world.generate(tab, draft("another fox", 1));
        }
        world.run_for(2 * MINUTE);
        assert_eq!((world.faults, world.api.jobs().len()), (1, 2), "two jobs, one id");
        let rows = world.store.rows();
        let mut ids: Vec<_> = rows.iter().filter_map(|row| row.job.as_ref()).map(|job| job.as_str()).collect();
        ids.dedup();
        assert_eq!(ids, [FIRST.get().unwrap()], "one row has the job ({count} at once)");
        let mut statuses = world.statuses();
        statuses.sort_unstable();
        assert_eq!(statuses, ["stored", "unknown"]);
        assert!(rows.iter().any(|row| matches!(row.state, State::Unknown { doubt: Doubt::SameJob, .. })));
    }
}

#[test]
fn a16_a17_a21_a26_a28_odd_answers_about_a_job_change_nothing() {
    let odd = [
        Fault::Changed(|body| edit(&body, "/status", json!("RUNNING2"))),
        Fault::Changed(|body| edit(&body, "/status", Value::Null)),
        Fault::Changed(|body| edit(&body, "/status", json!(7))),
        Fault::Changed(|body| edit(&body, "/status", json!(["SUCCESS"]))),
        Fault::Changed(|body| edit(&body, "/jobId", json!("somebody-elses"))),
        Fault::Says(200, r#"{"status":"FAILED","message":"no","jobId":"somebody-elses"}"#, None, None),
        Fault::Says(200, "[]", None, None),
        Fault::Says(200, "null", None, None),
        Fault::Says(200, "\"\"", None, None),
        Fault::Says(200, "<html>", None, None),
        Fault::Says(204, "", None, None),
        Fault::Says(205, "", None, None),
        Fault::Says(206, "", None, None),
        Fault::Says(304, "", None, None),
    ];
    let mut world = World::new(304);
    let tab = world.open_tab();
    world.next_polls = odd.iter().copied().map(Some).collect();
    world.generate(tab, draft("a fox", 1));
    for struck in 1..=odd.len() as u32 {
        world.run_until(|world| world.faults == struck);
        world.run_for(100);
        assert_eq!(world.statuses(), ["running"], "after {:?}", odd[struck as usize - 1]);
    }
    world.run_for(MINUTE);
    assert_eq!((world.statuses(), world.sent()), (vec!["stored"], 1));
}

#[test]
fn a18_lists_of_addresses_are_understood() {
    let mut world = World::new(305);
    world.api.config_mut().url_key = UrlKey::List;
    let tab = world.open_tab();
    world.next_polls = [Some(Fault::Changed(|body| {
        let good: Value = serde_json::from_str(&body).unwrap();
        let urls = json!(["javascript:alert(1)", "", good["data"]["imageUrl"][0], "https://cdn.ttapi.io/other.png"]);
        edit(&body, "/data/imageUrl", urls)
    }))]
    .into();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!((world.faults, world.statuses()), (1, vec!["stored"]));
}

#[test]
fn a18_asking_in_vain_for_an_address_ends_each_time() {
    let mut world = World::new(306);
    world.api.config_mut().image_base = "javascript:alert(1)//".to_owned();
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(5 * MINUTE);
    assert_eq!((world.statuses(), world.asked.len()), (vec!["at-risk"], 6), "one question and five more");
    world.act(tab, &ids[0], Action::CheckNow);
    world.run_for(30 * MINUTE);
    assert_eq!((world.statuses(), world.asked.len()), (vec!["at-risk"], 12), "and as many when the person asks");
    assert!(world.says(tab, &ids[0]).contains("javascript:alert(1)"), "what stood there is shown as text");
}

#[test]
fn a19_a_word_that_comes_after_the_end_changes_nothing() {
    // FAILED after SUCCESS: the picture's link has ended, so the job is asked for once more.
    let mut world = World::new(307);
    let tab = world.open_tab();
    world.next_downloads = [Some(flux_studio_core::attempt::Risk::Status(404))].into();
    let failed = Fault::Says(200, r#"{"status":"FAILED","message":"Job Timeout"}"#, None, None);
    world.next_polls = [None, Some(failed)].into();
    world.generate(tab, draft("a fox", 1));
    world.run_for(10 * MINUTE);
    assert_eq!((world.faults, world.downloads, world.statuses()), (1, 2, vec!["stored"]));
    assert_eq!(world.asked.len(), 2, "asking for a fresh link ends");
    // Pending after FAILED: nobody asks any more.
    let ids = world.generate(tab, draft("[fail:timeout] a fox", 1));
    world.run_for(MINUTE);
    let asked = world.asked.len();
    assert_eq!(world.statuses(), ["stored", "failed"]);
    world.act(tab, &ids[0], Action::CheckNow);
    world.run_for(10 * MINUTE);
    assert_eq!((world.asked.len(), world.statuses()), (asked, vec!["stored", "failed"]));
}

#[test]
fn a20_the_servers_message_is_shown_as_visible_text() {
    let mut world = World::new(308);
    let tab = world.open_tab();
    let message = r#"{"status":"FAILED","message":"<b>no</b> \u202Eevil\u0000"}"#;
    world.next_polls = [Some(Fault::Says(200, message, None, None))].into();
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    assert_eq!((world.faults, world.statuses()), (1, vec!["failed"]));
    let said = world.says(tab, &ids[0]);
    assert!(said.contains("<b>no</b>") && !said.contains(['\u{202e}', '\0']), "{said:?}");
}

#[test]
fn a24_a25_strange_numbers_and_keys_do_not_hide_the_picture() {
    let mut world = World::new(309);
    world.api.config_mut().default_timing = Timing::new(0, 10);
    let tab = world.open_tab();
    world.next_polls = [
        Some(Fault::Changed(|body| body.replacen('{', r#"{"status":1e309,"#, 1))),
        Some(Fault::Changed(|body| format!("{}{}", "[".repeat(100_000), body))),
        Some(Fault::Changed(|body| body.replacen('{', r#"{"__proto__":{"status":"FAILED"},"status":7,"n":1e400,"#, 1))),
        Some(Fault::Changed(|body| {
            body.replacen('{', r#"{"status":"FAILED","big":123456789012345678901234567890,"#, 1)
        })),
    ]
    .into();
    world.generate(tab, draft("a fox", 1));
    world.run_for(MINUTE);
    // Of a name that stands twice, the last counts.
    assert_eq!((world.faults, world.statuses()), (4, vec!["stored"]));
    assert_eq!(world.store.rows()[0].quota, Some(1_000));
}

//! A: pictures that cannot be fetched, or are none.

use flux_studio_core::attempt::{Risk, State};
use flux_studio_core::event::Action;

use crate::world::{MINUTE, World, draft};

#[test]
fn a29_an_ended_link_is_asked_for_afresh() {
    for status in [403, 404, 410] {
        let mut world = World::new(401);
        world.api.config_mut().url_lifetime_ms = Some(1);
        world.api.config_mut().url_gone_status = status;
        world.api.config_mut().renew_url = true;
        let tab = world.open_tab();
        world.generate(tab, draft("a fox", 1));
        world.run_until(|world| world.downloads == 1);
        world.run_for(1);
        world.api.config_mut().url_lifetime_ms = Some(10_000);
        world.run_for(2 * MINUTE);
        assert!(world.downloads >= 2 && world.asked.len() >= 2, "the first link had ended");
        assert_eq!((world.statuses(), world.sent()), (vec!["stored"], 1), "{status}");
    }
}

#[test]
fn a29_a_link_that_has_ended_for_good_is_at_risk_with_its_address() {
    let mut world = World::new(402);
    world.api.config_mut().url_lifetime_ms = Some(0);
    let tab = world.open_tab();
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(30 * MINUTE);
    assert_eq!(world.statuses(), ["at-risk"]);
    assert!(world.store.rows()[0].url.is_some());
    assert!(world.says(tab, &ids[0]).contains("link has ended"));
    assert!(world.asked.len() <= 3, "the API is not asked over and over: {}", world.asked.len());
    world.api.config_mut().url_lifetime_ms = None;
    world.act(tab, &ids[0], Action::CheckNow);
    world.run_for(MINUTE);
    assert_eq!(world.statuses(), ["stored"]);
}

#[test]
fn a30_a31_what_is_no_picture_or_cannot_be_read_is_at_risk_after_the_third_try_and_tried_on() {
    for (risk, said) in [(Risk::NotAnImage, "not a whole picture"), (Risk::Unreachable, "proxy in the settings")] {
        let mut world = World::new(403);
        let tab = world.open_tab();
        world.next_downloads = vec![Some(risk.clone()); 5].into();
        let ids = world.generate(tab, draft("a fox", 1));
        world.run_until(|world| world.downloads == 3);
        assert_eq!(world.statuses(), ["downloading"]);
        world.run_for(1_000);
        assert_eq!(world.statuses(), ["at-risk"]);
        assert!(world.says(tab, &ids[0]).contains(said));
        world.run_for(2 * MINUTE);
        assert_eq!((world.downloads, world.statuses()), (6, vec!["stored"]));
    }
}

#[test]
fn a32_a_picture_that_is_too_large_is_refused_and_not_fetched_again() {
    let mut world = World::new(404);
    let tab = world.open_tab();
    world.next_downloads = [Some(Risk::TooLarge)].into();
    let ids = world.generate(tab, draft("a fox", 1));
    world.run_for(10 * MINUTE);
    assert_eq!((world.downloads, world.statuses()), (1, vec!["at-risk"]));
    assert!(world.says(tab, &ids[0]).contains("too large"));
    assert!(world.store.rows()[0].url.is_some());
}

#[test]
fn a33_the_first_checked_copy_stays() {
    let mut world = World::new(405);
    world.drift = true;
    let first = world.open_tab();
    let ids = world.generate(first, draft("a fox", 1));
    world.weather.latency_ms = 300;
    world.run_until(|world| world.promises.fetching() == 1);
    // Another tab takes over while the first one's bytes are on their way; both fetch, each gets other bytes.
    world.freeze(first);
    world.open_tab();
    world.run_for(MINUTE);
    let file = world.store.get(&ids[0]).unwrap().file;
    world.thaw(first);
    world.run_for(MINUTE);
    assert_eq!((world.downloads >= 2, world.statuses()), (true, vec!["stored"]));
    let row = world.store.get(&ids[0]).unwrap();
    assert!(file.is_some() && row.file == file && row.state == State::Stored);
}

//! The whole core against fake network, store, clock and tabs, from a seed: random wishes, faults, crashes at any step,
//! tabs that open, close and freeze, clocks that jump. Invariants are checked at every commit and every paid request
//! (in `world`), the books at the end.
//!
//! `cargo xtask soak --seeds 100000` runs more seeds than the usual 10,000 (by `FLUX_SEEDS` and `FLUX_FROM`);
//! `FLUX_SEED=7 cargo test -p flux-studio-core --test simulation` replays one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod world;

use std::collections::BTreeSet;

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::attempt::{Record, State, Status};
use flux_studio_core::draft::Draft;
use flux_studio_core::event::{Action, Event};
use flux_studio_core::id::AttemptId;
use flux_studio_core::settings::Settings;
use flux_studio_simulator::config::{IdKey, RateLimit, RetryAfter, Timing, UnknownJob, UrlKey};
use flux_studio_simulator::job::Phase;
use world::{START, Weather, World};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn ten_thousand_lives() {
    if let Some(seed) = number("FLUX_SEED") {
        live(seed);
        return;
    }
    let seeds = number("FLUX_SEEDS").unwrap_or(10_000);
    let from = number("FLUX_FROM").unwrap_or(0);
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(8) as u64;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|thread| {
                scope.spawn(move || {
                    for seed in (from + thread..from + seeds).step_by(threads as usize) {
                        if std::panic::catch_unwind(|| drop(live(seed))).is_err() {
                            panic!("seed {seed} broke a promise; replay it with FLUX_SEED={seed}");
                        }
                    }
                })
            })
            .collect();
        for worker in workers {
            worker.join().expect("every seed keeps the promises");
        }
    });
    println!("{seeds} seeds");
}

/// A failing seed is of use only if it fails again.
#[test]
fn a_seed_is_lived_the_same_way_twice() {
    for seed in 0..60 {
        let [first, second] = [seed, seed].map(|seed| {
            let world = live(seed);
            let rows: Vec<String> = world.store.rows().iter().map(Record::to_json).collect();
            (world.now(), world.faults, world.asked, rows)
        });
        assert!(first == second, "seed {seed}");
    }
}

fn live(seed: u64) -> World {
    let mut world = World::new(seed);
    let mut dice = fastrand::Rng::with_seed(seed ^ 0x5eed);
    let mild = |dice: &mut fastrand::Rng, most: u32| if dice.bool() { 0 } else { dice.u32(0..most) };
    world.weather = Weather {
        post: mild(&mut dice, 300),
        poll: mild(&mut dice, 400),
        download: mild(&mut dice, 400),
        write: mild(&mut dice, 100),
        hint_lost: mild(&mut dice, 500),
        latency_ms: dice.u64(1..400),
        dead: false,
    };
    world.drift = dice.u32(0..4) == 0;
    climate(&mut world, &mut dice);
    world.open_tab();
    for _ in 0..dice.u32(5..25) {
        wish(&mut world, &mut dice);
        world.run_for(dice.u64(0..4_000));
        world.check_sentences();
    }
    heal(&mut world);
    verdict(&world);
    world
}

/// Which API this life meets: quick or slow, of 2024 or later, generous or not.
fn climate(world: &mut World, dice: &mut fastrand::Rng) {
    let runs = if dice.bool() { 40 } else { dice.u64(40..40_000) };
    let some = |dice: &mut fastrand::Rng| dice.u32(0..4) == 0;
    let config = world.api.config_mut();
    config.default_timing = Timing::new(runs / 4, runs);
    config.jitter_percent = dice.u8(0..50);
    config.id_key = if dice.bool() { IdKey::JobId } else { IdKey::TopLevelSnake };
    config.differing_inner_id = dice.bool();
    config.unknown_job = if dice.bool() { UnknownJob::NotFound } else { UnknownJob::OkFailed };
    config.url_key = if dice.bool() { UrlKey::ImageUrl } else { UrlKey::List };
    config.refused_words = vec!["refused".to_owned()];
    if some(dice) {
        config.queue_limit = Some(dice.u32(1..5));
    }
    if some(dice) {
        let retry_after = if dice.bool() { RetryAfter::Seconds } else { RetryAfter::Absent };
        config.rate_limit =
            Some(RateLimit { burst: dice.u32(2..20), per_minute: 60, all_calls: dice.bool(), retry_after });
    }
    if some(dice) {
        config.url_lifetime_ms = Some(dice.u64(1_000..60_000));
        config.renew_url = true;
    }
}

fn wish(world: &mut World, dice: &mut fastrand::Rng) {
    let live: Vec<usize> = (0..world.tabs.len()).filter(|tab| world.tabs[*tab].alive).collect();
    let Some(&tab) = live.get(dice.usize(0..live.len().max(1))) else {
        world.open_tab();
        return;
    };
    let known: Vec<AttemptId> = world.listed(tab);
    let some = known.get(dice.usize(0..known.len().max(1))).cloned();
    match (dice.u32(0..27), some) {
        (0..=5, _) if !world.tabs[tab].frozen => {
            let kind = ["picture", "picture", "picture", "[fail:quota]", "gore", "refused"][dice.usize(0..6)];
            let prompt = format!("{kind} {}", dice.u32(..));
            world.generate(tab, Draft { prompt, count: dice.u16(1..5), ..Draft::default() });
        }
        (6, _) if live.len() < 4 => {
            world.open_tab();
        }
        (7 | 8, _) => {
            world.kill(tab);
            if live.len() == 1 {
                world.open_tab();
            }
        }
        (9, _) if dice.bool() => world.freeze_and_forget(tab),
        (9, _) => world.freeze(tab),
        (10, _) => {
            if let Some(frozen) = live.iter().find(|tab| world.tabs[**tab].frozen) {
                world.thaw(*frozen);
            }
        }
        (11, _) => world.shift_wall(if dice.bool() { 8 * 3_600_000 } else { -86_400_000 }),
        (12, _) => world.tell(tab, Event::Visible(dice.bool())),
        (13, _) => world.tell(tab, Event::Resume),
        (14, Some(id)) => world.tell(tab, Event::Act(id, Action::Cancel)),
        (15, Some(id)) => world.tell(tab, Event::Mark(vec![id], Mark::Favourite(dice.bool()))),
        (16, Some(id)) => match dice.u8(0..8) {
            0 => world.tell(tab, Event::EmptyTrash { favourites: dice.bool() }),
            1 | 2 => world.tell(tab, Event::TakeBack(None)),
            _ => world.tell(tab, Event::Mark(vec![id], Mark::Trash(true))),
        },
        (17, Some(id)) => world.tell(tab, Event::Act(id, Action::CheckNow)),
        (18, Some(id)) => world.tell(tab, Event::Act(id, Action::WriteOff)),
        (19 | 20, Some(id)) if !world.tabs[tab].frozen => {
            // Each of these is a confirmation of one more paid request, where it applies.
            let action = if dice.bool() { Action::Retry } else { Action::SendAgain };
            world.confirmed += 1;
            world.tell(tab, Event::Act(id, action));
        }
        (21, Some(id)) => {
            let jobs = world.api.jobs();
            if let Some(job) = jobs.get(dice.usize(0..jobs.len().max(1))).map(|job| job.id.clone()) {
                world.tell(tab, Event::Act(id, Action::AttachJobId(job)));
            }
        }
        // The line is dead for a while; now and then the browser believes that it is back.
        (22, _) => {
            world.weather.dead = true;
            for _ in 0..dice.u32(1..40) {
                world.run_for(dice.u64(500..5_000));
                if dice.bool() {
                    world.tell(tab, Event::Woke);
                }
            }
            world.weather.dead = false;
        }
        (23, _) => world.tell(tab, Event::Woke),
        (24, _) => {
            let jobs = world.api.jobs().iter().map(|job| job.id.clone()).collect::<Vec<_>>().join("\n");
            world.tell(tab, Event::Rescue(jobs));
        }
        // The key, or a right address, is missing for a while.
        (25, _) => {
            world.tell(tab, Event::Key(false));
            world.run_for(dice.u64(0..10_000));
            world.tell(tab, Event::Key(true));
        }
        (26, _) => {
            let wrong = Settings { proxy_url: Some("nonsense:".to_owned()), ..Settings::default() };
            world.tell(tab, Event::Settings(Box::new(wrong)));
            world.run_for(dice.u64(0..10_000));
            world.tell(tab, Event::Settings(Box::default()));
        }
        _ => {}
    }
}

/// Everything works again, one visible tab is open, and a person looks in now and then.
fn heal(world: &mut World) {
    world.weather = Weather { latency_ms: world.weather.latency_ms, ..Weather::FINE };
    for tab in 0..world.tabs.len() {
        if world.tabs[tab].alive && world.tabs[tab].frozen {
            world.thaw(tab);
        }
    }
    let tab = (0..world.tabs.len()).find(|tab| world.tabs[*tab].alive).unwrap_or_else(|| world.open_tab());
    let config = world.api.config_mut();
    (config.queue_limit, config.rate_limit, config.url_lifetime_ms) = (None, None, None);
    for tab in 0..world.tabs.len() {
        world.tell(tab, Event::Visible(true));
    }
    // I8: what the API has finished is fetched within half a minute, and nobody has to do anything for it.
    let finished = |row: &Record, world: &World| {
        let job = row.job.as_ref().and_then(|job| world.api.phase(job.as_str()));
        matches!(row.state, State::Running | State::Downloading) && row.shown() && job.is_some_and(Phase::is_final)
    };
    world.api.advance(world.now().mono + START);
    let due: Vec<AttemptId> =
        world.store.rows().into_iter().filter(|row| finished(row, world)).map(|row| row.id).collect();
    world.run_for(30_000);
    for row in due.iter().filter_map(|id| world.store.get(id)) {
        assert!(!finished(&row, world), "I8: healed for half a minute, and {row:?}");
    }
    for _ in 0..20 {
        world.run_for(30_000);
        world.tell(tab, Event::Resume);
        for row in world.store.rows() {
            if matches!(row.state, State::Stalled(_) | State::AtRisk(_)) && row.deleted.is_none() {
                world.tell(tab, Event::Act(row.id, Action::CheckNow));
            }
        }
        let open = |row: &Record| row.state.is_open() && row.shown();
        if !world.store.rows().iter().any(open) {
            break;
        }
    }
    world.run_for(5_000);
    world.check_sentences();
}

fn verdict(world: &World) {
    let rows = world.store.rows();
    // I2: never more paid requests than confirmations, and never more charges than paid requests.
    assert!(
        world.posts.len() as u32 <= world.confirmed,
        "I2: {} sent, {} confirmed",
        world.posts.len(),
        world.confirmed
    );
    assert!(world.api.jobs().len() as u32 <= world.arrivals);
    // I3: every job id that a page heard of is on disk, unless a person put another in its place.
    let on_disk: BTreeSet<&str> = rows.iter().filter_map(|row| row.job.as_ref()).map(|job| job.as_str()).collect();
    for (job, (id, tab)) in &world.seen_jobs {
        let row = world.store.get(id).expect("I3: the row is there");
        // A tab that died with the answer in its hands leaves a doubt, for which a person may have named another job.
        let doubted = matches!(row.state, State::Unknown { .. }) || world.attached.contains(id);
        let died = !world.tabs[*tab].alive && doubted;
        let kept = on_disk.contains(job.as_str()) || world.store.replaced.contains(job);
        assert!(kept || died, "I3: the job {job} of {id} is not on disk: {row:?}");
    }
    // Each job of the API is accounted for: by its id, or by a row that says "perhaps".
    let unknown = rows.iter().filter(|row| row.status() == Status::Unknown).count();
    let unclaimed = world.api.jobs().iter().filter(|job| !on_disk.contains(job.id.as_str())).count();
    assert!(
        unclaimed <= unknown + world.attached.len(),
        "{unclaimed} jobs of the API have no row, {unknown} rows say perhaps"
    );
    for row in rows.iter().filter(|row| row.shown()) {
        match row.status() {
            // I4: what says stored has its bytes.
            Status::Stored => assert!(world.store.bytes.contains_key(&row.id), "I4: {row:?}"),
            // I6: only the server says failed.
            Status::Failed => assert!(world.said_failed.contains(&row.id), "I6: {row:?}"),
            // I8: healed means quiet.
            Status::Sending | Status::Running | Status::Downloading | Status::Queued | Status::AtRisk => {
                panic!("I8: {row:?} is not at rest")
            }
            Status::Unknown | Status::Rejected | Status::Stalled | Status::Cancelled => {}
        }
    }
}

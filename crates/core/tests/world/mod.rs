//! A world for the core to live in: several tabs, one store, locks, a network that breaks, and the API's model from the
//! simulator. Everything happens at a time of its own out of one queue, from one seed, so that a failing run replays.
//!
//! The verdicts come from what the API booked and what the store holds, never from what a tab believes. What is promised:
//!
//! - I1: an attempt is sent once, and only with its row on disk.
//! - I2: no more paid requests than confirmations, no more charges than paid requests.
//! - I3: every job id that reached a page is on disk and stays; so do addresses.
//! - I4: what says *Stored* has its very bytes; bytes go only with what left the trash for good.
//! - I5: the key goes to the connection and nowhere else.
//! - I6: only the API says *Failed*.
//! - I7: nothing goes back from where it was.
//! - I8: half a minute after a fault is over everything is at rest, and nothing was asked in a storm.
//! - I9: nothing panics.
//! - I10: rows that nobody touched are what they were.
//! - I11: what is in trouble says what happened, whether money was spent, and what to do next.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(dead_code, unused_imports, reason = "shared by test programs that use different parts")]

mod effects;
mod net;
mod promises;
mod store;
mod tab;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, VecDeque};

use flux_studio_core::api::{HttpOutcome, generate};
use flux_studio_core::attempt::{Risk, Status};
use flux_studio_core::change::Change;
use flux_studio_core::draft::Draft;
use flux_studio_core::effect::{Effect, Write};
use flux_studio_core::event::{Action, Event, Loaded, Reach, WriteProblem};
use flux_studio_core::id::{AttemptId, JobId};
use flux_studio_core::settings::Settings;
use flux_studio_core::time::{Now, Wall};
use flux_studio_simulator::config::DEFAULT_KEY;
use flux_studio_simulator::{Config, Model};

pub use net::{BUSY, Fault, Weather};
pub use promises::Promises;
pub use store::Store;
pub use tab::Tab;

/// Where everything with the key goes.
const API: &str = "https://api.ttapi.io/flux/";

#[derive(Debug)]
enum Happening {
    Tell(usize, Box<Event>),
    Commit(usize, Box<Write>, bool),
    Arrive(usize, Box<Effect>),
    Hint(usize, Vec<AttemptId>),
    Tick(usize),
    Lead,
}

pub struct World {
    pub api: Model,
    pub store: Store,
    pub tabs: Vec<Tab>,
    pub weather: Weather,
    /// Faults of the next paid requests, before the weather is asked.
    pub next_posts: Vec<Option<Fault>>,
    /// The same for questions about jobs, for free questions before the first paid request, for downloads, for writes.
    pub next_polls: VecDeque<Option<Fault>>,
    pub next_probes: VecDeque<Option<Fault>>,
    pub next_downloads: VecDeque<Option<Risk>>,
    pub next_writes: VecDeque<Option<WriteProblem>>,
    /// Job ids beside the store.
    pub spares: BTreeMap<AttemptId, JobId>,
    /// What is found out about a server that gives no answer.
    pub reach: Reach,
    /// Each download brings other bytes.
    pub drift: bool,
    /// So many rows of the store cannot be read.
    pub damaged: usize,
    /// The bundled proxy stands before the API and says so in its answers.
    pub proxied: bool,
    pub random: fastrand::Rng,
    pub key: &'static str,
    /// Paid requests that went out, by attempt.
    pub posts: HashMap<AttemptId, u32>,
    /// Answers that certainly made no job and sent the attempt back to the queue, by attempt.
    pub held: HashMap<AttemptId, u32>,
    /// Whether each paid request that went out carries an id for the proxy.
    pub request_ids: Vec<bool>,
    /// Paid requests that the API saw.
    pub arrivals: u32,
    /// Probes, polls, downloads that went out.
    pub probes: u32,
    pub polls: u32,
    pub downloads: u32,
    /// Attempts that the person confirmed.
    pub confirmed: u32,
    /// Job ids that a page has heard of, with the attempt and the tab.
    pub seen_jobs: BTreeMap<String, (AttemptId, usize)>,
    /// Attempts that the API said FAILED of, in an answer that reached a page.
    pub said_failed: BTreeSet<AttemptId>,
    /// Attempts that a person named a job for.
    pub attached: BTreeSet<AttemptId>,
    /// When each question about a job went out, by the monotonic clock.
    pub asked: Vec<(u64, AttemptId)>,
    /// Who asked each of them.
    pub askers: Vec<usize>,
    /// The most questions on their way at once since this was last set to 0.
    pub most_at_once: usize,
    /// Positive controls: faults that struck, writes that failed, writes that met another row, locks that were held.
    pub faults: u32,
    pub broken_writes: u32,
    pub conflicts: u32,
    pub locked: u32,
    /// Attempts whose last write the store refused.
    refused: BTreeSet<AttemptId>,
    /// Raw answers kept with attempts.
    pub raw: Vec<(AttemptId, u16, Vec<u8>)>,
    pub promises: Promises,
    wall: u64,
    mono: u64,
    queue: BinaryHeap<Reverse<(u64, u64, usize)>>,
    happenings: Vec<Option<Happening>>,
    count: u64,
    locks: HashMap<AttemptId, usize>,
    watchers: Vec<(usize, AttemptId)>,
}

/// A draft with the default mode and size.
pub fn draft(prompt: &str, count: u16) -> Draft {
    Draft { prompt: prompt.to_owned(), count, ..Draft::default() }
}

pub const MINUTE: u64 = 60_000;
pub const START: u64 = 1_800_000_000_000;

impl World {
    pub fn new(seed: u64) -> World {
        let config = Config { image_base: "https://cdn.ttapi.io".to_owned(), ..Config::quick() };
        World {
            api: Model::new(config, seed),
            store: Store::default(),
            tabs: Vec::new(),
            weather: Weather::FINE,
            next_posts: Vec::new(),
            next_polls: VecDeque::new(),
            next_probes: VecDeque::new(),
            next_downloads: VecDeque::new(),
            next_writes: VecDeque::new(),
            spares: BTreeMap::new(),
            reach: Reach::Dead,
            drift: false,
            damaged: 0,
            proxied: false,
            random: fastrand::Rng::with_seed(seed),
            key: DEFAULT_KEY,
            posts: HashMap::new(),
            held: HashMap::new(),
            request_ids: Vec::new(),
            arrivals: 0,
            probes: 0,
            polls: 0,
            downloads: 0,
            confirmed: 0,
            seen_jobs: BTreeMap::new(),
            said_failed: BTreeSet::new(),
            attached: BTreeSet::new(),
            asked: Vec::new(),
            askers: Vec::new(),
            most_at_once: 0,
            faults: 0,
            broken_writes: 0,
            conflicts: 0,
            locked: 0,
            refused: BTreeSet::new(),
            raw: Vec::new(),
            promises: Promises::default(),
            wall: START,
            mono: 0,
            queue: BinaryHeap::new(),
            happenings: Vec::new(),
            count: 0,
            locks: HashMap::new(),
            watchers: Vec::new(),
        }
    }

    /// The words for the states of the stored rows, in the order of making.
    pub fn statuses(&self) -> Vec<&'static str> {
        self.store.rows().iter().map(|row| row.status().as_str()).collect()
    }

    /// Paid requests that went out.
    pub fn sent(&self) -> u32 {
        self.posts.values().sum()
    }

    /// What a tile says.
    pub fn says(&self, tab: usize, id: &AttemptId) -> String {
        let tile = self.tabs[tab].studio.tile(id).expect("a tile");
        tile.sentence.map(|sentence| sentence.text()).unwrap_or_default()
    }

    pub fn act(&mut self, tab: usize, id: &AttemptId, action: Action) {
        self.tell(tab, Event::Act(*id, action));
    }

    /// Happenings one by one until this is so; fails when it never is.
    pub fn run_until(&mut self, so: impl Fn(&World) -> bool) {
        let end = self.mono + 3_600_000;
        while !so(self) {
            assert!(self.mono < end && self.next(), "it never came to that");
        }
    }

    pub fn now(&self) -> Now {
        Now { wall: Wall(self.wall), mono: self.mono }
    }

    /// Somebody sets the clock, or the machine sleeps: the wall clock moves, the monotonic one does not.
    pub fn shift_wall(&mut self, ms: i64) {
        self.wall = self.wall.saturating_add_signed(ms);
        for tab in 0..self.tabs.len() {
            self.tell(tab, Event::Woke);
        }
    }

    fn later(&mut self, ms: u64, happening: Happening) {
        self.count += 1;
        self.happenings.push(Some(happening));
        self.queue.push(Reverse((self.mono + ms, self.count, self.happenings.len() - 1)));
    }

    fn latency(&mut self) -> u64 {
        let most = self.weather.latency_ms.max(1);
        self.random.u64(1..=most)
    }

    fn chance(&mut self, thousandths: u32) -> bool {
        thousandths > 0 && self.random.u32(0..1000) < thousandths
    }

    /// Opens a tab: it reads the store and comes to life. Answers its number.
    pub fn open_tab(&mut self) -> usize {
        let number = self.tabs.len();
        let seed = self.random.u64(..);
        self.tabs.push(Tab::new(seed));
        let leader = self.leader().is_none();
        self.tabs[number].leader = leader;
        // The newest first, and what is not at an end; the rest follows a little later, as it was at this instant.
        let mut older = self.store.rows();
        let mut newest = older.split_off(older.len().saturating_sub(2));
        newest.extend(older.extract_if(.., |row| row.state.is_open()));
        let more = !older.is_empty();
        let loaded = Loaded {
            records: newest,
            more,
            damaged: self.damaged,
            settings: Settings::default(),
            draft: Draft { prompt: "a fox".to_owned(), ..Draft::default() },
            page: "https://studio.example/".to_owned(),
            key: true,
            spares: self.spares.iter().map(|(id, job)| (*id, job.clone())).collect(),
            leader,
            lasting: true,
            ..Loaded::default()
        };
        self.tell(number, Event::Loaded(Box::new(loaded)));
        if more {
            let half = older.split_off(older.len() / 2);
            let first = self.latency();
            let second = first + self.latency();
            for (wait, records, done) in [(first, older, false), (second, half, true)] {
                let event = Event::Older { records, damaged: 0, done };
                self.later(wait, Happening::Tell(number, Box::new(event)));
            }
        }
        number
    }

    /// A tab dies at this instant: what it had not yet handed out is gone, what is on the wire goes on.
    pub fn kill(&mut self, tab: usize) {
        self.tabs[tab].alive = false;
        // Transactions that were open at that instant are taken or not, and are over before the next tab reads.
        for index in 0..self.happenings.len() {
            if matches!(&self.happenings[index], Some(Happening::Commit(owner, ..)) if *owner == tab)
                && let Some(Happening::Commit(_, write, claim)) = self.happenings[index].take()
                && !claim
                && self.random.bool()
            {
                let acted = self.promises.acted.contains(&write.row.id);
                let _ = self.store.commit(&write.row, acted);
            }
        }
        self.locks.retain(|_, holder| *holder != tab);
        self.grant();
        if std::mem::take(&mut self.tabs[tab].leader) {
            self.later(10, Happening::Lead);
        }
    }

    /// A tab stands still (frozen by the browser). Its locks stay, except that it gives the lead away.
    pub fn freeze(&mut self, tab: usize) {
        self.tabs[tab].frozen = true;
        if std::mem::take(&mut self.tabs[tab].leader) {
            self.later(10, Happening::Lead);
        }
    }

    /// The same in a browser that takes the locks of a page that stands still: others find its requests without an owner.
    pub fn freeze_and_forget(&mut self, tab: usize) {
        self.locks.retain(|_, holder| *holder != tab);
        self.tabs[tab].robbed = true;
        self.freeze(tab);
        self.grant();
    }

    pub fn thaw(&mut self, tab: usize) {
        self.tabs[tab].frozen = false;
        let held = std::mem::take(&mut self.tabs[tab].held);
        let leader = self.tabs[tab].leader;
        self.tell(tab, Event::Leader(leader));
        self.tell(tab, Event::Rows(self.store.rows()));
        for event in held {
            self.tell(tab, event);
        }
        self.tell(tab, Event::Woke);
        if self.leader().is_none() {
            self.later(10, Happening::Lead);
        }
    }

    pub fn leader(&self) -> Option<usize> {
        self.tabs.iter().position(|tab| tab.alive && !tab.frozen && tab.leader)
    }

    /// Gives free locks to those who wait for them.
    fn grant(&mut self) {
        let waiting = std::mem::take(&mut self.watchers);
        for (tab, id) in waiting {
            if !self.tabs[tab].alive {
                continue;
            }
            if let std::collections::hash_map::Entry::Vacant(e) = self.locks.entry(id) {
                e.insert(tab);
                self.answer(tab, Event::Orphaned(id));
            } else {
                self.watchers.push((tab, id));
            }
        }
    }

    /// Gives an event to a tab now, and runs what follows.
    pub fn tell(&mut self, number: usize, event: Event) {
        let now = self.now();
        let tab = &mut self.tabs[number];
        if !tab.alive {
            return;
        }
        if tab.frozen {
            tab.held.push(event);
            return;
        }
        match &event {
            Event::Act(id, action) => {
                self.promises.act(id);
                if matches!(action, Action::AttachJobId(_)) {
                    self.attached.insert(*id);
                }
            }
            Event::Mark(ids, _) => ids.iter().for_each(|id| self.promises.act(id)),
            Event::Leader(_) => self.promises.lead(number),
            Event::Posted(id, outcome) => {
                if let generate::Outcome::Accepted(job) = generate::classify(outcome) {
                    self.seen_jobs.insert(job.as_str().to_owned(), (*id, number));
                }
            }
            Event::Polled(id, outcome) => {
                let good = matches!(outcome, HttpOutcome::Answer(answer) if answer.status < 300);
                self.promises.answered(number, id, good);
            }
            Event::Downloaded(id, _) => self.promises.arrived(number, id),
            _ => {}
        }
        let tab = &mut self.tabs[number];
        let out = tab.studio.handle(event, now);
        if out.changes.contains(&Change::Status) {
            tab.warned = tab.studio.unsafe_to_close();
        }
        assert!(!tab.warned || tab.studio.unsafe_to_close(), "tab {number} can be closed, and its light says no");
        tab.notices.extend(out.changes.into_iter().filter_map(|change| match change {
            Change::Notice(notice) => Some(notice),
            _ => None,
        }));
        let wake = tab.studio.next_wake();
        for effect in out.effects {
            self.run(number, effect);
        }
        if let Some(wake) = wake {
            // Timers are late now and then, and a clock set back must not make them wait for ever.
            let wait = wake.since(now.wall).min(60_000) + 1;
            if self.tabs[number].tick_at.is_none_or(|at| at > self.mono + wait || at <= self.mono) {
                self.tabs[number].tick_at = Some(self.mono + wait);
                self.later(wait, Happening::Tick(number));
            }
        }
    }

    /// The person presses Generate in this tab.
    pub fn generate(&mut self, tab: usize, draft: Draft) -> Vec<AttemptId> {
        let before: BTreeSet<AttemptId> = self.listed(tab).into_iter().collect();
        self.tell(tab, Event::Compose(draft));
        self.tell(tab, Event::Generate { repeat: false });
        let made: Vec<AttemptId> = self.listed(tab).into_iter().filter(|id| !before.contains(id)).collect();
        self.confirmed += made.len() as u32;
        made
    }

    /// What a tab lists.
    pub fn listed(&mut self, tab: usize) -> Vec<AttemptId> {
        self.tabs[tab].studio.shown().into_iter().map(|found| found.id).collect()
    }

    /// I11: every tile that is in trouble says what happened, whether money was spent, and what to do next.
    pub fn check_sentences(&mut self) {
        for tab in self.tabs.iter_mut().filter(|tab| tab.alive && !tab.frozen) {
            let shown = tab.studio.shown();
            for tile in shown.iter().filter_map(|found| tab.studio.tile(&found.id)) {
                let trouble = match tile.status {
                    Status::Unknown | Status::Rejected | Status::Failed | Status::Stalled | Status::AtRisk => true,
                    Status::Queued => tile.sentence.is_some(),
                    _ => false,
                };
                let said = tile.sentence.as_ref();
                let whole = said.is_some_and(|s| !s.what.is_empty() && !s.money.is_empty() && !s.next.is_empty());
                assert!(!trouble || whole, "I11: {:?} says {said:?}", tile.status);
            }
        }
    }

    /// Lets time pass until the queue is empty or `ms` have gone by.
    pub fn run_for(&mut self, ms: u64) {
        let end = self.mono + ms;
        while let Some(Reverse((at, _, _))) = self.queue.peek() {
            if *at > end {
                break;
            }
            self.next();
        }
        self.wall += end - self.mono;
        self.mono = end;
    }

    /// One happening.
    pub fn next(&mut self) -> bool {
        let Some(Reverse((at, _, index))) = self.queue.pop() else { return false };
        let passed = at.saturating_sub(self.mono);
        self.wall += passed;
        self.mono += passed;
        let Some(happening) = self.happenings[index].take() else { return true };
        match happening {
            Happening::Tell(tab, event) => self.tell(tab, *event),
            Happening::Commit(tab, write, claim) => self.commit(tab, &write, claim),
            Happening::Arrive(tab, effect) => self.arrive(tab, *effect),
            Happening::Hint(tab, ids) => {
                let rows = ids.iter().filter_map(|id| self.store.get(id)).collect();
                self.tell(tab, Event::Rows(rows));
            }
            Happening::Tick(tab) => {
                self.tabs[tab].tick_at = None;
                self.tell(tab, Event::Tick);
            }
            Happening::Lead => self.hand_over(),
        }
        true
    }

    fn hand_over(&mut self) {
        if self.leader().is_some() {
            return;
        }
        if let Some(next) = self.tabs.iter().position(|tab| tab.alive && !tab.frozen) {
            self.tabs[next].leader = true;
            self.tell(next, Event::Rows(self.store.rows()));
            self.tell(next, Event::Leader(true));
        }
    }
}

//! The studio: the one place where an event becomes changes and effects.
//!
//! [`Studio::handle`] is the whole interface. Inside, each concern is a file of its own: [`person`] (wishes),
//! [`writes`] (what must be on disk before anything else happens), [`sending`] (the paid request), [`jobs`] (polling
//! and downloads), [`testing`] ("Test connection"). After every event [`Studio::pump`] starts whatever may start now,
//! so that no road forgets to go on.

mod jobs;
mod marks;
mod person;
mod sending;
mod testing;
mod writes;

use crate::address::Connection;
use crate::api::info::Account;
use crate::attempt::poll::{Bucket, Due};
use crate::attempt::step::Step;
use crate::attempt::{Hold, Record, State, Status};
use crate::change::Change;
use crate::draft::Draft;
use crate::effect::{Effect, Shared, Ticket};
use crate::estimate::Estimates;
use crate::event::{Action, Event, Loaded};
use crate::find::{Found, Known, Query, Shelf, What};
use crate::id::{AttemptId, IdSource, JobId};
use crate::library::Library;
use crate::look::Look;
use crate::message::Notice;
use crate::presets::Presets;
use crate::settings::Settings;
use crate::sorted::{SortedMap, SortedSet};
use crate::time::{Now, Wall};
use crate::view::{self, Cost, Overview, Test, Tile};

/// What an event led to.
#[derive(Debug, Default)]
pub struct Output {
    /// To be run, in this order.
    pub effects: Vec<Effect>,
    /// To be published.
    pub changes: Vec<Change>,
}

/// Everything the studio knows. It is made empty and comes to life with [`Event::Loaded`].
pub struct Studio {
    ready: bool,
    /// Every row of the store is in the library.
    complete: bool,
    /// What waits for that.
    early: Vec<Event>,
    library: Library,
    estimates: Estimates,
    ids: IdSource,
    settings: Settings,
    presets: Presets,
    page: String,
    connection: Option<Connection>,
    draft: Draft,
    draft_due: Option<Due>,
    demo: bool,
    lasting: bool,
    leader: bool,
    visible: bool,
    key: bool,
    gate: sending::Gate,
    writes: writes::Writes,
    /// In the order of making, so that the same events always draw the same random numbers.
    jobs: SortedMap<AttemptId, jobs::Job>,
    /// Attempts whose paid request this tab claimed, with the gate's epoch: it holds their locks.
    own: SortedMap<AttemptId, u32>,
    /// New attempts that are to take the place of another (the value), whose row does not say so yet: they are not sent.
    replacing: SortedMap<AttemptId, AttemptId>,
    /// Attempts whose job id lies in a place of its own, because their rows found no room.
    spared: SortedSet<AttemptId>,
    /// What lay there at the start, until the library is complete.
    spares: Vec<(AttemptId, JobId)>,
    /// Attempts of other tabs whose locks this tab waits for.
    watched: SortedSet<AttemptId>,
    /// Attempts that another tab was found to be sending: their rows are being read again.
    elsewhere: SortedSet<AttemptId>,
    bucket: Bucket,
    failures_in_a_row: u32,
    /// Questions and downloads on their way.
    asking: jobs::Flights,
    fetching: jobs::Flights,
    /// The API asked for silence until then (429 with `Retry-After`).
    quiet: Option<Due>,
    /// Bytes that could not be kept and are in memory.
    in_memory: SortedSet<AttemptId>,
    undo: marks::Undo,
    look: Look,
    query: Query,
    last_press: Option<(Draft, u64)>,
    /// Batches that were ordered in this tab: two of them are two wishes, whatever the clock says.
    ordered_here: SortedSet<AttemptId>,
    account: Option<Account>,
    test: Test,
    /// The test met a 404, which a wrong path and an unknown job share: the account decides.
    unsure: bool,
    shown_hold: Option<Hold>,
    /// What the screens were last told of [`Studio::unsafe_to_close`].
    shown_unsafe: bool,
    out: Output,
}

/// The first of each batch, in order, with how many there are of it.
fn stacked<T: Copy>(found: &[T], batch: impl Fn(&T) -> AttemptId) -> Vec<(T, u32)> {
    let mut places: Vec<(AttemptId, usize)> = found.iter().enumerate().map(|(at, one)| (batch(one), at)).collect();
    places.sort_unstable();
    let mut firsts: Vec<(usize, u32)> =
        places.chunk_by(|one, next| one.0 == next.0).filter_map(|of| Some((of.first()?.1, of.len() as u32))).collect();
    firsts.sort_unstable();
    firsts.into_iter().filter_map(|(at, count)| Some((*found.get(at)?, count))).collect()
}

impl Studio {
    /// An empty studio. `seed` should come from the browser's own generator: ids and jitter are drawn from it.
    #[must_use]
    pub fn new(seed: u64) -> Studio {
        Studio {
            ready: false,
            complete: false,
            early: Vec::new(),
            library: Library::default(),
            estimates: Estimates::default(),
            ids: IdSource::new(seed),
            settings: Settings::default(),
            presets: Presets::default(),
            page: String::new(),
            connection: None,
            draft: Draft::default(),
            draft_due: None,
            demo: false,
            lasting: false,
            leader: false,
            visible: true,
            key: false,
            gate: sending::Gate::default(),
            writes: writes::Writes::default(),
            jobs: SortedMap::default(),
            own: SortedMap::default(),
            replacing: SortedMap::default(),
            spared: SortedSet::default(),
            spares: Vec::new(),
            watched: SortedSet::default(),
            elsewhere: SortedSet::default(),
            bucket: Bucket::new(Now::default()),
            failures_in_a_row: 0,
            asking: jobs::Flights::default(),
            fetching: jobs::Flights::default(),
            quiet: None,
            in_memory: SortedSet::default(),
            undo: marks::Undo::default(),
            look: Look::default(),
            query: Query::default(),
            last_press: None,
            ordered_here: SortedSet::default(),
            account: None,
            test: Test::Idle,
            unsure: false,
            shown_hold: None,
            shown_unsafe: false,
            out: Output::default(),
        }
    }

    /// Takes one event in. Never panics, never blocks; everything that is to happen outside is in the answer.
    pub fn handle(&mut self, event: Event, now: Now) -> Output {
        match event {
            Event::Rescue(_) | Event::Act(_, Action::AttachJobId(_)) | Event::EmptyTrash { .. } if !self.complete => {
                self.early.push(event);
            }
            Event::Older { records, damaged, done } => self.older(records, damaged, done, now),
            Event::Loaded(loaded) => self.loaded(*loaded, now),
            Event::Rows(rows) => self.rows_read(rows, now),
            Event::Compose(draft) => self.compose(draft, now),
            Event::Generate { repeat } => self.generate(repeat, now),
            Event::Act(id, action) => self.act(&id, action, now),
            Event::Look(look) => {
                self.query = Query::parse(&look.text, now.wall, look.utc_offset_minutes);
                self.look = look;
                self.out.changes.push(Change::List);
            }
            Event::Mark(ids, mark) => self.mark(&ids, &mark, now),
            Event::TakeBack(number) => self.take_back(number, now),
            Event::EmptyTrash { favourites } => self.empty_trash(favourites, now),
            Event::Erased(id) => self.step(&id, Step::Erased, None, now),
            Event::Rescue(text) => self.rescue_all(&text, now),
            Event::Resume => {
                self.share(Shared::Resume);
                self.resume(now);
            }
            Event::Pause => {
                self.share(Shared::Pause);
                self.gate.hold = Some(Hold::Paused);
            }
            Event::Shared(Shared::Resume) => self.resume(now),
            Event::Shared(Shared::Pause) => self.gate.hold = Some(Hold::Paused),
            // Only the leader's word counts, and the leader has its own.
            Event::Shared(Shared::Hold(hold)) if !self.leader => self.gate.hold = hold,
            Event::Shared(Shared::Hold(_)) => {}
            Event::Settings(settings) => self.new_settings(*settings),
            Event::Key(there) => self.new_key(there, now),
            Event::Test => self.start_test(),
            Event::Written(ticket, result) => self.written(ticket, result, now),
            Event::Claimed(ticket, result) => self.claimed(ticket, result, now),
            Event::Posted(id, outcome) => self.posted(&id, &outcome, now),
            Event::Polled(id, outcome) => self.polled(&id, &outcome, now),
            Event::Probed(purpose, outcome, reach) => self.probed(purpose, &outcome, reach, now),
            Event::Account(account) => self.account_read(account),
            Event::Downloaded(id, result) => self.downloaded(&id, result, now),
            Event::Tick => {}
            Event::Leader(leader) => self.new_leader(leader, now),
            Event::Visible(visible) => self.new_visibility(visible, now),
            Event::Woke => {
                self.refresh();
                self.hurry_all(now);
            }
            Event::Lost(id) => self.step(&id, Step::Lost, None, now),
            Event::Orphaned(id) => self.step(&id, Step::Interrupted, None, now),
        }
        self.pump(now);
        std::mem::take(&mut self.out)
    }

    /// When [`Event::Tick`] is wanted next; `None` while nothing waits for time.
    #[must_use]
    pub fn next_wake(&self) -> Option<Wall> {
        let jobs = self.jobs_wake();
        let draft = self.draft_due.map(|due| due.at);
        [jobs, draft, self.writes.next_wake()].into_iter().flatten().min()
    }

    /// The images that are kept and not in the trash, oldest first; `None` while the library is still being read.
    #[must_use]
    pub fn kept(&self) -> Option<Vec<AttemptId>> {
        let kept = |row: &&Record| row.state == State::Stored && row.file.is_some() && row.shown();
        self.complete.then(|| self.library.rows().filter(kept).map(|row| row.id).collect())
    }

    /// A free name for an image that was made at that time.
    pub fn name_at(&mut self, created: Wall) -> AttemptId {
        loop {
            let id = self.ids.at(created);
            if self.library.get(&id).is_none() {
                return id;
            }
        }
    }

    /// The row of an attempt.
    #[must_use]
    pub fn record(&self, id: &AttemptId) -> Option<&Record> {
        self.library.get(id)
    }

    /// The tile of an attempt.
    #[must_use]
    pub fn tile(&self, id: &AttemptId) -> Option<Tile> {
        let record = self.library.get(id)?;
        let hold = self.hold_of(record);
        let expected = self.estimates.median(&record.order.mode, record.order.shape);
        Some(view::tile(record, hold.as_ref(), expected, self.in_memory.contains(id)))
    }

    /// What the grid shows, with what it needs to lay it out.
    #[must_use]
    pub fn shown(&mut self) -> Vec<Found> {
        let shelf = if self.look.trash { Shelf::Trash } else { Shelf::Shown };
        self.library.find(&self.query, self.look.sort, shelf)
    }

    /// The same with how many images each stands for: more than one only where batches are together. A search for one
    /// batch takes it apart.
    #[must_use]
    pub fn listed(&mut self) -> Vec<(Found, u32)> {
        let found = self.shown();
        let apart = self.query.terms.iter().any(|term| matches!(term.what, What::Batch(_)));
        if !self.look.together || apart {
            return found.into_iter().map(|found| (found, 1)).collect();
        }
        stacked(&found, |found| found.batch)
    }

    /// What shown images have, for completion in the search box.
    #[must_use]
    pub fn known(&self) -> Known {
        self.library.known()
    }

    /// What the person looks at.
    #[must_use]
    pub fn look(&self) -> &Look {
        &self.look
    }

    /// Counts, gate, key, account, test.
    #[must_use]
    pub fn overview(&self) -> Overview {
        let counts = self.library.counts();
        Overview {
            queued: counts.queued,
            running: counts.running,
            needs_you: counts.needs_you,
            shown: counts.shown,
            stored: counts.stored,
            favourites: counts.favourites,
            trash: counts.trash,
            trash_bytes: counts.trash_bytes,
            bytes: counts.bytes,
            hold: if counts.queued > 0 || counts.running > 0 || self.gate.hold.is_some() { self.hold() } else { None },
            key: self.key,
            demo: self.demo,
            ready: self.ready,
            holder: self.connection.as_ref().map(Connection::holder).unwrap_or_default(),
            account: self.account,
            at_risk: self
                .library
                .open()
                .filter_map(|row| view::at_risk(row, self.in_memory.contains(&row.id)))
                .collect(),
            safe_to_close: !self.unsafe_to_close(),
            test: self.test.clone(),
        }
    }

    /// The composer.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What one image of the composer's mode and shape costs and takes.
    #[must_use]
    pub fn cost(&self) -> Cost {
        Cost {
            each: self.estimates.quota(&self.draft.mode, self.draft.shape),
            expected_ms: self.estimates.median(&self.draft.mode, self.draft.shape),
        }
    }

    /// The settings that hold.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The host's presets.
    #[must_use]
    pub fn presets(&self) -> &Presets {
        &self.presets
    }

    /// The addresses that hold; `None` while those in the settings cannot be used.
    #[must_use]
    pub fn connection(&self) -> Option<&Connection> {
        self.connection.as_ref()
    }

    /// Whether something is on its way or at risk, so that times on the screen must move.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.library.counts().running > 0 || self.library.open().any(|row| matches!(row.state, State::AtRisk(_)))
    }

    /// Whether closing the page now could put money in doubt or lose something: a request without its outcome on disk,
    /// bytes that are only in memory, or what was said and is not written yet.
    #[must_use]
    pub fn unsafe_to_close(&self) -> bool {
        !self.writes.is_empty()
            || !self.in_memory.is_empty()
            || self.library.open().any(|row| row.state == State::Sending)
    }

    fn loaded(&mut self, loaded: Loaded, now: Now) {
        self.bucket = Bucket::new(now);
        self.settings = loaded.settings;
        self.presets = loaded.presets;
        self.page = loaded.page;
        self.draft = loaded.draft;
        self.demo = loaded.demo;
        self.lasting = loaded.lasting;
        self.spares = loaded.spares;
        self.leader = loaded.leader;
        self.key = loaded.key;
        self.connect();
        for record in loaded.records {
            self.ids.observe(&record.id);
            self.estimates.learn(&record);
            self.library.put(record);
        }
        self.ready = true;
        self.complete = !loaded.more;
        if self.complete {
            self.take_spares(now);
        }
        // What was typed before the program had arrived is kept like any other change.
        self.draft_due = Some(Due::after(now, person::DRAFT_WAIT_MS));
        self.track_all(now);
        self.empty_old_trash(now);
        if !self.lasting {
            self.notice(Notice::StoreNotLasting);
        }
        if loaded.damaged > 0 {
            self.notice(Notice::Damaged(loaded.damaged));
        }
        self.out.changes.extend([Change::List, Change::Status, Change::Settings, Change::Draft]);
    }

    fn older(&mut self, records: Vec<Record>, damaged: usize, done: bool, now: Now) {
        for record in records {
            // What was met since the start is newer than what the store held then.
            if self.library.get(&record.id).is_none_or(|known| known.rev < record.rev) {
                self.ids.observe(&record.id);
                self.library.put(record);
            }
        }
        if damaged > 0 {
            self.notice(Notice::Damaged(damaged));
        }
        if !done {
            return;
        }
        self.complete = true;
        self.take_spares(now);
        // Learned in the order of making.
        self.estimates = Estimates::default();
        for record in self.library.rows() {
            self.estimates.learn(record);
        }
        self.track_all(now);
        self.empty_old_trash(now);
        self.out.changes.extend([Change::List, Change::Status]);
        for event in std::mem::take(&mut self.early) {
            let out = self.handle(event, now);
            self.out.effects.extend(out.effects);
            self.out.changes.extend(out.changes);
        }
    }

    fn connect(&mut self) {
        let base = self.settings.base_url(&self.presets);
        let proxy = self.settings.proxy_url(&self.presets);
        self.connection = Connection::resolve(base, proxy, &self.page).ok();
    }

    fn new_settings(&mut self, settings: Settings) {
        let before = self.connection.as_ref().map(Connection::binding);
        self.settings = settings;
        self.connect();
        if before != self.connection.as_ref().map(Connection::binding) {
            self.gate.mended();
            self.account = None;
            self.test = Test::Idle;
        }
        self.out.effects.push(Effect::SaveSettings(self.settings.to_json()));
        self.out.changes.extend([Change::Settings, Change::Status]);
    }

    fn new_key(&mut self, there: bool, now: Now) {
        self.key = there;
        self.account = None;
        if there {
            self.gate.mended();
            self.hurry_all(now);
        }
        self.out.changes.push(Change::Status);
    }

    fn new_leader(&mut self, leader: bool, now: Now) {
        if self.leader != leader {
            self.leader = leader;
            self.gate.mended();
            self.refresh();
            self.track_all(now);
            self.empty_old_trash(now);
        }
    }

    fn new_visibility(&mut self, visible: bool, now: Now) {
        self.visible = visible;
        if visible {
            self.refresh();
            self.hurry_all(now);
        } else {
            self.save_draft();
        }
    }

    /// Reads again what other tabs may have moved on while no hint reached this one.
    fn refresh(&mut self) {
        if self.ready {
            let open = self.library.open().map(|row| row.id).collect();
            self.out.effects.push(Effect::Refresh(open));
        }
    }

    fn rows_read(&mut self, rows: Vec<Record>, now: Now) {
        for row in rows {
            self.elsewhere.remove(&row.id);
            let newer = self.library.get(&row.id).is_none_or(|known| known.rev < row.rev);
            if newer && !self.writes.busy(&row.id) {
                self.ids.observe(&row.id);
                self.adopt(row, now);
            }
        }
    }

    /// Starts whatever may start now, and publishes a changed gate to the tiles that show it.
    fn pump(&mut self, now: Now) {
        if !self.ready {
            return;
        }
        if self.draft_due.is_some_and(|due| due.come(now)) {
            self.save_draft();
        }
        self.retry_writes(now);
        self.pump_jobs(now);
        if self.complete {
            self.pump_queue(now);
        }
        let hold = self.hold();
        if hold != self.shown_hold {
            self.shown_hold = hold;
            if self.leader {
                self.share(Shared::Hold(self.gate.hold.clone()));
            }
            let waiting = self.library.open().filter(|row| matches!(row.status(), Status::Queued | Status::Running));
            let waiting: Vec<AttemptId> = waiting.map(|row| row.id).collect();
            self.out.changes.extend(waiting.into_iter().map(Change::Record));
            self.out.changes.push(Change::Status);
        }
        self.pump_light();
    }

    /// A page that can be closed again says so, also where no row changed: a new one is on the screen before it is on
    /// disk. That a mark is on its way there for an instant is not worth a light that flickers.
    fn pump_light(&mut self) {
        let now_unsafe = self.unsafe_to_close();
        if self.shown_unsafe && !now_unsafe {
            self.out.changes.push(Change::Status);
        }
        if self.out.changes.contains(&Change::Status) {
            self.shown_unsafe = now_unsafe;
        }
    }

    fn share(&mut self, shared: Shared) {
        self.out.effects.push(Effect::Share(shared));
    }

    fn notice(&mut self, notice: Notice) {
        self.out.changes.push(Change::Notice(notice));
    }

    fn ticket(&mut self) -> Ticket {
        self.writes.ticket()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_first_of_each_batch_stands_for_all_of_it() {
        let mut ids = IdSource::new(1);
        let [a, b, c, d, e] = std::array::from_fn(|_| ids.next(Wall(1)));
        // c and a are of one press, whatever stands between them.
        let batch = |id: &AttemptId| if *id == c { a } else { *id };
        assert_eq!(stacked(&[e, c, b, a, d], batch), [(e, 1), (c, 2), (b, 1), (d, 1)]);
        assert_eq!(stacked(&[], batch), []);
    }
}

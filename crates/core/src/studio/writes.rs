//! Every change of a row goes through here: one write per row at a time, compare-and-set against the stored revision,
//! and what happens next only after the commit.
//!
//! A step that meets a row in the middle of a write waits for its end. A conflict (another tab was faster) takes the
//! stored row as the truth and applies the step to that. Facts (a job id, an address) that cannot be written are held
//! in memory, shown, and written again until they are on disk.

use std::collections::VecDeque;

use crate::api::generate;
use crate::attempt::poll::Due;
use crate::attempt::step::{self, Step};
use crate::attempt::{Hold, Record, State};
use crate::change::Change;
use crate::draft::Order;
use crate::effect::{Effect, RawAnswer, Ticket, Write};
use crate::event::WriteProblem;
use crate::id::{AttemptId, JobId};
use crate::limits;
use crate::message::Notice;
use crate::sorted::SortedMap;
use crate::studio::Studio;
use crate::time::{Now, Wall};

/// The writes under way.
#[derive(Debug, Default)]
pub(super) struct Writes {
    last: u64,
    /// In the order of making, so that the same events always lead to the same effects.
    open: SortedMap<AttemptId, Open>,
    by_ticket: SortedMap<Ticket, AttemptId>,
}

#[derive(Debug)]
struct Open {
    ticket: Ticket,
    step: Option<Step>,
    raw: Option<RawAnswer>,
    row: Record,
    retry: Option<Due>,
    waiting: VecDeque<(Step, Option<RawAnswer>)>,
}

impl Writes {
    pub fn ticket(&mut self) -> Ticket {
        self.last += 1;
        Ticket(self.last)
    }

    pub fn busy(&self, id: &AttemptId) -> bool {
        self.open.contains_key(id)
    }

    /// The row is on its way to be sent.
    pub fn claiming(&self, id: &AttemptId) -> bool {
        self.open.get(id).is_some_and(|open| open.step == Some(Step::Claim))
    }

    /// The attempt as whose this job is on its way to the disk.
    pub fn filing(&self, job: &JobId, but: Option<&AttemptId>) -> Option<AttemptId> {
        self.open.iter().find(|(id, open)| Some(*id) != but && open.row.job.as_ref() == Some(job)).map(|(id, _)| *id)
    }

    /// Nothing is on its way to the disk.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The row as it will be after its open write and all that waits for it; `None` where nothing does.
    pub fn ahead(&self, id: &AttemptId, now: Wall) -> Option<Record> {
        let open = self.open.get(id)?;
        let then = |row: Record, (step, _): &(Step, _)| step::apply(&row, step, now).unwrap_or(row);
        Some(open.waiting.iter().fold(open.row.clone(), then))
    }

    pub fn next_wake(&self) -> Option<Wall> {
        self.open.values().filter_map(|open| open.retry.map(|due| due.at)).min()
    }
}

impl Studio {
    /// A new attempt: its row must be on disk before it counts.
    pub(super) fn create(&mut self, record: Record) {
        let changed = self.library.put(record.clone());
        if changed {
            // The counts of what waits are part of the status, also where nothing can be sent.
            self.out.changes.extend([Change::List, Change::Status]);
        }
        self.write(record, None, None, VecDeque::new());
    }

    /// Another attempt that has this job, on disk or on its way there: each job is one image.
    pub(super) fn holder_of(&self, job: &JobId, but: Option<&AttemptId>) -> Option<AttemptId> {
        let filed = self.library.with_job(job).filter(|id| Some(*id) != but).copied();
        filed.or_else(|| self.writes.filing(job, but))
    }

    /// Moves a row on: now, or when the write that it is in the middle of has ended.
    pub(super) fn step(&mut self, id: &AttemptId, step: Step, raw: Option<RawAnswer>, now: Now) {
        if let Some(open) = self.writes.open.get_mut(id) {
            // A job id waits for the mark of its own row, and not for those of five thousand others.
            if !step.is_patient() && open.step.as_ref().is_some_and(Step::is_patient) {
                self.out.effects.push(Effect::Hurry(open.ticket));
            }
            open.waiting.push_back((step, raw));
            return;
        }
        self.begin(id, step, raw, VecDeque::new(), now);
    }

    fn unlock(&mut self, id: &AttemptId) {
        self.own.remove(id);
        self.watched.remove(id);
        self.out.effects.push(Effect::Unlock(*id));
    }

    /// Files a job that no attempt has: its id came too late for the attempt that paid for it, or from the person.
    pub(super) fn rescue(&mut self, order: Order, rescued: bool, job: JobId, now: Now) {
        if self.holder_of(&job, None).is_some() {
            return;
        }
        let id = self.ids.next(now.wall);
        self.file(id, order, rescued, job, now);
    }

    fn file(&mut self, id: AttemptId, order: Order, rescued: bool, job: JobId, now: Now) {
        let mut record = Record::new(id, id, 1, order, now.wall);
        record.state = State::Running;
        record.job = Some(job);
        record.rescued = rescued;
        record.accepted = Some(now.wall);
        self.create(record);
    }

    fn begin(
        &mut self,
        id: &AttemptId,
        step: Step,
        raw: Option<RawAnswer>,
        mut waiting: VecDeque<(Step, Option<RawAnswer>)>,
        now: Now,
    ) {
        let Some(record) = self.library.get(id) else {
            // What was to be replaced is gone.
            if let Step::Replace(by) = &step {
                self.not_replaced(by, now);
            }
            return;
        };
        match step::apply(record, &step, now.wall) {
            Some(next) => self.write(next, Some(step), raw, waiting),
            None => {
                let order = record.order.clone();
                match &step {
                    Step::Outcome(generate::Outcome::Accepted(job)) => self.rescue(order, false, job.clone(), now),
                    // Its owner got the outcome onto the disk before it let go.
                    Step::Interrupted => self.unlock(id),
                    // Another tab was faster.
                    Step::Replace(by) => self.not_replaced(by, now),
                    _ => {}
                }
                if let Some((step, raw)) = waiting.pop_front() {
                    self.begin(id, step, raw, waiting, now);
                }
            }
        }
    }

    fn write(
        &mut self,
        row: Record,
        step: Option<Step>,
        raw: Option<RawAnswer>,
        waiting: VecDeque<(Step, Option<RawAnswer>)>,
    ) {
        let ticket = self.ticket();
        // A mark that something of money waits for is none.
        let patient = step.iter().chain(waiting.iter().map(|(step, _)| step)).all(Step::is_patient) && step.is_some();
        let write = Write { ticket, row: Box::new(row.clone()), raw: raw.clone(), patient };
        self.out.effects.push(if step == Some(Step::Claim) { Effect::Claim(write) } else { Effect::Write(write) });
        self.writes.by_ticket.insert(ticket, row.id);
        self.writes.open.insert(row.id, Open { ticket, step, raw, row, retry: None, waiting });
    }

    fn close(&mut self, ticket: Ticket) -> Option<Open> {
        let id = self.writes.by_ticket.remove(&ticket)?;
        match self.writes.open.remove(&id) {
            Some(open) if open.ticket == ticket => Some(open),
            Some(other) => {
                self.writes.open.insert(id, other);
                None
            }
            None => None,
        }
    }

    pub(super) fn written(&mut self, ticket: Ticket, result: Result<(), WriteProblem>, now: Now) {
        let Some(open) = self.close(ticket) else { return };
        match result {
            Ok(()) => self.committed(open, now),
            Err(problem) => self.not_written(open, problem, now),
        }
    }

    fn committed(&mut self, open: Open, now: Now) {
        let id = open.row.id;
        // The paid request's outcome is on disk: nobody needs the lock any more.
        if matches!(open.step, Some(Step::Outcome(_) | Step::Interrupted)) {
            self.unlock(&id);
        }
        if matches!(open.step, Some(Step::Purge(_))) && open.row.file.is_some() {
            self.out.effects.push(Effect::Erase(id));
        }
        if self.spared.remove(&id) {
            self.out.effects.push(Effect::Spare(id, None));
        }
        self.adopt(open.row, now);
        match (open.step, self.replacing.get(&id).copied()) {
            // Nobody hears of it before the other one has given it its place.
            (None, Some(old)) => self.step(&old, Step::Replace(id), None, now),
            (Some(Step::Replace(by)), _) => {
                self.replacing.remove(&by);
                self.out.effects.push(Effect::Announce(vec![id, by]));
            }
            (step, _) => {
                if step == Some(Step::Cancel) {
                    self.replacing.remove(&id);
                }
                self.out.effects.push(Effect::Announce(vec![id]));
            }
        }
        self.go_on(&id, open.waiting, now);
    }

    /// The attempt that was to take another's place may not: it was never sent, and is not.
    fn not_replaced(&mut self, by: &AttemptId, now: Now) {
        if self.replacing.contains_key(by) {
            self.step(by, Step::Cancel, None, now);
        }
    }

    /// Takes the job ids in that found no room on disk when the page was closed: each goes to the attempt that paid for
    /// it, or, where that row is gone, into a row of its name.
    pub(super) fn take_spares(&mut self, now: Now) {
        for (id, job) in std::mem::take(&mut self.spares) {
            if self.holder_of(&job, None).is_some() {
                self.out.effects.push(Effect::Spare(id, None));
                continue;
            }
            self.spared.insert(id);
            if self.library.get(&id).is_some() {
                self.step(&id, Step::Outcome(generate::Outcome::Accepted(job)), None, now);
            } else {
                self.file(id, self.order_of(&job), true, job, now);
            }
        }
    }

    /// Takes a claimed row in; the answer to the claim carries the row as it was committed.
    pub(super) fn claim_committed(&mut self, ticket: Ticket, row: Record, now: Now) {
        let id = row.id;
        let waiting = self.close(ticket).map(|open| open.waiting).unwrap_or_default();
        self.adopt(row, now);
        self.out.effects.push(Effect::Announce(vec![id]));
        self.go_on(&id, waiting, now);
    }

    pub(super) fn claim_failed(&mut self, ticket: Ticket, problem: WriteProblem, now: Now) {
        let Some(open) = self.close(ticket) else { return };
        let id = open.row.id;
        match problem {
            WriteProblem::Conflict(Some(row)) => self.adopt(*row, now),
            // Another tab sends it. Until its row has been read again nothing is tried.
            WriteProblem::Locked => {
                self.elsewhere.insert(id);
                self.out.effects.push(Effect::Refresh(vec![id]));
            }
            // Somebody emptied the store: what was never sent is not sent from memory.
            WriteProblem::Conflict(None) => {
                self.library.remove(&id);
                self.out.changes.extend([Change::List, Change::Status]);
                self.notice(Notice::NotWritten(describe(&problem)));
            }
            // What cannot be written may not be paid for (FAULTS S2).
            WriteProblem::Full | WriteProblem::Broken(_) => self.gate.hold = Some(Hold::Store),
        }
        self.go_on(&id, open.waiting, now);
    }

    fn not_written(&mut self, mut open: Open, problem: WriteProblem, now: Now) {
        let id = open.row.id;
        match (problem, open.step.take()) {
            (WriteProblem::Conflict(Some(stored)), Some(step)) => {
                self.adopt(*stored, now);
                open.waiting.push_front((step, open.raw.take()));
                self.go_on(&id, open.waiting, now);
            }
            // Its job id lay beside the database, and another tab has filed it from there.
            (WriteProblem::Conflict(Some(stored)), None) if open.row.job.is_some() => {
                self.spared.remove(&id);
                self.adopt(*stored, now);
                self.go_on(&id, open.waiting, now);
            }
            // A new row that could not be written: nothing was sent, and it was never there.
            (problem, None) if open.row.job.is_none() => {
                self.library.remove(&id);
                self.replacing.remove(&id);
                self.out.changes.extend([Change::List, Change::Status]);
                self.notice(Notice::NotWritten(describe(&problem)));
            }
            (problem, step)
                if step.as_ref().is_none_or(Step::is_fact)
                    // It waits to take a place that it did not get: it must not come back after a reload.
                    || (step == Some(Step::Cancel) && self.replacing.contains_key(&id)) =>
            {
                // Its row is gone from the store: what was paid for gets a new one.
                if problem == WriteProblem::Conflict(None) {
                    open.row.rev = 0;
                }
                // Shown at once, tried again until it is on disk: what the API said is never thrown away.
                self.adopt(open.row.clone(), now);
                // Where rows find no room, a hundred bytes may (FAULTS S3).
                if let Some(job) = &open.row.job
                    && self.spared.insert(id)
                {
                    self.out.effects.push(Effect::Spare(id, Some(job.clone())));
                }
                open.step = step;
                open.retry = Some(Due::after(now, limits::WRITE_RETRY_MS));
                self.writes.open.insert(id, open);
            }
            (problem, step) => {
                self.notice(Notice::NotWritten(describe(&problem)));
                if let Some(Step::Replace(by)) = &step {
                    self.not_replaced(by, now);
                }
                self.go_on(&id, open.waiting, now);
            }
        }
    }

    pub(super) fn retry_writes(&mut self, now: Now) {
        let due: Vec<AttemptId> = self
            .writes
            .open
            .iter()
            .filter(|(_, open)| open.retry.is_some_and(|due| due.come(now)))
            .map(|(id, _)| *id)
            .collect();
        for id in due {
            if let Some(open) = self.writes.open.remove(&id) {
                self.write(open.row, open.step, open.raw, open.waiting);
            }
        }
    }

    fn go_on(&mut self, id: &AttemptId, mut waiting: VecDeque<(Step, Option<RawAnswer>)>, now: Now) {
        if let Some((step, raw)) = waiting.pop_front() {
            self.begin(id, step, raw, waiting, now);
        }
    }

    /// Takes a row as the truth: into the library, to the screens, and under the care that its state needs.
    pub(super) fn adopt(&mut self, row: Record, now: Now) {
        let id = row.id;
        if self.library.get(&id) == Some(&row) {
            return self.track(&id, now);
        }
        let finished_now = self.library.get(&id).is_some_and(|old| old.finished.is_none()) && row.url.is_some();
        if finished_now {
            self.estimates.learn(&row);
        }
        if row.state == State::Stored {
            self.in_memory.remove(&id);
        }
        // A search or another order may show more or less of it now.
        if self.library.put(row) || !self.look.is_plain() {
            self.out.changes.push(Change::List);
        }
        self.out.changes.extend([Change::Record(id), Change::Status]);
        self.track(&id, now);
    }
}

fn describe(problem: &WriteProblem) -> String {
    match problem {
        WriteProblem::Conflict(_) => "the entry is gone".to_owned(),
        WriteProblem::Locked => "another tab is using it".to_owned(),
        WriteProblem::Full => "its storage is full".to_owned(),
        WriteProblem::Broken(detail) => detail.clone(),
    }
}

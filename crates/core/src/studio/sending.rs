//! The paid request: who may be sent, when, and what its outcome means.

use crate::address::Connection;
use crate::api::{self, HttpOutcome, generate};
use crate::attempt::permit::Claim;
use crate::attempt::step::Step;
use crate::attempt::{Doubt, Hold, Record, State, Status};
use crate::change::Change;
use crate::effect::{Effect, Purpose, RawAnswer, Ticket};
use crate::event::{Reach, WriteProblem};
use crate::id::{AttemptId, JobId};
use crate::limits;
use crate::sorted::SortedSet;
use crate::studio::Studio;
use crate::time::Now;

/// What stands between the queue and the API.
#[derive(Debug, Default)]
pub(super) struct Gate {
    /// Why nothing is sent, until it is mended.
    pub hold: Option<Hold>,
    /// The free question that goes before the first paid request of a connection.
    probe: Probe,
    /// A question after a job was refused for the account's sake: the others would be too. A refused order says nothing
    /// about jobs that are paid for.
    pub questions_refused: bool,
    /// The bundled proxy announced itself in an answer of this connection.
    pub studio_proxy: bool,
    /// Counts keys and addresses: a refusal under an earlier one says nothing about this one.
    pub epoch: u32,
    /// Batches that the person let go on although the outcome of one of them is not known.
    going_on: SortedSet<AttemptId>,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Probe {
    #[default]
    Needed,
    Running,
    Passed,
}

impl Gate {
    /// A new key or a new address: the hold is gone, and the connection is asked anew.
    pub fn mended(&mut self) {
        if !matches!(self.hold, Some(Hold::Paused | Hold::Store)) {
            self.hold = None;
        }
        self.questions_refused = false;
        self.probe = Probe::Needed;
        self.studio_proxy = false;
        self.epoch = self.epoch.wrapping_add(1);
    }
}

impl Studio {
    /// Why nothing is sent now; what cannot be mended by waiting comes first.
    pub(super) fn hold(&self) -> Option<Hold> {
        if !self.lasting && !self.demo {
            return Some(Hold::Store);
        }
        if self.connection.is_none() {
            return Some(Hold::Address);
        }
        if !self.key {
            return Some(Hold::NoKey);
        }
        self.gate.hold.clone()
    }

    /// Why this attempt is held back.
    pub(super) fn hold_of(&self, record: &Record) -> Option<Hold> {
        match record.status() {
            Status::Queued => self.hold().or_else(|| self.in_doubt(&record.batch).then_some(Hold::Doubt)),
            Status::Running => self.hold().filter(|hold| self.stops_polling(hold)),
            _ => None,
        }
    }

    /// The first unknown outcome pauses its batch: an outage costs at most one doubt per lane.
    fn in_doubt(&self, batch: &AttemptId) -> bool {
        // A batch's ids are neighbours, so the walk is as long as the batch.
        !self.gate.going_on.contains(batch)
            && self
                .batch(batch)
                .any(|row| matches!(row.state, State::Unknown { settled: false, .. }) && row.deleted.is_none())
    }

    fn batch<'a>(&'a self, batch: &'a AttemptId) -> impl Iterator<Item = &'a Record> {
        self.library.from(batch).filter(move |row| row.batch == *batch).take(usize::from(limits::IMAGES_MAX))
    }

    pub(super) fn resume(&mut self, now: Now) {
        self.gate.mended();
        self.gate.hold = None;
        let paused: Vec<AttemptId> = self
            .library
            .open()
            .filter(|row| row.state == State::Queued && self.in_doubt(&row.batch))
            .map(|row| row.batch)
            .collect();
        self.gate.going_on.extend(paused);
        self.hurry_all(now);
        self.refresh_queued();
    }

    /// The tiles of queued attempts say why they wait: they change with it.
    pub(super) fn refresh_queued(&mut self) {
        let queued: Vec<AttemptId> =
            self.library.open().filter(|row| row.state == State::Queued).map(|row| row.id).collect();
        self.out.changes.extend(queued.into_iter().map(Change::Record));
        self.out.changes.push(Change::Status);
    }

    pub(super) fn pump_queue(&mut self, now: Now) {
        if !self.leader || self.hold().is_some() || self.library.counts().queued == 0 {
            return;
        }
        let mut posts = self.library.open().filter(|row| row.state == State::Sending).count();
        let mut jobs = posts + self.library.open().filter(|row| row.state == State::Running).count();
        let waiting: Vec<AttemptId> = self
            .library
            .open()
            .filter(|row| row.state == State::Queued && row.shown())
            .filter(|row| !self.writes.busy(&row.id) && !self.elsewhere.contains(&row.id))
            .filter(|row| !self.replacing.contains_key(&row.id))
            .filter(|row| !self.in_doubt(&row.batch))
            .map(|row| row.id)
            .collect();
        let claiming =
            self.library.open().filter(|row| row.state == State::Queued && self.writes.claiming(&row.id)).count();
        posts += claiming;
        jobs += claiming;
        if waiting.is_empty() {
            return;
        }
        match self.gate.probe {
            Probe::Needed => {
                self.gate.probe = Probe::Running;
                self.probe(Purpose::Queue(self.gate.epoch));
                return;
            }
            Probe::Running => return,
            Probe::Passed => {}
        }
        for id in waiting {
            if posts >= limits::POSTS_AT_ONCE || jobs >= limits::JOBS_AT_ONCE {
                break;
            }
            if self.library.get(&id).is_some_and(|row| self.is_repeat(row)) {
                self.step(&id, Step::Cancel, None, now);
                continue;
            }
            posts += 1;
            jobs += 1;
            self.step(&id, Step::Claim, None, now);
        }
    }

    /// Whether the same was asked for in another tab at the same moment: one wish, told twice (FAULTS T2). In one tab the
    /// second press is none to begin with ([`limits::REPEAT_PRESS_MS`]). The earlier batch counts, or the one whose
    /// request has gone out. What was wished for once more ("Retry", "Send again") is no repeat.
    fn is_repeat(&self, row: &Record) -> bool {
        let again = |id: &AttemptId| self.library.rows().any(|old| old.replaced_by.as_ref() == Some(id));
        let moment = row.id.stamp().saturating_sub(limits::REPEAT_PRESS_MS);
        self.library.rows().rev().take_while(|other| other.id.stamp() >= moment).any(|other| {
            let here = |row: &Record| self.ordered_here.contains(&row.batch);
            other.batch != row.batch
                && !(here(row) && here(other))
                && (other.of, &other.order) == (row.of, &row.order)
                && other.created.0.abs_diff(row.created.0) < limits::REPEAT_PRESS_MS
                && (other.batch < row.batch || other.sent.is_some() || self.writes.claiming(&other.id))
                && !(other.rescued || other.imported || again(&other.id) || again(&row.id))
        })
    }

    /// Asks for a job that cannot exist: free, and it proves address, CORS, key and proxy.
    pub(super) fn probe(&mut self, purpose: Purpose) {
        let Some(url) = self.connection.as_ref().map(Connection::fetch) else { return };
        if let Some(job) = JobId::parse("00000000-0000-4000-8000-000000000000") {
            self.out.effects.push(Effect::Probe { purpose, url, body: api::fetch::body(&job) });
        }
    }

    pub(super) fn probed(&mut self, purpose: Purpose, outcome: &HttpOutcome, reach: Reach, now: Now) {
        self.notice_proxy(outcome);
        if purpose == Purpose::Test {
            self.test_answered(outcome, reach);
            return;
        }
        if self.gate.probe != Probe::Running || purpose != Purpose::Queue(self.gate.epoch) {
            // The connection changed while this was on its way: it says nothing about the new one.
            return;
        }
        // Only 401, 402, 403 and a missing answer hold the attempts back; any other answer lets them go.
        let held = match outcome {
            HttpOutcome::Answer(answer) if matches!(answer.status, 401..=403) => match generate::classify(outcome) {
                generate::Outcome::Held(hold) => Some(hold),
                _ => Some(Hold::Blocked(String::new())),
            },
            HttpOutcome::Answer(answer) if answer.studio_proxy && answer.not_sent => Some(Hold::Unreachable),
            HttpOutcome::Answer(_) => None,
            HttpOutcome::Lost(api::Lost::Policy) => Some(Hold::Policy),
            HttpOutcome::Lost(api::Lost::NoKey) => Some(Hold::NoKey),
            HttpOutcome::Lost(_) if reach == Reach::Alive => Some(Hold::Cors),
            HttpOutcome::Lost(_) => Some(Hold::Unreachable),
        };
        match held {
            Some(hold) => {
                self.gate.probe = Probe::Needed;
                self.close_gate(hold);
            }
            None => {
                self.gate.probe = Probe::Passed;
                self.hurry_all(now);
            }
        }
    }

    pub(super) fn close_gate(&mut self, hold: Hold) {
        if hold == Hold::NoKey {
            self.key = false;
        } else {
            self.gate.hold = Some(hold);
        }
        self.gate.probe = Probe::Needed;
        self.out.changes.push(Change::Status);
    }

    pub(super) fn notice_proxy(&mut self, outcome: &HttpOutcome) {
        if let HttpOutcome::Answer(answer) = outcome {
            self.gate.studio_proxy = answer.studio_proxy;
        }
    }

    pub(super) fn claimed(&mut self, ticket: Ticket, result: Result<Claim, WriteProblem>, now: Now) {
        let claim = match result {
            Ok(claim) => claim,
            Err(problem) => return self.claim_failed(ticket, problem, now),
        };
        let (row, permit) = claim.split();
        let body = generate::body(&row.order);
        let url = self.connection.as_ref().map(Connection::generate);
        let id = row.id;
        self.own.insert(id, self.gate.epoch);
        self.claim_committed(ticket, row, now);
        match url {
            Some(url) => self.out.effects.push(Effect::Post { permit, url, body, request_id: self.gate.studio_proxy }),
            // The address was taken away between claim and commit: certainly not sent.
            None => self.step(&id, Step::Outcome(generate::Outcome::Held(Hold::Address)), None, now),
        }
    }

    pub(super) fn posted(&mut self, id: &AttemptId, outcome: &HttpOutcome, now: Now) {
        let mut judged = generate::classify(outcome);
        if let generate::Outcome::Accepted(job) = &judged
            && self.holder_of(job, Some(id)).is_some()
        {
            // Two attempts cannot have one job: the second is in doubt, and no image is kept twice (FAULTS A15).
            judged = generate::Outcome::Unknown(Doubt::SameJob);
        }
        match &judged {
            generate::Outcome::Held(hold) if self.own.get(id) == Some(&self.gate.epoch) => {
                self.close_gate(hold.clone());
            }
            generate::Outcome::Unknown(_) => self.refresh_queued(),
            _ => {}
        }
        let raw = api::raw(outcome).map(|(status, body)| RawAnswer { to: "generate", status, body });
        self.step(id, Step::Outcome(judged), raw, now);
    }

    /// Whether nobody is asked after running jobs meanwhile.
    pub(super) fn polls_stand(&self) -> bool {
        self.hold().is_some_and(|hold| self.stops_polling(&hold))
    }

    /// Whether a held queue also keeps running jobs from being asked for: without a key and an address nobody can be, and
    /// for the account's sake where a question has been refused.
    fn stops_polling(&self, hold: &Hold) -> bool {
        match hold {
            Hold::NoKey | Hold::KeyRefused(_) | Hold::Address => true,
            Hold::NoQuota(_) | Hold::Blocked(_) => self.gate.questions_refused,
            _ => false,
        }
    }
}

//! The one function that leads an attempt from a state to the next.

use crate::api::fetch::Echo;
use crate::api::generate;
use crate::attempt::mark::{self, Mark};
use crate::attempt::{Doubt, FileFacts, Record, Risk, Stall, State};
use crate::id::{AttemptId, JobId};
use crate::time::Wall;

/// Something that moves an attempt on.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// It is about to be sent.
    Claim,
    /// What became of the paid request.
    Outcome(generate::Outcome),
    /// The tab that sent it is gone.
    Interrupted,
    /// The person knows the job's id.
    Attach(JobId),
    /// The person looks at it no more, or goes on in spite of it.
    Settle,
    /// The API finished the job.
    Finished(Finished),
    /// The API says that the job failed.
    Failed(String),
    /// Polling pauses.
    Stall(Stall),
    /// Polling goes on: the person asked.
    Wake,
    /// The bytes are kept and checked.
    Kept(FileFacts),
    /// The bytes are not kept.
    Risk(Risk),
    /// The store does not give the bytes of a stored image any more.
    Lost,
    /// The person takes it back.
    Cancel,
    /// The person says something about it.
    Mark(Mark),
    /// It leaves the trash for good, if it is of those still: its files may be taken away.
    Purge(Purge),
    /// Its files are taken away.
    Erased,
    /// Another attempt takes its place.
    Replace(AttemptId),
}

/// What leaves the trash for good. It goes with the step, so that what was said in between holds: in another tab, or by
/// a mark that is still on its way to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purge {
    /// Everything.
    All,
    /// Everything but favourites.
    ButFavourites,
    /// What was thrown away until then.
    Since(Wall),
}

impl Purge {
    /// Whether this row is of those.
    #[must_use]
    pub fn takes(self, record: &Record) -> bool {
        record.in_trash()
            && mark::may_go(&record.state)
            && match self {
                Purge::All => true,
                Purge::ButFavourites => !record.favourite,
                Purge::Since(then) => record.deleted.is_some_and(|deleted| deleted <= then),
            }
    }
}

/// What is known when the API has finished a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Finished {
    /// The image's address.
    pub url: String,
    /// What it cost, in thousandths of quota.
    pub quota: Option<u64>,
    /// See [`Record::took_ms`].
    pub took_ms: Option<u64>,
    /// What the API says that it was asked for; taken over by rescued jobs only.
    pub echo: Echo,
}

impl Step {
    /// Whether the step is a fact from outside that must reach the disk, in contrast to a wish that may be refused.
    #[must_use]
    pub fn is_fact(&self) -> bool {
        matches!(
            self,
            Step::Outcome(_)
                | Step::Interrupted
                | Step::Attach(_)
                | Step::Finished(_)
                | Step::Failed(_)
                | Step::Stall(_)
                | Step::Kept(_)
                | Step::Risk(_)
                | Step::Lost
        )
    }

    /// Whether the step says nothing of money: where many are written, it lets what does go first.
    #[must_use]
    pub fn is_patient(&self) -> bool {
        matches!(self, Step::Mark(_) | Step::Purge(_) | Step::Erased)
    }
}

/// The record after the step, with its next revision; `None` where the step does not apply to its state (an answer
/// that came too late, a wish that another tab made moot). Terminal states are never left except by the person.
#[must_use]
pub fn apply(record: &Record, step: &Step, now: Wall) -> Option<Record> {
    let mut next = record.clone();
    next.rev = record.rev.saturating_add(1);
    match (&record.state, step) {
        (State::Queued, Step::Claim) => {
            next.state = State::Sending;
            next.sent = Some(now);
        }
        (State::Queued | State::Rejected(_), Step::Cancel) => next.state = State::Cancelled,
        // A late answer of the owner may still turn Unknown into Accepted, nothing else may.
        (State::Sending, Step::Outcome(outcome)) => sent(&mut next, outcome, now),
        (State::Unknown { .. }, Step::Outcome(generate::Outcome::Accepted(job))) => accept(&mut next, job, now),
        (State::Unknown { .. } | State::Stalled(_) | State::Failed { .. }, Step::Attach(job)) => {
            accept(&mut next, job, now)
        }
        (State::Sending, Step::Interrupted) => {
            next.state = State::Unknown { doubt: Doubt::Interrupted, settled: false }
        }
        (State::Unknown { doubt, settled: false }, Step::Settle) => {
            next.state = State::Unknown { doubt: doubt.clone(), settled: true };
        }
        (State::Running | State::Stalled(_) | State::AtRisk(_) | State::Downloading, Step::Finished(finished)) => {
            if record.state == State::Downloading && record.url.as_ref() == Some(&finished.url) {
                return None;
            }
            next.state = State::Downloading;
            next.url = Some(finished.url.clone());
            next.quota = finished.quota.or(record.quota);
            next.finished = record.finished.or(Some(now));
            next.took_ms = record.took_ms.or(finished.took_ms);
            if record.rescued {
                finished.echo.fill(&mut next.order);
            }
        }
        (State::Running | State::Stalled(_), Step::Failed(message)) => {
            next.state = State::Failed { message: message.clone() };
            next.finished = Some(now);
        }
        (State::Running, Step::Stall(why)) => next.state = State::Stalled(why.clone()),
        (State::Stalled(_), Step::Wake) => next.state = State::Running,
        (State::Downloading | State::AtRisk(_), Step::Kept(file)) => {
            next.state = State::Stored;
            next.file = Some(file.clone());
        }
        (State::Running | State::Downloading, Step::Risk(risk)) => {
            next.state = State::AtRisk(risk.clone());
            next.finished = record.finished.or(Some(now));
        }
        (State::AtRisk(old), Step::Risk(risk)) if old != risk => next.state = State::AtRisk(risk.clone()),
        (State::Stored, Step::Lost) => {
            next.state = State::AtRisk(Risk::Lost);
            next.file = None;
        }
        // Another tab may have moved it on since the person saw it.
        (state, Step::Mark(Mark::Trash(true))) if !mark::may_go(state) => return None,
        (_, Step::Mark(mark)) if mark.put(&mut next, now) => {}
        (_, Step::Purge(which)) if which.takes(record) => next.purged = true,
        (_, Step::Erased) if record.purged && record.file.is_some() => next.file = None,
        (State::Rejected(_) | State::Failed { .. } | State::Cancelled | State::Unknown { .. }, Step::Replace(by))
            if record.replaced_by.is_none() =>
        {
            if let State::Unknown { settled, .. } = &mut next.state {
                *settled = true;
            }
            next.replaced_by = Some(*by);
        }
        _ => return None,
    }
    Some(next)
}

fn sent(next: &mut Record, outcome: &generate::Outcome, now: Wall) {
    match outcome {
        generate::Outcome::Accepted(job) => accept(next, job, now),
        generate::Outcome::Rejected(refusal) => next.state = State::Rejected(refusal.clone()),
        generate::Outcome::Held(_) => {
            next.state = State::Queued;
            next.sent = None;
        }
        generate::Outcome::Unknown(doubt) => next.state = State::Unknown { doubt: doubt.clone(), settled: false },
    }
}

fn accept(next: &mut Record, job: &JobId, now: Wall) {
    next.state = State::Running;
    next.job = Some(job.clone());
    next.accepted = Some(now);
    next.finished = None;
    next.took_ms = None;
    // A doubt that was thrown away or sent again turns out to be paid for: it has to be seen.
    next.deleted = None;
    next.purged = false;
    next.replaced_by = None;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::attempt::{Refusal, Stall};
    use crate::draft::Draft;
    use crate::id::IdSource;

    fn job(text: &str) -> JobId {
        JobId::parse(text).unwrap()
    }

    fn row(state: State) -> Record {
        let id = IdSource::new(1).next(Wall(1));
        let order = Draft { prompt: "x".into(), ..Draft::default() }.order().unwrap();
        Record { state, job: Some(job("ed1a0001")), ..Record::new(id, id, 1, order, Wall(1)) }
    }

    fn finished(url: &str) -> Step {
        Step::Finished(Finished { url: url.to_owned(), quota: None, took_ms: None, echo: Echo::default() })
    }

    fn facts() -> FileFacts {
        FileFacts { mime: "image/png".into(), bytes: 1, sha256: "0".repeat(64), width: 1, height: 1 }
    }

    /// Whatever may come from outside by itself.
    fn from_outside() -> Vec<Step> {
        vec![
            Step::Claim,
            Step::Outcome(generate::Outcome::Accepted(job("ed1a0002"))),
            Step::Outcome(generate::Outcome::Rejected(Refusal { status: 400, message: String::new() })),
            Step::Outcome(generate::Outcome::Unknown(Doubt::NoAnswer)),
            Step::Interrupted,
            finished("https://cdn.ttapi.io/b.png"),
            Step::Failed("no".into()),
            Step::Stall(Stall::Patience),
            Step::Kept(facts()),
            Step::Risk(Risk::Unreachable),
        ]
    }

    #[test]
    fn a19_nothing_from_outside_moves_an_attempt_from_its_end() {
        let refusal = Refusal { status: 400, message: String::new() };
        let ends = [State::Stored, State::Failed { message: "no".into() }, State::Rejected(refusal), State::Cancelled];
        for end in ends {
            for step in from_outside() {
                assert_eq!(apply(&row(end.clone()), &step, Wall(2)), None, "{end:?} {step:?}");
            }
        }
    }

    #[test]
    fn a19_success_is_not_followed_by_failure_nor_by_a_wait() {
        for state in [State::Downloading, State::AtRisk(Risk::Status(404))] {
            for step in [Step::Failed("no".into()), Step::Stall(Stall::Patience), Step::Interrupted, Step::Claim] {
                assert_eq!(apply(&row(state.clone()), &step, Wall(2)), None, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn n12_only_an_acceptance_ends_a_doubt_by_itself() {
        let doubt = State::Unknown { doubt: Doubt::Timeout, settled: false };
        let late = Step::Outcome(generate::Outcome::Accepted(job("ed1a0002")));
        let accepted = apply(&row(doubt.clone()), &late, Wall(2)).unwrap();
        assert_eq!((accepted.state, accepted.job), (State::Running, Some(job("ed1a0002"))));
        for step in from_outside().into_iter().filter(|step| *step != late) {
            assert_eq!(apply(&row(doubt.clone()), &step, Wall(2)), None, "{step:?}");
        }
    }

    #[test]
    fn n12_a_doubt_that_was_put_away_is_seen_again_when_it_turns_out_to_be_paid_for() {
        let doubt = row(State::Unknown { doubt: Doubt::Timeout, settled: true });
        let late = Step::Outcome(generate::Outcome::Accepted(job("ed1a0002")));
        let other = Some(IdSource::new(2).next(Wall(1)));
        for (deleted, purged, replaced_by) in
            [(Some(Wall(1)), false, None), (Some(Wall(1)), true, None), (None, false, other)]
        {
            let away = Record { deleted, purged, replaced_by, ..doubt.clone() };
            assert!(!away.shown());
            for step in [late.clone(), Step::Attach(job("ed1a0002"))] {
                let back = apply(&away, &step, Wall(2)).unwrap();
                assert!(back.shown() && !back.purged && back.state == State::Running, "{away:?}");
            }
        }
    }

    #[test]
    fn what_is_on_its_way_cannot_be_thrown_away_by_a_tab_that_is_late() {
        let refusal = Refusal { status: 400, message: String::new() };
        for state in [State::Queued, State::Sending, State::Running, State::Downloading] {
            let row = row(state.clone());
            assert_eq!(apply(&row, &Step::Mark(Mark::Trash(true)), Wall(2)), None, "{state:?}");
            let away = Record { deleted: Some(Wall(1)), ..row };
            assert_eq!(apply(&away, &Step::Purge(Purge::All), Wall(2)), None, "{state:?}");
            assert!(apply(&away, &Step::Mark(Mark::Trash(false)), Wall(2)).is_some(), "{state:?}");
        }
        for state in [State::Stored, State::Cancelled, State::Rejected(refusal), State::AtRisk(Risk::Lost)] {
            let away = apply(&row(state), &Step::Mark(Mark::Trash(true)), Wall(2)).unwrap();
            assert!(apply(&away, &Step::Purge(Purge::All), Wall(3)).unwrap().purged);
        }
    }

    #[test]
    fn only_what_is_meant_leaves_the_trash() {
        let away = Record { deleted: Some(Wall(5)), ..row(State::Stored) };
        let loved = Record { favourite: true, ..away.clone() };
        let goes = |row: &Record, which| apply(row, &Step::Purge(which), Wall(9)).is_some();
        assert!(goes(&away, Purge::All) && goes(&loved, Purge::All));
        assert!(goes(&away, Purge::ButFavourites) && !goes(&loved, Purge::ButFavourites));
        assert!(goes(&away, Purge::Since(Wall(5))) && !goes(&away, Purge::Since(Wall(4))));
        assert!(!goes(&row(State::Stored), Purge::All), "it is not in the trash");
    }

    #[test]
    fn every_commit_counts() {
        let next = apply(&row(State::Queued), &Step::Claim, Wall(2)).unwrap();
        assert_eq!((next.rev, next.state, next.sent), (1, State::Sending, Some(Wall(2))));
    }
}

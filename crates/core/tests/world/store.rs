//! The store of the world: rows by name, compare-and-set, and the rule that no terminal state is ever left.

use std::collections::{BTreeMap, BTreeSet};

use flux_studio_core::attempt::{Record, State, Status};
use flux_studio_core::event::WriteProblem;
use flux_studio_core::id::AttemptId;

#[derive(Default)]
pub struct Store {
    rows: BTreeMap<AttemptId, String>,
    /// Kept bytes, by the seed that the picture was drawn from.
    pub bytes: BTreeMap<AttemptId, u64>,
    pub commits: u64,
    /// Somebody emptied it.
    pub wiped: bool,
    /// Job ids in whose place a person put another.
    pub replaced: BTreeSet<String>,
}

impl Store {
    pub fn rows(&self) -> Vec<Record> {
        self.rows.values().map(|text| Record::from_json(text).expect("what was written can be read")).collect()
    }

    /// Somebody empties the database.
    pub fn wipe(&mut self) {
        self.wiped = true;
        self.rows.clear();
        self.bytes.clear();
    }

    pub fn get(&self, id: &AttemptId) -> Option<Record> {
        self.rows.get(id).map(|text| Record::from_json(text).expect("what was written can be read"))
    }

    pub fn problem(&self, random: &mut fastrand::Rng) -> WriteProblem {
        if random.bool() { WriteProblem::Full } else { WriteProblem::Broken("UnknownError".to_owned()) }
    }

    /// `acted`: a person did something to this attempt.
    pub fn commit(&mut self, row: &Record, acted: bool) -> Result<(), WriteProblem> {
        let stored = self.get(&row.id);
        let expected = row.rev.checked_sub(1);
        if stored.as_ref().map(|stored| stored.rev) != expected {
            return Err(WriteProblem::Conflict(stored.map(Box::new)));
        }
        if let Some(stored) = &stored {
            check_transition(stored, row);
            check_untouched(stored, row, acted);
            self.replaced
                .extend(stored.job.iter().filter(|job| row.job.as_ref() != Some(job)).map(ToString::to_string));
        }
        if row.purged {
            let before = stored.is_some_and(|stored| stored.in_trash() || stored.purged);
            assert!(acted && before, "I10: {} was not in the trash", row.id);
        } else if row.status() == Status::Stored {
            let kept = self.bytes.get(&row.id).map(|seed| sha256(*seed));
            let said = row.file.as_ref().map(|file| file.sha256.clone());
            assert!(kept.is_some() && kept == said, "I4: {} says stored and has other bytes, or none", row.id);
        }
        self.commits += 1;
        self.rows.insert(row.id, row.to_json());
        Ok(())
    }
}

/// The fake hash of fake bytes.
pub fn sha256(seed: u64) -> String {
    format!("{seed:064x}")
}

/// I10: what was asked for never changes, and a row at its end changes only by the person's will.
fn check_untouched(old: &Record, new: &Record, acted: bool) {
    let same = (old.v, &old.batch, old.of, old.created) == (new.v, &new.batch, new.of, new.created);
    assert!(same && (old.order == new.order || old.rescued), "I10: {old:?} became {new:?}");
    let ended = matches!(old.status(), Status::Stored | Status::Failed | Status::Rejected | Status::Cancelled);
    assert!(acted || !ended, "I10: {} was at its end, and nobody touched it: {new:?}", old.id);
    assert!(acted || old.job.is_none() || old.job == new.job, "I10: the job of {} became another", old.id);
    assert!(
        old.status() != Status::Stored || old.file == new.file || new.purged,
        "A33: the file of {} became another",
        old.id
    );
    let marks = |row: &Record| {
        let labels = (row.tags.clone(), row.collections.clone());
        (row.favourite, row.rating, labels, row.deleted, row.purged, row.replaced_by)
    };
    // What turns out to be paid for comes back to where it is seen.
    let accepted = old.status() == Status::Unknown && new.status() == Status::Running && new.shown();
    let same = marks(old) == marks(new);
    assert!(acted || same || accepted, "I10: nobody marked or deleted {}", old.id);
}

/// I3 and I7: what was reached is never lost by a commit.
fn check_transition(old: &Record, new: &Record) {
    if let Some(job) = &old.job {
        assert!(new.job.is_some(), "I3: the job id {job} of {} was lost", old.id);
    }
    assert!(old.url.is_none() || new.url.is_some(), "I3: the address of {} was lost", old.id);
    assert!(old.file.is_none() || new.file.is_some() || old.purged, "I4: the file of {} was lost", old.id);
    let regress = match (&old.state, &new.state) {
        (State::Stored, new) => *new != State::Stored,
        (State::Failed { .. }, State::Failed { .. } | State::Running) => false,
        (State::Failed { .. }, _) => true,
        (State::Cancelled, new) => *new != State::Cancelled,
        (State::Rejected(_), State::Rejected(_) | State::Cancelled) => false,
        (State::Rejected(_), _) => true,
        (State::Unknown { .. }, State::Queued | State::Sending) => true,
        (State::Running | State::Stalled(_), State::Queued | State::Sending | State::Unknown { .. }) => true,
        _ => false,
    };
    assert!(!regress, "I7: {} went from {:?} to {:?}", old.id, old.state, new.state);
}

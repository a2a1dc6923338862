//! All attempts in memory, by name, with the counts and lookups that are asked for all the time kept up to date.

use crate::attempt::{Record, State, Status};
use crate::find::{Found, Index, Known, Query, Shelf, Sort};
use crate::id::{AttemptId, JobId};
use crate::sorted::{SortedMap, SortedSet};

/// The rows of one database.
#[derive(Debug, Default)]
pub struct Library {
    // In boxes: what is put in the middle moves what follows.
    rows: SortedMap<AttemptId, Box<Record>>,
    /// Rows that something may still happen to by itself: few, whatever the size of the library.
    open: SortedSet<AttemptId>,
    counts: Counts,
    index: Index,
}

/// Counts over the shown rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not sent.
    pub queued: usize,
    /// Sending, running or downloading.
    pub running: usize,
    /// Unknown and unsettled, stalled, at risk.
    pub needs_you: usize,
    /// All that are shown.
    pub shown: usize,
    /// Images kept.
    pub stored: usize,
    /// Marked.
    pub favourites: usize,
    /// In the trash.
    pub trash: usize,
    /// Bytes of the pictures in the trash.
    pub trash_bytes: u64,
    /// Bytes of the pictures that are shown.
    pub bytes: u64,
}

impl Library {
    /// The row of this name.
    #[must_use]
    pub fn get(&self, id: &AttemptId) -> Option<&Record> {
        self.rows.get(id).map(Box::as_ref)
    }

    /// Puts a row in, or a newer one in its place; `true` where the list of what is shown (or its shapes) changed.
    pub fn put(&mut self, record: Record) -> bool {
        self.counts.add(&record);
        self.index.put(&record);
        if record.state.is_open() {
            self.open.insert(record.id);
        } else {
            self.open.remove(&record.id);
        }
        let (shown, trash, aspect) = (record.shown(), record.in_trash(), record.aspect());
        match self.rows.insert(record.id, Box::new(record)) {
            Some(old) => {
                self.counts.remove(&old);
                (old.shown(), old.in_trash()) != (shown, trash) || (shown && old.aspect() != aspect)
            }
            None => shown,
        }
    }

    /// Takes a row out that never reached the disk.
    pub fn remove(&mut self, id: &AttemptId) -> Option<Record> {
        let old = self.rows.remove(id)?;
        self.open.remove(id);
        self.counts.remove(&old);
        self.index.remove(id);
        Some(*old)
    }

    /// The attempt that has this job. Asked for once for each job: a walk over fifty thousand rows is half a millisecond,
    /// and a map by job would cost every page its code.
    #[must_use]
    pub fn with_job(&self, job: &JobId) -> Option<&AttemptId> {
        self.rows.values().rev().find(|row| row.job.as_ref() == Some(job)).map(|row| &row.id)
    }

    /// All rows in the order of making.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.rows.values().map(Box::as_ref)
    }

    /// The rows that are not at an end, in the order of making.
    pub fn open(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.open.iter().filter_map(|id| self.get(id))
    }

    /// Rows from this name on, in the order of making.
    pub fn from<'a>(&'a self, id: &'a AttemptId) -> impl Iterator<Item = &'a Record> {
        self.rows.from(id).map(Box::as_ref)
    }

    /// What a search finds.
    pub fn find(&mut self, query: &Query, sort: Sort, shelf: Shelf) -> Vec<Found> {
        self.index.search(query, sort, shelf)
    }

    /// The values that shown rows have, for completion.
    #[must_use]
    pub fn known(&self) -> Known {
        self.index.values()
    }

    /// The counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

impl Counts {
    fn add(&mut self, row: &Record) {
        self.change(row, |n| *n += 1, |n, by| *n += by);
    }

    fn remove(&mut self, row: &Record) {
        self.change(row, |n| *n = n.saturating_sub(1), |n, by| *n = n.saturating_sub(by));
    }

    fn change(&mut self, row: &Record, by: impl Fn(&mut usize), bytes: impl Fn(&mut u64, u64)) {
        let size = row.file.as_ref().map_or(0, |file| file.bytes);
        if row.in_trash() {
            by(&mut self.trash);
            bytes(&mut self.trash_bytes, size);
        }
        if !row.shown() {
            return;
        }
        bytes(&mut self.bytes, size);
        by(&mut self.shown);
        match row.status() {
            Status::Queued => by(&mut self.queued),
            Status::Sending | Status::Running | Status::Downloading => by(&mut self.running),
            Status::Stalled | Status::AtRisk => by(&mut self.needs_you),
            Status::Stored => by(&mut self.stored),
            Status::Unknown if matches!(row.state, State::Unknown { settled: false, .. }) => by(&mut self.needs_you),
            _ => {}
        }
        if row.favourite {
            by(&mut self.favourites);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::draft::Draft;
    use crate::id::IdSource;
    use crate::time::Wall;

    #[test]
    fn counts_follow_every_change() {
        let mut ids = IdSource::new(1);
        let order = Draft { prompt: "x".into(), ..Draft::default() }.order().unwrap();
        let id = ids.next(Wall(1));
        let mut library = Library::default();
        let mut row = Record::new(id, id, 1, order, Wall(1));
        assert!(library.put(row.clone()));
        assert_eq!(library.counts(), Counts { queued: 1, shown: 1, ..Counts::default() });
        row.state = State::Stored;
        row.favourite = true;
        assert!(!library.put(row.clone()));
        assert_eq!(library.counts(), Counts { stored: 1, shown: 1, favourites: 1, ..Counts::default() });
        row.deleted = Some(Wall(2));
        assert!(library.put(row));
        assert_eq!(library.counts(), Counts { trash: 1, ..Counts::default() });
        let mut found = |shelf| {
            let found = library.find(&Query::default(), Sort::Newest, shelf);
            found.into_iter().map(|found| found.id).collect::<Vec<_>>()
        };
        assert!(found(Shelf::Shown).is_empty() && found(Shelf::Trash) == [id]);
        library.remove(&id);
        assert_eq!(library.counts(), Counts::default());
    }
}

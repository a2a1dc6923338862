//! What the person says about many images at once, and takes back; and the trash that is emptied.

use std::borrow::Cow;
use std::collections::VecDeque;

use crate::attempt::Record;
use crate::attempt::mark::{self, Mark};
use crate::attempt::step::{Purge, Step};
use crate::effect::Effect;
use crate::id::AttemptId;
use crate::limits;
use crate::message::Notice;
use crate::studio::Studio;
use crate::time::{Now, Wall};

/// What can be taken back, the latest last.
#[derive(Debug, Default)]
pub(super) struct Undo {
    last: u64,
    done: VecDeque<(u64, Vec<(AttemptId, Mark)>)>,
}

impl Undo {
    fn push(&mut self, back: Vec<(AttemptId, Mark)>) -> u64 {
        self.last += 1;
        self.done.push_back((self.last, back));
        if self.done.len() > limits::UNDO_MAX {
            self.done.pop_front();
        }
        self.last
    }

    fn take(&mut self, number: Option<u64>) -> Option<Vec<(AttemptId, Mark)>> {
        let at = match number {
            None => self.done.len().checked_sub(1)?,
            Some(number) => self.done.iter().position(|(known, _)| *known == number)?,
        };
        self.done.remove(at).map(|(_, back)| back)
    }
}

impl Studio {
    /// Says it of all of these of which it is not so yet.
    pub(super) fn mark(&mut self, ids: &[AttemptId], mark: &Mark, now: Now) {
        let back = |id: &AttemptId| self.back(id, mark, now).map(|back| (*id, back));
        let back: Vec<(AttemptId, Mark)> = ids.iter().filter_map(back).collect();
        for (id, _) in &back {
            self.step(id, Step::Mark(mark.clone()), None, now);
        }
        let count = back.len();
        if count == 0 {
            return;
        }
        let undo = self.undo.push(back);
        if count > 1 || matches!(mark, Mark::Trash(true)) {
            self.notice(Notice::Marked { mark: mark.clone(), count, undo });
        }
    }

    /// Takes back what has this number, or the latest.
    pub(super) fn take_back(&mut self, number: Option<u64>, now: Now) {
        let Some(mut back) = self.undo.take(number) else { return };
        // What has left the trash for good does not come back.
        back.retain(|(id, mark)| self.back(id, mark, now).is_some());
        self.notice(Notice::TakenBack(back.len()));
        for (id, mark) in back {
            self.step(&id, Step::Mark(mark), None, now);
        }
    }

    /// What takes this back from an image, as it will be when all that waits for it is written; `None` where saying it
    /// changes nothing or may not be.
    fn back(&self, id: &AttemptId, mark: &Mark, now: Now) -> Option<Mark> {
        let row = self.ahead(id, now)?;
        let may = *mark != Mark::Trash(true) || mark::may_go(&row.state);
        mark.undo(&row).filter(|_| may)
    }

    /// The row of an attempt as it will be when all that waits for it is written: what the person said last holds for
    /// what is said next, also while many marks are on their way to the disk.
    #[must_use]
    pub fn ahead(&self, id: &AttemptId, now: Now) -> Option<Cow<'_, Record>> {
        match self.writes.ahead(id, now.wall) {
            Some(row) => Some(Cow::Owned(row)),
            None => self.library.get(id).map(Cow::Borrowed),
        }
    }

    /// Empties the trash, of favourites too or not. First the row says so, and only then its files go: what another tab
    /// takes out of the trash at that moment keeps them.
    pub(super) fn empty_trash(&mut self, favourites: bool, now: Now) {
        self.purge(if favourites { Purge::All } else { Purge::ButFavourites }, now);
    }

    /// Empties the trash of what it has kept for long enough, and ends what was begun before a reload.
    pub(super) fn empty_old_trash(&mut self, now: Now) {
        if !self.leader || !self.complete {
            return;
        }
        if let Some(until) = now.wall.0.checked_sub(limits::TRASH_MS) {
            self.purge(Purge::Since(Wall(until)), now);
        }
        let left = self.library.rows().filter(|row| row.purged && row.file.is_some());
        let left: Vec<AttemptId> = left.map(|row| row.id).collect();
        self.out.effects.extend(left.into_iter().map(Effect::Erase));
    }

    fn purge(&mut self, which: Purge, now: Now) {
        let ids: Vec<AttemptId> = self.library.rows().filter(|row| which.takes(row)).map(|row| row.id).collect();
        for id in ids {
            self.step(&id, Step::Purge(which), None, now);
        }
    }
}

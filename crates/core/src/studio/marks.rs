//! What the person says about many images at once, and takes back; and the trash that is emptied.

use std::collections::VecDeque;

use crate::attempt::Record;
use crate::attempt::mark::{self, Mark};
use crate::attempt::step::Step;
use crate::effect::Effect;
use crate::id::AttemptId;
use crate::limits;
use crate::message::Notice;
use crate::studio::Studio;
use crate::time::Now;

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
        let back = |id: &AttemptId| {
            let row = self.library.get(id)?;
            let may = *mark != Mark::Trash(true) || mark::may_go(&row.state);
            mark.undo(row).filter(|_| may).map(|back| (*id, back))
        };
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
        let Some(back) = self.undo.take(number) else { return };
        self.notice(Notice::TakenBack(back.len()));
        for (id, mark) in back {
            self.step(&id, Step::Mark(mark), None, now);
        }
    }

    /// Empties the trash, of favourites too or not. First the row says so, and only then its files go: what another tab
    /// takes out of the trash at that moment keeps them.
    pub(super) fn empty_trash(&mut self, favourites: bool, now: Now) {
        self.purge(|row| favourites || !row.favourite, now);
    }

    /// Empties the trash of what it has kept for long enough, and ends what was begun before a reload.
    pub(super) fn empty_old_trash(&mut self, now: Now) {
        if !self.leader || !self.complete {
            return;
        }
        self.purge(|row| row.deleted.is_some_and(|since| now.wall.since(since) > limits::TRASH_MS), now);
        let left = self.library.rows().filter(|row| row.purged && row.file.is_some());
        let left: Vec<AttemptId> = left.map(|row| row.id).collect();
        self.out.effects.extend(left.into_iter().map(Effect::Erase));
    }

    fn purge(&mut self, wanted: impl Fn(&Record) -> bool, now: Now) {
        let rows = self.library.rows().filter(|row| row.in_trash() && mark::may_go(&row.state) && wanted(row));
        let ids: Vec<AttemptId> = rows.map(|row| row.id).collect();
        for id in ids {
            self.step(&id, Step::Purge, None, now);
        }
    }
}

//! Which images are chosen, and what a click, a range or a rectangle makes of that. Pure, so that screens only say what
//! was pressed.

use crate::grid::{Layout, Place};
use crate::id::AttemptId;
use crate::sorted::SortedSet;

/// The chosen images.
#[derive(Debug, Default)]
pub struct Selection {
    ids: SortedSet<AttemptId>,
    /// Where a range begins: what was pressed last without Shift.
    anchor: Option<AttemptId>,
}

impl Selection {
    /// Whether it is chosen.
    #[must_use]
    pub fn contains(&self, id: &AttemptId) -> bool {
        self.ids.contains(id)
    }

    /// Nothing is chosen.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// All that are chosen, in the order of making.
    #[must_use]
    pub fn ids(&self) -> Vec<AttemptId> {
        self.ids.iter().copied().collect()
    }

    /// How many are chosen.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.iter().len()
    }

    /// Chooses it, or lets it go.
    pub fn toggle(&mut self, id: AttemptId) {
        if !self.ids.remove(&id) {
            self.ids.insert(id);
        }
        self.anchor = Some(id);
    }

    /// Chooses everything between the last press and this one, in the order of the list.
    pub fn range(&mut self, list: &[AttemptId], to: AttemptId) {
        let at = |id: &AttemptId| list.iter().position(|listed| listed == id);
        let Some(end) = at(&to) else { return };
        let start = self.anchor.as_ref().and_then(at).unwrap_or(end);
        let (from, until) = (start.min(end), start.max(end));
        for id in list.get(from..=until).unwrap_or_default() {
            self.ids.insert(*id);
        }
        self.anchor.get_or_insert(to);
    }

    /// Chooses these too.
    pub fn add(&mut self, ids: impl Iterator<Item = AttemptId>) {
        for id in ids {
            self.ids.insert(id);
        }
    }

    /// Lets go what is not in this list any more.
    pub fn keep_only(&mut self, list: &[AttemptId]) {
        let mut left = SortedSet::default();
        for id in list.iter().rev().filter(|id| self.ids.contains(id)) {
            left.insert(*id);
        }
        self.ids = left;
    }

    /// Lets go of all.
    pub fn clear(&mut self) {
        self.ids.clear();
        self.anchor = None;
    }
}

/// Indices of the items that a rectangle between two corners touches, in canvas pixels.
#[must_use]
pub fn touched(layout: &Layout, a: (f32, f64), b: (f32, f64)) -> Vec<usize> {
    let (left, right) = (a.0.min(b.0), a.0.max(b.0));
    let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
    let meets =
        |place: &Place| place.x <= right && place.x + place.w >= left && place.y <= bottom && place.bottom() >= top;
    layout.window(top, bottom).filter(|index| layout.places.get(*index).is_some_and(meets)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::grid::{Item, Measures, layout};
    use crate::id::IdSource;
    use crate::time::Wall;

    fn list(count: usize) -> Vec<AttemptId> {
        let mut ids = IdSource::new(7);
        let mut list: Vec<AttemptId> = (0..count).map(|n| ids.next(Wall(n as u64))).collect();
        list.reverse();
        list
    }

    #[test]
    fn a_range_goes_from_the_last_press_in_the_order_of_the_list() {
        let list = list(10);
        let mut chosen = Selection::default();
        chosen.toggle(list[6]);
        chosen.range(&list, list[3]);
        assert_eq!(chosen.len(), 4);
        chosen.range(&list, list[8]);
        assert_eq!(chosen.len(), 6, "from the same place, the other way");
        chosen.toggle(list[4]);
        assert!(!chosen.contains(&list[4]) && chosen.contains(&list[5]));
        chosen.keep_only(&list[5..]);
        assert_eq!(chosen.ids(), list[5..=8].iter().rev().copied().collect::<Vec<_>>());
        chosen.clear();
        chosen.range(&list, list[2]);
        assert_eq!(chosen.ids(), [list[2]], "without a press before it, itself");
    }

    #[test]
    fn a_rectangle_chooses_what_it_touches_whichever_way_it_is_drawn() {
        let items = [Item { aspect: 1.0, day: Some(1) }; 12];
        let measures = Measures { width: 415.0, row: 100.0, gap: 5.0, mark: 40.0 };
        let layout = layout(&items, measures);
        let row = layout.places[4];
        assert!(row.y > layout.places[3].y);
        let (a, b) = ((layout.places[1].x + 1.0, layout.places[1].y + 1.0), (row.x + row.w + 30.0, row.y + 1.0));
        assert_eq!(touched(&layout, a, b), [1, 5]);
        assert_eq!(touched(&layout, b, a), [1, 5]);
        assert_eq!(touched(&layout, (0.0, 0.0), (415.0, 5.0)), Vec::<usize>::new(), "only the date mark");
    }
}

//! Geometry of the library: justified rows that keep each picture's shape, under date marks. Pure arithmetic, so that
//! the page only has to place what is on screen.

/// What the geometry needs to know of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Width to height.
    pub aspect: f32,
    /// The day it belongs to (days since 1970 in the viewer's time zone): a new day starts a new row under a mark.
    pub day: i32,
}

/// Measures of a layout in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Width that is there.
    pub width: f32,
    /// Height that rows should have.
    pub row: f32,
    /// Space between pictures.
    pub gap: f32,
    /// Height of a date mark, its spacing included.
    pub mark: f32,
}

/// A placed item in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Place {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// A date mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// From the top.
    pub y: f32,
    /// The day.
    pub day: i32,
    /// Index of its first item.
    pub first: usize,
    /// How many items it has.
    pub count: usize,
}

/// Everything placed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// One place for each item, in order; `y` never falls.
    pub places: Vec<Place>,
    /// The date marks, from the top.
    pub marks: Vec<Mark>,
    /// Height of the whole.
    pub height: f32,
}

/// Bounds of a picture's shape in the grid: a panorama or a ribbon takes no more room than these.
const ASPECT: (f32, f32) = (0.4, 2.6);

/// Places all items.
///
/// A row is closed when its pictures, at the wished height, fill the width; they are then scaled to fill it exactly. A
/// day's last row keeps the wished height.
#[must_use]
pub fn layout(items: &[Item], measures: Measures) -> Layout {
    let mut out = Layout { places: Vec::with_capacity(items.len()), ..Layout::default() };
    let width = measures.width.max(1.0);
    let mut y = 0.0;
    let mut start = 0;
    while let Some(head) = items.get(start) {
        let count =
            items.get(start..).map_or(0, |rest| rest.iter().take_while(|item| item.day == head.day).count()).max(1);
        out.marks.push(Mark { y, day: head.day, first: start, count });
        y += measures.mark;
        let day = items.get(start..start + count).unwrap_or_default();
        let mut row: Vec<f32> = Vec::new();
        let mut sum = 0.0;
        for item in day {
            let aspect = if item.aspect.is_finite() { item.aspect.clamp(ASPECT.0, ASPECT.1) } else { 1.0 };
            row.push(aspect);
            sum += aspect;
            let gaps = measures.gap * (row.len() - 1) as f32;
            if sum * measures.row + gaps >= width {
                y = close(&mut out, &row, (width - gaps) / sum, y, measures.gap);
                row.clear();
                sum = 0.0;
            }
        }
        if !row.is_empty() {
            y = close(&mut out, &row, measures.row, y, measures.gap);
        }
        start += count;
    }
    out.height = y;
    out
}

fn close(out: &mut Layout, row: &[f32], height: f32, y: f32, gap: f32) -> f32 {
    let height = height.max(1.0);
    let mut x = 0.0;
    for aspect in row {
        let w = aspect * height;
        out.places.push(Place { x, y, w, h: height });
        x += w + gap;
    }
    y + height + gap
}

impl Layout {
    /// Indices of the items that touch the stretch from `top` to `bottom`, found by halving.
    #[must_use]
    pub fn window(&self, top: f32, bottom: f32) -> std::ops::Range<usize> {
        let first = self.places.partition_point(|place| place.y + place.h < top);
        let last = self.places.partition_point(|place| place.y <= bottom);
        first..last.max(first)
    }

    /// The item that an arrow key leads to from `index`: the nearest in the row above or below, or the neighbour.
    #[must_use]
    pub fn step(&self, index: usize, direction: Direction) -> Option<usize> {
        let here = *self.places.get(index)?;
        let middle = here.x + here.w / 2.0;
        match direction {
            Direction::Left => index.checked_sub(1),
            Direction::Right => Some(index + 1).filter(|next| *next < self.places.len()),
            Direction::Up => {
                let end = self.places.partition_point(|place| place.y < here.y);
                let row = self.places.get(end.checked_sub(1)?)?.y;
                self.nearest(row, middle)
            }
            Direction::Down => {
                let start = self.places.partition_point(|place| place.y <= here.y);
                let row = self.places.get(start)?.y;
                self.nearest(row, middle)
            }
        }
    }

    fn nearest(&self, row: f32, middle: f32) -> Option<usize> {
        let start = self.places.partition_point(|place| place.y < row);
        let end = self.places.partition_point(|place| place.y <= row);
        (start..end).min_by(|a, b| self.off(*a, middle).total_cmp(&self.off(*b, middle)))
    }

    fn off(&self, index: usize, middle: f32) -> f32 {
        self.places.get(index).map_or(f32::MAX, |place| (place.x + place.w / 2.0 - middle).abs())
    }
}

/// An arrow key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the item before.
    Left,
    /// To the item after.
    Right,
    /// To the row above.
    Up,
    /// To the row below.
    Down,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    const M: Measures = Measures { width: 1000.0, row: 180.0, gap: 8.0, mark: 40.0 };

    fn items(shapes: &[(f32, i32)]) -> Vec<Item> {
        shapes.iter().map(|&(aspect, day)| Item { aspect, day }).collect()
    }

    #[test]
    fn full_rows_fill_the_width_and_last_rows_keep_their_height() {
        let layout = layout(&items(&[(1.75, 2); 5]), M);
        let full = layout.places[3];
        assert_eq!(layout.places[0].y, full.y);
        assert!((layout.places[3].x + layout.places[3].w - 1000.0).abs() < 0.5, "{layout:?}");
        assert_eq!(layout.places[4].h, 180.0);
    }

    #[test]
    fn days_begin_new_rows_under_marks() {
        let layout = layout(&items(&[(1.0, 2), (1.0, 2), (1.0, 1)]), M);
        assert_eq!(layout.marks.iter().map(|m| (m.first, m.count)).collect::<Vec<_>>(), [(0, 2), (2, 1)]);
        assert!(layout.places[2].y > layout.places[1].y);
    }

    #[test]
    fn arrows_walk_the_rows() {
        let layout = layout(&items(&[(1.0, 1); 12]), M);
        let below = layout.step(1, Direction::Down).unwrap();
        assert!(layout.places[below].y > layout.places[1].y);
        assert_eq!(layout.step(below, Direction::Up), Some(1));
        assert_eq!(layout.step(0, Direction::Left), None);
        assert_eq!(layout.step(11, Direction::Right), None);
        assert_eq!(layout.step(11, Direction::Down), None);
    }

    proptest! {
        #[test]
        fn every_item_has_a_place_inside(shapes in proptest::collection::vec((0.01f32..20.0, -3i32..3), 0..200), width in 200f32..4000.0) {
            let mut shapes = shapes;
            shapes.sort_by_key(|s| -s.1);
            let layout = layout(&items(&shapes), Measures { width, ..M });
            prop_assert_eq!(layout.places.len(), shapes.len());
            for pair in layout.places.windows(2) {
                prop_assert!(pair[1].y >= pair[0].y);
            }
            for place in &layout.places {
                prop_assert!(place.w > 0.0 && place.h > 0.0 && place.y + place.h <= layout.height + 0.5);
                prop_assert!(place.x + place.w <= width.max(180.0 * ASPECT.1) + 1.0);
            }
            let all = layout.window(f32::MIN, f32::MAX);
            prop_assert_eq!(all, 0..shapes.len());
        }
    }
}

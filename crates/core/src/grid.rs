//! Geometry of the library: justified rows that keep each picture's shape, under date marks. Pure arithmetic, so that
//! the page only has to place what is on screen.

/// What the geometry needs to know of an item.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Width to height.
    pub aspect: f32,
    /// The day it belongs to (days since 1970 in the viewer's time zone): a new day starts a new row under a mark. `None`
    /// in lists whose order is not that of time: they have no marks.
    pub day: Option<i32>,
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
    /// From the top: a long list is higher than an `f32` can count single pixels.
    pub y: f64,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// A date mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    /// From the top.
    pub y: f64,
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
    pub height: f64,
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
        if let Some(day) = head.day {
            out.marks.push(Mark { y, day, first: start, count });
            y += f64::from(measures.mark);
        }
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

fn close(out: &mut Layout, row: &[f32], height: f32, y: f64, gap: f32) -> f64 {
    let height = height.max(1.0);
    let mut x = 0.0;
    for aspect in row {
        let w = aspect * height;
        out.places.push(Place { x, y, w, h: height });
        x += w + gap;
    }
    y + f64::from(height + gap)
}

impl Layout {
    /// Indices of the items that touch the stretch from `top` to `bottom`, found by halving.
    #[must_use]
    pub fn window(&self, top: f64, bottom: f64) -> std::ops::Range<usize> {
        let first = self.places.partition_point(|place| place.bottom() < top);
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

    /// The day that a height of the list belongs to.
    #[must_use]
    pub fn day_at(&self, y: f64) -> Option<i32> {
        let after = self.marks.partition_point(|mark| mark.y <= y);
        self.marks.get(after.saturating_sub(1)).map(|mark| mark.day)
    }

    /// The marks that a rail along the whole list shows: the newest first, then each that is at least `apart` from the
    /// last one shown. `along` says where on the rail a height of the list is.
    pub fn rail(&self, apart: f64, along: impl Fn(f64) -> f64) -> Vec<(f64, i32)> {
        let mut shown: Vec<(f64, i32)> = Vec::new();
        for mark in &self.marks {
            let at = along(mark.y);
            if shown.last().is_none_or(|(last, _)| at - last >= apart) {
                shown.push((at, mark.day));
            }
        }
        shown
    }

    fn nearest(&self, row: f64, middle: f32) -> Option<usize> {
        let start = self.places.partition_point(|place| place.y < row);
        let end = self.places.partition_point(|place| place.y <= row);
        (start..end).min_by(|a, b| self.off(*a, middle).total_cmp(&self.off(*b, middle)))
    }

    fn off(&self, index: usize, middle: f32) -> f32 {
        self.places.get(index).map_or(f32::MAX, |place| (place.x + place.w / 2.0 - middle).abs())
    }
}

impl Place {
    /// From the top to its lower edge.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + f64::from(self.h)
    }
}

/// Height in CSS pixels that every browser gives an element: Firefox stops at 17.9 million, Chromium at 33.5.
pub const TALLEST: f64 = 16_000_000.0;

/// How far a list is scrolled, where it may be higher than browsers let an element be. Then the element is as high as it
/// may be, and each pixel that it is scrolled by stands for a little more of the list: its ends stay its ends, and a
/// scroll bar stays true.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Scale {
    /// Height of the list.
    list: f64,
    /// Height of the window on it.
    window: f64,
}

impl Scale {
    /// For a list of this height in a window of that height.
    #[must_use]
    pub fn new(list: f64, window: f64) -> Scale {
        Scale { list: list.max(0.0), window: window.clamp(0.0, TALLEST / 2.0) }
    }

    /// Height of the element.
    #[must_use]
    pub fn height(self) -> f64 {
        self.list.min(TALLEST)
    }

    /// Heights of the list for each pixel that the element is scrolled by: 1 where it is not too high.
    fn factor(self) -> f64 {
        let span = self.height() - self.window;
        if self.list > TALLEST { (self.list - self.window) / span } else { 1.0 }
    }

    /// What of the list is at the window's top when the element is scrolled to there. Before the element and behind it
    /// pixels are pixels.
    #[must_use]
    pub fn list_at(self, scrolled: f64) -> f64 {
        let end = (self.height() - self.window).max(0.0);
        // Not `clamp`: its panic writes floats out, which is 5 kB of the page's download.
        let inside = scrolled.max(0.0).min(end);
        inside * self.factor() + (scrolled - inside)
    }

    /// Where the element has to be scrolled to for this of the list to be at the window's top.
    #[must_use]
    pub fn scrolled_at(self, top: f64) -> f64 {
        let end = (self.list - self.window).max(0.0);
        let inside = top.max(0.0).min(end);
        inside / self.factor() + (top - inside)
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
        shapes.iter().map(|&(aspect, day)| Item { aspect, day: Some(day) }).collect()
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

    #[test]
    fn an_order_that_is_not_of_time_has_no_marks() {
        let shapes = [Item { aspect: 1.0, day: None }; 12];
        let layout = layout(&shapes, M);
        assert!(layout.marks.is_empty() && layout.places[0].y == 0.0 && layout.day_at(100.0).is_none());
        assert_eq!(layout.places[5].y, layout.places[0].y, "one row after the other");
    }

    #[test]
    fn a_rail_shows_days_that_do_not_touch_and_says_each() {
        let shapes: Vec<(f32, i32)> = (0..60).map(|n| (1.0, 60 - n)).collect();
        let layout = layout(&items(&shapes), M);
        let rail = layout.rail(30.0, |y| y / layout.height * 600.0);
        assert!(rail.len() <= 21 && rail.len() >= 10, "{rail:?}");
        assert_eq!(rail[0], (0.0, 60));
        assert!(rail.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 30.0));
        assert_eq!(layout.day_at(-10.0), Some(60));
        assert_eq!(layout.day_at(layout.marks[7].y + 1.0), Some(layout.marks[7].day));
        assert_eq!(layout.day_at(f64::MAX), Some(1));
    }

    #[test]
    fn a_list_that_no_browser_lays_out_is_scrolled_through_to_its_end() {
        let (window, list) = (800.0, 60_000_000.0);
        let scale = Scale::new(list, window);
        assert_eq!(scale.height(), TALLEST);
        assert_eq!(scale.list_at(0.0), 0.0);
        assert!((scale.list_at(TALLEST - window) - (list - window)).abs() < 0.01);
        // A header above it and a margin below are as high as they are.
        assert_eq!(scale.list_at(-40.0), -40.0);
        assert!((scale.list_at(TALLEST - window + 50.0) - (list - window + 50.0)).abs() < 0.01);
        assert_eq!(Scale::new(5_000.0, window).list_at(1_234.5), 1_234.5);
        assert_eq!(Scale::new(100.0, window).list_at(12.0), 12.0, "a list shorter than its window");
    }

    proptest! {
        #[test]
        fn scrolling_there_leads_there(list in 0f64..9e8, window in 1f64..5_000.0, part in -0.1f64..1.1) {
            let scale = Scale::new(list, window);
            let top = part * list;
            prop_assert!((scale.list_at(scale.scrolled_at(top)) - top).abs() < 0.01);
            prop_assert!(scale.list_at(scale.scrolled_at(top) + 1.0) > top);
        }

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
                prop_assert!(place.w > 0.0 && place.h > 0.0 && place.bottom() <= layout.height + 0.5);
                prop_assert!(place.x + place.w <= width.max(180.0 * ASPECT.1) + 1.0);
            }
            let all = layout.window(f64::MIN, f64::MAX);
            prop_assert_eq!(all, 0..shapes.len());
        }
    }
}

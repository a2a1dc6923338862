//! Zoom and pan of one large picture. Pure arithmetic: the page only sets what comes out of it.

/// The stage and the picture on it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stage {
    /// Width of the stage in CSS pixels.
    pub width: f64,
    /// Height of the stage in CSS pixels.
    pub height: f64,
    /// Width of the picture in its own pixels.
    pub picture_width: f64,
    /// Height of the picture in its own pixels.
    pub picture_height: f64,
}

/// How the picture lies on the stage.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct View {
    /// CSS pixels for one pixel of the picture.
    pub scale: f64,
    /// Left edge of the picture on the stage in CSS pixels.
    pub x: f64,
    /// Top edge of the picture on the stage in CSS pixels.
    pub y: f64,
}

/// The same for pictures of different sizes side by side: what is seen of each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// How many times larger than the whole picture would be.
    pub times: f64,
    /// Which point of the picture lies in the middle of the stage, across, from 0 to 1.
    pub across: f64,
    /// The same, down.
    pub down: f64,
}

/// CSS pixels for one pixel of the picture at the most: beyond that there is nothing more to see.
const SCALE_MAX: f64 = 8.0;
/// Scale of a double click on a picture that is smaller than the stage.
const SCALE_CLOSER: f64 = 2.0;

impl Stage {
    /// The scale at which the whole picture is seen; never larger than its own pixels.
    #[must_use]
    pub fn fit_scale(&self) -> f64 {
        if self.picture_width < 1.0 || self.picture_height < 1.0 {
            return 1.0;
        }
        (self.width / self.picture_width).min(self.height / self.picture_height).clamp(0.001, 1.0)
    }

    /// The whole picture in the middle.
    #[must_use]
    pub fn fit(&self) -> View {
        self.settled(View { scale: self.fit_scale(), x: 0.0, y: 0.0 })
    }

    /// Whether the whole picture is seen.
    #[must_use]
    pub fn is_fit(&self, view: View) -> bool {
        view.scale <= self.fit_scale() * 1.001
    }

    /// Larger or smaller by `factor`, while the point of the picture under `at` (on the stage) stays under it.
    #[must_use]
    pub fn zoomed(&self, view: View, factor: f64, at: (f64, f64)) -> View {
        self.scaled(view, view.scale * factor, at)
    }

    /// Moved by so many CSS pixels.
    #[must_use]
    pub fn panned(&self, view: View, dx: f64, dy: f64) -> View {
        self.settled(View { x: view.x + dx, y: view.y + dy, ..view })
    }

    /// From the whole picture to its own pixels around `at` (or closer, where these are seen already), and back.
    #[must_use]
    pub fn toggled(&self, view: View, at: (f64, f64)) -> View {
        if !self.is_fit(view) {
            return self.fit();
        }
        self.scaled(view, if self.fit_scale() < 0.99 { 1.0 } else { SCALE_CLOSER }, at)
    }

    /// Its own pixels, whatever is in the middle now.
    #[must_use]
    pub fn own_pixels(&self, view: View) -> View {
        self.scaled(view, 1.0, self.middle())
    }

    /// What is seen of the picture.
    #[must_use]
    pub fn part(&self, view: View) -> Part {
        let along = |place: f64, stage: f64, picture: f64| (stage / 2.0 - place) / (picture * view.scale).max(1.0);
        Part {
            times: view.scale / self.fit_scale(),
            across: along(view.x, self.width, self.picture_width),
            down: along(view.y, self.height, self.picture_height),
        }
    }

    /// How the picture lies so that this is seen of it, as far as its bounds allow.
    #[must_use]
    pub fn showing(&self, part: Part) -> View {
        let scale = (self.fit_scale() * part.times).clamp(self.fit_scale(), SCALE_MAX);
        let along = |middle: f64, stage: f64, picture: f64| stage / 2.0 - middle * picture * scale;
        self.settled(View {
            scale,
            x: along(part.across, self.width, self.picture_width),
            y: along(part.down, self.height, self.picture_height),
        })
    }

    /// The middle of the stage.
    #[must_use]
    pub fn middle(&self) -> (f64, f64) {
        (self.width / 2.0, self.height / 2.0)
    }

    /// Within the bounds of scale and place: what is smaller than the stage lies in its middle, what is larger leaves no
    /// gap at an edge.
    #[must_use]
    pub fn settled(&self, view: View) -> View {
        let least = self.fit_scale();
        let scale = if view.scale.is_finite() { view.scale.clamp(least, SCALE_MAX) } else { least };
        let along = |place: f64, stage: f64, picture: f64| {
            let free = stage - picture;
            if free >= 0.0 || !place.is_finite() { free / 2.0 } else { place.clamp(free, 0.0) }
        };
        View {
            scale,
            x: along(view.x, self.width, self.picture_width * scale),
            y: along(view.y, self.height, self.picture_height * scale),
        }
    }

    fn scaled(&self, view: View, scale: f64, at: (f64, f64)) -> View {
        let scale = scale.clamp(self.fit_scale(), SCALE_MAX);
        let grown = scale / view.scale.max(f64::MIN_POSITIVE);
        self.settled(View { scale, x: at.0 - (at.0 - view.x) * grown, y: at.1 - (at.1 - view.y) * grown })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STAGE: Stage = Stage { width: 800.0, height: 600.0, picture_width: 1600.0, picture_height: 1000.0 };

    #[test]
    fn the_whole_picture_lies_in_the_middle() {
        assert_eq!(STAGE.fit(), View { scale: 0.5, x: 0.0, y: 50.0 });
        let small = Stage { picture_width: 100.0, picture_height: 100.0, ..STAGE };
        assert_eq!(small.fit(), View { scale: 1.0, x: 350.0, y: 250.0 });
    }

    #[test]
    fn a_double_click_shows_its_own_pixels_and_goes_back() {
        let close = STAGE.toggled(STAGE.fit(), (400.0, 300.0));
        assert!((close.scale - 1.0).abs() < 1e-9);
        assert_eq!(STAGE.toggled(close, (10.0, 10.0)), STAGE.fit());
    }

    #[test]
    fn pictures_side_by_side_show_the_same_part() {
        let other = Stage { picture_width: 800.0, picture_height: 500.0, ..STAGE };
        let close = STAGE.zoomed(STAGE.fit(), 3.0, (100.0, 200.0));
        let same = other.showing(STAGE.part(close));
        let seen = |stage: Stage, view: View| {
            let (x, y) = stage.middle();
            ((x - view.x) / view.scale / stage.picture_width, (y - view.y) / view.scale / stage.picture_height)
        };
        let (here, there) = (seen(STAGE, close), seen(other, same));
        assert!((here.0 - there.0).abs() < 1e-9 && (here.1 - there.1).abs() < 1e-9, "{here:?} {there:?}");
        assert_eq!(other.showing(STAGE.part(STAGE.fit())), other.fit());
        assert!((STAGE.own_pixels(STAGE.fit()).scale - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_part_leads_back_to_the_same_view(factor in 1.0f64..6.0, x in 0.0f64..800.0, y in 0.0f64..600.0) {
            let view = STAGE.zoomed(STAGE.fit(), factor, (x, y));
            let back = STAGE.showing(STAGE.part(view));
            let apart = (view.scale - back.scale).abs() + (view.x - back.x).abs() + (view.y - back.y).abs();
            prop_assert!(apart < 1e-6, "{:?} {:?}", view, back);
        }

        #[test]
        fn the_point_under_the_pointer_stays(x in 300.0f64..500.0, y in 250.0f64..350.0, factor in 2.5f64..6.0) {
            let before = STAGE.fit();
            let after = STAGE.zoomed(before, factor, (x, y));
            let of = |view: View| ((x - view.x) / view.scale, (y - view.y) / view.scale);
            prop_assert!((of(before).0 - of(after).0).abs() < 1e-6 && (of(before).1 - of(after).1).abs() < 1e-6, "{:?} {:?}", before, after);
        }

        #[test]
        fn no_gap_and_no_loss(scale in 0.01f64..50.0, x in -9e3f64..9e3, y in -9e3f64..9e3) {
            let view = STAGE.settled(View { scale, x, y });
            let (w, h) = (STAGE.picture_width * view.scale, STAGE.picture_height * view.scale);
            if w > STAGE.width {
                prop_assert!(view.x <= 1e-6 && view.x + w >= STAGE.width - 1e-6);
            } else {
                prop_assert!((view.x * 2.0 + w - STAGE.width).abs() < 1e-6);
            }
            if h > STAGE.height {
                prop_assert!(view.y <= 1e-6 && view.y + h >= STAGE.height - 1e-6);
            }
            prop_assert!(view.scale >= STAGE.fit_scale() && view.scale <= SCALE_MAX);
        }
    }
}

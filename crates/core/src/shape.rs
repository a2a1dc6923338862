//! The shape of a picture as the API takes it: a size in pixels, or an aspect ratio; exactly one of the two is sent.

use serde::{Deserialize, Serialize};

/// What is asked of the API: `size` (the first contract) or `aspect_ratio` (later pages of the API's documentation).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Shape {
    /// Width and height in pixels.
    Size(u32, u32),
    /// Width to height.
    Ratio(u32, u32),
}

impl Shape {
    /// The three sizes of the API, in the order in which they are offered.
    pub const SIZES: [Shape; 3] = [Shape::Size(1024, 1024), Shape::Size(1024, 1792), Shape::Size(1792, 1024)];
    /// The nine aspect ratios of the later pages.
    pub const RATIOS: [Shape; 9] = [
        Shape::Ratio(1, 1),
        Shape::Ratio(21, 9),
        Shape::Ratio(16, 9),
        Shape::Ratio(4, 3),
        Shape::Ratio(3, 2),
        Shape::Ratio(2, 3),
        Shape::Ratio(3, 4),
        Shape::Ratio(9, 16),
        Shape::Ratio(9, 21),
    ];

    /// The shape of a composer nobody has touched.
    pub const DEFAULT: Shape = Shape::Size(1024, 1024);

    /// Reads `1024x1792` or `16:9`, as the API spells them.
    #[must_use]
    pub fn parse(text: &str) -> Option<Shape> {
        let pair = |mark: char| {
            let (w, h) = text.trim().split_once(mark)?;
            let (w, h) = (w.parse::<u32>().ok()?, h.parse::<u32>().ok()?);
            (w > 0 && h > 0 && w <= 16_384 && h <= 16_384).then_some((w, h))
        };
        pair('x').map(|(w, h)| Shape::Size(w, h)).or_else(|| pair(':').map(|(w, h)| Shape::Ratio(w, h)))
    }

    /// The API's spelling.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Shape::Size(w, h) => format!("{w}x{h}"),
            Shape::Ratio(w, h) => format!("{w}:{h}"),
        }
    }

    /// Width divided by height, for a place holder of the right shape.
    #[must_use]
    pub fn aspect(self) -> f64 {
        match self {
            Shape::Size(w, h) | Shape::Ratio(w, h) => f64::from(w) / f64::from(h.max(1)),
        }
    }
}

impl TryFrom<String> for Shape {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Shape::parse(&text).ok_or("a shape is written 1024x1792 or 16:9")
    }
}

impl From<Shape> for String {
    fn from(shape: Shape) -> String {
        shape.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_round_trip() {
        for shape in Shape::SIZES.into_iter().chain(Shape::RATIOS) {
            assert_eq!(Shape::parse(&shape.text()), Some(shape));
        }
        for bad in ["", "x", "0x10", "10", "1024×1024", "9:", "99999x1", "-1x5"] {
            assert_eq!(Shape::parse(bad), None, "{bad}");
        }
    }
}

//! Time as a value. The core never reads a clock: each event brings a [`Now`].

use serde::{Deserialize, Serialize};

/// A moment on the wall clock in milliseconds since 1970 (what `Date.now()` says). It can jump either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wall(pub u64);

impl Wall {
    /// Milliseconds since `earlier`; a clock that went back counts as no time at all, never as negative time.
    #[must_use]
    pub fn since(self, earlier: Wall) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// This moment plus `ms` milliseconds.
    #[must_use]
    pub fn plus(self, ms: u64) -> Wall {
        Wall(self.0.saturating_add(ms))
    }
}

/// Milliseconds of a day.
pub(crate) const DAY_MS: u64 = 24 * 3_600_000;

/// Days from 1970-01-01 to a date of the Gregorian calendar from then on. Days after the end of a month run into the next.
pub(crate) fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    // Years that begin in March, so that a leap day is the last of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Both clocks at one instant. Several browsers stop the monotonic one while the machine sleeps, and the wall clock
/// jumps when somebody sets it, so that only the pair tells sleep and jumps apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// The wall clock.
    pub wall: Wall,
    /// `performance.now()` in whole milliseconds since the page was opened: never goes back.
    pub mono: u64,
}

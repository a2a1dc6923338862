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

/// The date of a day after 1970-01-01 in the Gregorian calendar: year, month, day.
pub(crate) fn date(days: u64) -> (u64, u64, u64) {
    // Years that begin in March, counted in cycles of 400 years, in which the pattern of leap days repeats.
    let days = days + 719_468;
    let (cycle, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = (cycle * 400 + year, if month < 10 { month + 3 } else { month - 9 });
    (if month > 2 { year } else { year + 1 }, month, day)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for days in (0..80_000).chain([106_751, 2_932_896]) {
            let (year, month, day) = date(days);
            assert_eq!(days_since_1970(year, month, day), days);
            assert!((1..=12).contains(&month) && (1..=31).contains(&day));
        }
        assert_eq!(date(20_512), (2026, 2, 28));
    }
}

//! Identities: of attempts, of batches (one press of Generate), of the API's jobs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Wall;

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The name of an attempt: 26 characters in the form of a ULID (48 bits of time, 80 random bits), so that names sort by
/// the order in which attempts were made, on disk as in memory.
///
/// The time in it comes from [`IdSource`], which never goes back: sorting by name stays right when the clock does not.
///
/// Held in place, not on the heap: lists of fifty thousand are copied whenever a search changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttemptId([u8; 26]);

impl AttemptId {
    /// Reads an id as it was stored; `None` where the text is no such id.
    #[must_use]
    pub fn parse(text: &str) -> Option<AttemptId> {
        let bytes: [u8; 26] = text.as_bytes().try_into().ok()?;
        // The time has 48 bits in ten digits of five: the first digit is 7 at the most.
        let right = bytes.first().is_some_and(|b| *b <= b'7') && bytes.iter().all(|b| CROCKFORD.contains(b));
        right.then_some(AttemptId(bytes))
    }

    /// The 26 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Always ASCII: both ways in allow nothing else.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The millisecond in the id's first ten characters.
    #[must_use]
    pub fn stamp(&self) -> u64 {
        self.0.iter().take(10).fold(0, |sum, b| {
            let digit = CROCKFORD.iter().position(|c| c == b).unwrap_or(0);
            (sum << 5) | digit as u64
        })
    }
}

impl TryFrom<String> for AttemptId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        AttemptId::parse(&text).ok_or("an attempt id has 26 characters of Crockford's base 32")
    }
}

impl From<AttemptId> for String {
    fn from(id: AttemptId) -> String {
        id.as_str().to_owned()
    }
}

impl fmt::Debug for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Makes attempt ids: a hybrid logical clock, so that each id is greater than every id known before, whatever the
/// wall clock does.
#[derive(Debug)]
pub struct IdSource {
    last: u64,
    random: fastrand::Rng,
}

impl IdSource {
    /// A source whose random bits come from `seed` (the page draws it from the browser's generator).
    #[must_use]
    pub fn new(seed: u64) -> IdSource {
        IdSource { last: 0, random: fastrand::Rng::with_seed(seed) }
    }

    /// Makes sure that ids made from now on sort after `seen`.
    pub fn observe(&mut self, seen: &AttemptId) {
        self.last = self.last.max(seen.stamp());
    }

    /// The next id.
    pub fn next(&mut self, wall: Wall) -> AttemptId {
        // 48 bits last until the year 10889. Beyond that ids stay at the end, among each other in any order: an id that
        // wrapped around would be the oldest of all.
        let stamp = wall.0.max(self.last + 1).min(0xFFFF_FFFF_FFFF);
        self.last = stamp;
        self.at(Wall(stamp))
    }

    /// An id among those of that time, for what was made then and is filed now.
    pub fn at(&mut self, wall: Wall) -> AttemptId {
        let stamp = wall.0 & 0xFFFF_FFFF_FFFF;
        let mut text = [0; 26];
        for (place, digit) in text.iter_mut().enumerate() {
            let bits = if place < 10 { stamp >> ((9 - place) * 5) } else { self.random.u64(..) };
            *digit = crockford(bits);
        }
        AttemptId(text)
    }

    /// Random numbers for jitter, from the same seed.
    pub fn random(&mut self) -> &mut fastrand::Rng {
        &mut self.random
    }
}

/// The digit of the lowest five bits.
fn crockford(bits: u64) -> u8 {
    CROCKFORD.get((bits & 31) as usize).copied().unwrap_or(b'0')
}

/// The API's name of an accepted job: 6 to 128 letters, digits, `_` or `-` (an answer is an acceptance only
/// with such an id). Nothing else is ever put into an address.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId(Box<str>);

impl JobId {
    /// Reads a job id; surrounding white space is forgiven because people paste.
    #[must_use]
    pub fn parse(text: &str) -> Option<JobId> {
        let text = text.trim();
        let right = (6..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        right.then(|| JobId(text.into()))
    }

    /// The id as the API wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for JobId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        JobId::parse(&text).ok_or("a job id has 6 to 128 letters, digits, _ or -")
    }
}

impl From<JobId> for String {
    fn from(id: JobId) -> String {
        id.as_str().to_owned()
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_sort_by_making_even_when_the_clock_goes_back() {
        let mut source = IdSource::new(1);
        let first = source.next(Wall(1_700_000_000_000));
        let second = source.next(Wall(1_600_000_000_000));
        assert!(second > first);
        let mut other_tab = IdSource::new(2);
        other_tab.observe(&second);
        assert!(other_tab.next(Wall(0)) > second);
    }

    #[test]
    fn ids_round_trip_and_refuse_strangers() {
        let id = IdSource::new(3).next(Wall(5));
        assert_eq!(AttemptId::parse(id.as_str()), Some(id));
        assert_eq!(AttemptId::parse("short"), None);
        assert_eq!(AttemptId::parse("../../../../../etc/passwd."), None);
        assert_eq!(AttemptId::parse("80000000000000000000000000"), None, "a time of 49 bits");
    }

    /// An id out of somebody's library file may be of the last instant that an id can name.
    #[test]
    fn h07_ids_never_go_back_whatever_was_seen() {
        let last = AttemptId::parse("7ZZZZZZZZZ0000000000000000").unwrap();
        let mut source = IdSource::new(1);
        source.observe(&last);
        for _ in 0..100 {
            let next = source.next(Wall(1_700_000_000_000));
            assert_eq!(next.stamp(), last.stamp());
            source.observe(&next);
        }
    }

    #[test]
    fn job_ids_are_checked() {
        for good in ["ed1a00", "f11a1007-77b4_4c1e", " padded-id \n"] {
            assert!(JobId::parse(good).is_some(), "{good}");
        }
        for bad in ["", "abc", "a/../b123", "id with space", "naïve-id", "a\nbcdefg", &"x".repeat(129)] {
            assert!(JobId::parse(bad).is_none(), "{bad}");
        }
    }
}

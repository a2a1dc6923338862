//! What this library has learned: how long a mode and size takes, and what it costs. Nothing is built in, because the
//! API publishes no price list and its speed changes by the hour.

use std::collections::VecDeque;

use crate::attempt::Record;
use crate::limits;
use crate::mode::ModeId;
use crate::shape::Shape;
use crate::sorted::SortedMap;

/// What was learned of one mode and shape.
#[derive(Debug, Clone, Default)]
struct Learned {
    /// Milliseconds from acceptance to the end, newest last.
    durations: VecDeque<u64>,
    /// Thousandths of quota of the newest finished attempt.
    quota: Option<u64>,
}

/// Durations and prices by mode and shape.
#[derive(Debug, Clone, Default)]
pub struct Estimates {
    learned: SortedMap<(ModeId, Shape), Learned>,
}

impl Estimates {
    /// Learns from an attempt that the API finished. Attempts must come in the order in which they were made.
    pub fn learn(&mut self, record: &Record) {
        // How long a job took that was filed by its id is not known.
        if record.url.is_none() || record.rescued {
            return;
        }
        let learned = self.learned.or_default(&(record.order.mode.clone(), record.order.shape));
        if record.quota.is_some() {
            learned.quota = record.quota;
        }
        if let Some(duration) = record.took_ms {
            learned.durations.push_back(duration);
            if learned.durations.len() > limits::ESTIMATE_SAMPLES {
                learned.durations.pop_front();
            }
        }
    }

    /// Thousandths of quota that one image cost the last time.
    #[must_use]
    pub fn quota(&self, mode: &ModeId, shape: Shape) -> Option<u64> {
        self.learned.get(&(mode.clone(), shape))?.quota
    }

    /// The duration that `percent` of the attempts stayed under, in milliseconds; `None` before there are
    /// [`limits::ESTIMATE_MIN_SAMPLES`].
    #[must_use]
    pub fn percentile(&self, mode: &ModeId, shape: Shape, percent: usize) -> Option<u64> {
        let durations = &self.learned.get(&(mode.clone(), shape))?.durations;
        if durations.len() < limits::ESTIMATE_MIN_SAMPLES {
            return None;
        }
        let sorted = ascending(durations.iter().copied());
        sorted.get((sorted.len() - 1) * percent.min(100) / 100).copied()
    }

    /// How long to wait with the next question about a job that has run for `elapsed_ms`: until a fifth of those that
    /// took longer were done. Questions so come where ends are likely, and few where they are not. `None` without data, or
    /// beyond everything seen.
    #[must_use]
    pub fn next_question_ms(&self, mode: &ModeId, shape: Shape, elapsed_ms: u64) -> Option<u64> {
        let durations = &self.learned.get(&(mode.clone(), shape))?.durations;
        if durations.len() < limits::ESTIMATE_MIN_SAMPLES {
            return None;
        }
        let soonest = elapsed_ms.saturating_add(limits::POLL_MIN_MS);
        let later = ascending(durations.iter().copied().filter(|ms| *ms > elapsed_ms));
        let target = *later.get(later.len() / 5)?;
        Some(target.max(soonest).saturating_sub(elapsed_ms).min(limits::POLL_LEARNED_MAX_MS))
    }

    /// The usual duration in milliseconds.
    #[must_use]
    pub fn median(&self, mode: &ModeId, shape: Shape) -> Option<u64> {
        self.percentile(mode, shape, 50)
    }
}

/// A few dozen numbers in order: the standard sort costs the page 2 kB and is for more.
fn ascending(numbers: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut sorted = Vec::new();
    for number in numbers {
        sorted.insert(sorted.partition_point(|other| *other < number), number);
    }
    sorted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::draft::Draft;
    use crate::id::IdSource;
    use crate::time::Wall;

    #[test]
    fn questions_come_where_ends_are_likely() {
        let mut ids = IdSource::new(1);
        let mut estimates = Estimates::default();
        let order = Draft { prompt: "x".into(), ..Draft::default() }.order().unwrap();
        for second in 10..20 {
            let id = ids.next(Wall(0));
            let mut record = Record::new(id, id, 1, order.clone(), Wall(0));
            record.url = Some("https://cdn.ttapi.io/a.png".into());
            record.took_ms = Some(second * 1_000);
            estimates.learn(&record);
        }
        let next = |elapsed| estimates.next_question_ms(&order.mode, order.shape, elapsed);
        assert_eq!(next(0), Some(12_000), "a fifth was done after 12 s");
        assert_eq!(next(12_000), Some(2_000));
        assert_eq!(next(18_900), Some(limits::POLL_MIN_MS));
        assert_eq!(next(19_000), None, "beyond everything seen");
    }

    #[test]
    fn medians_and_prices_come_from_finished_attempts_only() {
        let mut ids = IdSource::new(1);
        let mut estimates = Estimates::default();
        let order = Draft { prompt: "x".into(), ..Draft::default() }.order().unwrap();
        for (ms, quota) in [(9_000, Some(1_000)), (30_000, Some(2_000)), (10_000, None)] {
            let id = ids.next(Wall(0));
            let mut record = Record::new(id, id, 1, order.clone(), Wall(0));
            record.took_ms = Some(ms);
            estimates.learn(&record);
            assert_eq!(estimates.median(&order.mode, order.shape), None);
            record.url = Some("https://cdn.ttapi.io/a.png".into());
            record.quota = quota;
            estimates.learn(&record);
            if ms == 10_000 {
                assert_eq!(estimates.median(&order.mode, order.shape), Some(10_000));
                assert_eq!(estimates.quota(&order.mode, order.shape), Some(2_000));
            }
        }
        assert_eq!(estimates.quota(&order.mode, Shape::Ratio(1, 1)), None);
    }
}

//! One accepted job. Its whole course is fixed at acceptance, so its status is a function of the clock and cannot run backwards.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::ImageFormat;

/// Status of a job at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Phase {
    /// Not begun.
    PendingQueue,
    /// At work.
    OnQueue,
    /// Ended with a picture.
    Success,
    /// Ended without one.
    Failed,
}

impl Phase {
    /// The API's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::PendingQueue => "PENDING_QUEUE",
            Self::OnQueue => "ON_QUEUE",
            Self::Success => "SUCCESS",
            Self::Failed => "FAILED",
        }
    }

    /// Whether nothing more will happen.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Success | Self::Failed)
    }
}

/// How a job will end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// With a picture.
    Picture,
    /// With this `message`: text, possibly empty, or null.
    Failure(Value),
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// 1 for the first job of a model.
    pub number: u64,
    /// Id as it is told to the client.
    pub id: String,
    /// Prompt as it was sent.
    pub prompt: String,
    /// Mode as it was sent.
    pub mode: String,
    /// Size as it was sent.
    pub size: Option<String>,
    /// Aspect ratio as it was sent.
    pub aspect_ratio: Option<String>,
    /// Hook as it was sent.
    pub hook_url: Option<String>,
    /// Width of the picture in pixels.
    pub width: u32,
    /// Height of the picture in pixels.
    pub height: u32,
    /// Format of the picture.
    pub format: ImageFormat,
    /// Seed of the picture.
    pub seed: u64,
    /// Price.
    pub quota: u64,
    /// When it was accepted, milliseconds since 1970.
    pub accepted_ms: u64,
    /// When it begins.
    pub begins_ms: u64,
    /// When it ends.
    pub ends_ms: u64,
    /// How it ends.
    pub ending: Ending,
    /// How often its picture got an address.
    pub address_number: u32,
    /// When the present address was issued, milliseconds since 1970.
    pub address_ms: u64,
}

impl Job {
    /// Status at a moment, milliseconds since 1970.
    #[must_use]
    pub fn phase(&self, now_ms: u64) -> Phase {
        if now_ms >= self.ends_ms {
            match self.ending {
                Ending::Picture => Phase::Success,
                Ending::Failure(_) => Phase::Failed,
            }
        } else if now_ms >= self.begins_ms {
            Phase::OnQueue
        } else {
            Phase::PendingQueue
        }
    }

    /// How far it is, 0 to 100.
    #[must_use]
    pub fn progress(&self, now_ms: u64) -> u64 {
        let done = now_ms.saturating_sub(self.begins_ms);
        let whole = self.ends_ms.saturating_sub(self.begins_ms);
        if now_ms >= self.ends_ms || whole == 0 { 100 } else { done.saturating_mul(100) / whole }
    }

    /// Path of the picture: `/cdn/<date>/<job>.<extension>`, with `_<n>` before the dot from the second address on.
    #[must_use]
    pub fn image_path(&self) -> String {
        let again = if self.address_number > 1 { format!("_{}", self.address_number) } else { String::new() };
        format!("/cdn/{}/{}{again}.{}", date(self.address_ms), self.id, self.format.extension())
    }
}

/// `2024-09-13` in UTC. Days to a date after Howard Hinnant's `civil_from_days`; a date library would be the page's largest part.
#[must_use]
pub fn date(ms: u64) -> String {
    let days = ms / 86_400_000 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(1_726_185_600_000), "2024-09-13");
        assert_eq!(date(951_782_399_999), "2000-02-28");
        assert_eq!(date(951_782_400_000), "2000-02-29");
        assert_eq!(date(4_107_542_399_999), "2100-02-28");
        assert_eq!(date(4_107_542_400_000), "2100-03-01");
    }
}

//! `Retry-After` in both of its forms.

use std::time::UNIX_EPOCH;

use crate::api::Answer;
use crate::limits;
use crate::time::Wall;

/// How long the server asks to be left alone, in milliseconds, clamped to what is believable; `None` where it did not
/// say, or said nothing that can be read.
///
/// A date is taken relative to the answer's own `Date`, so that a wrong clock on either side does not matter.
#[must_use]
pub fn wait_ms(answer: &Answer, now: Wall) -> Option<u64> {
    let text = answer.retry_after.as_deref()?.trim();
    let ms = if let Ok(seconds) = text.parse::<u64>() {
        seconds.saturating_mul(1000)
    } else {
        let until = date_ms(text)?;
        let from = answer.date.as_deref().and_then(date_ms).unwrap_or(now.0);
        until.saturating_sub(from)
    };
    Some(ms.clamp(limits::RETRY_AFTER_MIN_MS, limits::RETRY_AFTER_MAX_MS))
}

fn date_ms(text: &str) -> Option<u64> {
    let moment = httpdate::parse_http_date(text.trim()).ok()?;
    let since = moment.duration_since(UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(retry_after: &str, date: Option<&str>) -> Option<u64> {
        let answer =
            Answer { retry_after: Some(retry_after.to_owned()), date: date.map(str::to_owned), ..Answer::default() };
        wait_ms(&answer, Wall(1_700_000_000_000))
    }

    #[test]
    fn a05_a06_a08_a27_seconds_dates_and_nonsense() {
        let date = Some("Sun, 06 Nov 1994 08:49:30 GMT");
        let table = [
            ("7", None, Some(7_000)),
            (" 7 ", None, Some(7_000)),
            ("0", None, Some(1_000)),
            ("1000000000", None, Some(600_000)),
            ("99999999999999999999999", None, None),
            ("3abc", None, None),
            ("-5", None, None),
            ("", None, None),
            ("Sun, 06 Nov 1994 08:49:37 GMT", date, Some(7_000)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", date, Some(1_000)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", date, Some(600_000)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None, Some(1_000)),
        ];
        for (retry_after, date, expected) in table {
            assert_eq!(wait(retry_after, date), expected, "{retry_after}");
        }
    }
}

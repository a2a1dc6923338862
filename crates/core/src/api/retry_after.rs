//! `Retry-After` in both of its forms.

use crate::api::Answer;
use crate::limits;
use crate::time::{Wall, days_since_1970};

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

/// Milliseconds since 1970 of a date in the one form that servers may send (RFC 9110 5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`. The `httpdate` crate, which also reads the two forms of the last century, would be
/// 1.5 kB of the page's download; it is the witness in the tests.
fn date_ms(text: &str) -> Option<u64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, date) = text.trim().split_once(", ")?;
    let mut parts = date.split([' ', ':']);
    let mut number = |least: u64, most: u64| {
        let part = parts.next()?;
        let value: u64 = if part.len() == 3 { MONTHS.find(part)? as u64 / 3 + 1 } else { part.parse().ok()? };
        (least..=most).contains(&value).then_some(value)
    };
    let (day, month, year) = (number(1, 31)?, number(1, 12)?, number(1970, 9999)?);
    let (hours, minutes, seconds) = (number(0, 23)?, number(0, 59)?, number(0, 60)?);
    if parts.next() != Some("GMT") {
        return None;
    }
    Some(((days_since_1970(year, month, day) * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::{Duration, UNIX_EPOCH};

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
            ("Sun, 06 Nov 1994 08:49:37 CET", date, None),
            ("Sun, 06 Non 1994 08:49:37 GMT", date, None),
            ("Sun, 06 Nov 1994 08:61:37 GMT", date, None),
        ];
        for (retry_after, date, expected) in table {
            assert_eq!(wait(retry_after, date), expected, "{retry_after}");
        }
    }

    proptest! {
        #[test]
        fn dates_are_those_of_the_witness(seconds in 0_u64..253_402_300_800) {
            let moment = UNIX_EPOCH + Duration::from_secs(seconds);
            prop_assert_eq!(date_ms(&httpdate::fmt_http_date(moment)), Some(seconds * 1000));
        }
    }
}

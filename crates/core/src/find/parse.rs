//! The language of the search box, read.

use crate::attempt::Status;
use crate::find::query::{Field, Flag, Query, Term, What};
use crate::find::words::{folded, stands_alone, words};
use crate::id::AttemptId;
use crate::shape::Shape;
use crate::text::thousandths;
use crate::time::{DAY_MS, Wall, days_since_1970};

const HOUR_MS: u64 = 3_600_000;

/// What may stand before the colon.
pub(super) const KEYS: [&str; 13] =
    ["mode", "size", "tag", "in", "status", "is", "rating", "quota", "duration", "since", "before", "job", "batch"];
/// What a bare word may ask for, and `is:` too.
pub(super) const BARE: [&str; 11] =
    ["fav", "failed", "rejected", "running", "queued", "unknown", "stalled", "stored", "imported", "rated", "untagged"];

/// A piece of the text between white space, or up to a closing quotation mark.
pub(super) struct Token<'a> {
    /// Its first byte, that of a leading `-` included.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// It had a leading `-`.
    pub not: bool,
    /// The key, as typed; empty where there is none that is known.
    pub key: &'a str,
    /// What stands between key and value.
    pub op: &'a str,
    /// The value, or all of it where there is no key; without quotation marks.
    pub value: &'a str,
    /// The value stood between quotation marks.
    pub quoted: bool,
    /// The closing quotation mark is there, or none is needed.
    pub closed: bool,
}

/// Telephones type the curly ones by themselves.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

/// The next token from this byte on.
pub(super) fn token(text: &str, from: usize) -> Option<Token<'_>> {
    let rest = text.get(from..)?.trim_start();
    let start = text.len() - rest.len();
    let word_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let word = rest.get(..word_end).filter(|word| !word.is_empty())?;
    let (not, body) = match word.strip_prefix('-') {
        Some(body) if !body.is_empty() => (true, body),
        _ => (false, word),
    };
    let mut at = start + word.len() - body.len();
    let (mut key, mut op, mut value) = ("", "", body);
    if let Some(head) = body.find([':', '=', '<', '>']) {
        let name = body.get(..head).unwrap_or_default();
        if KEYS.iter().any(|key| key.eq_ignore_ascii_case(name)) {
            let tail = body.get(head..).unwrap_or_default();
            let long = tail.starts_with(">=") || tail.starts_with("<=");
            let split = head + 1 + usize::from(long);
            key = name;
            op = body.get(head..split).unwrap_or_default();
            value = body.get(split..).unwrap_or_default();
            at += split;
        }
    }
    let token = Token { start, end: start + word_end, not, key, op, value, quoted: false, closed: true };
    let Some(open) = value.chars().next().filter(|c| is_quote(*c)) else { return Some(token) };
    let at = at + open.len_utf8();
    let inside = text.get(at..).unwrap_or_default();
    let close = inside.char_indices().find(|(_, c)| is_quote(*c));
    let (length, mark) = close.map_or((inside.len(), 0), |(at, c)| (at, c.len_utf8()));
    let value = inside.get(..length).unwrap_or_default();
    Some(Token { end: at + length + mark, value, quoted: true, closed: close.is_some(), ..token })
}

impl Query {
    /// Reads what is in the search box. `now` is what `since:7d` counts from; `utc_offset_minutes` says how far local
    /// time is ahead of UTC (the negative of JavaScript's `getTimezoneOffset`), because dates begin at local midnight.
    #[must_use]
    pub fn parse(text: &str, now: Wall, utc_offset_minutes: i32) -> Query {
        let mut query = Query { source: text.to_owned(), ..Query::default() };
        let mut at = 0;
        while let Some(token) = token(text, at) {
            at = token.end;
            // A key whose value is still to be typed asks for nothing yet.
            if !token.key.is_empty() && token.value.trim().is_empty() {
                continue;
            }
            let what = if token.key.is_empty() {
                text_term(&token)
            } else {
                let what = key_term(&token, now, utc_offset_minutes);
                if what.is_none() {
                    query.unclear.extend(text.get(token.start..token.end).map(str::to_owned));
                }
                what
            };
            query.terms.extend(what.map(|what| Term { not: token.not, what, span: (token.start, token.end) }));
        }
        query
    }
}

/// A token without a key; `None` where there is nothing to look for in it.
fn text_term(token: &Token<'_>) -> Option<What> {
    let text = folded(token.value);
    if !token.quoted && BARE.contains(&text.as_str()) {
        return yes(&text);
    }
    let split = words(&text);
    let one = matches!(split.as_slice(), [word] if *word == text);
    let as_it_stands = token.quoted || text.contains(stands_alone);
    if one || (!split.is_empty() && !as_it_stands) {
        return Some(What::Words(split));
    }
    // Loose punctuation is no search; an emoji is.
    let worth_it = if token.quoted { !text.is_empty() } else { !text.is_ascii() };
    worth_it.then_some(What::Phrase(text))
}

fn key_term(token: &Token<'_>, now: Wall, utc_offset_minutes: i32) -> Option<What> {
    let value = folded(token.value);
    let key = KEYS.iter().position(|key| key.eq_ignore_ascii_case(token.key)).and_then(|at| KEYS.get(at))?;
    match *key {
        "rating" => range(Field::Rating, token.op, value.parse().ok()?, 1),
        "quota" => range(Field::Quota, token.op, thousandths(&value)?, 1),
        "duration" => range(Field::Duration, token.op, duration(&value)?, 1000),
        _ if !matches!(token.op, ":" | "=") => None,
        "mode" => Some(What::Mode(value)),
        "size" => Shape::parse(&value.replace('×', "x")).map(What::Size),
        "tag" => Some(starred(value, token.quoted, What::Tag)),
        "in" => Some(starred(value, token.quoted, What::In)),
        "status" => status(&value).map(What::Status),
        "is" => yes(&value),
        "since" => moment(&value, now, utc_offset_minutes).map(|at| What::Range(Field::Created, at, u64::MAX)),
        "before" => {
            // Nothing is older than 1970, so that zero leaves an empty range.
            moment(&value, now, utc_offset_minutes).map(|at| match at.checked_sub(1) {
                Some(last) => What::Range(Field::Created, 0, last),
                None => What::Range(Field::Created, 1, 0),
            })
        }
        "job" => Some(What::Job(value)),
        _ => AttemptId::parse(&value.to_ascii_uppercase()).map(What::Batch),
    }
}

/// A name, or with a star behind it the beginning of one.
fn starred(mut value: String, quoted: bool, what: fn(String, bool) -> What) -> What {
    let star = !quoted && value.len() > 1 && value.ends_with('*');
    if star {
        value.pop();
    }
    what(value, star)
}

fn status(word: &str) -> Option<Status> {
    Status::ALL.into_iter().find(|status| status.as_str() == word)
}

/// What a bare word or `is:` asks for.
fn yes(word: &str) -> Option<What> {
    Some(What::Is(match word {
        "fav" | "favourite" | "favorite" => Flag::Favourite,
        "imported" => Flag::Imported,
        "rated" => Flag::Rated,
        "untagged" => Flag::Untagged,
        _ => return status(word).map(What::Status),
    }))
}

/// A comparison as a range. Equal are numbers of the same `step`, which is one second for durations: nobody asks for a
/// millisecond.
fn range(field: Field, op: &str, value: u64, step: u64) -> Option<What> {
    let (least, most) = match op {
        ">" => (value.checked_add(1)?, u64::MAX),
        ">=" => (value, u64::MAX),
        "<" if value == 0 => (1, 0),
        "<" => (0, value - 1),
        "<=" => (0, value),
        _ => (value - value % step, (value - value % step).saturating_add(step - 1)),
    };
    Some(What::Range(field, least, most))
}

/// Number and unit of `20s`; the unit is empty where there is none.
fn split_unit(value: &str) -> (&str, &str) {
    value.split_at(value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len()))
}

/// Milliseconds of `20`, `20s`, `1.5m`, `1h` or `500ms`.
fn duration(value: &str) -> Option<u64> {
    let (number, unit) = split_unit(value);
    let thousandths = thousandths(number)?;
    match unit {
        "" | "s" => Some(thousandths),
        "m" | "min" => thousandths.checked_mul(60),
        "h" => thousandths.checked_mul(3600),
        "ms" => Some(thousandths / 1000),
        _ => None,
    }
}

/// The moment that `7d`, `2026-01-31`, `2026-01` or `2026` names, in milliseconds since 1970.
fn moment(value: &str, now: Wall, utc_offset_minutes: i32) -> Option<u64> {
    let (number, unit) = split_unit(value);
    let unit_ms = match unit {
        "h" => HOUR_MS,
        "d" => DAY_MS,
        "w" => 7 * DAY_MS,
        "m" => 30 * DAY_MS,
        "y" => 365 * DAY_MS,
        _ => return date(value, utc_offset_minutes),
    };
    Some(now.0.saturating_sub(number.parse::<u64>().ok()?.saturating_mul(unit_ms)))
}

fn date(value: &str, utc_offset_minutes: i32) -> Option<u64> {
    let mut parts = value.split('-');
    let mut number = |digits: usize, least: u64, most: u64| match parts.next() {
        None => Some(least),
        Some(part) if part.len() > digits || !part.bytes().all(|b| b.is_ascii_digit()) => None,
        Some(part) => part.parse().ok().filter(|value| (least..=most).contains(value)),
    };
    let (year, month, day) = (number(4, 1970, 9999)?, number(2, 1, 12)?, number(2, 1, 31)?);
    if parts.next().is_some() {
        return None;
    }
    let first = days_since_1970(year, month, 1);
    let next = if month == 12 { days_since_1970(year + 1, 1, 1) } else { days_since_1970(year, month + 1, 1) };
    let local = (first + day <= next).then(|| (first + day - 1) * DAY_MS)?;
    Some(local.saturating_add_signed(-60_000 * i64::from(utc_offset_minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 2026-02-10, 12:00 UTC.
    const NOW: u64 = 1_770_724_800_000;

    fn parse(text: &str) -> Query {
        Query::parse(text, Wall(NOW), 0)
    }

    fn one(text: &str) -> Option<What> {
        let query = parse(text);
        match query.terms.as_slice() {
            [term] if !term.not && query.unclear.is_empty() => Some(term.what.clone()),
            _ => None,
        }
    }

    fn some_words(words: &[&str]) -> What {
        What::Words(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn every_term_is_read() {
        let text = |text: &str| text.to_owned();
        let date = |ms: u64| What::Range(Field::Created, ms, u64::MAX);
        let number = |field: Field, least: u64, most: u64| What::Range(field, least, most);
        let batch = AttemptId::parse("01KH2Z5V000000000000000000");
        let table = [
            ("Fox", some_words(&["fox"])),
            ("fox,", some_words(&["fox"])),
            ("red-fox", some_words(&["red", "fox"])),
            ("http://a.b", some_words(&["http", "a", "b"])),
            ("style:anime", some_words(&["style", "anime"])),
            ("foxfav", some_words(&["foxfav"])),
            ("狐", some_words(&["狐"])),
            ("狐狸", What::Phrase(text("狐狸"))),
            ("🦊", What::Phrase(text("🦊"))),
            ("\"Red  Fox\"", What::Phrase(text("red fox"))),
            ("“red fox”", What::Phrase(text("red fox"))),
            ("\"red fox", What::Phrase(text("red fox"))),
            ("\"fav\"", some_words(&["fav"])),
            ("fav", What::Is(Flag::Favourite)),
            ("FAV", What::Is(Flag::Favourite)),
            ("is:fav", What::Is(Flag::Favourite)),
            ("imported", What::Is(Flag::Imported)),
            ("rated", What::Is(Flag::Rated)),
            ("untagged", What::Is(Flag::Untagged)),
            ("failed", What::Status(Status::Failed)),
            ("rejected", What::Status(Status::Rejected)),
            ("running", What::Status(Status::Running)),
            ("queued", What::Status(Status::Queued)),
            ("unknown", What::Status(Status::Unknown)),
            ("stalled", What::Status(Status::Stalled)),
            ("stored", What::Status(Status::Stored)),
            ("sending", some_words(&["sending"])),
            ("is:sending", What::Status(Status::Sending)),
            ("status:at-risk", What::Status(Status::AtRisk)),
            ("Mode:Pro", What::Mode(text("pro"))),
            ("mode=pro", What::Mode(text("pro"))),
            ("size:1792x1024", What::Size(Shape::Size(1792, 1024))),
            ("size:1792×1024", What::Size(Shape::Size(1792, 1024))),
            ("size:16:9", What::Size(Shape::Ratio(16, 9))),
            ("tag:Fox", What::Tag(text("fox"), false)),
            ("tag:fo*", What::Tag(text("fo"), true)),
            ("tag:\"fo*\"", What::Tag(text("fo*"), false)),
            ("tag:*", What::Tag(text("*"), false)),
            ("in:\"Best of\"", What::In(text("best of"), false)),
            ("in:best", What::In(text("best"), false)),
            ("rating>=4", number(Field::Rating, 4, u64::MAX)),
            ("rating:4", number(Field::Rating, 4, 4)),
            ("rating=4", number(Field::Rating, 4, 4)),
            ("rating<3", number(Field::Rating, 0, 2)),
            ("rating<0", number(Field::Rating, 1, 0)),
            ("rating<=3", number(Field::Rating, 0, 3)),
            ("quota>2", number(Field::Quota, 2_001, u64::MAX)),
            ("quota:0.5", number(Field::Quota, 500, 500)),
            ("duration>20s", number(Field::Duration, 20_001, u64::MAX)),
            ("duration<=20", number(Field::Duration, 0, 20_000)),
            ("duration:20s", number(Field::Duration, 20_000, 20_999)),
            ("duration<1.5m", number(Field::Duration, 0, 89_999)),
            ("since:7d", date(NOW - 7 * DAY_MS)),
            ("since:12h", date(NOW - 12 * HOUR_MS)),
            ("since:2w", date(NOW - 14 * DAY_MS)),
            ("since:1m", date(NOW - 30 * DAY_MS)),
            ("since:1y", date(NOW - 365 * DAY_MS)),
            ("since:9999y", date(0)),
            ("since:2026-01-31", date(1_769_817_600_000)),
            ("since:2026-01", date(1_767_225_600_000)),
            ("since:2026", date(1_767_225_600_000)),
            ("since:2024-02-29", date(1_709_164_800_000)),
            ("before:2026-01-31", number(Field::Created, 0, 1_769_817_599_999)),
            ("before:1970", number(Field::Created, 1, 0)),
            ("job:ED1a", What::Job(text("ed1a"))),
        ];
        for (typed, expected) in table {
            assert_eq!(one(typed), Some(expected), "{typed}");
        }
        assert_eq!(one("batch:01kh2z5v000000000000000000"), batch.map(What::Batch));
    }

    #[test]
    fn what_is_not_understood_is_said_and_asks_for_nothing() {
        for typed in [
            "rating>=x",
            "rating:-1",
            "quota>1e3",
            "size:huge",
            "status:lost",
            "is:nice",
            "mode>pro",
            "since:7",
            "since:7x",
            "since:2026-02-29",
            "since:2026-13",
            "since:2026-01-01-01",
            "since>7d",
            "batch:01",
            "duration>5parsecs",
            "-rating>x",
            "quota>18446744073709551615",
        ] {
            let query = parse(typed);
            assert!(query.is_empty(), "{typed}");
            assert_eq!(query.unclear, [typed]);
        }
        for typed in ["", "  ", "-", ",", "- , !", "\"", "\"\"", "mode:", "rating>=", "tag:\"", "in:\"\"", "-mode:"] {
            let query = parse(typed);
            assert!(query.is_empty() && query.unclear.is_empty(), "{typed}");
        }
    }

    #[test]
    fn dates_begin_at_local_midnight() {
        let midnight = |offset| Query::parse("since:2026-01-31", Wall(NOW), offset).terms;
        let expected = |ms| vec![Term { not: false, what: What::Range(Field::Created, ms, u64::MAX), span: (0, 16) }];
        assert_eq!(midnight(120), expected(1_769_817_600_000 - 2 * HOUR_MS), "east of Greenwich it begins earlier");
        assert_eq!(midnight(-300), expected(1_769_817_600_000 + 5 * HOUR_MS));
        assert_eq!(Query::parse("since:1970", Wall(NOW), 840).terms.len(), 1, "before 1970 is 1970");
    }

    #[test]
    fn terms_can_be_taken_out_of_what_was_typed() {
        let query = parse("  red -mode:pro  \"big  fox\" rating>x fav");
        let chips = query.chips();
        assert_eq!(chips, [(1, "-mode:pro".to_owned()), (3, "fav".to_owned())]);
        assert!(query.terms.get(1).is_some_and(|term| term.not));
        assert_eq!(query.without(1), "  red \"big  fox\" rating>x fav");
        assert_eq!(query.without(0), "-mode:pro  \"big  fox\" rating>x fav");
        assert_eq!(query.without(3), "  red -mode:pro  \"big  fox\" rating>x");
        assert_eq!(query.without(9), "  red -mode:pro  \"big  fox\" rating>x fav");
        assert_eq!(query.text(), "red -mode:pro \"big  fox\" fav");
        assert_eq!(parse("-\"red fox\"dog").text(), "-\"red fox\" dog");
    }

    proptest! {
        /// Whatever is typed, it is read, and what it was read as reads the same again.
        #[test]
        fn anything_can_be_typed(
            typed in prop_oneof![
                ".{0,60}",
                "(-?(mode|size|tag|in|status|is|rating|quota|duration|since|before|job|batch|fav|x)?[:<>=]{0,2}[\"“”a-z0-9*.:×🦊狐-]{0,8}[ \"]?){0,6}",
            ],
            now in any::<u64>(),
            offset in any::<i32>(),
        ) {
            let query = Query::parse(&typed, Wall(now), offset);
            let again = Query::parse(&query.text(), Wall(now), offset);
            let whats = |query: &Query| query.terms.iter().map(|term| (term.not, term.what.clone())).collect::<Vec<_>>();
            prop_assert_eq!(whats(&again), whats(&query), "{}", query.text());
            for (index, term) in query.terms.iter().enumerate() {
                prop_assert!(typed.get(term.span.0..term.span.1).is_some());
                let _ = query.without(index);
            }
            let _ = crate::find::complete(&typed, true, &crate::find::Known::default());
        }
    }
}

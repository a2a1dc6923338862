//! Names of files that leave the studio, made from a pattern of the person's and from texts that nobody checked
//! (FAULTS H4). Whatever goes in, a name comes out that every system takes and none takes for something else.

use crate::attempt::Record;
use crate::limits;
use crate::sorted::SortedMap;
use crate::time::{DAY_MS, Wall, date};

/// The pattern of who chose none.
pub const DEFAULT: &str = "{date}-{time}-{prompt}";
/// What a pattern can name, with its braces.
pub const TOKENS: [&str; 7] = ["{date}", "{time}", "{prompt}", "{mode}", "{size}", "{job}", "{n}"];

/// Bytes of a prompt that go into a name.
const PROMPT_MAX: usize = 60;
/// Names that Windows keeps for devices, whatever their ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// The name of a picture's file without its ending. `local` is when it was made, by the clock of the person's place; `n`
/// counts the files of one download, of which there are `of`.
#[must_use]
pub fn stem(pattern: &str, record: &Record, local: Wall, n: usize, of: usize) -> String {
    let pattern = if pattern.trim().is_empty() { DEFAULT } else { pattern };
    let mut name = String::new();
    for part in parts(pattern) {
        match part {
            "{date}" => {
                let (year, month, day) = date(local.0 / DAY_MS);
                name.push_str(&format!("{year}-{month:02}-{day:02}"));
            }
            "{time}" => {
                let seconds = local.0 % DAY_MS / 1_000;
                name.push_str(&format!("{:02}{:02}{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60));
            }
            "{prompt}" => name.push_str(&words(&record.order.prompt)),
            "{mode}" => name.push_str(record.order.mode.as_str()),
            "{size}" => name.push_str(&record.order.shape.text()),
            "{job}" => name.push_str(record.job.as_ref().map_or("", |job| job.as_str())),
            "{n}" => name.push_str(&format!("{n:0width$}", width = of.to_string().len())),
            text => name.push_str(text),
        }
    }
    harmless(&name)
}

/// What in a pattern looks like one of [`TOKENS`] and is none.
#[must_use]
pub fn unknown(pattern: &str) -> Vec<&str> {
    parts(pattern).into_iter().filter(|part| part.starts_with('{') && !TOKENS.contains(part)).collect()
}

/// A pattern's texts in braces, and what stands between them.
fn parts(pattern: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let (before, braced) = rest.split_at(open);
        found.push(before);
        let length = braced.find('}').map_or(braced.len(), |close| close + 1);
        let (braced, after) = braced.split_at(length);
        found.push(braced);
        rest = after;
    }
    found.push(rest);
    found.retain(|part| !part.is_empty());
    found
}

/// The letters and digits of a text, with hyphens for what is between them.
fn words(text: &str) -> String {
    let mut name = String::new();
    let mut gap = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if name.len() + c.len_utf8() + usize::from(gap) > PROMPT_MAX {
                break;
            }
            if gap && !name.is_empty() {
                name.push('-');
            }
            gap = false;
            name.extend(c.to_lowercase());
        } else {
            gap = true;
        }
    }
    name
}

/// No path, no control, no hidden or reserved name, no option of a command, at most [`limits::FILE_STEM_MAX`] bytes.
fn harmless(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        let kept = c.is_alphanumeric()
            || matches!(
                c,
                ' ' | '-'
                    | '_'
                    | '.'
                    | ','
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '{'
                    | '}'
                    | '+'
                    | '='
                    | '@'
                    | '#'
                    | '!'
                    | '\''
                    | '&'
            );
        let c = if kept { c } else { '-' };
        if out.len() + c.len_utf8() > limits::FILE_STEM_MAX {
            break;
        }
        out.push(c);
    }
    let name = out.trim_matches([' ', '.', '-']);
    let first = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = |kind: &str| {
        first.strip_prefix(kind).is_some_and(|rest| rest.chars().count() == 1 && !rest.starts_with(char::is_alphabetic))
    };
    if name.is_empty() {
        "image".to_owned()
    } else if DEVICES.contains(&first.as_str()) || port("com") || port("lpt") {
        format!("_{name}")
    } else {
        name.to_owned()
    }
}

/// The names in one archive: each is there once, for systems too that take `A` and `a` for the same.
#[derive(Debug, Default)]
pub struct Names {
    /// How often a name was wanted, in small letters.
    taken: SortedMap<String, u32>,
}

impl Names {
    /// This name, or with the next number that makes it another than all before.
    pub fn unused(&mut self, name: &str) -> String {
        let mut candidate = name.to_owned();
        loop {
            let key = candidate.to_lowercase();
            if self.taken.get(&key).is_none() {
                self.taken.insert(key, 1);
                return candidate;
            }
            let count = self.taken.or_default(&name.to_lowercase());
            *count += 1;
            candidate = format!("{name}-{count}");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::draft::Order;
    use crate::id::{IdSource, JobId};
    use crate::mode::ModeId;
    use crate::shape::Shape;
    use proptest::prelude::*;

    fn record(prompt: &str) -> Record {
        let id = IdSource::new(1).at(Wall(0));
        let order =
            Order { prompt: prompt.to_owned(), mode: ModeId::default(), shape: Shape::Ratio(16, 9), hook_url: None };
        Record { job: JobId::parse("Job_0001"), ..Record::new(id, id, 1, order, Wall(0)) }
    }

    /// 2026-02-28 23:59:59.
    const LATE: Wall = Wall(1_772_323_199_000);

    fn named(pattern: &str, prompt: &str) -> String {
        stem(pattern, &record(prompt), LATE, 7, 120)
    }

    #[test]
    fn a_pattern_is_filled_in() {
        assert_eq!(named("", "A red fox, \"running\""), "2026-02-28-235959-a-red-fox-running");
        assert_eq!(named("{n} {mode} ({size}) {job}", ""), "007 flux1-dev (16-9) Job_0001");
        assert_eq!(named("{prompt}{nothing}{", "fox"), "fox{nothing}{");
        assert_eq!(unknown("{prompt}{nothing}{n}{"), ["{nothing}", "{"]);
        assert!(unknown(DEFAULT).is_empty());
    }

    #[test]
    fn h04_file_names_are_harmless() {
        let table = [
            ("../../a", "a"),
            ("CON", "_con"),
            ("com1", "_com1"),
            ("\u{202e}gpj.exe", "gpj-exe"),
            ("...", "image"),
            ("-rf *", "rf"),
            ("夜の街", "夜の街"),
        ];
        for (prompt, name) in table {
            assert_eq!(named("{prompt}", prompt), name, "{prompt}");
        }
        assert_eq!(named("../{prompt}/..\\x:y|\u{202e}\0", "a"), "a-..-x-y");
        assert_eq!(named(".hidden. ", "a"), "hidden");
        assert_eq!(named("nul.{prompt}", "a"), "_nul.a");
        assert!(named("{prompt}", &"ж".repeat(500)).len() <= limits::FILE_STEM_MAX);
    }

    #[test]
    fn names_in_an_archive_are_there_once() {
        let mut names = Names::default();
        let made: Vec<String> = ["a", "A", "a-2", "a", "b"].map(|name| names.unused(name)).into();
        assert_eq!(made, ["a", "A-2", "a-2-2", "a-3", "b"]);
    }

    proptest! {
        #[test]
        fn h04_no_pattern_and_no_prompt_make_a_name_that_harms(pattern in any::<String>(), prompt in any::<String>()) {
            for pattern in [pattern.as_str(), "{prompt}"] {
                let name = named(pattern, &prompt);
                prop_assert!(!name.is_empty() && name.len() <= limits::FILE_STEM_MAX + 1, "{name}");
                prop_assert!(!name.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|']), "{name}");
                prop_assert!(!name.chars().any(char::is_control));
                prop_assert!(!name.starts_with(['.', '-', ' ']) && !name.ends_with(['.', ' ']), "{name}");
                prop_assert_eq!(crate::text::visible(&name), name);
            }
        }
    }
}

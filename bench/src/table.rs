//! The figures as a table that can be pasted into README.md.

use std::fmt::Write;

use crate::library::{Row, Seen};

/// A row of the table: what, the target, its value, how it is written.
type Line = (&'static str, &'static str, Option<f64>, fn(&Seen) -> f64, fn(f64) -> String);

/// The budget: targets in the units of the values.
const LINES: [Line; 10] = [
    ("first picture", "≤ 0.5 s", Some(500.0), |seen| seen.first, seconds),
    ("whole library listed", "", None, |seen| seen.whole, seconds),
    ("scrolling for 6 s: frame p95", "≤ 17.5 ms", Some(17.5), |seen| seen.frames.p95, milliseconds),
    ("worst frame", "", None, |seen| seen.frames.worst, milliseconds),
    ("frames over 50 ms", "0", Some(0.0), |seen| seen.frames.long as f64, whole),
    ("the same at once after the first picture: frame p95", "", None, |seen| seen.early.p95, milliseconds),
    ("elements", "≤ 1,500", Some(1_500.0), |seen| seen.elements as f64, whole),
    ("memory of the page's process", "≤ 300 MB", Some(300.0), |seen| seen.megabytes, megabytes),
    ("search, work per keystroke: p95", "≤ 16 ms", Some(16.0), |seen| seen.work, milliseconds),
    ("search, until the frame is shown: p95", "", None, |seen| seen.shown, milliseconds),
];

/// The table: in each cell the studio, in brackets the page by hand.
pub fn markdown(rows: &[Row]) -> String {
    let mut text = String::from("| studio (page by hand) | target |");
    rows.iter().for_each(|row| write!(text, " {} images |", thousands(row.images)).unwrap());
    text.push_str("\n|---|---|");
    rows.iter().for_each(|_| text.push_str("---|"));
    for (name, target, limit, value, write_out) in LINES {
        write!(text, "\n| {name} | {target} |").unwrap();
        for row in rows {
            let (studio, plain) = (value(&row.studio), value(&row.plain));
            let missed = limit.filter(|limit| studio > *limit);
            let missed = missed.map(|limit| format!(", missed by {}", write_out(studio - limit))).unwrap_or_default();
            write!(text, " {}{missed} ({}) |", write_out(studio), write_out(plain)).unwrap();
        }
    }
    let empty: Vec<String> = rows.iter().map(|row| megabytes(row.empty)).collect();
    write!(text, "\n\nAn empty page's process: {}.", empty.join(", ")).unwrap();
    text
}

/// What the figures were taken on.
pub fn machine() -> String {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("", |(_, m)| m);
    format!("{cores} cores ({model}), load before: {}", read("/proc/loadavg").trim())
}

fn seconds(ms: f64) -> String {
    format!("{:.2} s", ms / 1_000.0)
}

fn milliseconds(ms: f64) -> String {
    format!("{ms:.1} ms")
}

fn megabytes(mb: f64) -> String {
    format!("{mb:.0} MB")
}

fn whole(number: f64) -> String {
    thousands(number as usize)
}

fn thousands(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

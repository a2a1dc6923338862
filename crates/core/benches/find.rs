//! How long a keystroke in the search box takes with 50,000 pictures, against a plain look through all rows in the same
//! run: `cargo bench -p flux-studio-core --bench find`.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

#[path = "../tests/find/plain.rs"]
mod plain;

use std::hint::black_box;
use std::time::{Duration, Instant};

use flux_studio_core::attempt::{Record, State};
use flux_studio_core::draft::Draft;
use flux_studio_core::find::{Index, Query, Shelf, Sort};
use flux_studio_core::id::{IdSource, JobId};
use flux_studio_core::mode::CATALOGUE;
use flux_studio_core::mode::ModeId;
use flux_studio_core::shape::Shape;
use flux_studio_core::time::Wall;

const ROWS: u64 = 50_000;
const TYPED: &str = "red fox mode:pro -dog since:7d";
const NOW: u64 = 1_770_724_800_000;
const ROUNDS: usize = 20;

/// Prompts of twelve words out of 20,000, the common ones as common as in any language (Zipf), and some that are asked
/// for.
fn rows() -> Vec<Record> {
    let mut random = fastrand::Rng::with_seed(50_000);
    let syllables =
        ["ra", "fo", "do", "mi", "ste", "lu", "red", "ka", "pen", "sha", "tor", "ve", "bri", "gol", "nex", "zu"];
    let vocabulary: Vec<String> = (0..20_000_usize)
        .map(|n| match n {
            5 => "red".to_owned(),
            9 => "fox".to_owned(),
            14 => "dog".to_owned(),
            n => [n % 16, n / 16 % 16, n / 256 % 16, n / 4096].iter().map(|at| syllables[*at]).collect(),
        })
        .collect();
    let mut ids = IdSource::new(1);
    (0..ROWS)
        .map(|n| {
            // Two years, evenly.
            let created = Wall(NOW - (ROWS - n) * 1_261_440);
            let word = |random: &mut fastrand::Rng| {
                let at = 20_000_f64.powf(random.f64()) as usize;
                vocabulary[at.min(19_999)].as_str()
            };
            let prompt = (0..12).map(|_| word(&mut random)).collect::<Vec<_>>().join(" ");
            let draft = Draft {
                prompt,
                mode: ModeId::parse(random.choice(CATALOGUE).unwrap().id).unwrap(),
                shape: random.choice(Shape::SIZES).unwrap(),
                ..Draft::default()
            };
            let id = ids.next(created);
            let mut row = Record::new(id, id, 1, draft.order().unwrap(), created);
            row.state = State::Stored;
            row.job = JobId::parse(&format!("{:032x}", random.u128(..)));
            row.quota = Some(random.u64(1..8) * 500);
            row.took_ms = Some(random.u64(5_000..60_000));
            row.rating = random.u8(0..6);
            row.favourite = random.u8(..) < 16;
            row.tags = (0..random.usize(0..3)).map(|_| vocabulary[random.usize(0..200)].clone()).collect();
            row
        })
        .collect()
}

/// Kilobytes of this process in memory, where the system tells.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kb| kb.parse().ok()).unwrap_or(0)
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

/// Times of each keystroke of typing, with what it found.
fn keystrokes(typed: &str, rounds: usize, mut search: impl FnMut(&Query) -> usize) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..rounds {
        for end in 1..=typed.len() {
            let start = Instant::now();
            black_box(search(&Query::parse(&typed[..end], Wall(NOW), 0)));
            times.push(start.elapsed());
        }
    }
    times
}

fn report(name: &str, times: &mut [Duration], plain: Option<(Duration, Duration)>) -> (Duration, Duration) {
    let (p50, p95) = (percentile(times, 50), percentile(times, 95));
    let ratio = plain.map(|plain| {
        let part = |mine: Duration, theirs: Duration| mine.as_secs_f64() / theirs.as_secs_f64();
        format!(", {:.4} and {:.4} of the plain look", part(p50, plain.0), part(p95, plain.1))
    });
    println!("{name}: p50 {p50:?}, p95 {p95:?}, worst {:?}{}", times[times.len() - 1], ratio.unwrap_or_default());
    (p50, p95)
}

fn main() {
    let rows = rows();
    let before = resident_kb();
    let start = Instant::now();
    let mut index = Index::default();
    rows.iter().for_each(|row| index.put(row));
    println!("index of {ROWS} rows: built in {:?}, {} kB", start.elapsed(), resident_kb().saturating_sub(before));

    let query = Query::parse(TYPED, Wall(NOW), 0);
    println!("\"{TYPED}\" finds {}", index.search(&query, Sort::Newest, Shelf::Shown).len());

    let plain = |query: &Query| plain::search(rows.iter(), query, Sort::Newest, Shelf::Shown).len();
    let by_hand = report("plain look, typing", &mut keystrokes(TYPED, 1, plain), None);
    let mut typing = keystrokes(TYPED, ROUNDS, |query| index.search(query, Sort::Newest, Shelf::Shown).len());
    report("index, typing", &mut typing, Some(by_hand));
    let mut sorted = keystrokes(TYPED, ROUNDS, |query| index.search(query, Sort::Duration, Shelf::Shown).len());
    report("index, typing, slowest first", &mut sorted, Some(by_hand));
    for typed in ["\"red fox\"", "tag:rafo* rated", "-a -e -fo"] {
        let mut times = keystrokes(typed, ROUNDS, |query| index.search(query, Sort::Newest, Shelf::Shown).len());
        report(typed, &mut times, None);
    }
    let mut changes: Vec<Duration> = rows
        .iter()
        .take(200)
        .map(|row| {
            let row = Record { rating: 3, took_ms: Some(1), ..row.clone() };
            let start = Instant::now();
            index.put(&row);
            black_box(index.search(&query, Sort::Duration, Shelf::Shown));
            start.elapsed()
        })
        .collect();
    report("a change and the search after it, slowest first", &mut changes, None);
    let mut values: Vec<Duration> = (0..50)
        .map(|_| {
            let start = Instant::now();
            black_box(index.values());
            start.elapsed()
        })
        .collect();
    report("values for completion", &mut values, None);
}

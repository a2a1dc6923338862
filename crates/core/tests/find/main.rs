//! The index of the search says what a plain look through all rows says, whatever happened to the rows before.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod plain;

use std::collections::BTreeMap;

use flux_studio_core::attempt::{Doubt, Record, Refusal, State};
use flux_studio_core::draft::Draft;
use flux_studio_core::find::{Index, Query, Shelf, Sort};
use flux_studio_core::id::{AttemptId, IdSource, JobId};
use flux_studio_core::mode::ModeId;
use flux_studio_core::shape::Shape;
use flux_studio_core::time::Wall;
use proptest::prelude::*;
use proptest::sample::select;

const NOW: u64 = 1_770_724_800_000;
const SORTS: [Sort; 5] = [Sort::Newest, Sort::Oldest, Sort::Rating, Sort::Quota, Sort::Duration];

/// So many names in the order of making.
fn names(n: usize) -> Vec<AttemptId> {
    let mut source = IdSource::new(7);
    (0..n).map(|n| source.next(Wall(NOW - 1_000_000 + n as u64))).collect()
}

fn prompt() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "red",
        "Red fox",
        "fox",
        "foxes",
        "dog",
        "bred",
        "ΟΔΟΣ",
        "été",
        "红狐狸",
        "大fox",
        "don't",
        "🦊",
        "fav",
        "a\n b",
        "pro",
        "red-fox",
    ]);
    prop::collection::vec((piece, select(vec![" ", "  ", ", ", "", "\n"])), 1..6)
        .prop_map(|pieces| pieces.into_iter().map(|(word, gap)| format!("{word}{gap}")).collect())
}

fn row() -> impl Strategy<Value = Record> {
    let names_of = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        prop::collection::vec(select(names), 0..3)
    };
    let state = select(vec![
        State::Queued,
        State::Running,
        State::Stored,
        State::Failed { message: "fox".to_owned() },
        State::Rejected(Refusal { status: 400, message: String::new() }),
        State::Unknown { doubt: Doubt::Timeout, settled: false },
    ]);
    let facts = (state, 0_u8..6, any::<bool>(), any::<bool>(), 0_u64..20, 0_u8..8, 0_usize..3);
    let numbers = (prop::option::of(0_u64..4_000), prop::option::of(select(vec![0, 19_999, 20_000, 20_500, 21_000])));
    let labels = (names_of(&["fox", "Fox", "dog house", "fo*"]), names_of(&["Best of", "best", "new"]));
    let job = prop::option::of(select(vec!["abcdef", "ABCxyz", "123abc"]));
    let texts = (prompt(), prop::option::of(prompt()), select(vec!["flux1-dev", "flux1-pro", "Flux-2-PRO"]));
    (facts, numbers, labels, job, texts).prop_map(
        |(facts, (quota, took_ms), (tags, collections), job, (prompt, template, mode))| {
            let (state, rating, favourite, imported, days, gone, shape) = facts;
            let draft = Draft {
                prompt: format!("x{prompt}"),
                mode: ModeId::parse(mode).unwrap(),
                shape: [Shape::Size(1024, 1024), Shape::Ratio(16, 9), Shape::Ratio(1, 1)][shape],
                ..Draft::default()
            };
            let id = names(1)[0];
            let created = Wall(NOW - days * 24 * 3_600_000);
            let mut row = Record::new(id, id, 1, draft.order().unwrap(), created);
            row.order.prompt = prompt;
            row.deleted = (gone == 0 || gone == 1).then_some(Wall(NOW));
            row.replaced_by = (gone == 1 || gone == 2).then_some(id);
            Record { state, rating, favourite, imported, quota, took_ms, tags, collections, template, ..row }
                .with_job(job)
        },
    )
}

trait WithJob {
    fn with_job(self, job: Option<&str>) -> Record;
}

impl WithJob for Record {
    fn with_job(mut self, job: Option<&str>) -> Record {
        self.job = job.and_then(JobId::parse);
        self
    }
}

/// Something to type.
fn search() -> impl Strategy<Value = String> {
    let term = select(vec![
        "red",
        "fo",
        "FOX",
        "dog",
        "bre",
        "ΟΔΟΣ",
        "οδο",
        "ÉTÉ",
        "狐",
        "狐狸",
        "\"大fox\"",
        "don't",
        "🦊",
        "\"fav\"",
        "red-fox",
        "\"red fox\"",
        "\"red fo",
        "\"a b\"",
        "\"'t\"",
        "fav",
        "failed",
        "running",
        "stored",
        "imported",
        "rated",
        "untagged",
        "mode:pro",
        "mode:flux1",
        "size:16:9",
        "size:1024x1024",
        "tag:fox",
        "tag:fo*",
        "tag:\"fo*\"",
        "tag:\"dog house\"",
        "in:best",
        "in:\"best of\"",
        "in:b*",
        "status:rejected",
        "is:unknown",
        "rating>=4",
        "rating:0",
        "rating<3",
        "quota>2",
        "quota<=0.5",
        "duration>20s",
        "duration:20s",
        "duration<1",
        "since:7d",
        "before:2w",
        "since:2026-02-01",
        "before:2026-02-05",
        "job:abc",
        "job:ABCX",
        "nothing",
        "batch:01ARZ3NDEKTSV4RRFFQ69G5FAV",
    ]);
    prop::collection::vec((any::<bool>(), term), 0..4).prop_map(|terms| {
        terms.into_iter().map(|(not, term)| format!("{}{term} ", if not { "-" } else { "" })).collect()
    })
}

/// The same search, asked of the index and of all rows.
fn same(index: &mut Index, rows: &BTreeMap<AttemptId, Record>, typed: &str) -> Result<(), TestCaseError> {
    let query = Query::parse(typed, Wall(NOW), 0);
    for sort in SORTS {
        for shelf in [Shelf::Shown, Shelf::Trash] {
            let expected = plain::search(rows.values(), &query, sort, shelf);
            let found: Vec<_> = index.search(&query, sort, shelf).into_iter().map(|found| found.id).collect();
            prop_assert_eq!(found, expected, "{:?} {:?} {:?}", query, sort, shelf);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Rows come in any order, change, go and come again; between all this is searched.
    #[test]
    fn the_index_says_what_a_look_through_all_rows_says(
        steps in prop::collection::vec((0_usize..16, prop::option::weighted(0.85, row())), 0..40),
        searches in prop::collection::vec(search(), 6),
    ) {
        let ids = names(16);
        let (mut index, mut rows) = (Index::default(), BTreeMap::new());
        for (step, (at, row)) in steps.into_iter().enumerate() {
            match row {
                Some(mut row) => {
                    // Mostly a row keeps its words when it changes, as in life.
                    if step % 3 > 0 && let Some(Record { order, template, .. }) = rows.get(&ids[at]) {
                        (row.order, row.template) = (order.clone(), template.clone());
                    }
                    (row.id, row.batch) = (ids[at], ids[at / 4 * 4]);
                    index.put(&row);
                    rows.insert(row.id, row);
                }
                None => {
                    index.remove(&ids[at]);
                    rows.remove(&ids[at]);
                }
            }
            same(&mut index, &rows, &searches[step % 3])?;
        }
        for typed in &searches {
            same(&mut index, &rows, typed)?;
        }
        let mut batch = "batch:".to_owned();
        batch.push_str(ids[4].as_str());
        same(&mut index, &rows, &batch)?;

        let mut fresh = Index::default();
        rows.values().for_each(|row| fresh.put(row));
        let sorted = |index: &Index| {
            let known = index.values();
            [known.modes, known.sizes, known.tags, known.collections].map(|mut values| {
                assert!(values.is_sorted_by(|a, b| a.1 >= b.1), "most used first");
                values.sort();
                values
            })
        };
        prop_assert_eq!(sorted(&index), sorted(&fresh));
    }
}

fn plain_row(id: AttemptId, prompt: &str) -> Record {
    let order = Draft { prompt: prompt.to_owned(), ..Draft::default() }.order().unwrap();
    Record::new(id, id, 1, order, Wall(NOW))
}

/// The emptied places of many removed rows are given back, and nothing is mixed up by it.
#[test]
fn many_rows_can_be_removed() {
    let ids = names(4_000);
    let (mut index, mut rows) = (Index::default(), BTreeMap::new());
    for (n, id) in ids.iter().enumerate() {
        let mut row = plain_row(*id, &format!("fox{} den{}", n % 10, n));
        row.rating = (n % 6) as u8;
        index.put(&row);
        rows.insert(*id, row);
    }
    for id in ids.iter().filter(|id| !id.as_str().ends_with(['A', 'B'])) {
        index.remove(id);
        rows.remove(id);
    }
    assert!(rows.len() > 100 && rows.len() < 1_000);
    for typed in ["", "fox3", "den12", "\"fox3 den\" -rated", "-fox1 rating>=4"] {
        same(&mut index, &rows, typed).unwrap();
    }
}

/// Counts are those of what is shown.
#[test]
fn values_are_those_of_shown_rows_most_used_first() {
    let ids = names(4);
    let mut index = Index::default();
    for (n, id) in ids.iter().enumerate() {
        let mut row = plain_row(*id, "fox");
        row.tags = if n == 0 { vec!["rare".to_owned()] } else { vec!["often".to_owned(), "twice".to_owned()] };
        if n == 3 {
            row.tags.pop();
            row.collections = vec!["best".to_owned()];
        }
        index.put(&row);
    }
    let count = |text: &str, n| (text.to_owned(), n);
    assert_eq!(index.values().tags, [count("often", 3), count("twice", 2), count("rare", 1)]);
    assert_eq!(index.values().sizes, [count("1024x1024", 4)]);
    let mut row = plain_row(ids[3], "fox");
    row.deleted = Some(Wall(NOW));
    index.put(&row);
    assert_eq!(index.values().tags, [count("often", 2), count("twice", 2), count("rare", 1)]);
    assert!(index.values().collections.is_empty());
}

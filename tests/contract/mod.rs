//! What every store has to do, whatever it is made of: called by `store.rs` on the host with the library in memory, and by
//! `web_store.rs` in a browser with IndexedDB.

use flux_studio::platform::db::{Store, Stored, Thumb};
use flux_studio_core::attempt::{Record, State};
use flux_studio_core::draft::Draft;
use flux_studio_core::effect::RawAnswer;
use flux_studio_core::event::WriteProblem;
use flux_studio_core::id::IdSource;
use flux_studio_core::time::Wall;

/// A new row; `n` makes it another one.
pub fn row(n: u64) -> Record {
    let id = IdSource::new(n).next(Wall(1_700_000_000_000 + n));
    let order = Draft { prompt: format!("a fox, number {n}: \u{202e}é👩‍👩‍👧"), ..Draft::default() }.order().unwrap();
    Record::new(id, id, 1, order, Wall(1_700_000_000_000))
}

/// The row in a further revision.
pub fn next(row: &Record, state: State) -> Record {
    Record { rev: row.rev + 1, state, ..row.clone() }
}

fn in_its_place(result: Result<(), WriteProblem>) -> Option<Record> {
    match result {
        Err(WriteProblem::Conflict(stored)) => stored.map(|stored| *stored),
        other => panic!("a conflict was expected, not {other:?}"),
    }
}

/// Rows come back as they were written, in the order of their names.
pub async fn rows_come_back(store: &impl Store) {
    let rows: Vec<Record> = (1..=1_203).map(row).collect();
    for row in rows.iter().rev() {
        store.commit(row, None).await.unwrap();
    }
    let read = store.rows().await.unwrap();
    assert_eq!(read.damaged, 0);
    assert_eq!(read.records, rows);
    assert_eq!(store.newest(3).await.unwrap().records, rows[1_200..]);
    let some = [rows[7].id, row(5_000).id, rows[3].id];
    assert_eq!(store.read(&some).await.unwrap(), [rows[7].clone(), rows[3].clone()]);
}

/// A row is written only over the revision that the writer saw.
pub async fn a_write_compares_first(store: &impl Store) {
    let first = row(1);
    let absent = next(&first, State::Sending);
    assert_eq!(in_its_place(store.commit(&absent, None).await), None, "there is nothing to replace");
    store.commit(&first, None).await.unwrap();
    let sending = next(&first, State::Sending);
    let cancelled = next(&first, State::Cancelled);
    store.commit(&sending, None).await.unwrap();
    assert_eq!(in_its_place(store.commit(&cancelled, None).await), Some(sending.clone()), "the faster one won");
    let late = Record { rev: 9, ..sending.clone() };
    assert_eq!(in_its_place(store.commit(&late, None).await), Some(sending.clone()), "a revision was skipped");
    assert_eq!(store.read(&[first.id]).await.unwrap(), [sending]);
}

/// A raw answer is kept with the commit that it belongs to, and not with one that failed.
pub async fn raw_answers_belong_to_their_commit(store: &impl Store) {
    let first = row(2);
    let answer = |status| RawAnswer { to: "generate", status, body: vec![0, 255, 123, status as u8] };
    store.commit(&first, None).await.unwrap();
    store.commit(&next(&first, State::Sending), Some(&answer(200))).await.unwrap();
    assert!(store.commit(&next(&first, State::Cancelled), Some(&answer(500))).await.is_err());
    store.commit(&next(&next(&first, State::Sending), State::Running), Some(&answer(201))).await.unwrap();
    store.commit(&row(3), Some(&answer(1))).await.unwrap();
    let kept = store.raw(&first.id).await.unwrap();
    assert_eq!(kept, [("generate".to_owned(), 200, answer(200).body), ("generate".to_owned(), 201, answer(201).body)]);
}

/// Rows that something may still happen to are found without the others.
pub async fn open_rows_are_found(store: &impl Store) {
    let (queued, done) = (row(1), row(2));
    for row in [&queued, &done] {
        store.commit(row, None).await.unwrap();
    }
    store.commit(&next(&done, State::Cancelled), None).await.unwrap();
    assert_eq!(store.open_rows().await.unwrap(), [queued]);
}

/// Pictures, thumbnails and texts come back bit by bit, and others stay as they are.
pub async fn bytes_come_back(store: &impl Store) {
    let (one, other) = (row(1).id, row(2).id);
    let data: Vec<u8> = (0..300_000_u32).map(|n| (n * 31 % 251) as u8).collect();
    let stored = Stored { mime: "image/webp".to_owned(), sha256: "0f".repeat(32), data };
    let thumb = Thumb { mime: "image/jpeg".to_owned(), data: vec![1, 2, 3] };
    store.put_bytes(&one, &stored).await.unwrap();
    store.put_thumb(&one, 320, &thumb).await.unwrap();
    assert_eq!(store.bytes(&one).await.unwrap(), Some(stored));
    assert_eq!(store.bytes(&other).await.unwrap(), None);
    assert_eq!(store.thumb(&one, 320).await.unwrap().as_ref(), Some(&thumb));
    assert_eq!(store.thumb(&one, 640).await.unwrap(), None);
    store.put_thumb(&other, 320, &Thumb { data: vec![4], ..thumb.clone() }).await.unwrap();
    store.erase(&one).await.unwrap();
    assert_eq!((store.bytes(&one).await.unwrap(), store.thumb(&one, 320).await.unwrap()), (None, None));
    assert!(store.thumb(&other, 320).await.unwrap().is_some(), "only its own");
    store.put_text("draft", "a \u{0} b").await.unwrap();
    store.put_text("draft", "a fox").await.unwrap();
    assert_eq!(store.text("draft").await.unwrap().as_deref(), Some("a fox"));
    assert_eq!(store.text("settings").await.unwrap(), None);
}

//! The store's contract, kept by IndexedDB; and what only IndexedDB has to hold: durability, many tabs, lost connections,
//! damaged rows.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod contract;

use flux_studio::platform::clock;
use flux_studio::platform::db::indexed::Indexed;
use flux_studio::platform::db::memory::Memory;
use flux_studio::platform::db::{Store, Stored, Thumb};
use flux_studio_core::attempt::State;
use flux_studio_core::event::WriteProblem;
use js_sys::{Array, Promise, eval};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn fresh_name() -> String {
    format!("test-{:016x}", clock::seed())
}

async fn fresh() -> Indexed {
    Indexed::open(&fresh_name()).await.unwrap()
}

async fn js(code: &str) -> wasm_bindgen::JsValue {
    let value = eval(code).unwrap();
    JsFuture::from(Promise::resolve(&value)).await.unwrap()
}

#[wasm_bindgen_test]
async fn rows_come_back() {
    contract::rows_come_back(&fresh().await).await;
    contract::rows_come_back(&Memory::default()).await;
}

#[wasm_bindgen_test]
async fn a_write_compares_first() {
    contract::a_write_compares_first(&fresh().await).await;
}

#[wasm_bindgen_test]
async fn raw_answers_belong_to_their_commit() {
    contract::raw_answers_belong_to_their_commit(&fresh().await).await;
}

#[wasm_bindgen_test]
async fn open_rows_are_found() {
    contract::open_rows_are_found(&fresh().await).await;
}

#[wasm_bindgen_test]
async fn bytes_come_back() {
    contract::bytes_come_back(&fresh().await).await;
}

/// Rows of money, raw answers and pictures ask for strict durability, by the browser's own word for the transaction that
/// it made; what may be lost does not.
#[wasm_bindgen_test]
async fn money_is_written_with_strict_durability() {
    js("globalThis.seen = []; globalThis.plain = IDBDatabase.prototype.transaction;
        IDBDatabase.prototype.transaction = function (...all) {
            const made = plain.apply(this, all); seen.push(`${[...made.objectStoreNames]} ${made.mode} ${made.durability}`); return made; }; 0")
    .await;
    let store = fresh().await;
    let row = contract::row(1);
    let raw = flux_studio_core::effect::RawAnswer { to: "generate", status: 200, body: vec![1] };
    store.commit(&row, None).await.unwrap();
    store.commit(&contract::next(&row, State::Sending), Some(&raw)).await.unwrap();
    store.put_bytes(&row.id, &Stored { mime: "image/png".into(), sha256: String::new(), data: vec![1] }).await.unwrap();
    store.put_thumb(&row.id, 320, &Thumb { mime: "image/png".into(), data: vec![1] }).await.unwrap();
    let seen: Array = js("IDBDatabase.prototype.transaction = plain; seen").await.dyn_into().unwrap();
    let seen: Vec<String> = seen.iter().filter_map(|word| word.as_string()).collect();
    assert_eq!(
        seen,
        [
            "attempts readwrite strict",
            "attempts,raw readwrite strict",
            "bytes readwrite strict",
            "thumbs readwrite relaxed"
        ]
    );
}

/// Two tabs that saw the same row: one of them wins, the other learns who.
#[wasm_bindgen_test]
async fn two_tabs_cannot_both_claim() {
    let name = fresh_name();
    let (one, two) = (Indexed::open(&name).await.unwrap(), Indexed::open(&name).await.unwrap());
    let row = contract::row(1);
    one.commit(&row, None).await.unwrap();
    let claim = contract::next(&row, State::Sending);
    // The very same row from both: what tells them apart is who wrote it.
    let (a, b) = both(one.commit(&claim, None), two.commit(&claim, None)).await;
    let won = [&a, &b].iter().filter(|result| result.is_ok()).count();
    assert_eq!(won, 1, "{a:?} {b:?}");
    assert!([a, b].contains(&Err(WriteProblem::Conflict(Some(Box::new(claim))))));
}

/// A write whose answer was lost is recognised when it comes again.
#[wasm_bindgen_test]
async fn the_same_write_again_is_no_conflict() {
    let store = fresh().await;
    let row = contract::row(1);
    store.commit(&row, None).await.unwrap();
    store.commit(&row, None).await.unwrap();
    assert!(store.commit(&contract::next(&contract::row(1), State::Sending), None).await.is_ok());
}

/// A connection that is gone is opened anew, without a word to those above.
#[wasm_bindgen_test]
async fn s07_a_lost_connection_is_opened_again() {
    let store = fresh().await;
    let row = contract::row(1);
    store.commit(&row, None).await.unwrap();
    js("globalThis.plain = IDBDatabase.prototype.transaction; globalThis.left = 1;
        IDBDatabase.prototype.transaction = function (...all) {
            if (left-- > 0) throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError');
            return plain.apply(this, all); }; 0")
    .await;
    let second = contract::next(&row, State::Sending);
    let written = store.commit(&second, None).await;
    let left = js("IDBDatabase.prototype.transaction = plain; left").await.as_f64();
    assert_eq!(left, Some(-1.0), "the fault happened, and one more try came");
    written.unwrap();
    assert_eq!(store.read(&[row.id]).await.unwrap(), [second]);
}

/// A full disk shows as an abort without a failed request, and says so by name.
#[wasm_bindgen_test]
async fn s04_a_full_disk_is_told_by_name() {
    let store = fresh().await;
    js("globalThis.plain = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function () { throw new DOMException('no room', 'QuotaExceededError'); }; 0")
    .await;
    let written = store.commit(&contract::row(1), None).await;
    js("IDBObjectStore.prototype.put = plain; 0").await;
    assert_eq!(written, Err(WriteProblem::Full));
    assert_eq!(store.rows().await.unwrap().records, []);
}

/// Rows that cannot be read are counted and left alone; the rest loads.
#[wasm_bindgen_test]
async fn s17_a_damaged_row_hurts_no_other() {
    let name = fresh_name();
    let store = Indexed::open(&name).await.unwrap();
    let row = contract::row(1);
    store.commit(&row, None).await.unwrap();
    js(&format!(
        "new Promise((done) => {{ const open = indexedDB.open('{name}'); open.onsuccess = () => {{
            const all = open.result.transaction('attempts', 'readwrite');
            all.objectStore('attempts').put({{ id: 'x', rev: NaN, json: '{{' }});
            all.objectStore('attempts').put({{ id: 'y', rev: 1, json: 7 }});
            all.oncomplete = () => {{ open.result.close(); done(0); }} }} }})"
    ))
    .await;
    let rows = store.rows().await.unwrap();
    assert_eq!((rows.records, rows.damaged), (vec![row], 2));
}

/// Another version of the program that wants to upgrade is not kept waiting.
#[wasm_bindgen_test]
async fn s19_an_upgrade_elsewhere_is_not_blocked() {
    let name = fresh_name();
    let _store = Indexed::open(&name).await.unwrap();
    let outcome = js(&format!(
        "new Promise((done) => {{ const open = indexedDB.open('{name}', 99);
            open.onblocked = () => done('blocked'); open.onsuccess = () => {{ open.result.close(); done('open'); }} }})"
    ))
    .await;
    assert_eq!(outcome.as_string().as_deref(), Some("open"));
    // And this older program says so instead of harming what it does not know.
    assert_eq!(Indexed::open(&name).await.err().map(|failure| failure.name).as_deref(), Some("VersionError"));
}

/// Both at once: the second is begun before the first has ended.
async fn both<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    use std::pin::pin;
    use std::task::Poll;
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut done_a, mut done_b) = (None, None);
    std::future::poll_fn(|context| {
        if done_a.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            done_a = Some(value);
        }
        if done_b.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            done_b = Some(value);
        }
        match (done_a.take(), done_b.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (done_a, done_b) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}

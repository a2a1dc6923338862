//! Locks and hints between tabs, in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use flux_studio::platform::locks::{self, Ask, Held, Taken};
use flux_studio::platform::tabs::{Hint, Tabs};
use flux_studio::platform::{clock, timer};
use flux_studio_core::id::IdSource;
use flux_studio_core::time::Wall;
use js_sys::eval;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn fresh() -> String {
    format!("test-{:016x}", clock::seed())
}

async fn held(name: &str, ask: Ask) -> Option<Held> {
    match locks::take(name, ask, || {}).await {
        Taken::Held(held) => Some(held),
        Taken::Busy => None,
        Taken::Missing => panic!("this browser has locks"),
    }
}

#[wasm_bindgen_test]
async fn a_lock_is_one_holders() {
    let name = fresh();
    let first = held(&name, Ask::Now).await;
    assert!(first.is_some());
    assert!(held(&name, Ask::Now).await.is_none());
    assert!(held(&fresh(), Ask::Now).await.is_some(), "another name is another lock");
    drop(first);
    timer::sleep(20).await;
    assert!(held(&name, Ask::Now).await.is_some());
}

#[wasm_bindgen_test]
async fn who_waits_gets_it_when_it_is_given_back() {
    let name = fresh();
    let first = held(&name, Ask::Now).await;
    let got = Rc::new(Cell::new(false));
    let (told, waiting) = (Rc::clone(&got), name.clone());
    wasm_bindgen_futures::spawn_local(async move { told.set(held(&waiting, Ask::InTurn).await.is_some()) });
    timer::sleep(30).await;
    assert!(!got.get());
    drop(first);
    timer::sleep(30).await;
    assert!(got.get());
}

#[wasm_bindgen_test]
async fn a_stolen_lock_is_told() {
    let name = fresh();
    let lost = Rc::new(Cell::new(false));
    let told = Rc::clone(&lost);
    let Taken::Held(first) = locks::take(&name, Ask::Now, move || told.set(true)).await else { panic!("taken") };
    let second = held(&name, Ask::Steal).await;
    timer::sleep(20).await;
    assert!(second.is_some() && lost.get() && first.lost());
    drop(first);
    timer::sleep(20).await;
    assert!(held(&name, Ask::Now).await.is_none(), "the thief still has it");
}

#[wasm_bindgen_test]
async fn t20_a_browser_without_locks_is_told_apart() {
    eval("Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true })").unwrap();
    let taken = locks::take(&fresh(), Ask::Now, || {}).await;
    eval("delete navigator.locks").unwrap();
    assert!(matches!(taken, Taken::Missing));
}

#[wasm_bindgen_test]
async fn t21_hints_are_gathered_and_forgeries_ignored() {
    let name = fresh();
    let heard: Rc<RefCell<Vec<Hint>>> = Rc::default();
    let told = Rc::clone(&heard);
    let _listening = Tabs::join(&name, move |hint| told.borrow_mut().push(hint));
    let telling = Tabs::join(&name, |_| {});
    let mut ids = IdSource::new(1);
    let (one, two) = (ids.next(Wall(1)), ids.next(Wall(2)));
    telling.tell(&Hint::Rows(vec![two]));
    telling.tell(&Hint::Rows(vec![one, two]));
    eval(&format!(
        "(() => {{ const forged = new BroadcastChannel('{name}'); for (const what of
            ['', '{{', '{{\"Rows\":[\"../../x\"]}}', '{{\"Key\":\"x\"}}', 7, null, {{}}, new Uint8Array(9)]) forged.postMessage(what); forged.close(); }})()"
    ))
    .unwrap();
    telling.tell(&Hint::Settings);
    timer::sleep(150).await;
    assert_eq!(*heard.borrow(), [Hint::Settings, Hint::Rows(vec![one, two])]);
}

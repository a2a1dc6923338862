//! The watch itself: a page that does everything wrong must not get past it. Without these, silence would prove nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use e2e::browser::Browser;
use e2e::evidence::needles;
use e2e::host::Files;
use e2e::{Order, SHORT, Story, Studio, USUAL, Way, eventually};
use serde_json::json;

/// Tells a story in which the page does something, and returns the complaints.
fn complaints_about(script: &'static str) -> String {
    complaints_after(async |studio| {
        studio.go_there().await;
        let arguments = vec![json!(studio.key), json!(studio.stage.api.server.url())];
        let done: bool = studio.ask(script, arguments).await;
        assert!(done);
        // What the script set off has happened when the page's own server answers a request made after it.
        let after = "const done = arguments[0]; setTimeout(() => fetch('./health.txt').then(() => done(true), () => done(false)), 300)";
        studio.browser.web.execute_async(after, vec![]).await.expect("an answer");
    })
}

fn complaints_after(story: impl AsyncFnOnce(&Studio)) -> String {
    let told = catch_unwind(AssertUnwindSafe(|| Story::new(Way::Bundled).tell(story)));
    match told {
        Ok(_) => String::new(),
        Err(panic) => panic.downcast_ref::<String>().cloned().unwrap_or_default(),
    }
}

#[test]
fn a_key_in_web_storage_is_seen() {
    let complaints = complaints_about("localStorage.setItem('k', btoa(' ' + arguments[0])); return true");
    assert!(complaints.contains("the key stands in localStorage"), "{complaints}");
}

/// Not only the key that is right: whatever was typed as one, and passphrases.
#[test]
fn a_wrong_key_and_a_passphrase_are_seen() {
    let complaints = complaints_after(async |studio| {
        studio.open().await;
        let settings = studio.settings().await;
        settings.remember("This device, with a passphrase").await;
        settings.write_key("a-wrong-key-0123456789").await.passphrase("correct horse").await;
        settings.close().await;
        let leave = "localStorage.setItem('k', 'a-wrong-key-0123456789');
            sessionStorage.setItem('p', btoa('correct horse')); return true";
        let _: bool = studio.ask(leave, vec![]).await;
    });
    assert!(complaints.contains("the key stands in localStorage"), "{complaints}");
    assert!(complaints.contains("the passphrase stands in sessionStorage"), "{complaints}");
}

#[test]
fn a_key_in_the_document_or_on_the_console_is_seen() {
    let complaints =
        complaints_about("document.body.dataset.k = arguments[0]; console.log('x ' + arguments[0]); return true");
    assert!(complaints.contains("the key stands in the document"), "{complaints}");
    assert!(complaints.contains("the key was said on the console"), "{complaints}");
}

#[test]
fn a_key_in_an_address_and_a_key_for_somebody_else_are_seen() {
    let complaints = complaints_about(
        "fetch('./?key=' + arguments[0]); fetch(arguments[1] + '/x', {headers: {'tt-api-key': arguments[0]}}).catch(() => {}); return true",
    );
    assert!(complaints.contains("the key was sent outside of its header"), "{complaints}");
    assert!(complaints.contains("contacted another host"), "{complaints}");
}

#[test]
fn a_third_party_is_seen() {
    let complaints = complaints_about("fetch('https://third.example/x').catch(() => {}); return true");
    assert!(complaints.contains("contacted another host: GET https://third.example/x"), "{complaints}");
}

#[test]
fn a_violation_of_the_policy_and_a_rejection_are_seen() {
    let complaints = complaints_about(
        "try { document.createElement('script').textContent = 'var x = 1' } catch (e) {}
         const img = document.createElement('img'); img.src = 'https://third.example/x.png'; document.body.append(img);
         setTimeout(() => Promise.reject(new Error('nobody cares')));
         return true",
    );
    assert!(complaints.contains("Content Security Policy"), "{complaints}");
    assert!(complaints.contains("TrustedScript"), "{complaints}");
    assert!(complaints.contains("nobody cares"), "{complaints}");
    assert!(!complaints.contains("contacted another host"), "the policy did not hold the picture back: {complaints}");
}

/// Throws the newest picture's bytes away as soon as somebody has asked what there is.
const LOSE_NEWEST: &str = "const stores = IDBObjectStore.prototype;
    const { openCursor, getAllKeys } = stores;
    const lose = ({ target }) => {
        Object.assign(stores, { openCursor, getAllKeys });
        const bytes = target.transaction.db.transaction('bytes', 'readwrite').objectStore('bytes');
        bytes.openCursor(null, 'prev').onsuccess = ({ target }) => target.result.delete();
    };
    const watched = (ask) => function (...rest) {
        const request = ask.apply(this, rest);
        if (this.name === 'bytes') request.addEventListener('success', lose);
        return request;
    };
    Object.assign(stores, { openCursor: watched(openCursor), getAllKeys: watched(getAllKeys) });
    return true";

/// Reading what is kept is no race with a page that throws pictures away meanwhile.
#[test]
fn pictures_are_read_while_they_go() {
    Story::new(Way::Bundled).tell(async |studio| {
        studio.open().await;
        studio.connect().await;
        studio.generate(&Order::of("three hares").count(3)).await;
        studio.wait_stored(3, USUAL).await;
        let before = studio.wait_kept_as_drawn().await;
        assert!(studio.ask::<bool>(LOSE_NEWEST, vec![]).await);
        let after: Vec<String> = studio.kept().await.into_iter().map(|picture| picture.id).collect();
        assert_eq!(after, [before[0].id.as_str(), before[1].id.as_str()]);
    });
}

/// Which encodings of a secret are looked for.
#[test]
fn encoded_secrets_are_recognised() {
    let secret = "CANARY-0123456789abcdef";
    let needles = needles(secret);
    for text in [
        "x CANARY-0123456789abcdef y",
        "fedcba9876543210-YRANAC",
        "43414e4152592d30313233343536373839616263646566",
        "Q0FOQVJZLTAxMjM0NTY3ODlhYmNkZWY=",
    ] {
        assert!(needles.iter().any(|needle| text.contains(needle)), "{text}");
    }
    assert!(!needles.iter().any(|needle| "CANARY-".contains(needle)));
}

/// The gate really holds programs back, and only those.
#[test]
fn the_gate_holds_programs_back() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("index.html"), "<!doctype html><title>x</title>").expect("a page");
        std::fs::write(folder.path().join("x.wasm"), "x").expect("a program");
        let files = Files::start(folder.path(), "/some/sub/path/", None).await;
        assert!(files.url().ends_with("/some/sub/path/"));
        files.gate().close();
        let browser = Browser::open().await;
        browser.web.goto(files.url()).await.expect("the page opens");
        let fetch = "fetch('x.wasm').then((answer) => { document.title = answer.headers.get('content-type') })";
        browser.web.execute(fetch, vec![]).await.expect("a script");
        // Long enough for it, had it been let through.
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!(browser.web.title().await.expect("a title"), "x");
        files.gate().open();
        eventually("the program", SHORT, async || {
            let title = browser.web.title().await.expect("a title");
            e2e::wait::check(title == "application/wasm", || title.clone())
        })
        .await;
        browser.close().await;
    });
}

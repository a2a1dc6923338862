//! The key's keeper, in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic)]

use flux_studio::platform::clock;
use flux_studio::platform::db::indexed::Indexed;
use flux_studio::platform::vault::{self, Kept, Vault};
use flux_studio_core::secret::Secret;
use js_sys::{Promise, eval};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const KEY: &str = "CANARY-5d41402abc4b2a76b9719d911017c592";
const HERE: &str = "https://api.ttapi.io/ ";
const THERE: &str = "https://api.ttapi.io/ https://proxy.example/";

async fn js(code: &str) -> wasm_bindgen::JsValue {
    let value = eval(code).unwrap();
    JsFuture::from(Promise::resolve(&value)).await.unwrap()
}

async fn kept() -> (String, Indexed) {
    let name = format!("test-{:016x}", clock::seed());
    let database = Indexed::open(&name).await.unwrap();
    let vault = Vault::default();
    vault.hold(Secret::parse(KEY).unwrap(), HERE);
    vault.keep(&database, None).await.unwrap();
    (name, database)
}

/// Everything in a database as one text: bytes as characters, in both byte orders' reading.
async fn dump(name: &str) -> String {
    let code = format!(
        r#"(async () => {{
            const database = await new Promise((done) => {{ const open = indexedDB.open('{name}'); open.onsuccess = () => done(open.result); }});
            const words = [];
            const walk = (value) => {{
                if (value instanceof ArrayBuffer) value = new Uint8Array(value);
                if (ArrayBuffer.isView(value)) {{
                    const text = String.fromCharCode(...new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
                    words.push('bytes:' + text, btoa(text));
                }} else if (value instanceof CryptoKey) words.push(`CryptoKey extractable=${{value.extractable}}`);
                else if (value && typeof value === 'object') for (const [key, inner] of Object.entries(value)) {{ words.push(key); walk(inner); }}
                else words.push(String(value));
            }};
            for (const store of database.objectStoreNames) {{
                const all = await new Promise((done) => {{ const get = database.transaction(store).objectStore(store).getAll(); get.onsuccess = () => done(get.result); }});
                walk(all);
            }}
            database.close();
            return words.join('\n');
        }})()"#
    );
    js(&code).await.as_string().unwrap()
}

#[wasm_bindgen_test]
async fn a_kept_key_comes_back_for_its_connection_alone() {
    let (_, database) = kept().await;
    let later = Vault::default();
    assert!(later.load(&database, THERE, None).await == Kept::Nothing);
    assert!(later.key(THERE).is_none() && later.key(HERE).is_none());
    assert_eq!(later.load(&database, HERE, None).await, Kept::Key);
    assert_eq!(later.key(HERE).unwrap().expose(), KEY);
    assert!(later.key(THERE).is_none(), "x13: another address gets nothing");
    later.forget();
    assert!(later.key(HERE).is_none());
    database.set_vault(None).await.unwrap();
    assert!(later.load(&database, HERE, None).await == Kept::Nothing);
}

#[wasm_bindgen_test]
async fn x01_the_database_holds_no_key_that_can_be_read() {
    let (name, _database) = kept().await;
    let dump = dump(&name).await;
    assert!(dump.contains("CryptoKey extractable=false") && dump.contains("bytes:"), "the dump sees the vault: {dump}");
    let encoded = js(&format!("btoa('{KEY}').slice(0, 40)")).await.as_string().unwrap();
    let reversed: String = KEY.chars().rev().collect();
    for hidden in [KEY, "CANARY", "5d41402abc4b", &encoded, &reversed] {
        assert!(!dump.contains(hidden), "{hidden}");
    }
}

#[wasm_bindgen_test]
async fn x10_a_changed_ciphertext_opens_nothing() {
    let (_, database) = kept().await;
    let row = database.vault().await.unwrap().unwrap();
    js_sys::Reflect::set(&js_sys::global(), &"row".into(), &row).unwrap();
    for change in [
        "new Uint8Array(row.data)[3] ^= 1",
        "row.nonce[0] ^= 1",
        "row.form = 'other'",
        "row.key = 'x'",
        "delete row.data",
    ] {
        js(&format!("globalThis.kept ??= structuredClone(row); globalThis.row = structuredClone(kept); {change}; 0"))
            .await;
        let changed = js("row").await;
        database.set_vault(Some(&changed)).await.unwrap();
        assert!(Vault::default().load(&database, HERE, None).await == Kept::Nothing, "{change}");
    }
    let whole = js("kept").await;
    database.set_vault(Some(&whole)).await.unwrap();
    assert_eq!(Vault::default().load(&database, HERE, None).await, Kept::Key, "the unchanged one still opens");
}

/// A page over plain http has no WebCrypto: it says so, and keeps nothing.
#[wasm_bindgen_test]
async fn without_webcrypto_nothing_is_kept() {
    assert!(vault::can_keep());
    js("Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true }); 0").await;
    let possible = vault::can_keep();
    js("delete crypto.subtle; 0").await;
    assert!(!possible);
}

const PASSPHRASE: &str = "correct horse battery staple";

#[wasm_bindgen_test]
async fn x10_a_key_under_a_passphrase_opens_with_that_alone() {
    let name = format!("test-{:016x}", clock::seed());
    let database = Indexed::open(&name).await.unwrap();
    let vault = Vault::default();
    vault.hold(Secret::parse(KEY).unwrap(), HERE);
    vault.keep(&database, Some(PASSPHRASE)).await.unwrap();
    let dump = dump(&name).await;
    assert!(dump.contains("bytes:") && dump.contains("rounds"), "the dump sees the vault: {dump}");
    for hidden in [KEY, "CANARY", "CryptoKey", PASSPHRASE, "battery"] {
        assert!(!dump.contains(hidden), "{hidden}");
    }
    let later = Vault::default();
    for wrong in [None, Some(""), Some("correct horse"), Some("correct horse battery staple ")] {
        assert_eq!(later.load(&database, HERE, wrong).await, Kept::Locked, "{wrong:?}");
        assert!(later.key(HERE).is_none());
    }
    assert_eq!(later.load(&database, THERE, Some(PASSPHRASE)).await, Kept::Nothing, "bound to its address");
    assert_eq!(later.load(&database, HERE, Some(PASSPHRASE)).await, Kept::Key);
    assert_eq!(later.key(HERE).unwrap().expose(), KEY);
}

/// Whoever can write the row cannot make the passphrase cheaper to guess.
#[wasm_bindgen_test]
async fn x10_fewer_rounds_are_not_taken() {
    let name = format!("test-{:016x}", clock::seed());
    let database = Indexed::open(&name).await.unwrap();
    let vault = Vault::default();
    vault.hold(Secret::parse(KEY).unwrap(), HERE);
    vault.keep(&database, Some(PASSPHRASE)).await.unwrap();
    let row = database.vault().await.unwrap().unwrap();
    for (rounds, kept) in
        [(599_999, Kept::Nothing), (1, Kept::Nothing), (60_000_000, Kept::Nothing), (600_000, Kept::Key)]
    {
        js_sys::Reflect::set(&row, &"rounds".into(), &rounds.into()).unwrap();
        database.set_vault(Some(&row)).await.unwrap();
        assert_eq!(Vault::default().load(&database, HERE, Some(PASSPHRASE)).await, kept, "{rounds}");
    }
}

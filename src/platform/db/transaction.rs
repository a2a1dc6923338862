//! One transaction: opened with the durability that it needs, awaited to its end.
//!
//! `idb` has no durability option and tells nothing of a transaction that aborts without a failed request, which is how
//! a full disk often shows; so the opening and the end are here, by the browser's own interface.

use idb::{ObjectStore, Transaction};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, Event, IdbDatabase, IdbTransaction};

use super::Failure;

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the three-argument `transaction` that bindings lack.
    #[wasm_bindgen(extends = IdbDatabase)]
    type DurableDatabase;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn begin(this: &DurableDatabase, stores: &Array, mode: &str, options: &JsValue) -> Result<IdbTransaction, JsValue>;

    type Options;

    #[wasm_bindgen(method, setter)]
    fn set_durability(this: &Options, durability: &str);
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Reading.
    Read,
    /// Writing what may be lost with the machine's power: thumbnails, drafts.
    Relaxed,
    /// Writing money and what was paid for: on disk when it ends well.
    Strict,
}

/// A transaction under way.
pub struct Work {
    inner: IdbTransaction,
    end: Promise,
}

impl Work {
    /// Opens a transaction over these stores.
    ///
    /// # Errors
    /// When the connection is closed or broken.
    pub fn begin(database: &IdbDatabase, stores: &[&str], mode: Mode) -> Result<Work, Failure> {
        let names: Array = stores.iter().map(|name| JsValue::from(*name)).collect();
        let (word, durability) = match mode {
            Mode::Read => ("readonly", "default"),
            Mode::Relaxed => ("readwrite", "relaxed"),
            Mode::Strict => ("readwrite", "strict"),
        };
        let options: Options = js_sys::Object::new().unchecked_into();
        options.set_durability(durability);
        let inner = database
            .unchecked_ref::<DurableDatabase>()
            .begin(&names, word, &options)
            .map_err(|error| failure(&error))?;
        // The promise's own function is the handler, so that nothing has to be kept alive for it. It is never rejected: a
        // rejection that nobody awaits would be reported as an error of the page.
        let end = Promise::new(&mut |resolve: Function, _| {
            inner.set_oncomplete(Some(&resolve));
            inner.set_onabort(Some(&resolve));
        });
        Ok(Work { inner, end })
    }

    /// One of its stores.
    ///
    /// # Errors
    /// When the database lacks it.
    pub fn store(&self, name: &str) -> Result<ObjectStore, Failure> {
        Transaction::from(self.inner.clone()).object_store(name).map_err(|error| from_idb(&error))
    }

    /// Waits until it is committed: only then is anything written.
    ///
    /// # Errors
    /// Why it was aborted.
    pub async fn done(self) -> Result<(), Failure> {
        let event = JsFuture::from(self.end).await.ok().and_then(|event| event.dyn_into::<Event>().ok());
        if event.is_some_and(|event| event.type_() == "complete") {
            return Ok(());
        }
        Err(self
            .inner
            .error()
            .map_or_else(|| named("AbortError", "the transaction was aborted"), |error| from_dom(&error)))
    }

    /// Gives it up; nothing of it is written.
    pub fn abort(self) {
        let _ = self.inner.abort();
    }
}

/// A failure under a name of our own.
pub fn named(name: &str, message: &str) -> Failure {
    Failure { name: name.to_owned(), message: message.to_owned() }
}

/// What JavaScript threw.
pub fn failure(error: &JsValue) -> Failure {
    match error.dyn_ref::<DomException>() {
        Some(error) => from_dom(error),
        None => named("Error", &error.as_string().unwrap_or_else(|| "the browser gave no reason".to_owned())),
    }
}

/// What `idb` reports, down to the DOM exception where there is one.
pub fn from_idb(error: &idb::Error) -> Failure {
    use idb::Error as E;
    match error {
        E::DomException(error) => from_dom(error),
        E::AddFailed(value)
        | E::DeleteFailed(value)
        | E::GetFailed(value)
        | E::GetAllFailed(value)
        | E::IndexedDbNotFound(value)
        | E::IndexedDbOpenFailed(value)
        | E::ObjectStoreNotFound(value)
        | E::UpdateFailed(value)
        | E::GetAllKeysFailed(value) => failure(value),
        other => named("Error", &other.to_string()),
    }
}

fn from_dom(error: &DomException) -> Failure {
    named(&error.name(), &error.message())
}

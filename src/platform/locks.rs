//! Web Locks: what only one tab may do at a time. The browser frees a lock when its tab dies, so a lock that can be
//! taken proves that nobody works under it. The bindings for it are unstable, so its few words are here.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

#[wasm_bindgen]
extern "C" {
    type LockNavigator;
    #[wasm_bindgen(method, getter)]
    fn locks(this: &LockNavigator) -> JsValue;

    type LockManager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &LockOptions, callback: &JsValue) -> Result<Promise, JsValue>;

    type LockOptions;
    #[wasm_bindgen(method, setter, js_name = ifAvailable)]
    fn set_if_available(this: &LockOptions, on: bool);
    #[wasm_bindgen(method, setter)]
    fn set_steal(this: &LockOptions, on: bool);
}

/// How a lock is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Now or not at all.
    Now,
    /// In turn, however long it takes.
    InTurn,
    /// Taken from whoever holds it. Only for work that costs nothing when two do it.
    Steal,
}

/// The answer.
pub enum Taken {
    /// It is ours until the value is dropped.
    Held(Held),
    /// Another tab has it.
    Busy,
    /// This browser has no locks: compare-and-set on the rows alone keeps tabs apart.
    Missing,
}

/// A lock that is held; dropping it gives it back.
pub struct Held {
    release: Function,
    lost: Rc<Cell<bool>>,
}

impl Held {
    /// Whether another tab stole it.
    #[must_use]
    pub fn lost(&self) -> bool {
        self.lost.get()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Asks for the lock of this name. `lost` is called when another tab steals it.
pub async fn take(name: &str, ask: Ask, lost: impl FnOnce() + 'static) -> Taken {
    let Some(manager) = manager() else { return Taken::Missing };
    let options: LockOptions = js_sys::Object::new().unchecked_into();
    match ask {
        Ask::Now => options.set_if_available(true),
        Ask::Steal => options.set_steal(true),
        Ask::InTurn => {}
    }
    // The lock is held until this promise is resolved.
    let mut release = None;
    let hold = Promise::new(&mut |resolve, _| release = Some(resolve));
    let Some(release) = release else { return Taken::Missing };
    let mut answer = None;
    let answered = Promise::new(&mut |resolve, _| answer = Some(resolve));
    let Some(answer) = answer else { return Taken::Missing };
    let refuse = answer.clone();
    let callback = Closure::once_into_js(move |lock: JsValue| {
        let held = !lock.is_null() && !lock.is_undefined();
        let _ = answer.call1(&JsValue::UNDEFINED, &held.into());
        if held { JsValue::from(hold) } else { JsValue::UNDEFINED }
    });
    let Ok(whole) = manager.request(name, &options, &callback) else { return Taken::Missing };
    let stolen = Rc::new(Cell::new(false));
    let told = Rc::clone(&stolen);
    spawn_local(async move {
        // Rejected when the lock is stolen, or when the browser refuses locks here at all.
        if JsFuture::from(whole).await.is_err() {
            told.set(true);
            let _ = refuse.call1(&JsValue::UNDEFINED, &JsValue::NULL);
            lost();
        }
    });
    match JsFuture::from(answered).await.map(|held| held.as_bool()) {
        Ok(Some(true)) => Taken::Held(Held { release, lost: stolen }),
        Ok(Some(false)) => Taken::Busy,
        _ => Taken::Missing,
    }
}

fn manager() -> Option<LockManager> {
    let navigator: LockNavigator = web_sys::window()?.navigator().unchecked_into();
    let locks = navigator.locks();
    (!locks.is_undefined() && !locks.is_null()).then(|| locks.unchecked_into())
}

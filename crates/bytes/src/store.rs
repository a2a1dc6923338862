//! The library's pictures, read and written by the worker itself while files go out and come in. On the way through the
//! page each would lie in several messages and buffers that browsers collect late: with 500 pictures of 1.3 MB that was
//! 250 MB.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventTarget, IdbDatabase, IdbOpenDbRequest, IdbTransaction, WorkerGlobalScope};

/// The store of pictures, as the page's schema has it: key the attempt's id, value `{mime, sha256, data: ArrayBuffer}`.
const BYTES: &str = "bytes";

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` with the three-argument `transaction` that bindings lack.
    #[wasm_bindgen(extends = IdbDatabase)]
    type DurableDatabase;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn begin(this: &DurableDatabase, stores: &Array, mode: &str, options: &JsValue) -> Result<IdbTransaction, JsValue>;

    /// `ArrayBuffer` with moving, which the bindings lack (and browsers before 2024).
    #[wasm_bindgen(extends = ArrayBuffer, js_name = ArrayBuffer)]
    type Buffer;

    #[wasm_bindgen(method, catch, js_class = "ArrayBuffer")]
    fn transfer(this: &Buffer, length: u32) -> Result<ArrayBuffer, JsValue>;
}

/// A picture could not be kept.
#[derive(Debug)]
pub struct Failed {
    /// There is no room.
    pub full: bool,
    /// The browser's words.
    pub why: String,
}

impl From<JsValue> for Failed {
    fn from(error: JsValue) -> Failed {
        let text = |name: &str| Reflect::get(&error, &name.into()).ok().and_then(|value| value.as_string());
        let name = text("name").unwrap_or_else(|| "Error".to_owned());
        Failed { full: name == "QuotaExceededError", why: format!("{name}: {}", text("message").unwrap_or_default()) }
    }
}

thread_local! {
    /// The connection, by the database's name.
    static OPEN: RefCell<Option<(String, IdbDatabase)>> = const { RefCell::new(None) };
}

/// Waits for one of a target's events. What failed is asked of the target afterwards.
async fn heard(target: &EventTarget, good: &str, bad: &[&str]) -> bool {
    let told = Promise::new(&mut |resolve, reject| {
        // Only fails for names that are no strings.
        let _ = target.add_event_listener_with_callback(good, &resolve);
        for name in bad {
            let _ = target.add_event_listener_with_callback(name, &reject);
        }
    });
    JsFuture::from(told).await.is_ok()
}

async fn open(name: &str) -> Result<IdbDatabase, JsValue> {
    let known = OPEN.with_borrow(|open| open.as_ref().filter(|(known, _)| known == name).map(|(_, db)| db.clone()));
    if let Some(database) = known {
        return Ok(database);
    }
    close();
    let scope: WorkerGlobalScope = js_sys::global().dyn_into()?;
    let factory = scope.indexed_db()?.ok_or("this browser gives workers no database")?;
    let request: IdbOpenDbRequest = factory.open(name)?;
    if !heard(&request, "success", &["error", "blocked"]).await {
        return Err(request.error()?.map_or("the database is blocked".into(), JsValue::from));
    }
    let database: IdbDatabase = request.result()?.dyn_into()?;
    // A newer version of the page waits for everybody to let go.
    let asked = Closure::once_into_js(close);
    database.add_event_listener_with_callback("versionchange", asked.unchecked_ref())?;
    OPEN.set(Some((name.to_owned(), database.clone())));
    Ok(database)
}

/// Lets go of the database.
pub fn close() {
    if let Some((_, database)) = OPEN.take() {
        database.close();
    }
}

async fn begin(name: &str, mode: &str, durability: &str) -> Result<IdbTransaction, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &"durability".into(), &durability.into())?;
    let stores = Array::of1(&BYTES.into());
    let work = open(name).await?.unchecked_into::<DurableDatabase>().begin(&stores, mode, &options);
    if let Ok(work) = work {
        return Ok(work);
    }
    // Browsers lose connections: once more with a new one.
    close();
    open(name).await?.unchecked_into::<DurableDatabase>().begin(&stores, mode, &options)
}

/// A picture's bytes; `None` where there are none.
pub async fn get(name: &str, id: &str) -> Result<Option<Vec<u8>>, JsValue> {
    let request = begin(name, "readonly", "default").await?.object_store(BYTES)?.get(&id.into())?;
    if !heard(&request, "success", &["error"]).await {
        return Err(request.error()?.map_or("it could not be read".into(), JsValue::from));
    }
    let value = request.result()?;
    if !value.is_object() {
        return Ok(None);
    }
    let data = Reflect::get(&value, &"data".into())?.dyn_into::<ArrayBuffer>()?;
    let bytes = Uint8Array::new(&data).to_vec();
    // A browser that cannot do it collects it later.
    let _ = data.unchecked_ref::<Buffer>().transfer(0);
    Ok(Some(bytes))
}

/// Keeps a picture's bytes; they are on disk when it ends well.
pub async fn put(name: &str, id: &str, mime: &str, sha256: &str, data: &[u8]) -> Result<(), Failed> {
    let value = Object::new();
    let data = Uint8Array::from(data).buffer();
    for (field, content) in [("mime", mime.into()), ("sha256", sha256.into()), ("data", JsValue::from(data))] {
        Reflect::set(&value, &field.into(), &content)?;
    }
    let work = begin(name, "readwrite", "strict").await?;
    work.object_store(BYTES)?.put_with_key(&value, &id.into())?;
    if heard(&work, "complete", &["abort"]).await {
        return Ok(());
    }
    Err(work.error().map_or_else(
        || Failed { full: false, why: "the write was given up".to_owned() },
        |error| JsValue::from(error).into(),
    ))
}

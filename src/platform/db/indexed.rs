//! The library in IndexedDB.
//!
//! In every transaction all requests are issued before the first await, with one exception: compare-and-set reads before
//! it writes, and awaits nothing but that read in between. Anything else that is awaited (hashing, encoding) would let
//! the browser commit half of the work, so values are made ready before the transaction begins.
//!
//! A connection can be lost at any moment (Safari's database process ends, Firefox wedges near its quota): it is opened
//! anew and the work is done once more. Doing it twice is harmless: a row carries the name of the page that wrote it, so
//! a write that had landed is recognised.

use std::cell::RefCell;
use std::rc::Rc;

use flux_studio_core::attempt::Record;
use flux_studio_core::effect::RawAnswer;
use flux_studio_core::event::WriteProblem;
use flux_studio_core::id::AttemptId;
use idb::{CursorDirection, Database, Factory, KeyRange, Query};
use js_sys::{Array, ArrayBuffer, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbDatabase;

use super::schema::{self, ATTEMPTS, BYTES, KV, OPEN, RAW, THUMBS, VAULT};
use super::transaction::{Mode, Work, from_idb, named};
use super::{Failure, Rows, Store, Stored, Thumb, may_replace};
use crate::platform::{clock, timer};

/// Rows that are read at a time: a page of them is read and filed in a fraction of a frame, so that the library can be
/// scrolled meanwhile.
const PAGE: u32 = 150;
/// How often an opening is tried; browsers fail at it for a moment after a crash.
const OPEN_TRIES: u32 = 4;
/// Milliseconds before the second try; each further one waits twice as long.
const OPEN_WAIT_MS: u32 = 100;

/// A library in IndexedDB.
pub struct Indexed {
    name: String,
    /// Names this page in the rows that it writes.
    writer: String,
    open: Rc<RefCell<Option<Connection>>>,
}

struct Connection {
    raw: IdbDatabase,
    /// Holds the handlers of `close` and `versionchange`.
    _handlers: Database,
}

impl Indexed {
    /// Opens (or makes) the database of this name.
    ///
    /// # Errors
    /// When the browser has no IndexedDB, or does not open it.
    pub async fn open(name: &str) -> Result<Indexed, Failure> {
        let this = Indexed { name: name.to_owned(), writer: format!("{:016x}", clock::seed()), open: Rc::default() };
        let mut wait = OPEN_WAIT_MS;
        for left in (0..OPEN_TRIES).rev() {
            match this.connection().await {
                Ok(_) => break,
                // A newer program made this database: waiting does not help.
                Err(failure) if left == 0 || failure.name == "VersionError" => return Err(failure),
                Err(_) => timer::sleep(wait).await,
            }
            wait *= 2;
        }
        Ok(this)
    }

    /// Closes the connection (before the page goes into the browser's history); the next use opens it again.
    pub fn close(&self) {
        if let Some(connection) = self.open.borrow_mut().take() {
            connection.raw.close();
        }
    }

    /// The vault's row; undefined where there is none.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn vault(&self) -> Result<Option<JsValue>, Failure> {
        self.get(VAULT, "key".into()).await
    }

    /// Keeps the vault's row, or takes it away.
    ///
    /// # Errors
    /// When it is not kept.
    pub async fn set_vault(&self, row: Option<&JsValue>) -> Result<(), Failure> {
        let key = JsValue::from("key");
        self.work(async |database| {
            let work = Work::begin(database, &[VAULT], Mode::Strict)?;
            let store = work.store(VAULT)?;
            match row {
                Some(row) => drop(store.put(row, Some(&key)).map_err(|e| from_idb(&e))?),
                None => drop(store.delete(key.clone()).map_err(|e| from_idb(&e))?),
            }
            work.done().await
        })
        .await
    }

    async fn connection(&self) -> Result<IdbDatabase, Failure> {
        if let Some(open) = &*self.open.borrow() {
            return Ok(open.raw.clone());
        }
        let factory = Factory::new().map_err(|error| from_idb(&error))?;
        let mut request = factory.open(&self.name, Some(schema::VERSION)).map_err(|error| from_idb(&error))?;
        request.on_upgrade_needed(|event| {
            use idb::DatabaseEvent;
            let from = event.old_version().unwrap_or(0);
            // A refused step throws in the browser, which undoes the upgrade and fails the opening.
            if let Ok(database) = event.database() {
                let _ = schema::migrate(&database, from);
            }
        });
        let raw = IdbDatabase::from(request.await.map_err(|error| from_idb(&error))?);
        let mut handlers = Database::from(raw.clone());
        let lost = Rc::clone(&self.open);
        handlers.on_close(move |_| drop(lost.borrow_mut().take()));
        let (replaced, own) = (Rc::clone(&self.open), raw.clone());
        handlers.on_version_change(move |_| {
            // Another tab brings the database to a newer version: it waits for us.
            own.close();
            drop(replaced.borrow_mut().take());
        });
        // Two that opened at the same time: the first one in wins, the other's connection closes when it is dropped.
        *self.open.borrow_mut() = Some(Connection { raw: raw.clone(), _handlers: handlers });
        Ok(raw)
    }

    /// Does the work, and once more on a new connection where the old one was lost.
    async fn work<T>(&self, work: impl AsyncFn(&IdbDatabase) -> Result<T, Failure>) -> Result<T, Failure> {
        let database = self.connection().await?;
        match work(&database).await {
            Err(failure) if lost(&failure) => {
                self.close();
                let database = self.connection().await?;
                work(&database).await
            }
            result => result,
        }
    }

    async fn get(&self, store: &str, key: JsValue) -> Result<Option<JsValue>, Failure> {
        self.work(async |database| {
            let work = Work::begin(database, &[store], Mode::Read)?;
            request(work.store(store)?.get(Query::from(key.clone()))).await
        })
        .await
    }

    async fn put(&self, store: &str, key: JsValue, value: JsValue, mode: Mode) -> Result<(), Failure> {
        self.work(async |database| {
            let work = Work::begin(database, &[store], mode)?;
            drop(work.store(store)?.put(&value, Some(&key)).map_err(|error| from_idb(&error))?);
            work.done().await
        })
        .await
    }
}

impl Rows {
    fn take(&mut self, value: &JsValue) {
        match record(value) {
            Some(record) => self.records.push(record),
            None => self.damaged += 1,
        }
    }
}

impl Drop for Indexed {
    fn drop(&mut self) {
        self.close();
    }
}

impl Store for Indexed {
    async fn commit(&self, row: &Record, raw: Option<&RawAnswer>) -> Result<(), WriteProblem> {
        let json = row.to_json();
        let mut fields = vec![
            ("id", row.id.as_str().into()),
            ("rev", (row.rev as f64).into()),
            ("status", row.status().as_str().into()),
            ("writer", self.writer.as_str().into()),
            ("json", json.as_str().into()),
        ];
        if row.state.is_open() {
            fields.push(("open", 1.into()));
        }
        let value = object(&fields);
        let raw = raw.map(|raw| {
            let value =
                object(&[("to", raw.to.into()), ("status", raw.status.into()), ("data", buffer(&raw.body).into())]);
            (pair(&row.id, row.rev as f64), value)
        });
        let found = self
            .work(async |database| {
                let stores: &[&str] = if raw.is_some() { &[ATTEMPTS, RAW] } else { &[ATTEMPTS] };
                let work = Work::begin(database, stores, Mode::Strict)?;
                let rows = work.store(ATTEMPTS)?;
                let stored = request(rows.get(Query::from(JsValue::from(row.id.as_str())))).await?;
                let rev = stored.as_ref().map(|stored| number(stored, "rev").unwrap_or(u64::MAX));
                if !may_replace(row, rev) {
                    work.abort();
                    return Ok(Some(stored));
                }
                drop(rows.put(&value, None).map_err(|error| from_idb(&error))?);
                if let Some((key, raw)) = &raw {
                    drop(work.store(RAW)?.put(raw, Some(key)).map_err(|error| from_idb(&error))?);
                }
                work.done().await?;
                Ok(None)
            })
            .await?;
        let Some(stored) = found else { return Ok(()) };
        let Some(stored) = stored else { return Err(WriteProblem::Conflict(None)) };
        // The very row, written by this page: an earlier try had landed though its answer was lost.
        if text(&stored, "writer").as_deref() == Some(&*self.writer) && text(&stored, "json").as_deref() == Some(&*json)
        {
            return Ok(());
        }
        match record(&stored) {
            Some(stored) => Err(WriteProblem::Conflict(Some(Box::new(stored)))),
            None => Err(WriteProblem::Broken("the stored entry cannot be read".to_owned())),
        }
    }

    async fn newest(&self, count: u32) -> Result<Rows, Failure> {
        self.work(async |database| {
            let work = Work::begin(database, &[ATTEMPTS], Mode::Read)?;
            let mut rows = Rows::default();
            // A cursor that hands over each row asks the browser's storage once for each. One that steps over keys to the
            // first row that is wanted asks twice.
            let store = work.store(ATTEMPTS)?;
            let Some(cursor) = request(store.open_key_cursor(None, Some(CursorDirection::Prev))).await? else {
                return Ok(rows);
            };
            let mut cursor = cursor.into_managed();
            if count > 1 {
                cursor.advance(count - 1).await.map_err(|error| from_idb(&error))?;
            }
            let first = cursor.key().map_err(|error| from_idb(&error))?;
            let range = first.map(|key| KeyRange::lower_bound(&key, Some(false))).transpose();
            let range = range.map_err(|error| from_idb(&error))?;
            let values: Vec<JsValue> = request(store.get_all(range.map(Query::from), None)).await?;
            for value in &values {
                rows.take(value);
            }
            Ok(rows)
        })
        .await
    }

    async fn page(&self, after: Option<&str>) -> Result<(Rows, Option<String>), Failure> {
        self.work(async |database| {
            // A transaction for each page: a long one would keep the rows of money waiting.
            let work = Work::begin(database, &[ATTEMPTS], Mode::Read)?;
            let range = after.map(|last| KeyRange::lower_bound(&last.into(), Some(true))).transpose();
            let range = range.map_err(|error| from_idb(&error))?;
            let page: Vec<JsValue> = request(work.store(ATTEMPTS)?.get_all(range.map(Query::from), Some(PAGE))).await?;
            let mut rows = Rows::default();
            for value in &page {
                rows.take(value);
            }
            let full = page.len() >= PAGE as usize;
            // Keys of other types, which this program never writes, come before all texts.
            let last = page.last().map(|value| text(value, "id").unwrap_or_default());
            Ok((rows, last.filter(|_| full)))
        })
        .await
    }

    async fn read(&self, ids: &[AttemptId]) -> Result<Vec<Record>, Failure> {
        self.work(async |database| {
            let work = Work::begin(database, &[ATTEMPTS], Mode::Read)?;
            let store = work.store(ATTEMPTS)?;
            let mut asked = Vec::new();
            for id in ids {
                asked.push(
                    store.get(Query::from(JsValue::from(id.as_str()))).map_err(|error| from_idb(&error))?.into_future(),
                );
            }
            let mut records = Vec::new();
            for answer in asked {
                let value = answer.await.map_err(|error| from_idb(&error))?;
                records.extend(value.as_ref().and_then(record));
            }
            Ok(records)
        })
        .await
    }

    async fn open_rows(&self) -> Result<Vec<Record>, Failure> {
        self.work(async |database| {
            let work = Work::begin(database, &[ATTEMPTS], Mode::Read)?;
            let index = work.store(ATTEMPTS)?.index(OPEN).map_err(|error| from_idb(&error))?;
            let values = request(index.get_all(None, None)).await?;
            Ok(values.iter().filter_map(record).collect())
        })
        .await
    }

    async fn raw(&self, id: &AttemptId) -> Result<Vec<(String, u16, Vec<u8>)>, Failure> {
        self.work(async |database| {
            let work = Work::begin(database, &[RAW], Mode::Read)?;
            // An array sorts after every number: these are all keys [id, n].
            let end = Array::of2(&id.as_str().into(), &Array::new());
            let range = KeyRange::bound(&Array::of1(&id.as_str().into()), &end, None, None)
                .map_err(|error| from_idb(&error))?;
            let values = request(work.store(RAW)?.get_all(Some(Query::from(range)), None)).await?;
            Ok(values
                .iter()
                .filter_map(|value| {
                    Some((text(value, "to")?, u16::try_from(number(value, "status")?).ok()?, data(value)?))
                })
                .collect())
        })
        .await
    }

    async fn put_bytes(&self, id: &AttemptId, bytes: &Stored) -> Result<(), Failure> {
        let fields = [
            ("mime", bytes.mime.as_str().into()),
            ("sha256", bytes.sha256.as_str().into()),
            ("data", buffer(&bytes.data).into()),
        ];
        self.put(BYTES, id.as_str().into(), object(&fields), Mode::Strict).await
    }

    async fn bytes(&self, id: &AttemptId) -> Result<Option<Stored>, Failure> {
        let Some(value) = self.get(BYTES, id.as_str().into()).await? else { return Ok(None) };
        match (text(&value, "mime"), text(&value, "sha256"), data(&value)) {
            (Some(mime), Some(sha256), Some(data)) => Ok(Some(Stored { mime, sha256, data })),
            _ => Err(named("DataError", "the stored picture has another form")),
        }
    }

    async fn erase(&self, id: &AttemptId) -> Result<(), Failure> {
        // An array sorts after every number: these are all keys [id, edge].
        let end = Array::of2(&id.as_str().into(), &Array::new());
        let range = KeyRange::bound(&Array::of1(&id.as_str().into()), &end, None, None).map_err(|e| from_idb(&e))?;
        self.work(async |database| {
            let work = Work::begin(database, &[BYTES, THUMBS], Mode::Strict)?;
            let key = JsValue::from(id.as_str());
            drop(work.store(BYTES)?.delete(Query::from(key)).map_err(|e| from_idb(&e))?);
            drop(work.store(THUMBS)?.delete(Query::from(range.clone())).map_err(|e| from_idb(&e))?);
            work.done().await
        })
        .await
    }

    async fn put_thumb(&self, id: &AttemptId, edge: u32, thumb: &Thumb) -> Result<(), Failure> {
        let value = object(&[("mime", thumb.mime.as_str().into()), ("data", buffer(&thumb.data).into())]);
        self.put(THUMBS, pair(id, f64::from(edge)), value, Mode::Relaxed).await
    }

    async fn thumb(&self, id: &AttemptId, edge: u32) -> Result<Option<Thumb>, Failure> {
        let value = self.get(THUMBS, pair(id, f64::from(edge))).await?;
        Ok(value.and_then(|value| Some(Thumb { mime: text(&value, "mime")?, data: data(&value)? })))
    }

    async fn put_text(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.put(KV, name.into(), value.into(), Mode::Relaxed).await
    }

    async fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        Ok(self.get(KV, name.into()).await?.and_then(|value| value.as_string()))
    }
}

/// Whether the connection, not the work, is at fault.
fn lost(failure: &Failure) -> bool {
    matches!(failure.name.as_str(), "UnknownError" | "InvalidStateError" | "AbortError" | "TransactionInactiveError")
}

/// Awaits a request.
async fn request<R, T>(asked: Result<R, idb::Error>) -> Result<T, Failure>
where
    R: IntoFuture<Output = Result<T, idb::Error>>,
{
    asked.map_err(|error| from_idb(&error))?.await.map_err(|error| from_idb(&error))
}

fn record(value: &JsValue) -> Option<Record> {
    let record = Record::from_json(&text(value, "json")?).ok()?;
    // A row whose frame and content disagree was not written by this program.
    (text(value, "id").as_deref() == Some(record.id.as_str()) && number(value, "rev") == Some(record.rev))
        .then_some(record)
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Fails only for frozen objects.
        let _ = Reflect::set(&object, &JsValue::from(*name), value);
    }
    object.into()
}

fn pair(id: &AttemptId, number: f64) -> JsValue {
    Array::of2(&id.as_str().into(), &number.into()).into()
}

/// An `ArrayBuffer`, because Safari fails to store blobs.
fn buffer(data: &[u8]) -> ArrayBuffer {
    Uint8Array::from(data).buffer()
}

fn text(value: &JsValue, name: &str) -> Option<String> {
    Reflect::get(value, &name.into()).ok()?.as_string()
}

fn number(value: &JsValue, name: &str) -> Option<u64> {
    let number = Reflect::get(value, &name.into()).ok()?.as_f64()?;
    (number.fract() == 0.0 && (0.0..9e15).contains(&number)).then_some(number as u64)
}

fn data(value: &JsValue) -> Option<Vec<u8>> {
    let data = Reflect::get(value, &"data".into()).ok()?.dyn_into::<ArrayBuffer>().ok()?;
    let bytes = Uint8Array::new(&data).to_vec();
    // What the database handed over is given back at once, where the browser can: pictures come quickly while one scrolls.
    if let Some(transfer) = Reflect::get(&data, &"transfer".into()).ok().and_then(|f| f.dyn_into::<Function>().ok()) {
        let _ = transfer.call1(&data, &0.into());
    }
    Some(bytes)
}

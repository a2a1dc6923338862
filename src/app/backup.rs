//! The library out into a file and in from one, image by image: the worker moves the bytes between the database and the
//! zip, the page the rows; neither ever holds more than one image. It goes on when the dialog that began it is closed.

use std::rc::Rc;

use flux_studio_bytes::{Contents, Done, Task, heap};
use flux_studio_core::attempt::{FileFacts, Record};
use flux_studio_core::event::{Event, WriteProblem};
use flux_studio_core::id::AttemptId;
use flux_studio_core::sorted::SortedSet;
use flux_studio_core::time::Wall;
use leptos::prelude::{Set, WithUntracked};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::runtime::{self, App, tell};
use super::session::{Place, Session};
use crate::platform::db::{Store, Stored};
use crate::platform::locks::{self, Ask, Taken};
use crate::platform::tabs::Hint;
use crate::platform::{blob, clock};

/// Name of the text in the database that says when the library was last exported.
const LAST: &str = "exported";
/// Imported rows that are told at once: each telling lays out the grid.
const TOLD_AT_ONCE: usize = 50;

/// What is going on.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Backup {
    /// Nothing.
    #[default]
    Idle,
    /// Images are being written.
    Exporting {
        /// How many are in it.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// Chosen pictures are being written into a zip.
    Packing {
        /// How many are in it.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// The file is the person's.
    Exported {
        /// Images in it.
        images: u32,
        /// Its length.
        bytes: u64,
        /// Images whose bytes could not be read.
        missing: usize,
    },
    /// A file is being looked into.
    Looking,
    /// The person is to say whether these come in.
    Ready(Contents),
    /// They come in.
    Importing {
        /// How many are in.
        done: usize,
        /// Of how many.
        of: usize,
    },
    /// They are in.
    Imported {
        /// New images.
        images: usize,
        /// What could not be taken over: which, and why.
        wrong: Vec<(String, String)>,
        /// Why it ended before the end.
        broke: Option<String>,
    },
    /// It cannot be done; the reason ends a sentence.
    Failed {
        /// An export, or an import.
        export: bool,
        /// Why.
        why: String,
    },
}

impl Backup {
    /// Whether something else has to wait.
    #[must_use]
    pub fn busy(&self) -> bool {
        matches!(self, Backup::Exporting { .. } | Backup::Packing { .. } | Backup::Looking | Backup::Importing { .. })
    }
}

/// Runs something on the library on screen, unless something runs already; says whether it does.
pub(super) fn begin(first: Backup, run: impl AsyncFnOnce(Rc<App>, Rc<Session>) + 'static) -> bool {
    let Some(app) = runtime::app() else { return false };
    let Some(session) = app.shown() else { return false };
    if app.ctx.backup.with_untracked(Backup::busy) {
        return false;
    }
    app.ctx.backup.set(first);
    spawn_local(async move { run(app, session).await });
    true
}

/// Writes the whole library into a file of the person's.
pub fn export() {
    begin(Backup::Exporting { done: 0, of: 0 }, async |app, session| {
        let ended = write(&app, &session).await;
        app.ctx.backup.set(ended.unwrap_or_else(|why| Backup::Failed { export: true, why }));
    });
}

async fn write(app: &App, session: &Session) -> Result<Backup, String> {
    let kept = session.studio.borrow().kept().ok_or("the library is still being read; try again in a moment")?;
    let mut missing = 0;
    app.worker.run(Task::ExportStart { pictures: false }, None).await?;
    for (done, id) in kept.iter().enumerate() {
        heap::handled();
        if done.is_multiple_of(10) {
            app.ctx.backup.set(Backup::Exporting { done, of: kept.len() });
        }
        let row = session.studio.borrow().record(id).map(Record::to_json).unwrap_or_default();
        let (from, data) = match session.database() {
            Some(name) => (Some(name.to_owned()), None),
            None => (None, session.store.bytes(id).await.ok().flatten().map(|stored| stored.data)),
        };
        let there = from.is_some() || data.is_some();
        let written = there && {
            let (done, _) = app.worker.run(Task::ExportImage { row, from }, data.as_deref()).await?;
            done == Done::Exporting
        };
        missing += usize::from(!written);
    }
    let (images, bytes) = hand_over(app, "library").await?;
    // Only a reminder: one that is not kept comes too early.
    let _ = session.store.put_text(LAST, &clock::wall().0.to_string()).await;
    Ok(Backup::Exported { images, bytes, missing })
}

/// Ends the file that the worker writes and gives it to the person: images in it, and its length.
pub(super) async fn hand_over(app: &App, what: &str) -> Result<(u32, u64), String> {
    let (done, parts) = app.worker.ask(Task::ExportEnd { now_ms: clock::wall().0 }, None, None).await?;
    let file = parts.iter().find_map(|part| part.dyn_into::<Blob>().ok());
    let (Done::Exported { images, bytes }, Some(file)) = (done, file) else { return Err("the worker failed".into()) };
    let day: String = String::from(js_sys::Date::new_0().to_iso_string()).chars().take(10).collect();
    blob::save_file(&file, &format!("flux-studio-{what}-{day}.zip"));
    Ok((images, bytes))
}

/// When the library on screen was last exported.
pub async fn last() -> Option<Wall> {
    last_of(&*runtime::app()?.shown()?).await
}

/// When a library was last exported.
pub async fn last_of(session: &Session) -> Option<Wall> {
    let text = session.store.text(LAST).await.ok()??;
    text.parse().ok().map(Wall)
}

/// Looks into a library file: nothing changes yet.
pub fn open(file: Blob) {
    begin(Backup::Looking, async move |app, session| {
        let contents = look(&app, &session, &file).await;
        app.ctx.backup.set(contents.map_or_else(|why| Backup::Failed { export: false, why }, Backup::Ready));
    });
}

async fn look(app: &App, session: &Session, file: &Blob) -> Result<Contents, String> {
    let have = {
        let studio = session.studio.borrow();
        let kept = studio.kept().ok_or("the library is still being read; try again in a moment")?;
        let mut have = Vec::with_capacity(kept.len() * 32);
        for facts in kept.iter().filter_map(|id| studio.record(id)?.file.as_ref()) {
            let pairs = facts.sha256.as_bytes().chunks(2);
            have.extend(pairs.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()));
        }
        have
    };
    let seed = (js_sys::Math::random() * 9e15) as u64;
    match app.worker.ask(Task::ImportOpen { seed }, Some(&have), Some(file)).await? {
        (Done::Contents(contents), _) => Ok(contents),
        _ => Err("the worker failed".to_owned()),
    }
}

/// Takes over what [`open`] found.
pub fn import() {
    let Some(app) = runtime::app() else { return };
    let Some((of, wrong)) = app.ctx.backup.with_untracked(|backup| match backup {
        Backup::Ready(contents) => Some((contents.images, contents.problems.clone())),
        _ => None,
    }) else {
        return;
    };
    begin(Backup::Importing { done: 0, of }, async move |app, session| {
        // Two tabs with the same file would take everything over twice.
        let lock = match session.place {
            Place::Real => "import",
            Place::Demo => "import-demo",
        };
        let _held = match locks::take(lock, Ask::Now, || {}).await {
            Taken::Busy => {
                let why = "another tab is importing; try again when it is done".to_owned();
                return app.ctx.backup.set(Backup::Failed { export: false, why });
            }
            Taken::Held(held) => Some(held),
            Taken::Missing => None,
        };
        let mut taken = Imported { images: 0, wrong, rows: Vec::new() };
        let ended = take(&app, &session, of, &mut taken).await;
        taken.tell(&session);
        app.ctx.backup.set(Backup::Imported { images: taken.images, wrong: taken.wrong, broke: ended.err() });
    });
}

struct Imported {
    images: usize,
    wrong: Vec<(String, String)>,
    /// Written and not told yet.
    rows: Vec<Record>,
}

impl Imported {
    fn tell(&mut self, session: &Rc<Session>) {
        let rows = std::mem::take(&mut self.rows);
        if !rows.is_empty() {
            session.tabs.tell(&Hint::Rows(rows.iter().map(|row| row.id).collect()));
            tell(session, Event::Rows(rows));
        }
    }
}

async fn take(app: &App, session: &Rc<Session>, of: usize, taken: &mut Imported) -> Result<(), String> {
    // The file may have been looked into before another tab took it over.
    let mut have: SortedSet<String> = SortedSet::default();
    {
        let studio = session.studio.borrow();
        let kept = studio.kept().unwrap_or_default();
        for facts in kept.iter().filter_map(|id| studio.record(id)?.file.as_ref()) {
            have.insert(facts.sha256.clone());
        }
    }
    loop {
        let (done, _) = app.worker.run(Task::ImportNext, None).await?;
        heap::handled();
        match done {
            Done::Imported { row } => {
                let row = Record::from_json(&row)?;
                if !row.file.as_ref().is_some_and(|file| have.insert(file.sha256.clone())) {
                    continue;
                }
                match keep(app, session, row).await {
                    Ok(Some(row)) => {
                        taken.images += 1;
                        taken.rows.push(row);
                    }
                    // Another tab has just taken it over.
                    Ok(None) => {}
                    Err(WriteProblem::Full) => {
                        return Err(
                            "this browser has no room left for the rest; import the file again when there is".into()
                        );
                    }
                    Err(WriteProblem::Conflict(_) | WriteProblem::Locked) => {
                        taken.wrong.push(("an image".to_owned(), "another tab was writing it".to_owned()));
                    }
                    Err(WriteProblem::Broken(why)) => return Err(format!("the browser could not write it ({why})")),
                }
                if taken.rows.len() >= TOLD_AT_ONCE {
                    taken.tell(session);
                }
                if taken.images.is_multiple_of(10) {
                    app.ctx.backup.set(Backup::Importing { done: taken.images, of });
                }
            }
            Done::Wrong(name, why) => taken.wrong.push((name, why)),
            Done::ImportEnd => return Ok(()),
            _ => return Err("the worker failed".to_owned()),
        }
    }
}

/// Bytes first: a row never says that there are bytes before there are. `None` where the store holds this very image
/// under this very name.
async fn keep(app: &App, session: &Session, row: Record) -> Result<Option<Record>, WriteProblem> {
    let Some(file) = row.file.clone() else { return Err(WriteProblem::Broken("no file".to_owned())) };
    // The store is asked, because this tab may not have heard of the row yet.
    let known = session.store.read(&[row.id]).await?.pop();
    if known.as_ref().is_some_and(|known| known.shown() && known.file.as_ref() == Some(&file)) {
        return Ok(None);
    }
    // Somebody else's row has the name: nothing that is there is overwritten.
    let own = known.is_none() && session.studio.borrow().record(&row.id).is_none();
    let names = [own.then_some(row.id), None];
    let mut last = WriteProblem::Locked;
    for name in names.into_iter().skip(usize::from(!own)) {
        let id = name.unwrap_or_else(|| session.studio.borrow_mut().name_at(row.created));
        let row = Record { id, batch: id, ..row.clone() };
        put(app, session, &id, &file).await?;
        match session.store.commit(&row, None).await {
            Ok(()) => return Ok(Some(row)),
            // An entry that cannot be read has the name.
            Err(problem @ (WriteProblem::Broken(_) | WriteProblem::Conflict(_))) => last = problem,
            Err(problem) => return Err(problem),
        }
    }
    Err(last)
}

/// Keeps the bytes of the image that the worker read last.
async fn put(app: &App, session: &Session, id: &AttemptId, file: &FileFacts) -> Result<(), WriteProblem> {
    let task = match session.database() {
        Some(name) => Task::ImportKeep { id: id.as_str().to_owned(), into: name.to_owned() },
        None => Task::ImportBytes,
    };
    let (done, buffers) = app.worker.run(task, None).await.map_err(WriteProblem::Broken)?;
    match (done, buffers.into_iter().next()) {
        (Done::Kept, None) => Ok(()),
        (Done::Kept, Some(data)) => {
            let stored = Stored { mime: file.mime.clone(), sha256: file.sha256.clone(), data };
            Ok(session.store.put_bytes(id, &stored).await?)
        }
        (Done::NotKept { full: true, .. }, _) => Err(WriteProblem::Full),
        (Done::NotKept { why, .. }, _) => Err(WriteProblem::Broken(why)),
        _ => Err(WriteProblem::Broken("the worker failed".to_owned())),
    }
}

/// Nothing more to say.
pub fn dismiss() {
    let Some(app) = runtime::app() else { return };
    if !app.ctx.backup.with_untracked(Backup::busy) {
        app.ctx.backup.set(Backup::Idle);
    }
}

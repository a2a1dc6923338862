//! Pictures on screen: object URLs that live as long as somebody shows them, and a few longer. Thumbnails are made once,
//! by the worker, when they are first wanted; where they cannot be made, the whole picture does. Bytes that could not be
//! kept are here too, so that they can be seen and saved.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use flux_studio_bytes::{Done, Task};
use flux_studio_core::event::Event;
use flux_studio_core::id::AttemptId;
use js_sys::{Function, Promise};
use leptos::prelude::{ArcRwSignal, Set};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::backup::Backup;
use super::runtime;
use super::session::Library;
use crate::platform::blob::ObjectUrl;
use crate::platform::db::{Failure, Store, Stored, Thumb};
use crate::platform::worker::Worker;
use crate::platform::{dom, hash, timer};
use flux_studio_core::sorted::SortedMap;

/// Pixels of the longer edges of thumbnails: rows of the grid are 75 to 360 CSS pixels high, on screens of one to three
/// pixels to each. Browsers keep what they decoded of several hundred, so each is only as large as the eye sees: a square
/// of the first is 0.15 MB then, of the last 1.8 MB. Multiples of seven: the API's 4:7 pictures have thumbnails of exactly
/// their shape, by which tiles tell the picture's own size.
pub const THUMB_EDGES: [u32; 3] = [196, 336, 672];
/// Milliseconds between two looks at whether an import has ended.
const IMPORT_LOOK_MS: u32 = 200;
/// How much a thumbnail may be drawn larger than it is: nobody sees it.
const STRETCH: f64 = 1.1;
/// Pictures that stay ready when nobody shows them any more: two screens of a grid, for scrolling back.
pub const IDLE_MAX: usize = 120;
/// Bytes that those may keep alive.
pub const IDLE_BYTES: usize = 48 << 20;
/// Thumbnails that are made at once: each holds a decoded picture, up to 400 MB for the largest that is taken.
const MAKING_MAX: usize = 2;

/// Which picture of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Small, with a longer edge of so many pixels: one of [`THUMB_EDGES`].
    Small(u32),
    /// Small, as the row height of the grid asks for.
    Thumb,
    /// The picture itself.
    Full,
}

/// A picture on screen: its object URL lives as long as one of the clones of this handle.
#[derive(Clone)]
pub struct Picture {
    /// The address for `img`; `None` until the bytes are there.
    pub url: ArcRwSignal<Option<String>>,
    _share: Option<Arc<Share>>,
}

impl PartialEq for Picture {
    fn eq(&self, other: &Picture) -> bool {
        self.url == other.url
    }
}

impl Picture {
    /// A picture that never comes.
    #[must_use]
    pub fn empty() -> Picture {
        Picture { url: ArcRwSignal::new(None), _share: None }
    }
}

/// One handle's share. It names the pictures that it belongs to, because screens want it to be `Send`.
struct Share {
    pictures: u32,
    id: AttemptId,
    kind: Kind,
}

impl Drop for Share {
    fn drop(&mut self) {
        // A library that is gone has taken its pictures along.
        let pictures = ALL.with_borrow(|all| all.get(&self.pictures).and_then(Weak::upgrade));
        if let Some(pictures) = pictures {
            pictures.let_go(&self.id, self.kind);
        }
    }
}

thread_local! {
    static ALL: RefCell<SortedMap<u32, Weak<Pictures>>> = RefCell::default();
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// The pictures of one library.
pub struct Pictures {
    number: u32,
    store: Rc<Library>,
    worker: Worker,
    shelf: RefCell<Shelf>,
    making: Cell<usize>,
    queue: RefCell<VecDeque<Function>>,
}

#[derive(Default)]
struct Shelf {
    entries: SortedMap<(AttemptId, Kind), Entry>,
    /// Entries that nobody shows, the longest unseen first.
    idle: VecDeque<(AttemptId, Kind)>,
    unkept: SortedMap<AttemptId, Rc<Stored>>,
}

#[derive(Default)]
struct Entry {
    signal: ArcRwSignal<Option<String>>,
    shares: usize,
    url: Option<ObjectUrl>,
    loading: bool,
}

impl Pictures {
    /// The pictures of this library.
    #[must_use]
    pub fn new(store: Rc<Library>, worker: Worker) -> Rc<Pictures> {
        let number = LAST.get() + 1;
        LAST.set(number);
        let pictures = Pictures {
            number,
            store,
            worker,
            shelf: RefCell::default(),
            making: Cell::new(0),
            queue: RefCell::default(),
        };
        let pictures = Rc::new(pictures);
        ALL.with_borrow_mut(|all| all.insert(number, Rc::downgrade(&pictures)));
        pictures
    }

    /// A handle to a picture; it is read as soon as it is there.
    pub fn picture(self: &Rc<Self>, id: &AttemptId, kind: Kind) -> Picture {
        let key = (*id, kind);
        let url = {
            let mut shelf = self.shelf.borrow_mut();
            shelf.idle.retain(|known| *known != key);
            let entry = shelf.entries.or_default(&key);
            entry.shares += 1;
            entry.signal.clone()
        };
        self.load(id, kind);
        Picture { url, _share: Some(Arc::new(Share { pictures: self.number, id: *id, kind })) }
    }

    /// The SHA-256 of these bytes, in hex.
    ///
    /// # Errors
    /// Why nobody could make it.
    pub async fn sha256(&self, data: &[u8]) -> Result<String, String> {
        hash::sha256(&self.worker, data).await
    }

    /// Bytes that could not be kept.
    #[must_use]
    pub fn unkept(&self, id: &AttemptId) -> Option<Rc<Stored>> {
        self.shelf.borrow().unkept.get(id).cloned()
    }

    /// Holds bytes that could not be kept.
    pub fn hold_unkept(self: &Rc<Self>, id: &AttemptId, stored: Rc<Stored>) {
        self.shelf.borrow_mut().unkept.insert(*id, stored);
        self.arrived(id);
    }

    /// The bytes are in the store now.
    pub fn kept(self: &Rc<Self>, id: &AttemptId) {
        self.shelf.borrow_mut().unkept.remove(id);
        self.arrived(id);
    }

    /// Whoever waits for this picture gets it.
    fn arrived(self: &Rc<Self>, id: &AttemptId) {
        let kinds: Vec<Kind> =
            self.shelf.borrow().entries.keys().filter(|(of, _)| of == id).map(|(_, kind)| *kind).collect();
        for kind in kinds {
            self.load(id, kind);
        }
    }

    fn let_go(&self, id: &AttemptId, kind: Kind) {
        let mut shelf = self.shelf.borrow_mut();
        let key = (*id, kind);
        let Some(entry) = shelf.entries.get_mut(&key) else { return };
        entry.shares = entry.shares.saturating_sub(1);
        if entry.shares == 0 {
            shelf.idle.push_back(key);
            shelf.trim();
        }
    }

    fn wanted(&self, id: &AttemptId, kind: Kind) -> bool {
        self.shelf.borrow().entries.get(&(*id, kind)).is_some_and(|entry| entry.shares > 0)
    }

    fn load(self: &Rc<Self>, id: &AttemptId, kind: Kind) {
        {
            let mut shelf = self.shelf.borrow_mut();
            let Some(entry) = shelf.entries.get_mut(&(*id, kind)) else { return };
            if entry.url.is_some() || std::mem::replace(&mut entry.loading, true) {
                return;
            }
        }
        let (this, id) = (Rc::clone(self), *id);
        spawn_local(async move {
            let url = match kind {
                Kind::Small(_) | Kind::Thumb => this.thumb(&id, kind).await,
                Kind::Full => this.full(&id).await.and_then(|stored| ObjectUrl::of(&stored.data, &stored.mime)),
            };
            this.loaded(&id, kind, url);
        });
    }

    fn loaded(&self, id: &AttemptId, kind: Kind, url: Option<ObjectUrl>) {
        let set = {
            let mut shelf = self.shelf.borrow_mut();
            let Some(entry) = shelf.entries.get_mut(&(*id, kind)) else { return };
            entry.loading = false;
            let address = url.as_ref().map(|url| url.as_str().to_owned());
            entry.url = url;
            let signal = entry.signal.clone();
            shelf.trim();
            address.map(|address| (signal, address))
        };
        if let Some((signal, address)) = set {
            signal.set(Some(address));
        }
    }

    async fn full(&self, id: &AttemptId) -> Option<Rc<Stored>> {
        match self.unkept(id) {
            Some(stored) => Some(stored),
            None => {
                let found = self.store.bytes(id).await;
                if matches!(&found, Ok(None)) || found.as_ref().is_err_and(Failure::unreadable) {
                    runtime::dispatch(Event::Lost(*id));
                }
                found.ok().flatten().map(Rc::new)
            }
        }
    }

    async fn thumb(&self, id: &AttemptId, kind: Kind) -> Option<ObjectUrl> {
        let edge = edge(kind);
        if let Ok(Some(thumb)) = self.store.thumb(id, edge).await {
            return ObjectUrl::of(&thumb.data, &thumb.mime);
        }
        // Behind the dialog nobody sees them, and each takes memory that the import could use.
        while importing() {
            timer::sleep(IMPORT_LOOK_MS).await;
        }
        let _turn = self.turn().await;
        if !self.wanted(id, kind) {
            // Scrolled past while it waited.
            return None;
        }
        let stored = self.full(id).await?;
        let made = self.make(id, &stored).await.unwrap_or_default();
        match made.into_iter().find(|(known, _)| *known == edge) {
            Some((_, thumb)) => ObjectUrl::of(&thumb.data, &thumb.mime),
            None => ObjectUrl::of(&stored.data, &stored.mime),
        }
    }

    /// Makes and keeps the thumbnails of a picture.
    async fn make(&self, id: &AttemptId, stored: &Stored) -> Result<Vec<(u32, Thumb)>, String> {
        let task = Task::Thumbs { mime: stored.mime.clone(), edges: THUMB_EDGES.to_vec() };
        let (done, buffers) = self.worker.run(task, Some(&stored.data)).await?;
        let Done::Thumbs { mime } = done else { return Err("another answer".to_owned()) };
        let mut made = Vec::new();
        for (edge, data) in THUMB_EDGES.into_iter().zip(buffers) {
            // Nothing came where the picture is not larger: it is its own thumbnail.
            let thumb = if data.is_empty() {
                Thumb { mime: stored.mime.clone(), data: stored.data.clone() }
            } else {
                Thumb { mime: mime.clone(), data }
            };
            // One that is not kept is made again next time.
            let _ = self.store.put_thumb(id, edge, &thumb).await;
            made.push((edge, thumb));
        }
        Ok(made)
    }

    async fn turn(&self) -> Turn<'_> {
        if self.making.get() >= MAKING_MAX {
            let mut mine = None;
            let come = Promise::new(&mut |resolve, _| mine = Some(resolve));
            self.queue.borrow_mut().extend(mine);
            let _ = JsFuture::from(come).await;
        }
        self.making.set(self.making.get() + 1);
        Turn(self)
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        // Not while the page goes down, when the registry is gone already.
        let _ = ALL.try_with(|all| all.borrow_mut().remove(&self.number));
    }
}

/// A turn at making thumbnails; its end calls the next.
struct Turn<'a>(&'a Pictures);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.making.set(self.0.making.get().saturating_sub(1));
        let next = self.0.queue.borrow_mut().pop_front();
        if let Some(next) = next {
            let _ = next.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Shelf {
    /// Lets go of what nobody has looked at for longest, until the rest is within its bounds.
    fn trim(&mut self) {
        let bytes = |shelf: &Shelf| -> usize {
            let urls = shelf.idle.iter().filter_map(|key| shelf.entries.get(key)?.url.as_ref());
            urls.map(ObjectUrl::bytes).sum()
        };
        while self.idle.len() > IDLE_MAX || bytes(self) > IDLE_BYTES {
            let Some(key) = self.idle.pop_front() else { break };
            self.entries.remove(&key);
        }
    }
}

/// Whether a library file is coming in.
fn importing() -> bool {
    use leptos::prelude::WithUntracked;
    runtime::app().is_some_and(|app| app.ctx.backup.with_untracked(|backup| matches!(backup, Backup::Importing { .. })))
}

/// The kind for a tile of this longer edge in CSS pixels, on this screen.
#[must_use]
pub fn small(css: f32) -> Kind {
    let wanted = f64::from(css) * dom::pixel_ratio() / STRETCH;
    let edge = THUMB_EDGES.into_iter().find(|edge| f64::from(*edge) >= wanted);
    Kind::Small(edge.unwrap_or(THUMB_EDGES[2]))
}

/// The longer edge, in pixels, of the thumbnail of a kind.
#[must_use]
pub fn edge(kind: Kind) -> u32 {
    if let Kind::Small(edge) = kind {
        return edge;
    }
    let [_, small, large] = THUMB_EDGES;
    let density = runtime::app().map_or(5, |app| {
        use leptos::prelude::WithUntracked;
        app.ctx.settings.with_untracked(|settings| settings.density)
    });
    // Rows of the lower third of the slider stay under 160 CSS pixels.
    if density <= 3 && dom::pixel_ratio() < 1.5 { small } else { large }
}

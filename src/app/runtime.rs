//! The one owner of all that lives as long as the page. Events go through a queue, so that no event is handled inside
//! another, whoever dispatches it; effects are started when the event is done.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use flux_studio_core::attempt::Record;
use flux_studio_core::event::Event;
use flux_studio_core::find::Known;
use flux_studio_core::id::AttemptId;
use flux_studio_core::message::{Notice, Sentence};
use flux_studio_core::route::Route;
use flux_studio_core::settings::Settings;
use flux_studio_core::text::visible;
use flux_studio_core::view::Tile;
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};
use wasm_bindgen_futures::spawn_local;

use super::context::{Answer, Ctx};
use super::keys::Typed;
use super::pictures::{Kind, Picture};
use super::publish::Tiles;
use super::session::{Place, Session};
use super::{care, effects, keys, lifecycle, publish, start};
use crate::platform::db::Store;
use crate::platform::listen::Listener;
use crate::platform::timer::Ticker;
use crate::platform::vault::Vault;
use crate::platform::worker::Worker;
use crate::platform::{clock, dom};

/// Everything that lives as long as the page.
pub struct App {
    /// What screens hold.
    pub ctx: Ctx,
    /// The key's keeper.
    pub vault: Rc<Vault>,
    /// The worker.
    pub worker: Worker,
    /// The person's library; there from the start on.
    pub real: RefCell<Option<Rc<Session>>>,
    /// The demo, while it is on.
    pub demo: RefCell<Option<Rc<Session>>>,
    /// Signals of mounted tiles.
    pub tiles: Tiles,
    /// The last notice's number.
    pub noticed: Cell<u64>,
    /// Moves the clock on screen.
    pub ticker: RefCell<Option<Ticker>>,
    /// The browser was asked in this visit to keep what is stored.
    pub asked_to_keep: Cell<bool>,
    /// Asks before the page is closed.
    pub closing: RefCell<Option<Listener>>,
    /// Listeners to the browser's news.
    pub listeners: RefCell<Vec<Listener>>,
    /// The entry of the history before this one is the library.
    came_from_library: Cell<bool>,
    queue: RefCell<VecDeque<(Rc<Session>, Event)>>,
    handling: Cell<bool>,
}

thread_local! {
    static APP: OnceCell<Rc<App>> = const { OnceCell::new() };
}

impl App {
    /// Makes the page's one app.
    pub fn new(ctx: Ctx) -> Rc<App> {
        let app = Rc::new(App {
            ctx,
            vault: Rc::default(),
            worker: Worker::default(),
            real: RefCell::new(None),
            demo: RefCell::new(None),
            tiles: Tiles::default(),
            noticed: Cell::new(0),
            ticker: RefCell::new(None),
            asked_to_keep: Cell::new(false),
            closing: RefCell::new(None),
            listeners: RefCell::new(Vec::new()),
            came_from_library: Cell::new(false),
            queue: RefCell::new(VecDeque::new()),
            handling: Cell::new(false),
        });
        APP.with(|cell| Rc::clone(cell.get_or_init(|| app)))
    }

    /// The library on screen.
    pub fn shown(&self) -> Option<Rc<Session>> {
        self.demo.borrow().clone().or_else(|| self.real.borrow().clone())
    }

    /// Every library at work.
    pub fn sessions(&self) -> Vec<Rc<Session>> {
        self.real.borrow().iter().chain(self.demo.borrow().iter()).cloned().collect()
    }
}

/// The page's app; `None` only before the start.
pub fn app() -> Option<Rc<App>> {
    APP.with(|cell| cell.get().cloned())
}

/// Hands an event to a session's studio, after those that came before it.
pub fn tell(session: &Rc<Session>, event: Event) {
    let Some(app) = app() else { return };
    app.queue.borrow_mut().push_back((Rc::clone(session), event));
    if app.handling.replace(true) {
        return;
    }
    loop {
        let next = app.queue.borrow_mut().pop_front();
        let Some((session, event)) = next else { break };
        if session.closed.get() {
            continue;
        }
        let output = session.studio.borrow_mut().handle(event, clock::now());
        publish::changes(&app, &session, output.changes);
        for effect in output.effects {
            effects::run(&session, effect);
        }
        lifecycle::settle(&app, &session);
    }
    app.handling.set(false);
}

/// An event of the screens, for the library that they show.
pub fn dispatch(event: Event) {
    let Some(app) = app() else { return };
    let Some(shown) = app.shown() else { return };
    match event {
        // Settings are the person's, whichever library is on screen.
        Event::Settings(settings) => {
            for session in app.sessions() {
                tell(&session, Event::Settings(settings.clone()));
            }
        }
        event => {
            if matches!(event, Event::Generate { .. }) {
                care::ask_to_keep(&app, &shown);
            }
            tell(&shown, event);
        }
    }
}

/// Goes to a place. All that lies over the library is one entry of the history together, so that Back leads to the
/// library at once, and closing leaves no entry behind that Forward or Back would open again.
pub fn go(route: &Route) {
    let Some(app) = app() else { return };
    let here = app.ctx.route.get_untracked();
    match (&here, route) {
        (Route::Studio, _) => dom::set_hash(&route.hash()),
        // Only once: a second wish to close before the browser has gone back must not leave the page.
        (_, Route::Studio) if app.came_from_library.replace(false) => dom::back(),
        _ => dom::replace_hash(&route.hash()),
    }
}

/// The address changed, by whatever way.
pub fn arrived(app: &App, route: Route) {
    let before = app.ctx.route.get_untracked();
    if route == Route::Studio {
        app.came_from_library.set(false);
    } else if before == Route::Studio {
        app.came_from_library.set(true);
    }
    app.ctx.route.set(route);
}

/// A tile's signal, live as long as the component that asks for it (its reactive owner) is.
pub fn tile(id: &AttemptId) -> ArcRwSignal<Option<std::sync::Arc<Tile>>> {
    match app() {
        Some(app) => app.tiles.signal(id, || publish::tile(&app, id)),
        None => ArcRwSignal::new(None),
    }
}

/// What a tile shows now.
pub fn tile_now(id: &AttemptId) -> Option<std::sync::Arc<Tile>> {
    publish::tile(&*app()?, id)
}

/// A row as it is now.
pub fn record(id: &AttemptId) -> Option<Record> {
    let shown = app()?.shown()?;
    let studio = shown.studio.borrow();
    studio.record(id).cloned()
}

/// A row as it will be when all that was said of it is written.
pub fn ahead(id: &AttemptId) -> Option<Record> {
    let shown = app()?.shown()?;
    let studio = shown.studio.borrow();
    studio.ahead(id, clock::now()).map(Cow::into_owned)
}

/// What is looked at, image by image, batches apart.
pub fn found() -> Vec<AttemptId> {
    let shown = app().and_then(|app| app.shown());
    let found = shown.map(|shown| shown.studio.borrow_mut().shown()).unwrap_or_default();
    found.into_iter().map(|found| found.id).collect()
}

/// What shown images have.
pub fn known() -> Known {
    app().and_then(|app| app.shown()).map(|shown| shown.studio.borrow().known()).unwrap_or_default()
}

/// The answers of the API that are kept with an attempt.
pub fn raw(id: &AttemptId) -> ArcRwSignal<Option<Vec<Answer>>> {
    let signal = ArcRwSignal::new(None);
    if let Some(session) = app().and_then(|app| app.shown()) {
        let (id, read) = (*id, signal.clone());
        spawn_local(async move {
            let raw = session.store.raw(&id).await.unwrap_or_default();
            let answer = |(to, status, body): (String, u16, Vec<u8>)| Answer {
                to,
                status,
                body: visible(&String::from_utf8_lossy(&body)),
            };
            read.set(Some(raw.into_iter().map(answer).collect()));
        });
    }
    signal
}

/// The images that are kept and not in the trash.
pub fn kept() -> Option<Vec<AttemptId>> {
    let shown = app()?.shown()?;
    shown.studio.borrow().kept()
}

/// A picture's handle.
pub fn picture(id: &AttemptId, kind: Kind) -> Picture {
    match app().and_then(|app| app.shown()) {
        Some(session) => session.pictures.picture(id, kind),
        None => Picture::empty(),
    }
}

/// Stores settings and key.
pub fn save_settings(settings: Settings, typed: Typed) -> ArcRwSignal<Option<Result<(), Sentence>>> {
    keys::save_settings(settings, typed)
}

/// Forgets the key.
pub fn forget_key() {
    keys::forget();
}

/// Puts the demo on the screen.
pub fn enter_demo() {
    start::enter_demo();
}

/// Puts the person's own library on the screen.
pub fn leave_demo() {
    let Some(app) = app() else { return };
    let demo = app.demo.borrow_mut().take();
    let Some(demo) = demo else { return };
    demo.closed.set(true);
    demo.leadership.give_back();
    dom::note_demo(false);
    go(&Route::Studio);
    publish::everything(&app);
}

/// Says something in the corner.
pub fn say(notice: Notice) {
    if let Some(app) = app() {
        publish::say(&app, notice);
    }
}

/// Takes a notice off the screen.
pub fn dismiss(number: u64) {
    if let Some(app) = app() {
        publish::dismiss(&app, number);
    }
}

/// Whether this is the library on screen.
pub fn on_screen(app: &App, session: &Session) -> bool {
    let demo_on = app.demo.borrow().is_some();
    demo_on == (session.place == Place::Demo)
}

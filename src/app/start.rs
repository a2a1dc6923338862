//! The start: presets, database, rows, key, lead; then the studio hears of all of it at once. The screens are mounted
//! first, so that they are there while the library is read.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use flux_studio_core::draft::Draft;
use flux_studio_core::event::{Event, Loaded};
use flux_studio_core::presets::Presets;
use flux_studio_core::settings::{Remember, Settings};
use flux_studio_core::studio::Studio;
use leptos::prelude::ArcRwSignal;
use wasm_bindgen_futures::spawn_local;

use super::answers::{Answers, Demo};
use super::context::Ctx;
use super::leadership::{self, Leadership};
use super::pictures::Pictures;
use super::runtime::{App, app, tell};
use super::session::{Library, Place, Session};
use super::{care, effects, keys, lifecycle, publish};
use crate::platform::db::{self, Store};
use crate::platform::tabs::{Hint, Tabs};
use crate::platform::vault::Kept;
use crate::platform::{clock, dom, spares, strangers, timer};
use flux_studio_core::sorted::SortedMap;

/// Rows that are read before the first picture is shown: more than the largest screen shows of the smallest tiles.
const FIRST: u32 = 200;
/// Milliseconds until a library that could not be read is read again.
const READ_AGAIN_MS: u32 = 1_000;

/// Starts the app: called once, by the page.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        // Secrets have no text form, so no panic can hold one.
        web_sys::console::error_1(&info.to_string().into());
        dom::show_failure();
    }));
    let app = App::new(empty());
    lifecycle::listen(&app);
    crate::ui::mount(app.ctx.clone());
    spawn_local(async move {
        open_real(&app).await;
        if dom::demo_noted() {
            open_demo(&app).await;
        }
    });
}

/// Puts the demo on the screen.
pub fn enter_demo() {
    let Some(app) = app() else { return };
    // The person's library comes first; and one demo is enough.
    if app.real.borrow().is_none() || app.demo.borrow().is_some() {
        return;
    }
    spawn_local(async move { open_demo(&app).await });
}

fn empty() -> Ctx {
    Ctx {
        route: ArcRwSignal::default(),
        list: ArcRwSignal::default(),
        look: ArcRwSignal::default(),
        changed: ArcRwSignal::default(),
        overview: ArcRwSignal::default(),
        draft: ArcRwSignal::default(),
        cost: ArcRwSignal::default(),
        settings: ArcRwSignal::default(),
        presets: ArcRwSignal::default(),
        notices: ArcRwSignal::default(),
        backup: ArcRwSignal::default(),
        brought: ArcRwSignal::default(),
        locked: ArcRwSignal::new(false),
        now: ArcRwSignal::new(clock::wall()),
    }
}

async fn open_real(app: &Rc<App>) {
    let store = Rc::new(Library::open(db::REAL).await);
    let presets = Presets::parse(&dom::presets().await);
    let settings = match store.text(effects::SETTINGS).await {
        Ok(Some(text)) => Settings::from_json(&text).0,
        _ => Settings {
            remember: if strangers::are_here() { Remember::Tab } else { Remember::Device },
            ..Settings::default()
        },
    };
    let session = make(app, Place::Real, Rc::clone(&store), Answers::Network(Rc::clone(&app.vault)));
    let key = match keys::binding(&settings, &presets) {
        Some(binding) if settings.remember != Remember::Tab && !strangers::are_here() => {
            keys::load(app, &session, &binding, None).await == Kept::Key
        }
        _ => false,
    };
    *app.real.borrow_mut() = Some(Rc::clone(&session));
    begin(&session, settings, presets, key).await;
    keys::beware();
}

async fn open_demo(app: &Rc<App>) {
    let real = app.real.borrow().clone();
    let Some(real) = real else { return };
    let store = Rc::new(Library::open(db::DEMO).await);
    let demo = Demo::open(app.worker.clone(), Rc::clone(&store)).await;
    let session = make(app, Place::Demo, store, Answers::Demo(demo));
    let (settings, presets) = {
        let studio = real.studio.borrow();
        (studio.settings().clone(), studio.presets().clone())
    };
    if app.demo.borrow().is_some() {
        return;
    }
    *app.demo.borrow_mut() = Some(Rc::clone(&session));
    dom::note_demo(true);
    begin(&session, settings, presets, true).await;
    publish::everything(app);
}

fn make(app: &App, place: Place, store: Rc<Library>, answers: Answers) -> Rc<Session> {
    let channel = match place {
        Place::Real => db::REAL,
        Place::Demo => db::DEMO,
    };
    Rc::new_cyclic(|weak: &std::rc::Weak<Session>| {
        let heard = weak.clone();
        let tabs = Tabs::join(channel, move |hint| {
            if let Some(session) = heard.upgrade() {
                hear(&session, hint);
            }
        });
        Session {
            place,
            studio: RefCell::new(Studio::new(clock::seed())),
            pictures: Pictures::new(Rc::clone(&store), app.worker.clone()),
            store,
            answers,
            tabs,
            leadership: Leadership::new(place),
            sending: RefCell::new(SortedMap::default()),
            writes: RefCell::new(VecDeque::new()),
            patient: RefCell::new(VecDeque::new()),
            writing: Cell::new(false),
            wake: RefCell::new(None),
            ready: Cell::new(false),
            early: RefCell::new(Vec::new()),
            frozen: Cell::new(false),
            missed: RefCell::default(),
            closed: Cell::new(false),
        }
    })
}

pub(super) fn hear(session: &Rc<Session>, hint: Hint) {
    if session.frozen.get() {
        session.missed.borrow_mut().push(hint);
        return;
    }
    match hint {
        Hint::WhoLeads => return leadership::questioned(session),
        Hint::Leads => return session.leadership.heard(),
        _ => {}
    }
    if !session.ready.get() {
        // The rows are being read: what changes meanwhile is read again afterwards.
        if let Hint::Rows(ids) = hint {
            session.early.borrow_mut().extend(ids);
        }
        return;
    }
    match hint {
        Hint::Rows(ids) => effects::read(session, ids),
        Hint::Queue(shared) => tell(session, Event::Shared(shared)),
        Hint::Settings if session.place == Place::Real => keys::stored_changed(session, false),
        Hint::Key if session.place == Place::Real => keys::stored_changed(session, true),
        Hint::Settings | Hint::Key | Hint::WhoLeads | Hint::Leads => {}
    }
}

async fn begin(session: &Rc<Session>, settings: Settings, presets: Presets, key: bool) {
    let mut lasting = session.store.indexed().is_some();
    let mut rows = session.store.newest(FIRST).await.unwrap_or_else(|_| {
        // What cannot be read can hardly be written: nothing may be paid for.
        lasting = false;
        db::Rows::default()
    });
    let more = rows.records.len() + rows.damaged >= FIRST as usize;
    if more {
        // Damaged rows are met again on the way through all.
        rows.damaged = 0;
        for row in session.store.open_rows().await.unwrap_or_default() {
            if rows.records.iter().all(|known| known.id != row.id) {
                rows.records.push(row);
            }
        }
    }
    let draft = session.store.text(effects::DRAFT).await.ok().flatten();
    let mut draft: Draft = draft.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let leader = leadership::ask_now(session).await;
    // Last, so that no letter is lost: what was typed before the program was there beats what was left.
    let typed = dom::typed_prompt();
    if !typed.is_empty() {
        draft.prompt = typed;
    }
    let loaded = Loaded {
        records: rows.records,
        more,
        damaged: rows.damaged,
        settings,
        presets,
        draft,
        page: dom::page(),
        spares: if session.place == Place::Real { spares::all() } else { Vec::new() },
        key,
        leader,
        demo: session.place == Place::Demo,
        lasting,
    };
    tell(session, Event::Loaded(Box::new(loaded)));
    session.ready.set(true);
    if more {
        read_older(session);
    } else {
        care::remind(session);
    }
    let early = session.early.take();
    if !early.is_empty() {
        effects::read(session, early);
    }
    if !dom::visible() {
        tell(session, Event::Visible(false));
    }
    if !leader {
        leadership::wait(session);
    }
    leadership::watch(session);
}

/// Reads the rest of the library behind the first screen. While it cannot be read nothing is sent; it is tried again.
fn read_older(session: &Rc<Session>) {
    let session = Rc::clone(session);
    spawn_local(async move {
        let mut last: Option<String> = None;
        loop {
            if session.closed.get() {
                return;
            }
            match session.store.page(last.as_deref()).await {
                Ok((rows, end)) => {
                    let done = end.is_none();
                    last = end;
                    tell(&session, Event::Older { records: rows.records, damaged: rows.damaged, done });
                    if done {
                        care::remind(&session);
                        return;
                    }
                }
                Err(_) => timer::sleep(READ_AGAIN_MS).await,
            }
        }
    });
}

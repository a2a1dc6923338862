//! From the studio to the screen: only the signals whose value changed are set.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use flux_studio_core::attempt::Status;
use flux_studio_core::change::Change;
use flux_studio_core::find::{Found, Sort};
use flux_studio_core::id::AttemptId;
use flux_studio_core::message::Notice;
use flux_studio_core::view::Tile;
use leptos::prelude::{ArcRwSignal, GetUntracked, Owner, Set, Update, WithUntracked};

use super::context::Listed;
use super::runtime::{self, App};
use super::session::Session;
use crate::platform::{clock, dom};
use flux_studio_core::sorted::SortedMap;

/// Notices that stand at once; older ones make room.
const NOTICES: usize = 5;

type TileSignal = ArcRwSignal<Option<Arc<Tile>>>;

/// The signals of mounted tiles, so that a library of any size costs what is on screen. Each holder is a component: when
/// its owner is cleaned up, its share ends, and with the last share the signal.
#[derive(Default)]
pub struct Tiles {
    mounted: RefCell<SortedMap<AttemptId, (TileSignal, usize)>>,
}

impl Tiles {
    /// The signal of a tile; `now` says what it shows if it is new.
    pub fn signal(&self, id: &AttemptId, now: impl FnOnce() -> Option<Arc<Tile>>) -> TileSignal {
        if Owner::current().is_none() {
            // Nobody would ever end its share.
            return ArcRwSignal::new(now());
        }
        let known = self.mounted.borrow_mut().get_mut(id).map(|(signal, holders)| {
            *holders += 1;
            signal.clone()
        });
        let signal = known.unwrap_or_else(|| {
            let signal = ArcRwSignal::new(now());
            self.mounted.borrow_mut().insert(*id, (signal.clone(), 1));
            signal
        });
        let id = *id;
        Owner::on_cleanup(move || {
            if let Some(app) = runtime::app() {
                app.tiles.let_go(&id);
            }
        });
        signal
    }

    fn let_go(&self, id: &AttemptId) {
        let mut mounted = self.mounted.borrow_mut();
        if let Some((_, holders)) = mounted.get_mut(id) {
            *holders -= 1;
            if *holders == 0 {
                mounted.remove(id);
            }
        }
    }

    fn get(&self, id: &AttemptId) -> Option<TileSignal> {
        self.mounted.borrow().get(id).map(|(signal, _)| signal.clone())
    }

    fn all(&self) -> Vec<(AttemptId, TileSignal)> {
        self.mounted.borrow().iter().map(|(id, (signal, _))| (*id, signal.clone())).collect()
    }
}

/// What a tile of the library on screen shows now.
pub fn tile(app: &App, id: &AttemptId) -> Option<Arc<Tile>> {
    let shown = app.shown()?;
    let studio = shown.studio.borrow();
    studio.tile(id).map(Arc::new)
}

/// Publishes what an event changed.
pub fn changes(app: &Rc<App>, session: &Rc<Session>, changes: Vec<Change>) {
    if !runtime::on_screen(app, session) {
        return;
    }
    let [mut list, mut status, mut settings, mut draft, mut changed] = [false; 5];
    for change in changes {
        match change {
            Change::Record(id) => {
                changed = true;
                refresh(app, session, &id);
            }
            Change::List => list = true,
            Change::Status => status = true,
            Change::Settings => settings = true,
            Change::Draft => draft = true,
            Change::Notice(notice) => say(app, notice),
        }
    }
    if list {
        publish_list(app, session);
    }
    if changed || list {
        app.ctx.changed.update(|count| *count = count.wrapping_add(1));
    }
    if settings {
        publish_settings(app, session);
    }
    if draft {
        let value = session.studio.borrow().draft().clone();
        set(&app.ctx.draft, value);
    }
    if status {
        publish_status(app, session);
    }
}

/// Publishes all of the library that came on the screen.
pub fn everything(app: &Rc<App>) {
    let Some(session) = app.shown() else { return };
    app.ctx.notices.set(Vec::new());
    publish_settings(app, &session);
    let draft = session.studio.borrow().draft().clone();
    set(&app.ctx.draft, draft);
    publish_list(app, &session);
    publish_status(app, &session);
    for (id, signal) in app.tiles.all() {
        set(&signal, tile(app, &id));
    }
}

/// Says something in the corner.
pub fn say(app: &App, notice: Notice) {
    let number = app.noticed.get() + 1;
    app.noticed.set(number);
    app.ctx.notices.update(|notices| {
        notices.push((number, notice));
        let surplus = notices.len().saturating_sub(NOTICES);
        notices.drain(..surplus);
    });
}

/// Takes a notice away.
pub fn dismiss(app: &App, number: u64) {
    app.ctx.notices.update(|notices| notices.retain(|(known, _)| *known != number));
}

fn refresh(app: &App, session: &Session, id: &AttemptId) {
    if let Some(signal) = app.tiles.get(id) {
        let tile = session.studio.borrow().tile(id).map(Arc::new);
        set(&signal, tile);
    }
}

fn publish_list(app: &App, session: &Session) {
    // A screen that was there before the library was read asked for tiles that are known only now.
    for (id, signal) in app.tiles.all() {
        if signal.with_untracked(Option::is_none) {
            refresh(app, session, &id);
        }
    }
    let look = session.studio.borrow().look().clone();
    set(&app.ctx.look, look);
    let list: Vec<Listed> = {
        let mut studio = session.studio.borrow_mut();
        // In an order that is not that of time, neighbours are of different days: none begins a row of its own.
        let by_time = matches!(studio.look().sort, Sort::Newest | Sort::Oldest);
        let listed = |(found, stack): (Found, u32)| Listed {
            id: found.id,
            aspect: found.aspect,
            stack,
            day: by_time.then(|| clock::local_day(found.created)),
        };
        studio.listed().into_iter().map(listed).collect()
    };
    let changed = app.ctx.list.with_untracked(|old| **old != list);
    if changed {
        app.ctx.list.set(Arc::new(list));
    }
}

fn publish_settings(app: &App, session: &Session) {
    let (settings, presets) = {
        let studio = session.studio.borrow();
        (studio.settings().clone(), studio.presets().clone())
    };
    dom::set_theme(settings.theme);
    set(&app.ctx.settings, settings);
    set(&app.ctx.presets, presets);
}

fn publish_status(app: &App, session: &Session) {
    let (overview, cost) = {
        let studio = session.studio.borrow();
        (studio.overview(), studio.cost())
    };
    dom::set_title(&match overview.running {
        0 => "Flux Studio".to_owned(),
        count => format!("({count}) Flux Studio"),
    });
    set(&app.ctx.overview, overview);
    set(&app.ctx.cost, cost);
    // What a held queue says stands on its tiles. Tiles that nobody knew yet were asked for before the store was read.
    for (id, signal) in app.tiles.all() {
        if signal.get_untracked().is_none_or(|tile| matches!(tile.status, Status::Queued | Status::Running)) {
            refresh(app, session, &id);
        }
    }
}

fn set<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.with_untracked(|old| *old != value) {
        signal.set(value);
    }
}

//! What screens may use: signals to read, events to dispatch, and a few services that only make sense in a browser
//! (pictures, downloads, the key). Everything here is cheap to clone; nothing else of the app is visible to `ui`.

use std::sync::Arc;

use flux_studio_core::attempt::Record;
use flux_studio_core::draft::Draft;
use flux_studio_core::event::Event;
use flux_studio_core::find::Known;
use flux_studio_core::id::AttemptId;
use flux_studio_core::look::Look;
use flux_studio_core::message::{Notice, Sentence};
use flux_studio_core::presets::Presets;
use flux_studio_core::route::Route;
use flux_studio_core::settings::Settings;
use flux_studio_core::time::Wall;
use flux_studio_core::view::{Cost, Overview, Tile};
use leptos::prelude::ArcRwSignal;

use super::backup::Backup;
use super::keys::Typed;
use super::pictures::{Kind, Picture};
use super::runtime;
use super::takeout::{self, Brought};

/// An item of the shown list: enough for the grid's geometry, so that a layout touches no record.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The attempt.
    pub id: AttemptId,
    /// Width to height.
    pub aspect: f32,
    /// Days since 1970 in the viewer's time zone; `None` in an order that is not that of time.
    pub day: Option<i32>,
    /// How many images of its batch it stands for.
    pub stack: u32,
}

/// An answer of the API as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it answered to: `generate` or `fetch`.
    pub to: String,
    /// HTTP status.
    pub status: u16,
    /// Its text; what cannot be seen is made visible.
    pub body: String,
}

/// The handle that every component gets through Leptos' context.
#[derive(Clone)]
pub struct Ctx {
    /// Where the person is.
    pub route: ArcRwSignal<Route>,
    /// What the grid shows, newest first.
    pub list: ArcRwSignal<Arc<Vec<Listed>>>,
    /// What is looked at: the library, what a search finds, the trash.
    pub look: ArcRwSignal<Look>,
    /// Moves whenever rows changed, for who reads rows themselves.
    pub changed: ArcRwSignal<u32>,
    /// Counts, gate, key, account, test.
    pub overview: ArcRwSignal<Overview>,
    /// The composer as the studio knows it. It is set by the studio only when something else than typing changed it.
    pub draft: ArcRwSignal<Draft>,
    /// What one image of the chosen mode and shape costs and takes.
    pub cost: ArcRwSignal<Cost>,
    /// What was chosen.
    pub settings: ArcRwSignal<Settings>,
    /// What the host presets.
    pub presets: ArcRwSignal<Presets>,
    /// News in the corner, each with a number of its own.
    pub notices: ArcRwSignal<Vec<(u64, Notice)>>,
    /// The library on its way out into a file or in from one.
    pub backup: ArcRwSignal<Backup>,
    /// A file that the person brought, to see its settings.
    pub brought: ArcRwSignal<Brought>,
    /// A key is kept under a passphrase that was not given yet.
    pub locked: ArcRwSignal<bool>,
    /// The wall clock; moves once a second, and only while something is on its way.
    pub now: ArcRwSignal<Wall>,
}

impl Ctx {
    /// Tells the studio that something happened. Never blocks; effects start at once.
    pub fn dispatch(&self, event: Event) {
        runtime::dispatch(event);
    }

    /// Goes to a place: changes the address, so that Back works.
    pub fn go(&self, route: &Route) {
        runtime::go(route);
    }

    /// The images that are kept and not in the trash; `None` while the library is still being read.
    #[must_use]
    pub fn kept(&self) -> Option<Vec<AttemptId>> {
        runtime::kept()
    }

    /// The tile of an attempt, live while the signal is held; `None` when there is no such attempt.
    #[must_use]
    pub fn tile(&self, id: &AttemptId) -> ArcRwSignal<Option<Arc<Tile>>> {
        runtime::tile(id)
    }

    /// What a tile shows now; not live.
    #[must_use]
    pub fn tile_now(&self, id: &AttemptId) -> Option<Arc<Tile>> {
        runtime::tile_now(id)
    }

    /// The whole row, for the details; not live.
    #[must_use]
    pub fn record(&self, id: &AttemptId) -> Option<Record> {
        runtime::record(id)
    }

    /// The row as it will be when all that was said of it is written.
    #[must_use]
    pub fn ahead(&self, id: &AttemptId) -> Option<Record> {
        runtime::ahead(id)
    }

    /// What is looked at, image by image, batches apart.
    #[must_use]
    pub fn found(&self) -> Vec<AttemptId> {
        runtime::found()
    }

    /// The picture of an attempt as an address for `img`: its signal is `None` until the bytes are there. The object
    /// URL lives as long as the handle.
    #[must_use]
    pub fn picture(&self, id: &AttemptId, kind: Kind) -> Picture {
        runtime::picture(id, kind)
    }

    /// What shown images have, for completion in the search box; walks the whole library.
    #[must_use]
    pub fn known(&self) -> Known {
        runtime::known()
    }

    /// The answers of the API that are kept with an attempt, oldest first; `None` until they are read.
    #[must_use]
    pub fn raw(&self, id: &AttemptId) -> ArcRwSignal<Option<Vec<Answer>>> {
        runtime::raw(id)
    }

    /// Saves the kept (or at least remembered) bytes of an image to a file of the person's.
    pub fn download(&self, id: &AttemptId) {
        takeout::one(id);
    }

    /// Saves the pictures of several as one zip; a single one as itself.
    pub fn download_all(&self, ids: &[AttemptId]) {
        takeout::many(ids);
    }

    /// Stores settings and, where one was typed, the key. The answer arrives in the signal: what was wrong, or nothing.
    #[must_use]
    pub fn save_settings(&self, settings: Settings, typed: Typed) -> ArcRwSignal<Option<Result<(), Sentence>>> {
        runtime::save_settings(settings, typed)
    }

    /// Forgets the key everywhere.
    pub fn forget_key(&self) {
        runtime::forget_key();
    }

    /// Switches to the built-in simulator with a library of its own.
    pub fn enter_demo(&self) {
        runtime::enter_demo();
    }

    /// Back to the real library.
    pub fn leave_demo(&self) {
        runtime::leave_demo();
    }

    /// Says something in the corner.
    pub fn say(&self, notice: Notice) {
        runtime::say(notice);
    }

    /// Takes a notice off the screen.
    pub fn dismiss(&self, number: u64) {
        runtime::dismiss(number);
    }
}

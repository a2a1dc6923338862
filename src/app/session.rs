//! One library at work: its studio, its store, and who answers for the API. There is one for the real library, always,
//! so that paid jobs go on behind the demo; and one for the demo while it is on.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use flux_studio_core::attempt::Record;
use flux_studio_core::effect::{RawAnswer, Write};
use flux_studio_core::event::WriteProblem;
use flux_studio_core::id::AttemptId;
use flux_studio_core::studio::Studio;

use super::answers::Answers;
use super::leadership::Leadership;
use super::pictures::Pictures;
use crate::platform::db::memory::Memory;
use crate::platform::db::{self, indexed::Indexed};
use crate::platform::db::{Failure, Rows, Store, Stored, Thumb};
use crate::platform::locks::Held;
use crate::platform::tabs::{Hint, Tabs};
use crate::platform::timer::Timer;
use flux_studio_core::sorted::SortedMap;

/// Which library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The person's own.
    Real,
    /// The built-in simulator's.
    Demo,
}

/// A library at work.
pub struct Session {
    /// Which.
    pub place: Place,
    /// What decides.
    pub studio: RefCell<Studio>,
    /// Where it lies.
    pub store: Rc<Library>,
    /// Who answers for the API.
    pub answers: Answers,
    /// Its pictures on screen.
    pub pictures: Rc<Pictures>,
    /// The other tabs.
    pub tabs: Tabs,
    /// Whether this tab polls.
    pub leadership: Leadership,
    /// Locks `send:<id>` that this tab holds, for its own requests and for those of dead tabs.
    pub sending: RefCell<SortedMap<AttemptId, Held>>,
    /// Rows to be written, in the order in which the studio wanted it.
    pub writes: RefCell<VecDeque<(Write, bool)>>,
    /// Those that let the others go first.
    pub patient: RefCell<VecDeque<(Write, bool)>>,
    /// Somebody is writing them.
    pub writing: Cell<bool>,
    /// The studio's next wake.
    pub wake: RefCell<Option<(u64, Timer)>>,
    /// The studio knows what the store held.
    pub ready: Cell<bool>,
    /// Rows that changed before that.
    pub early: RefCell<Vec<AttemptId>>,
    /// The browser holds the page still: a transaction that it opened now would hold up every other tab.
    pub frozen: Cell<bool>,
    /// What was heard meanwhile.
    pub missed: RefCell<Vec<Hint>>,
    /// It is over: late answers go nowhere.
    pub closed: Cell<bool>,
}

impl Session {
    /// Name of its database; `None` where it lies in memory.
    #[must_use]
    pub fn database(&self) -> Option<&'static str> {
        self.store.indexed().map(|_| match self.place {
            Place::Real => db::REAL,
            Place::Demo => db::DEMO,
        })
    }
}

/// The store of a session.
pub enum Library {
    /// In IndexedDB.
    Indexed(Indexed),
    /// In memory, because the browser keeps nothing.
    Memory(Memory),
}

impl Library {
    /// Opens the database; a library in memory where that fails.
    pub async fn open(name: &str) -> Library {
        match Indexed::open(name).await {
            Ok(indexed) => Library::Indexed(indexed),
            Err(_) => Library::Memory(Memory::default()),
        }
    }

    /// The database, where there is one.
    pub fn indexed(&self) -> Option<&Indexed> {
        match self {
            Library::Indexed(indexed) => Some(indexed),
            Library::Memory(_) => None,
        }
    }
}

/// The same words to whichever store it is.
macro_rules! to_either {
    ($self:ident, $store:ident => $call:expr) => {
        match $self {
            Library::Indexed($store) => $call.await,
            Library::Memory($store) => $call.await,
        }
    };
}

impl Store for Library {
    async fn commit(&self, row: &Record, raw: Option<&RawAnswer>) -> Result<(), WriteProblem> {
        to_either!(self, store => store.commit(row, raw))
    }

    async fn newest(&self, count: u32) -> Result<Rows, Failure> {
        to_either!(self, store => store.newest(count))
    }

    async fn page(&self, after: Option<&str>) -> Result<(Rows, Option<String>), Failure> {
        to_either!(self, store => store.page(after))
    }

    async fn read(&self, ids: &[AttemptId]) -> Result<Vec<Record>, Failure> {
        to_either!(self, store => store.read(ids))
    }

    async fn open_rows(&self) -> Result<Vec<Record>, Failure> {
        to_either!(self, store => store.open_rows())
    }

    async fn raw(&self, id: &AttemptId) -> Result<Vec<(String, u16, Vec<u8>)>, Failure> {
        to_either!(self, store => store.raw(id))
    }

    async fn put_bytes(&self, id: &AttemptId, bytes: &Stored) -> Result<(), Failure> {
        to_either!(self, store => store.put_bytes(id, bytes))
    }

    async fn bytes(&self, id: &AttemptId) -> Result<Option<Stored>, Failure> {
        to_either!(self, store => store.bytes(id))
    }

    async fn erase(&self, id: &AttemptId) -> Result<(), Failure> {
        to_either!(self, store => store.erase(id))
    }

    async fn put_thumb(&self, id: &AttemptId, edge: u32, thumb: &Thumb) -> Result<(), Failure> {
        to_either!(self, store => store.put_thumb(id, edge, thumb))
    }

    async fn thumb(&self, id: &AttemptId, edge: u32) -> Result<Option<Thumb>, Failure> {
        to_either!(self, store => store.thumb(id, edge))
    }

    async fn put_text(&self, name: &str, text: &str) -> Result<(), Failure> {
        to_either!(self, store => store.put_text(name, text))
    }

    async fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        to_either!(self, store => store.text(name))
    }
}

//! Which tab leads: polls, resumes, sends what is queued. The lock is the browser's, so that it is free again the moment
//! its tab dies; a tab that is about to be frozen gives it back itself.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use flux_studio_core::event::Event;
use wasm_bindgen_futures::spawn_local;

use super::runtime;
use super::session::{Place, Session};
use crate::platform::locks::{self, Ask, Held, Taken};
use crate::platform::tabs::Hint;
use crate::platform::{dom, timer};

/// Milliseconds between two questions of a tab in front to the one that leads.
const ASK_MS: u32 = 5_000;
/// Milliseconds that a live tab takes to answer at the most: browsers hold back a hidden tab's timers, not its messages.
const ANSWER_MS: u32 = 3_000;

/// A session's standing.
pub struct Leadership {
    lock: &'static str,
    held: RefCell<Option<Held>>,
    leads: Cell<bool>,
    /// The one that leads has answered.
    heard: Cell<bool>,
    /// Counts what was asked for; an answer to an older question is given back.
    asked: Cell<u32>,
}

impl Leadership {
    /// No standing yet.
    pub fn new(place: Place) -> Leadership {
        let lock = match place {
            Place::Real => "leader",
            Place::Demo => "leader-demo",
        };
        Leadership {
            lock,
            held: RefCell::new(None),
            leads: Cell::new(false),
            heard: Cell::new(false),
            asked: Cell::new(0),
        }
    }

    /// Whether this tab leads.
    pub fn leads(&self) -> bool {
        self.leads.get()
    }

    /// The one that leads is alive.
    pub fn heard(&self) {
        self.heard.set(true);
    }

    /// Gives it back, and waits for nothing any more.
    pub fn give_back(&self) {
        self.asked.set(self.asked.get() + 1);
        self.leads.set(false);
        drop(self.held.borrow_mut().take());
    }
}

/// Asks once, without waiting; says whether this tab leads now. For the start, before the studio hears of anything.
pub async fn ask_now(session: &Rc<Session>) -> bool {
    ask(session, Ask::Now).await;
    session.leadership.leads()
}

/// Waits for its turn; the studio hears of it when it comes.
pub fn wait(session: &Rc<Session>) {
    let session = Rc::clone(session);
    spawn_local(async move {
        if !session.leadership.leads() && ask(&session, Ask::InTurn).await {
            began(&session);
        }
    });
}

/// Takes it from whichever tab leads: this one was given a key that the other may not have.
pub fn seize(session: &Rc<Session>) {
    let session = Rc::clone(session);
    spawn_local(async move {
        if !session.leadership.leads() && ask(&session, Ask::Steal).await {
            began(&session);
        }
    });
}

/// Looks after the lead for as long as the session lasts: see [`question`].
pub fn watch(session: &Rc<Session>) {
    let session = Rc::clone(session);
    spawn_local(async move {
        while !session.closed.get() {
            timer::sleep(ASK_MS).await;
            question(&session);
        }
    });
}

/// While this tab is in front and something is on its way, whoever leads is asked. One that is hidden hands the lead over,
/// because it may ask the API only once a minute. One that the browser stopped without a word answers nothing: the lead
/// is taken from it (FAULTS T6), and only the lead: what it was sending stays its own.
pub fn question(session: &Rc<Session>) {
    if session.leadership.leads() || !dom::visible() || !session.tabs.can_tell() || !waits(session) {
        return;
    }
    session.leadership.heard.set(false);
    session.tabs.tell(&Hint::WhoLeads);
    let session = Rc::clone(session);
    spawn_local(async move {
        timer::sleep(ANSWER_MS).await;
        if !session.leadership.heard.get() && !session.closed.get() {
            seize(&session);
        }
    });
}

/// Another tab, which is in front, asks who leads.
pub fn questioned(session: &Rc<Session>) {
    if !session.leadership.leads() {
        return;
    }
    session.tabs.tell(&Hint::Leads);
    if !dom::visible() {
        resign(session);
        wait(session);
    }
}

/// Whether something is on its way that this tab could do: without the key it can do nothing.
fn waits(session: &Session) -> bool {
    let overview = session.studio.borrow().overview();
    overview.key && overview.queued + overview.running + overview.at_risk.len() > 0
}

/// Gives it back and says so: the page is about to stand still.
pub fn resign(session: &Rc<Session>) {
    if session.leadership.leads() {
        session.leadership.give_back();
        runtime::tell(session, Event::Leader(false));
    }
}

fn began(session: &Rc<Session>) {
    runtime::tell(session, Event::Leader(true));
}

/// Whether the question was answered with the lead.
async fn ask(session: &Rc<Session>, how: Ask) -> bool {
    let leadership = &session.leadership;
    let number = leadership.asked.get() + 1;
    leadership.asked.set(number);
    let robbed = Rc::downgrade(session);
    let taken = locks::take(leadership.lock, how, move || {
        let Some(session) = robbed.upgrade() else { return };
        if session.leadership.asked.get() == number && session.leadership.leads() {
            session.leadership.give_back();
            runtime::tell(&session, Event::Leader(false));
            wait(&session);
        }
    })
    .await;
    if session.closed.get() || leadership.asked.get() != number {
        return false;
    }
    match taken {
        Taken::Held(held) => {
            *leadership.held.borrow_mut() = Some(held);
            leadership.leads.set(true);
        }
        // Without locks every tab leads: polling twice is free, and compare-and-set sends once.
        Taken::Missing => leadership.leads.set(true),
        // Another tab has it, or this one from before, unless it was taken while the page stood still.
        Taken::Busy => leadership.leads.set(leadership.held.borrow().as_ref().is_some_and(|held| !held.lost())),
    }
    leadership.leads()
}

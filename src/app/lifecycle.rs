//! What follows from the page's own life: wakes, the clock on screen, the question before closing, coming and going of
//! the page.

use std::rc::Rc;

use flux_studio_core::event::Event;
use flux_studio_core::route::Route;
use leptos::prelude::Set;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::PageTransitionEvent;

use super::runtime::{App, app, tell};
use super::session::Session;
use super::{keys, leadership, runtime, start};
use crate::platform::db::Store;
use crate::platform::listen::Listener;
use crate::platform::tabs::Hint;
use crate::platform::timer::{Ticker, Timer};
use crate::platform::{clock, dom, policy, strangers};

/// Milliseconds to a wake at the least: what is still due after an event waits for something that has an event of its own.
const WAKE_MIN_MS: u64 = 100;

/// Brings timers and listeners in line with the studio after an event.
pub fn settle(app: &Rc<App>, session: &Rc<Session>) {
    arm(session);
    if runtime::on_screen(app, session) {
        let busy = session.studio.borrow().busy();
        let ticking = app.ticker.borrow().is_some();
        if busy && !ticking {
            let now = app.ctx.now.clone();
            now.set(clock::wall());
            *app.ticker.borrow_mut() = Some(Ticker::every(1_000, move || now.set(clock::wall())));
        } else if !busy && ticking {
            *app.ticker.borrow_mut() = None;
        }
    }
    let ask = app.real.borrow().as_ref().is_some_and(|real| real.studio.borrow().unsafe_to_close());
    let asking = app.closing.borrow().is_some();
    if ask != asking {
        // Only while it is needed: a page that listens is kept out of the browser's history.
        let listener =
            web_sys::window().filter(|_| ask).map(|window| Listener::new(&window, "beforeunload", before_leaving));
        *app.closing.borrow_mut() = listener;
    }
}

/// Has the browser ask. It asks nobody who never touched the page, and calls the wish an error then.
fn before_leaving(event: web_sys::Event) {
    if dom::touched() {
        event.prevent_default();
    }
}

fn arm(session: &Rc<Session>) {
    let next = session.studio.borrow().next_wake();
    let mut wake = session.wake.borrow_mut();
    let Some(next) = next else {
        *wake = None;
        return;
    };
    if wake.as_ref().is_some_and(|(at, _)| *at == next.0) {
        return;
    }
    let ms = next.since(clock::wall()).max(WAKE_MIN_MS);
    let weak = Rc::downgrade(session);
    let timer = Timer::after(ms, move || {
        let Some(session) = weak.upgrade() else { return };
        *session.wake.borrow_mut() = None;
        tell(&session, Event::Tick);
    });
    *wake = Some((next.0, timer));
}

/// Listens to the browser's news, for as long as the page lives.
pub fn listen(app: &Rc<App>) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    let mut listeners = vec![
        Listener::new(&document, "visibilitychange", |_| each(visibility)),
        Listener::new(&document, "freeze", |_| {
            each(|session| {
                session.frozen.set(true);
                leadership::resign(session);
            });
        }),
        Listener::new(&document, "resume", |_| each(returned)),
        Listener::new(&window, "online", |_| each(|session| tell(session, Event::Woke))),
        Listener::new(&window, "pagehide", |_| {
            each(|session| {
                leadership::resign(session);
                // An open connection would keep the page out of the browser's history.
                if let Some(database) = session.store.indexed() {
                    database.close();
                }
            });
        }),
        Listener::new(&window, "pageshow", |event| {
            if event.dyn_into::<PageTransitionEvent>().is_ok_and(|event| event.persisted()) {
                each(returned);
            }
        }),
    ];
    app.ctx.route.set(Route::parse(&dom::hash()));
    let moved = Rc::clone(app);
    listeners.push(Listener::new(&window, "hashchange", move |_| runtime::arrived(&moved, Route::parse(&dom::hash()))));
    listeners.extend(policy::watch());
    listeners.extend(strangers::watch(keys::beware));
    app.listeners.borrow_mut().extend(listeners);
}

fn each(act: impl Fn(&Rc<Session>)) {
    for session in app().map(|app| app.sessions()).unwrap_or_default() {
        act(&session);
    }
}

fn visibility(session: &Rc<Session>) {
    tell(session, Event::Visible(dom::visible()));
    leadership::question(session);
}

/// After standing still: nothing that was known holds.
fn returned(session: &Rc<Session>) {
    session.frozen.set(false);
    let missed = std::mem::take(&mut *session.missed.borrow_mut());
    // Rows are all read again; who leads is settled anew.
    for hint in missed.into_iter().filter(|hint| !matches!(hint, Hint::Rows(_) | Hint::WhoLeads | Hint::Leads)) {
        start::hear(session, hint);
    }
    let session = Rc::clone(session);
    spawn_local(async move {
        if let Ok(rows) = session.store.rows().await {
            tell(&session, Event::Rows(rows.records));
        }
        tell(&session, Event::Woke);
        if leadership::ask_now(&session).await {
            tell(&session, Event::Leader(true));
        } else {
            leadership::wait(&session);
        }
    });
}

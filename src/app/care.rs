//! Care for what is kept: the browser is asked to keep it even when room gets short, and the person is reminded to have
//! a copy elsewhere.

use std::rc::Rc;

use flux_studio_core::backup;
use flux_studio_core::message::Notice;
use flux_studio_core::time::Wall;
use wasm_bindgen_futures::spawn_local;

use super::backup::last_of;
use super::publish;
use super::runtime::{App, app};
use super::session::{Place, Session};
use crate::platform::db::Store;
use crate::platform::{clock, storage};

/// Name of the text in the database that says when the person was last reminded.
const REMINDED: &str = "reminded";

/// Asks the browser to keep what is stored. At a press of Generate in a library that has pictures: some browsers ask the
/// person, who then knows what for. Once a visit.
pub fn ask_to_keep(app: &App, session: &Session) {
    let any = session.place == Place::Real && session.studio.borrow().overview().stored > 0;
    if any && !app.asked_to_keep.replace(true) {
        spawn_local(storage::keep());
    }
}

/// Says when it is time for an export, once the whole library is read.
pub fn remind(session: &Rc<Session>) {
    if session.place != Place::Real {
        return;
    }
    let session = Rc::clone(session);
    spawn_local(async move {
        let exported = last_of(&session).await;
        let unsaved = {
            let studio = session.studio.borrow();
            let new = |id: &&_| exported.is_none_or(|at| studio.record(id).is_some_and(|row| row.created > at));
            studio.kept().unwrap_or_default().iter().filter(new).count()
        };
        let reminded = session.store.text(REMINDED).await.ok().flatten();
        let reminded = reminded.and_then(|text| text.parse().ok()).map(Wall);
        let (now, Some(app)) = (clock::wall(), app()) else { return };
        if backup::due(unsaved, exported, reminded, now) {
            publish::say(&app, Notice::BackupDue(unsaved));
            // Not kept: the next visit reminds once more.
            let _ = session.store.put_text(REMINDED, &now.0.to_string()).await;
        }
    });
}

//! Pictures out of the library into files of the person's, one by one or many in a zip; and the settings inside files that
//! the person brings. The worker takes files apart; where it cannot, a picture leaves as it is.

use flux_studio_bytes::{Done, Inside, Task};
use flux_studio_core::attempt::Record;
use flux_studio_core::file_name;
use flux_studio_core::id::AttemptId;
use flux_studio_core::message::Notice;
use flux_studio_core::settings::Settings;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use leptos::prelude::{GetUntracked, Set, WithUntracked};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;

use super::backup::{self, Backup};
use super::runtime::{self, App};
use super::session::Session;
use crate::platform::db::Store;
use crate::platform::{blob, clock, download};

/// A file that the person brought, to see its settings.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Brought {
    /// None.
    #[default]
    Nothing,
    /// One is to be chosen.
    Wanted,
    /// It is being read.
    Looking,
    /// What is inside.
    Inside(Inside),
    /// It cannot be read; the reason ends a sentence.
    Refused(String),
}

/// What the worker says when it did something else than it was asked.
const OTHER: &str = "the worker failed";

/// Saves a picture as a file of the person's.
pub fn one(id: &AttemptId) {
    let Some((app, session)) = runtime::app().and_then(|app| Some((app.clone(), app.shown()?))) else { return };
    let id = *id;
    spawn_local(async move { save(&app, &session, &id).await });
}

/// Saves pictures as one zip; a single one as itself. What has no picture is passed over.
pub fn many(ids: &[AttemptId]) {
    let Some(session) = runtime::app().and_then(|app| app.shown()) else { return };
    let has = |id: &&AttemptId| {
        let kept = |row: &Record| row.file.is_some() || row.url.is_some();
        session.pictures.unkept(id).is_some() || session.studio.borrow().record(id).is_some_and(kept)
    };
    let ids: Vec<AttemptId> = ids.iter().filter(has).copied().collect();
    match ids.as_slice() {
        [] => {}
        [id] => one(id),
        _ => {
            let first = Backup::Packing { done: 0, of: ids.len() };
            let begun = backup::begin(first, async move |app, session| {
                let ended = match app.worker.run(Task::ExportStart { pictures: true }, None).await {
                    Ok(_) => pack(&app, &session, &ids).await,
                    // No place for a zip: then one after the other.
                    Err(_) => {
                        for id in &ids {
                            save(&app, &session, id).await;
                        }
                        Ok(None)
                    }
                };
                app.ctx.backup.set(Backup::Idle);
                if let Some(notice) = ended.unwrap_or_else(|why| Some(Notice::NotPacked(why))) {
                    runtime::say(notice);
                }
            });
            if !begun {
                runtime::say(Notice::NotPacked("another file is on its way; try again when it is done".to_owned()));
            }
        }
    }
}

/// A row, and the ways to its picture's bytes elsewhere.
fn wanted(session: &Session, id: &AttemptId) -> Option<(Record, Vec<String>)> {
    let studio = session.studio.borrow();
    let row = studio.record(id)?;
    let routes = studio
        .connection()
        .and_then(|connection| Some(connection.image_routes(&connection.image_url(row.url.as_deref()?)?)));
    Some((row.clone(), routes.unwrap_or_default()))
}

/// A picture's bytes: from memory, from the library, or straight from its address.
async fn bytes(session: &Session, id: &AttemptId, routes: &[String]) -> Option<Vec<u8>> {
    if let Some(stored) = session.pictures.unkept(id) {
        return Some(stored.data.clone());
    }
    match session.store.bytes(id).await.ok().flatten() {
        Some(stored) => Some(stored.data),
        None => session.answers.image(routes).await.ok().map(|(_, data)| data),
    }
}

fn name(settings: &Settings, row: &Record, n: usize, of: usize) -> String {
    file_name::stem(&settings.file_names, row, clock::local(row.created), n, of)
}

async fn save(app: &App, session: &Session, id: &AttemptId) {
    let Some((row, routes)) = wanted(session, id) else { return };
    let Some(data) = bytes(session, id, &routes).await else {
        // A server that lets nobody read still lets a tab show.
        if let Some(address) = routes.last() {
            blob::show(address);
        }
        return;
    };
    let settings = app.ctx.settings.get_untracked();
    let task = Task::TakeOut { row: row.to_json(), settings: settings.settings_inside };
    let (data, unchanged) = match app.worker.ask(task, Some(&data), None).await {
        Ok((Done::TakenOut { unchanged }, parts)) => match buffer(&parts) {
            Some(taken) => (taken, unchanged),
            None => (data, Some(OTHER.to_owned())),
        },
        Ok(_) => (data, Some(OTHER.to_owned())),
        Err(why) => (data, Some(why)),
    };
    let (mime, ext) = download::judge(&data).map_or(("", "bin"), |picture| (picture.mime, picture.ext));
    blob::save(&data, mime, &format!("{}.{ext}", name(&settings, &row, 1, 1)));
    if let Some(why) = unchanged {
        runtime::say(Notice::Unchanged { settings: settings.settings_inside, why });
    }
}

fn buffer(parts: &Array) -> Option<Vec<u8>> {
    let buffer = parts.iter().find_map(|part| part.dyn_into::<ArrayBuffer>().ok())?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Writes pictures into the zip that was begun, and hands it over. Says how it went.
async fn pack(app: &App, session: &Session, ids: &[AttemptId]) -> Result<Option<Notice>, String> {
    let settings = app.ctx.settings.get_untracked();
    let (mut missing, mut unchanged) = (0, 0);
    for (done, id) in ids.iter().enumerate() {
        if done.is_multiple_of(10) {
            app.ctx.backup.set(Backup::Packing { done, of: ids.len() });
        }
        let Some((row, routes)) = wanted(session, id) else { continue };
        let Some(data) = bytes(session, id, &routes).await else {
            missing += 1;
            continue;
        };
        let task = Task::PackImage {
            row: row.to_json(),
            name: name(&settings, &row, done + 1, ids.len()),
            settings: settings.settings_inside,
        };
        let packed = app.worker.run(task, Some(&data)).await?;
        unchanged += usize::from(matches!(packed.0, Done::TakenOut { unchanged: Some(_) }));
    }
    let images = backup::hand_over(app, "pictures").await?.0;
    Ok(Some(Notice::Packed { images: images as usize, missing, unchanged, settings: settings.settings_inside }))
}

/// Asks for a file.
pub fn want() {
    set(Brought::Wanted);
}

/// Nothing more to see.
pub fn dismiss() {
    set(Brought::Nothing);
}

fn set(brought: Brought) {
    if let Some(app) = runtime::app() {
        app.ctx.brought.set(brought);
    }
}

/// Reads the settings inside a file. Nothing is changed by that, and nothing is used.
pub fn look_inside(file: Blob) {
    let Some(app) = runtime::app() else { return };
    app.ctx.brought.set(Brought::Looking);
    spawn_local(async move {
        let found = match app.worker.ask(Task::LookInside, None, Some(&file)).await {
            Ok((Done::Inside(inside), _)) => Brought::Inside(inside),
            Ok(_) => Brought::Refused(OTHER.to_owned()),
            Err(why) => Brought::Refused(why),
        };
        // The person may have closed it meanwhile.
        if app.ctx.brought.with_untracked(|brought| *brought == Brought::Looking) {
            app.ctx.brought.set(found);
        }
    });
}

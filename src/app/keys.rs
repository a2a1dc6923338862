//! Settings and the key: checked, bound to each other, stored together.

use std::rc::Rc;

use flux_studio_core::address::Connection;
use flux_studio_core::event::Event;
use flux_studio_core::message::{self, Sentence};
use flux_studio_core::presets::Presets;
use flux_studio_core::secret::Secret;
use flux_studio_core::settings::{Remember, Settings};
use leptos::prelude::{ArcRwSignal, Set};
use wasm_bindgen_futures::spawn_local;

use super::runtime::{self, App, app, tell};
use super::session::Session;
use super::{effects, leadership};
use crate::platform::db::{Failure, Store};
use crate::platform::tabs::Hint;
use crate::platform::{dom, vault};

/// What became of a wish to save; `None` until that is known.
type Saved = ArcRwSignal<Option<Result<(), Sentence>>>;

/// Stores settings and, where one was typed, the key.
pub fn save_settings(settings: Settings, typed: Option<String>) -> Saved {
    let saved = Saved::new(None);
    let Some(app) = app() else { return saved };
    let real = app.real.borrow().clone();
    let Some(real) = real else { return saved };
    let answer = saved.clone();
    spawn_local(async move {
        let result = save(&app, &real, settings, typed).await;
        answer.set(Some(result));
    });
    saved
}

/// Forgets the key, here, on the device, in other tabs.
pub fn forget() {
    let Some(app) = app() else { return };
    let real = app.real.borrow().clone();
    let Some(real) = real else { return };
    app.vault.forget();
    tell(&real, Event::Key(false));
    spawn_local(async move {
        if let Some(database) = real.store.indexed() {
            // A row that cannot be taken away is of no use to anybody without this browser; the settings show no key.
            let _ = database.set_vault(None).await;
        }
        real.tabs.tell(&Hint::Key);
    });
}

/// Another tab changed settings or key: what is stored holds. A key that is only in another tab's memory stays there.
pub fn stored_changed(real: &Rc<Session>, key: bool) {
    let real = Rc::clone(real);
    spawn_local(async move {
        let Some(app) = app() else { return };
        let Ok(Some(text)) = real.store.text(effects::SETTINGS).await else { return };
        let (settings, readable) = Settings::from_json(&text);
        let (now, presets) = {
            let studio = real.studio.borrow();
            (studio.settings().clone(), studio.presets().clone())
        };
        if !readable {
            return;
        }
        let kept = settings.remember == Remember::Device;
        let binding = binding(&settings, &presets).unwrap_or_default();
        if settings != now {
            runtime::dispatch(Event::Settings(Box::new(settings)));
        }
        if key && kept {
            app.vault.forget();
            let there = load(&app, &real, &binding).await;
            tell(&real, Event::Key(there));
        } else if app.vault.key(&binding).is_some() != real.studio.borrow().overview().key {
            // Another address: the key in this tab's memory is not for it.
            let there = app.vault.key(&binding).is_some();
            tell(&real, Event::Key(there));
        }
    });
}

/// Reads the kept key of this connection; says whether there is one.
pub async fn load(app: &App, real: &Session, binding: &str) -> bool {
    match real.store.indexed() {
        Some(database) => app.vault.load(database, binding).await,
        None => false,
    }
}

/// What a key under these settings belongs to.
pub fn binding(settings: &Settings, presets: &Presets) -> Option<String> {
    Connection::resolve(settings.base_url(presets), settings.proxy_url(presets), &dom::page())
        .ok()
        .map(|connection| connection.binding())
}

async fn save(app: &App, real: &Rc<Session>, settings: Settings, typed: Option<String>) -> Result<(), Sentence> {
    let presets = real.studio.borrow().presets().clone();
    let connection = Connection::resolve(settings.base_url(&presets), settings.proxy_url(&presets), &dom::page())
        .map_err(|(field, problem)| message::address(field, problem))?;
    let typed = typed.filter(|text| !text.trim().is_empty());
    let typed = typed.map(|text| Secret::parse(&text)).transpose().map_err(message::key)?;
    let before = real.studio.borrow().settings().remember;
    let binding = connection.binding();
    let has_new = typed.is_some();
    if let Some(secret) = typed {
        app.vault.hold(secret, &binding);
    }
    let there = app.vault.key(&binding).is_some();
    if !there {
        // An address of another server: it never sees a key that was not typed for it.
        app.vault.forget();
    }
    let remember = settings.remember;
    runtime::dispatch(Event::Settings(Box::new(settings)));
    if has_new || there != real.studio.borrow().overview().key {
        tell(real, Event::Key(there));
    }
    if there && has_new && remember == Remember::Tab {
        leadership::seize(real);
    }
    let changed = has_new || !there || before != remember;
    if !changed {
        return Ok(());
    }
    let result = store(app, real, remember, there).await;
    real.tabs.tell(&Hint::Key);
    result
}

/// Keeps the key where the person wants it, and takes it away from where not.
async fn store(app: &App, real: &Session, remember: Remember, there: bool) -> Result<(), Sentence> {
    let Some(database) = real.store.indexed() else {
        return if remember == Remember::Tab || !there {
            Ok(())
        } else {
            Err(not_kept("this browser keeps nothing for this page"))
        };
    };
    let keep = there && remember == Remember::Device;
    let done = if keep {
        if !vault::can_keep() {
            return Err(not_kept("the page would have to come over https, or from this machine"));
        }
        app.vault.keep(database).await
    } else {
        database.set_vault(None).await
    };
    match done {
        Ok(()) if there && remember == Remember::Passphrase => Err(not_kept("a passphrase is not supported yet")),
        Ok(()) => Ok(()),
        Err(Failure { name, .. }) => Err(not_kept(&format!("the browser's storage said {name}"))),
    }
}

fn not_kept(why: &str) -> Sentence {
    Sentence {
        what: format!("The key holds in this tab and could not be kept on this device: {why}."),
        money: "",
        next: "After a reload you paste it again.".to_owned(),
    }
}

//! Settings and the key: checked, bound to each other, stored together.

use std::rc::Rc;

use flux_studio_core::address::Connection;
use flux_studio_core::event::Event;
use flux_studio_core::message::{self, Notice, Sentence};
use flux_studio_core::presets::Presets;
use flux_studio_core::secret::Secret;
use flux_studio_core::settings::{Remember, Settings};
use leptos::prelude::{ArcRwSignal, GetUntracked, Set};
use wasm_bindgen_futures::spawn_local;

use super::runtime::{self, App, app, tell};
use super::session::Session;
use super::{effects, leadership};
use crate::platform::db::{Failure, Store};
use crate::platform::tabs::Hint;
use crate::platform::vault::{self, Kept};
use crate::platform::{dom, strangers};

/// What became of a wish to save; `None` until that is known.
type Saved = ArcRwSignal<Option<Result<(), Sentence>>>;

/// What was typed into the form of the connection besides its settings.
#[derive(Default)]
pub struct Typed {
    /// A new key.
    pub key: Option<String>,
    /// The passphrase that opens the kept key, or under which a new one is to be kept.
    pub passphrase: Option<String>,
}

/// Stores settings and, where one was typed, the key; with the passphrase of a locked key alone, opens that.
pub fn save_settings(settings: Settings, typed: Typed) -> Saved {
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
    app.ctx.locked.set(false);
    tell(&real, Event::Key(false));
    spawn_local(async move {
        if let Some(database) = real.store.indexed() {
            // A row that cannot be taken away is of no use to anybody without this browser; the settings show no key.
            let _ = database.set_vault(None).await;
        }
        real.tabs.tell(&Hint::Key);
    });
}

/// Where the program of another page controls this one, that is said, and the key is on this device no more.
pub fn beware() {
    let Some(app) = app().filter(|_| strangers::worker()) else { return };
    runtime::say(Notice::StrangersWorker);
    let real = app.real.borrow().clone();
    spawn_local(async move {
        if let Some(database) = real.as_ref().and_then(|real| real.store.indexed()) {
            // What cannot be taken away is not read, either.
            let _ = database.set_vault(None).await;
        }
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
            let there = load(&app, &real, &binding, None).await == Kept::Key;
            tell(&real, Event::Key(there));
        } else if app.vault.key(&binding).is_some() != real.studio.borrow().overview().key {
            // Another address: the key in this tab's memory is not for it.
            let there = app.vault.key(&binding).is_some();
            tell(&real, Event::Key(there));
        }
    });
}

/// Reads the kept key of this connection. Whether it is locked is shown from here on.
pub async fn load(app: &App, real: &Session, binding: &str, passphrase: Option<&str>) -> Kept {
    let kept = match real.store.indexed() {
        Some(database) => app.vault.load(database, binding, passphrase).await,
        None => Kept::Nothing,
    };
    app.ctx.locked.set(kept == Kept::Locked);
    kept
}

/// What a key under these settings belongs to.
pub fn binding(settings: &Settings, presets: &Presets) -> Option<String> {
    Connection::resolve(settings.base_url(presets), settings.proxy_url(presets), &dom::page())
        .ok()
        .map(|connection| connection.binding())
}

async fn save(app: &App, real: &Rc<Session>, settings: Settings, typed: Typed) -> Result<(), Sentence> {
    let presets = real.studio.borrow().presets().clone();
    let connection = Connection::resolve(settings.base_url(&presets), settings.proxy_url(&presets), &dom::page())
        .map_err(|(field, problem)| message::address(field, problem))?;
    let key = typed.key.filter(|text| !text.trim().is_empty());
    let key = key.map(|text| Secret::parse(&text)).transpose().map_err(message::key)?;
    let passphrase = typed.passphrase.filter(|text| !text.is_empty());
    let (before, held) = {
        let studio = real.studio.borrow();
        (studio.settings().remember, self::binding(studio.settings(), &presets))
    };
    let binding = connection.binding();
    let mut has_new = key.is_some();
    let locked = app.ctx.locked.get_untracked() && held.as_ref() == Some(&binding);
    if let Some(secret) = key {
        app.vault.hold(secret, &binding);
    } else if let Some(passphrase) =
        passphrase.as_deref().filter(|_| locked && settings.remember == Remember::Passphrase)
    {
        if load(app, real, &binding, Some(passphrase)).await != Kept::Key {
            return Err(message::wrong_passphrase());
        }
        has_new = true;
    }
    let there = app.vault.key(&binding).is_some();
    let opened = locked && there && !app.ctx.locked.get_untracked();
    if !there {
        // An address of another server: it never sees a key that was not typed for it.
        app.vault.forget();
    }
    let remember = settings.remember;
    runtime::dispatch(Event::Settings(Box::new(settings)));
    if has_new || there != real.studio.borrow().overview().key {
        tell(real, Event::Key(there));
    }
    if there && has_new && remember != Remember::Device {
        // The other tabs do not have it: this one has to lead.
        leadership::seize(real);
    }
    // A locked key that is of the same address stays what it is.
    let waits = locked && !there && remember == Remember::Passphrase;
    let changed = has_new || !there || before != remember || passphrase.is_some();
    if !changed || opened || waits {
        return Ok(());
    }
    let result = store(app, real, remember, there, passphrase.as_deref()).await;
    real.tabs.tell(&Hint::Key);
    result
}

/// Keeps the key where the person wants it, and takes it away from where not.
async fn store(
    app: &App,
    real: &Session,
    remember: Remember,
    there: bool,
    passphrase: Option<&str>,
) -> Result<(), Sentence> {
    let Some(database) = real.store.indexed() else {
        return if remember == Remember::Tab || !there {
            Ok(())
        } else {
            Err(not_kept("this browser keeps nothing for this page"))
        };
    };
    app.ctx.locked.set(false);
    let long = passphrase.is_some_and(|text| text.chars().count() >= vault::PASSPHRASE_MIN);
    let weak = there && remember == Remember::Passphrase && !long;
    let done = if there && remember != Remember::Tab && !weak {
        if strangers::are_here() {
            let _ = database.set_vault(None).await;
            return Err(not_kept("pages of strangers share its address"));
        }
        if !vault::can_keep() {
            return Err(not_kept("the page would have to come over https, or from this machine"));
        }
        app.vault.keep(database, passphrase.filter(|_| remember == Remember::Passphrase)).await
    } else {
        database.set_vault(None).await
    };
    match done {
        Ok(()) if weak => Err(not_kept("the passphrase has to have at least 8 characters")),
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

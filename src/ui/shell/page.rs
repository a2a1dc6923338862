//! The page as a whole: keys and dropped files, which work anywhere. (Title and theme are set by the app, which knows them first.)

use flux_studio_core::event::Event;
use flux_studio_core::route::Route;
use leptos::prelude::*;
use web_sys::{DragEvent, File, KeyboardEvent};

use crate::app::{backup, takeout};
use crate::ui::handle::Ui;
use crate::ui::kit::boxed::{effect, memo};
use crate::ui::kit::dom;

/// Follows the stored density and listens for keys that work anywhere, as long as the page lives.
pub fn keep(ui: Ui) {
    let density = memo(move || ui.settings.with(|s| s.density));
    effect(move || ui.density.set(density.get()));

    dom::listen(&document(), "keydown", move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        // From wherever somebody types, too.
        let commands = command && event.key() == "k";
        if (dom::typing(&event) && !commands) || dom::dialog_open() {
            return;
        }
        match event.key().as_str() {
            _ if commands => ui.commands.set(true),
            "?" if plain => ui.help.set(true),
            _ if dom::undo(&event) => ui.dispatch(Event::TakeBack(None)),
            "a" if command => ui.choose_all(),
            "Escape" if plain && ui.selection.with_untracked(|chosen| !chosen.is_empty()) => {
                ui.selection.update(|chosen| chosen.clear());
            }
            _ => return,
        }
        event.prevent_default();
    });

    // A dropped file never takes the place of the page, wherever it falls; a text falls where texts go.
    for name in ["dragover", "drop"] {
        dom::listen(&document(), name, move |event: DragEvent| {
            let Some(carried) = event.data_transfer() else { return };
            let files = carried.types().includes(&"Files".into(), 0);
            if files || !dom::typing(&event) {
                event.prevent_default();
            }
            if name == "dragover" {
                return dropping(files);
            }
            dropping(false);
            if let Some(file) = carried.files().and_then(|files| files.get(0)) {
                brought(ui, file);
            }
        });
    }
    dom::listen(&document(), "dragleave", |event: DragEvent| {
        if event.related_target().is_none() {
            dropping(false);
        }
    });
}

/// Marks the page while a file is held over it.
fn dropping(on: bool) {
    if let Some(root) = document().document_element() {
        let _ = if on { root.set_attribute("data-dropping", "") } else { root.remove_attribute("data-dropping") };
    }
}

/// A library goes the way of imports, which begins in the settings; of anything else the settings inside are shown.
fn brought(ui: Ui, file: File) {
    if file.name().to_ascii_lowercase().ends_with(".zip") || file.type_().ends_with("/zip") {
        ui.go(&Route::Settings);
        backup::open(file.into());
    } else {
        takeout::look_inside(file.into());
    }
}

//! The page as a whole: keys that work anywhere. (Title and theme are set by the app, which knows them first.)

use flux_studio_core::event::Event;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::handle::Ui;
use crate::ui::kit::boxed::{effect, memo};
use crate::ui::kit::dom;

/// Follows the stored density and listens for keys that work anywhere, as long as the page lives.
pub fn keep(ui: Ui) {
    let density = memo(move || ui.settings.with(|s| s.density));
    effect(move || ui.density.set(density.get()));

    dom::listen(&document(), "keydown", move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if dom::typing(&event) || dom::dialog_open() {
            return;
        }
        let command = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        match event.key().as_str() {
            "?" if plain => ui.help.set(true),
            "z" if command => ui.dispatch(Event::TakeBack(None)),
            "a" if command => ui.choose_all(),
            "Escape" if plain && ui.selection.with_untracked(|chosen| !chosen.is_empty()) => {
                ui.selection.update(|chosen| chosen.clear());
            }
            _ => return,
        }
        event.prevent_default();
    });
}

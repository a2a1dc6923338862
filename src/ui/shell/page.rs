//! The page as a whole: keys that work anywhere. (Title and theme are set by the app, which knows them first.)

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::handle::Ui;
use crate::ui::kit::boxed::{effect, memo};
use crate::ui::kit::dom;

/// Follows the stored density and listens for `?`, as long as the page lives.
pub fn keep(ui: Ui) {
    let density = memo(move || ui.settings.with(|s| s.density));
    effect(move || ui.density.set(density.get()));

    dom::listen(&document(), "keydown", move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "?" && plain && !dom::typing(&event) {
            event.prevent_default();
            ui.help.set(true);
        }
    });
}

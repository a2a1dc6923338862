//! The page as a whole: title, theme, and keys that work anywhere.

use flux_studio_core::settings::Theme;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::ui::handle::Ui;
use crate::ui::kit::dom;
use crate::ui::text;

/// Keeps title and theme true and listens for `?`, as long as the page lives.
pub fn keep(ui: Ui) {
    let counts = Memo::new(move |_| ui.overview.with(|o| (o.running, o.demo)));
    Effect::new(move || {
        let (running, demo) = counts.get();
        document().set_title(&text::title(running, demo));
    });

    let theme = Memo::new(move |_| ui.settings.with(|s| s.theme));
    Effect::new(move || {
        let Some(root) = document().document_element() else { return };
        // Both only fail for names that are no attribute names.
        let _ = match theme.get() {
            Theme::System => root.remove_attribute("data-theme"),
            Theme::Light => root.set_attribute("data-theme", "light"),
            Theme::Dark => root.set_attribute("data-theme", "dark"),
        };
    });

    let density = Memo::new(move |_| ui.settings.with(|s| s.density));
    Effect::new(move || ui.density.set(density.get()));

    dom::listen(&document(), "keydown", move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "?" && plain && !dom::typing(&event) {
            event.prevent_default();
            ui.help.set(true);
        }
    });
}

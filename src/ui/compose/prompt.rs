//! The prompt's box stands in index.html and takes text before the program is there. Here it gets its ears.

use flux_studio_core::limits;
use leptos::prelude::*;
use web_sys::{Event, HtmlFormElement, KeyboardEvent};

use crate::ui::handle::{Ui, prompt_box};
use crate::ui::kit::boxed::{dynamic, effect, memo, part};
use crate::ui::kit::dom;
use crate::ui::{handle, text};

/// Connects the box with the studio, as long as the page lives.
pub fn bind(ui: Ui) {
    let Some(prompt) = prompt_box() else { return };

    for name in ["input", "change"] {
        dom::listen(&prompt, name, move |_: Event| ui.compose(|_| {}));
    }
    dom::listen(&prompt, "focus", move |_: Event| ui.sheet.set(true));
    dom::listen(&prompt, "keydown", move |event: KeyboardEvent| {
        // Enter that ends a composition (Japanese, Chinese) belongs to the text.
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && !event.is_composing() {
            event.prevent_default();
            ui.generate(event.repeat());
        }
    });
    if let Some(form) = dom::by_id::<HtmlFormElement>("composer") {
        // Enter in a field must never spend money, and the page must never be sent anywhere.
        dom::listen(&form, "submit", |event: Event| event.prevent_default());
        dom::listen(&form, "keydown", move |event: KeyboardEvent| {
            if event.key() == "Escape" && ui.sheet.get_untracked() && !event.is_composing() {
                ui.sheet.set(false);
                dom::blur();
            }
        });
        effect(move || {
            let state = if ui.sheet.get() { "open" } else { "closed" };
            // Only fails for names that are no attribute names.
            let _ = form.set_attribute("data-sheet", state);
        });
    }

    // What the studio changed goes into the box. Only when it starts (or changes into the demo) may the two differ
    // because the person was typing: then the typed text is the truth.
    let prompt_text = memo(move || ui.draft.with(|draft| draft.prompt.clone()));
    Effect::new(move |was_ready: Option<bool>| {
        let ready = ui.ready.get();
        let wanted = prompt_text.get();
        let typed = prompt.value();
        if typed != wanted {
            if !ready || (was_ready != Some(true) && !typed.is_empty()) {
                ui.compose(|_| {});
            } else {
                prompt.set_value(&wanted);
            }
        }
        ready
    });
}

/// The line below the text: how much there is.
#[component]
pub fn PromptTools() -> impl IntoView {
    let ui = handle::ui();
    let said = memo(move || {
        ui.draft.with(|draft| {
            let characters = draft.prompt.trim().chars().count();
            if characters > limits::PROMPT_MAX_CHARS {
                (true, text::too_long(characters, limits::PROMPT_MAX_CHARS))
            } else {
                (false, text::words(draft.prompt.split_whitespace().count()))
            }
        })
    });
    view! {
        <span class="keys-hint" aria-hidden="true"><kbd>{text::SHORTCUT_MAKES}</kbd></span>
        <span class="hint num" data-long=dynamic(move || said.get().0.then_some(""))>{part(move || said.get().1)}</span>
    }
}

//! Narrow windows: the choices in words, which open the composer's sheet, and the cloth behind that sheet.

use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::icon::{Icon, small};
use crate::ui::kit::boxed::{dynamic, part};
use crate::ui::text;

/// The line under the prompt on phones.
#[component]
pub fn Summary() -> impl IntoView {
    let ui = ui();
    let choices = move || {
        ui.draft.with(|draft| {
            let images = text::images(usize::from(draft.count));
            format!("{} · {} · {images}", draft.mode.as_str(), draft.shape.text().replace('x', "×"))
        })
    };
    view! {
        <button
            type="button"
            class="btn c-summary"
            aria-label=dynamic(move || format!("{}: {}", text::SUMMARY, choices()))
            aria-expanded=dynamic(move || if ui.sheet.get() { "true" } else { "false" })
            aria-controls="composer"
            on:click=move |_| ui.sheet.update(|open| *open = !*open)
        >
            <span>{part(choices)}</span>
            {small(Icon::Up)}
        </button>
    }
}

/// The cloth over the library while the sheet is open. It stands beside the composer, not in it, so that it lies below.
#[component]
pub fn Scrim() -> impl IntoView {
    let ui = ui();
    view! {
        {part(move || ui.sheet.get().then(|| view! {
            <button type="button" class="scrim" tabindex="-1" aria-label=text::CLOSE_COMPOSER on:click=move |_| ui.sheet.set(false)></button>
        }))}
    }
}

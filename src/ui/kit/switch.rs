//! A switch: a setting that holds at once.

use leptos::prelude::*;

use crate::ui::kit::boxed::dynamic;

/// A switch with its name and what it does.
#[component]
pub fn Switch(
    /// Its name.
    name: &'static str,
    /// What it does, in a sentence.
    why: &'static str,
    /// Id of that sentence in the document.
    why_id: &'static str,
    /// Whether it is on.
    on: Memo<bool>,
    /// It was turned.
    #[prop(into)]
    turn: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="switch">
            <span>{name}<small id=why_id>{why}</small></span>
            <input
                class="check"
                type="checkbox"
                role="switch"
                aria-label=name
                aria-describedby=why_id
                prop:checked=dynamic(move || on.get())
                on:change=move |event| turn.run(event_target_checked(&event))
            />
        </label>
    }
}

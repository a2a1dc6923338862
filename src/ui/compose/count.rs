//! How many pictures one press makes.

use flux_studio_core::limits::IMAGES_MAX;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::icon::Icon;
use crate::ui::kit::boxed::{dynamic, memo};
use crate::ui::kit::button::IconButton;
use crate::ui::text;

/// Spinbutton "Images" with a button on either side.
#[component]
pub fn Count() -> impl IntoView {
    let ui = ui();
    let count = memo(move || ui.draft.with(|draft| draft.count));
    let ready = ui.ready;
    let set = move |wanted: u16| ui.compose(|draft| draft.count = wanted.clamp(1, IMAGES_MAX));
    let typed = move |event: leptos::ev::Event| {
        // While a number is being typed the field may be empty or out of range for a moment; `change` tidies up.
        if let Ok(wanted) = event_target_value(&event).trim().parse::<u16>()
            && (1..=IMAGES_MAX).contains(&wanted)
        {
            set(wanted);
        }
    };
    let left = move |event: leptos::ev::Event| {
        let wanted = event_target_value(&event).trim().parse::<u16>().unwrap_or(1).clamp(1, IMAGES_MAX);
        set(wanted);
        event_target::<web_sys::HtmlInputElement>(&event).set_value(&wanted.to_string());
    };
    view! {
        <div class="f-count c-line">
            <label class="label" for="count">{text::IMAGES}</label>
            <div class="stepper">
                <IconButton
                    name=text::FEWER
                    shows=Icon::Minus
                    disabled=Signal::derive(move || !ready.get() || count.get() <= 1)
                    press=move |()| set(count.get_untracked().saturating_sub(1))
                />
                <input
                    id="count"
                    type="number"
                    min="1"
                    max=IMAGES_MAX.to_string()
                    inputmode="numeric"
                    autocomplete="off"
                    disabled=dynamic(move || !ready.get())
                    prop:value=dynamic(move || count.get().to_string())
                    on:input=typed
                    on:change=left
                />
                <IconButton
                    name=text::MORE
                    shows=Icon::Plus
                    disabled=Signal::derive(move || !ready.get() || count.get() >= IMAGES_MAX)
                    press=move |()| set(count.get_untracked().saturating_add(1))
                />
            </div>
        </div>
    }
}

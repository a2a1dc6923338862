//! The composer. Its form and the prompt are in index.html; these are the parts around the prompt.

pub mod count;
pub mod foot;
pub mod modes;
pub mod prompt;
pub mod sizes;
pub mod summary;

use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::icon::{Icon, small};
use crate::ui::kit::boxed::{dynamic, memo};
use crate::ui::text;

/// Mode, size, count and what is rarely needed.
#[component]
pub fn Options() -> impl IntoView {
    view! {
        <modes::Modes/>
        <sizes::Sizes/>
        <count::Count/>
        <Advanced/>
    }
}

#[component]
fn Advanced() -> impl IntoView {
    let ui = ui();
    let hook = memo(move || ui.draft.with(|draft| draft.hook_url.clone()));
    view! {
        <details class="advanced" open=hook.with_untracked(|hook| !hook.is_empty())>
            <summary>{small(Icon::Chevron)}{text::ADVANCED}</summary>
            <div class="f">
                <label for="hook">{text::HOOK}</label>
                <input
                    class="input"
                    id="hook"
                    type="url"
                    inputmode="url"
                    autocomplete="off"
                    spellcheck="false"
                    dir="ltr"
                    aria-describedby="hook-help"
                    disabled=dynamic(move || !ui.ready.get())
                    prop:value=dynamic(move || hook.get())
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        ui.compose(|draft| draft.hook_url = text);
                    }
                />
                <p class="help" id="hook-help">{text::HOOK_HELP}</p>
            </div>
        </details>
    }
}

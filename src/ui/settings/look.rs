//! Section "Look". What is chosen here holds at once.

use flux_studio_core::settings::Theme;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::kit::boxed::{dynamic, memo};
use crate::ui::text;

/// The section.
#[component]
pub fn Look() -> impl IntoView {
    let ui = ui();
    let theme = memo(move || ui.settings.with(|settings| settings.theme));
    let choices =
        [(Theme::System, text::THEME_SYSTEM), (Theme::Light, text::THEME_LIGHT), (Theme::Dark, text::THEME_DARK)];
    view! {
        <section class="set" aria-labelledby="set-look">
            <header><h2 id="set-look">{text::LOOK}</h2><p>{text::LOOK_WHY}</p></header>
            <div class="fields">
                <div class="f">
                    <span class="label" id="theme-label">{text::THEME}</span>
                    <div class="choices choices-row" role="radiogroup" aria-labelledby="theme-label">
                        {choices
                            .into_iter()
                            .map(|(choice, name)| {
                                view! {
                                    <label class="choice">
                                        <input
                                            class="radio"
                                            type="radio"
                                            name="theme"
                                            prop:checked=dynamic(move || theme.get() == choice)
                                            on:change=move |_| ui.set(|settings| settings.theme = choice)
                                        />
                                        <span><b>{name}</b></span>
                                    </label>
                                }
                            })
                            .collect_view()}
                    </div>
                </div>
            </div>
        </section>
    }
}

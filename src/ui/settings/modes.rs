//! Section "Modes": whether the later ones are offered, and those that the person added. Holds at once.

use flux_studio_core::mode::ModeId;
use leptos::prelude::*;

use crate::ui::handle::{Ui, ui};
use crate::ui::icon::Icon;
use crate::ui::icon::icon;
use crate::ui::kit::boxed::{each, memo, part};
use crate::ui::kit::switch::Switch;
use crate::ui::text;

/// The section.
#[component]
pub fn OwnModes() -> impl IntoView {
    let ui = ui();
    let more = memo(move || ui.settings.with(|settings| settings.more_modes));
    let own = memo(move || ui.settings.with(|settings| settings.own_modes.clone()));
    view! {
        <section class="set" aria-labelledby="set-modes">
            <header><h2 id="set-modes">{text::MODES}</h2><p>{text::MODES_WHY}</p></header>
            <div class="fields">
                <Switch
                    name=text::LATER_MODES
                    why=text::LATER_MODES_WHY
                    why_id="later-why"
                    on=more
                    turn=move |on| ui.set(|settings| settings.more_modes = on)
                />
                <div class="f">
                    <span class="label" id="own-modes">{text::OWN_MODES}</span>
                    {part(move || if own.with(Vec::is_empty) {
                        view! { <p class="help">{text::NO_OWN_MODES}</p> }.into_any()
                    } else {
                        view! {
                            <ul class="own-modes" aria-labelledby="own-modes">
                                {each(move || own.get(), |mode| mode.as_str().to_owned(), move |mode| one(ui, mode))}
                            </ul>
                        }
                        .into_any()
                    })}
                </div>
            </div>
        </section>
    }
}

fn one(ui: Ui, mode: ModeId) -> impl IntoView {
    let name = text::remove(mode.as_str());
    let shown = mode.as_str().to_owned();
    let remove = move |_| ui.set(|settings| settings.own_modes.retain(|known| *known != mode));
    view! {
        <li>
            <bdi>{shown}</bdi>
            <button type="button" class="icon-btn" aria-label=name.clone() title=name on:click=remove>{icon(Icon::Cross)}</button>
        </li>
    }
}

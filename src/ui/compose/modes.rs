//! Which model draws. The catalogue's first three, later ones when wished for, and ids of one's own.

use flux_studio_core::mode::{CATALOGUE, ModeId};
use leptos::html;
use leptos::prelude::*;

use crate::ui::handle::{Ui, ui};
use crate::ui::kit::boxed::{dynamic, each, memo, part};
use crate::ui::kit::said::said;
use crate::ui::text;

/// What is offered, with a word where the catalogue has one. The chosen mode is always among it.
fn offered(ui: Ui) -> Vec<(String, &'static str)> {
    let mut modes: Vec<(String, &'static str)> = Vec::new();
    let mut offer = |id: &str, note| {
        if !modes.iter().any(|(known, _)| known == id) {
            modes.push((id.to_owned(), note));
        }
    };
    let (more, own) = ui.settings.with(|settings| (settings.more_modes, settings.own_modes.clone()));
    for mode in CATALOGUE.iter().filter(|mode| mode.first) {
        offer(mode.id, mode.note);
    }
    ui.presets.with(|presets| presets.modes.iter().for_each(|mode| offer(mode.as_str(), "")));
    own.iter().for_each(|mode| offer(mode.as_str(), ""));
    for mode in CATALOGUE.iter().filter(|mode| more && !mode.first) {
        offer(mode.id, mode.note);
    }
    ui.draft.with(|draft| offer(draft.mode.as_str(), ""));
    modes
}

/// Radiogroup "Mode".
#[component]
pub fn Modes() -> impl IntoView {
    let ui = ui();
    let modes = memo(move || offered(ui));
    let chosen = memo(move || ui.draft.with(|draft| draft.mode.as_str().to_owned()));
    let more = memo(move || ui.settings.with(|settings| settings.more_modes));
    view! {
        <div class="f-mode">
            <div class="c-head">
                <span class="label" id="mode-label">{text::MODE}</span>
                <button
                    type="button"
                    class="btn btn-plain"
                    aria-expanded=dynamic(move || if more.get() { "true" } else { "false" })
                    disabled=dynamic(move || !ui.ready.get())
                    on:click=move |_| ui.set(|settings| settings.more_modes = !settings.more_modes)
                >
                    {part(move || if more.get() { text::FEWER_MODES } else { text::MORE_MODES })}
                </button>
            </div>
            <div class="modes" role="radiogroup" aria-labelledby="mode-label">
                {each(move || modes.get(), |(id, _)| id.as_str().to_owned(), move |(id, note)| one(ui, chosen, id, note))}
            </div>
            {part(move || more.get().then(|| view! { <AddMode/> }))}
        </div>
    }
}

fn one(ui: Ui, chosen: Memo<String>, id: String, note: &'static str) -> impl IntoView {
    let mine = {
        let id = id.clone();
        memo(move || chosen.with(|chosen| *chosen == id))
    };
    let choose = {
        let id = ModeId::parse(&id);
        move |_| {
            let Some(mode) = id.clone() else { return };
            ui.compose(|draft| draft.mode = mode);
        }
    };
    // Only the chosen mode's price is known for the chosen shape; the demo has none.
    let cost = move || {
        let free = ui.overview.with(|o| o.demo);
        mine.get().then(|| ui.cost.with(|cost| text::each(cost.each.filter(|_| !free), cost.expected_ms)))
    };
    view! {
        <label class="mode">
            <input
                class="radio"
                type="radio"
                name="mode"
                value=id.clone()
                prop:checked=dynamic(move || mine.get())
                disabled=dynamic(move || !ui.ready.get())
                on:change=choose
            />
            <span><b>{id}</b>" "<span class="what">{note}</span></span>
            <span class="cost">{part(cost)}</span>
        </label>
    }
}

#[component]
fn AddMode() -> impl IntoView {
    let ui = ui();
    let field = NodeRef::<html::Input>::new();
    let wrong = RwSignal::new(false);
    let add = move || {
        let Some(field) = field.get_untracked() else { return };
        let Some(mode) = ModeId::parse(&field.value()) else { return wrong.set(true) };
        wrong.set(false);
        field.set_value("");
        ui.set(|settings| {
            if !settings.own_modes.contains(&mode) && !CATALOGUE.iter().any(|known| known.id == mode.as_str()) {
                settings.own_modes.push(mode.clone());
            }
        });
        ui.compose(|draft| draft.mode = mode);
    };
    view! {
        <div class="more-modes">
            <div class="add-mode">
                <input
                    node_ref=field
                    class="input"
                    type="text"
                    aria-label=text::ADD_MODE
                    placeholder=text::ADD_MODE
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-invalid=dynamic(move || wrong.get().then_some("true"))
                    aria-describedby="add-mode-said"
                    disabled=dynamic(move || !ui.ready.get())
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                            add();
                        }
                    }
                />
                <button type="button" class="btn" disabled=dynamic(move || !ui.ready.get()) on:click=move |_| add()>{text::ADD}</button>
            </div>
            {part(move || wrong.get().then(|| said(false, text::BAD_MODE.to_owned(), Some("add-mode-said"))))}
        </div>
    }
}

//! Above the pictures: what is looked at.

use flux_studio_core::event::Event;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::kit::boxed::{dynamic, effect, memo, part};
use crate::ui::text;

/// All, or the trash with what can be done with it.
#[component]
pub fn Finder() -> impl IntoView {
    let ui = ui();
    let trash = memo(move || ui.look.with(|look| look.trash));
    let counts = memo(move || ui.overview.with(|o| (o.shown, o.trash, o.trash_bytes)));
    // What is not listed any more is not chosen any more: nothing happens to what nobody sees.
    effect(move || {
        let list = ui.list.get();
        if !ui.selection.with_untracked(|chosen| chosen.is_empty()) {
            let ids: Vec<_> = list.iter().map(|listed| listed.id).collect();
            ui.selection.update(|chosen| chosen.keep_only(&ids));
        }
    });
    let chip = move |name: &'static str, on: bool, count: fn((usize, usize, u64)) -> usize| {
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=dynamic(move || if trash.get() == on { "true" } else { "false" })
                on:click=move |_| ui.look(|look| look.trash = on)
            >
                {name}" "
                <span class="n">{part(move || count(counts.get()))}</span>
            </button>
        }
    };
    let empty = move |name: &'static str, favourites: bool| {
        let press = move |_| ui.dispatch(Event::EmptyTrash { favourites });
        view! { <button type="button" class="btn btn-small btn-bad" on:click=press>{name}</button> }
    };
    part(move || {
        (counts.get().1 > 0 || trash.get()).then(|| {
            view! {
                <div class="finder">
                    <div class="chips">{chip(text::ALL, false, |counts| counts.0)} {chip(text::TRASH, true, |counts| counts.1)}</div>
                    {part(move || trash.get().then(|| view! {
                        <p class="quiet">{part(move || text::trash(counts.get().1, counts.get().2))}</p>
                        {empty(text::EMPTY_TRASH, true)}
                        {empty(text::EMPTY_BUT_FAVOURITES, false)}
                    }))}
                </div>
            }
        })
    })
}

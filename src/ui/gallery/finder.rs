//! Above the pictures: the search box with its language, what is looked at, and in which order.

use flux_studio_core::event::Event;
use flux_studio_core::find::{Query, Sort};
use flux_studio_core::time::Wall;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::complete::{self, Completion, Completions};
use super::searches::Searches;
use crate::ui::handle::ui;
use crate::ui::icon::{Icon, small};
use crate::ui::kit::boxed::{dynamic, each, effect, memo, part};
use crate::ui::text;

/// The orders, with their names.
const SORTS: [(Sort, &str); 5] = [
    (Sort::Newest, text::NEWEST),
    (Sort::Oldest, text::OLDEST),
    (Sort::Rating, text::BEST),
    (Sort::Quota, text::DEAREST),
    (Sort::Duration, text::SLOWEST),
];

/// Search, the trash with what can be done with it, and the order.
#[component]
pub fn Finder() -> impl IntoView {
    let ui = ui();
    let trash = memo(move || ui.look.with(|look| look.trash));
    let typed = memo(move || ui.look.with(|look| look.text.clone()));
    let counts = memo(move || ui.overview.with(|o| (o.shown, o.trash, o.trash_bytes)));
    // What is not listed any more is not chosen any more: nothing happens to what nobody sees.
    effect(move || {
        ui.list.track();
        if !ui.selection.with_untracked(|chosen| chosen.is_empty()) {
            let all = ui.listed();
            ui.selection.update(|chosen| chosen.keep_only(&all));
        }
    });
    let shelf = move |name: &'static str, on: bool, count: fn((usize, usize, u64)) -> usize| {
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
    // Which terms are filters does not depend on the time.
    let filters = move || typed.with(|text| Query::parse(text, Wall(0), 0).chips());
    let filter = move |(index, term): (usize, String)| {
        let off = move |_| ui.look(|look| look.text = Query::parse(&look.text, Wall(0), 0).without(index));
        view! {
            <button type="button" class="chip" aria-label=text::remove(&term) on:click=off>{term.clone()}{small(Icon::Cross)}</button>
        }
    };
    let order = move |event| {
        let chosen = event_target_value(&event);
        if let Some((sort, _)) = SORTS.into_iter().find(|(_, name)| *name == chosen) {
            ui.look(|look| look.sort = sort);
        }
    };
    let look_for = move |text: String| {
        if typed.with_untracked(|typed| *typed != text) {
            ui.look(|look| look.text = text);
        }
    };
    let completion = Completion::new(typed);
    let box_typed = move |event: leptos::ev::Event| {
        look_for(event_target_value(&event));
        if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            completion.typed(ui, &input);
        }
    };
    let sort = memo(move || ui.look.with(|look| look.sort));
    let together = memo(move || ui.look.with(|look| look.together));
    let nothing = memo(move || ui.list.with(|list| list.is_empty()));
    view! {
        <div class="finder">
            <div class="search-box">
            <input
                type="search"
                class="input search"
                aria-label=text::SEARCH
                placeholder=text::SEARCH
                autocomplete="off"
                aria-autocomplete="list"
                aria-controls=complete::LIST
                aria-activedescendant=dynamic(move || completion.active())
                on:keydown=move |event| completion.key(ui, &event)
                on:blur=move |_| completion.close()
                prop:value=dynamic(move || typed.get())
                on:input=box_typed
                // Some ways of emptying it say only this.
                on:change=move |event| look_for(event_target_value(&event))
            />
            <Completions completion=completion/>
            </div>
            <div class="chips">
                {each(filters, |(index, term)| format!("{index} {term}"), filter)}
                {part(move || (counts.get().1 > 0 || trash.get()).then(|| (
                    shelf(text::ALL, false, |counts| counts.0),
                    shelf(text::TRASH, true, |counts| counts.1),
                )))}
            </div>
            <Searches/>
            <button
                type="button"
                class="chip"
                aria-pressed=dynamic(move || if together.get() { "true" } else { "false" })
                on:click=move |_| ui.look(|look| look.together = !look.together)
            >
                {text::TOGETHER}
            </button>
            <select class="input input-small" aria-label=text::SORT on:change=order>
                {SORTS
                    .map(|(one, name)| view! { <option prop:selected=dynamic(move || sort.get() == one)>{name}</option> })
                    .collect_view()}
            </select>
            {part(move || trash.get().then(|| view! {
                <p class="quiet">{part(move || text::trash(counts.get().1, counts.get().2))}</p>
                {empty(text::EMPTY_TRASH, true)}
                {empty(text::EMPTY_BUT_FAVOURITES, false)}
            }))}
        </div>
        {part(move || nothing.get().then(|| view! { <p class="nothing quiet" role="status">{text::NOTHING_FOUND}</p> }))}
    }
}

//! Searches under names: looked at again with one press, kept from what stands in the search box.

use flux_studio_core::find::SavedSearch;
use leptos::html;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::icon::{Icon, small};
use crate::ui::kit::boxed::{dynamic, each, memo, part};
use crate::ui::text;

/// Unfolds the list of kept searches.
#[component]
pub fn Searches() -> impl IntoView {
    let ui = ui();
    let fold = NodeRef::<html::Details>::new();
    let name = RwSignal::new(String::new());
    let kept = memo(move || ui.settings.with(|settings| settings.searches.all().to_vec()));
    let typed = memo(move || ui.look.with(|look| look.text.trim().to_owned()));
    let close = move || {
        if let Some(fold) = fold.get_untracked() {
            fold.set_open(false);
        }
    };
    let keep = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let named = name.get_untracked().trim().to_owned();
        let look = ui.look.get_untracked();
        // Without a name it is called what it is.
        let named = if named.is_empty() { look.text.trim().to_owned() } else { named };
        ui.set(|settings| {
            settings.searches.add(SavedSearch { name: named, text: look.text, sort: look.sort });
        });
        name.set(String::new());
    };
    let one = move |search: SavedSearch| {
        let (label, gone) = (search.name.clone(), search.name.clone());
        let go = move |_| {
            let search = search.clone();
            ui.look(|look| (look.text, look.sort) = (search.text, search.sort));
            close();
        };
        view! {
            <li>
                <button type="button" class="btn btn-plain" on:click=go>{label.clone()}</button>
                <button
                    type="button"
                    class="icon-btn"
                    aria-label=text::remove(&label)
                    title=text::remove(&label)
                    on:click=move |_| ui.set(|settings| { settings.searches.remove(&gone); })
                >
                    {small(Icon::Cross)}
                </button>
            </li>
        }
    };
    let escape = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            close();
        }
    };
    view! {
        <details class="menu" node_ref=fold on:keydown=escape>
            <summary class="btn btn-small">{text::SEARCHES}{small(Icon::Chevron)}</summary>
            <div class="menu-in">
                {part(move || kept.with(Vec::is_empty).then(|| view! { <p class="quiet">{text::NO_SEARCHES}</p> }))}
                <ul>{each(move || kept.get(), |search| format!("{}\n{}", search.name, search.text), one)}</ul>
                {part(move || typed.with(|typed| !typed.is_empty()).then(|| view! {
                    <form class="line" on:submit=keep>
                        <input
                            class="input"
                            type="text"
                            autocomplete="off"
                            maxlength="60"
                            aria-label=text::SEARCH_NAME
                            placeholder=dynamic(move || typed.get())
                            prop:value=dynamic(move || name.get())
                            on:input=move |event| name.set(event_target_value(&event))
                        />
                        <button type="submit" class="btn">{text::KEEP_SEARCH}</button>
                    </form>
                }))}
            </div>
        </details>
    }
}

//! What can be done with the chosen images: a bar at the foot of the library while any are chosen.

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::event::Event;
use flux_studio_core::limits;
use flux_studio_core::route::Route;
use flux_studio_core::view::Button;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

use crate::app::backup::Backup;
use crate::ui::handle::{Ui, ui};
use crate::ui::icon::Icon;
use crate::ui::kit::boxed::{memo, part};
use crate::ui::kit::button::IconButton;
use crate::ui::labels::Kind;
use crate::ui::text;

/// Toolbar "Selection".
pub fn selected() -> AnyView {
    let ui = ui();
    let count = memo(move || ui.selection.with(|selection| selection.len()));
    let trash = memo(move || ui.look.with(|look| look.trash));
    part(move || {
        (count.get() > 0).then(|| {
            let way = move |name: &'static str, shows: Icon, press: fn(Ui)| {
                view! { <IconButton name=name shows=shows press=move |()| press(ui)/> }
            };
            view! {
                <div class="selbar" role="toolbar" aria-label=text::SELECTION>
                    <span class="num" role="status">{part(move || text::selected(count.get()))}</span>
                    {part(move || match ui.backup.get() {
                        Backup::Packing { done, of } => Some(view! {
                            <progress max=of.to_string() value=done.to_string() aria-label=text::PACKING title=text::progress(text::PACKING, done, of)></progress>
                        }),
                        _ => None,
                    })}
                    {way(Button::Favourite.label(), Icon::Heart, favourite)}
                    <Stars/>
                    {way(text::TAGS, Icon::Tag, |ui| ui.labels.set(Some(Kind::Tag)))}
                    {way(text::COLLECTIONS, Icon::Folder, |ui| ui.labels.set(Some(Kind::Collection)))}
                    {way(Button::Download.label(), Icon::Down, download)}
                    {part(move || (count.get() == 2).then(|| way(text::COMPARE, Icon::Compare, compare)))}
                    {part(move || if trash.get() {
                        way(text::RESTORE, Icon::Reuse, |ui| ui.mark_chosen(Mark::Trash(false)))
                    } else {
                        way(Button::Delete.label(), Icon::Trash, |ui| ui.mark_chosen(Mark::Trash(true)))
                    })}
                    <button type="button" class="btn btn-small btn-plain" on:click=move |_| ui.choose_all()>{text::SELECT_ALL}</button>
                    {way(text::CLEAR_SELECTION, Icon::Cross, |ui| ui.selection.update(|selection| selection.clear()))}
                </div>
            }
        })
    })
    .into_any()
}

/// The two that are chosen, side by side.
fn compare(ui: Ui) {
    if let [one, other] = ui.chosen()[..] {
        ui.beside.set(Some(one));
        ui.go(&Route::Image(other));
    }
}

/// A choice of stars for all that are chosen.
#[component]
fn Stars() -> impl IntoView {
    let ui = ui();
    let rate = move |event: leptos::ev::Event| {
        if let Ok(stars) = event_target_value(&event).parse::<u8>() {
            ui.mark_chosen(Mark::Rating(stars));
        }
        // It says something and holds nothing: the same can be said again.
        if let Some(select) = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok()) {
            select.set_value("");
        }
    };
    view! {
        <select class="input input-small" aria-label=text::RATING on:change=rate>
            <option value="" selected>{text::RATING}</option>
            {(0..=limits::RATING_MAX).rev().map(|stars| view! { <option value=stars.to_string()>{text::stars(stars)}</option> }).collect_view()}
        </select>
    }
}

/// All become favourites; where all are, none is any more.
fn favourite(ui: Ui) {
    let ids = ui.chosen();
    let on = ids.iter().any(|id| ui.ctx().ahead(id).is_some_and(|record| !record.favourite));
    ui.dispatch(Event::Mark(ids, Mark::Favourite(on)));
}

fn download(ui: Ui) {
    ui.ctx().download_all(&ui.chosen());
}

//! Dialog "Image": one picture large, with its neighbours and everything that is known of it.

mod details;
mod raw;
mod stage;
mod strip;

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::event::Event;
use flux_studio_core::id::AttemptId;
use flux_studio_core::route::Route;
use flux_studio_core::view::{Button, Tile};
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::app::pictures::{Kind, Picture};
use crate::ui::handle::{Ui, ui};
use crate::ui::icon::Icon;
use crate::ui::kit::boxed::{dynamic, effect, memo, part};
use crate::ui::kit::button::IconButton;
use crate::ui::kit::dom;
use crate::ui::kit::modal::Modal;
use crate::ui::notices::{Notices, Place};
use crate::ui::text;
use details::Details;
use stage::{Control, Stage};
use strip::Strip;

/// The dialog, open on `#/image/<id>`.
#[component]
pub fn ImageDialog() -> impl IntoView {
    let ui = ui();
    let open = memo(move || ui.route.with(|route| matches!(route, Route::Image(_))));
    let last = StoredValue::new(None::<AttemptId>);
    let close = move |()| {
        // The tile of the picture that was seen last gets the focus.
        ui.focus.set(last.get_value());
        ui.go(&Route::Studio);
    };
    view! {
        <Modal open=open class="viewer" label=text::IMAGE close=close>
            <Viewer last=last close=close/>
        </Modal>
    }
}

/// Whether there is something to look at.
fn has_picture(ui: Ui, id: &AttemptId) -> bool {
    ui.ctx().tile(id).with_untracked(|tile| tile.as_ref().is_some_and(|tile| tile.has_bytes))
}

/// Whether a picture that the list does not hold can be looked at: it is on the shelf that is looked at.
fn stays(ui: Ui, tile: &Tile) -> bool {
    tile.has_bytes && tile.trashed == ui.look.with_untracked(|look| look.trash)
}

/// Where a picture is in the list, or was, and where what follows it begins.
fn place(ui: Ui, id: &AttemptId, was: usize) -> (usize, usize) {
    let here = ui.list.with_untracked(|list| list.iter().position(|listed| listed.id == *id));
    // What follows one that has left a search has come into its place.
    here.map_or((was, was), |here| (here, here + 1))
}

/// The next picture in a direction; attempts without one are passed over, and so is the one beside it. `was` is where
/// this one stood, should it have left the list.
fn neighbour(ui: Ui, id: &AttemptId, was: usize, forward: bool) -> Option<AttemptId> {
    let list = ui.list.get_untracked();
    let beside = ui.beside.get_untracked();
    let (here, next) = place(ui, id, was);
    let fits = |id: AttemptId| beside != Some(id) && has_picture(ui, &id);
    let found = if forward {
        list.iter().skip(next).find(|listed| fits(listed.id))
    } else {
        list.iter().take(here).rev().find(|listed| fits(listed.id))
    };
    found.map(|listed| listed.id)
}

#[component]
fn Viewer(
    /// Told what is seen, so that the focus can go there.
    last: StoredValue<Option<AttemptId>>,
    /// The person wants it closed.
    #[prop(into)]
    close: Callback<()>,
) -> impl IntoView {
    let ui = ui();
    let id = Memo::new(move |before: Option<&Option<AttemptId>>| {
        ui.route.with(|route| match route {
            Route::Image(id) => Some(*id),
            // While the dialog closes, it shows what it showed.
            _ => before.cloned().flatten(),
        })
    });
    effect(move || last.set_value(id.get()));
    let at = move |id: AttemptId| {
        ui.list.with(|list| list.iter().position(|listed| listed.id == id).map(|index| (index, list.len())))
    };
    let index = memo(move || at(id.get()?));
    // A picture that its new stars take out of a search stays in view, where it stood.
    let was = StoredValue::new(0);
    effect(move || {
        if let Some((index, _)) = index.get() {
            was.set_value(index);
        }
    });
    let neighbour = move |id: &AttemptId, forward: bool| neighbour(ui, id, was.get_value(), forward);
    // What stands beside it is compared with what is looked at, and goes when it leaves the list.
    let beside = memo(move || ui.beside.get().filter(|beside| Some(*beside) != id.get() && at(*beside).is_some()));
    on_cleanup(move || ui.beside.set(None));
    let live = memo(move || id.get().and_then(|id| ui.ctx().tile(&id).get()));
    // A stale link, or a picture that went away in another tab.
    effect(move || {
        let gone = index.get().is_none() && !live.with(|tile| tile.as_ref().is_some_and(|tile| stays(ui, tile)));
        if ui.ready.get() && gone && matches!(ui.route.get_untracked(), Route::Image(_)) {
            ui.go(&Route::Studio);
        }
    });
    let live_beside = memo(move || beside.get().and_then(|id| ui.ctx().tile(&id).get()));
    let has = move |button: Button| live.with(|tile| tile.as_ref().is_some_and(|tile| tile.buttons.contains(&button)));
    let favourite = memo(move || live.with(|tile| tile.as_ref().is_some_and(|tile| tile.favourite)));

    let step = move |forward: bool| {
        if let Some(to) = id.get_untracked().and_then(|id| neighbour(&id, forward)) {
            ui.go(&Route::Image(to));
        }
    };
    let ends = memo(move || {
        ui.list.track();
        let id = id.get();
        let can = |forward| id.as_ref().is_some_and(|id| neighbour(id, forward).is_some());
        (can(false), can(true))
    });
    let delete = Callback::new(move |()| {
        let Some(id) = id.get_untracked() else { return };
        let to = neighbour(&id, true).or_else(|| neighbour(&id, false));
        ui.go(&to.map_or(Route::Studio, Route::Image));
        ui.mark(&id, Mark::Trash(true));
    });
    let press = move |button: Button| {
        if let Some(id) = id.get_untracked() {
            ui.press(&id, button);
        }
    };

    let compare = move || {
        let now = ui.beside.get_untracked();
        if now.is_some() {
            ui.beside.set(None);
            return;
        }
        let Some(id) = id.get_untracked() else { return };
        if let Some(other) = neighbour(&id, true).or_else(|| neighbour(&id, false)) {
            ui.beside.set(Some(id));
            ui.go(&Route::Image(other));
        }
    };
    // Said by key, and on to the next where the person goes through many.
    let rate = move |stars: u8| {
        let Some(id) = id.get_untracked() else { return };
        ui.mark(&id, Mark::Rating(stars));
        if ui.advance.get_untracked() {
            step(true);
        }
    };

    let control = Control::new();
    let control_beside = control.beside();
    effect(move || {
        id.track();
        // Two are compared at the same place, whichever comes next.
        if ui.beside.get_untracked().is_none() {
            control.whole();
        }
    });
    // Its neighbours are read before they are asked for, once it is there itself.
    let ready = StoredValue::new(Vec::<Picture>::new());
    effect(move || {
        let near = id.get().map(|id| [neighbour(&id, true), neighbour(&id, false)]);
        let near = near.into_iter().flatten().flatten();
        ready.set_value(near.map(|id| ui.ctx().picture(&id, Kind::Full)).collect());
    });
    let keys = move |event: KeyboardEvent| {
        let command = event.ctrl_key() || event.meta_key() || event.alt_key();
        let undo = dom::undo(&event);
        if (command && !undo) || ui.help.get_untracked() || dom::typing(&event) {
            return;
        }
        match event.key().as_str() {
            _ if undo => ui.dispatch(Event::TakeBack(None)),
            stars @ ("0" | "1" | "2" | "3" | "4" | "5") => rate(stars.parse().unwrap_or(0)),
            "a" | "A" => ui.advance.update(|on| *on = !*on),
            "c" | "C" => compare(),
            "z" | "Z" => control.own_pixels(),
            "ArrowLeft" => step(false),
            "ArrowRight" => step(true),
            "+" | "=" => control.closer(),
            "-" => control.farther(),
            "w" | "W" => control.whole(),
            "f" | "F" if has(Button::Favourite) => press(Button::Favourite),
            "Delete" if has(Button::Delete) => delete.run(()),
            _ => return,
        }
        event.prevent_default();
    };
    // On the window: after a press on the mat nothing in the dialog has the focus.
    let listener = window_event_listener(leptos::ev::keydown, keys);
    on_cleanup(move || listener.remove());

    view! {
        <div class="v-bar">
            <IconButton name=text::CLOSE shows=Icon::Cross press=close/>
            <span class="where num">{part(move || index.get().map(|(index, count)| text::place(index, count)))}</span>
            <span class="mid">
                <IconButton name=text::ZOOM_OUT shows=Icon::ZoomOut press=move |()| control.farther()/>
                <button type="button" class="zoom num" aria-label=text::OWN_PIXELS title=text::OWN_PIXELS on:click=move |_| control.own_pixels()>
                    {part(move || control.percent())}
                </button>
                <IconButton name=text::ZOOM_IN shows=Icon::ZoomIn press=move |()| control.closer()/>
            </span>
            <IconButton name=text::ADVANCE shows=Icon::Play pressed=ui.advance press=move |()| ui.advance.update(|on| *on = !*on)/>
            {part(move || (ends.get() != (false, false)).then(|| view! {
                <IconButton
                    name=text::COMPARE
                    shows=Icon::Compare
                    class="outline"
                    pressed=Signal::derive(move || beside.get().is_some())
                    press=move |()| compare()
                />
            }))}
            {part(move || has(Button::Favourite).then(|| view! {
                <IconButton name=Button::Favourite.label() shows=Icon::Heart pressed=favourite press=move |()| press(Button::Favourite)/>
            }))}
            {part(move || has(Button::Download).then(|| view! {
                <IconButton name=Button::Download.label() shows=Icon::Down press=move |()| press(Button::Download)/>
            }))}
        </div>
        <div class="v-stage" data-pair=dynamic(move || beside.get().map(|_| ""))>
            {part(move || beside.get().is_some().then(|| view! {
                <div class="v-half">
                    <Stage id=beside live=live_beside control=control_beside step=move |forward| step(forward)/>
                    <p class="v-name num">{part(move || beside.get().and_then(at).map(|(index, count)| text::place(index, count)))}</p>
                </div>
            }))}
            <div class="v-half">
                <Stage id=id live=live control=control step=move |forward| step(forward)/>
                {part(move || beside.get().is_some().then(|| view! {
                    <p class="v-name num">{part(move || index.get().map(|(index, count)| text::place(index, count)))}</p>
                }))}
            </div>
            <IconButton
                name=text::PREVIOUS
                shows=Icon::Left
                class="v-step v-prev"
                disabled=Signal::derive(move || !ends.get().0)
                press=move |()| step(false)
            />
            <IconButton
                name=text::NEXT
                shows=Icon::Right
                class="v-step v-next"
                disabled=Signal::derive(move || !ends.get().1)
                press=move |()| step(true)
            />
        </div>
        <Strip id=id was=was/>
        <Details id=id live=live delete=delete/>
        <Notices at=Place::Image/>
    }
}

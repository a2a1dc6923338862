//! One tile. At rest it is at most six elements; its actions are put in while it is pointed at or holds the focus.

use std::time::Duration;

use flux_studio_core::attempt::Status;
use flux_studio_core::grid::Place;
use flux_studio_core::id::AttemptId;
use flux_studio_core::route::Route;
use flux_studio_core::view;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent};

use super::actions::{More, Toolbar};
use super::faces::{self, Face};
use super::grid::{self, Roving, Spot};
use crate::ui::handle::ui;
use crate::ui::icon::{Icon, drawn};
use crate::ui::kit::boxed::{effect, memo, part};
use crate::ui::kit::dom;
use crate::ui::kit::format::px;
use crate::ui::text;

/// From how long on a finger's press is a long one, as on the phones themselves.
const LONG_PRESS: Duration = Duration::from_millis(450);

/// What a pointer does on a tile.
#[derive(Default)]
struct Pointer {
    /// A mouse or pen is on it.
    inside: bool,
    /// The image that was there when it was last pressed.
    began: Option<AttemptId>,
    /// That was a finger.
    touch: bool,
    /// That was a long press.
    long: bool,
    /// What waits for it to be one.
    waits: Option<TimeoutHandle>,
}

/// A live tile.
#[component]
pub fn Tile(
    /// Which image it shows.
    shows: ArcRwSignal<AttemptId>,
    /// Where it lies.
    spot: ArcRwSignal<Spot>,
    /// The list that it stands in.
    roving: Roving,
) -> impl IntoView {
    let ui = ui();
    let spot = RwSignal::from(spot);
    let id = RwSignal::from(shows);
    let tile = memo(move || ui.ctx().tile(&id.get()));
    let live = memo(move || tile.get().get());
    let element = NodeRef::<html::Div>::new();
    let pointer = StoredValue::new(Pointer::default());

    let face = memo(move || live.with(|tile| tile.as_ref().map(|tile| Face::of(tile))));
    // What costs money stands on notes: their buttons are new ones for another image, so that no press goes astray.
    let worn = memo(move || face.get().map(|face| (face, (face != Face::Picture).then(|| id.get()))));
    let active = RwSignal::new(false);
    // Only real changes: what is put in again under a pressed pointer would swallow the click.
    let activate = move |on: bool| {
        if active.try_get_untracked() == Some(!on) {
            active.set(on);
        }
    };
    let stop = memo(move || {
        let mine = roving.current.with(|current| current.map(|current| current == id.get()));
        if mine.unwrap_or_else(|| spot.with(|spot| spot.index == 0)) { "0" } else { "-1" }
    });
    let longer = Callback::new(move |()| spot.with_untracked(|spot| spot.place.w.max(spot.place.h)));
    // A picture is a link and takes the focus itself; without one, the tile does.
    let plate = memo(move || face.get().is_some_and(Face::is_plate));

    // One effect for all that follows the place and one for what it says of itself: each costs a fast scroll its time.
    effect(move || {
        let Some(element) = element.get() else { return };
        spot.with(|spot| put(&element, spot));
    });

    // Before the focus is given: only what has a tabindex takes it.
    effect(move || {
        let Some(element) = element.get() else { return };
        let plate = plate.get();
        element.set_class_name(face.get().map_or("tile", Face::class));
        live.with(|tile| name_it(&element, tile.as_deref(), plate));
        // The next image is pointed at or not, whatever the last one was.
        if !pointer.with_value(|pointer| pointer.inside) && !dom::holds_focus(&element) {
            activate(false);
        }
        let stop = plate.then(|| stop.get());
        set(&element, "data-stop", plate.then_some(""));
        set(&element, "tabindex", stop);
    });

    // Whoever wants this tile to have the focus says so before it exists.
    effect(move || {
        if ui.focus.get() != Some(id.get()) {
            return;
        }
        let Some(element) = element.get() else { return };
        // The face decides what takes the focus: wait for it.
        let _ = face.get();
        let target = if plate.get() {
            Some(element.clone().into())
        } else {
            element.query_selector("a[data-stop]").ok().flatten()
        };
        if let Some(target) = target.and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
            ui.focus.set(None);
            grid::show(roving.scale.get_untracked(), spot.get_untracked().place);
            let _ = target.focus();
        }
    });

    let entered = move |event: PointerEvent| {
        // A finger does not point; it opens, or puts the focus.
        if event.pointer_type() != "touch" {
            pointer.update_value(|pointer| pointer.inside = true);
            activate(true);
        }
    };
    // Browsers tell an element that loses the focus by being taken away; its signals are gone by then.
    let here = move || element.try_get_untracked().flatten();
    let lift = move || {
        if let Some(Some(waits)) = pointer.try_update_value(|pointer| pointer.waits.take()) {
            waits.clear();
        }
    };
    let left = move |_: PointerEvent| {
        let _ = pointer.try_update_value(|pointer| pointer.inside = false);
        lift();
        if !here().is_some_and(|element| dom::holds_focus(&element)) {
            activate(false);
        }
    };
    let focused = move |event: FocusEvent| {
        let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        // A finger that opens a picture puts the focus there too: what came under it now would take the tap.
        if plate.get_untracked() || on.is_some_and(|on| on.matches(":focus-visible").unwrap_or(true)) {
            activate(true);
        }
        let id = id.get_untracked();
        if roving.current.get_untracked() != Some(id) {
            roving.current.set(Some(id));
        }
    };
    let blurred = move |event: FocusEvent| {
        let to = event.related_target().and_then(|to| to.dyn_into::<Element>().ok());
        let Some(element) = here() else { return };
        // Not by `:hover`, which a finger leaves behind.
        let inside = pointer.try_with_value(|pointer| pointer.inside).unwrap_or_default();
        activate(inside || to.is_some_and(|to| element.contains(Some(&to))));
    };
    let opened = move |event: KeyboardEvent| {
        let itself = element.get_untracked().is_some_and(|element| event.target().as_ref() == Some(element.as_ref()));
        if itself && event.key() == "Enter" {
            event.prevent_default();
            ui.go(&Route::Image(id.get_untracked()));
        }
    };
    let picked = memo(move || ui.selection.with(|chosen| chosen.contains(&id.get())));
    // Whether another image has come under the pointer since it was pressed. Keys and assistive technologies click
    // without a press.
    let astray = move |event: &MouseEvent| {
        event.detail() != 0 && pointer.with_value(|pointer| pointer.began != Some(id.get_untracked()))
    };
    // A press chooses where a key says so, or where something is chosen already; else it opens.
    let clicked = move |event: MouseEvent| {
        let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if on.is_some_and(|on| on.closest("button, .tile-more").ok().flatten().is_some()) {
            return;
        }
        let choosing = !ui.selection.with_untracked(|chosen| chosen.is_empty());
        let list = ui.list.get_untracked();
        let id = id.get_untracked();
        let long = event.detail() != 0 && pointer.with_value(|pointer| pointer.long);
        if astray(&event) || long {
            // Not meant for this image, or the press was a long one and is done with.
        } else if event.shift_key() {
            let ids: Vec<AttemptId> = list.iter().map(|listed| listed.id).collect();
            ui.selection.update(|chosen| chosen.range(&ids, id));
        } else if event.ctrl_key() || event.meta_key() || choosing {
            ui.selection.update(|chosen| chosen.toggle(id));
        } else {
            return;
        }
        event.prevent_default();
    };
    let pressed = move |event: PointerEvent| {
        let began = id.get_untracked();
        let touch = event.pointer_type() == "touch";
        lift();
        pointer.update_value(|pointer| {
            (pointer.began, pointer.touch, pointer.long) = (Some(began), touch, false);
        });
        if touch && event.is_primary() {
            // While the finger is still down: it shows that it has been understood.
            let chosen = move || {
                if id.try_get_untracked() == Some(began) {
                    pointer.update_value(|pointer| pointer.long = true);
                    ui.selection.update(|chosen| chosen.toggle(began));
                }
            };
            let waits = set_timeout_with_handle(chosen, LONG_PRESS).ok();
            pointer.update_value(|pointer| pointer.waits = waits);
        }
    };
    // The browser's own menu for a long press stands in the way of ours.
    let menu = move |event: MouseEvent| {
        if pointer.with_value(|pointer| pointer.touch) {
            event.prevent_default();
        }
    };
    let stack = memo(move || spot.with(|spot| spot.stack));
    let unfold = move |event: MouseEvent| {
        if astray(&event) {
            return;
        }
        if let Some(record) = ui.ctx().record(&id.get_untracked()) {
            ui.look(|look| look.text = format!("batch:{}", record.batch.as_str()));
        }
    };
    effect(move || {
        let Some(element) = element.get() else { return };
        set(&element, "data-active", active.get().then_some(""));
        set(&element, "data-picked", picked.get().then_some(""));
    });

    view! {
        <div
            node_ref=element
            class="tile"
            role="listitem"
            data-testid="image-tile"
            on:click=clicked
            on:pointerdown=pressed
            on:pointerup=move |_| lift()
            on:pointercancel=move |_| lift()
            on:contextmenu=menu
            on:pointerenter=entered
            on:pointerleave=left
            on:focusin=focused
            on:focusout=blurred
            on:keydown=opened
        >
            {part(move || worn.get().map(|(face, _)| faces::face(ui, face, live, id, stop, longer)))}
            {part(move || (stack.get() > 1).then(|| {
                let name = text::stack(stack.get());
                view! { <button type="button" class="stack num" aria-label=name.clone() title=name on:click=unfold>{stack.get()}</button> }
            }))}
            {part(move || (picked.get().then(|| drawn(Icon::Check, "i pick")), active.get().then(|| tools(face, live, id))))}
        </div>
    }
}

/// Puts a tile where it lies, and says which of how many it is.
fn put(element: &HtmlElement, spot: &Spot) {
    let Place { x, y, w, h } = spot.place;
    let style = element.style();
    let (x, y) = (px(x.into()), px(y));
    // Only properties that are read only can be refused.
    let _ = style.set_property("transform", &format!("translate({x}, {y})"));
    let _ = style.set_property("width", &px(w.into()));
    let _ = style.set_property("height", &px(h.into()));
    set(element, "aria-posinset", Some(&(spot.index + 1).to_string()));
    set(element, "aria-setsize", Some(&spot.total.to_string()));
    set(element, "data-flip", spot.flip.then_some(""));
}

/// Says how a tile stands and whose it is; one without a picture is named by that.
fn name_it(element: &HtmlElement, tile: Option<&view::Tile>, plate: bool) {
    let status = tile.map_or(Status::Queued, |tile| tile.status);
    set(element, "data-status", Some(status.as_str()));
    set(element, "data-job-id", Some(tile.map_or("", |tile| &tile.job_id)));
    let label = tile.filter(|_| plate).map(|tile| format!("{}: {}", text::state(tile).0, tile.prompt));
    set(element, "aria-label", label.as_deref());
}

/// Sets an attribute, or takes it away.
fn set(element: &HtmlElement, name: &str, value: Option<&str>) {
    // Only names that are no names are refused.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// What a tile shows while it is pointed at or holds the focus.
fn tools(face: Memo<Option<Face>>, live: faces::Live, id: RwSignal<AttemptId>) -> impl IntoView {
    part(move || {
        id.track();
        face.get().map(|face| match face {
            Face::Note => view! { <More live=live id=id/> }.into_any(),
            Face::Picture | Face::Risk | Face::Waiting => view! { <Toolbar live=live id=id face=face/> }.into_any(),
        })
    })
}

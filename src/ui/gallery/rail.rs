//! Beside the scroll bar: the days of the whole list. Pointing at it says which day lies there, pressing goes there,
//! dragging goes along. It is for pointers only: keys and assistive technologies have the list itself, with its headings.

use std::sync::Arc;

use flux_studio_core::grid::{Layout, Scale};
use leptos::html;
use leptos::prelude::*;
use web_sys::PointerEvent;

use super::grid::{origin, scroller};
use crate::ui::kit::boxed::{dynamic, each, effect, memo, part};
use crate::ui::kit::{dom, format};

/// CSS pixels between two days on the rail at least: a line of text and its air.
const APART: f64 = 28.0;
/// Days on the rail at the most, however high the window is.
const DAYS: f64 = 24.0;
/// CSS pixels of the window that the rail leaves free above and below (library.css).
const FREE: f64 = 80.0;

/// The rail; nothing where the list is hardly longer than its window or not in the order of time.
#[component]
pub fn Rail(
    /// The list.
    layout: Memo<Arc<Layout>>,
    /// How it is scrolled.
    scale: Memo<Scale>,
    /// Height of the window.
    height: Memo<f64>,
) -> impl IntoView {
    let rail = NodeRef::<html::Div>::new();
    // Where the pointer is on the rail, and whether it holds it.
    let at = RwSignal::new(None::<f64>);
    let held = StoredValue::new(false);

    let length = memo(move || height.get() - FREE);
    let span = move || scale.get().height() - height.get();
    let days = memo(move || {
        let (length, span) = (length.get(), span());
        if length < 4.0 * APART || span < height.get() {
            return Vec::new();
        }
        let along = |y: f64| scale.get().scrolled_at(y) / span * length;
        // The last days lie in the last window, which the list is never scrolled beyond.
        let mut days = layout.with(|layout| layout.rail(APART.max(length / DAYS), along));
        days.retain(|(at, _)| *at <= length);
        days
    });
    let there = memo(move || days.with(|days| days.len() > 1));

    let place = move |event: &PointerEvent| {
        let rail = rail.get_untracked()?.get_bounding_client_rect();
        Some((f64::from(event.client_y()) - rail.y()).max(0.0).min(length.get_untracked()))
    };
    let scrolled = move |at: f64| untrack(move || at / length.get().max(1.0) * span());
    let go = move |at: f64| {
        if let Some(main) = scroller() {
            main.set_scroll_top((scrolled(at) + origin()) as i32);
        }
    };
    let pointed = move |event: PointerEvent| {
        let (Some(place), Some(rail)) = (place(&event), rail.get_untracked()) else { return };
        match event.type_().as_str() {
            "pointerdown" if event.button() == 0 => {
                event.prevent_default();
                // Refused for pointers that are gone.
                let _ = rail.set_pointer_capture(event.pointer_id());
                held.set_value(true);
            }
            "pointerdown" | "pointermove" => {}
            // A finger that is lifted points nowhere.
            "pointerup" | "pointercancel" if event.pointer_type() != "touch" => return held.set_value(false),
            // Held, the pointer may leave it.
            "pointerleave" if held.get_value() => return,
            _ => {
                held.set_value(false);
                return at.set(None);
            }
        }
        at.set(Some(place));
        if held.get_value() {
            go(place);
        }
    };
    effect(move || {
        if let Some(rail) = rail.get() {
            dom::watch_pointer(&rail, pointed);
        }
    });
    let day = move || {
        let y = scale.get().list_at(scrolled(at.get()?));
        Some((at.get()?, format::day(layout.with(|layout| layout.day_at(y))?)))
    };
    part(move || {
        there.get().then(|| {
            view! {
                <div class="rail" aria-hidden="true">
                    <div
                        node_ref=rail
                        class="rail-line"
                        style:height=dynamic(move || format::px(length.get()))
                    >
                        {each(
                            move || days.get(),
                            |(at, day)| format!("{day} {}", *at as i64),
                            |(at, day)| view! { <i style:inset-block-start=format::px(at)>{format::day_short(day)}</i> },
                        )}
                        {part(move || day().map(|(at, day)| view! { <b style:inset-block-start=format::px(at)>{day}</b> }))}
                    </div>
                </div>
            }
        })
    })
}

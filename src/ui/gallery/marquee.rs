//! A rectangle drawn with the mouse over the library chooses what it touches.

use std::sync::Arc;

use flux_studio_core::grid::Layout;
use flux_studio_core::select;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

use crate::ui::handle::Ui;
use crate::ui::kit::dom;
use crate::ui::kit::format::px;

/// CSS pixels from which a press is a drag: below it a hand has trembled.
const SLACK: f64 = 4.0;

/// Two corners in the list, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    from: (f32, f64),
    to: (f32, f64),
}

impl Frame {
    /// It, as it is drawn.
    pub fn view(self) -> impl IntoView {
        let (x, y) = (self.from.0.min(self.to.0), self.from.1.min(self.to.1));
        let (w, h) = (f64::from((self.from.0 - self.to.0).abs()), (self.from.1 - self.to.1).abs());
        let place = format!("translate({}, {})", px(x.into()), px(y));
        view! { <i class="marquee" style:transform=place style:width=px(w) style:height=px(h)></i> }
    }
}

/// The handlers of the canvas, and what is drawn meanwhile.
#[derive(Clone, Copy)]
pub struct Drag {
    /// The pointer goes down.
    pub down: Callback<PointerEvent>,
    /// It moves.
    pub moved: Callback<PointerEvent>,
    /// It goes up.
    pub up: Callback<PointerEvent>,
    /// The rectangle.
    pub frame: RwSignal<Option<Frame>>,
}

/// Makes them. With Ctrl, ⌘ or Shift what was chosen before stays. `shift` is how far the list is from where the canvas
/// has it.
pub fn drag(ui: Ui, layout: Memo<Arc<Layout>>, shift: Memo<f64>) -> Drag {
    let frame = RwSignal::new(None::<Frame>);
    let start = StoredValue::new(None::<(f32, f64)>);
    let before = StoredValue::new(Vec::new());
    let at = |event: &PointerEvent| {
        let canvas = dom::by_id::<HtmlElement>("canvas").map(|canvas| canvas.get_bounding_client_rect());
        let (x, y) = canvas.map_or((0.0, 0.0), |canvas| (canvas.x(), canvas.y()));
        (f64::from(event.client_x()) - x, f64::from(event.client_y()) - y)
    };
    let at = move |event: &PointerEvent| {
        let (x, y) = at(event);
        (x as f32, y + shift.get_untracked())
    };
    let down = move |event: PointerEvent| {
        let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let free = on.is_some_and(|on| on.closest(".tile").ok().flatten().is_none());
        // A finger scrolls.
        if event.button() != 0 || event.pointer_type() == "touch" || !free {
            return;
        }
        event.prevent_default();
        let keep = event.ctrl_key() || event.meta_key() || event.shift_key();
        before.set_value(if keep { untrack(|| ui.chosen()) } else { Vec::new() });
        start.set_value(Some(at(&event)));
        if let Some(canvas) = dom::by_id::<HtmlElement>("canvas") {
            // Refused for pointers that are gone; then the rectangle ends at the canvas.
            let _ = canvas.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = move |event: PointerEvent| {
        let Some(from) = start.get_value() else { return };
        let to = at(&event);
        if frame.with_untracked(Option::is_none) && f64::from(from.0 - to.0).hypot(from.1 - to.1) < SLACK {
            return;
        }
        frame.set(Some(Frame { from, to }));
        let touched = layout.with_untracked(|layout| select::touched(layout, from, to));
        let list = ui.list.get_untracked();
        ui.selection.update(|selection| {
            selection.clear();
            selection.add(before.get_value().into_iter());
            selection.add(touched.into_iter().filter_map(|index| list.get(index)).map(|listed| listed.id));
        });
    };
    let up = move |_: PointerEvent| {
        let clicked = start.get_value().is_some() && frame.with_untracked(Option::is_none);
        start.set_value(None);
        frame.set(None);
        if clicked && before.with_value(Vec::is_empty) && !ui.selection.with_untracked(|chosen| chosen.is_empty()) {
            ui.selection.update(|selection| selection.clear());
        }
    };
    Drag { down: Callback::new(down), moved: Callback::new(moved), up: Callback::new(up), frame }
}

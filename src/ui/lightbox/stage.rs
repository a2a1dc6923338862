//! The picture on its mat: wheel and pinch zoom to the pointer, dragging pans, a double click shows its own pixels, a
//! swipe leads on. The arithmetic is the core's ([`flux_studio_core::zoom`]).

use std::sync::Arc;

use flux_studio_core::id::AttemptId;
use flux_studio_core::view::{Button, Tile};
use flux_studio_core::zoom::{self, Part, View};
use leptos::html;
use leptos::prelude::*;
use web_sys::{HtmlElement, MouseEvent, PointerEvent, WheelEvent};

use crate::app::pictures::Kind;
use crate::ui::handle::{Ui, src, ui};
use crate::ui::kit::boxed::{dynamic, each, effect, memo, part};
use crate::ui::kit::dom;
use crate::ui::kit::format::px;
use crate::ui::text;

/// Factor of one press of "Zoom in".
const STEP: f64 = 1.5;
/// Pixels of a wheel's way that make the picture e times as large.
const WHEEL: f64 = 400.0;
/// Pixels that a finger must travel sideways for the next picture.
const SWIPE: f64 = 56.0;

/// Zoom as buttons and keys reach it.
#[derive(Clone, Copy)]
pub struct Control {
    stage: RwSignal<zoom::Stage>,
    /// None: the whole picture, however large the window is. Pictures side by side have it in common.
    part: RwSignal<Option<Part>>,
}

impl Control {
    /// The whole picture.
    pub fn new() -> Control {
        Control { stage: RwSignal::default(), part: RwSignal::new(None) }
    }

    /// For a picture beside this one: the same is seen of both.
    pub fn beside(self) -> Control {
        Control { stage: RwSignal::default(), part: self.part }
    }

    /// Closer, at the middle.
    pub fn closer(self) {
        self.by(STEP);
    }

    /// Farther, at the middle.
    pub fn farther(self) {
        self.by(1.0 / STEP);
    }

    /// The whole picture again.
    pub fn whole(self) {
        self.part.set(None);
    }

    /// Its own pixels, or the whole picture where these are seen already.
    pub fn own_pixels(self) {
        let (stage, view) = untrack(|| (self.stage.get(), self.now()));
        let own = stage.own_pixels(view);
        if (view.scale - own.scale).abs() < 1e-6 { self.whole() } else { self.put(own) }
    }

    /// "Fit" or "142 %" of the picture's own pixels.
    pub fn percent(self) -> String {
        match self.part.get() {
            Some(_) => text::percent(self.now().scale),
            None => text::FIT.to_owned(),
        }
    }

    fn now(self) -> View {
        let stage = self.stage.get();
        self.part.get().map_or_else(|| stage.fit(), |part| stage.showing(part))
    }

    fn put(self, view: View) {
        let stage = self.stage.get_untracked();
        self.part.set((!stage.is_fit(view)).then(|| stage.part(view)));
    }

    fn by(self, factor: f64) {
        let stage = self.stage.get_untracked();
        self.put(stage.zoomed(untrack(|| self.now()), factor, stage.middle()));
    }

    fn zoomed(self) -> bool {
        self.part.with(Option::is_some)
    }
}

/// A finger or the mouse's button on the picture.
#[derive(Clone, Copy)]
struct Held {
    pointer: i32,
    at: (f64, f64),
    from: (f64, f64),
}

/// The picture, or why there is none.
#[component]
pub fn Stage(
    /// What is looked at.
    id: Memo<Option<AttemptId>>,
    /// Its tile.
    live: Memo<Option<Arc<Tile>>>,
    /// Zoom.
    control: Control,
    /// To the next (true) or previous picture.
    #[prop(into)]
    step: Callback<bool>,
) -> impl IntoView {
    let ui = ui();
    let frame = NodeRef::<html::Div>::new();
    let size = RwSignal::new((0.0_f64, 0.0_f64));
    effect(move || {
        let Some(frame) = frame.get() else { return };
        dom::watch_size(&frame, move |width, height| size.set((width, height)));
    });
    // The size comes from the record; until the bytes are there, from what was asked for.
    let picture_size = memo(move || {
        let tile = live.get()?;
        let file = ui.ctx().record(&tile.id)?.file;
        Some(match file {
            Some(file) if file.width > 0 && file.height > 0 => (f64::from(file.width), f64::from(file.height)),
            _ => (1024.0 * tile.aspect.max(1.0), 1024.0 / tile.aspect.clamp(0.01, 1.0)),
        })
    });
    effect(move || {
        let ((width, height), (picture_width, picture_height)) = (size.get(), picture_size.get().unwrap_or((1.0, 1.0)));
        control.stage.set(zoom::Stage { width, height, picture_width, picture_height });
    });
    let held = dom::cell(Vec::<Held>::new());
    let point = move |x: i32, y: i32| {
        let corner = frame.get_untracked().map(|frame| frame.get_bounding_client_rect());
        corner.map_or((0.0, 0.0), |corner| (f64::from(x) - corner.left(), f64::from(y) - corner.top()))
    };
    let down = {
        let held = held.clone();
        move |event: PointerEvent| {
            if event.button() != 0 || !control_surface(&event) {
                return;
            }
            // Not capturing is no harm: the drag then ends at the edge.
            if let Some(frame) = frame.get_untracked() {
                let _ = frame.set_pointer_capture(event.pointer_id());
            }
            let at = point(event.client_x(), event.client_y());
            held.borrow_mut().push(Held { pointer: event.pointer_id(), at, from: at });
        }
    };
    let moved = {
        let held = held.clone();
        move |event: PointerEvent| {
            let mut held = held.borrow_mut();
            let at = point(event.client_x(), event.client_y());
            let Some(mine) = held.iter().position(|held| held.pointer == event.pointer_id()) else { return };
            let before: Vec<(f64, f64)> = held.iter().map(|held| held.at).collect();
            if let Some(held) = held.get_mut(mine) {
                held.at = at;
            }
            let after: Vec<(f64, f64)> = held.iter().map(|held| held.at).collect();
            drop(held);
            drag(control, &before, &after);
        }
    };
    let up = {
        let held = held.clone();
        move |event: PointerEvent| {
            let mut held = held.borrow_mut();
            let alone = held.len() == 1;
            let Some(mine) = held.iter().position(|held| held.pointer == event.pointer_id()) else { return };
            let mine = held.remove(mine);
            drop(held);
            let way = (mine.at.0 - mine.from.0, mine.at.1 - mine.from.1);
            let swiped = way.0.abs() > SWIPE && way.0.abs() > 2.0 * way.1.abs();
            if alone && event.pointer_type() == "touch" && swiped && !untrack(|| control.zoomed()) {
                step.run(way.0 < 0.0);
            }
        }
    };
    let lost = move |event: PointerEvent| held.borrow_mut().retain(|held| held.pointer != event.pointer_id());
    let wheel = move |event: WheelEvent| {
        event.prevent_default();
        // Lines and pages instead of pixels, as some browsers count.
        let unit = [1.0, 16.0, 400.0].get(event.delta_mode() as usize).copied().unwrap_or(1.0);
        let speed = if event.ctrl_key() { 4.0 } else { 1.0 };
        let factor = (-event.delta_y() * unit * speed / WHEEL).exp();
        let stage = control.stage.get_untracked();
        control.put(stage.zoomed(untrack(|| control.now()), factor, point(event.client_x(), event.client_y())));
    };
    let twice = move |event: MouseEvent| {
        let stage = control.stage.get_untracked();
        control.put(stage.toggled(untrack(|| control.now()), point(event.client_x(), event.client_y())));
    };
    let seen = memo(move || live.with(|tile| tile.as_ref().is_some_and(|tile| tile.has_bytes)));

    view! {
        <div
            class="v-pic"
            node_ref=frame
            data-zoomed=dynamic(move || control.zoomed().then_some(""))
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=lost
            on:wheel=wheel
            on:dblclick=twice
        >
            {part(move || {
                let id = id.get()?;
                Some(if seen.get() { large(ui, &id, live, control).into_any() } else { none(ui, live).into_any() })
            })}
        </div>
    }
}

/// Whether a press is on the picture or its mat, not on a button of a message that stands there.
fn control_surface(event: &PointerEvent) -> bool {
    use leptos::wasm_bindgen::JsCast;
    let on = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
    on.is_none_or(|element| element.closest("button, a").ok().flatten().is_none())
}

/// One finger pans, two zoom around their middle.
fn drag(control: Control, before: &[(f64, f64)], after: &[(f64, f64)]) {
    let stage = control.stage.get_untracked();
    let view = untrack(|| control.now());
    match (before, after) {
        ([old], [new]) if untrack(|| control.zoomed()) => control.put(stage.panned(view, new.0 - old.0, new.1 - old.1)),
        ([a, b, ..], [c, d, ..]) => {
            let apart = |p: &(f64, f64), q: &(f64, f64)| (p.0 - q.0).hypot(p.1 - q.1).max(1.0);
            let middle = |p: &(f64, f64), q: &(f64, f64)| ((p.0 + q.0) / 2.0, (p.1 + q.1) / 2.0);
            let (from, to) = (middle(a, b), middle(c, d));
            let panned = stage.panned(view, to.0 - from.0, to.1 - from.1);
            control.put(stage.zoomed(panned, apart(c, d) / apart(a, b), to));
        }
        _ => {}
    }
}

fn large(ui: Ui, id: &AttemptId, live: Memo<Option<Arc<Tile>>>, control: Control) -> impl IntoView + use<> {
    let full = ui.ctx().picture(id, Kind::Full);
    // What the grid has already stands in until the picture itself is read.
    let thumb = ui.ctx().picture(id, Kind::Thumb);
    let prompt = memo(move || live.with(|tile| tile.as_ref().map(|tile| tile.prompt.clone()).unwrap_or_default()));
    let measure = move |of: fn(zoom::Stage) -> f64| move || px(of(control.stage.get()) * control.now().scale);
    view! {
        <img
            src=dynamic(move || src(&full).or_else(|| src(&thumb)))
            alt=dynamic(move || prompt.get())
            draggable="false"
            style:width=measure(|stage| stage.picture_width)
            style:height=measure(|stage| stage.picture_height)
            style:transform=dynamic(move || {
                let view = control.now();
                format!("translate({}, {})", px(view.x), px(view.y))
            })
        />
    }
}

fn none(ui: Ui, live: Memo<Option<Arc<Tile>>>) -> impl IntoView {
    let head = move || live.with(|tile| tile.as_ref().map(|tile| text::state(tile).0));
    let says =
        move || live.with(|tile| tile.as_ref().and_then(|tile| tile.sentence.as_ref().map(|sentence| sentence.text())));
    let buttons = memo(move || {
        let ways = |tile: &Arc<Tile>| {
            tile.buttons
                .iter()
                .copied()
                .filter(|b| *b != Button::Delete && *b != Button::UseSettings)
                .collect::<Vec<_>>()
        };
        live.with(|tile| tile.as_ref().map(ways).unwrap_or_default())
    });
    let press = move |button: Button| {
        if let Some(tile) = live.get_untracked() {
            ui.press(&tile.id, button);
        }
    };
    view! {
        <div class="v-none">
            <b>{part(head)}</b>
            <p dir="auto">{part(says)}</p>
            <div class="acts">
                {each(
                    move || buttons.get(),
                    |button| button.label().to_owned(),
                    move |button| view! { <button type="button" class="btn" on:click=move |_| press(button)>{button.label()}</button> },
                )}
            </div>
        </div>
    }
}

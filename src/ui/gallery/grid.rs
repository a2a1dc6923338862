//! The list "Images". The core computes where every tile lies; only tiles near the window exist. A tile keeps its
//! element while it stays near, whatever moves around it.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use flux_studio_core::attempt::mark;
use flux_studio_core::grid::{self, Direction, Item, Layout, Mark, Measures, Place, Scale};
use flux_studio_core::id::AttemptId;
use flux_studio_core::view::Button;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::tick;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent};

use super::marquee;
use super::rail::Rail;
use super::tile::Tile;
use crate::app::context::Listed;
use crate::ui::handle::{Ui, ui};
use crate::ui::kit::boxed::{dynamic, each, effect, memo, part};
use crate::ui::kit::{dom, format};
use crate::ui::text;

/// Where a tile lies in the list and on the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spot {
    /// Index in the list, from 0.
    pub index: usize,
    /// How many there are.
    pub total: usize,
    /// How many images of its batch it stands for.
    pub stack: u32,
    /// On the canvas, in CSS pixels.
    pub place: Place,
    /// So far right that what unfolds from it unfolds to the left.
    pub flip: bool,
}

/// What the list as a whole knows of its tiles.
#[derive(Clone, Copy)]
pub struct Roving {
    /// The tile that Tab leads to; none: the first.
    pub current: RwSignal<Option<AttemptId>>,
    /// How the list is scrolled.
    pub scale: Memo<Scale>,
}

/// Height in CSS pixels of a date mark (library.css), wide and narrow.
const MARK: (f32, f32) = (48.0, 44.0);
/// Width in CSS pixels of what unfolds from a tile (library.css).
const UNFOLDED: f32 = 224.0;
/// Windows above and below in which tiles exist too, so that a wheel never outruns them.
const SPREAD: f64 = 1.0;
/// Windows by which that grows at a time where all tiles are new: first comes what is seen.
const SPREAD_STEP: f64 = 0.25;
/// Milliseconds between those: several frames, in which the page answers.
const SPREAD_STEP_MS: u64 = 60;
/// A tile near the window. When the list has moved on, the same elements show another image: that takes a fraction of the
/// time of making new ones.
#[derive(Clone)]
struct Near {
    /// Never the same for two that are there at once.
    number: u32,
    id: AttemptId,
    shows: ArcRwSignal<AttemptId>,
    spot: ArcRwSignal<Spot>,
}

impl Near {
    fn new(number: u32, id: AttemptId, spot: Spot) -> Near {
        Near { number, id, shows: ArcRwSignal::new(id), spot: ArcRwSignal::new(spot) }
    }

    /// It now shows this image, there.
    fn show(&mut self, id: AttemptId, spot: Spot) {
        if self.spot.get_untracked() != spot {
            self.spot.set(spot);
        }
        if self.id != id {
            self.id = id;
            self.shows.set(id);
        }
    }
}

/// What the tiles on the canvas were made from.
#[derive(Default)]
struct Drawn {
    list: Arc<Vec<Listed>>,
    layout: Arc<Layout>,
    range: Range<usize>,
    current: Option<AttemptId>,
}

impl Drawn {
    /// Whether it is the same, without a look at every item.
    fn is(&self, other: &Drawn) -> bool {
        Arc::ptr_eq(&self.list, &other.list)
            && Arc::ptr_eq(&self.layout, &other.layout)
            && (&self.range, &self.current) == (&other.range, &other.current)
    }
}

/// Row height and gap for a width, in CSS pixels. Each step of the slider is a sixth more.
fn measures(width: f32, density: u8) -> Measures {
    // The widths are those of the window less the composer, as in tokens.css.
    let (row, gap, mark) = match width {
        w if w < 536.0 => (140.0, 4.0, MARK.1),
        w if w < 640.0 => (144.0, 8.0, MARK.1),
        w if w < 880.0 => (150.0, 8.0, MARK.0),
        _ => (190.0, 8.0, MARK.0),
    };
    let factor = 1.17_f32.powi(i32::from(density.clamp(1, 9)) - 5);
    Measures { width, row: row * factor, gap, mark }
}

/// CSS pixels from the top of what scrolls to the top of the canvas: what stands above it.
pub fn origin() -> f64 {
    dom::by_id::<HtmlElement>("canvas").map_or(0.0, |canvas| f64::from(canvas.offset_top()))
}

/// The scrolling element around the list.
pub fn scroller() -> Option<Element> {
    dom::by_id("slot-main")
}

/// The list with its date marks.
#[component]
pub fn Grid() -> impl IntoView {
    let ui = ui();
    let canvas = NodeRef::<html::Div>::new();
    let width = RwSignal::new(0.0_f32);
    // How far the canvas is scrolled, and the height of the window on it.
    let window = RwSignal::new((0.0_f64, 0.0_f64));

    let layout = memo(move || {
        let width = width.get();
        let items = ui.list.with(|list| list.iter().map(|l| Item { aspect: l.aspect, day: l.day }).collect::<Vec<_>>());
        if width < 1.0 {
            Arc::new(Layout::default())
        } else {
            Arc::new(grid::layout(&items, measures(width, ui.density.get())))
        }
    });
    let height = memo(move || window.with(|window| window.1));
    let scale = memo(move || Scale::new(layout.with(|layout| layout.height), height.get()));
    // What of the list is at the window's top, and how far that is from where the browser has it.
    let top = memo(move || scale.get().list_at(window.with(|window| window.0)));
    let shift = memo(move || top.get() - window.with(|window| window.0));
    let roving = Roving { current: RwSignal::new(None), scale };

    let look = move || {
        if let Some(main) = scroller() {
            window.set((f64::from(main.scroll_top()) - origin(), f64::from(main.client_height())));
        }
    };
    effect(move || {
        let (Some(canvas), Some(main)) = (canvas.get(), scroller()) else { return };
        dom::watch_size(&canvas, move |wide, _| width.set(wide as f32));
        dom::watch_size(&main, move |_, _| look());
        dom::watch_scroll(&main, look);
    });

    let tiles = RwSignal::new(Vec::<Near>::new());
    let numbers = StoredValue::new(0_u32);
    let stop_at = StoredValue::new(0_usize);
    let anchor = dom::cell(None::<Anchor>);
    let drawn = dom::cell(Drawn::default());
    let spread = StoredValue::new(SPREAD);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let again = RwSignal::new(());
    let before = StoredValue::new(ui.look.get_untracked());
    let (from_top, of) = (anchor.clone(), look);
    effect(move || {
        let now = ui.look.get();
        if before.with_value(|before| *before == now) {
            return;
        }
        before.set_value(now);
        // Something else is looked at: from its beginning.
        from_top.borrow_mut().take();
        if let Some(main) = scroller() {
            main.set_scroll_top(0);
        }
        of();
    });
    effect(move || {
        again.track();
        let (list, layout) = (ui.list.get(), layout.get());
        let (top, height) = (top.get(), height.get());
        let seen = layout.window(top, top + height);
        let known = tiles.get_untracked();
        let there = |index: usize| list.get(index).is_some_and(|listed| known.iter().any(|near| near.id == listed.id));
        let new = seen.clone().filter(|index| there(*index)).count() * 2 < seen.len();
        if new {
            // What is seen comes now, the rest when there is time for it.
            spread.set_value(0.0);
            if let Some(Some(waiting)) = waiting.try_update_value(Option::take) {
                waiting.clear();
            }
        }
        let further = spread.get_value();
        if further < SPREAD && waiting.with_value(Option::is_none) {
            let grow = move || {
                let _ = waiting.try_set_value(None);
                let _ = spread.try_update_value(|spread| *spread += SPREAD_STEP);
                let _ = again.try_set(());
            };
            waiting.set_value(set_timeout_with_handle(grow, Duration::from_millis(SPREAD_STEP_MS)).ok());
        }
        // The tile that Tab leads to stays, however far the window has gone from it.
        let current = roving.current.get();
        let wanted = current.is_some();
        let current = current.and_then(|id| index_of(&list, &id, stop_at.get_value()));
        if wanted && current.is_none() {
            // It is not listed any more: Tab leads to the first.
            roving.current.set(None);
        }
        let now = Drawn {
            range: layout.window(top - further * height, top + (1.0 + further) * height),
            current: current.and_then(|index| list.get(index)).map(|listed| listed.id),
            list: Arc::clone(&list),
            layout: Arc::clone(&layout),
        };
        if now.is(&drawn.borrow()) {
            return;
        }
        keep_in_view(&anchor, &list, &layout, scale.get_untracked());
        let mut range = now.range.clone().collect::<Vec<_>>();
        if let Some(index) = current {
            stop_at.set_value(index);
            if !range.contains(&index) {
                range.insert(range.partition_point(|near| *near < index), index);
            }
        }
        let canvas_width = width.get_untracked();
        let spots = range.into_iter().filter_map(|index| {
            let (listed, place) = list.get(index).zip(layout.places.get(index))?;
            let flip = place.x + UNFOLDED > canvas_width;
            Some((listed.id, Spot { index, total: list.len(), stack: listed.stack, place: *place, flip }))
        });
        let spots: Vec<(AttemptId, Spot)> = spots.collect();
        // What has the focus never becomes another image under somebody's hands.
        let held = [drawn.borrow().current, roving.current.get_untracked()];
        let shown = used_again(&known, spots, &held, || {
            numbers.update_value(|number| *number = number.wrapping_add(1));
            numbers.get_value()
        });
        let same = known.iter().map(|near| near.number).eq(shown.iter().map(|near| near.number));
        if same {
            // Nobody's children change; what they show does by itself.
            tiles.update_untracked(|tiles| *tiles = shown);
        } else {
            tiles.set(shown);
            keep_focus();
        }
        *drawn.borrow_mut() = now;
    });

    let marks = memo(move || {
        let (top, height) = (top.get(), height.get());
        layout.with(|layout| marks_near(&layout.marks, top - height, top + 2.0 * height))
    });
    let drag = marquee::drag(ui, layout, shift);
    let shifted = move || match shift.get() {
        by if by.abs() < 0.1 => "none".to_owned(),
        by => format!("translateY({})", format::px(-by)),
    };
    let keys = move |event: KeyboardEvent| key(ui, roving, layout, &event);

    view! {
        <div class="library">
            <Rail layout=layout scale=scale height=height/>
            <div id="canvas" class="canvas" node_ref=canvas on:pointerdown=move |event| drag.down.run(event) on:pointermove=move |event| drag.moved.run(event) on:pointerup=move |event| drag.up.run(event) style:height=dynamic(move || format::px(scale.get().height()))>
                <div class="shifted" style:transform=dynamic(shifted)>
                <div class="marks">
                    {each(move || marks.get(), |mark| format!("{} {}", mark.day, mark.count), move |mark| date(layout, mark))}
                </div>
                {part(move || drag.frame.get().map(marquee::Frame::view))}
                <div class="images" role="list" aria-label=text::IMAGES on:keydown=keys>
                    {each(move || tiles.get(), |near| near.number.to_string(), move |near| view! { <Tile shows=near.shows spot=near.spot roving=roving/> })}
                </div>
                </div>
            </div>
        </div>
    }
}

/// Gives the focus back to what has it in the list, once the children have changed: tiles that are put before others move
/// those, and an element that moves loses it.
fn keep_focus() {
    let active = document().active_element().and_then(|active| active.dyn_into::<HtmlElement>().ok());
    let Some(active) = active.filter(|active| active.closest(".images").is_ok_and(|list| list.is_some())) else {
        return;
    };
    spawn_local(async move {
        tick().await;
        let lost = document().active_element().is_none_or(|now| now.tag_name() == "BODY");
        if lost && active.is_connected() {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = active.focus_with_options(&options);
        }
    });
}

/// Gives each place its tile: the one that shows the image already, else one between the same neighbours whose image is
/// gone, else a new one. No element changes its place among the others: moving one would take its focus and its press.
fn used_again(
    known: &[Near],
    spots: Vec<(AttemptId, Spot)>,
    held: &[Option<AttemptId>],
    mut number: impl FnMut() -> u32,
) -> Vec<Near> {
    let stays = |near: &Near| spots.iter().any(|(id, _)| *id == near.id);
    let free = |near: &Near| !stays(near) && !held.contains(&Some(near.id));
    let mut shown = Vec::with_capacity(spots.len());
    let mut from = 0;
    for (id, spot) in &spots {
        let rest = known.get(from..).unwrap_or_default();
        // One that stays and is behind already has changed its place in the list: it gets a new element, but for what is
        // held.
        let mine = known.iter().position(|near| near.id == *id);
        let next = rest.iter().position(|near| free(near) || stays(near)).map(|at| from + at);
        let taken = match (mine, next) {
            (Some(mine), _) if mine >= from || held.contains(&Some(*id)) => {
                from = from.max(mine + 1);
                Some(mine)
            }
            (None, Some(next)) if known.get(next).is_some_and(free) => {
                from = next + 1;
                Some(next)
            }
            _ => None,
        };
        let mut near = match taken.and_then(|at| known.get(at)) {
            Some(near) => near.clone(),
            None => Near::new(number(), *id, *spot),
        };
        near.show(*id, *spot);
        shown.push(near);
    }
    shown
}

fn marks_near(marks: &[Mark], top: f64, bottom: f64) -> Vec<Mark> {
    let from = marks.partition_point(|mark| mark.y < top);
    marks.iter().skip(from).take_while(|mark| mark.y <= bottom).copied().collect()
}

fn date(layout: Memo<Arc<Layout>>, mark: Mark) -> impl IntoView {
    let y = move || {
        let y = layout
            .with(|layout| layout.marks.iter().find(|other| other.day == mark.day).map_or(mark.y, |other| other.y));
        format!("translateY({})", format::px(y))
    };
    view! {
        <div class="date-mark" style:transform=dynamic(y)>
            <h2>{format::day(mark.day)}</h2>
            <span class="quiet num">{text::images(mark.count)}</span>
        </div>
    }
}

/// Where an item stands in the list. Mostly where it stood before: the whole list is only walked when that has moved.
fn index_of(list: &[Listed], id: &AttemptId, near: usize) -> Option<usize> {
    let there = |index: usize| list.get(index).is_some_and(|listed| listed.id == *id);
    if there(near) { Some(near) } else { list.iter().position(|listed| listed.id == *id) }
}

/// What the person looked at: the first tile in the window, where about it stood in the list, its height in it; and how
/// the list was scrolled.
struct Anchor {
    id: AttemptId,
    near: usize,
    y: f64,
    scale: Scale,
}

/// Keeps what the person looks at where it is when the list grows above it. At the very top the list moves: there new
/// pictures are what one wants to see.
fn keep_in_view(anchor: &std::cell::RefCell<Option<Anchor>>, list: &[Listed], layout: &Layout, scale: Scale) {
    let Some(main) = scroller() else { return };
    let (scrolled, origin) = (f64::from(main.scroll_top()), origin());
    let mut top = scale.list_at(scrolled - origin);
    let before = anchor.borrow_mut().take();
    if let Some(Anchor { id, near, y, scale: old }) = before
        && scrolled > 1.0
        && let Some(place) = index_of(list, &id, near).and_then(|index| layout.places.get(index))
    {
        let wanted = old.list_at(scrolled - origin) + place.y - y;
        if (wanted - top).abs() > 0.5 {
            main.set_scroll_top((scale.scrolled_at(wanted) + origin) as i32);
            top = wanted;
        }
    }
    let first = layout.window(top, top).start;
    *anchor.borrow_mut() = list.get(first).zip(layout.places.get(first)).map(|(listed, place)| Anchor {
        id: listed.id,
        near: first,
        y: place.y,
        scale,
    });
}

/// Scrolls so that a place is seen whole.
pub fn show(scale: Scale, place: Place) {
    let Some(main) = scroller() else { return };
    let (origin, height) = (origin(), f64::from(main.client_height()));
    let top = scale.list_at(f64::from(main.scroll_top()) - origin);
    // A date mark may lie above, and the bar that stays does.
    let (from, to) = (place.y - 2.0 * f64::from(MARK.0), place.bottom() + 8.0);
    let wanted = if from < top {
        from
    } else if to > top + height {
        to - height
    } else {
        return;
    };
    main.set_scroll_top((scale.scrolled_at(wanted) + origin).max(0.0) as i32);
}

/// Keys on a tile: arrows walk, Home and End jump, Space chooses, digits rate, Delete and F act, Enter opens.
fn key(ui: Ui, roving: Roving, layout: Memo<Arc<Layout>>, event: &KeyboardEvent) {
    let on_tile = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|element| element.has_attribute("data-stop"));
    if !on_tile || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let list = ui.list.get_untracked();
    let current = roving.current.get_untracked();
    let index = current.as_ref().and_then(|id| list.iter().position(|listed| listed.id == *id)).unwrap_or(0);
    let Some(id) = list.get(index).map(|listed| listed.id) else { return };
    let layout = layout.get_untracked();
    let to = match event.key().as_str() {
        "ArrowLeft" => layout.step(index, Direction::Left),
        "ArrowRight" => layout.step(index, Direction::Right),
        "ArrowUp" => layout.step(index, Direction::Up),
        "ArrowDown" => layout.step(index, Direction::Down),
        "Home" => Some(0),
        "End" => list.len().checked_sub(1),
        "Delete" if !ui.selection.with_untracked(|chosen| chosen.is_empty()) => {
            event.prevent_default();
            ui.mark_chosen(mark::Mark::Trash(true));
            return;
        }
        "Delete" => {
            if ui.ctx().tile_now(&id).is_some_and(|tile| tile.buttons.contains(&Button::Delete)) {
                event.prevent_default();
                leave(ui, &id);
                ui.mark(&id, mark::Mark::Trash(true));
            }
            return;
        }
        " " => {
            event.prevent_default();
            ui.selection.update(|selection| selection.toggle(id));
            return;
        }
        "0" | "1" | "2" | "3" | "4" | "5" => {
            let stars = event.key().parse().unwrap_or(0);
            if ui.selection.with_untracked(|chosen| chosen.is_empty()) {
                ui.mark(&id, mark::Mark::Rating(stars));
            } else {
                ui.mark_chosen(mark::Mark::Rating(stars));
            }
            return;
        }
        "f" | "F" => {
            if ui.ctx().tile_now(&id).is_some_and(|tile| tile.buttons.contains(&Button::Favourite)) {
                ui.press(&id, Button::Favourite);
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    if let Some((listed, place)) = to.and_then(|to| list.get(to).zip(layout.places.get(to))) {
        roving.current.set(Some(listed.id));
        ui.focus.set(Some(listed.id));
        show(roving.scale.get_untracked(), *place);
    }
}

/// The neighbour of a tile that is about to go gets the focus.
pub fn leave(ui: Ui, id: &AttemptId) {
    let list = ui.list.get_untracked();
    let Some(index) = list.iter().position(|listed| listed.id == *id) else { return };
    let neighbour = list.get(index + 1).or_else(|| list.get(index.checked_sub(1)?));
    if let Some(neighbour) = neighbour {
        ui.focus.set(Some(neighbour.id));
    }
}

//! The shape of the picture: three sizes, or nine aspect ratios.

use flux_studio_core::shape::Shape;
use leptos::prelude::*;

use crate::ui::handle::{Ui, ui};
use crate::ui::kit::boxed::{dynamic, each, memo};
use crate::ui::kit::format::px;
use crate::ui::text;

/// Area of a drawn shape in square pixels: all look equally large.
const GLYPH_AREA: f64 = 440.0;
/// Width and height in pixels that a drawn shape never exceeds.
const GLYPH_MAX: (f64, f64) = (30.0, 26.0);

fn glyph(shape: Shape) -> (f64, f64) {
    let aspect = shape.aspect().clamp(0.1, 10.0);
    let width = (GLYPH_AREA * aspect).sqrt();
    let fit = (GLYPH_MAX.0 / width).min(GLYPH_MAX.1 * aspect / width).min(1.0);
    (width * fit, width * fit / aspect)
}

/// What the other kind has that comes nearest.
fn nearest(shape: Shape, among: &[Shape]) -> Shape {
    let off = |other: &Shape| (other.aspect().ln() - shape.aspect().ln()).abs();
    among.iter().copied().min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(Shape::DEFAULT)
}

fn is_ratio(shape: Shape) -> bool {
    matches!(shape, Shape::Ratio(..))
}

/// Radiogroup "Size". Which kind is shown follows the chosen shape, so that "Use these settings" shows what it set.
#[component]
pub fn Sizes() -> impl IntoView {
    let ui = ui();
    let chosen = memo(move || ui.draft.with(|draft| draft.shape));
    let ratios = memo(move || is_ratio(chosen.get()));
    let shapes = memo(move || {
        let mut shapes = if ratios.get() { Shape::RATIOS.to_vec() } else { Shape::SIZES.to_vec() };
        if !shapes.contains(&chosen.get()) {
            shapes.push(chosen.get());
        }
        shapes
    });
    let switch = move |to_ratios: bool| {
        if ratios.get_untracked() == to_ratios {
            return;
        }
        let among: &[Shape] = if to_ratios { &Shape::RATIOS } else { &Shape::SIZES };
        let shape = nearest(chosen.get_untracked(), among);
        ui.compose(|draft| draft.shape = shape);
        ui.set(|settings| settings.use_ratios = to_ratios);
    };
    let kind = move |name: &'static str, of_ratios: bool| {
        view! {
            <button
                type="button"
                aria-pressed=dynamic(move || if ratios.get() == of_ratios { "true" } else { "false" })
                disabled=dynamic(move || !ui.ready.get())
                on:click=move |_| switch(of_ratios)
            >
                {name}
            </button>
        }
    };
    view! {
        <div class="f-size">
            <div class="c-head">
                <span class="label" id="size-label">{text::SIZE}</span>
                <div class="switch-two" role="group" aria-label=text::CHOICE_OF_SHAPES>
                    {kind(text::SIZES, false)}
                    {kind(text::RATIOS, true)}
                </div>
            </div>
            <div class="sizes" role="radiogroup" aria-labelledby="size-label" data-ratios=dynamic(move || ratios.get().then_some(""))>
                {each(move || shapes.get(), |shape| shape.text(), move |shape| one(ui, chosen, shape))}
            </div>
        </div>
    }
}

fn one(ui: Ui, chosen: Memo<Shape>, shape: Shape) -> impl IntoView {
    let (width, height) = glyph(shape);
    let spelled = shape.text();
    let shown = spelled.replace('x', "×");
    view! {
        <label class="size">
            <input
                type="radio"
                name="size"
                value=spelled
                prop:checked=dynamic(move || chosen.get() == shape)
                disabled=dynamic(move || !ui.ready.get())
                on:change=move |_| ui.compose(|draft| draft.shape = shape)
            />
            <span class="shape"><i style:width=dynamic(move || px(width)) style:height=dynamic(move || px(height))></i></span>
            <span class="px">{shown}</span>
        </label>
    }
}

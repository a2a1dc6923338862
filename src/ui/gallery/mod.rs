//! The library: first visit, empty, or the pictures.

mod actions;
mod art;
pub mod attach;
mod complete;
mod faces;
mod finder;
mod grid;
mod marquee;
mod rail;
mod risk;
mod searches;
pub mod selected;
mod tile;
mod welcome;

use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::kit::boxed::{memo, part};
use crate::ui::text;

/// What there is to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Loading,
    Welcome,
    Empty { demo: bool },
    Images,
}

/// Everything in `main`.
#[component]
pub fn Library() -> impl IntoView {
    let ui = ui();
    let shows = memo(move || {
        // A search that finds nothing is no empty library.
        let looking = ui.look.with(|look| !look.is_plain());
        let empty = ui.list.with(|list| list.is_empty()) && !looking;
        ui.overview.with(|o| match (o.ready, empty, o.demo, o.key) {
            (false, ..) => Shows::Loading,
            (true, true, false, false) if o.trash == 0 => Shows::Welcome,
            (true, true, demo, _) => Shows::Empty { demo },
            _ => Shows::Images,
        })
    });
    part(move || {
        match shows.get() {
        Shows::Loading => {
            view! { <div class="ghosts" aria-hidden="true"><i></i><i></i><i></i><i></i><i></i><i></i></div> }.into_any()
        }
        Shows::Welcome => view! { <welcome::Welcome/> }.into_any(),
        Shows::Empty { demo } => view! { <welcome::Empty demo=demo/> }.into_any(),
        Shows::Images => view! { <h1 class="hide">{text::LIBRARY}</h1><risk::Risk/><finder::Finder/><grid::Grid/>{part(move || ui.selected.get().map(|bar| bar()))} }.into_any(),
    }
    })
}

//! The film strip: the picture's neighbours, only as many as can be seen.

use flux_studio_core::id::AttemptId;
use flux_studio_core::route::Route;
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::{has_picture, place};
use crate::app::pictures::Kind;
use crate::ui::handle::{Ui, src, ui};
use crate::ui::kit::boxed::{dynamic, each, memo};
use crate::ui::kit::format::px;
use crate::ui::text;

/// Pictures on either side: enough for a wide window.
const EACH_SIDE: usize = 10;
/// Height of a picture in CSS pixels (viewer.css).
const HEIGHT: f64 = 56.0;

/// Neighbours of a picture, itself among them.
fn around(ui: Ui, id: &AttemptId, was: usize) -> Vec<AttemptId> {
    ui.list.with(|list| {
        let (here, next) = place(ui, id, was);
        let seen = |listed: &&crate::app::context::Listed| has_picture(ui, &listed.id);
        let mut before: Vec<AttemptId> =
            list.iter().take(here).rev().filter(seen).take(EACH_SIDE).map(|l| l.id).collect();
        before.reverse();
        let after = list.iter().skip(next).filter(seen).take(EACH_SIDE).map(|l| l.id);
        before.into_iter().chain([*id]).chain(after).collect()
    })
}

/// Navigation "Film strip".
#[component]
pub fn Strip(
    /// What is looked at.
    id: Memo<Option<AttemptId>>,
    /// Where it stood, should it have left the list.
    was: StoredValue<usize>,
) -> impl IntoView {
    let ui = ui();
    let shown = memo(move || id.get().map(|id| around(ui, &id, was.get_value())).unwrap_or_default());
    view! {
        <nav class="strip" aria-label=text::STRIP>
            {each(move || shown.get(), |one| one.as_str().to_owned(), move |one| frame(ui, id, one))}
        </nav>
    }
}

fn frame(ui: Ui, id: Memo<Option<AttemptId>>, one: AttemptId) -> impl IntoView {
    let picture = ui.ctx().picture(&one, Kind::Thumb);
    let (alt, aspect) = ui
        .ctx()
        .tile(&one)
        .with_untracked(|tile| tile.as_ref().map(|tile| (tile.prompt.clone(), tile.aspect)))
        .unwrap_or((String::new(), 1.0));
    let href = Route::Image(one).hash();
    let to = Route::Image(one);
    let current = memo(move || id.with(|id| id.as_ref() == Some(&one)));
    let width = HEIGHT * aspect.clamp(0.4, 2.6);
    // Its own click would make an entry of the history, and Back would lead through all that was looked at.
    let step = move |event: MouseEvent| {
        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
            ui.go(&to);
        }
    };
    view! {
        <a
            href=href
            aria-current=dynamic(move || current.get().then_some("true"))
            tabindex=dynamic(move || if current.get() { "0" } else { "-1" })
            draggable="false"
            on:click=step
            style:width=dynamic(move || px(width))
        >
            <img src=dynamic(move || src(&picture)) alt=alt decoding="async" draggable="false"/>
        </a>
    }
}

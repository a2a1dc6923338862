//! A tile's actions: small pictograms on a picture, words under a note.

use flux_studio_core::attempt::Status;
use flux_studio_core::id::AttemptId;
use flux_studio_core::view::Button;
use leptos::prelude::*;

use super::faces::{Face, Live};
use super::grid;
use crate::ui::handle::{Ui, ui};
use crate::ui::icon::Icon;
use crate::ui::kit::boxed::{each, memo, part};
use crate::ui::kit::button::{IconButton, shows};
use crate::ui::text;

fn press(ui: Ui, id: RwSignal<AttemptId>, button: Button) {
    let id = id.get_untracked();
    if button == Button::Delete {
        grid::leave(ui, &id);
    }
    ui.press(&id, button);
}

/// The buttons of a tile without its first `skip`, which are there already.
fn buttons(live: Live, skip: usize) -> Memo<Vec<Button>> {
    memo(move || {
        live.with(|tile| {
            tile.as_ref().map(|tile| tile.buttons.iter().skip(skip).copied().collect()).unwrap_or_default()
        })
    })
}

/// On a picture, or on one that is on its way.
#[component]
pub fn Toolbar(
    /// The tile.
    live: Live,
    /// Whose it is.
    id: RwSignal<AttemptId>,
    /// What it shows.
    face: Face,
) -> impl IntoView {
    let ui = ui();
    let buttons = buttons(live, usize::from(face == Face::Risk));
    let picked = memo(move || ui.selection.with(|chosen| chosen.contains(&id.get())));
    let favourite = memo(move || live.with(|tile| tile.as_ref().is_some_and(|tile| tile.favourite)));
    let caption = memo(move || live.with(|tile| tile.as_ref().map(|tile| tile.prompt.clone()).unwrap_or_default()));
    let one = move |button: Button| {
        let press = move |()| press(ui, id, button);
        if button == Button::Favourite {
            view! { <IconButton name=button.label() shows=shows(button) pressed=favourite press=press/> }.into_any()
        } else {
            view! { <IconButton name=button.label() shows=shows(button) press=press/> }.into_any()
        }
    };
    view! {
        <span class="tile-actions">
            <IconButton name=text::SELECT shows=Icon::Check pressed=picked press=move |()| ui.selection.update(|chosen| chosen.toggle(id.get_untracked()))/>
            {each(move || buttons.get(), |button| button.label().to_owned(), one)}
        </span>
        {(face == Face::Picture).then(|| view! { <span class="tile-caption" aria-hidden="true" dir="auto">{part(move || caption.get())}</span> })}
    }
}

/// Under a note: the whole sentence and every further way on, in words, because some of them cost money.
#[component]
pub fn More(
    /// The tile.
    live: Live,
    /// Whose it is.
    id: RwSignal<AttemptId>,
) -> impl IntoView {
    let ui = ui();
    let buttons = buttons(live, 1);
    let says = memo(move || {
        live.with(|tile| {
            let tile = tile.as_ref()?;
            let sentence = tile.sentence.as_ref().map(|sentence| sentence.text()).unwrap_or_default();
            Some(if tile.status == Status::Unknown { format!("{sentence} {}", text::TWICE) } else { sentence })
        })
        .unwrap_or_default()
    });
    view! {
        <div class="tile-more">
            <p dir="auto">{part(move || says.get())}</p>
            <div class="acts">
                {each(
                    move || buttons.get(),
                    |button| button.label().to_owned(),
                    move |button| {
                        view! {
                            <button type="button" class="btn btn-small" class:btn-bad=button == Button::Delete on:click=move |_| press(ui, id, button)>
                                {button.label()}
                            </button>
                        }
                    },
                )}
            </div>
        </div>
    }
}

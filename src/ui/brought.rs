//! Dialog "Settings of a file": what is inside a picture that the person dropped or chose, to look at or to use. All of it
//! is a stranger's text, and shown as text.

use flux_studio_bytes::Inside;
use flux_studio_core::draft::Usable;
use flux_studio_core::route::Route;
use flux_studio_core::text::visible;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlInputElement};

use super::handle::{Ui, ui};
use super::kit::boxed::{memo, part};
use super::kit::modal::Modal;
use super::kit::said::said;
use super::text;
use crate::app::takeout::{self, Brought};

/// The dialog.
#[component]
pub fn BroughtDialog() -> impl IntoView {
    let ui = ui();
    let open = memo(move || ui.brought.with(|brought| *brought != Brought::Nothing));
    view! {
        <Modal open=open class="sheet-dialog" label=text::INSIDE close=move |()| takeout::dismiss() light=true>
            <div class="in">
                <h2 tabindex="-1" autofocus>{text::INSIDE}</h2>
                {part(move || match ui.brought.get() {
                    Brought::Nothing => ().into_any(),
                    Brought::Wanted => view! { {picker()}{acts(None)} }.into_any(),
                    Brought::Looking => view! { <p class="quiet">{text::LOOKING}</p> }.into_any(),
                    Brought::Refused(why) => view! { {said(false, text::not_inside(&visible(&why)), None)}{picker()}{acts(None)} }.into_any(),
                    Brought::Inside(inside) if inside == Inside::default() => {
                        view! { {said(false, text::NOTHING_INSIDE.to_owned(), None)}{picker()}{acts(None)} }.into_any()
                    }
                    Brought::Inside(inside) => found(ui, inside).into_any(),
                })}
            </div>
        </Modal>
    }
}

/// A field for a file.
fn picker() -> impl IntoView {
    let picked = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            takeout::look_inside(Blob::from(file));
        }
    };
    view! {
        <p class="quiet" id="file-help">{text::CHOOSE_FILE}</p>
        <input
            class="input"
            type="file"
            accept="image/png,image/jpeg,image/webp"
            aria-label=text::PICTURE_FILE
            aria-describedby="file-help"
            on:change=picked
        />
    }
}

/// The ways on: use it, where there is something to use, and close.
fn acts(use_it: Option<Box<dyn Fn()>>) -> impl IntoView {
    let primary = use_it.is_none();
    view! {
        <div class="acts">
            <button type="button" class="btn" class:btn-primary=primary on:click=move |_| takeout::dismiss()>{text::CLOSE}</button>
            {use_it.map(|use_it| view! {
                <button type="button" class="btn btn-primary" autofocus on:click=move |_| use_it()>{text::USE}</button>
            })}
        </div>
    }
}

fn found(ui: Ui, inside: Inside) -> impl IntoView {
    let Inside { prompt, negative, mode, shape, own, others } = inside;
    let mut modes = ui.settings.with_untracked(|settings| settings.own_modes.clone());
    ui.presets.with_untracked(|presets| modes.extend(presets.modes.iter().cloned()));
    let usable = Usable::of(&prompt, &mode, &shape, own, &modes);
    let left = text::left(!mode.is_empty() && usable.mode.is_none(), !shape.is_empty() && usable.shape.is_none());
    let use_it: Option<Box<dyn Fn()>> = usable.any().then(|| {
        Box::new(move || {
            takeout::dismiss();
            if ui.route.with_untracked(|route| *route != Route::Studio) {
                ui.go(&Route::Studio);
            }
            ui.refill(|draft| usable.clone().fill(draft));
        }) as Box<dyn Fn()>
    });
    let negative_why = if negative.is_empty() { "" } else { text::NEGATIVE_WHY };
    let named = [(text::PROMPT, prompt), (text::NEGATIVE, negative), (text::MODE, mode), (text::SIZE, shape)];
    let named = named.into_iter().map(|(name, said)| (name.to_owned(), said));
    let rows = named.chain(others).filter(|(_, said)| !said.is_empty());
    let rows: Vec<_> = rows
        .map(|(name, said)| view! { <dt dir="auto">{visible(&name)}</dt><dd dir="auto">{visible(&said)}</dd> })
        .collect();
    view! {
        <dl class="inside" tabindex="0" aria-label=text::INSIDE>{rows}</dl>
        {[left, negative_why].into_iter().filter(|note| !note.is_empty()).map(|note| view! { <p class="quiet">{note}</p> }).collect_view()}
        {acts(use_it)}
    }
}

//! Dialog "Settings": one page, everything visible. What concerns the connection holds from "Save" on; what only
//! changes the look holds at once.

mod connection;
mod downloads;
mod form;
mod library;
mod look;
mod modes;
mod rescue;

use flux_studio_core::route::Route;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::kit::boxed::{memo, part};
use crate::ui::kit::modal::Modal;
use crate::ui::kit::said::said;
use crate::ui::notices::{Notices, Place};
use crate::ui::text;
use form::Form;

/// The dialog, open on `#/settings`.
#[component]
pub fn SettingsDialog() -> impl IntoView {
    let ui = ui();
    let open = memo(move || ui.route.with(|route| *route == Route::Settings));
    view! {
        <Modal open=open class="settings" label=text::SETTINGS close=move |()| ui.go(&Route::Studio)>
            <Page/>
        </Modal>
    }
}

#[component]
fn Page() -> impl IntoView {
    let ui = ui();
    let form = Form::new(ui);
    view! {
        <form
            autocomplete="off"
            on:submit=move |event| {
                event.prevent_default();
                form.save();
            }
        >
            <div class="scroll">
                <div class="sheet">
                    <h1 tabindex="-1" autofocus>{text::SETTINGS}</h1>
                    <connection::Connection form=form/>
                    <look::Look/>
                    <modes::OwnModes/>
                    <downloads::Downloads/>
                    <library::Library/>
                </div>
            </div>
            <div class="set-foot">
                <div>
                    <div class="note">{part(move || match (form.outcome(), form.dirty.get()) {
                        (Some(Ok(())), false) => said(true, text::SAVED.to_owned(), None).into_any(),
                        (Some(Err(sentence)), _) => said(false, sentence.text(), None).into_any(),
                        (_, true) => view! { <span class="quiet">{text::CHANGED}</span> }.into_any(),
                        (None, false) => view! { <span class="quiet">{text::UNCHANGED}</span> }.into_any(),
                    })}</div>
                    <button type="button" class="btn" on:click=move |_| ui.go(&Route::Studio)>{text::CLOSE}</button>
                    <button type="submit" class="btn btn-primary">{text::SAVE}</button>
                </div>
            </div>
        </form>
        <Notices at=Place::Settings/>
    }
}

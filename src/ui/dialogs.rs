//! The dialogs, and the toolbar for what is chosen: in a file of their own that is loaded when one of them is first wanted,
//! so that nobody waits for them on the first visit. In the program of the page `load` is where it is cut in two; the tool
//! that cuts is called by `cargo xtask finish-dist`. Everywhere else (tests, plain `cargo build`) it is one piece.

use flux_studio_core::message::Notice;
use flux_studio_core::route::Route;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::handle::Ui;
use super::kit::boxed::{effect, memo};
use super::{brought, gallery, labels, lightbox, settings, shell};
use crate::app::takeout::{self, Brought};

/// Puts the dialogs into the page as soon as something of them is wanted.
pub fn load_when_wanted(ui: Ui) {
    let wanted = memo(move || {
        let route = ui.route.with(|route| *route != Route::Studio);
        let brought = ui.brought.with(|brought| *brought != Brought::Nothing);
        let chosen = ui.selection.with(|selection| !selection.is_empty());
        route
            || brought
            || chosen
            || ui.attach.with(Option::is_some)
            || ui.help.get()
            || ui.commands.get()
            || ui.labels.with(Option::is_some)
    });
    let there = StoredValue::new(false);
    effect(move || {
        if !wanted.get() || there.get_value() {
            return;
        }
        there.set_value(true);
        spawn_local(async move {
            if load(ui).await.is_err() {
                there.set_value(false);
                ui.go(&Route::Studio);
                ui.attach.set(None);
                ui.help.set(false);
                ui.commands.set(false);
                ui.labels.set(None);
                ui.selection.update(|selection| selection.clear());
                takeout::dismiss();
                ui.ctx().say(Notice::PartMissing);
            }
        });
    });
}

/// The file could not be loaded. The browser's console has the details.
struct Missing;

#[cfg(feature = "split")]
impl From<wasm_split_helpers::SplitLoaderError> for Missing {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Missing
    }
}

/// Loads what is missing, and mounts the dialogs.
#[cfg(feature = "split")]
#[allow(unsafe_code)] // What the attribute writes: the call across the cut.
#[wasm_split_helpers::wasm_split(dialogs, fallible)]
fn load(ui: Ui) -> Result<(), Missing> {
    mount(ui);
    Ok(())
}

#[cfg(not(feature = "split"))]
async fn load(ui: Ui) -> Result<(), Missing> {
    mount(ui);
    Ok(())
}

fn mount(ui: Ui) {
    ui.selected.set(Some(gallery::selected::selected));
    super::root("slot-dialogs", ui, || {
        view! {
            <settings::SettingsDialog/>
            <lightbox::ImageDialog/>
            <gallery::attach::AttachDialog/>
            <labels::LabelsDialog/>
            <shell::help::HelpDialog/>
            <shell::commands::CommandsDialog/>
            <brought::BroughtDialog/>
        }
    });
}

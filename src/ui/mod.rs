//! The screens. They read signals and dispatch events ([`crate::app::context::Ctx`]) and do nothing else: no requests, no
//! storage, no timers.
//!
//! The page's skeleton is in index.html, so that the prompt takes text before the program is there. [`mount`] fills its
//! slots: several Leptos roots that share one [`handle::Ui`].

mod brought;
mod compose;
mod dialogs;
mod gallery;
mod handle;
mod icon;
mod kit;
mod labels;
mod lightbox;
mod notices;
mod settings;
mod shell;
mod text;

use leptos::mount::mount_to;
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::app::context::Ctx;
use handle::Ui;

/// Fills the slots of index.html. Called once, when the app can take events.
pub fn mount(ctx: Ctx) {
    let owner = Owner::new();
    let ui = owner.with(|| Ui::new(ctx));
    // The first root sets up what runs effects; so it comes first.
    root("slot-topbar", ui, || view! { <shell::topbar::TopBar/> });
    owner.with(|| {
        shell::page::keep(ui);
        compose::prompt::bind(ui);
    });

    root("slot-prompt-tools", ui, || view! { <compose::prompt::PromptTools/> });
    root("slot-options", ui, || view! { <compose::Options/> });
    root("slot-foot", ui, || view! { <compose::foot::Foot/> });
    root("slot-summary", ui, || view! { <compose::summary::Summary/> });
    root("slot-main", ui, || view! { <gallery::Library/> });
    root("slot-notices", ui, || {
        view! {
            <compose::summary::Scrim/>
            <notices::Notices at=notices::Place::Page/>
        }
    });
    owner.with(|| dialogs::load_when_wanted(ui));
    // The page lives as long as its screens: nobody ever takes them down.
    std::mem::forget(owner);
}

/// Mounts a root into a slot, in the place of the grey shapes that kept it. A page without that slot goes without that
/// part.
fn root<V: IntoView + 'static>(slot: &str, ui: Ui, view: impl FnOnce() -> V + 'static) {
    let Some(element) = kit::dom::by_id::<HtmlElement>(slot) else { return };
    element.set_text_content(None);
    mount_to(element, move || {
        provide_context(ui);
        view()
    })
    .forget();
}

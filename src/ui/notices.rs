//! News in the corner: what ended well leaves by itself, what needs the person stays until it is dismissed.
//!
//! A modal dialog makes everything outside itself inert, so the notices stand inside the dialog that is open, else in
//! the page.

use flux_studio_core::event::Event;
use flux_studio_core::message::Notice;
use flux_studio_core::route::Route;
use leptos::prelude::*;

use crate::ui::handle::{Ui, ui};
use crate::ui::icon::{Icon, icon};
use crate::ui::kit::boxed::{each, memo, part};
use crate::ui::kit::button::IconButton;
use crate::ui::text;

/// Where notices can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The page itself.
    Page,
    /// Dialog "Settings".
    Settings,
    /// Dialog "Image".
    Image,
}

/// The notices, where the person is looking.
#[component]
pub fn Notices(
    /// Where this list stands; only the one in front shows something.
    at: Place,
) -> impl IntoView {
    let ui = ui();
    let here = memo(move || {
        ui.route.with(|route| match route {
            Route::Studio => at == Place::Page,
            Route::Settings => at == Place::Settings,
            Route::Image(_) => at == Place::Image,
        })
    });
    // What is wrong with the composer is said there (compose/foot.rs).
    let shown = move || {
        let mut notices = ui.notices.get();
        notices.retain(|(_, notice)| !matches!(notice, Notice::Draft(_)));
        notices
    };
    view! {
        {part(move || here.get().then(|| view! {
            <div class="notices">
                {each(shown, |(number, _)| number.to_string(), move |(number, notice)| one(ui, number, notice))}
            </div>
        }))}
    }
}

fn one(ui: Ui, number: u64, notice: Notice) -> impl IntoView {
    let alert = notice.is_alert();
    let sentence = notice.sentence();
    let rest = [sentence.money, sentence.next.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    // What ended well is short-lived news, a slip of the person's stays for longer, trouble until it is dismissed.
    let leaves = match &notice {
        Notice::BackupDue(_) => Some("late"),
        _ if !alert => Some("soon"),
        Notice::BadJobId | Notice::SameJob(_) | Notice::Rescued { .. } => Some("late"),
        _ => None,
    };
    let undo = match notice {
        Notice::Marked { undo, .. } => Some(undo),
        _ => None,
    };
    let undo = undo.map(|undo| {
        let restore = move |_| {
            ui.dispatch(Event::TakeBack(Some(undo)));
            ui.ctx().dismiss(number);
        };
        view! { <button type="button" class="btn btn-plain" on:click=restore>{text::UNDO}</button> }
    });
    view! {
        <div
            class="notice"
            role=if alert { "alert" } else { "status" }
            data-leaves=leaves
            // The end of a news item's time (notices.css): no timer of ours.
            on:animationend=move |_| ui.ctx().dismiss(number)
        >
            {alert.then(|| icon(Icon::Alert))}
            <p dir="auto"><b>{sentence.what.clone()}</b>" "{rest}</p>
            {undo}
            <IconButton name=text::DISMISS shows=Icon::Cross press=move |()| ui.ctx().dismiss(number)/>
        </div>
    }
}

//! Pictures that were paid for and are not here (another browser, a lost outcome) come by the ids of
//! their jobs.

use flux_studio_core::event::Event;
use leptos::html;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::text;

/// The field and its button.
#[component]
pub fn Rescue() -> impl IntoView {
    let ui = ui();
    let field = NodeRef::<html::Textarea>::new();
    let fetch = move |_| {
        let Some(field) = field.get_untracked() else { return };
        let ids = field.value();
        if !ids.trim().is_empty() {
            field.set_value("");
            ui.dispatch(Event::Rescue(ids));
        }
    };
    view! {
        <div class="f">
            <label for="job-ids">{text::JOB_IDS}</label>
            <textarea
                node_ref=field
                class="input mono"
                id="job-ids"
                rows="2"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                dir="ltr"
                aria-describedby="job-ids-help"
            ></textarea>
            <p class="help" id="job-ids-help">{text::JOB_IDS_HELP}</p>
        </div>
        <div><button type="button" class="btn" on:click=fetch>{text::FETCH_JOBS}</button></div>
    }
}

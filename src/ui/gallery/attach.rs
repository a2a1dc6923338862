//! "Attach job id": for an attempt whose outcome is not known, from the person's TTAPI account.

use flux_studio_core::event::Action;
use leptos::html;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::kit::modal::Modal;
use crate::ui::text;

/// The dialog.
#[component]
pub fn AttachDialog() -> impl IntoView {
    let ui = ui();
    let field = NodeRef::<html::Input>::new();
    let close = move |()| ui.attach.set(None);
    let attach = move || {
        let Some(id) = ui.attach.get_untracked() else { return };
        let job = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        if job.trim().is_empty() {
            return;
        }
        ui.attach.set(None);
        ui.act(&id, Action::AttachJobId(job));
    };
    view! {
        <Modal open=Signal::derive(move || ui.attach.with(Option::is_some)) class="sheet-dialog" label=text::ATTACH_TITLE close=close light=true>
            <div class="in">
                <h2>{text::ATTACH_TITLE}</h2>
                <p class="quiet" id="attach-help">{text::ATTACH_HELP}</p>
                <input
                    node_ref=field
                    class="input mono"
                    type="text"
                    aria-label=text::JOB_ID
                    aria-describedby="attach-help"
                    placeholder=text::JOB_ID
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    dir="ltr"
                    on:keydown=move |event| {
                        if event.key() == "Enter" && !event.is_composing() {
                            event.prevent_default();
                            attach();
                        }
                    }
                />
                <div class="acts">
                    <button type="button" class="btn" on:click=move |_| close(())>{text::BACK}</button>
                    <button type="button" class="btn btn-primary" on:click=move |_| attach()>{text::ATTACH}</button>
                </div>
            </div>
        </Modal>
    }
}

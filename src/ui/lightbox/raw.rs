//! What the API said of an attempt, word for word: for who wants to know, and for support.

use flux_studio_core::id::AttemptId;
use leptos::html;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::kit::boxed::{effect, part};
use crate::ui::text;

/// The kept answers, read when they are unfolded.
#[component]
pub fn Raw(
    /// Of which attempt.
    id: Memo<Option<AttemptId>>,
) -> impl IntoView {
    let ui = ui();
    let fold = NodeRef::<html::Details>::new();
    let answers = RwSignal::new(ArcRwSignal::new(None));
    let read = move || {
        if fold.get_untracked().is_some_and(|fold| fold.open())
            && let Some(id) = id.get_untracked()
        {
            answers.set(ui.ctx().raw(&id));
        }
    };
    effect(move || {
        id.track();
        read();
    });
    view! {
        <details class="raw" node_ref=fold on:toggle=move |_| read()>
            <summary>{text::RAW}</summary>
            {part(move || answers.get().get().map(|answers| {
                let none = answers.is_empty().then(|| view! { <p class="quiet">{text::NO_RAW}</p> });
                let all = answers.into_iter().map(|answer| view! {
                    <p class="quiet">{text::raw(&answer.to, answer.status)}</p>
                    <pre tabindex="0"><bdi>{answer.body}</bdi></pre>
                });
                (none, all.collect_view())
            }))}
        </details>
    }
}

//! A modal dialog on the browser's own `<dialog>`: it contains the focus, makes the rest inert and gives the focus back.

use crate::ui::kit::boxed::{dynamic, effect, part};
use leptos::html;
use leptos::prelude::*;

/// A dialog that stands while `open` is true. What is in it exists only then.
#[component]
pub fn Modal(
    /// Whether it stands.
    #[prop(into)]
    open: Signal<bool>,
    /// Its look.
    class: &'static str,
    /// Its accessible name.
    #[prop(into)]
    label: Signal<&'static str>,
    /// The person wants it closed (Escape, Back on phones, a click beside it where `light` is set).
    #[prop(into)]
    close: Callback<()>,
    /// A click beside it closes it.
    #[prop(optional)]
    light: bool,
    /// What is in it.
    children: ChildrenFn,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    // Subscribed after the content below, so that the content is there when the browser looks for what to focus.
    effect(move || {
        let stand = open.get();
        let Some(dialog) = dialog.get() else { return };
        if stand && !dialog.open() {
            // Fails only when it is not in the document.
            let _ = dialog.show_modal();
        } else if !stand && dialog.open() {
            dialog.close();
        }
    });
    let beside = move |event: leptos::ev::MouseEvent| {
        let itself = dialog.get_untracked().is_some_and(|dialog| event.target().as_ref() == Some(dialog.as_ref()));
        if light && itself {
            close.run(());
        }
    };
    view! {
        <dialog
            node_ref=dialog
            class=class
            aria-label=dynamic(move || label.get())
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                close.run(());
            }
            on:close=move |_| {
                // Browsers close it by themselves on a second Escape.
                if open.get_untracked() {
                    close.run(());
                }
            }
            on:click=beside
        >
            {part(move || open.get().then(|| children()))}
        </dialog>
    }
}

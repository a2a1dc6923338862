//! Buttons.

use flux_studio_core::view::Button;
use leptos::prelude::*;

use crate::ui::icon::{Icon, icon};
use crate::ui::kit::boxed::dynamic;

/// A button that is only a pictogram; its name is its tooltip too.
#[component]
pub fn IconButton(
    /// Its name.
    #[prop(into)]
    name: Signal<&'static str>,
    /// What it shows.
    shows: Icon,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
    /// For one that stays pressed.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    /// It cannot be pressed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// It was pressed.
    #[prop(into)]
    press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=format!("icon-btn {class}")
            aria-label=dynamic(move || name.get())
            title=dynamic(move || name.get())
            aria-pressed=dynamic(move || pressed.map(|on| if on.get() { "true" } else { "false" }))
            disabled=dynamic(move || disabled.get())
            on:click=move |_| press.run(())
        >
            {icon(shows)}
        </button>
    }
}

/// The pictogram of a tile's action.
pub fn shows(button: Button) -> Icon {
    match button {
        Button::Favourite => Icon::Heart,
        Button::Download => Icon::Down,
        Button::UseSettings => Icon::Reuse,
        Button::Retry => Icon::Retry,
        Button::CheckNow => Icon::Clock,
        Button::AttachJobId => Icon::Link,
        Button::SendAgain => Icon::Send,
        Button::WriteOff => Icon::Check,
        Button::Cancel => Icon::Cross,
        Button::Delete => Icon::Trash,
        Button::Restore => Icon::Reuse,
    }
}

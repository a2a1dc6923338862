//! A sentence beside the field or button that it is about.

use leptos::prelude::*;

use crate::ui::icon::{Icon, small};

/// What ended well (`role="status"`) or needs the person (`role="alert"`). It comes with its text, never before.
pub fn said(well: bool, text: String, id: Option<&'static str>) -> impl IntoView {
    let (role, tone, shows) = if well { ("status", "good", Icon::Check) } else { ("alert", "bad", Icon::Bad) };
    view! { <p class="said" role=role data-tone=tone id=id>{small(shows)}<bdi>{text}</bdi></p> }
}

//! The pictures that are paid for and not safely kept, in one place above all others, until there are none.

use flux_studio_core::view::{AtRisk, Button};
use leptos::prelude::*;

use crate::ui::handle::{Ui, ui};
use crate::ui::icon::{Icon, icon};
use crate::ui::kit::boxed::{each, memo, part};
use crate::ui::text;

/// The banner with its count, and the list.
#[component]
pub fn Risk() -> impl IntoView {
    let ui = ui();
    let list = memo(move || ui.overview.with(|o| o.at_risk.clone()));
    let count = memo(move || list.with(Vec::len));
    part(move || {
        (count.get() > 0).then(|| {
            view! {
                <section class="risk" role="region" aria-labelledby="risk-head">
                    <h2 id="risk-head"><span role="alert">{icon(Icon::Alert)}{part(move || text::at_risk(count.get()))}</span></h2>
                    <p>{text::AT_RISK_WHY}</p>
                    <ul>{each(move || list.get(), |one| one.id.as_str().to_owned(), move |one| row(ui, one))}</ul>
                </section>
            }
        })
    })
}

fn row(ui: Ui, one: AtRisk) -> impl IntoView {
    let id = StoredValue::new(one.id);
    let fresh =
        memo(move || ui.overview.with(|o| o.at_risk.iter().find(|known| id.with_value(|id| *id == known.id)).cloned()));
    let says = move || {
        let one = fresh.get()?;
        let left = text::url_left(one.until.map(|until| until.0.saturating_sub(ui.now.get().0)), one.in_memory);
        Some(view! { <small><bdi>{one.sentence.what}</bdi>" "<span class="num">{left}</span></small> })
    };
    let act = move |button: Button| {
        view! {
            <button type="button" class="btn btn-small" on:click=move |_| id.with_value(|id| ui.press(id, button))>{button.label()}</button>
        }
    };
    view! {
        <li>
            <span class="what"><b dir="auto">{one.prompt}</b>{part(says)}</span>
            {act(Button::Download)}
            {act(Button::CheckNow)}
        </li>
    }
}

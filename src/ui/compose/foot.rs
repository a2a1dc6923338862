//! What a press will cost, why nothing is sent where that is so, and the button.

use flux_studio_core::attempt::Hold;
use flux_studio_core::draft::Draft;
use flux_studio_core::event::Event;
use flux_studio_core::message::{self, Notice};
use flux_studio_core::route::Route;
use leptos::prelude::*;

use crate::ui::handle::{Ui, ui};
use crate::ui::icon::{Icon, small};
use crate::ui::kit::boxed::{dynamic, effect, memo, part};
use crate::ui::kit::said::said;
use crate::ui::text;

/// The composer's foot.
#[component]
pub fn Foot() -> impl IntoView {
    let ui = ui();
    let hold = memo(move || {
        ui.overview.with(|o| match &o.hold {
            // Without anything waiting, a missing key is no trouble yet.
            Some(Hold::NoKey) if o.queued == 0 => None,
            other => other.clone(),
        })
    });
    let count = memo(move || ui.draft.with(|draft| draft.count));
    let demo = memo(move || ui.overview.with(|o| o.demo));
    let price = move || {
        let images = text::images(usize::from(count.get()));
        match ui.cost.with(|cost| cost.each) {
            Some(each) if !demo.get() => {
                format!("{images}, {}", text::quota(each.saturating_mul(u64::from(count.get()))))
            }
            _ => images,
        }
    };
    view! {
        {part(move || hold.get().map(|hold| held(ui, &hold)))}
        <Wrong/>
        <p class="sum"><Cost/></p>
        <button
            type="button"
            class="btn btn-primary go"
            disabled=dynamic(move || !ui.ready.get())
            on:click=move |event| ui.generate(event.detail() >= 2)
            on:keydown=move |event| {
                // A held key presses again and again; each of these presses says so.
                if event.repeat() && (event.key() == "Enter" || event.key() == " ") {
                    event.prevent_default();
                    ui.generate(true);
                }
            }
        >
            {text::GENERATE}" "<span class="price num">{part(price)}</span>
        </button>
    }
}

/// What is wrong with the draft, from the press of Generate until it changes.
#[component]
fn Wrong() -> impl IntoView {
    let ui = ui();
    let wrong = memo(move || {
        ui.notices.with(|notices| {
            notices.iter().rev().find_map(|(number, notice)| match notice {
                Notice::Draft(problem) => Some((*number, *problem)),
                _ => None,
            })
        })
    });
    // The draft that was found wrong; the first change of it makes what is said out of date.
    let found = StoredValue::new(None::<Draft>);
    effect(move || {
        let draft = ui.draft.get();
        let standing = wrong.get();
        match (standing, found.get_value()) {
            (Some(_), Some(before)) if before != draft => {
                found.set_value(None);
                for (number, notice) in ui.notices.get_untracked() {
                    if matches!(notice, Notice::Draft(_)) {
                        ui.ctx().dismiss(number);
                    }
                }
            }
            (Some(_), None) => found.set_value(Some(draft)),
            (None, _) => found.set_value(None),
            _ => {}
        }
    });
    part(move || wrong.get().map(|(_, problem)| said(false, message::draft(problem).text(), None)))
}

fn held(ui: Ui, hold: &Hold) -> impl IntoView + use<> {
    let says = message::hold(hold).text();
    let to_settings = match hold {
        Hold::NoKey => Some(text::ADD_KEY),
        Hold::KeyRefused(_) => Some(text::REPLACE_KEY),
        Hold::Address | Hold::Policy => Some(text::CORRECT_ADDRESS),
        _ => None,
    };
    let resumes = !matches!(hold, Hold::NoKey | Hold::Address);
    view! {
        <div class="hold" role="alert">
            <p>{small(Icon::Alert)}<bdi>{says}</bdi></p>
            <div class="acts">
                {to_settings.map(|name| view! { <a class="btn btn-small" href=Route::Settings.hash()>{name}</a> })}
                {resumes.then(|| view! {
                    <button type="button" class="btn btn-small" on:click=move |_| ui.dispatch(Event::Resume)>{text::RESUME}</button>
                })}
            </div>
        </div>
    }
}

#[component]
fn Cost() -> impl IntoView {
    let ui = ui();
    let demo = memo(move || ui.overview.with(|o| o.demo));
    let first = memo(move || ui.overview.with(|o| o.stored == 0));
    let balance = memo(move || ui.overview.with(|o| o.account.and_then(|account| account.balance)));
    let sum = memo(move || {
        let each = ui.cost.with(|cost| cost.each)?;
        Some(each.saturating_mul(u64::from(ui.draft.with(|draft| draft.count))))
    });
    view! {
        <span>
            {part(move || match sum.get() {
                _ if demo.get() => text::DEMO_COST.into_any(),
                Some(sum) => view! { {text::COST}" "<b class="num">{text::quota(sum)}</b> }.into_any(),
                None if first.get() => text::NO_COST_YET.into_any(),
                None => text::COST_NOT_KNOWN.into_any(),
            })}
        </span>
        {part(move || balance.get().filter(|_| !demo.get()).map(|left| view! { <span class="num">{text::balance(left)}</span> }))}
    }
}

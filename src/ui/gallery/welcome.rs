//! The first visit, and a library without pictures.

use flux_studio_core::route::Route;
use leptos::prelude::*;

use super::art::STARTS;
use crate::ui::handle::ui;
use crate::ui::icon::{Icon, icon};
use crate::ui::kit::boxed::{memo, part};
use crate::ui::text;

/// Before there is a key or a picture. Not a dialog: the studio around it works.
#[component]
pub fn Welcome() -> impl IntoView {
    let ui = ui();
    let promise = |shows: Icon, what: &'static str, why: &'static str| {
        view! { <div><h2>{icon(shows)}{what}</h2><p>{why}</p></div> }
    };
    view! {
        <div class="welcome">
            <h1>{text::HEADLINE}</h1>
            <p class="lead">{text::LEAD}</p>
            <div class="acts">
                <a class="btn btn-primary" href=Route::Settings.hash()>{icon(Icon::Key)}{text::ADD_KEY}</a>
                <button type="button" class="btn" on:click=move |_| ui.ctx().enter_demo()>{icon(Icon::Play)}{text::TRY_DEMO}</button>
            </div>
            <div class="promises">
                {promise(Icon::Coin, text::PAID_ONCE, text::PAID_ONCE_WHY)}
                {promise(Icon::Down, text::NEVER_LOST, text::NEVER_LOST_WHY)}
                {promise(Icon::Shield, text::KEY_STAYS, text::KEY_STAYS_WHY)}
            </div>
            <Starts/>
        </div>
    }
}

/// A key (or the demo) is there, and no picture.
#[component]
pub fn Empty(
    /// The demo is on.
    demo: bool,
) -> impl IntoView {
    let ui = ui();
    let trash = memo(move || ui.overview.with(|o| o.trash));
    let (title, why) =
        if demo { (text::EMPTY_DEMO_TITLE, text::EMPTY_DEMO_WHY) } else { (text::EMPTY_TITLE, text::EMPTY_WHY) };
    view! {
        <div class="empty">
            <div class="plates" aria-hidden="true"><i></i><i></i><i></i></div>
            <h1>{title}</h1>
            <p>{why}</p>
            <div class="acts">
                {(!demo).then(|| view! {
                    <button type="button" class="btn" on:click=move |_| ui.ctx().enter_demo()>{icon(Icon::Play)}{text::TRY_DEMO}</button>
                })}
                // Everything that was here is in it.
                {part(move || (trash.get() > 0).then(|| view! {
                    <button type="button" class="btn" on:click=move |_| ui.look(|look| look.trash = true)>
                        {icon(Icon::Trash)}{text::TRASH}" "<span class="num">{part(move || trash.get())}</span>
                    </button>
                }))}
            </div>
        </div>
        <Starts/>
    }
}

#[component]
fn Starts() -> impl IntoView {
    let ui = ui();
    view! {
        <section class="starts" aria-labelledby="starts">
            <h2 id="starts">{text::START_FROM}</h2>
            <div class="start-row">
                {STARTS
                    .into_iter()
                    .map(|start| {
                        view! {
                            <button type="button" class="start" data-shape=start.shape on:click=move |_| ui.fill_prompt(start.prompt)>
                                <img src=start.art alt="" decoding="async" draggable="false"/>
                                <span>{start.prompt}</span>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </section>
    }
}

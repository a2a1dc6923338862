//! The top bar: size of the pictures, connection, what is on its way, the way to the settings. The brand is in index.html.

use flux_studio_core::attempt::Hold;
use flux_studio_core::event::Event;
use flux_studio_core::route::Route;
use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::icon::{Icon, icon, small};
use crate::ui::kit::boxed::{dynamic, memo, part};
use crate::ui::kit::button::IconButton;
use crate::ui::text;

/// Everything right of the brand.
#[component]
pub fn TopBar() -> impl IntoView {
    let ui = ui();
    let demo = memo(move || ui.overview.with(|o| o.demo));
    let shown = memo(move || ui.list.with(|list| !list.is_empty()));
    let going = memo(move || ui.overview.with(|o| (o.running, o.queued)));
    let pausable = memo(move || ui.overview.with(|o| o.queued > 0 && o.hold.is_none()));
    let safe = memo(move || ui.overview.with(|o| o.safe_to_close || !o.ready));
    let settings = Route::Settings.hash();
    view! {
        {part(move || demo.get().then(|| view! {
            <div class="demo-mark">
                <span class="badge">{text::DEMO}</span>
                <span class="what">{text::DEMO_NOTE}</span>
                <button type="button" class="btn btn-small" on:click=move |_| ui.ctx().leave_demo()>{text::LEAVE_DEMO}</button>
            </div>
        }))}
        <div class="topbar-end">
            {part(move || shown.get().then(|| view! { <Density/> }))}
            {part(move || (!demo.get()).then(|| view! { <Connection/> }))}
            {part(move || (going.get().0 > 0 || !safe.get()).then(|| view! { <Safety safe=safe/> }))}
            {part(move || {
                let (running, queued) = going.get();
                let (word, count) = if running > 0 || queued == 0 { (text::RUNNING, running) } else { (text::WAITING, queued) };
                (count > 0).then(|| view! {
                    <span class="going">{icon(Icon::Queue)}<span class="word">{word}" "</span><span class="count">{count}</span></span>
                })
            })}
            {part(move || pausable.get().then(|| view! {
                <IconButton name=text::PAUSE shows=Icon::Pause press=move |()| ui.dispatch(Event::Pause)/>
            }))}
            <a
                class="icon-btn"
                href=settings
                aria-label=text::SETTINGS
                title=text::SETTINGS
                aria-current=dynamic(move || (ui.route.get() == Route::Settings).then_some("page"))
            >
                {icon(Icon::Sliders)}
            </a>
        </div>
    }
}

/// Whether the page can be closed, while anything is on its way.
#[component]
fn Safety(
    /// It can.
    safe: Memo<bool>,
) -> impl IntoView {
    let words = move || if safe.get() { (text::SAFE, text::SAFE_WHY) } else { (text::UNSAFE, text::UNSAFE_WHY) };
    view! {
        <span class="connection safety" data-safe=dynamic(move || safe.get().then_some("")) title=dynamic(move || words().1)>
            <span class="dot" data-state=dynamic(move || if safe.get() { "good" } else { "held" })></span>
            <span class="word">{part(move || words().0)}</span>
        </span>
    }
}

#[component]
fn Density() -> impl IntoView {
    let ui = ui();
    view! {
        <label class="density" title=text::PICTURE_SIZE>
            <span class="hide">{text::PICTURE_SIZE}</span>
            {small(Icon::Grid)}
            <input
                type="range"
                min="1"
                max="9"
                prop:value=dynamic(move || ui.density.get().to_string())
                on:input=move |event| ui.density.set(event_target_value(&event).parse().unwrap_or(5))
                on:change=move |_| {
                    let density = ui.density.get_untracked();
                    ui.set(|settings| settings.density = density);
                }
            />
        </label>
    }
}

#[component]
fn Connection() -> impl IntoView {
    let ui = ui();
    let said = memo(move || {
        ui.overview.with(|o| {
            let state = match &o.hold {
                Some(hold) if *hold != Hold::NoKey => "held",
                _ if o.key => "good",
                _ => "none",
            };
            match o.ready {
                true if state == "none" && ui.locked.get() => (state, text::KEY_LOCKED),
                true => (state, text::connection(o)),
                false => ("none", text::STARTING),
            }
        })
    });
    view! {
        <span class="connection" title=dynamic(move || said.get().1)>
            <span class="dot" data-state=dynamic(move || said.get().0)></span>
            <span class="word">{part(move || said.get().1)}</span>
        </span>
    }
}

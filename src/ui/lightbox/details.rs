//! Beside the picture: the prompt as it was sent, and what is known of the picture.

use std::sync::Arc;

use flux_studio_core::attempt::Record;
use flux_studio_core::id::AttemptId;
use flux_studio_core::shape::Shape;
use flux_studio_core::view::{Button, Tile};
use leptos::prelude::*;

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::limits;

use super::raw::Raw;
use crate::ui::handle::{Ui, ui};
use crate::ui::icon::{Icon, small};
use crate::ui::kit::boxed::{dynamic, effect, memo, part};
use crate::ui::kit::{dom, format};
use crate::ui::labels::{Kind, Labels};
use crate::ui::text;

/// What is known, in the order of the screen.
fn facts(record: &Record) -> Vec<(&'static str, String, bool)> {
    let asked = match record.order.shape {
        Shape::Size(width, height) => format!("{width} × {height}"),
        ratio @ Shape::Ratio(..) => ratio.text(),
    };
    let mut facts =
        vec![(text::MODE, record.order.mode.as_str().to_owned(), false), (text::SIZE, asked.clone(), false)];
    if let Some(file) = &record.file {
        let real = format!("{} × {}", file.width, file.height);
        if real != asked {
            facts.push((text::PIXELS, real, false));
        }
    }
    if let Some(quota) = record.quota {
        facts.push((text::COST, text::quota(quota), false));
    }
    facts.push((text::MADE, text::made(&format::moment(record.created), record.took_ms), false));
    let times = [(text::SENT, record.sent), (text::ACCEPTED, record.accepted), (text::FINISHED, record.finished)];
    facts.extend(times.into_iter().filter_map(|(what, at)| Some((what, format::clock(at?), false))));
    if record.of > 1 {
        facts.push((text::BATCH, text::of_batch(record.of), false));
    }
    if let Some(file) = &record.file {
        facts.push((text::STORED, text::stored(file.bytes, &file.mime), false));
        facts.push((text::CHECKED, text::checked(&file.sha256), true));
    } else if let Some(url) = &record.url {
        // Its bytes are not kept: the address is all there is.
        facts.push((text::ADDRESS, url.clone(), true));
    }
    if let Some(hook) = &record.order.hook_url {
        facts.push((text::HOOK, hook.clone(), true));
    }
    if let Some(job) = &record.job {
        facts.push((text::JOB_ID, job.as_str().to_owned(), true));
    }
    facts
}

/// The panel "Details".
#[component]
pub fn Details(
    /// What is looked at.
    id: Memo<Option<AttemptId>>,
    /// Its tile.
    live: Memo<Option<Arc<Tile>>>,
    /// Throws it away and goes on.
    delete: Callback<()>,
) -> impl IntoView {
    let ui = ui();
    let known = memo(move || {
        // The row is not live itself; its tile is.
        live.track();
        id.get().and_then(|id| ui.ctx().record(&id)).map(|record| facts(&record)).unwrap_or_default()
    });
    let prompt = memo(move || live.with(|tile| tile.as_ref().map(|tile| tile.prompt.clone()).unwrap_or_default()));
    let says = memo(move || {
        live.with(|tile| {
            let tile = tile.as_ref().filter(|tile| tile.has_bytes)?;
            tile.sentence.as_ref().map(|sentence| sentence.text())
        })
    });
    let deletable =
        memo(move || live.with(|tile| tile.as_ref().is_some_and(|tile| tile.buttons.contains(&Button::Delete))));
    let copied = RwSignal::new(None::<bool>);
    effect(move || {
        id.track();
        copied.set(None);
    });
    let use_settings = move |_| {
        if let Some(id) = id.get_untracked() {
            ui.go(&flux_studio_core::route::Route::Studio);
            ui.use_settings(&id);
        }
    };
    let check = move || {
        live.with(|tile| tile.as_ref().is_some_and(|tile| tile.has_bytes && tile.buttons.contains(&Button::CheckNow)))
    };
    let one = Signal::derive(move || id.get().into_iter().collect::<Vec<_>>());
    view! {
        <aside class="details" aria-label=text::DETAILS>
            <div class="d-head"><h2>{text::DETAILS}</h2></div>
            <div class="d-body">
                {part(move || says.get().map(|says| view! {
                    <div class="d-said">
                        {small(Icon::Alert)}
                        <div>
                            <bdi>{says}</bdi>
                            {part(move || check().then(|| view! {
                                " "
                                <button type="button" class="link" on:click=move |_| {
                                    if let Some(id) = id.get_untracked() {
                                        ui.press(&id, Button::CheckNow);
                                    }
                                }>{Button::CheckNow.label()}</button>
                            }))}
                        </div>
                    </div>
                }))}
                <p class="d-prompt" dir="auto">{part(move || prompt.get())}</p>
                <div class="d-row">
                    <button type="button" class="btn" on:click=use_settings>{small(Icon::Reuse)}{Button::UseSettings.label()}</button>
                    <button type="button" class="btn" on:click=move |_| copied.set(Some(dom::copy(&prompt.get_untracked())))>
                        {small(Icon::Copy)}
                        <span aria-live="polite">{part(move || match copied.get() {
                            None => text::COPY_TEXT,
                            Some(true) => text::COPIED,
                            Some(false) => text::NOT_COPIED,
                        })}</span>
                    </button>
                </div>
                <Stars id=id/>
                <dl class="facts">
                    {part(move || known.get().into_iter().map(|(what, value, mono)| view! {
                        <dt>{what}</dt>
                        <dd class:mono=mono><bdi>{value}</bdi></dd>
                    }).collect_view())}
                </dl>
                <section aria-label=text::TAGS><h3>{text::TAGS}</h3><Labels kind=Kind::Tag ids=one/></section>
                <section aria-label=text::COLLECTIONS><h3>{text::COLLECTIONS}</h3><Labels kind=Kind::Collection ids=one/></section>
                <Raw id=id/>
            </div>
            {part(move || deletable.get().then(|| view! {
                <div class="d-foot">
                    <button type="button" class="btn btn-plain btn-bad" on:click=move |_| delete.run(())>
                        {small(Icon::Trash)}{Button::Delete.label()}
                    </button>
                </div>
            }))}
        </aside>
    }
}

/// Stars by pressing them; the same one again takes them away.
#[component]
fn Stars(
    /// Of which image.
    id: Memo<Option<AttemptId>>,
) -> impl IntoView {
    let ui = ui();
    let stars = memo(move || {
        ui.changed.track();
        id.get().and_then(|id| ui.ctx().record(&id)).map_or(0, |record| record.rating)
    });
    view! {
        <div class="stars" role="group" aria-label=text::RATING>
            {(1..=limits::RATING_MAX).map(|count| star(ui, id, stars, count)).collect_view()}
        </div>
    }
}

fn star(ui: Ui, id: Memo<Option<AttemptId>>, stars: Memo<u8>, count: u8) -> impl IntoView {
    let press = move |_| {
        if let Some(id) = id.get_untracked() {
            ui.mark(&id, Mark::Rating(if stars.get_untracked() == count { 0 } else { count }));
        }
    };
    let name = text::stars(count);
    view! {
        <button
            type="button"
            class="icon-btn"
            aria-label=name.clone()
            title=name
            aria-pressed=dynamic(move || if stars.get() == count { "true" } else { "false" })
            data-lit=dynamic(move || (stars.get() >= count).then_some(""))
            on:click=press
        >
            {crate::ui::icon::icon(Icon::Star)}
        </button>
    }
}

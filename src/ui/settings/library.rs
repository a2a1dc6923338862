//! Section "Library": how much room there is, the whole library out and in, and pictures by the ids of their jobs.

use flux_studio_core::time::Wall;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, HtmlInputElement};

use super::rescue::Rescue;
use crate::app::backup::{self, Backup};
use crate::platform::storage::{self, Room};
use crate::ui::handle::ui;
use crate::ui::icon::{Icon, icon};
use crate::ui::kit::boxed::{dynamic, each, effect, memo, part};
use crate::ui::kit::modal::Modal;
use crate::ui::kit::said::said;
use crate::ui::text;

/// The section.
#[component]
pub fn Library() -> impl IntoView {
    view! {
        <section class="set" aria-labelledby="set-library">
            <header><h2 id="set-library">{text::LIBRARY}</h2><p>{text::LIBRARY_WHY}</p></header>
            <div class="fields">
                <Storage/>
                <Exchange/>
                <Rescue/>
            </div>
        </section>
    }
}

/// What is used, and what there is room for.
#[component]
fn Storage() -> impl IntoView {
    let ui = ui();
    let room = RwSignal::new(None::<Room>);
    let images = memo(move || ui.ctx().kept().map(|kept| kept.len()).unwrap_or_default());
    effect(move || {
        // Again after an import.
        ui.backup.track();
        spawn_local(async move {
            if let Some(now) = storage::room().await {
                room.try_set(Some(now));
            }
        });
    });
    part(move || {
        room.get().map(|room| {
            view! {
                <div class="f">
                    <span class="label" id="storage">{text::STORAGE}</span>
                    <meter min="0" max="1000" value=((room.used / room.quota.max(1.0) * 1000.0) as u32).to_string() aria-labelledby="storage"></meter>
                    <p class="help">{text::storage(room.used, room.quota, images.get())}{(!room.lasting).then_some(text::NOT_LASTING)}</p>
                </div>
            }
        })
    })
}

/// Export and import.
#[component]
fn Exchange() -> impl IntoView {
    let ui = ui();
    let picker = NodeRef::<html::Input>::new();
    let last = RwSignal::new(None::<Wall>);
    effect(move || {
        ui.backup.track();
        spawn_local(async move {
            last.try_set(backup::last().await);
        });
    });
    let busy = memo(move || ui.backup.with(Backup::busy));
    let pick = move |_| {
        if let Some(picker) = picker.get_untracked() {
            picker.click();
        }
    };
    let picked = move |event: leptos::ev::Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            backup::open(Blob::from(file));
        }
        // The same file can be picked again.
        input.set_value("");
    };
    let importing = memo(move || {
        ui.backup.with(|backup| {
            matches!(
                backup,
                Backup::Looking
                    | Backup::Ready(_)
                    | Backup::Importing { .. }
                    | Backup::Imported { .. }
                    | Backup::Failed { export: false, .. }
            )
        })
    });
    view! {
        <div class="f">
            <span class="label">{text::BACKUP}</span>
            <p class="help">{part(move || text::last_export(last.get()))}</p>
            <div class="acts">
                <button type="button" class="btn" disabled=dynamic(move || busy.get()) on:click=move |_| backup::export()>{icon(Icon::Down)}{text::EXPORT}</button>
                <button type="button" class="btn" disabled=dynamic(move || busy.get()) on:click=pick>{text::IMPORT}</button>
                <input
                    node_ref=picker
                    class="hide"
                    type="file"
                    accept=".zip,application/zip"
                    tabindex="-1"
                    aria-label=text::IMPORT_FILE
                    on:change=picked
                />
            </div>
            {part(move || match ui.backup.get() {
                Backup::Exporting { done, of } => progress(text::EXPORTING, done, of).into_any(),
                Backup::Exported { images, bytes, missing } => said(missing == 0, text::exported(images as usize, bytes, missing), None).into_any(),
                Backup::Failed { export: true, why } => said(false, text::not_exported(&why), None).into_any(),
                _ => ().into_any(),
            })}
        </div>
        <Modal open=importing class="sheet-dialog" label=text::IMPORT close=move |()| backup::dismiss()>
            <Import/>
        </Modal>
    }
}

fn progress(name: &'static str, done: usize, of: usize) -> impl IntoView {
    view! {
        <p class="help num">{text::progress(name, done, of)}</p>
        <progress max=of.max(1).to_string() value=done.to_string() aria-label=name></progress>
    }
}

/// What the file would bring, then how far it is, then what came of it.
#[component]
fn Import() -> impl IntoView {
    let ui = ui();
    let close = |word: &'static str, primary: bool| {
        view! { <button type="button" class="btn" class:btn-primary=primary on:click=move |_| backup::dismiss()>{word}</button> }
    };
    view! {
        <div class="in">
            <h2>{text::IMPORT}</h2>
            {part(move || match ui.backup.get() {
                Backup::Looking => view! { <p class="quiet">{text::LOOKING}</p> }.into_any(),
                Backup::Ready(contents) => {
                    let images = contents.images;
                    view! {
                        <p>{text::contents(&contents)}</p>
                        {wrong(contents.problems, contents.wrong)}
                        <div class="acts">
                            {close(if images > 0 { text::BACK } else { text::CLOSE }, images == 0)}
                            {(images > 0).then(|| view! {
                                <button type="button" class="btn btn-primary" autofocus on:click=move |_| backup::import()>{text::import(images)}</button>
                            })}
                        </div>
                    }.into_any()
                }
                Backup::Importing { done, of } => progress(text::IMPORTING, done, of).into_any(),
                Backup::Imported { images, wrong: list, broke } => {
                    let count = list.len();
                    view! {
                        {match broke {
                            None => said(true, text::imported(images), None).into_any(),
                            Some(why) => said(false, text::broke(images, &why), None).into_any(),
                        }}
                        {wrong(list, count)}
                        <div class="acts">{close(text::CLOSE, true)}</div>
                    }.into_any()
                }
                Backup::Failed { why, .. } => view! {
                    {said(false, text::not_imported(&why), None)}
                    <div class="acts">{close(text::CLOSE, true)}</div>
                }.into_any(),
                _ => ().into_any(),
            })}
        </div>
    }
}

/// Reasons that are listed: who made the file looks at the first ones.
const WRONG_SHOWN: usize = 100;

/// What cannot be taken over, each with its reason.
fn wrong(list: Vec<(String, String)>, count: usize) -> impl IntoView {
    (count > 0).then(|| {
        let rows: Vec<(usize, (String, String))> = list.into_iter().take(WRONG_SHOWN).enumerate().collect();
        view! {
            <details class="wrong">
                <summary>{text::wrong(count)}</summary>
                <ul>{each(move || rows.clone(), |(n, _)| n.to_string(), |(_, (which, why))| view! { <li><bdi>{which}</bdi>": "{why}</li> })}</ul>
            </details>
        }
    })
}

//! What a tile shows at rest: the picture, the picture that is not safely kept, one that is on its way, or what went
//! wrong and one way on.

use std::sync::Arc;

use flux_studio_core::attempt::Status;
use flux_studio_core::id::AttemptId;
use flux_studio_core::route::Route;
use flux_studio_core::view::Tile;
use leptos::prelude::*;

use crate::app::pictures::{self, Kind, Picture, edge};
use crate::ui::handle::{Ui, src};
use crate::ui::icon::{Icon, drawn, small};
use crate::ui::kit::boxed::{dynamic, memo, part};
use crate::ui::text;

/// The kinds of face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Kept.
    Picture,
    /// Seen, and not safely kept.
    Risk,
    /// On its way.
    Waiting,
    /// Not there, and why.
    Note,
}

impl Face {
    /// The face of a tile.
    pub fn of(tile: &Tile) -> Face {
        match tile.status {
            Status::AtRisk if tile.has_bytes => Face::Risk,
            _ if tile.has_bytes => Face::Picture,
            Status::Queued | Status::Sending | Status::Running | Status::Downloading => Face::Waiting,
            _ => Face::Note,
        }
    }

    /// There is no picture on it.
    pub fn is_plate(self) -> bool {
        matches!(self, Face::Waiting | Face::Note)
    }

    /// Its classes.
    pub fn class(self) -> &'static str {
        match self {
            Face::Picture | Face::Risk => "tile",
            Face::Waiting => "tile tile-plate",
            Face::Note => "tile tile-plate tile-note",
        }
    }
}

/// What a tile shows; none: nothing is known of it.
pub type Live = Memo<Option<Arc<Tile>>>;

/// The longer edge that a picture has on screen in CSS pixels. It is not followed: a thumbnail that was taken stays.
pub type Longer = Callback<(), f32>;

/// A face. `stop` is the tabindex of what takes the focus, `longer` how large it is.
pub fn face(
    ui: Ui,
    face: Face,
    live: Live,
    id: RwSignal<AttemptId>,
    stop: Memo<&'static str>,
    longer: Longer,
) -> AnyView {
    match face {
        Face::Picture => (picture(ui, live, id, stop, longer), favourite(live)).into_any(),
        Face::Risk => (picture(ui, live, id, stop, longer), risk(ui, live, id)).into_any(),
        Face::Waiting => waiting(ui, live).into_any(),
        Face::Note => note(ui, live, id).into_any(),
    }
}

fn picture(ui: Ui, live: Live, id: RwSignal<AttemptId>, stop: Memo<&'static str>, longer: Longer) -> impl IntoView {
    let picture = memo(move || {
        let kind = pictures::small(longer.run(()));
        (ui.ctx().picture(&id.get(), kind), kind)
    });
    let prompt = memo(move || live.with(|tile| tile.as_ref().map(|tile| tile.prompt.clone()).unwrap_or_default()));
    let long = memo(move || live.with(|tile| tile.as_ref().and_then(|tile| tile.long_edge)));
    // A new one for each image: one that gets another address shows what it had until that is there.
    let image = move || {
        id.track();
        view! {
            <img
                sizes=dynamic(move || long.get().map(|long| format!("{long}px")))
                srcset=dynamic(move || picture.with(|(thumb, kind)| set(thumb, *kind, long.get())))
                src=dynamic(move || picture.with(|(picture, _)| src(picture)))
                alt=dynamic(move || prompt.get()) decoding="async" draggable="false"/>
        }
    };
    let href = move || Route::Image(id.get()).hash();
    view! {
        <a href=dynamic(href) data-stop="" tabindex=dynamic(move || stop.get()) draggable="false">
            {part(image)}
        </a>
    }
}

/// Tells the browser how large the picture is of which it gets a thumbnail: to everybody who asks for its natural size,
/// it is the picture's.
fn set(thumb: &Picture, kind: Kind, long: Option<u32>) -> Option<String> {
    let url = thumb.url.get()?;
    Some(format!("{url} {}w", edge(kind).min(long?)))
}

fn favourite(live: Live) -> impl IntoView {
    let marked = memo(move || live.with(|tile| tile.as_ref().is_some_and(|tile| tile.favourite)));
    part(move || marked.get().then(|| drawn(Icon::Heart, "i fav i-fill")))
}

fn risk(ui: Ui, live: Live, id: RwSignal<AttemptId>) -> impl IntoView {
    let what = memo(move || {
        live.with(|tile| tile.as_ref().and_then(|tile| tile.sentence.as_ref().map(|sentence| sentence.what.clone())))
            .unwrap_or_default()
    });
    view! { <span class="tile-risk"><span title=dynamic(move || what.get())>{part(move || what.get())}</span>{first(ui, live, id, "btn")}</span> }
}

fn waiting(ui: Ui, live: Live) -> impl IntoView {
    let words = memo(move || {
        live.with(|tile| tile.as_ref().map(|tile| (tile.mode.clone(), tile.prompt.clone())).unwrap_or_default())
    });
    let time = move || {
        let now = ui.now.get();
        live.with(|tile| {
            let tile = tile.as_ref()?;
            Some(match (tile.status, &tile.sentence, tile.since) {
                (Status::Queued, Some(sentence), _) => sentence.what.clone(),
                (Status::Running, _, Some(since)) => text::elapsed(now.since(since), tile.expected_ms),
                _ => text::state(tile).0.to_owned(),
            })
        })
    };
    // How far it is, of what it takes; the last bit is never promised.
    let bar = move || {
        let now = ui.now.get();
        live.with(|tile| {
            let tile = tile.as_ref().filter(|tile| tile.status == Status::Running)?;
            let (since, expected) = (tile.since?, tile.expected_ms?);
            Some((now.since(since).min(expected.saturating_mul(97) / 100), expected))
        })
    };
    let known = memo(move || bar().is_some());
    view! {
        <span class="mode-id">{part(move || words.with(|(mode, _)| mode.clone()))}</span>
        <span class="text" dir="auto">{part(move || words.with(|(_, prompt)| prompt.clone()))}</span>
        <span class="time">{part(time)}</span>
        {part(move || known.get().then(|| view! {
            <progress
                aria-label=text::TIME_PASSED
                prop:max=dynamic(move || bar().map_or(1.0, |(_, of)| of as f64))
                prop:value=dynamic(move || bar().map_or(0.0, |(done, _)| done as f64))
            ></progress>
        }))}
    }
}

fn note(ui: Ui, live: Live, id: RwSignal<AttemptId>) -> impl IntoView {
    let head = memo(move || live.with(|tile| tile.as_ref().map(|tile| text::state(tile)).unwrap_or_default()));
    let says = memo(move || {
        live.with(|tile| {
            let sentence = tile.as_ref()?.sentence.as_ref()?;
            Some(sentence.brief())
        })
        .unwrap_or_default()
    });
    let sign = move || match head.get().1 {
        "bad" => Icon::Bad,
        "warn" => Icon::Help,
        _ => Icon::Minus,
    };
    view! {
        <span class="state" data-tone=dynamic(move || head.get().1)>{part(move || small(sign()))}{part(move || head.get().0)}</span>
        <span class="text" dir="auto">{part(move || says.get())}</span>
        {first(ui, live, id, "btn btn-small")}
    }
}

/// The first and most useful action, which is always there.
fn first(ui: Ui, live: Live, id: RwSignal<AttemptId>, class: &'static str) -> impl IntoView {
    let button = memo(move || live.with(|tile| tile.as_ref().and_then(|tile| tile.buttons.first().copied())));
    part(move || {
        button.get().map(|button| {
            view! {
                <button type="button" class=class on:click=move |_| ui.press(&id.get_untracked(), button)>
                    {button.label()}
                </button>
            }
        })
    })
}

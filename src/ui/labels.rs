//! Tags and collections of images: a dialog with what they have, and a field for more.

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::event::Event;
use flux_studio_core::id::AttemptId;
use flux_studio_core::sorted::SortedSet;
use leptos::prelude::*;

use super::handle::{Ui, ui};
use super::icon::Icon;
use super::kit::boxed::{dynamic, each, memo, part};
use super::kit::button::IconButton;
use super::kit::modal::Modal;
use super::text;

/// Which labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tags.
    Tag,
    /// Collections.
    Collection,
}

impl Kind {
    fn mark(self, name: String, on: bool) -> Mark {
        match self {
            Kind::Tag => Mark::Tag(name, on),
            Kind::Collection => Mark::Collection(name, on),
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Kind::Tag => (text::TAGS, text::TAG),
            Kind::Collection => (text::COLLECTIONS, text::COLLECTION),
        }
    }
}

/// Dialog "Tags" or "Collections" for the chosen images.
#[component]
pub fn LabelsDialog() -> impl IntoView {
    let ui = ui();
    let open = memo(move || ui.labels.get().is_some());
    let close = move |()| ui.labels.set(None);
    let kind = memo(move || ui.labels.get().unwrap_or(Kind::Tag));
    let name = Signal::derive(move || kind.get().words().0);
    view! {
        <Modal open=open class="sheet-dialog" label=name close=close light=true>
            <div class="in">
                <div class="head">
                    <h2>{part(move || name.get())}</h2>
                    <IconButton name=text::CLOSE shows=Icon::Cross press=close/>
                </div>
                <p class="quiet">{part(move || text::selected(ui.chosen().len()))}</p>
                <Labels kind=kind ids=Signal::derive(move || ui.chosen())/>
            </div>
        </Modal>
    }
}

/// What these images have of a kind, and a field for more.
#[component]
pub fn Labels(
    /// Tags or collections.
    #[prop(into)]
    kind: Signal<Kind>,
    /// Of which images.
    ids: Signal<Vec<AttemptId>>,
) -> impl IntoView {
    let ui = ui();
    let typed = RwSignal::new(String::new());
    let known = memo(move || {
        ui.changed.track();
        names(ui, &ids.get(), kind.get())
    });
    let say = move |name: String, on: bool| {
        ui.dispatch(Event::Mark(ids.get_untracked(), kind.get_untracked().mark(name, on)));
    };
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        // A form inside a form belongs to the inner one alone.
        event.stop_propagation();
        say(typed.get_untracked(), true);
        typed.set(String::new());
    };
    let one = move |name: String| {
        let (shown, gone, label) = (name.clone(), name.clone(), text::remove(&name));
        view! {
            <span class="chip">
                {shown}
                <button type="button" class="icon-btn" aria-label=label.clone() title=label on:click=move |_| say(gone.clone(), false)>
                    {super::icon::small(Icon::Cross)}
                </button>
            </span>
        }
    };
    view! {
        <div class="labels">
            <div class="chips">{each(move || known.get(), |name| name.clone(), one)}</div>
            <form class="line" on:submit=add>
                <input
                    class="input"
                    type="text"
                    autocomplete="off"
                    aria-label=dynamic(move || kind.get().words().1)
                    placeholder=dynamic(move || kind.get().words().1)
                    prop:value=dynamic(move || typed.get())
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="submit" class="btn">{text::ADD}</button>
            </form>
        </div>
    }
}

/// The labels of these images, each once.
fn names(ui: Ui, ids: &[AttemptId], kind: Kind) -> Vec<String> {
    let mut names = SortedSet::default();
    for record in ids.iter().filter_map(|id| ui.ctx().ahead(id)) {
        let labels = match kind {
            Kind::Tag => record.tags,
            Kind::Collection => record.collections,
        };
        for label in labels {
            names.insert(label);
        }
    }
    names.iter().cloned().collect()
}

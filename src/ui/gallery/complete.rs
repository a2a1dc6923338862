//! Under the search box: how the term that is being typed could go on. The box keeps the focus; arrows choose, Enter and
//! Tab take over, Escape closes.

use std::sync::Arc;

use flux_studio_core::find::{Known, Suggestion, complete};
use leptos::prelude::*;
use web_sys::{HtmlInputElement, KeyboardEvent};

use crate::ui::handle::{Ui, ui};
use crate::ui::kit::boxed::{dynamic, each, memo, part};
use crate::ui::text;

/// Id of the list, by which the box speaks of it.
pub const LIST: &str = "completions";

/// What is offered, and which of it is chosen.
#[derive(Clone, Copy)]
pub struct Completion {
    open: RwSignal<bool>,
    known: RwSignal<Arc<Known>>,
    at_end: RwSignal<bool>,
    offers: Memo<Vec<Suggestion>>,
    chosen: RwSignal<Option<usize>>,
}

impl Completion {
    /// Nothing is offered before something is typed.
    pub fn new(typed: Memo<String>) -> Completion {
        let (open, known, at_end) = (RwSignal::new(false), RwSignal::new(Arc::<Known>::default()), RwSignal::new(true));
        let offers = memo(move || {
            if !open.get() {
                return Vec::new();
            }
            typed.with(|typed| known.with(|known| complete(typed, at_end.get(), known)))
        });
        Completion { open, known, at_end, offers, chosen: RwSignal::new(None) }
    }

    /// Something was typed.
    pub fn typed(self, ui: Ui, input: &HtmlInputElement) {
        if input.value().is_empty() {
            return self.close();
        }
        let end = input.value().encode_utf16().count() as u32;
        self.at_end.set(input.selection_start().ok().flatten() == Some(end));
        self.show(ui);
    }

    fn show(self, ui: Ui) {
        if !self.open.get_untracked() {
            // Walks the library: once for each time that the list opens.
            self.known.set(Arc::new(ui.ctx().known()));
            self.open.set(true);
        }
        self.chosen.set(None);
    }

    /// Nothing more is offered.
    pub fn close(self) {
        self.open.set(false);
        self.chosen.set(None);
    }

    /// Whether the list is there.
    pub fn is_open(self) -> bool {
        self.offers.with(|offers| !offers.is_empty())
    }

    /// Id of the chosen offer.
    pub fn active(self) -> Option<String> {
        self.chosen.get().map(|index| format!("{LIST}-{index}"))
    }

    fn take(self, ui: Ui, index: usize) {
        let Some(offer) = self.offers.with_untracked(|offers| offers.get(index).cloned()) else { return };
        self.chosen.set(None);
        // A whole term ends with a space: the next one is offered when it is begun.
        if offer.insert.ends_with(' ') {
            self.open.set(false);
        }
        ui.look(|look| look.text = offer.insert);
    }

    /// A key in the box.
    pub fn key(self, ui: Ui, event: &KeyboardEvent) {
        let count = self.offers.with_untracked(Vec::len);
        let chosen = self.chosen.get_untracked();
        match (event.key().as_str(), chosen) {
            ("ArrowDown", _) if count == 0 => self.show(ui),
            ("ArrowDown", Some(index)) if index + 1 < count => self.chosen.set(Some(index + 1)),
            ("ArrowDown", _) => self.chosen.set(Some(0)),
            ("ArrowUp", Some(index)) => self.chosen.set(index.checked_sub(1)),
            ("Enter" | "Tab", Some(index)) => self.take(ui, index),
            ("Escape", _) if count > 0 => self.close(),
            _ => return,
        }
        event.prevent_default();
    }
}

/// The list.
#[component]
pub fn Completions(
    /// What is offered.
    completion: Completion,
) -> impl IntoView {
    let ui = ui();
    let offers = move || completion.offers.get().into_iter().enumerate().collect::<Vec<_>>();
    let one = move |(index, offer): (usize, Suggestion)| {
        view! {
            <li
                id=format!("{LIST}-{index}")
                role="option"
                aria-selected=dynamic(move || if completion.chosen.get() == Some(index) { "true" } else { "false" })
                // Before the box loses the focus.
                on:pointerdown=move |event: web_sys::PointerEvent| {
                    event.prevent_default();
                    completion.take(ui, index);
                }
            >
                {offer.label}
            </li>
        }
    };
    part(move || {
        completion.is_open().then(|| {
            view! {
                <ul id=LIST class="offers" role="listbox" aria-label=text::COMPLETIONS>
                    {each(offers, |(index, offer)| format!("{index} {}", offer.label), one)}
                </ul>
            }
        })
    })
}

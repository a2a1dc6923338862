//! What the studio can do anywhere, found by a few letters.

use flux_studio_core::event::Event;
use flux_studio_core::route::Route;
use flux_studio_core::settings::Theme;
use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::app::backup;
use crate::ui::handle::{self, Ui, ui};
use crate::ui::icon::{Icon, icon};
use crate::ui::kit::boxed::{dynamic, each, memo};
use crate::ui::kit::dom;
use crate::ui::kit::modal::Modal;
use crate::ui::text;

#[derive(Clone, Copy)]
struct Command {
    name: &'static str,
    shows: Icon,
    run: fn(Ui),
}

const fn command(name: &'static str, shows: Icon, run: fn(Ui)) -> Command {
    Command { name, shows, run }
}

/// All but those of the demo, in the order of how often they are wanted.
const COMMANDS: [Command; 12] = [
    command(text::WRITE_PROMPT, Icon::Send, |_| focus(handle::prompt_box().map(Into::into))),
    command(text::SEARCH, Icon::ZoomIn, |_| focus(dom::first("input[type=search]"))),
    command(text::SETTINGS, Icon::Sliders, |ui| ui.go(&Route::Settings)),
    command(text::UNDO, Icon::Retry, |ui| ui.dispatch(Event::TakeBack(None))),
    command(text::SELECT_ALL, Icon::Check, Ui::choose_all),
    command(text::TOGETHER, Icon::Grid, |ui| ui.look(|look| look.together = !look.together)),
    command(text::TRASH_OR_LIBRARY, Icon::Trash, |ui| ui.look(|look| look.trash = !look.trash)),
    command(text::EXPORT, Icon::Down, |ui| {
        ui.go(&Route::Settings);
        backup::export();
    }),
    command(text::TO_LIGHT, Icon::Star, |ui| ui.set(|settings| settings.theme = Theme::Light)),
    command(text::TO_DARK, Icon::Star, |ui| ui.set(|settings| settings.theme = Theme::Dark)),
    command(text::TO_SYSTEM, Icon::Star, |ui| ui.set(|settings| settings.theme = Theme::System)),
    command(text::SHORTCUTS, Icon::Help, |ui| ui.help.set(true)),
];

/// Dialog "Commands".
#[component]
pub fn CommandsDialog() -> impl IntoView {
    let ui = ui();
    view! {
        <Modal open=ui.commands class="sheet-dialog" label=text::COMMANDS close=move |()| ui.commands.set(false) light=true>
            <Commands/>
        </Modal>
    }
}

#[component]
fn Commands() -> impl IntoView {
    let ui = ui();
    let typed = RwSignal::new(String::new());
    let list = NodeRef::<html::Ul>::new();
    let demo = ui.overview.with_untracked(|o| o.demo);
    let of_demo = if demo {
        command(text::LEAVE_DEMO, Icon::Play, |ui| ui.ctx().leave_demo())
    } else {
        command(text::TRY_DEMO, Icon::Play, |ui| ui.ctx().enter_demo())
    };
    // Each word that is typed begins a word of the name.
    let fits = move |command: &Command| {
        typed.with(|typed| {
            let name = command.name.to_lowercase();
            typed
                .to_lowercase()
                .split_whitespace()
                .all(|word| name.split_whitespace().any(|part| part.starts_with(word)))
        })
    };
    let found = memo(move || {
        let all = COMMANDS.into_iter().chain([of_demo]);
        all.filter(fits).map(|command| command.name).collect::<Vec<_>>()
    });
    let run = move |name: &'static str| {
        ui.commands.set(false);
        if let Some(command) = COMMANDS.into_iter().chain([of_demo]).find(|command| command.name == name) {
            // Not before the dialog has gone: it gives the focus back where it was.
            request_animation_frame(move || (command.run)(ui));
        }
    };
    let one = move |name: &'static str| {
        let shows = COMMANDS.iter().chain([&of_demo]).find(|command| command.name == name).map(|command| command.shows);
        view! {
            <li>
                <button type="button" class="btn btn-plain" on:click=move |_| run(name)>{shows.map(icon)}{name}</button>
            </li>
        }
    };
    // Arrows lead from the field through the list and back.
    let keys = move |event: KeyboardEvent| {
        let forward = match event.key().as_str() {
            "ArrowDown" => true,
            "ArrowUp" => false,
            "Enter" if dom::typing(&event) && !event.is_composing() => {
                event.prevent_default();
                if let Some(first) = found.with_untracked(|found| found.first().copied()) {
                    run(first);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let Some(list) = list.get_untracked() else { return };
        let on = document().active_element().and_then(|element| element.closest("li").ok().flatten());
        let to = match on {
            None => list.first_element_child().filter(|_| forward),
            Some(item) if forward => item.next_element_sibling(),
            Some(item) => item.previous_element_sibling(),
        };
        let button = to.and_then(|item| item.first_element_child());
        focus(button.or_else(|| dom::first("#command").filter(|_| !forward)));
    };
    view! {
        <div class="in commands" on:keydown=keys>
            <input
                class="input"
                id="command"
                type="text"
                aria-label=text::FIND_COMMAND
                placeholder=text::FIND_COMMAND
                autocomplete="off"
                spellcheck="false"
                autofocus
                prop:value=dynamic(move || typed.get())
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <ul node_ref=list>{each(move || found.get(), |name| (*name).to_owned(), one)}</ul>
        </div>
    }
}

fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

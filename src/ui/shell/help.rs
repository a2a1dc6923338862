//! The list of keyboard shortcuts.

use leptos::prelude::*;

use crate::ui::handle::ui;
use crate::ui::icon::Icon;
use crate::ui::kit::button::IconButton;
use crate::ui::kit::modal::Modal;
use crate::ui::text;

/// Dialog "Keyboard shortcuts".
#[component]
pub fn HelpDialog() -> impl IntoView {
    let ui = ui();
    let close = move |()| ui.help.set(false);
    view! {
        <Modal open=ui.help class="sheet-dialog" label=text::SHORTCUTS close=close light=true>
            <div class="in">
                <div class="head">
                    <h2>{text::SHORTCUTS}</h2>
                    <IconButton name=text::CLOSE shows=Icon::Cross press=close/>
                </div>
                {text::KEYS
                    .into_iter()
                    .map(|(group, keys)| {
                        view! {
                            <section>
                                <h3 class="quiet">{group}</h3>
                                <dl class="keys">
                                    {keys
                                        .iter()
                                        .map(|(does, keys)| {
                                            view! {
                                                <dt>{*does}</dt>
                                                <dd>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dd>
                                            }
                                        })
                                        .collect_view()}
                                </dl>
                            </section>
                        }
                    })
                    .collect_view()}
            </div>
        </Modal>
    }
}

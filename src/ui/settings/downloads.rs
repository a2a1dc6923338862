//! Section "Downloads": how files that leave the studio are called, and whether their settings are inside. Holds at once.

use flux_studio_core::attempt::Record;
use flux_studio_core::draft::Order;
use flux_studio_core::file_name::{self, TOKENS};
use flux_studio_core::id::{IdSource, JobId};
use flux_studio_core::limits;
use flux_studio_core::mode::ModeId;
use flux_studio_core::shape::Shape;
use leptos::prelude::*;

use crate::app::takeout;
use crate::platform::clock;
use crate::ui::handle::ui;
use crate::ui::kit::boxed::{dynamic, memo, part};
use crate::ui::kit::switch::Switch;
use crate::ui::text;

/// The section.
#[component]
pub fn Downloads() -> impl IntoView {
    let ui = ui();
    let pattern = memo(move || ui.settings.with(|settings| settings.file_names.clone()));
    let inside = memo(move || ui.settings.with(|settings| settings.settings_inside));
    let sample = StoredValue::new(sample());
    let example = move || {
        sample.with_value(|sample| {
            text::example(&file_name::stem(&pattern.get(), sample, clock::local(sample.created), 1, 1))
        })
    };
    view! {
        <section class="set" aria-labelledby="set-downloads">
            <header><h2 id="set-downloads">{text::DOWNLOADS}</h2><p>{text::DOWNLOADS_WHY}</p></header>
            <div class="fields">
                <div class="f">
                    <label class="label" for="file-names">{text::FILE_NAMES}</label>
                    <input
                        id="file-names"
                        class="input mono"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength=limits::FILE_PATTERN_MAX.to_string()
                        placeholder=file_name::DEFAULT
                        aria-describedby="file-names-example file-names-help"
                        prop:value=dynamic(move || pattern.get())
                        on:input=move |event| ui.set(|settings| settings.file_names = event_target_value(&event))
                    />
                    <p class="help" id="file-names-example" dir="auto">{part(example)}</p>
                    {part(move || {
                        let pattern = pattern.get();
                        let unknown = file_name::unknown(&pattern);
                        (!unknown.is_empty()).then(|| view! { <p class="help" role="status">{text::unknown_tokens(&unknown)}</p> })
                    })}
                    <p class="help" id="file-names-help">{text::tokens(&TOKENS)}</p>
                </div>
                <Switch
                    name=text::SETTINGS_INSIDE
                    why=text::SETTINGS_INSIDE_WHY
                    why_id="inside-why"
                    on=inside
                    turn=move |on| ui.set(|settings| settings.settings_inside = on)
                />
                <div class="f">
                    <div class="acts">
                        <button type="button" class="btn" on:click=move |_| takeout::want()>{text::READ_INSIDE}</button>
                    </div>
                    <p class="help">{text::READ_INSIDE_WHY}</p>
                </div>
            </div>
        </section>
    }
}

/// A picture that nobody made, made now.
fn sample() -> Record {
    let now = clock::wall();
    let id = IdSource::new(0).at(now);
    let order =
        Order { prompt: text::SAMPLE.to_owned(), mode: ModeId::default(), shape: Shape::DEFAULT, hook_url: None };
    Record { job: JobId::parse("0a1b2c3d"), ..Record::new(id, id, 1, order, now) }
}

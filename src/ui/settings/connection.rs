//! Section "Connection": the key, where it is kept, and where requests go.

use flux_studio_core::message::Sentence;
use flux_studio_core::settings::Remember;
use flux_studio_core::view::Test;
use leptos::prelude::*;

use super::form::Form;
use crate::ui::handle::{Ui, ui};
use crate::ui::kit::boxed::{dynamic, effect, memo, part};
use crate::ui::kit::said::said;
use crate::ui::text;

/// The section.
#[component]
pub fn Connection(
    /// Its fields.
    form: Form,
) -> impl IntoView {
    let ui = ui();
    let (base, proxy) = form.held();
    // Other fields of the same connection may have been stored by another tab; what somebody types is left alone.
    let held = memo(move || {
        ui.settings.track();
        ui.presets.track();
        form.held()
    });
    effect(move || {
        let (base, proxy) = held.get();
        if form.dirty.get_untracked() {
            return;
        }
        for (field, text) in [(form.base, base), (form.proxy, proxy)] {
            if let Some(field) = field.get_untracked().filter(|field| field.value() != text) {
                field.set_value(&text);
            }
        }
    });
    let problem = move |of: fn(&super::form::Problems) -> Option<Sentence>| memo(move || form.problems.with(of));
    let (key_wrong, base_wrong, proxy_wrong) =
        (problem(|p| p.key.clone()), problem(|p| p.base.clone()), problem(|p| p.proxy.clone()));
    view! {
        <section class="set" aria-labelledby="set-connection">
            <header><h2 id="set-connection">{text::CONNECTION}</h2><p>{text::CONNECTION_WHY}</p></header>
            <div class="fields">
                <div class="f">
                    <label for="key">{text::API_KEY}</label>
                    <Key form=form wrong=key_wrong/>
                    {wrong(key_wrong, "key-said")}
                    <Verdict form=form/>
                    <p class="help" id="key-help">{part(move || holder(ui))}</p>
                </div>
                <RememberKey form=form/>
                <div class="f">
                    <label for="base">{text::BASE_URL}</label>
                    <input
                        node_ref=form.base
                        class="input"
                        id="base"
                        type="text"
                        inputmode="url"
                        value=base
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        dir="ltr"
                        aria-describedby="base-said"
                        aria-invalid=dynamic(move || base_wrong.get().is_some().then_some("true"))
                        on:input=move |_| form.touched()
                    />
                    {wrong(base_wrong, "base-said")}
                </div>
                <div class="f">
                    <label for="proxy">{text::PROXY_URL}</label>
                    <input
                        node_ref=form.proxy
                        class="input"
                        id="proxy"
                        type="text"
                        inputmode="url"
                        value=proxy
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        dir="ltr"
                        aria-describedby="proxy-said proxy-help"
                        aria-invalid=dynamic(move || proxy_wrong.get().is_some().then_some("true"))
                        on:input=move |_| form.touched()
                    />
                    {wrong(proxy_wrong, "proxy-said")}
                    <p class="help" id="proxy-help">{text::PROXY_HELP}</p>
                </div>
            </div>
        </section>
    }
}

fn holder(ui: Ui) -> String {
    let holder = ui.overview.with(|o| o.holder.clone());
    if holder.is_empty() { String::new() } else { text::key_goes_to(&holder) }
}

fn wrong(problem: Memo<Option<Sentence>>, id: &'static str) -> impl IntoView {
    part(move || problem.get().map(|sentence| said(false, sentence.text(), Some(id))))
}

#[component]
fn Key(
    /// Its form.
    form: Form,
    /// What is wrong with it.
    wrong: Memo<Option<Sentence>>,
) -> impl IntoView {
    let ui = ui();
    let stored = memo(move || ui.overview.with(|o| o.key && !o.demo));
    let testing = memo(move || ui.overview.with(|o| o.test == Test::Running));
    view! {
        <div class="with-btn">
            <input
                node_ref=form.key
                class="input mono"
                id="key"
                type="password"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                dir="ltr"
                placeholder=dynamic(move || if stored.get() { text::KEY_STORED } else { text::KEY_MISSING })
                aria-describedby="key-said key-help"
                aria-invalid=dynamic(move || wrong.get().is_some().then_some("true"))
                on:input=move |_| form.touched()
            />
            <button type="button" class="btn" disabled=dynamic(move || testing.get()) on:click=move |_| form.test()>{text::TEST}</button>
            {part(move || stored.get().then(|| view! {
                <button type="button" class="btn btn-plain btn-bad" on:click=move |_| ui.ctx().forget_key()>{text::FORGET_KEY}</button>
            }))}
        </div>
    }
}

#[component]
fn Verdict(
    /// Its form.
    form: Form,
) -> impl IntoView {
    let ui = ui();
    let test = memo(move || ui.overview.with(|o| o.test.clone()));
    part(move || {
        form.tested.get().then(|| match test.get() {
            Test::Idle => ().into_any(),
            Test::Running => view! { <p class="said quiet" role="status">{text::TESTING}</p> }.into_any(),
            Test::Done(well, sentence) => said(well, sentence.text(), None).into_any(),
        })
    })
}

#[component]
fn RememberKey(
    /// Its form.
    form: Form,
) -> impl IntoView {
    let choices = [
        (Remember::Tab, text::REMEMBER_TAB, text::REMEMBER_TAB_WHY, "remember-tab"),
        (Remember::Device, text::REMEMBER_DEVICE, text::REMEMBER_DEVICE_WHY, "remember-device"),
        (Remember::Passphrase, text::REMEMBER_PASSPHRASE, text::REMEMBER_PASSPHRASE_WHY, "remember-passphrase"),
    ];
    view! {
        <div class="f">
            <span class="label" id="remember-label">{text::REMEMBER}</span>
            <div class="choices" role="radiogroup" aria-labelledby="remember-label">
                {choices
                    .into_iter()
                    .map(|(choice, name, why, id)| {
                        view! {
                            <label class="choice">
                                <input
                                    class="radio"
                                    type="radio"
                                    name="remember"
                                    aria-label=name
                                    aria-describedby=id
                                    prop:checked=dynamic(move || form.remember.get() == choice)
                                    on:change=move |_| {
                                        form.remember.set(choice);
                                        form.touched();
                                    }
                                />
                                <span><b>{name}</b><small id=id>{why}</small></span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
            {part(move || (form.remember.get() == Remember::Passphrase).then(|| view! { <Passphrase form=form/> }))}
        </div>
    }
}

#[component]
fn Passphrase(
    /// Its form.
    form: Form,
) -> impl IntoView {
    let ui = ui();
    let help = move || if ui.locked.get() { text::PASSPHRASE_LOCKED } else { text::PASSPHRASE_NEW };
    view! {
        <div class="f">
            <label for="passphrase">{text::PASSPHRASE}</label>
            <input
                node_ref=form.passphrase
                class="input"
                id="passphrase"
                type="password"
                autocomplete="off"
                aria-describedby="passphrase-help"
                on:input=move |_| form.touched()
            />
            <p class="help" id="passphrase-help">{part(help)}</p>
        </div>
    }
}

//! The fields of the connection while they are being filled in. The key is read from its element when it is stored, and
//! is nowhere else.

use flux_studio_core::address::{Connection, Field};
use flux_studio_core::event::Event;
use flux_studio_core::message::{self, Sentence};
use flux_studio_core::secret::Secret;
use flux_studio_core::settings::Remember;
use leptos::html;
use leptos::prelude::*;

use crate::app::keys::Typed;
use crate::ui::handle::Ui;
use crate::ui::kit::boxed::effect;

/// What was wrong, field by field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    /// "API key".
    pub key: Option<Sentence>,
    /// "API base URL".
    pub base: Option<Sentence>,
    /// "Proxy URL".
    pub proxy: Option<Sentence>,
}

/// What the app answers to a wish to save; `None` until it does.
type Answer = ArcRwSignal<Option<Result<(), Sentence>>>;

/// The form.
#[derive(Clone, Copy)]
pub struct Form {
    ui: Ui,
    /// "API key".
    pub key: NodeRef<html::Input>,
    /// "Passphrase", while that is the place for the key.
    pub passphrase: NodeRef<html::Input>,
    /// "API base URL".
    pub base: NodeRef<html::Input>,
    /// "Proxy URL".
    pub proxy: NodeRef<html::Input>,
    /// "Remember key".
    pub remember: RwSignal<Remember>,
    /// What was wrong when it was last looked at.
    pub problems: RwSignal<Problems>,
    /// Something was typed or chosen since it was last stored.
    pub dirty: RwSignal<bool>,
    /// "Test connection" was pressed since the dialog was opened: its verdict is news.
    pub tested: RwSignal<bool>,
    answer: RwSignal<Option<Answer>>,
    test_after: RwSignal<bool>,
}

impl Form {
    /// A form that shows what holds.
    pub fn new(ui: Ui) -> Form {
        let form = Form {
            ui,
            key: NodeRef::new(),
            passphrase: NodeRef::new(),
            base: NodeRef::new(),
            proxy: NodeRef::new(),
            remember: RwSignal::new(ui.settings.with_untracked(|settings| settings.remember)),
            problems: RwSignal::default(),
            dirty: RwSignal::new(false),
            tested: RwSignal::new(false),
            answer: RwSignal::new(None),
            test_after: RwSignal::new(false),
        };
        effect(move || {
            if form.outcome().is_some() && form.test_after.get_untracked() {
                form.test_after.set(false);
                form.ask();
            }
        });
        form
    }

    /// What became of the last press of Save.
    pub fn outcome(self) -> Option<Result<(), Sentence>> {
        self.answer.get().and_then(|answer| answer.get())
    }

    /// The addresses that hold now, for the fields: base URL and proxy.
    pub fn held(self) -> (String, String) {
        let settings = self.ui.settings.get_untracked();
        self.ui
            .presets
            .with_untracked(|presets| (settings.base_url(presets).to_owned(), settings.proxy_url(presets).to_owned()))
    }

    /// Something was typed: what was said about it is out of date.
    pub fn touched(self) {
        self.dirty.set(true);
        self.answer.set(None);
    }

    /// Stores everything at once, or says what is wrong. Says whether it was stored.
    pub fn save(self) -> bool {
        let typed = |field: NodeRef<html::Input>| field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let (base, proxy) = (typed(self.base).trim().to_owned(), typed(self.proxy).trim().to_owned());
        let (held_base, held_proxy) = self.held();
        let mut settings = self.ui.settings.get_untracked();
        // What the host presets goes on being the host's until somebody types something else.
        if settings.base_url.is_some() || base != held_base {
            settings.base_url = Some(base);
        }
        if settings.proxy_url.is_some() || proxy != held_proxy {
            settings.proxy_url = Some(proxy);
        }
        settings.remember = self.remember.get_untracked();

        let key = Some(typed(self.key)).filter(|key| !key.trim().is_empty());
        let mut problems = Problems::default();
        if let Some(problem) = key.as_deref().and_then(|key| Secret::parse(key).err()) {
            problems.key = Some(message::key(problem));
        }
        let page = document().base_uri().ok().flatten().unwrap_or_default();
        let resolved = self.ui.presets.with_untracked(|presets| {
            Connection::resolve(settings.base_url(presets), settings.proxy_url(presets), &page).map(|_| ())
        });
        match resolved {
            Err((field @ Field::Base, problem)) => problems.base = Some(message::address(field, problem)),
            Err((field @ Field::Proxy, problem)) => problems.proxy = Some(message::address(field, problem)),
            Ok(()) => {}
        }
        let wrong = problems != Problems::default();
        self.problems.set(problems);
        if wrong {
            return false;
        }
        let typed = Typed { key, passphrase: Some(typed(self.passphrase)) };
        let answer = self.ui.ctx().save_settings(settings, typed);
        for field in [self.key, self.passphrase] {
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
        }
        self.dirty.set(false);
        self.answer.set(Some(answer));
        true
    }

    /// "Test connection": what was typed is stored first, because only what is stored can be tried.
    pub fn test(self) {
        if !self.dirty.get_untracked() {
            return self.ask();
        }
        self.test_after.set(true);
        if !self.save() {
            self.test_after.set(false);
        }
    }

    fn ask(self) {
        self.tested.set(true);
        self.ui.dispatch(Event::Test);
    }
}

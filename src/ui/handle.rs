//! What every component holds: the app's signals and services, and the few things that only screens know of (is the
//! sheet open, which dialog stands there). Cheap to copy, alive as long as the page.

use std::sync::Arc;

use flux_studio_core::attempt::mark::Mark;
use flux_studio_core::draft::Draft;
use flux_studio_core::event::{Action, Event};
use flux_studio_core::id::AttemptId;
use flux_studio_core::look::Look;
use flux_studio_core::message::Notice;
use flux_studio_core::presets::Presets;
use flux_studio_core::route::Route;
use flux_studio_core::select::Selection;
use flux_studio_core::settings::Settings;
use flux_studio_core::time::Wall;
use flux_studio_core::view::{Button, Cost, Overview};
use leptos::prelude::*;
use web_sys::{HtmlElement, HtmlTextAreaElement};

use super::kit::dom;
use super::labels::Kind;
use crate::app::backup::Backup;
use crate::app::context::{Ctx, Listed};
use crate::app::pictures::Picture;
use crate::app::takeout::Brought;
use crate::ui::kit::boxed::memo;

/// The handle that components take from their context with [`ui`].
#[derive(Clone, Copy)]
pub struct Ui {
    ctx: StoredValue<Ctx>,
    /// Where the person is.
    pub route: RwSignal<Route>,
    /// What the grid shows, newest first.
    pub list: RwSignal<Arc<Vec<Listed>>>,
    /// What is looked at: the library, what a search finds, the trash.
    pub look: RwSignal<Look>,
    /// Moves whenever rows changed, for who reads rows themselves.
    pub changed: RwSignal<u32>,
    /// Counts, gate, key, account, test.
    pub overview: RwSignal<Overview>,
    /// The composer.
    pub draft: RwSignal<Draft>,
    /// What one image costs and takes.
    pub cost: RwSignal<Cost>,
    /// What was chosen.
    pub settings: RwSignal<Settings>,
    /// What the host presets.
    pub presets: RwSignal<Presets>,
    /// News.
    pub notices: RwSignal<Vec<(u64, Notice)>>,
    /// The library on its way out into a file or in from one.
    pub backup: RwSignal<Backup>,
    /// A file that the person brought, to see its settings.
    pub brought: RwSignal<Brought>,
    /// The kept key waits for its passphrase.
    pub locked: RwSignal<bool>,
    /// The wall clock, while something is on its way.
    pub now: RwSignal<Wall>,
    /// The store was read: controls work.
    pub ready: Memo<bool>,
    /// The composer's sheet is open (narrow windows).
    pub sheet: RwSignal<bool>,
    /// Whose job id is being attached.
    pub attach: RwSignal<Option<AttemptId>>,
    /// The list of shortcuts is open.
    pub help: RwSignal<bool>,
    /// The list of commands is open.
    pub commands: RwSignal<bool>,
    /// Which images are chosen.
    pub selection: RwSignal<Selection>,
    /// Makes the toolbar "Selection", once it is loaded.
    pub selected: RwSignal<Option<fn() -> AnyView>>,
    /// The dialog for tags or collections is open.
    pub labels: RwSignal<Option<Kind>>,
    /// The large view shows this one beside the one that is looked at.
    pub beside: RwSignal<Option<AttemptId>>,
    /// In the large view a rating leads on to the next picture.
    pub advance: RwSignal<bool>,
    /// The tile that should have the focus as soon as it is there.
    pub focus: RwSignal<Option<AttemptId>>,
    /// The slider's position while it moves; settings follow when it is let go.
    pub density: RwSignal<u8>,
}

/// The handle of this component's root.
pub fn ui() -> Ui {
    expect_context::<Ui>()
}

impl Ui {
    /// Takes the app's signals into the arena of the current owner.
    pub fn new(ctx: Ctx) -> Ui {
        let overview = RwSignal::from(ctx.overview.clone());
        let settings = RwSignal::from(ctx.settings.clone());
        Ui {
            route: ctx.route.clone().into(),
            list: ctx.list.clone().into(),
            look: ctx.look.clone().into(),
            changed: ctx.changed.clone().into(),
            overview,
            draft: ctx.draft.clone().into(),
            cost: ctx.cost.clone().into(),
            settings,
            presets: ctx.presets.clone().into(),
            notices: ctx.notices.clone().into(),
            backup: ctx.backup.clone().into(),
            brought: ctx.brought.clone().into(),
            locked: ctx.locked.clone().into(),
            now: ctx.now.clone().into(),
            ready: memo(move || overview.with(|o| o.ready)),
            sheet: RwSignal::new(false),
            attach: RwSignal::new(None),
            help: RwSignal::new(false),
            commands: RwSignal::new(false),
            selection: RwSignal::new(Selection::default()),
            selected: RwSignal::new(None),
            labels: RwSignal::new(None),
            beside: RwSignal::new(None),
            advance: RwSignal::new(false),
            focus: RwSignal::new(None),
            density: RwSignal::new(settings.with_untracked(|s| s.density)),
            ctx: StoredValue::new(ctx),
        }
    }

    /// The app's services.
    pub fn ctx(self) -> Ctx {
        self.ctx.get_value()
    }

    /// Tells the studio that something happened.
    pub fn dispatch(self, event: Event) {
        self.ctx.with_value(|ctx| ctx.dispatch(event));
    }

    /// Goes to a place.
    pub fn go(self, route: &Route) {
        self.ctx.with_value(|ctx| ctx.go(route));
    }

    /// Wants something of one attempt.
    pub fn act(self, id: &AttemptId, action: Action) {
        self.dispatch(Event::Act(*id, action));
    }

    /// Says something about one image.
    pub fn mark(self, id: &AttemptId, mark: Mark) {
        self.dispatch(Event::Mark(vec![*id], mark));
    }

    /// The chosen images.
    pub fn chosen(self) -> Vec<AttemptId> {
        self.selection.with(|selection| selection.ids())
    }

    /// Says something about the chosen images.
    pub fn mark_chosen(self, mark: Mark) {
        self.dispatch(Event::Mark(untrack(|| self.chosen()), mark));
    }

    /// Everything that is looked at, image by image: a batch that stands together is all of its images.
    pub fn listed(self) -> Vec<AttemptId> {
        if self.look.with_untracked(|look| look.together) {
            return self.ctx().found();
        }
        self.list.with_untracked(|list| list.iter().map(|listed| listed.id).collect())
    }

    /// Chooses everything that is looked at.
    pub fn choose_all(self) {
        let all = self.listed();
        self.selection.update(|selection| selection.add(all.into_iter()));
    }

    /// Looks at something else.
    pub fn look(self, change: impl FnOnce(&mut Look)) {
        let mut look = self.look.get_untracked();
        change(&mut look);
        look.utc_offset_minutes = dom::utc_offset_minutes();
        self.dispatch(Event::Look(look));
    }

    /// Changes the composer; the prompt is always what stands in its box.
    pub fn compose(self, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.draft.get_untracked();
        if let Some(prompt) = prompt_box() {
            draft.prompt = prompt.value();
        }
        change(&mut draft);
        self.dispatch(Event::Compose(draft));
    }

    /// Changes settings that hold at once (density, theme, which modes are shown).
    pub fn set(self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.settings.get_untracked();
        change(&mut settings);
        self.dispatch(Event::Settings(Box::new(settings)));
    }

    /// Puts a text into the prompt box, as if it had been typed.
    pub fn fill_prompt(self, text: &str) {
        if let Some(prompt) = prompt_box() {
            prompt.set_value(text);
            self.compose(|_| {});
            let _ = prompt.focus();
        }
    }

    /// "Use these settings": prompt, mode, shape and hook of an attempt go into the composer.
    pub fn use_settings(self, id: &AttemptId) {
        let Some(record) = self.ctx().record(id) else { return };
        let order = record.order;
        self.refill(|draft| {
            draft.prompt = order.prompt;
            draft.mode = order.mode;
            draft.shape = order.shape;
            draft.hook_url = order.hook_url.unwrap_or_default();
        });
    }

    /// Changes the composer, the prompt in its box included, and goes there.
    pub fn refill(self, change: impl FnOnce(&mut Draft)) {
        let mut draft = self.draft.get_untracked();
        if let Some(prompt) = prompt_box() {
            draft.prompt = prompt.value();
            change(&mut draft);
            prompt.set_value(&draft.prompt);
            // Not before a dialog that stands has gone: it gives the focus back where it was.
            request_animation_frame(move || {
                let _ = prompt.focus();
            });
        }
        self.dispatch(Event::Compose(draft));
    }

    /// Generate. `repeat`: a double click's second press or a held key.
    pub fn generate(self, repeat: bool) {
        if !self.ready.get_untracked() {
            return;
        }
        // Text that came without an event (autofill, a driver) is part of the order too.
        self.compose(|_| {});
        let sendable = self.draft.with_untracked(|draft| draft.order().is_ok());
        self.dispatch(Event::Generate { repeat });
        if sendable {
            if self.sheet.get_untracked() {
                self.sheet.set(false);
                // On a narrow screen the sheet and the keyboard go away; beside the library, typing goes on.
                if dom::narrow() {
                    dom::blur();
                }
            }
            if let Some(main) = dom::by_id::<HtmlElement>("slot-main") {
                main.set_scroll_top(0);
            }
        } else if let Some(prompt) = prompt_box() {
            let _ = prompt.focus();
        }
    }

    /// A button of a tile or of the large view was pressed.
    pub fn press(self, id: &AttemptId, button: Button) {
        match button {
            Button::Favourite => {
                let on = self.ctx().ahead(id).is_some_and(|record| record.favourite);
                self.mark(id, Mark::Favourite(!on));
            }
            Button::Download => self.ctx().download(id),
            Button::UseSettings => self.use_settings(id),
            Button::Retry => self.act(id, Action::Retry),
            Button::CheckNow => self.act(id, Action::CheckNow),
            Button::AttachJobId => self.attach.set(Some(*id)),
            Button::SendAgain => self.act(id, Action::SendAgain),
            Button::WriteOff => self.act(id, Action::WriteOff),
            Button::Cancel => self.act(id, Action::Cancel),
            Button::Delete => self.mark(id, Mark::Trash(true)),
            Button::Restore => self.mark(id, Mark::Trash(false)),
        }
    }
}

/// The prompt's box, which stands in index.html.
pub fn prompt_box() -> Option<HtmlTextAreaElement> {
    dom::by_id("prompt")
}

/// The address of a picture for `img`, live. It takes the whole handle, so that a closure that calls it holds on to the
/// picture and not only to its signal.
pub fn src(picture: &Picture) -> Option<String> {
    picture.url.get()
}

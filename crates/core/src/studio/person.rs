//! The person's wishes.

use crate::attempt::poll::Due;
use crate::attempt::step::Step;
use crate::attempt::{Hold, Record, State};
use crate::change::Change;
use crate::draft::{Draft, Order};
use crate::effect::{Effect, Shared};
use crate::event::Action;
use crate::id::{AttemptId, JobId};
use crate::limits;
use crate::message::Notice;
use crate::shape::Shape;
use crate::studio::Studio;
use crate::time::Now;

/// Milliseconds after the start until the draft that was met is kept.
pub(super) const DRAFT_WAIT_MS: u64 = 30;

impl Studio {
    pub(super) fn compose(&mut self, draft: Draft, now: Now) {
        if self.draft == draft {
            return;
        }
        let priced = (self.draft.mode.clone(), self.draft.shape) != (draft.mode.clone(), draft.shape);
        self.draft = draft;
        // Kept at once: a reload right after the last key still finds the text.
        self.draft_due.get_or_insert_with(|| Due::after(now, DRAFT_WAIT_MS));
        self.save_draft();
        self.out.changes.push(Change::Draft);
        if priced {
            self.out.changes.push(Change::Status);
        }
    }

    pub(super) fn save_draft(&mut self) {
        if self.draft_due.take().is_some() {
            let text = serde_json::to_string(&self.draft).unwrap_or_default();
            self.out.effects.push(Effect::SaveDraft(text));
        }
    }

    pub(super) fn generate(&mut self, repeat: bool, now: Now) {
        if !self.ready {
            return;
        }
        let order = match self.draft.order() {
            Ok(order) => order,
            Err(problem) => return self.notice(Notice::Draft(problem)),
        };
        if let Some((draft, mono)) = &self.last_press
            && *draft == self.draft
            && (repeat || now.mono.saturating_sub(*mono) < limits::REPEAT_PRESS_MS)
        {
            // A held key repeats for as long as it is held: each repeat renews the press.
            self.last_press = Some((self.draft.clone(), now.mono));
            return;
        }
        self.last_press = Some((self.draft.clone(), now.mono));
        if !self.lasting && !self.demo {
            return self.notice(Notice::StoreNotLasting);
        }
        // The person tries again: so does the connection, with its free question first.
        if matches!(self.gate.hold, Some(Hold::Unreachable | Hold::Cors | Hold::Policy)) {
            self.gate.mended();
            self.out.effects.push(Effect::Share(Shared::Resume));
        }
        if let Some(batch) = self.batch_of(&order, self.draft.count, now) {
            self.ordered_here.insert(batch);
        }
    }

    fn batch_of(&mut self, order: &Order, count: u16, now: Now) -> Option<AttemptId> {
        let mut batch = None;
        for _ in 0..count {
            let id = self.ids.next(now.wall);
            let batch = *batch.get_or_insert(id);
            self.create(Record::new(id, batch, count, order.clone(), now.wall));
        }
        batch
    }

    pub(super) fn act(&mut self, id: &AttemptId, action: Action, now: Now) {
        match action {
            Action::Cancel => self.step(id, Step::Cancel, None, now),
            Action::WriteOff => {
                self.step(id, Step::Settle, None, now);
                self.refresh_queued();
            }
            Action::CheckNow => self.check_now(id, now),
            Action::Retry | Action::SendAgain => self.again(id, now),
            Action::AttachJobId(text) => self.attach(id, &text, now),
        }
    }

    fn again(&mut self, id: &AttemptId, now: Now) {
        let Some(record) = self.library.get(id) else { return };
        let may = matches!(
            record.state,
            State::Rejected(_) | State::Failed { .. } | State::Cancelled | State::Unknown { .. }
        );
        // Pressed twice, or replaced in another tab: one replacement is enough.
        let replacing = self.replacing.values().any(|old| old == id);
        if !may || record.replaced_by.is_some() || replacing || self.writes.busy(id) {
            return;
        }
        let order = record.order.clone();
        if let Some(next) = self.batch_of(&order, 1, now) {
            self.replacing.insert(next, *id);
        }
    }

    pub(super) fn rescue_all(&mut self, text: &str, now: Now) {
        let (mut filed, mut known, mut wrong) = (0, 0, 0);
        let words = text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '\'' | '[' | ']'));
        let mut words = words.filter(|word| !word.is_empty());
        for word in words.by_ref().take(limits::RESCUE_MAX) {
            match JobId::parse(word) {
                None => wrong += 1,
                Some(job) if self.holder_of(&job, None).is_some() => known += 1,
                Some(job) => {
                    filed += 1;
                    self.rescue(self.order_of(&job), true, job, now);
                }
            }
        }
        self.notice(Notice::Rescued { filed, known, wrong, left: words.count() });
    }

    /// What is known of a job's order before the API has said it.
    pub(super) fn order_of(&self, job: &JobId) -> Order {
        let mode = self.draft.mode.clone();
        Order { prompt: format!("Job {job}"), mode, shape: Shape::DEFAULT, hook_url: None }
    }

    fn attach(&mut self, id: &AttemptId, text: &str, now: Now) {
        let Some(job) = JobId::parse(text) else { return self.notice(Notice::BadJobId) };
        if let Some(other) = self.holder_of(&job, Some(id)) {
            return self.notice(Notice::SameJob(other));
        }
        self.step(id, Step::Attach(job), None, now);
    }
}

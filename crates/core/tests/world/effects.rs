//! What a tab wants done: sent on its way, with what has to be true at that moment.

use flux_studio_core::attempt::State;
use flux_studio_core::attempt::permit::Claim;
use flux_studio_core::effect::{Effect, Write};
use flux_studio_core::event::{Event, WriteProblem};

use super::{API, Happening, World};

impl World {
    /// One effect of a tab.
    pub(super) fn run(&mut self, tab: usize, effect: Effect) {
        let wait = self.latency();
        match effect {
            Effect::Write(write) => self.later(wait, Happening::Commit(tab, Box::new(write), false)),
            Effect::Claim(write) => self.later(wait, Happening::Commit(tab, Box::new(write), true)),
            Effect::Erase(id) => {
                let purged = self.store.get(&id).is_none_or(|row| row.purged);
                assert!(purged, "I4: the bytes of {id} go although it did not leave the trash");
                self.store.bytes.remove(&id);
                self.later(wait, Happening::Tell(tab, Box::new(Event::Erased(id))));
            }
            // Each write takes a time of its own here, and none waits for another.
            Effect::Hurry(_) => {}
            Effect::Unlock(id) => {
                if self.locks.get(&id) == Some(&tab) {
                    self.locks.remove(&id);
                }
                self.grant();
            }
            Effect::Watch(id) => {
                self.watchers.push((tab, id));
                self.grant();
            }
            Effect::Announce(ids) => {
                for other in 0..self.tabs.len() {
                    if other != tab && !self.chance(self.weather.hint_lost) {
                        let wait = self.latency();
                        self.later(wait, Happening::Hint(other, ids.clone()));
                    }
                }
            }
            Effect::Refresh(mut ids) => {
                ids.extend(self.store.rows().into_iter().filter(|row| row.state.is_open()).map(|row| row.id));
                self.later(wait, Happening::Hint(tab, ids));
            }
            Effect::Share(shared) => {
                for other in 0..self.tabs.len() {
                    if other != tab && !self.chance(self.weather.hint_lost) {
                        self.later(wait, Happening::Tell(other, Box::new(Event::Shared(shared.clone()))));
                    }
                }
            }
            Effect::SaveSettings(_) | Effect::SaveDraft(_) => {}
            Effect::Spare(id, Some(job)) => drop(self.spares.insert(id, job)),
            Effect::Spare(id, None) => drop(self.spares.remove(&id)),
            Effect::Post { ref permit, ref url, request_id, .. } => {
                assert!(url.starts_with(API), "I5: the key would go to {url}");
                self.request_ids.push(request_id);
                let id = *permit.id();
                let sent = self.posts.entry(id).or_default();
                *sent += 1;
                let held = self.held.get(&id).copied().unwrap_or_default();
                assert!(*sent <= 1 + held, "I1: a second paid request for {id}");
                let stored = self.store.get(&id).expect("I1: sent without a row on disk");
                if !self.tabs[tab].robbed {
                    assert_eq!(
                        stored.state,
                        State::Sending,
                        "the row on disk says Sending before the request goes out"
                    );
                    assert_eq!(self.locks.get(&id), Some(&tab), "the lock is held while the request is on its way");
                }
                self.later(wait, Happening::Arrive(tab, Box::new(effect)));
            }
            effect => {
                match &effect {
                    Effect::Poll { id, url, .. } => {
                        assert!(url.starts_with(API), "I5: the key would go to {url}");
                        let stored = self.store.get(id).and_then(|row| row.job);
                        assert!(
                            stored.is_some() || self.store.wiped,
                            "I3: asked for {id} before its job id was on disk"
                        );
                        let at_once = self.promises.asked(tab, id, self.mono);
                        self.most_at_once = self.most_at_once.max(at_once);
                        self.asked.push((self.mono, *id));
                        self.askers.push(tab);
                    }
                    Effect::Probe { url, .. } => assert!(url.starts_with(API), "I5: the key would go to {url}"),
                    Effect::Download { id, .. } => {
                        let stored = self.store.get(id).and_then(|row| row.url);
                        // Bytes in memory are better than none where the store refuses even the address.
                        let refused = self.refused.contains(id) || self.store.wiped;
                        assert!(stored.is_some() || refused, "I4: fetched {id} before its address was on disk");
                        self.promises.fetched(tab, id);
                    }
                    _ => {}
                }
                self.later(wait, Happening::Arrive(tab, Box::new(effect)));
            }
        }
    }

    /// A row reaches the store, or does not.
    pub(super) fn commit(&mut self, tab: usize, write: &Write, claim: bool) {
        let id = write.row.id;
        if claim {
            if self.locks.get(&id).is_some_and(|holder| *holder != tab) {
                self.locked += 1;
                return self.answer(tab, Event::Claimed(write.ticket, Err(WriteProblem::Locked)));
            }
            self.locks.insert(id, tab);
        }
        let scripted = self.next_writes.pop_front();
        let problem = match scripted {
            Some(problem) => problem,
            None => self.chance(self.weather.write).then(|| self.store.problem(&mut self.random)),
        };
        let acted = self.promises.acted.contains(&id);
        let result = match problem {
            Some(problem) => {
                self.broken_writes += 1;
                Err(problem)
            }
            None => self.store.commit(&write.row, acted),
        };
        match &result {
            Ok(()) => self.raw.extend(write.raw.iter().map(|raw| (id, raw.status, raw.body.clone()))),
            Err(WriteProblem::Conflict(_)) => self.conflicts += 1,
            Err(_) => {}
        }
        match &result {
            Err(WriteProblem::Full | WriteProblem::Broken(_)) => self.refused.insert(id),
            _ => self.refused.remove(&id),
        };
        let event = match (claim, result) {
            (true, Ok(())) => Event::Claimed(write.ticket, Ok(Claim::committed(write.row.clone()))),
            (true, Err(problem)) => {
                self.locks.remove(&id);
                Event::Claimed(write.ticket, Err(problem))
            }
            (false, result) => Event::Written(write.ticket, result),
        };
        self.answer(tab, event);
    }

    /// The browser tells a tab how it went, after a while.
    pub(super) fn answer(&mut self, tab: usize, event: Event) {
        let wait = self.latency();
        self.later(wait, Happening::Tell(tab, Box::new(event)));
    }
}

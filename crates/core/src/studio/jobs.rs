//! What happens after acceptance: asking for the job until the API says how it ended, then fetching the bytes until
//! they are kept. Both go on for ever in steps that cost nothing; neither is ever a reason to call a paid job failed.

use crate::api::{self, HttpOutcome, fetch};
use crate::attempt::poll::{Allowance, Due, Next, Plan};
use crate::attempt::step::{Finished, Step};
use crate::attempt::{FileFacts, Record, Risk, Stall, State};
use crate::effect::{Effect, RawAnswer};
use crate::id::AttemptId;
use crate::limits as l;
use crate::sorted::SortedMap;
use crate::studio::Studio;
use crate::time::{Now, Wall};

/// The care for one attempt: questions, or a download, or both (a link that has ended is asked for afresh).
#[derive(Debug, Default)]
pub(super) struct Job {
    poll: Option<Plan>,
    download: Option<Download>,
    /// The address that the download is of.
    url: Option<String>,
}

#[derive(Debug)]
struct Download {
    due: Due,
    tries: u32,
    started_mono: u64,
    allowance: Allowance,
}

impl Download {
    fn new(now: Now) -> Download {
        Download { due: Due::after(now, 0), tries: 0, started_mono: now.mono, allowance: Allowance::new(now) }
    }

    /// Whether it may be tried again now that it is due.
    fn may_try(&mut self, now: Now) -> bool {
        let wait = if self.tries > 0 { self.allowance.wait_ms(now) } else { 0 };
        if wait > 0 {
            self.due = Due::after(now, wait);
        }
        wait == 0
    }
}

/// Requests of one kind on their way, by attempt, with the monotonic time of their going out and the gate's epoch. Apart from the plans,
/// which come and go with the row's state: so the same question is never asked twice at once, and one whose answer got
/// lost in the browser is forgotten in the end.
#[derive(Debug, Default)]
pub(super) struct Flights(SortedMap<AttemptId, (u64, u32)>);

impl Flights {
    fn has(&self, id: &AttemptId) -> bool {
        self.0.contains_key(id)
    }

    fn forget(&mut self, now: Now, after_ms: u64) {
        self.0.retain(|_, (since, _)| now.mono.saturating_sub(*since) < after_ms);
    }
}

impl Studio {
    /// Looks after a row as its state needs.
    pub(super) fn track(&mut self, id: &AttemptId, now: Now) {
        let Some(record) = self.library.get(id) else { return };
        // Nothing that is on its way is in the trash: see `mark::may_go`.
        if !self.leader || record.deleted.is_some() {
            self.jobs.remove(id);
            return;
        }
        match &record.state {
            State::Sending => {
                // Somebody else's: should its tab die, the lock comes to this one.
                if !self.own.contains_key(id) && self.watched.insert(*id) {
                    self.out.effects.push(Effect::Watch(*id));
                }
            }
            State::Running => {
                let first = self.first_poll_ms(record, now);
                let job = self.jobs.or_default(id);
                job.download = None;
                job.poll.get_or_insert_with(|| Plan::new(now, first));
            }
            State::Downloading => {
                let job = self.jobs.or_default(id);
                job.poll = None;
                // A mark or another tab's word about the row does not begin the download anew; another address does.
                if record.url != job.url {
                    job.url.clone_from(&record.url);
                    job.download = None;
                }
                job.download.get_or_insert_with(|| Download::new(now));
            }
            State::AtRisk(risk) => {
                let tried_again = !matches!(risk, Risk::NoUrl(_) | Risk::TooLarge);
                let job = self.jobs.or_default(id);
                job.poll = None;
                if tried_again && record.url.is_some() {
                    job.download.get_or_insert_with(|| Download::new(now));
                } else {
                    job.download = None;
                }
            }
            _ => {
                self.jobs.remove(id);
            }
        }
    }

    pub(super) fn track_all(&mut self, now: Now) {
        let open: Vec<AttemptId> = self
            .library
            .open()
            .filter(|row| matches!(row.state, State::Sending | State::Running | State::Downloading | State::AtRisk(_)))
            .map(|row| row.id)
            .collect();
        self.jobs.retain(|id, _| open.contains(id));
        for id in open {
            self.track(&id, now);
        }
    }

    /// When to ask first: where the first ends are likely by what such jobs took before.
    fn first_poll_ms(&self, record: &Record, now: Now) -> u64 {
        self.learned_ms(record, now).unwrap_or(l::FIRST_POLL_MS)
    }

    fn learned_ms(&self, record: &Record, now: Now) -> Option<u64> {
        let elapsed = now.wall.since(record.accepted?);
        self.estimates.next_question_ms(&record.order.mode, record.order.shape, elapsed)
    }

    pub(super) fn jobs_wake(&self) -> Option<Wall> {
        self.connection.as_ref()?;
        let polls_stand = self.polls_stand();
        let quiet = self.quiet.map_or(Wall(0), |quiet| quiet.at);
        // Where there is no room, the next answer makes some, and no time.
        let (polls, downloads) = self.room();
        let asks = |id: &AttemptId| polls > 0 && !polls_stand && !self.asking.has(id) && !self.writes.busy(id);
        let fetches = |id: &AttemptId| downloads > 0 && !self.fetching.has(id);
        self.jobs
            .iter()
            .flat_map(|(id, job)| {
                let poll = job.poll.as_ref().filter(|_| asks(id)).map(|plan| plan.due.at.max(quiet));
                let download = job.download.as_ref().filter(|_| fetches(id)).map(|download| download.due.at);
                [poll, download]
            })
            .flatten()
            .min()
    }

    /// How many more questions and downloads may go out.
    fn room(&self) -> (usize, usize) {
        let breaker = self.failures_in_a_row >= l::BREAKER_FAILURES;
        let at_once = if breaker { 1 } else { l::POLLS_AT_ONCE };
        let downloads = l::DOWNLOADS_AT_ONCE.saturating_sub(self.fetching.0.len());
        (at_once.saturating_sub(self.asking.0.len()), downloads)
    }

    /// Everything that waits for a time becomes due soon: after sleep, return to the page, a new key.
    pub(super) fn hurry_all(&mut self, now: Now) {
        let random = self.ids.random();
        let spread = if self.jobs.len() > l::POLLS_AT_ONCE { 2_000 } else { 0 };
        for job in self.jobs.values_mut() {
            if let Some(plan) = &mut job.poll {
                plan.hurry(now, spread, random);
            }
            if let Some(download) = &mut job.download {
                download.due = Due::after(now, 0);
            }
        }
    }

    pub(super) fn pump_jobs(&mut self, now: Now) {
        self.asking.forget(now, l::POLL_LOST_MS);
        self.fetching.forget(now, l::DOWNLOAD_LOST_MS);
        self.quiet = self.quiet.filter(|quiet| !quiet.come(now));
        let polls_stand = self.quiet.is_some() || self.polls_stand();
        let (mut polls, mut downloads) = self.room();
        if polls_stand {
            polls = 0;
        }
        let Some(connection) = &self.connection else { return };
        let due: Vec<AttemptId> = self.jobs.keys().cloned().collect();
        for id in due {
            let (Some(job), Some(record)) = (self.jobs.get_mut(&id), self.library.get(&id)) else { continue };
            if let (Some(plan), Some(name)) = (&mut job.poll, &record.job)
                && polls > 0
                && !self.asking.has(&id)
                // What is being written comes first: the job id before the first question.
                && !self.writes.busy(&id)
                && plan.due.come(now)
                && plan.may_ask(now)
            {
                if self.bucket.take(now) {
                    polls -= 1;
                    plan.asked(now);
                    self.asking.0.insert(id, (now.mono, self.gate.epoch));
                    let (url, body) = (connection.fetch(), fetch::body(name));
                    self.out.effects.push(Effect::Poll { id, job: name.clone(), url, body });
                } else {
                    plan.due = Due::after(now, 500);
                }
            }
            if let (Some(download), Some(url)) = (&mut job.download, &record.url)
                && downloads > 0
                && !self.fetching.has(&id)
                && download.due.come(now)
                && download.may_try(now)
            {
                // Another connection may not allow the address; a later one may.
                let Some(image) = connection.image_url(url) else {
                    download.due = Due::after(now, l::DOWNLOAD_RETRY_MAX_MS);
                    continue;
                };
                downloads -= 1;
                download.allowance.spend(now);
                self.fetching.0.insert(id, (now.mono, self.gate.epoch));
                self.out.effects.push(Effect::Download { id, routes: connection.image_routes(&image) });
            }
        }
    }

    pub(super) fn polled(&mut self, id: &AttemptId, outcome: &HttpOutcome, now: Now) {
        self.notice_proxy(outcome);
        let asked = self.asking.0.remove(id);
        let (Some(connection), Some(record)) = (&self.connection, self.library.get(id)) else { return };
        let Some(name) = &record.job else { return };
        let judged = match fetch::classify(name, outcome, connection, now.wall) {
            fetch::Outcome::Held(_) if asked.is_none_or(|(_, epoch)| epoch != self.gate.epoch) => fetch::Outcome::Odd,
            judged => judged,
        };
        self.failures_in_a_row = match &judged {
            fetch::Outcome::Again { status: None, .. } => self.failures_in_a_row.saturating_add(1),
            _ => 0,
        };
        if let fetch::Outcome::Again { wait_ms: Some(ms), status: Some(429) } = &judged {
            // It means all of us.
            self.quiet = Some(Due::after(now, *ms));
        }
        let learned = self.learned_ms(record, now);
        let Some(plan) = self.jobs.get_mut(id).and_then(|job| job.poll.as_mut()) else { return };
        let took_ms = record.accepted.map(|accepted| plan.took_ms(accepted, now));
        let random = self.ids.random();
        let next = match &judged {
            fetch::Outcome::Pending(_) | fetch::Outcome::Odd => plan.pending(now, self.visible, learned, random),
            fetch::Outcome::Again { wait_ms, status } => plan.failed(now, *wait_ms, *status == Some(429), random),
            fetch::Outcome::NotKnown(_) => plan.not_known(now),
            fetch::Outcome::DoneWithoutUrl(_) => plan.without_url(now),
            fetch::Outcome::Done { .. } | fetch::Outcome::Failed(_) | fetch::Outcome::Held(_) => {
                plan.due = Due::after(now, l::POLL_MAX_MS);
                Next::Again
            }
        };
        let downloading = matches!(record.state, State::Downloading | State::AtRisk(_));
        // Where only a fresh link was asked for, an end of the asking changes nothing else.
        if downloading
            && (next != Next::Again || matches!(judged, fetch::Outcome::Failed(_)))
            && let Some(job) = self.jobs.get_mut(id)
        {
            job.poll = None;
        }
        let step = match (judged, next) {
            (fetch::Outcome::Done { url, .. }, _) if downloading && record.url.as_deref() == Some(url.as_str()) => {
                // The link has ended and the API has no other: at risk, with its reason kept.
                if let Some(job) = self.jobs.get_mut(id) {
                    job.poll = None;
                }
                Some(Step::Risk(Risk::Status(404)))
            }
            (fetch::Outcome::Done { url, quota, echo }, _) => {
                Some(Step::Finished(Finished { url: url.as_str().to_owned(), quota, took_ms, echo: *echo }))
            }
            (fetch::Outcome::Failed(message), _) => Some(Step::Failed(message)),
            (fetch::Outcome::Held(hold), _) => {
                self.gate.questions_refused = true;
                self.close_gate(hold);
                None
            }
            (fetch::Outcome::NotKnown(status), Next::NotKnown) => Some(Step::Stall(Stall::NotKnown(status))),
            (fetch::Outcome::DoneWithoutUrl(seen), Next::WithoutUrl) => Some(Step::Risk(Risk::NoUrl(seen))),
            (_, Next::Patience) => Some(Step::Stall(Stall::Patience)),
            _ => None,
        };
        if let Some(step) = step {
            let raw = api::raw(outcome).map(|(status, body)| RawAnswer { to: "fetch", status, body });
            self.step(id, step, raw, now);
        }
    }

    pub(super) fn downloaded(&mut self, id: &AttemptId, result: Result<FileFacts, Risk>, now: Now) {
        self.fetching.0.remove(id);
        let risk = match result {
            Ok(facts) => {
                // Nothing is fetched a second time while the row is being written (FAULTS A33).
                if let Some(download) = self.jobs.get_mut(id).and_then(|job| job.download.as_mut()) {
                    download.due = Due::after(now, l::DOWNLOAD_RISK_MS);
                }
                return self.step(id, Step::Kept(facts), None, now);
            }
            Err(risk) => risk,
        };
        let Some(download) = self.jobs.get_mut(id).and_then(|job| job.download.as_mut()) else { return };
        download.tries = download.tries.saturating_add(1);
        let long = now.mono.saturating_sub(download.started_mono) >= l::DOWNLOAD_RISK_MS;
        let wait = (l::FIRST_POLL_MS << download.tries.min(4)).min(l::DOWNLOAD_RETRY_MAX_MS);
        download.due = Due::after(now, if self.visible { wait } else { l::POLL_HIDDEN_MS });
        let tries = download.tries;
        let gone = matches!(risk, Risk::Status(403 | 404 | 410));
        let in_memory = matches!(risk, Risk::StoreFull | Risk::StoreBroken);
        if in_memory {
            self.in_memory.insert(*id);
        }
        if gone && tries == 1 {
            // Perhaps the link ran out while the page was closed: the API may give a fresh one (FAULTS A29).
            if let Some(job) = self.jobs.get_mut(id) {
                job.poll = Some(Plan::new(now, 0));
            }
        }
        if in_memory || long || tries >= l::DOWNLOAD_TRIES || matches!(risk, Risk::TooLarge) {
            self.step(id, Step::Risk(risk), None, now);
        }
    }

    /// The person asks now: for the job, or for the bytes.
    pub(super) fn check_now(&mut self, id: &AttemptId, now: Now) {
        let Some(record) = self.library.get(id) else { return };
        match &record.state {
            State::Stalled(_) => self.step(id, Step::Wake, None, now),
            State::Running => {
                self.quiet = None;
                if let Some(plan) = self.jobs.get_mut(id).and_then(|job| job.poll.as_mut()) {
                    plan.wanted(now);
                }
            }
            State::AtRisk(_) => {
                let job = self.jobs.or_default(id);
                if let Some(download) = &mut job.download {
                    download.due = Due::after(now, 0);
                }
                job.poll = Some(Plan::new(now, 0));
            }
            _ => {}
        }
    }
}

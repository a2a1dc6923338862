//! What the connections of one server share: the model, the faults to come, the ledger.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::clock::{ClockKind, real_ms};
use super::fault::Fault;
use super::ledger::{Arrival, Ended, redact};
use super::pictures::Pictures;
use super::script::{Script, Seen};
use crate::config::Config;
use crate::message::{ApiRequest, ApiResponse};
use crate::model::Model;

/// Behind one lock: a call, its fault and its entry in the ledger are one step.
#[derive(Debug)]
pub(super) struct Inner {
    pub(super) model: Model,
    pub(super) script: Script,
    pub(super) ledger: Vec<Arrival>,
    /// Arrivals so far; goes on after a reset, so that a late note never meets another arrival's entry.
    pub(super) arrivals: u64,
    /// Present time of a settable clock.
    pub(super) set_ms: Option<u64>,
}

impl Inner {
    /// Milliseconds since 1970, on the server's clock.
    pub(super) fn now_ms(&self) -> u64 {
        self.set_ms.unwrap_or_else(real_ms)
    }

    fn entry(&mut self, number: u64) -> Option<&mut Arrival> {
        self.ledger.iter_mut().rev().find(|arrival| arrival.number == number)
    }
}

/// What one arrival gets.
pub(super) struct Verdict {
    /// The fault, if one acts.
    pub(super) fault: Fault,
    /// The answer of the model (of a copy of it when the fault says that no job is made). A fault that answers something
    /// else keeps only its CORS headers.
    pub(super) response: ApiResponse,
}

#[derive(Debug)]
pub(super) struct Shared {
    inner: Mutex<Inner>,
    pub(super) pictures: Pictures,
    /// Told when the ledger changes.
    pub(super) changed: Notify,
    /// Counts up to reset every open connection.
    pub(super) drops: watch::Sender<u64>,
    seed: u64,
}

impl Shared {
    pub(super) fn new(config: Config, seed: u64, clock: ClockKind) -> Self {
        let set_ms = match clock {
            ClockKind::Real => None,
            ClockKind::Settable { start_ms } => Some(start_ms),
        };
        let inner = Inner {
            model: Model::new(config, seed),
            script: Script::default(),
            ledger: Vec::new(),
            arrivals: 0,
            set_ms,
        };
        Self {
            inner: Mutex::new(inner),
            pictures: Pictures::default(),
            changed: Notify::new(),
            drops: watch::Sender::new(0),
            seed,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets jobs, money, faults and ledger.
    pub(super) fn reset(&self, config: Option<Config>, seed: Option<u64>) {
        let mut inner = self.lock();
        let config = config.unwrap_or_else(|| inner.model.config().clone());
        inner.model = Model::new(config, seed.unwrap_or(self.seed));
        inner.script.clear();
        inner.ledger.clear();
    }

    /// Resets every open connection.
    pub(super) fn drop_connections(&self) {
        self.drops.send_modify(|count| *count += 1);
    }

    /// Notes a request whose headers are complete, and returns the fault that acts before its body is read.
    pub(super) fn arrive(&self, request: &ApiRequest, connection: u64, reused: bool) -> (u64, Option<Fault>) {
        let mut inner = self.lock();
        inner.arrivals += 1;
        let number = inner.arrivals;
        let preflight = request.is_preflight();
        let seen =
            Seen { path: &request.path, method: &request.method, preflight, reused, content: None, status: None };
        let fault = inner.script.take(&seen);
        let at_ms = inner.now_ms();
        inner.ledger.push(Arrival {
            number,
            connection,
            reused,
            at_ms,
            method: request.method.clone(),
            path: request.path.clone(),
            query: request.query.clone(),
            headers: redact(&request.headers),
            body: Vec::new(),
            body_read: false,
            preflight,
            fault: fault.as_ref().map(|(fault, _)| *fault),
            kind: fault.as_ref().map_or_else(|| "model".to_owned(), |(_, fault)| fault.name()),
            status: None,
            job: None,
            charge: None,
            ended: Ended::Open,
        });
        drop(inner);
        self.changed.notify_waiters();
        (number, fault.map(|(_, fault)| fault))
    }

    /// Decides about a request that was read whole.
    pub(super) fn decide(&self, request: &ApiRequest, number: u64, reused: bool) -> Verdict {
        let mut inner = self.lock();
        let now_ms = inner.now_ms();
        let preflight = request.is_preflight();
        // A fetch changes nothing, so its true answer may be known before a fault is chosen by it.
        let early = (request.path == "/flux/fetch").then(|| inner.model.handle(request, now_ms));
        let status = early.as_ref().and_then(ApiResponse::json_body);
        let seen = Seen {
            path: &request.path,
            method: &request.method,
            preflight,
            reused,
            content: Some((&request.query, &request.body)),
            status: status.as_ref().and_then(|body| body.get("status")?.as_str()),
        };
        let taken = inner.script.take(&seen);
        let response = match (early, &taken) {
            (Some(response), _) => response,
            (None, Some((_, fault))) if !fault.makes_job() => inner.model.clone().handle(request, now_ms),
            (None, _) => inner.model.handle(request, now_ms),
        };
        let makes_job = taken.as_ref().is_none_or(|(_, fault)| fault.makes_job());
        let made = response.made.clone().filter(|_| makes_job);
        let answered = taken.as_ref().map_or(response.status, |(_, fault)| fault.status_for(response.status));
        if let Some(arrival) = inner.entry(number) {
            arrival.body.clone_from(&request.body);
            arrival.body_read = true;
            arrival.fault = taken.as_ref().map(|(fault, _)| *fault);
            arrival.kind = taken.as_ref().map_or_else(|| "model".to_owned(), |(_, fault)| fault.name());
            arrival.status = Some(answered);
            arrival.charge = made.as_ref().map(|made| made.quota);
            arrival.job = made.map(|made| made.job_id);
        }
        drop(inner);
        self.changed.notify_waiters();
        Verdict { fault: taken.map(|(_, fault)| fault).unwrap_or_default(), response }
    }

    /// Notes how an arrival ended.
    pub(super) fn end(&self, number: u64, ended: Ended) {
        let mut inner = self.lock();
        if let Some(arrival) = inner.entry(number) {
            arrival.ended = ended;
        }
        drop(inner);
        self.changed.notify_waiters();
    }
}

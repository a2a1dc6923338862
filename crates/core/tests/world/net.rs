//! The network of the world: what becomes of each request, and how it may go wrong.

use flux_studio_core::api::{Answer, HttpOutcome, Lost, generate};
use flux_studio_core::attempt::{FileFacts, Risk};
use flux_studio_core::effect::Effect;
use flux_studio_core::event::{Event, Reach};
use flux_studio_core::id::AttemptId;
use flux_studio_simulator::{ApiBody, ApiRequest};

use super::{START, World, store};

/// A refusal of the API.
pub const BUSY: &str = r#"{"status":"FAILED","message":"slow down","data":null}"#;

/// How one request goes wrong. Each is something a network or a server really does.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    /// The request never arrives; the page sees a network error.
    LostBefore,
    /// The request arrives and is worked on; the answer never comes back.
    LostAfter,
    /// The request arrives and is worked on; the page's time-out strikes.
    TimeoutAfter,
    /// The request arrives and is worked on; half of the answer comes back.
    Truncated,
    /// Something in front of the API answers with this status and HTML; the API worked (`true`) or never saw it.
    Html(u16, bool),
    /// The API worked; its answer arrives as this status with its JSON.
    Status(u16),
    /// The bundled proxy swears that it could not send.
    NotSent,
    /// The API never sees it; this answer comes in its place: status, body, `Retry-After`, `Date`.
    Says(u16, &'static str, Option<&'static str>, Option<&'static str>),
    /// The API worked; its body arrives changed.
    Changed(fn(String) -> String),
    /// The page's own policy refuses the request.
    Policy,
}

/// Chances of faults in thousandths, and how slow everything is.
#[derive(Debug, Clone)]
pub struct Weather {
    pub post: u32,
    pub poll: u32,
    pub download: u32,
    pub write: u32,
    pub hint_lost: u32,
    pub latency_ms: u64,
    /// Nothing gets through at all.
    pub dead: bool,
}

impl Weather {
    pub const FINE: Weather =
        Weather { post: 0, poll: 0, download: 0, write: 0, hint_lost: 0, latency_ms: 20, dead: false };
}

impl World {
    pub(super) fn arrive(&mut self, tab: usize, effect: Effect) {
        match effect {
            Effect::Post { permit, body, .. } => {
                let fault = match self.next_posts.is_empty() {
                    false => self.next_posts.remove(0),
                    true if self.chance(self.weather.post) => Some(self.a_fault()),
                    true => None,
                };
                let outcome = self.call("POST", "/flux/generate", Some(&body), fault, true);
                let id = permit.spend();
                if matches!(generate::classify(&outcome), generate::Outcome::Held(_)) {
                    *self.held.entry(id).or_default() += 1;
                }
                self.answer(tab, Event::Posted(id, outcome));
            }
            Effect::Poll { id, body, .. } => {
                self.polls += 1;
                let fault = match self.next_polls.pop_front() {
                    Some(fault) => fault,
                    None => self.chance(self.weather.poll).then(|| self.a_fault()),
                };
                let outcome = self.call("POST", "/flux/fetch", Some(&body), fault, false);
                if let HttpOutcome::Answer(answer) = &outcome
                    && answer.status == 200
                    && String::from_utf8_lossy(&answer.body).contains("FAILED")
                {
                    self.said_failed.insert(id);
                }
                self.answer(tab, Event::Polled(id, outcome));
            }
            Effect::Probe { purpose, body, .. } => {
                self.probes += 1;
                let fault = match self.next_probes.pop_front() {
                    Some(fault) => fault,
                    None => self.chance(self.weather.poll).then(|| self.a_fault()),
                };
                let outcome = self.call("POST", "/flux/fetch", Some(&body), fault, false);
                let reach = if matches!(outcome, HttpOutcome::Lost(_)) { self.reach } else { Reach::NotAsked };
                self.answer(tab, Event::Probed(purpose, outcome, reach));
            }
            Effect::Account { .. } => self.answer(tab, Event::Account(None)),
            Effect::Download { id, routes } => {
                self.downloads += 1;
                let result = self.download(tab, &id, routes.last().expect("a route"));
                self.answer(tab, Event::Downloaded(id, result));
            }
            other => panic!("{other:?} does not go over the network"),
        }
    }

    fn a_fault(&mut self) -> Fault {
        match self.random.u32(0..14) {
            0 => Fault::LostBefore,
            1 => Fault::LostAfter,
            2 => Fault::TimeoutAfter,
            3 => Fault::Truncated,
            4 => Fault::Html(502, true),
            5 => Fault::Html(200, false),
            6 => Fault::Html(499, false),
            7 => Fault::Status(500),
            8 => Fault::Says(429, BUSY, Some("3"), None),
            9 => Fault::Says(429, BUSY, None, None),
            10 => Fault::Says(499, BUSY, None, None),
            11 => Fault::Changed(|body| body.replace("jobId", "idOfTheJob")),
            12 => Fault::Changed(|body| body.replace("\"status\":\"", "\"status\":\"NOT_")),
            _ => Fault::NotSent,
        }
    }

    fn call(&mut self, method: &str, path: &str, body: Option<&str>, fault: Option<Fault>, paid: bool) -> HttpOutcome {
        let fault = if self.weather.dead { Some(Fault::LostBefore) } else { fault };
        self.faults += u32::from(fault.is_some());
        let reaches = !matches!(
            fault,
            Some(Fault::LostBefore | Fault::Html(_, false) | Fault::NotSent | Fault::Says(..) | Fault::Policy)
        );
        let mut answer = Answer::default();
        if reaches {
            self.arrivals += u32::from(paid);
            let mut request = ApiRequest::new(method, path).header("TT-API-KEY", self.key);
            request.body = body.unwrap_or_default().as_bytes().to_vec();
            let response = self.api.handle(&request.header("content-type", "application/json"), START + self.mono);
            answer.status = response.status;
            answer.studio_proxy = self.proxied;
            answer.retry_after = response.find_header("retry-after").map(str::to_owned);
            if let ApiBody::Bytes(bytes) = response.body {
                answer.body = bytes;
            }
        }
        match fault {
            None => HttpOutcome::Answer(answer),
            Some(Fault::LostBefore | Fault::LostAfter) => HttpOutcome::Lost(Lost::Network),
            Some(Fault::TimeoutAfter) => HttpOutcome::Lost(Lost::Timeout),
            Some(Fault::Truncated) => {
                answer.body.truncate(answer.body.len() / 2);
                HttpOutcome::Lost(Lost::Body(answer.status, answer.body))
            }
            Some(Fault::Html(status, _)) => {
                HttpOutcome::Answer(Answer { status, body: b"<html>no</html>".to_vec(), ..Answer::default() })
            }
            Some(Fault::Status(status)) => HttpOutcome::Answer(Answer { status, ..answer }),
            Some(Fault::NotSent) => {
                HttpOutcome::Answer(Answer { status: 502, studio_proxy: true, not_sent: true, ..Answer::default() })
            }
            Some(Fault::Says(status, body, retry_after, date)) => HttpOutcome::Answer(Answer {
                status,
                body: body.as_bytes().to_vec(),
                retry_after: retry_after.map(str::to_owned),
                date: date.map(str::to_owned),
                ..Answer::default()
            }),
            Some(Fault::Changed(change)) => {
                answer.body = change(String::from_utf8_lossy(&answer.body).into_owned()).into_bytes();
                HttpOutcome::Answer(answer)
            }
            Some(Fault::Policy) => HttpOutcome::Lost(Lost::Policy),
        }
    }

    fn download(&mut self, tab: usize, id: &AttemptId, route: &str) -> Result<FileFacts, Risk> {
        if self.weather.dead {
            return Err(Risk::Unreachable);
        }
        if let Some(Some(risk)) = self.next_downloads.pop_front() {
            return Err(risk);
        }
        if self.chance(self.weather.download) {
            return Err(match self.random.u32(0..4) {
                0 => Risk::Unreachable,
                1 => Risk::Status(503),
                2 => Risk::NotAnImage,
                _ => Risk::Status(404),
            });
        }
        let path = route.strip_prefix("https://cdn.ttapi.io").expect("the CDN's address");
        let response = self.api.handle(&ApiRequest::new("GET", path), START + self.mono);
        let ApiBody::Image(image) = response.body else { return Err(Risk::Status(response.status)) };
        if self.chance(self.weather.write) {
            return Err(Risk::StoreFull);
        }
        let seed = if self.drift { image.seed ^ u64::from(self.downloads) } else { image.seed };
        // The first verified copy is kept (FAULTS A33).
        let seed = match self.tabs[tab].alive {
            true => *self.store.bytes.entry(*id).or_insert(seed),
            false => seed,
        };
        let sha256 = store::sha256(seed);
        Ok(FileFacts { mime: "image/png".to_owned(), bytes: 1_000, sha256, width: image.width, height: image.height })
    }
}

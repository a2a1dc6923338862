//! Who answers for the API: the network with the person's key, or the demo's service in the worker. Both give the same
//! outcomes, so that everything above is the same in both.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use flux_studio_bytes::{Done, Task};
use flux_studio_core::api::{Answer, HttpOutcome, Lost};
use flux_studio_core::attempt::Risk;
use flux_studio_core::attempt::permit::SendPermit;
use flux_studio_core::event::Reach;
use flux_studio_core::id::AttemptId;
use flux_studio_core::secret::Secret;
use flux_studio_core::sniff::Picture;

use super::session::Library;
use crate::platform::db::Store;
use crate::platform::vault::Vault;
use crate::platform::worker::Worker;
use crate::platform::{clock, download, http, reach};

/// Name of the demo's snapshot in its database.
const SNAPSHOT: &str = "service";

/// Who answers.
pub enum Answers {
    /// The API, with the key in this vault.
    Network(Rc<Vault>),
    /// The demo.
    Demo(Demo),
}

/// A request needs the key of the connection that it is for.
pub struct Bound(pub Option<String>);

impl Answers {
    /// The paid request: whose it was, and what came of it.
    pub async fn post(
        &self,
        bound: &Bound,
        permit: SendPermit,
        url: &str,
        body: &str,
        request_id: bool,
    ) -> (AttemptId, HttpOutcome) {
        match self {
            Answers::Network(vault) => match key(vault, bound) {
                Some(key) => http::post(permit, &key, url, body, request_id).await,
                None => (permit.spend(), HttpOutcome::Lost(Lost::NoKey)),
            },
            Answers::Demo(demo) => {
                let id = permit.spend();
                (id, demo.call("POST", "/flux/generate", body).await)
            }
        }
    }

    /// The question for a job.
    pub async fn ask(&self, bound: &Bound, url: &str, body: &str) -> HttpOutcome {
        match self {
            Answers::Network(vault) => match key(vault, bound) {
                Some(key) => http::ask(&key, url, body).await,
                None => HttpOutcome::Lost(Lost::NoKey),
            },
            Answers::Demo(demo) => demo.call("POST", "/flux/fetch", body).await,
        }
    }

    /// The account.
    pub async fn account(&self, bound: &Bound, url: &str) -> HttpOutcome {
        match self {
            Answers::Network(vault) => match key(vault, bound) {
                Some(key) => http::get(&key, url).await,
                None => HttpOutcome::Lost(Lost::NoKey),
            },
            Answers::Demo(demo) => demo.call("GET", "/midjourney/v1/info", "").await,
        }
    }

    /// What can be found out about a server that gave this outcome.
    pub async fn reach(&self, url: &str, outcome: &HttpOutcome) -> Reach {
        match (self, outcome) {
            (Answers::Network(_), HttpOutcome::Lost(Lost::Network | Lost::Timeout | Lost::Body(..))) => {
                reach::of(url).await
            }
            _ => Reach::NotAsked,
        }
    }

    /// The image.
    ///
    /// # Errors
    /// Why it did not come whole.
    pub async fn image(&self, routes: &[String]) -> Result<(Picture, Vec<u8>), Risk> {
        match self {
            Answers::Network(_) => download::image(routes).await,
            Answers::Demo(demo) => demo.image(routes).await,
        }
    }
}

fn key(vault: &Vault, bound: &Bound) -> Option<Rc<Secret>> {
    vault.key(bound.0.as_deref()?)
}

/// The demo's service. It lives in the worker; its snapshot lies in the demo's database, written before an answer that
/// changed it is told, so that a reload goes on where the last one stopped.
pub struct Demo {
    worker: Worker,
    store: Rc<Library>,
    /// The start of the worker that knows the service.
    known: Cell<u32>,
    snapshot: RefCell<Option<String>>,
}

impl Demo {
    /// The service as it was left in this database.
    pub async fn open(worker: Worker, store: Rc<Library>) -> Demo {
        let snapshot = store.text(SNAPSHOT).await.ok().flatten();
        Demo { worker, store, known: Cell::new(0), snapshot: RefCell::new(snapshot) }
    }

    async fn call(&self, method: &str, target: &str, body: &str) -> HttpOutcome {
        match self.run(method, target, body).await {
            Ok((status, body)) => HttpOutcome::Answer(Answer { status, body, ..Answer::default() }),
            Err(_) => HttpOutcome::Lost(Lost::Network),
        }
    }

    async fn image(&self, routes: &[String]) -> Result<(Picture, Vec<u8>), Risk> {
        // The last route is the image's own address; its path is all that the service knows.
        let path =
            routes.last().and_then(|route| web_sys::Url::new(route).ok()).map(|url| url.pathname()).unwrap_or_default();
        let (status, bytes) = self.run("GET", &path, "").await.map_err(|_| Risk::Unreachable)?;
        if status != 200 {
            return Err(Risk::Status(status));
        }
        download::judge(&bytes).map(|picture| (picture, bytes))
    }

    async fn run(&self, method: &str, target: &str, body: &str) -> Result<(u16, Vec<u8>), String> {
        // A worker that is not running yet, or was started anew, knows no service.
        if self.known.get() == 0 || self.known.get() != self.worker.starts() {
            let snapshot = self.snapshot.borrow().clone();
            self.worker.run(Task::DemoStart { snapshot, seed: clock::seed() }, None).await?;
            self.known.set(self.worker.starts());
        }
        let call = Task::DemoCall {
            method: method.to_owned(),
            target: target.to_owned(),
            body: body.to_owned(),
            now_ms: clock::wall().0,
        };
        let (done, buffers) = self.worker.run(call, None).await?;
        let Done::DemoAnswer { status, snapshot } = done else { return Err("another answer".to_owned()) };
        if let Some(snapshot) = snapshot {
            // Where it is not kept, the demo begins anew after a reload: nothing of worth is lost.
            let _ = self.store.put_text(SNAPSHOT, &snapshot).await;
            *self.snapshot.borrow_mut() = Some(snapshot);
        }
        Ok((status, buffers.into_iter().next().unwrap_or_default()))
    }
}

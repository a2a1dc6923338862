//! Runs what the studio wants done: one function to an effect, each answered by an event.

use std::rc::Rc;

use flux_studio_core::address::Connection;
use flux_studio_core::api::{HttpOutcome, info};
use flux_studio_core::attempt::permit::Claim;
use flux_studio_core::attempt::{FileFacts, Record, Risk};
use flux_studio_core::effect::{Effect, Purpose, Ticket, Write};
use flux_studio_core::event::{Event, WriteProblem};
use flux_studio_core::id::AttemptId;
use wasm_bindgen_futures::spawn_local;

use super::answers::Bound;
use super::runtime::tell;
use super::session::{Place, Session};
use crate::platform::db::{Failure, Store, Stored};
use crate::platform::locks::{self, Ask, Taken};
use crate::platform::tabs::Hint;
use crate::platform::{clock, download, spares, timer};

/// Milliseconds after which a sent request without an outcome belongs to a dead tab, where there are no locks to tell:
/// longer than any request may take.
const ORPHAN_MS: u64 = 120_000;

/// Names of texts in the database.
pub const SETTINGS: &str = "settings";
/// The composer's draft.
pub const DRAFT: &str = "draft";

/// Starts an effect. Nothing of it happens before this returns but what is ordered: writes are queued.
pub fn run(session: &Rc<Session>, effect: Effect) {
    match effect {
        Effect::Write(write) => queue(session, write, false),
        Effect::Claim(write) => queue(session, write, true),
        Effect::Hurry(ticket) => hurry(session, ticket),
        // The demo's jobs are worth nothing.
        Effect::Spare(..) if session.place == Place::Demo => {}
        Effect::Spare(id, job) => spares::set(&id, job.as_ref()),
        Effect::Unlock(id) => drop(session.sending.borrow_mut().remove(&id)),
        Effect::Post { permit, url, body, request_id } => {
            let bound = bound(session);
            spawn(session, async move |session| {
                let (id, outcome) = session.answers.post(&bound, permit, &url, &body, request_id).await;
                tell(&session, Event::Posted(id, outcome));
            });
        }
        Effect::Poll { id, url, body, .. } => {
            let bound = bound(session);
            spawn(session, async move |session| {
                let outcome = session.answers.ask(&bound, &url, &body).await;
                tell(&session, Event::Polled(id, outcome));
            });
        }
        Effect::Probe { purpose, url, body } => probe(session, purpose, url, body),
        Effect::Account { url } => {
            let bound = bound(session);
            spawn(session, async move |session| {
                let account = match session.answers.account(&bound, &url).await {
                    HttpOutcome::Answer(answer) if answer.status == 200 => info::read(&answer.body),
                    _ => None,
                };
                tell(&session, Event::Account(account));
            });
        }
        Effect::Download { id, routes } => spawn(session, async move |session| {
            let result = keep_image(&session, &id, &routes).await;
            tell(&session, Event::Downloaded(id, result));
        }),
        Effect::Erase(id) => spawn(session, async move |session| {
            // What could not be taken away is tried again at the next start.
            if session.store.erase(&id).await.is_ok() {
                tell(&session, Event::Erased(id));
            }
        }),
        Effect::Watch(id) => watch(session, id),
        // All rows are read again when the page moves again.
        Effect::Refresh(_) if session.frozen.get() => {}
        Effect::Refresh(ids) => spawn(session, async move |session| {
            let (known, open) = (session.store.read(&ids).await, session.store.open_rows().await);
            let rows: Vec<Record> = known.into_iter().chain(open).flatten().collect();
            tell(&session, Event::Rows(rows));
        }),
        Effect::Share(shared) => session.tabs.tell(&Hint::Queue(shared)),
        Effect::Announce(ids) => session.tabs.tell(&Hint::Rows(ids)),
        // The demo shows the person's settings and keeps none of its own.
        Effect::SaveSettings(_) if session.place == Place::Demo => {}
        Effect::SaveSettings(value) => spawn(session, async move |session| {
            // What was chosen holds in this tab; where the store refuses everything, rows say so.
            if session.store.put_text(SETTINGS, &value).await.is_ok() {
                session.tabs.tell(&Hint::Settings);
            }
        }),
        Effect::SaveDraft(value) => spawn(session, async move |session| {
            // A draft that is not kept is on the screen.
            let _ = session.store.put_text(DRAFT, &value).await;
        }),
    }
}

/// Reads rows again and tells the studio.
pub fn read(session: &Rc<Session>, ids: Vec<AttemptId>) {
    spawn(session, async move |session| {
        if let Ok(rows) = session.store.read(&ids).await {
            tell(&session, Event::Rows(rows));
        }
    });
}

fn spawn(session: &Rc<Session>, run: impl AsyncFnOnce(Rc<Session>) + 'static) {
    let session = Rc::clone(session);
    spawn_local(async move { run(session).await });
}

/// The connection that holds now: a key for it is used, or none.
fn bound(session: &Session) -> Bound {
    Bound(session.studio.borrow().connection().map(Connection::binding))
}

fn probe(session: &Rc<Session>, purpose: Purpose, url: String, body: String) {
    let bound = bound(session);
    spawn(session, async move |session| {
        let outcome = session.answers.ask(&bound, &url, &body).await;
        let reach = session.answers.reach(&url, &outcome).await;
        tell(&session, Event::Probed(purpose, outcome, reach));
    });
}

/// Rows are written one after the other, in the order in which the studio decided; but no job id waits until five
/// thousand tags are written.
fn queue(session: &Rc<Session>, write: Write, claim: bool) {
    let line = if write.patient { &session.patient } else { &session.writes };
    line.borrow_mut().push_back((write, claim));
    if session.writing.replace(true) {
        return;
    }
    spawn(session, async move |session| {
        loop {
            let next = session.writes.borrow_mut().pop_front();
            let next = next.or_else(|| session.patient.borrow_mut().pop_front());
            let Some((write, claim)) = next else { break };
            if claim {
                let result = self::claim(&session, &write).await;
                tell(&session, Event::Claimed(write.ticket, result));
            } else {
                let result = session.store.commit(&write.row, write.raw.as_ref()).await;
                tell(&session, Event::Written(write.ticket, result));
            }
        }
        session.writing.set(false);
    });
}

/// A mark that something of money waits for goes with the others of its kind.
fn hurry(session: &Session, ticket: Ticket) {
    let mut patient = session.patient.borrow_mut();
    let at = patient.iter().position(|(write, _)| write.ticket == ticket);
    if let Some(write) = at.and_then(|at| patient.remove(at)) {
        session.writes.borrow_mut().push_back(write);
    }
}

/// The lock first, so that no other tab can see the row as `Sending` under a free lock; then compare-and-set. The lock is
/// held until the outcome is on disk.
async fn claim(session: &Session, write: &Write) -> Result<Claim, WriteProblem> {
    let id = &write.row.id;
    match locks::take(&format!("send:{id}"), Ask::Now, || {}).await {
        Taken::Busy => return Err(WriteProblem::Locked),
        Taken::Held(held) => drop(session.sending.borrow_mut().insert(*id, held)),
        Taken::Missing => {}
    }
    match session.store.commit(&write.row, write.raw.as_ref()).await {
        Ok(()) => Ok(Claim::committed(write.row.clone())),
        Err(problem) => {
            drop(session.sending.borrow_mut().remove(id));
            Err(problem)
        }
    }
}

/// Waits until nobody sends this attempt any more: its tab has written the outcome, or is gone.
fn watch(session: &Rc<Session>, id: AttemptId) {
    spawn(session, async move |session| {
        match locks::take(&format!("send:{id}"), Ask::InTurn, || {}).await {
            Taken::Held(held) => drop(session.sending.borrow_mut().insert(id, held)),
            Taken::Busy => return,
            Taken::Missing => {
                // Without locks only time tells.
                let sent = session.studio.borrow().record(&id).and_then(|record| record.sent).unwrap_or_default();
                let left = ORPHAN_MS.saturating_sub(clock::wall().since(sent));
                timer::sleep(u32::try_from(left).unwrap_or_default()).await;
            }
        }
        tell(&session, Event::Orphaned(id));
    });
}

/// Fetches an image, keeps it, and reads it back: kept is what came back with the same length and hash. What could not be
/// kept stays in memory, and only the keeping is tried again.
async fn keep_image(session: &Session, id: &AttemptId, routes: &[String]) -> Result<FileFacts, Risk> {
    let stored = match session.pictures.unkept(id) {
        Some(stored) => stored,
        None => {
            let (picture, data) = session.answers.image(routes).await?;
            // Only where there is no WebCrypto and the worker fails too. The bytes are not stored without their hash.
            let Ok(sha256) = session.pictures.sha256(&data).await else { return Err(Risk::StoreBroken) };
            Rc::new(Stored { mime: picture.mime.to_owned(), sha256, data })
        }
    };
    let picture = download::judge(&stored.data)?;
    if let Err(failure) = keep(session, id, &stored).await {
        session.pictures.hold_unkept(id, stored);
        return Err(if failure.full() { Risk::StoreFull } else { Risk::StoreBroken });
    }
    session.pictures.kept(id);
    let bytes = stored.data.len() as u64;
    Ok(FileFacts {
        mime: stored.mime.clone(),
        bytes,
        sha256: stored.sha256.clone(),
        width: picture.width,
        height: picture.height,
    })
}

async fn keep(session: &Session, id: &AttemptId, stored: &Stored) -> Result<(), Failure> {
    session.store.put_bytes(id, stored).await?;
    let back = session.store.bytes(id).await?;
    let right = match &back {
        Some(back) => {
            back.data.len() == stored.data.len()
                && session.pictures.sha256(&back.data).await.is_ok_and(|sha256| sha256 == stored.sha256)
        }
        None => false,
    };
    if right {
        Ok(())
    } else {
        Err(Failure { name: "DataError".to_owned(), message: "other bytes came back".to_owned() })
    }
}

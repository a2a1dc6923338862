//! Which requests the page's own policy refused. A refused `fetch` fails like any other; only the event
//! `securitypolicyviolation` tells that it was certainly not sent.

use std::cell::RefCell;
use std::collections::VecDeque;

use wasm_bindgen::JsCast;
use web_sys::{SecurityPolicyViolationEvent, SecurityPolicyViolationEventDisposition};

use super::{clock, listen::Listener, timer};

/// Refusals that are remembered; a request asks within a few milliseconds of its failure.
const KEPT: usize = 32;
/// Milliseconds that browsers take to tell of a refusal after the request has failed: it comes as a task of its own.
const LATE_MS: u32 = 40;

thread_local! {
    static REFUSED: RefCell<VecDeque<(u64, String)>> = const { RefCell::new(VecDeque::new()) };
}

/// Starts to listen; the listener ends with what is returned.
#[must_use]
pub fn watch() -> Option<Listener> {
    let document = web_sys::window()?.document()?;
    Some(Listener::new(&document, "securitypolicyviolation", |event| {
        let Ok(event) = event.dyn_into::<SecurityPolicyViolationEvent>() else { return };
        if event.disposition() != SecurityPolicyViolationEventDisposition::Enforce
            || event.effective_directive() != "connect-src"
        {
            return;
        }
        REFUSED.with_borrow_mut(|refused| {
            refused.push_back((clock::now().mono, event.blocked_uri()));
            if refused.len() > KEPT {
                refused.pop_front();
            }
        });
    }))
}

/// Whether the request to `url`, begun at `since` (milliseconds of the monotonic clock) and failed, was refused by the
/// page's policy.
pub async fn refused(url: &str, since: u64) -> bool {
    timer::sleep(LATE_MS).await;
    // Some browsers tell the whole address, some only the origin.
    REFUSED.with_borrow(|refused| {
        refused.iter().any(|(at, blocked)| *at >= since && !blocked.is_empty() && url.starts_with(blocked.as_str()))
    })
}

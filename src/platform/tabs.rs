//! What tabs tell each other: hints that rows or settings changed. A hint is never the truth, any page of the origin may
//! send one: whoever hears it reads the store.

use std::cell::RefCell;
use std::rc::Rc;

use flux_studio_core::effect::Shared;
use flux_studio_core::id::AttemptId;
use flux_studio_core::sorted::SortedSet;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

use super::listen::Listener;
use super::timer::Timer;

/// Milliseconds in which hints are gathered: a batch, or a flood, is one reading.
const GATHER_MS: u64 = 40;
/// Rows that are read for one gathering; a forged flood costs no more.
const ROWS_MAX: usize = 2_000;

/// What another tab hinted at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hint {
    /// These rows changed.
    Rows(Vec<AttemptId>),
    /// Settings changed.
    Settings,
    /// The kept key changed, or is gone.
    Key,
    /// Something about the queue.
    Queue(Shared),
    /// Who leads?
    WhoLeads,
    /// The one that says this.
    Leads,
}

/// This tab's end of the channel; closed by its drop. A browser without channels has tabs that hear of each other when
/// they come to the front.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _listener: Option<Listener>,
}

impl Tabs {
    /// Joins the tabs of this name.
    #[must_use]
    pub fn join(name: &str, heard: impl Fn(Hint) + 'static) -> Tabs {
        let channel = BroadcastChannel::new(name).ok();
        let heard = Rc::new(heard);
        let gathered: Rc<RefCell<(SortedSet<AttemptId>, Option<Timer>)>> = Rc::default();
        let listener = channel.as_ref().map(|channel| {
            Listener::new(channel, "message", move |event| {
                let Some(text) = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string())
                else {
                    return;
                };
                let ids = match serde_json::from_str::<Hint>(&text) {
                    Ok(Hint::Rows(ids)) => ids,
                    Ok(other) => return heard(other),
                    Err(_) => return,
                };
                let mut inner = gathered.borrow_mut();
                inner.0.extend(ids.into_iter().take(ROWS_MAX));
                if inner.1.is_none() && !inner.0.is_empty() {
                    let (heard, gathered) = (Rc::clone(&heard), Rc::clone(&gathered));
                    inner.1 = Some(Timer::after(GATHER_MS, move || {
                        let ids = std::mem::take(&mut *gathered.borrow_mut()).0;
                        heard(Hint::Rows(ids.iter().take(ROWS_MAX).cloned().collect()));
                    }));
                }
            })
        });
        Tabs { channel, _listener: listener }
    }

    /// Whether others can hear this tab.
    #[must_use]
    pub fn can_tell(&self) -> bool {
        self.channel.is_some()
    }

    /// Tells the other tabs.
    pub fn tell(&self, hint: &Hint) {
        if let (Some(channel), Ok(text)) = (&self.channel, serde_json::to_string(hint)) {
            let _ = channel.post_message(&JsValue::from(text));
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}

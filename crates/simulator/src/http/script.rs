//! Choosing the fault for an arrival, and counting.

use serde_json::Value;

use super::fault::{Fault, Match, Wire};

/// What a fault is matched against.
pub(super) struct Seen<'a> {
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) preflight: bool,
    pub(super) reused: bool,
    /// Query and body; `None` while the body is still to be read.
    pub(super) content: Option<(&'a str, &'a [u8])>,
    /// Status of the true answer to a fetch.
    pub(super) status: Option<&'a str>,
}

impl Match {
    /// Whether all conditions hold, counters aside.
    fn holds(&self, seen: &Seen<'_>) -> bool {
        let method = self.method.as_ref().is_none_or(|method| method.eq_ignore_ascii_case(seen.method));
        let status = self.status.as_ref().is_none_or(|status| seen.status == Some(status.as_str()));
        self.target.covers(seen.path)
            && method
            && self.preflight == seen.preflight
            && self.reused.is_none_or(|reused| reused == seen.reused)
            && status
            && self.prompt.as_ref().is_none_or(|text| prompt_of(seen).is_some_and(|prompt| prompt.contains(text)))
            && self.text.as_ref().is_none_or(|text| contains(seen, text))
    }
}

fn prompt_of(seen: &Seen<'_>) -> Option<String> {
    let (_, body) = seen.content?;
    let body: Value = serde_json::from_slice(body).ok()?;
    body.get("prompt")?.as_str().map(str::to_owned)
}

fn contains(seen: &Seen<'_>, text: &str) -> bool {
    seen.content.is_some_and(|(query, body)| query.contains(text) || String::from_utf8_lossy(body).contains(text))
}

/// The faults still to come.
#[derive(Debug, Default)]
pub(super) struct Script {
    faults: Vec<(u64, Fault)>,
    pushed: u64,
}

impl Script {
    /// Adds a fault at the end and returns its number, from 1.
    pub(super) fn push(&mut self, fault: Fault) -> u64 {
        self.pushed += 1;
        self.faults.push((self.pushed, fault));
        self.pushed
    }

    pub(super) fn clear(&mut self) {
        self.faults.clear();
    }

    pub(super) fn list(&self) -> Vec<&Fault> {
        self.faults.iter().map(|(_, fault)| fault).collect()
    }

    /// The fault for this arrival. Before the body is read (`content` is `None`) only faults that can and must act then are
    /// looked at, so that no counter moves twice.
    pub(super) fn take(&mut self, seen: &Seen<'_>) -> Option<(u64, Fault)> {
        let early_turn = seen.content.is_none();
        let found = self.faults.iter_mut().position(|(_, fault)| {
            let on = &mut fault.on;
            let early =
                fault.wire == Wire::ResetBeforeBody && on.prompt.is_none() && on.text.is_none() && on.status.is_none();
            if early != early_turn || on.times == Some(0) || !on.holds(seen) {
                return false;
            }
            if on.skip > 0 {
                on.skip -= 1;
                return false;
            }
            true
        })?;
        let (number, fault) = self.faults.get_mut(found)?;
        let taken = (*number, fault.clone());
        if let Some(times) = &mut fault.on.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.faults.remove(found);
            }
        }
        Some(taken)
    }
}

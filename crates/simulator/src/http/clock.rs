//! The clock that a server gives to its model.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// Which clock a server has. Delays of faults always take real time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockKind {
    /// The system's.
    #[default]
    Real,
    /// One that stands still until it is advanced.
    Settable {
        /// Where it starts, milliseconds since 1970.
        start_ms: u64,
    },
}

/// Milliseconds since 1970.
pub(super) fn real_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}

//! Waiting for a condition, the only way in which a story waits.
//!
//! The reason of the last refusal is what a failed test has to say, so every look returns one.

use std::time::{Duration, Instant};

/// For what needs no network: an answer of the page to a press.
pub const SHORT: Duration = Duration::from_secs(5);
/// For a job: the first poll comes after two seconds, and two cores serve two browsers.
pub const USUAL: Duration = Duration::from_secs(20);
/// For a queue of jobs, or for something that the page tries again by a clock of its own.
pub const LONG: Duration = Duration::from_secs(75);

/// How often is looked.
const STEP: Duration = Duration::from_millis(60);

/// What a look finds, or the reason why not yet.
pub type Seen<T> = Result<T, String>;

/// Looks until there is something to return.
///
/// # Panics
/// When `patience` is over, with the reason of the last look.
pub async fn eventually<T>(what: &str, patience: Duration, mut look: impl AsyncFnMut() -> Seen<T>) -> T {
    let start = Instant::now();
    loop {
        // However long a look takes, there is one that begins when time is up.
        let last = start.elapsed() >= patience;
        match look().await {
            Ok(found) => return found,
            Err(reason) if last => panic!("waited {patience:?} for {what}: {reason}"),
            Err(_) => tokio::time::sleep(STEP).await,
        }
    }
}

/// `Ok` when it holds, else the reason.
///
/// # Errors
/// The reason, when it does not hold.
pub fn check(holds: bool, reason: impl FnOnce() -> String) -> Seen<()> {
    if holds { Ok(()) } else { Err(reason()) }
}

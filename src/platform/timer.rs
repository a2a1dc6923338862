//! Timers that end with their owner: dropping a [`Timer`] or [`Ticker`] cancels it, so that nothing late can happen.

use gloo_timers::callback::{Interval, Timeout};
use gloo_timers::future::TimeoutFuture;

/// Longest delay that browsers take (2^31 - 1 ms); a longer one would fire at once.
const LONGEST_MS: u64 = 2_147_483_647;

/// Calls once.
pub struct Timer(Timeout);

impl Timer {
    /// Calls `f` once after `ms` milliseconds, unless dropped before.
    #[must_use]
    pub fn after(ms: u64, f: impl FnOnce() + 'static) -> Timer {
        Timer(Timeout::new(ms.min(LONGEST_MS) as u32, f))
    }

    /// Lets it fire without an owner: for clean-ups that own all they touch.
    pub fn forget(self) {
        self.0.forget();
    }
}

/// Calls again and again.
pub struct Ticker(#[allow(dead_code, reason = "held for its drop")] Interval);

impl Ticker {
    /// Calls `f` each `ms` milliseconds until dropped.
    #[must_use]
    pub fn every(ms: u32, f: impl FnMut() + 'static) -> Ticker {
        Ticker(Interval::new(ms, f))
    }
}

/// Waits.
pub async fn sleep(ms: u32) {
    TimeoutFuture::new(ms).await;
}

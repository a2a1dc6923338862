//! Fingers on the screen, by the browser's own touch events.

use std::time::Duration;

use serde_json::{Value, json};

use crate::studio::Studio;

/// A place in the window, in CSS pixels.
pub type Spot = (f64, f64);

/// How long a finger rests between two places, as a hand's does between two frames.
const REST: Duration = Duration::from_millis(16);

impl Studio {
    /// Makes the window a screen for fingers.
    pub async fn with_fingers(&self) {
        let touch = json!({"enabled": true, "maxTouchPoints": 5});
        self.browser.cdp("Emulation.setTouchEmulationEnabled", touch).await;
    }

    /// Puts fingers down.
    pub async fn fingers_down(&self, at: &[Spot]) {
        self.touch("touchStart", at).await;
    }

    /// Moves the fingers that are down in so many steps, each from its place to the one of the same number.
    pub async fn fingers_go(&self, from: &[Spot], to: &[Spot], steps: u32) {
        for step in 1..=steps {
            let part = f64::from(step) / f64::from(steps);
            let between =
                |(from, to): (&Spot, &Spot)| (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            let at: Vec<Spot> = from.iter().zip(to).map(between).collect();
            self.touch("touchMove", &at).await;
            tokio::time::sleep(REST).await;
        }
    }

    /// Lifts all fingers.
    pub async fn fingers_up(&self) {
        self.touch("touchEnd", &[]).await;
    }

    /// One finger down for so long.
    pub async fn finger_press(&self, at: Spot, held: Duration) {
        self.fingers_down(&[at]).await;
        tokio::time::sleep(held).await;
        self.fingers_up().await;
    }

    async fn touch(&self, kind: &str, at: &[Spot]) {
        let point = |(id, (x, y)): (usize, &Spot)| json!({"x": x, "y": y, "id": id});
        let points: Vec<Value> = at.iter().enumerate().map(point).collect();
        self.browser.cdp("Input.dispatchTouchEvent", json!({"type": kind, "touchPoints": points})).await;
    }
}

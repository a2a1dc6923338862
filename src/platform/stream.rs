//! Reading a body piece by piece under a deadline and a limit, so that neither a stalled nor an endless answer can hold
//! the page, and what had arrived is kept.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, ReadableStream, ReadableStreamDefaultReader};

use super::timer::Timer;

/// A time by which something must have happened; then the request and its body are aborted.
pub struct Deadline {
    controller: AbortController,
    passed: Rc<Cell<bool>>,
    timer: RefCell<Option<Timer>>,
}

impl Deadline {
    /// Aborts in `ms` milliseconds. `None` where the browser has no `AbortController`.
    #[must_use]
    pub fn after(ms: u32) -> Option<Deadline> {
        let controller = AbortController::new().ok()?;
        let deadline = Deadline { controller, passed: Rc::default(), timer: RefCell::new(None) };
        deadline.restart(ms);
        Some(deadline)
    }

    /// Begins anew: something has happened.
    pub fn restart(&self, ms: u32) {
        let (controller, passed) = (self.controller.clone(), Rc::clone(&self.passed));
        let timer = Timer::after(u64::from(ms), move || {
            passed.set(true);
            controller.abort();
        });
        *self.timer.borrow_mut() = Some(timer);
    }

    /// For the request.
    #[must_use]
    pub fn signal(&self) -> AbortSignal {
        self.controller.signal()
    }

    /// Whether it was the deadline that ended the request.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.passed.get()
    }
}

impl Drop for Deadline {
    /// Ends a request that nobody waits for any more; a finished one is not touched by it.
    fn drop(&mut self) {
        self.controller.abort();
    }
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It was read to its end.
    Whole,
    /// It is longer than the limit; the rest was not read.
    Long,
    /// The line broke, or the deadline passed.
    Broken,
}

/// Reads a body to its end, at most `limit` bytes of it. `arrived` is called for each piece.
pub async fn read(body: Option<ReadableStream>, limit: usize, mut arrived: impl FnMut()) -> (Vec<u8>, End) {
    let mut bytes = Vec::new();
    // Answers without a body (204) have no stream.
    let Some(body) = body else { return (bytes, End::Whole) };
    let Ok(reader) = body.get_reader().dyn_into::<ReadableStreamDefaultReader>() else { return (bytes, End::Broken) };
    let (key_done, key_value) = (JsValue::from("done"), JsValue::from("value"));
    loop {
        let Ok(piece) = JsFuture::from(reader.read()).await else { return (bytes, End::Broken) };
        arrived();
        if Reflect::get(&piece, &key_done).is_ok_and(|done| done.is_truthy()) {
            return (bytes, End::Whole);
        }
        let Some(chunk) = Reflect::get(&piece, &key_value).ok().and_then(|value| value.dyn_into::<Uint8Array>().ok())
        else {
            return (bytes, End::Broken);
        };
        let start = bytes.len();
        let room = limit.saturating_sub(start);
        let taken = (chunk.length() as usize).min(room);
        bytes.resize(start + taken, 0);
        if let Some(end) = bytes.get_mut(start..) {
            chunk.subarray(0, taken as u32).copy_to(end);
        }
        if chunk.length() as usize > room {
            // Nobody waits for the rest; a refusal to cancel changes nothing.
            let _ = reader.cancel();
            return (bytes, End::Long);
        }
    }
}

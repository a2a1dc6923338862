//! The page's end of the worker that works on bytes. It is loaded at its first use and started again after it failed;
//! whoever asks gets an answer or a reason, never a wait without end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use flux_studio_bytes::{Done, Reply, Request, Task};
use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageEvent, Worker as Browser};

use super::dom;
use super::listen::Listener;
use super::timer::Timer;
use flux_studio_core::sorted::SortedMap;

/// Milliseconds for one task: drawing a large demo picture on a slow phone takes seconds.
const TASK_MS: u64 = 60_000;

/// The worker. Clones are the same one.
#[derive(Clone, Default)]
pub struct Worker(Rc<Inner>);

#[derive(Default)]
struct Inner {
    running: RefCell<Option<Running>>,
    last: Cell<u32>,
    /// How often it was started: who keeps state in it looks here.
    starts: Cell<u32>,
    waiting: Rc<RefCell<SortedMap<u32, Function>>>,
}

struct Running {
    browser: Browser,
    _listeners: [Listener; 2],
}

impl Drop for Running {
    fn drop(&mut self) {
        self.browser.terminate();
    }
}

impl Worker {
    /// How often it was started; a change means that what it knew is gone.
    #[must_use]
    pub fn starts(&self) -> u32 {
        self.0.starts.get()
    }

    /// Has a task done. `buffer` is handed over.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn run(&self, task: Task, buffer: Option<&[u8]>) -> Result<(Done, Vec<Vec<u8>>), String> {
        let (done, parts) = self.ask(task, buffer, None).await?;
        let buffers = parts.iter().filter_map(|part| part.dyn_into::<ArrayBuffer>().ok());
        Ok((done, buffers.map(|part| Uint8Array::new(&part).to_vec()).collect()))
    }

    /// The same with a file, that goes along or comes back: with the answer's parts as they are.
    ///
    /// # Errors
    /// Why it was not done.
    pub async fn ask(&self, task: Task, buffer: Option<&[u8]>, file: Option<&Blob>) -> Result<(Done, Array), String> {
        let number = self.0.last.get().wrapping_add(1);
        self.0.last.set(number);
        let json = serde_json::to_string(&Request { number, task }).map_err(|error| error.to_string())?;
        let message = Array::of1(&json.into());
        let handed = Array::new();
        if let Some(buffer) = buffer {
            let buffer = Uint8Array::from(buffer).buffer();
            message.push(&buffer);
            handed.push(&buffer);
        }
        if let Some(file) = file {
            message.push(file);
        }
        let browser = self.browser()?;
        let mut resolve = None;
        let answer = Promise::new(&mut |f, _| resolve = Some(f));
        if let Some(resolve) = resolve {
            self.0.waiting.borrow_mut().insert(number, resolve);
        }
        if browser.post_message_with_transfer(&message, &handed).is_err() {
            self.0.waiting.borrow_mut().remove(&number);
            return Err("the worker takes no message".to_owned());
        }
        let waiting = Rc::clone(&self.0.waiting);
        let _patience =
            Timer::after(TASK_MS, move || settle(&waiting, number, &JsValue::from("the worker took too long")));
        let answer = JsFuture::from(answer).await.map_err(|_| "the worker gave no answer".to_owned())?;
        let Ok(parts) = answer.dyn_into::<Array>() else { return Err("the worker gave no answer".to_owned()) };
        let json = parts.get(0).as_string().unwrap_or_default();
        let reply: Reply = serde_json::from_str(&json).map_err(|error| error.to_string())?;
        Ok((reply.done.ok_or(reply.failed)?, parts))
    }

    fn browser(&self) -> Result<Browser, String> {
        if let Some(running) = &*self.0.running.borrow() {
            return Ok(running.browser.clone());
        }
        let address = dom::meta("flux-studio-worker").ok_or("the page names no worker")?;
        let browser = Browser::new(&address).map_err(|_| "the worker cannot be started".to_owned())?;
        let waiting = Rc::clone(&self.0.waiting);
        let answered = Listener::new(&browser, "message", move |event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else { return };
            let data = event.data();
            let json = data.dyn_ref::<Array>().and_then(|parts| parts.get(0).as_string());
            if let Some(reply) = json.and_then(|json| serde_json::from_str::<Reply>(&json).ok()) {
                settle(&waiting, reply.number, &data);
            }
        });
        let inner = Rc::downgrade(&self.0);
        let failed = Listener::new(&browser, "error", move |event| {
            event.prevent_default();
            let Some(inner) = inner.upgrade() else { return };
            // Ends it; the next task starts another.
            let running = inner.running.borrow_mut().take();
            let numbers: Vec<u32> = inner.waiting.borrow().keys().copied().collect();
            for number in numbers {
                settle(&inner.waiting, number, &JsValue::from("the worker stopped"));
            }
            // Not here: this listener belongs to what is dropped.
            Timer::after(0, move || drop(running)).forget();
        });
        *self.0.running.borrow_mut() = Some(Running { browser: browser.clone(), _listeners: [answered, failed] });
        self.0.starts.set(self.0.starts.get() + 1);
        Ok(browser)
    }
}

fn settle(waiting: &RefCell<SortedMap<u32, Function>>, number: u32, answer: &JsValue) {
    let resolve = waiting.borrow_mut().remove(&number);
    if let Some(resolve) = resolve {
        let _ = resolve.call1(&JsValue::UNDEFINED, answer);
    }
}

//! Takes messages, has them done, answers. Whatever goes wrong becomes a reply with a reason: the page waits for one.

use flux_studio_bytes::{Done, Reply, Request, Task};
use js_sys::{Array, ArrayBuffer, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::{demo, pictures};

/// Begins to listen, for as long as the worker lives.
pub fn start() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let hear = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        if let Ok(parts) = event.data().dyn_into::<Array>() {
            spawn_local(answer(parts));
        }
    });
    let _ = scope.add_event_listener_with_callback("message", hear.as_ref().unchecked_ref());
    hear.forget();
}

async fn answer(parts: Array) {
    let json = parts.get(0).as_string().unwrap_or_default();
    // A message without a number has no answer; the page sends none such.
    let Ok(request) = serde_json::from_str::<Request>(&json) else { return };
    let buffer = parts.get(1).dyn_into::<ArrayBuffer>().ok();
    let number = request.number;
    let (reply, buffers) = match work(request.task, buffer).await {
        Ok((done, buffers)) => (Reply { number, done: Some(done), failed: String::new() }, buffers),
        Err(error) => (Reply { number, done: None, failed: reason(&error) }, Vec::new()),
    };
    let Ok(json) = serde_json::to_string(&reply) else { return };
    let message = Array::of1(&json.into());
    let handed = Array::new();
    for buffer in buffers {
        message.push(&buffer);
        handed.push(&buffer);
    }
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        // Refused only for values that cannot be handed over; buffers and text can.
        let _ = scope.post_message_with_transfer(&message, &handed);
    }
}

async fn work(task: Task, buffer: Option<ArrayBuffer>) -> Result<(Done, Vec<ArrayBuffer>), JsValue> {
    match task {
        Task::Thumbs { mime, edges } => {
            let picture = buffer.ok_or("the picture is missing")?;
            let (mime, thumbs) = pictures::thumbs(&picture, &mime, &edges).await?;
            Ok((Done::Thumbs { mime }, thumbs))
        }
        Task::Sha256 => {
            let data = buffer.ok_or("the bytes are missing")?;
            let hex =
                Sha256::digest(Uint8Array::new(&data).to_vec()).iter().map(|byte| format!("{byte:02x}")).collect();
            Ok((Done::Sha256 { hex }, Vec::new()))
        }
        Task::DemoStart { snapshot, seed } => {
            demo::start(snapshot.as_deref(), seed);
            Ok((Done::DemoStarted, Vec::new()))
        }
        Task::DemoCall { method, target, body, now_ms } => {
            let (status, snapshot, body) = demo::call(&method, &target, body, now_ms).await?;
            Ok((Done::DemoAnswer { status, snapshot }, vec![body]))
        }
    }
}

fn reason(error: &JsValue) -> String {
    let text =
        error.as_string().or_else(|| error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())));
    text.unwrap_or_else(|| "the worker failed".to_owned())
}

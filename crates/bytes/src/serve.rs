//! Takes messages, has them done, answers. Whatever goes wrong becomes a reply with a reason: the page waits for one.

use flux_studio_bytes::heap;
use flux_studio_bytes::takeout::{self, Taken};
use flux_studio_bytes::{Done, Reply, Request, Task};
use flux_studio_core::attempt::Record;
use js_sys::{Array, ArrayBuffer, Uint8Array};
use sha2::{Digest, Sha256};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageEvent};

use crate::{demo, files, pictures, store};

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
    let buffer = parts.iter().find_map(|part| part.dyn_into::<ArrayBuffer>().ok());
    let file = parts.iter().find_map(|part| part.dyn_into::<Blob>().ok());
    let number = request.number;
    let (reply, parts) = match work(request.task, buffer, file).await {
        Ok((done, parts)) => (Reply { number, done: Some(done), failed: String::new() }, parts),
        Err(error) => (Reply { number, done: None, failed: reason(&error) }, Vec::new()),
    };
    let Ok(json) = serde_json::to_string(&reply) else { return };
    let message = Array::of1(&json.into());
    let handed = Array::new();
    for part in parts {
        message.push(&part);
        // Files are no copies and need no handing over.
        if part.is_instance_of::<ArrayBuffer>() {
            handed.push(&part);
        }
    }
    if let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() {
        // Refused only for values that cannot be handed over; buffers and text can.
        let _ = scope.post_message_with_transfer(&message, &handed);
    }
}

async fn work(task: Task, buffer: Option<ArrayBuffer>, file: Option<Blob>) -> Result<(Done, Vec<JsValue>), JsValue> {
    let bytes = |buffer: Option<ArrayBuffer>| -> Result<Vec<u8>, JsValue> {
        Ok(Uint8Array::new(buffer.ok_or("the bytes are missing")?.as_ref()).to_vec())
    };
    match task {
        Task::Thumbs { mime, edges } => {
            let picture = buffer.ok_or("the picture is missing")?;
            let (mime, thumbs) = pictures::thumbs(&picture, &mime, &edges).await?;
            Ok((Done::Thumbs { mime }, thumbs.into_iter().map(JsValue::from).collect()))
        }
        Task::Sha256 => Ok((Done::Sha256 { hex: sha256(&bytes(buffer)?) }, Vec::new())),
        Task::DemoStart { snapshot, seed } => {
            demo::start(snapshot.as_deref(), seed);
            Ok((Done::DemoStarted, Vec::new()))
        }
        Task::DemoCall { method, target, body, now_ms } => {
            let (status, snapshot, body) = demo::call(&method, &target, body, now_ms).await?;
            Ok((Done::DemoAnswer { status, snapshot }, vec![body.into()]))
        }
        Task::ExportStart { pictures } => {
            files::start(pictures).await?;
            Ok((Done::Exporting, Vec::new()))
        }
        Task::ExportImage { row, from } => {
            let row = Record::from_json(&row)?;
            let data = match from {
                // What cannot be read is as good as not there.
                Some(name) => store::get(&name, row.id.as_str()).await.unwrap_or_default(),
                None => Some(bytes(buffer)?),
            };
            heap::handled();
            let written = match data {
                Some(data) => files::image(&row, &data)?,
                None => false,
            };
            Ok((if written { Done::Exporting } else { Done::Missing }, Vec::new()))
        }
        Task::PackImage { row, name, settings } => {
            let unchanged = files::pack(&row, &name, bytes(buffer)?, settings)?;
            Ok((Done::TakenOut { unchanged }, Vec::new()))
        }
        Task::ExportEnd { now_ms } => {
            let (images, bytes, file) = files::end(now_ms).await?;
            Ok((Done::Exported { images, bytes }, vec![file]))
        }
        Task::ImportOpen { seed } => {
            let contents = files::open(file.ok_or("the file is missing")?, &bytes(buffer)?, seed)?;
            Ok((Done::Contents(contents), Vec::new()))
        }
        Task::ImportNext => {
            heap::handled();
            files::next()
        }
        Task::ImportKeep { id, into } => Ok((files::keep(&id, &into).await?, Vec::new())),
        Task::ImportBytes => files::read(),
        Task::TakeOut { row, settings } => {
            let Taken { data, unchanged } = takeout::take(&Record::from_json(&row)?, bytes(buffer)?, settings);
            Ok((Done::TakenOut { unchanged }, vec![Uint8Array::from(data.as_slice()).buffer().into()]))
        }
        Task::LookInside => {
            let inside = files::look_inside(&file.ok_or("the file is missing")?)?;
            Ok((Done::Inside(inside), Vec::new()))
        }
    }
}

/// The digest in 64 hex digits.
pub fn sha256(data: &[u8]) -> String {
    Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What went wrong, in words.
pub fn reason(error: &JsValue) -> String {
    let text =
        error.as_string().or_else(|| error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message())));
    text.unwrap_or_else(|| "the worker failed".to_owned())
}

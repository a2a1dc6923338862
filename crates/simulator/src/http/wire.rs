//! From a verdict to bytes on the socket, honest or not.

use std::io;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::fault::{Answer, Fault, Wire};
use super::ledger::Ended;
use super::pictures::Pictures;
use super::state::Verdict;
use crate::message::{ApiBody, ApiResponse};

/// An answer whose body is bytes.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

/// What becomes of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// Another request may come.
    KeepAlive,
    /// It ends in good order.
    Close,
    /// It is reset.
    Reset,
}

/// Draws the picture if there is one, and applies the fault's answer.
pub(super) async fn reply(verdict: &Verdict, pictures: &Pictures) -> Reply {
    let ApiResponse { status, headers, body, .. } = &verdict.response;
    let mut reply = Reply { status: *status, headers: headers.clone(), body: Vec::new() };
    // A picture that the fault replaces is not drawn.
    let replaced = matches!(verdict.fault.answer, Answer::Respond { .. } | Answer::Body(_));
    match body {
        ApiBody::Bytes(bytes) => reply.body.clone_from(bytes),
        ApiBody::Image(_) if replaced => {}
        ApiBody::Image(image) => match pictures.get(image.clone()).await {
            Some(bytes) => reply.body.clone_from(&bytes),
            None => reply.status = 500,
        },
    }
    apply(&verdict.fault, reply)
}

fn apply(fault: &Fault, mut reply: Reply) -> Reply {
    reply.status = fault.status_for(reply.status);
    match &fault.answer {
        Answer::Model => {}
        Answer::Edit { set, remove } => {
            if let Ok(mut body) = serde_json::from_slice::<Value>(&reply.body) {
                remove.iter().for_each(|pointer| take_out(&mut body, pointer));
                set.iter().for_each(|(pointer, value)| put_in(&mut body, pointer, value.clone()));
                reply.body = body.to_string().into_bytes();
            }
        }
        Answer::Relabel { headers, .. } => {
            headers.iter().for_each(|(name, value)| set_header(&mut reply.headers, name, value))
        }
        Answer::Body(canned) => reply.body = canned.render().1,
        Answer::Shorten(keep) => reply.body.truncate(*keep),
        Answer::Respond { headers, body, .. } => {
            let (media_type, bytes) = body.render();
            reply.body = bytes;
            reply.headers.retain(|(name, _)| is_cors(name));
            if let Some(media_type) = media_type {
                set_header(&mut reply.headers, "content-type", media_type);
            }
            headers.iter().for_each(|(name, value)| set_header(&mut reply.headers, name, value));
        }
    }
    if let Some(open) = fault.cors {
        reply.headers.retain(|(name, _)| !is_cors(name));
        if open {
            set_header(&mut reply.headers, "access-control-allow-origin", "*");
            set_header(&mut reply.headers, "access-control-allow-headers", "tt-api-key, content-type");
            set_header(&mut reply.headers, "access-control-expose-headers", "*");
        }
    }
    reply
}

fn is_cors(name: &str) -> bool {
    name.to_ascii_lowercase().starts_with("access-control-")
}

fn set_header(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    headers.push((name.to_owned(), value.to_owned()));
}

/// Sets a value by JSON pointer; what stands in the way and is no object becomes one. The empty pointer is the whole.
fn put_in(body: &mut Value, pointer: &str, value: Value) {
    let mut place = body;
    for step in pointer.split('/').skip(1) {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(object) = place.as_object_mut() else {
            return;
        };
        place = object.entry(step).or_insert(Value::Null);
    }
    *place = value;
}

fn take_out(body: &mut Value, pointer: &str) {
    if let Some((parent, name)) = pointer.rsplit_once('/')
        && let Some(object) = body.pointer_mut(parent).and_then(Value::as_object_mut)
    {
        object.remove(name);
    }
}

/// How the length of a body is told.
enum Framing {
    Length(usize),
    Chunked,
    /// By the end of the connection.
    None,
}

fn head(reply: &Reply, framing: &Framing, keep_alive: bool) -> Vec<u8> {
    let reason = match reply.status {
        200 => "OK",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        429 => "Too Many Requests",
        _ => "Status",
    };
    let mut text = format!("HTTP/1.1 {} {reason}\r\n", reply.status);
    for (name, value) in &reply.headers {
        // A fault may set odd values, but never split the head by accident.
        let value: String = value.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect();
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    match framing {
        Framing::Length(length) => text.push_str(&format!("content-length: {length}\r\n")),
        Framing::Chunked => text.push_str("transfer-encoding: chunked\r\n"),
        Framing::None => {}
    }
    text.push_str(if keep_alive { "connection: keep-alive\r\n\r\n" } else { "connection: close\r\n\r\n" });
    text.into_bytes()
}

/// Sends a reply the way the fault wants it.
///
/// # Errors
/// The connection broke.
pub(super) async fn send(
    stream: &mut TcpStream,
    reply: &Reply,
    wire: Wire,
    keep_alive: bool,
) -> io::Result<(After, Ended)> {
    let body = reply.body.as_slice();
    // 1xx, 204 and 304 have neither body nor length.
    let bodiless = matches!(reply.status, 100..=199 | 204 | 304);
    let length = if bodiless { Framing::None } else { Framing::Length(body.len()) };
    let body = if bodiless { &[] } else { body };
    let start = |keep: usize| body.get(..keep.min(body.len())).unwrap_or(body);
    let next = if keep_alive { After::KeepAlive } else { After::Close };
    match wire {
        Wire::ResetBeforeBody | Wire::ResetAfterBody => return Ok((After::Reset, Ended::Reset)),
        Wire::Close => return Ok((After::Close, Ended::CutOff)),
        Wire::StallBeforeHeaders => {
            wait_for_end(stream).await;
            return Ok((After::Close, Ended::ClientGone));
        }
        Wire::StallAfterHeaders => {
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            wait_for_end(stream).await;
            return Ok((After::Close, Ended::ClientGone));
        }
        Wire::ResetMidAnswer { keep } => {
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            stream.write_all(start(keep)).await?;
            // What is still in the send buffer at a reset is thrown away, so it needs a moment to leave.
            sleep(Duration::from_millis(50)).await;
            return Ok((After::Reset, Ended::Reset));
        }
        Wire::Truncate { keep } => {
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            stream.write_all(start(keep)).await?;
            return Ok((After::Close, Ended::CutOff));
        }
        Wire::CutChunk { keep } => {
            stream.write_all(&head(reply, &Framing::Chunked, keep_alive)).await?;
            let sent = start(keep);
            // The chunk promises one byte more than it gets.
            stream.write_all(format!("{:x}\r\n", sent.len() + 1).as_bytes()).await?;
            stream.write_all(sent).await?;
            return Ok((After::Close, Ended::CutOff));
        }
        Wire::Chunked => {
            stream.write_all(&head(reply, &Framing::Chunked, keep_alive)).await?;
            if !body.is_empty() {
                stream.write_all(format!("{:x}\r\n", body.len()).as_bytes()).await?;
                stream.write_all(body).await?;
                stream.write_all(b"\r\n").await?;
            }
            stream.write_all(b"0\r\n\r\n").await?;
        }
        Wire::Drip { bytes, every_ms } => {
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            for piece in body.chunks(bytes.max(1)) {
                stream.write_all(piece).await?;
                stream.flush().await?;
                sleep(Duration::from_millis(every_ms)).await;
            }
        }
        Wire::Delay { headers_ms, body_ms } => {
            sleep(Duration::from_millis(headers_ms)).await;
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            stream.flush().await?;
            sleep(Duration::from_millis(body_ms)).await;
            stream.write_all(body).await?;
        }
        Wire::Interim { status } => {
            stream.write_all(format!("HTTP/1.1 {status} Interim\r\n\r\n").as_bytes()).await?;
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            stream.write_all(body).await?;
        }
        Wire::Plain => {
            stream.write_all(&head(reply, &length, keep_alive)).await?;
            stream.write_all(body).await?;
        }
    }
    stream.flush().await?;
    Ok((next, Ended::Answered))
}

/// Returns when the client is gone. The end of the server ends it too, since that ends the task.
async fn wait_for_end(stream: &mut TcpStream) {
    let mut scrap = [0_u8; 512];
    while stream.read(&mut scrap).await.is_ok_and(|count| count > 0) {}
}

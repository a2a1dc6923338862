//! One connection: requests in, verdicts out, until either side has enough.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::control;
use super::fault::{Fault, Wire};
use super::ledger::Ended;
use super::state::Shared;
use super::wire::{After, Reply, reply, send};
use crate::message::ApiRequest;

/// Largest request head, bytes.
const MAX_HEAD: usize = 64 * 1024;

/// Largest request body, bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// Most headers in a request.
const MAX_HEADERS: usize = 100;

/// Serves a connection until it ends, or until [`Shared::drop_connections`] resets it.
pub(super) async fn serve(mut stream: TcpStream, shared: Arc<Shared>, connection: u64) {
    let mut drops = shared.drops.subscribe();
    let after = tokio::select! {
        after = requests(&mut stream, &shared, connection) => after.unwrap_or(After::Close),
        _ = drops.changed() => After::Reset,
    };
    match after {
        // With no time to linger, closing sends RST.
        After::Reset => drop(stream.set_zero_linger()),
        After::Close | After::KeepAlive => drop(stream.shutdown().await),
    }
}

/// Marks an arrival whose task was stopped, or whose connection broke, before its end was noted.
struct Entry<'a> {
    shared: &'a Shared,
    number: u64,
    ended: Ended,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.shared.end(self.number, self.ended);
    }
}

async fn requests(stream: &mut TcpStream, shared: &Shared, connection: u64) -> io::Result<After> {
    let mut input = Vec::new();
    let mut reused = false;
    while let Some(mut head) = read_head(stream, &mut input).await? {
        let control = head.request.path.starts_with("/__ctl/");
        if control {
            head.request.body = read_body(stream, &mut input, &head).await?;
            let answer = control::handle(shared, &head.request);
            send(stream, &answer, Wire::Plain, head.keep_alive).await?;
            if head.request.path == "/__ctl/drop" {
                shared.drop_connections();
            }
        } else {
            let after = one(stream, &mut input, shared, connection, reused, head).await?;
            if after != After::KeepAlive {
                return Ok(after);
            }
        }
        reused = true;
    }
    Ok(After::Close)
}

async fn one(
    stream: &mut TcpStream,
    input: &mut Vec<u8>,
    shared: &Shared,
    connection: u64,
    reused: bool,
    mut head: Head,
) -> io::Result<After> {
    let (number, early) = shared.arrive(&head.request, connection, reused);
    let mut entry = Entry { shared, number, ended: Ended::ClientGone };
    if let Some(Fault { wire: Wire::ResetBeforeBody, .. }) = early {
        entry.ended = Ended::Reset;
        return Ok(After::Reset);
    }
    head.request.body = read_body(stream, input, &head).await?;
    let verdict = shared.decide(&head.request, number, reused);
    let answer = reply(&verdict, &shared.pictures).await;
    let (after, ended) = send(stream, &answer, verdict.fault.wire, head.keep_alive).await?;
    entry.ended = ended;
    Ok(after)
}

/// A request without its body.
struct Head {
    request: ApiRequest,
    keep_alive: bool,
    length: Length,
}

enum Length {
    Known(usize),
    Chunked,
}

/// The next head; `None` when the client closed the connection between requests. Leaves what follows it in `input`.
async fn read_head(stream: &mut TcpStream, input: &mut Vec<u8>) -> io::Result<Option<Head>> {
    loop {
        if let Some((head, used)) = parse(input)? {
            input.drain(..used);
            if head.request.find_header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
            return Ok(Some(head));
        }
        if input.len() > MAX_HEAD {
            return refuse(stream, 431).await;
        }
        if stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    }
}

fn parse(input: &[u8]) -> io::Result<Option<(Head, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    let used = match parsed.parse(input) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
    };
    let mut request = ApiRequest::new(parsed.method.unwrap_or_default(), origin_form(parsed.path.unwrap_or_default()));
    let version = parsed.version;
    let header =
        |header: &httparse::Header<'_>| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned());
    request.headers = parsed.headers.iter().map(header).collect();
    let says = |name: &str, word: &str| {
        request.find_header(name).is_some_and(|value| value.to_ascii_lowercase().contains(word))
    };
    let keep_alive = if version == Some(0) { says("connection", "keep-alive") } else { !says("connection", "close") };
    let length = if says("transfer-encoding", "chunked") {
        Length::Chunked
    } else {
        let length = request.find_header("content-length").unwrap_or("0").trim().parse();
        Length::Known(length.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?)
    };
    Ok(Some((Head { request, keep_alive, length }, used)))
}

/// Path and query of a target that may be a whole URL, as a proxy's client sends it.
fn origin_form(target: &str) -> &str {
    let Some((_, rest)) = target.split_once("://") else {
        return target;
    };
    rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
}

async fn read_body(stream: &mut TcpStream, input: &mut Vec<u8>, head: &Head) -> io::Result<Vec<u8>> {
    match head.length {
        Length::Known(length) if length > MAX_BODY => refuse(stream, 413).await,
        Length::Known(length) => take(stream, input, length).await,
        Length::Chunked => {
            let mut body = Vec::new();
            loop {
                let line = take_line(stream, input).await?;
                let digits = line.split(';').next().unwrap_or_default().trim();
                let size = usize::from_str_radix(digits, 16)
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
                if body.len().saturating_add(size) > MAX_BODY {
                    return refuse(stream, 413).await;
                }
                if size == 0 {
                    while !take_line(stream, input).await?.is_empty() {}
                    return Ok(body);
                }
                body.extend(take(stream, input, size).await?);
                take_line(stream, input).await?;
            }
        }
    }
}

async fn take(stream: &mut TcpStream, input: &mut Vec<u8>, length: usize) -> io::Result<Vec<u8>> {
    while input.len() < length {
        if stream.read_buf(input).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    let rest = input.split_off(length);
    Ok(std::mem::replace(input, rest))
}

async fn take_line(stream: &mut TcpStream, input: &mut Vec<u8>) -> io::Result<String> {
    loop {
        if let Some(end) = input.windows(2).position(|pair| pair == b"\r\n") {
            let line = take(stream, input, end + 2).await?;
            return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
        if input.len() > MAX_HEAD {
            return refuse(stream, 431).await;
        }
        if stream.read_buf(input).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// Answers a request that is too large and gives the connection up.
async fn refuse<T>(stream: &mut TcpStream, status: u16) -> io::Result<T> {
    send(stream, &Reply { status, ..Reply::default() }, Wire::Plain, false).await?;
    Err(io::Error::new(io::ErrorKind::InvalidData, "request too large"))
}

//! Both ends of the wire, made by hand: a client that sends exactly the bytes of a test, and an upstream that records
//! what arrives and does what it is told. A library on either side would repair what the tests want to see broken.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use flux_studio_server::{Options, Server, Timeouts};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use url::Url;

pub const PAGE: &str = r#"<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'"><title>Studio</title></head></html>"#;
pub const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";
pub const KEY: &str = "CANARY-4f1d9a77c0de4e0b";
pub const PROMPT: &str = r#"{"prompt":"a lighthouse","size":"1024x1024","mode":"flux1-dev"}"#;
pub const ACCEPTED: &str = r#"{"status":"SUCCESS","message":"","data":{"jobId":"ed1a0c55-77"}}"#;

/// One request as it arrived at the upstream.
#[derive(Debug, Clone)]
pub struct Arrival {
    pub connection: usize,
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Arrival {
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }
}

/// What the upstream does once it has read a request.
pub enum Act {
    /// Says these bytes and keeps the connection.
    Say(Vec<u8>),
    /// Says these bytes and closes.
    SayAndClose(Vec<u8>),
    /// Waits for the signal, then says these bytes.
    SayAfter(Arc<Notify>, Vec<u8>),
    /// Says this head, then that many zeros.
    Zeros(Vec<u8>, usize),
    /// Closes without a word.
    Close,
    /// Resets the connection without a word.
    Reset,
    /// Says this head, then one byte of the rest at a time, with such a pause before each.
    Drip(Vec<u8>, Vec<u8>, Duration),
    /// Says nothing for ever.
    Hang,
}

type Script = dyn Fn(&Arrival) -> Act + Send + Sync;

/// The upstream.
pub struct Upstream {
    pub address: SocketAddr,
    arrivals: Arc<Mutex<Vec<Arrival>>>,
}

impl Upstream {
    pub async fn start(script: impl Fn(&Arrival) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let arrivals = Arc::new(Mutex::new(Vec::new()));
        let ledger = Arc::clone(&arrivals);
        let script: Arc<Script> = Arc::new(script);
        tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, connection, Arc::clone(&ledger), Arc::clone(&script)));
            }
        });
        Self { address, arrivals }
    }

    /// One that accepts each generate with a job id, and answers everything else with an empty object.
    pub async fn ordinary() -> Self {
        Self::start(|arrival| {
            Act::Say(if arrival.target == "/flux/generate" { json(200, ACCEPTED) } else { json(200, "{}") })
        })
        .await
    }

    pub fn url(&self) -> Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub fn arrivals(&self) -> Vec<Arrival> {
        self.arrivals.lock().unwrap().clone()
    }

    /// Waits until `count` requests have arrived.
    pub async fn until(&self, count: usize) {
        for _ in 0..500 {
            if self.arrivals.lock().unwrap().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} arrivals expected, {:?}", self.arrivals());
    }
}

async fn serve(mut stream: TcpStream, connection: usize, ledger: Arc<Mutex<Vec<Arrival>>>, script: Arc<Script>) {
    let mut buffer = Vec::new();
    while let Some(arrival) = read_request(&mut stream, &mut buffer, connection).await {
        ledger.lock().unwrap().push(arrival.clone());
        let said = match script(&arrival) {
            Act::Say(bytes) => stream.write_all(&bytes).await,
            Act::SayAndClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Act::SayAfter(signal, bytes) => {
                signal.notified().await;
                stream.write_all(&bytes).await
            }
            Act::Zeros(head, mut left) => {
                let _ = stream.write_all(&head).await;
                let zeros = vec![0; 256 * 1024];
                while left > 0 {
                    let part = left.min(zeros.len());
                    if stream.write_all(&zeros[..part]).await.is_err() {
                        return;
                    }
                    left -= part;
                }
                return;
            }
            Act::Close => return,
            Act::Reset => {
                reset(stream);
                return;
            }
            Act::Drip(head, rest, pause) => {
                let _ = stream.write_all(&head).await;
                for byte in rest {
                    tokio::time::sleep(pause).await;
                    if stream.write_all(&[byte]).await.is_err() {
                        return;
                    }
                }
                Ok(())
            }
            Act::Hang => std::future::pending().await,
        };
        if said.is_err() {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>, connection: usize) -> Option<Arrival> {
    let end = loop {
        if let Some(end) = find_bytes(buffer, b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(buffer.drain(..end + 4).collect()).unwrap();
    let (first, headers) = parse_head(&head);
    let mut words = first.split(' ');
    let length: usize = find(&headers, "content-length").map_or(0, |text| text.parse().unwrap());
    while buffer.len() < length {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    Some(Arrival {
        connection,
        method: words.next().unwrap().to_owned(),
        target: words.next().unwrap().to_owned(),
        headers,
        body: String::from_utf8(buffer.drain(..length).collect()).unwrap(),
    })
}

/// An answer of the upstream with a JSON body.
pub fn json(status: u16, body: &str) -> Vec<u8> {
    answer(status, "Content-Type: application/json\r\n", body)
}

/// An answer with these further header lines.
pub fn answer(status: u16, lines: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\n{lines}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// What the server under test answered.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The body ended as its head had announced.
    pub whole: bool,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        find(&self.headers, name)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The sentence of the proxy's own answers.
    pub fn message(&self) -> String {
        let value: serde_json::Value =
            serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()));
        assert_eq!(value["status"], "FAILED");
        value["message"].as_str().unwrap().to_owned()
    }

    /// Asserts what each answer of the proxy has, and what it says about the upstream.
    #[track_caller]
    pub fn is_of_the_proxy(&self, status: u16, upstream: &str) -> &Self {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("x-studio-proxy"), Some("1"));
        assert_eq!(self.header("x-studio-upstream"), Some(upstream), "{}", self.text());
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        for (name, _) in &self.headers {
            assert!(!name.starts_with("access-control-"), "{name}");
            assert_ne!(name, "set-cookie");
        }
        self
    }
}

/// A request to the server under test.
#[derive(Debug, Clone)]
pub struct Ask {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Ask {
    pub fn new(method: &str, target: &str) -> Self {
        Self { method: method.to_owned(), target: target.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    pub fn get(target: &str) -> Self {
        Self::new("GET", target)
    }

    /// A paid request under an id.
    pub fn generate(id: &str) -> Self {
        Self::new("POST", "/ttapi/flux/generate")
            .with("TT-API-KEY", KEY)
            .with("Content-Type", "application/json")
            .with("X-Request-Id", id)
            .body(PROMPT)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(old, _)| !old.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    fn bytes(&self, host: &str) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        if find(&self.headers, "host").is_none() {
            write!(head, "Host: {host}\r\n").unwrap();
        }
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if find(&self.headers, "connection").is_none() {
            write!(head, "Connection: close\r\n").unwrap();
        }
        if !self.body.is_empty() || self.method == "POST" {
            write!(head, "Content-Length: {}\r\n", self.body.len()).unwrap();
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }

    /// Sends it and leaves before the answer.
    pub async fn send_and_leave(&self, server: &Server, until: impl Future<Output = ()>) {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(&self.bytes(&server.address().to_string())).await.unwrap();
        until.await;
    }

    pub async fn of(&self, server: &Server) -> Reply {
        self.at(server.address()).await
    }

    pub async fn at(&self, address: SocketAddr) -> Reply {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let bytes = self.bytes(&address.to_string());
        // A server that refuses early may close while this still sends.
        let _ = stream.write_all(&bytes).await;
        let mut received = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut received))
            .await
            .expect("an answer within 30 s");
        let end = find_bytes(&received, b"\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&received)));
        let (first, headers) = parse_head(std::str::from_utf8(&received[..end + 4]).unwrap());
        let rest = received.split_off(end + 4);
        let (body, whole) = if find(&headers, "transfer-encoding") == Some("chunked") {
            unchunk(&rest)
        } else {
            let announced = find(&headers, "content-length").and_then(|text| text.parse().ok());
            let whole = self.method == "HEAD" || announced.is_none_or(|length: usize| length == rest.len());
            (rest, whole)
        };
        Reply { status: first.split(' ').nth(1).unwrap().parse().unwrap(), headers, body, whole }
    }
}

/// Ends a connection as a machine that fell over does: the other side gets a reset.
pub fn reset(stream: TcpStream) {
    stream.set_zero_linger().unwrap();
}

/// A connection that is kept for several requests, as a browser does.
pub struct Line {
    stream: TcpStream,
    host: String,
}

impl Line {
    pub async fn to(server: &Server) -> Self {
        let host = server.address().to_string();
        Self { stream: TcpStream::connect(server.address()).await.unwrap(), host }
    }

    pub async fn send(&mut self, ask: &Ask) {
        let bytes = ask.clone().with("Connection", "keep-alive").bytes(&self.host);
        self.stream.write_all(&bytes).await.unwrap();
    }

    /// One answer with an announced length: its status and body.
    pub async fn answer(&mut self) -> (u16, String) {
        let mut received = Vec::new();
        loop {
            assert!(self.stream.read_buf(&mut received).await.unwrap() > 0, "the connection ended");
            let Some(end) = find_bytes(&received, b"\r\n\r\n") else { continue };
            let (first, headers) = parse_head(std::str::from_utf8(&received[..end + 4]).unwrap());
            let length: usize = find(&headers, "content-length").unwrap().parse().unwrap();
            if received.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&received[end + 4..]).into_owned();
                return (first.split(' ').nth(1).unwrap().parse().unwrap(), body);
            }
        }
    }

    /// The connection dies.
    pub fn reset(self) {
        reset(self.stream);
    }
}

fn unchunk(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(end) = find_bytes(rest, b"\r\n") {
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return (body, true);
        }
        let Some(chunk) = rest.get(end + 2..end + 2 + length) else {
            break;
        };
        body.extend_from_slice(chunk);
        rest = rest.get(end + 4 + length..).unwrap_or(&[]);
    }
    (body, false)
}

fn parse_head(head: &str) -> (String, Vec<(String, String)>) {
    let mut lines = head.lines();
    let first = lines.next().unwrap().to_owned();
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    (first, headers)
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn find_bytes(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// A built studio of one page.
pub fn dist() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.html"), PAGE).unwrap();
    folder
}

/// Options for a server on a free port in front of `upstream`.
pub fn options(dist: &TempDir, upstream: Url) -> Options {
    Options { port: 0, upstream, ..Options::new(dist.path()) }
}

/// A server in front of `upstream`, with a folder that lives as long.
pub async fn server(upstream: &Upstream) -> (Server, TempDir) {
    let dist = dist();
    let server = Server::start(options(&dist, upstream.url())).await.unwrap();
    (server, dist)
}

/// Time-outs that a test can wait for.
pub fn short() -> Timeouts {
    let short = Duration::from_millis(300);
    Timeouts { connect: short, generate: short, fetch: short, image: short }
}

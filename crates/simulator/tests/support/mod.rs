//! A client that shows what is on the wire: it reads bytes until the length is reached, the connection ends or resets.

use std::time::Duration;

use flux_studio_simulator::config::DEFAULT_KEY;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How a connection ended, or that it did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Whole,
    Closed,
    Reset,
    Silent,
}

#[derive(Debug)]
pub struct Seen {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    pub end: End,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("json")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.split_once(": ").filter(|(key, _)| *key == name)).map(|(_, value)| value)
    }
}

pub struct Client {
    port: u16,
    stream: TcpStream,
    pub patience: Duration,
}

impl Client {
    pub async fn new(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.expect("connects");
        Self { port, stream, patience: Duration::from_millis(400) }
    }

    pub async fn send(&mut self, request: &str) {
        self.stream.write_all(request.as_bytes()).await.expect("sends");
    }

    pub async fn call(&mut self, method: &str, target: &str, body: &str) -> Seen {
        let length = body.len();
        let host = self.port;
        self.send(&format!(
            "{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{host}\r\nTT-API-KEY: {DEFAULT_KEY}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
        .await;
        self.read().await
    }

    pub async fn generate(&mut self, prompt: &str) -> Seen {
        let body = serde_json::json!({"prompt": prompt, "mode": "flux1-dev", "size": "1024x1024"});
        self.call("POST", "/flux/generate", &body.to_string()).await
    }

    pub async fn get(&mut self, target: &str) -> Seen {
        self.call("GET", target, "").await
    }

    /// One answer. Interim answers stay at the front of `head`.
    pub async fn read(&mut self) -> Seen {
        let mut bytes = Vec::new();
        let mut end = None;
        while end.is_none() {
            end = match timeout(self.patience, self.stream.read_buf(&mut bytes)).await {
                Err(_) => Some(End::Silent),
                Ok(Ok(0)) => Some(End::Closed),
                Ok(Ok(_)) if whole(&bytes) => Some(End::Whole),
                Ok(Ok(_)) => None,
                Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionReset => Some(End::Reset),
                Ok(Err(error)) => panic!("{error}"),
            };
        }
        let (head, body) = split(&bytes).unwrap_or_default();
        let status_line = head.lines().rfind(|line| line.starts_with("HTTP/1.1 ")).unwrap_or_default();
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Seen { status, head, body, end: end.expect("an end") }
    }
}

/// Head and body; an interim head counts to the head.
fn split(bytes: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut at = 0;
    loop {
        let end = at + bytes[at..].windows(4).position(|four| four == b"\r\n\r\n")? + 4;
        if bytes[at..].starts_with(b"HTTP/1.1 1") {
            at = end;
            continue;
        }
        return Some((String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes[end..].to_vec()));
    }
}

fn whole(bytes: &[u8]) -> bool {
    let Some((head, body)) = split(bytes) else {
        return false;
    };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    match length {
        Some(length) => body.len() >= length,
        None if head.contains("transfer-encoding: chunked") => body.ends_with(b"0\r\n\r\n"),
        None => true,
    }
}

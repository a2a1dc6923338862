//! The key: in one header to one server, and nowhere else. One test in a file of its own, because it listens to every
//! log line of the process, those of the libraries below included.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::io;
use std::sync::{Arc, Mutex};

use flux_studio_server::{Options, Server};
use support::{Act, Ask, KEY, Upstream, answer, dist, json, options, short};
use tracing::Level;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn x14_the_key_is_neither_logged_nor_shown() {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::fmt().with_max_level(Level::TRACE).with_writer(move || writer.clone()).init();
    let dist = dist();
    for act in [
        (|| Act::Say(json(200, support::ACCEPTED))) as fn() -> Act,
        || Act::Say(json(401, r#"{"status":"FAILED","message":"Wrong TT-API-KEY"}"#)),
        || Act::Say(answer(302, "Location: https://evil.example/\r\n", "")),
        || Act::Close,
        || Act::Hang,
        || Act::SayAndClose(b"garbage\r\n\r\n".to_vec()),
    ] {
        let upstream = Upstream::start(move |_| act()).await;
        let server = Server::start(Options { timeouts: short(), ..options(&dist, upstream.url()) }).await.unwrap();
        let mut shown = String::new();
        for ask in [
            Ask::generate("id"),
            Ask::generate("id"),
            Ask::generate("id").body("{}"),
            Ask::generate("bad id"),
            Ask::generate("other").with("TT-API-KEY", &format!("{KEY} and more")),
            Ask::get("/ttapi/flux/fetch?jobId=a").with("TT-API-KEY", KEY),
            Ask::get("/ttapi/midjourney/v1/info").with("TT-API-KEY", KEY),
            Ask::get("/ttapi/nothing").with("TT-API-KEY", KEY),
            Ask::get("/index.html").with("TT-API-KEY", KEY),
        ] {
            let reply = ask.of(&server).await;
            shown += &format!("{:?} {}", reply.headers, reply.text());
        }
        shown += &format!("{server:?} {:?}", options(&dist, upstream.url()));
        assert!(!shown.contains(KEY), "{shown}");
        for arrival in upstream.arrivals() {
            assert_eq!(arrival.header("tt-api-key"), Some(KEY));
            let elsewhere = arrival.headers.iter().filter(|(_, value)| value.contains(KEY)).count();
            assert_eq!(elsewhere, 1);
            assert!(!arrival.target.contains(KEY) && !arrival.body.contains(KEY));
        }
    }
    let logged = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(logged.contains("redirect") && logged.contains("broke off"), "the log was heard: {logged}");
    assert!(!logged.contains(KEY));
    assert!(!logged.contains("lighthouse"), "prompts are not logged either");
}

//! Rows of the fault table that only real sockets show. The verdict is the upstream's record of what arrived.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use flux_studio_server::{Options, Server, Timeouts};
use support::{ACCEPTED, Act, Ask, KEY, Line, Upstream, answer, dist, json, options, reset, server};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Notify;

fn poll() -> Ask {
    Ask::get("/ttapi/flux/fetch?jobId=ed1a0c55-77").with("TT-API-KEY", KEY)
}

fn paid(upstream: &Upstream) -> usize {
    upstream.arrivals().iter().filter(|arrival| arrival.target == "/flux/generate").count()
}

/// What a browser does when a kept connection dies under a request: it sends the same once more on a fresh one, and the
/// page never hears of it.
#[tokio::test]
async fn n05_n06_what_a_browser_sends_again_by_itself_is_paid_for_once() {
    let signal = Arc::new(Notify::new());
    let release = Arc::clone(&signal);
    let upstream = Upstream::start(move |arrival| match arrival.target.as_str() {
        "/flux/generate" => Act::SayAfter(Arc::clone(&signal), json(200, ACCEPTED)),
        _ => Act::Say(json(200, "{}")),
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    let generate = Ask::generate("attempt-1");
    let mut line = Line::to(&server).await;
    for _ in 0..2 {
        line.send(&poll()).await;
        assert_eq!(line.answer().await.0, 200, "the connection is reused");
    }
    line.send(&generate).await;
    upstream.until(3).await;
    line.reset();
    // Once while the first is still on its way, and once more when it has long been answered.
    let mut again = Line::to(&server).await;
    again.send(&generate).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(paid(&upstream), 1);
    release.notify_one();
    assert_eq!(again.answer().await, (200, ACCEPTED.to_owned()));
    let late = generate.of(&server).await;
    assert_eq!((late.text().as_str(), late.header("x-studio-replayed")), (ACCEPTED, Some("1")));
    assert_eq!(paid(&upstream), 1);
}

#[tokio::test]
async fn n05_a_browser_that_sends_again_without_an_id_pays_twice_which_is_why_there_is_one() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    let bare = Ask::new("POST", "/ttapi/flux/generate").with("TT-API-KEY", KEY).body(support::PROMPT);
    let mut line = Line::to(&server).await;
    line.send(&bare).await;
    upstream.until(1).await;
    line.reset();
    bare.of(&server).await.is_of_the_proxy(200, "sent");
    assert_eq!(paid(&upstream), 2, "the control of the test above");
}

#[tokio::test]
async fn n04_n05_a_reset_behind_the_proxy_is_not_answered_by_a_second_request() {
    let upstream = Upstream::start(|arrival| match arrival.target.as_str() {
        "/flux/generate" => Act::Reset,
        _ => Act::Say(json(200, "{}")),
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    // The proxy's own kept connections are warm.
    poll().of(&server).await.is_of_the_proxy(200, "sent");
    poll().of(&server).await.is_of_the_proxy(200, "sent");
    for _ in 0..3 {
        let reply = Ask::generate("attempt-2").of(&server).await;
        assert!(reply.is_of_the_proxy(502, "sent").message().contains("may have been charged"));
    }
    let arrivals = upstream.arrivals();
    assert_eq!(paid(&upstream), 1);
    assert_eq!(arrivals[0].connection, arrivals[1].connection, "polls reuse a connection");
    assert_ne!(arrivals[2].connection, arrivals[1].connection, "a paid request never does");
}

#[tokio::test]
async fn n03_a_reset_before_the_body_was_read_is_a_doubt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            let mut first = [0; 16];
            stream.read_exact(&mut first).await.unwrap();
            reset(stream);
        }
    });
    let dist = dist();
    let server = Server::start(options(&dist, format!("http://{address}").parse().unwrap())).await.unwrap();
    for _ in 0..3 {
        let reply = Ask::generate("attempt-3").body("x".repeat(60_000)).of(&server).await;
        assert!(reply.is_of_the_proxy(502, "sent").message().contains("may have been charged"));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1, "nothing was sent again");
}

#[tokio::test]
async fn n06_the_proxy_speaks_no_http_2_to_the_api() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hello = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&hello);
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await.unwrap();
        heard.lock().unwrap().extend_from_slice(&bytes[..read]);
        let _ = stream.write_all(b"no").await;
    });
    let dist = dist();
    let server = Server::start(options(&dist, format!("https://{address}").parse().unwrap())).await.unwrap();
    Ask::generate("attempt-4").of(&server).await.is_of_the_proxy(502, "not-sent");
    let hello = hello.lock().unwrap().clone();
    assert_eq!(hello.first(), Some(&0x16), "a TLS handshake began");
    assert!(!hello.windows(3).any(|three| three == b"\x02h2"), "a stream that is refused or reset cannot happen");
}

#[tokio::test]
async fn n10_a_body_that_is_not_what_its_header_says_goes_through_as_it_is() {
    let garbage = "no gzip at all";
    let upstream = Upstream::start(move |_| {
        Act::Say(answer(200, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n", garbage))
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    for _ in 0..3 {
        let reply = Ask::generate("attempt-5").of(&server).await;
        assert_eq!(reply.is_of_the_proxy(200, "sent").header("content-encoding"), Some("gzip"));
        assert_eq!(reply.text(), garbage);
    }
    assert_eq!(paid(&upstream), 1, "an unreadable answer is not asked for again");
}

#[tokio::test]
async fn n11_a_body_that_drips_ends_at_the_total_time_and_what_came_is_shown() {
    let upstream = Upstream::start(|_| {
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n".to_vec();
        Act::Drip(head, vec![b'x'; 1000], Duration::from_millis(50))
    })
    .await;
    let dist = dist();
    let timeouts = Timeouts { generate: Duration::from_millis(600), ..Timeouts::default() };
    let server = Server::start(Options { timeouts, ..options(&dist, upstream.url()) }).await.unwrap();
    let begin = Instant::now();
    let reply = Ask::generate("attempt-6").of(&server).await;
    assert!(reply.is_of_the_proxy(504, "sent").message().contains("may have been charged"));
    assert!(reply.text().contains("xxx"), "what had arrived");
    assert!((600..5_000).contains(&begin.elapsed().as_millis()), "{:?}", begin.elapsed());
    Ask::generate("attempt-6").of(&server).await.is_of_the_proxy(504, "sent");
    assert_eq!(paid(&upstream), 1);
}

#[tokio::test]
async fn n19_a_redirect_to_another_scheme_is_refused() {
    let evil = Upstream::ordinary().await;
    for scheme in ["http", "https"] {
        let target = format!("Location: {scheme}://{}/flux/generate\r\n", evil.address);
        let upstream = Upstream::start(move |_| Act::Say(answer(307, &target, ""))).await;
        let (server, _dist) = server(&upstream).await;
        Ask::generate("attempt-7").of(&server).await.is_of_the_proxy(502, "sent");
        poll().of(&server).await.is_of_the_proxy(502, "sent");
        assert_eq!(upstream.arrivals().len(), 2);
    }
    assert!(evil.arrivals().is_empty());
}

#[tokio::test]
async fn n28_questions_go_on_after_every_connection_was_lost() {
    let upstream = Upstream::start(|_| Act::SayAndClose(json(200, "{}"))).await;
    let (server, _dist) = server(&upstream).await;
    for _ in 0..5 {
        poll().of(&server).await.is_of_the_proxy(200, "sent");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let arrivals = upstream.arrivals();
    assert_eq!(arrivals.len(), 5);
    assert!(arrivals.windows(2).all(|two| two[0].connection != two[1].connection), "each connection was gone");
}

#[tokio::test]
async fn n29_every_question_reaches_the_api_whatever_may_be_cached() {
    let upstream = Upstream::start(|_| {
        let lines = "Content-Type: application/json\r\nCache-Control: public, max-age=3600\r\nETag: \"a\"\r\n";
        Act::Say(answer(200, lines, r#"{"status":"ON_QUEUE"}"#))
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    for count in 1..=4 {
        let reply = poll().of(&server).await;
        assert_eq!(reply.is_of_the_proxy(200, "sent").header("cache-control"), Some("no-store"));
        assert_eq!((reply.header("etag"), upstream.arrivals().len()), (None, count));
    }
}

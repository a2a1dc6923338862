//! Paid requests: each rule that keeps one press of Generate from becoming two charges. The verdict is the upstream's
//! record of what arrived, never the answer alone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flux_studio_server::{Options, Server, Timeouts};
use support::{ACCEPTED, Act, Ask, KEY, PROMPT, Upstream, answer, dist, json, options, server, short};
use tokio::net::TcpListener;
use tokio::sync::Notify;

#[tokio::test]
async fn a_paid_request_goes_through_unchanged_on_its_own_connection() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    let poll = Ask::get("/ttapi/flux/fetch?jobId=ed1a0c55-77").with("TT-API-KEY", KEY);
    poll.of(&server).await.is_of_the_proxy(200, "sent");
    poll.of(&server).await.is_of_the_proxy(200, "sent");
    for id in ["one", "two"] {
        let reply = Ask::generate(id).of(&server).await;
        assert_eq!(reply.is_of_the_proxy(200, "sent").text(), ACCEPTED);
        assert_eq!(reply.header("x-studio-replayed"), None);
    }
    let arrivals = upstream.arrivals();
    assert_eq!(arrivals[0].connection, arrivals[1].connection, "polls share a connection");
    let paid = &arrivals[2..];
    assert_eq!(paid.len(), 2);
    assert_ne!(paid[0].connection, paid[1].connection);
    for arrival in paid {
        assert_ne!(arrival.connection, arrivals[0].connection);
        assert_eq!(arrival.header("connection"), Some("close"));
        assert_eq!((arrival.method.as_str(), arrival.target.as_str()), ("POST", "/flux/generate"));
        assert_eq!(arrival.body, PROMPT);
        assert_eq!(arrival.header("tt-api-key"), Some(KEY));
    }
}

#[tokio::test]
async fn n06_concurrent_repeats_wait_for_the_one_answer() {
    let signal = Arc::new(Notify::new());
    let release = Arc::clone(&signal);
    let upstream = Upstream::start(move |_| Act::SayAfter(Arc::clone(&signal), json(200, ACCEPTED))).await;
    let (server, _dist) = server(&upstream).await;
    let server = Arc::new(server);
    let asked: Vec<_> = (0..20)
        .map(|_| {
            let server = Arc::clone(&server);
            tokio::spawn(async move { Ask::generate("same").of(&server).await })
        })
        .collect();
    upstream.until(1).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(server.paid_requests_under_way());
    release.notify_one();
    for reply in asked {
        assert_eq!(reply.await.unwrap().is_of_the_proxy(200, "sent").text(), ACCEPTED);
    }
    let late = Ask::generate("same").of(&server).await;
    assert_eq!(late.is_of_the_proxy(200, "sent").text(), ACCEPTED);
    assert_eq!(late.header("x-studio-replayed"), Some("1"));
    assert_eq!(late.header("content-type"), Some("application/json"));
    assert_eq!(upstream.arrivals().len(), 1);
}

#[tokio::test]
async fn requests_without_an_id_are_not_taken_for_repeats() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    let ask = Ask::new("POST", "/ttapi/flux/generate").with("TT-API-KEY", KEY).body(PROMPT);
    ask.of(&server).await.is_of_the_proxy(200, "sent");
    ask.of(&server).await.is_of_the_proxy(200, "sent");
    assert_eq!(upstream.arrivals().len(), 2);
}

#[tokio::test]
async fn one_id_stands_for_one_prompt_and_one_key() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    Ask::generate("id").of(&server).await.is_of_the_proxy(200, "sent");
    for other in [
        Ask::generate("id").body(r#"{"prompt":"another"}"#),
        Ask::generate("id").with("TT-API-KEY", "another-key-0123456789"),
    ] {
        let reply = other.of(&server).await;
        assert!(reply.is_of_the_proxy(409, "not-sent").message().contains("Nothing was sent"));
    }
    assert_eq!(upstream.arrivals().len(), 1);
}

#[tokio::test]
async fn n13_the_answer_is_kept_for_a_page_that_left() {
    let signal = Arc::new(Notify::new());
    let release = Arc::clone(&signal);
    let upstream = Upstream::start(move |_| Act::SayAfter(Arc::clone(&signal), json(200, ACCEPTED))).await;
    let (server, _dist) = server(&upstream).await;
    Ask::generate("left").send_and_leave(&server, upstream.until(1)).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    release.notify_one();
    while server.paid_requests_under_way() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let reply = Ask::generate("left").of(&server).await;
    assert_eq!(reply.is_of_the_proxy(200, "sent").text(), ACCEPTED);
    assert_eq!(reply.header("x-studio-replayed"), Some("1"));
    assert_eq!(upstream.arrivals().len(), 1);
}

#[tokio::test]
async fn n04_n07_n08_n09_a09_a10_a13_a24_doubtful_outcomes_are_never_sent_again() {
    for (name, act, status) in [
        ("closed after reading", (|| Act::Close) as fn() -> Act, 502),
        ("no answer", || Act::Hang, 504),
        ("server error", || Act::Say(json(500, r#"{"status":"FAILED"}"#)), 500),
        ("gateway time-out", || Act::Say(answer(504, "Content-Type: text/html\r\n", "<html>")), 504),
        ("499 without JSON", || Act::Say(answer(499, "", "")), 499),
        ("403 of a CDN", || Act::Say(answer(403, "Content-Type: text/html\r\n", "<html>blocked")), 403),
        ("200 without id", || Act::Say(json(200, "{}")), 200),
        ("no HTTP", || Act::SayAndClose(b"hello\r\n\r\n".to_vec()), 502),
        (
            "broken off",
            || Act::SayAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":{\"jobId\":\"ed1a".to_vec()),
            502,
        ),
        (
            "broken chunk",
            || Act::SayAndClose(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{\"a".to_vec()),
            502,
        ),
        ("stalled body", || Act::Say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()), 504),
        ("huge", || Act::Zeros(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n".to_vec(), 2_000_000), 502),
    ] {
        let upstream = Upstream::start(move |_| act()).await;
        let dist = dist();
        let server = Server::start(Options { timeouts: short(), ..options(&dist, upstream.url()) }).await.unwrap();
        for round in 0..3 {
            let reply = Ask::generate("doubt").of(&server).await;
            assert_eq!(reply.status, status, "{name}");
            assert_eq!(reply.header("x-studio-upstream"), Some("sent"), "{name}");
            assert_eq!(reply.header("x-studio-replayed").is_some(), round > 0, "{name}");
        }
        assert_eq!(upstream.arrivals().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn n08_what_arrived_of_a_broken_answer_is_shown() {
    let upstream = Upstream::start(|_| {
        Act::SayAndClose(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\":{\"jobId\":\"ed1a0c55".to_vec())
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    let reply = Ask::generate("broken").of(&server).await;
    assert!(reply.is_of_the_proxy(502, "sent").message().contains("may have been charged"));
    let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(value["partial"], "{\"data\":{\"jobId\":\"ed1a0c55");
}

#[tokio::test]
async fn a01_a02_a03_a05_a09_documented_refusals_free_the_id() {
    for status in [400, 401, 402, 403, 429, 499] {
        let count = Arc::new(AtomicUsize::new(0));
        let upstream = Upstream::start(move |_| {
            Act::Say(if count.fetch_add(1, Ordering::SeqCst) == 0 {
                answer(
                    status,
                    "Retry-After: 7\r\nContent-Type: application/json\r\n",
                    r#"{"status":"FAILED","message":"no"}"#,
                )
            } else {
                json(200, ACCEPTED)
            })
        })
        .await;
        let (server, _dist) = server(&upstream).await;
        let first = Ask::generate("again").of(&server).await;
        assert_eq!(first.is_of_the_proxy(status, "sent").header("retry-after"), Some("7"));
        // The same attempt goes on with a new key.
        let second = Ask::generate("again").with("TT-API-KEY", "another-key-0123456789").of(&server).await;
        assert_eq!(second.is_of_the_proxy(200, "sent").text(), ACCEPTED);
        assert_eq!(upstream.arrivals().len(), 2);
    }
}

/// A port on which nobody listens.
async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn n01_n02_n23_nothing_is_sent_before_there_is_a_connection() {
    let dist = dist();
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let garbage = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let garbage_port = garbage.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = garbage.accept().await.unwrap();
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 200 OK\r\n\r\n").await;
        }
    });
    for (upstream, status, words) in [
        (format!("http://127.0.0.1:{}", closed_port().await), 502, "could not be reached"),
        (format!("https://127.0.0.1:{}", closed_port().await), 502, "could not be reached"),
        (format!("https://{}.invalid", "a".repeat(64)), 502, "could not be reached"),
        (format!("https://127.0.0.1:{garbage_port}"), 502, "TLS"),
        (format!("https://127.0.0.1:{}", mute.local_addr().unwrap().port()), 504, "within"),
    ] {
        let server = Server::start(Options {
            timeouts: Timeouts { connect: Duration::from_millis(500), ..Timeouts::default() },
            ..options(&dist, upstream.parse().unwrap())
        })
        .await
        .unwrap();
        for _ in 0..2 {
            let reply = Ask::generate("unsent").of(&server).await;
            let message = reply.is_of_the_proxy(status, "not-sent").message();
            assert!(message.contains(words) && message.contains("nothing charged"), "{upstream}: {message}");
            assert_eq!(reply.header("x-studio-replayed"), None, "an unsent request is forgotten");
        }
    }
}

#[tokio::test]
async fn an_unsent_request_may_be_sent_later() {
    let port = closed_port().await;
    let dist = dist();
    let upstream_url = format!("http://127.0.0.1:{port}").parse().unwrap();
    let server = Server::start(options(&dist, upstream_url)).await.unwrap();
    Ask::generate("later").of(&server).await.is_of_the_proxy(502, "not-sent");
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        let _ = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await;
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &json(200, ACCEPTED)).await;
    });
    let reply = Ask::generate("later").of(&server).await;
    assert_eq!(reply.is_of_the_proxy(200, "sent").text(), ACCEPTED);
}

#[tokio::test]
async fn malformed_requests_are_not_sent() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    for (ask, status) in [
        (Ask::generate("a b"), 400),
        (Ask::generate(&"x".repeat(129)), 400),
        (Ask::generate("<script>"), 400),
        (Ask::generate("big").body("x".repeat(64 * 1024 + 1)), 413),
        (Ask::generate("bigger").body("x".repeat(3 * 1024 * 1024)), 413),
        (Ask::generate("key").with("TT-API-KEY", "two words"), 400),
        (Ask::generate("key").with("TT-API-KEY", &"x".repeat(513)), 400),
        (Ask::new("POST", "/ttapi/flux/generate?x=1").body(PROMPT), 400),
    ] {
        let reply = ask.of(&server).await;
        assert!(!reply.is_of_the_proxy(status, "not-sent").message().is_empty());
    }
    assert!(upstream.arrivals().is_empty());
    let largest = Ask::generate("fits").body("x".repeat(64 * 1024)).of(&server).await;
    largest.is_of_the_proxy(200, "sent");
}

#[tokio::test]
async fn shutting_down_waits_for_the_answer_that_is_paid_for() {
    let signal = Arc::new(Notify::new());
    let release = Arc::clone(&signal);
    let upstream = Upstream::start(move |_| Act::SayAfter(Arc::clone(&signal), json(200, ACCEPTED))).await;
    let (server, _dist) = server(&upstream).await;
    let address = server.address();
    let asking = tokio::spawn(async move { Ask::generate("last").at(address).await });
    upstream.until(1).await;
    let ending = tokio::spawn(server.shutdown());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!ending.is_finished());
    release.notify_one();
    assert_eq!(asking.await.unwrap().text(), ACCEPTED);
    tokio::time::timeout(Duration::from_secs(5), ending).await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "the port is free");
}

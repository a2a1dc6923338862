//! Each fault over a real socket, with its mark in the ledger and its effect on the account.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "shared by two tests that use different parts")]
mod support;

use std::time::{Duration, Instant};

use flux_studio_simulator::Config;
use flux_studio_simulator::config::Cors;
use flux_studio_simulator::http::{Answer, Canned, ClockKind, Ended, Fault, Server, ServerOptions, Target, Wire};
use serde_json::{Value, json};
use support::{Client, End};

async fn server() -> Server {
    let clock = ClockKind::Settable { start_ms: 1_726_185_600_000 };
    Server::start(ServerOptions { config: Config::quick(), clock, ..ServerOptions::default() }).await.expect("starts")
}

/// A server with one finished job, its id and the path of its picture.
async fn finished() -> (Server, Client, String, String) {
    let server = server().await;
    let mut client = Client::new(server.port()).await;
    client.patience = Duration::from_secs(20);
    let id = client.generate("hills").await.json()["data"]["jobId"].as_str().unwrap().to_owned();
    server.advance(1_000);
    let path = server.jobs()[0].image_path();
    (server, client, id, path)
}

fn on_generate(fault: Fault) -> Fault {
    fault.on(Target::Generate)
}

#[tokio::test]
async fn resets_before_and_after_the_body() {
    for (fault, jobs, body_read) in [
        (Fault::reset_before_body(), 0, false),
        (Fault::reset_after_body(false), 0, true),
        (Fault::reset_after_body(true), 1, true),
    ] {
        let server = server().await;
        let number = server.push_fault(on_generate(fault));
        let seen = Client::new(server.port()).await.generate("hills").await;
        assert_eq!((seen.end, seen.status), (End::Reset, 0));
        let arrival = &server.ledger()[0];
        assert_eq!((arrival.ended, arrival.fault, arrival.body_read), (Ended::Reset, Some(number), body_read));
        assert_eq!((arrival.charge, server.jobs().len()), ((jobs == 1).then_some(1), jobs));
        assert_eq!(server.account().frozen(), jobs as u64);
        assert_eq!(Client::new(server.port()).await.generate("hills").await.status, 200, "it acts once");
    }
}

#[tokio::test]
async fn a_reset_only_on_a_reused_connection() {
    let server = server().await;
    server.push_fault(on_generate(Fault::reset_after_body(true)).reused());
    assert_eq!(Client::new(server.port()).await.generate("hills").await.status, 200);
    let mut client = Client::new(server.port()).await;
    client.get("/midjourney/v1/info").await;
    assert_eq!(client.generate("hills").await.end, End::Reset);
    let last = server.ledger().pop().unwrap();
    assert!(last.reused && last.charge == Some(1));
    assert_eq!(last.kind, "model/reset_after_body");
}

#[tokio::test]
async fn answers_that_end_too_early() {
    let full = server();
    let full = Client::new(full.await.port()).await.generate("hills").await.body;
    for (wire, end, ended) in [
        (Wire::Truncate { keep: 12 }, End::Closed, Ended::CutOff),
        (Wire::ResetMidAnswer { keep: 12 }, End::Reset, Ended::Reset),
        (Wire::Close, End::Closed, Ended::CutOff),
        (Wire::CutChunk { keep: 12 }, End::Closed, Ended::CutOff),
    ] {
        let server = server().await;
        server.push_fault(on_generate(Fault::wire(wire)));
        let seen = Client::new(server.port()).await.generate("hills").await;
        assert_eq!(seen.end, end, "{wire:?}");
        match wire {
            Wire::Close => assert!(seen.head.is_empty()),
            Wire::CutChunk { .. } => assert_eq!(seen.body, [b"d\r\n", &full[..12]].concat()),
            _ => {
                assert_eq!(seen.body, full[..12]);
                assert_eq!(seen.header("content-length"), Some(full.len().to_string().as_str()));
            }
        }
        assert_eq!((server.ledger()[0].ended, server.ledger()[0].charge), (ended, Some(1)));
    }
}

#[tokio::test]
async fn stalls_delays_and_drips() {
    for (wire, has_head) in [(Wire::StallBeforeHeaders, false), (Wire::StallAfterHeaders, true)] {
        let server = server().await;
        server.push_fault(on_generate(Fault::wire(wire)));
        let mut client = Client::new(server.port()).await;
        let seen = client.generate("hills").await;
        assert_eq!((seen.end, seen.status == 200, seen.body.len()), (End::Silent, has_head, 0));
        assert_eq!(server.ledger()[0].ended, Ended::Open);
        drop(client);
        let gone = server.wait_ledger(Duration::from_secs(5), |ledger| ledger[0].ended == Ended::ClientGone).await;
        assert!(gone.is_some());
    }
    let server = server().await;
    let mut client = Client::new(server.port()).await;
    client.patience = Duration::from_secs(5);
    for (wire, at_least_ms) in [
        (Wire::Delay { headers_ms: 120, body_ms: 0 }, 120),
        (Wire::Delay { headers_ms: 0, body_ms: 120 }, 120),
        (Wire::Drip { bytes: 10, every_ms: 15 }, 100),
    ] {
        server.push_fault(on_generate(Fault::wire(wire)));
        let begin = Instant::now();
        let seen = client.generate("hills").await;
        assert_eq!((seen.end, seen.status), (End::Whole, 200));
        assert!(begin.elapsed() >= Duration::from_millis(at_least_ms), "{wire:?}");
    }
    server.push_fault(on_generate(Fault::wire(Wire::Chunked)));
    assert_eq!(client.generate("hills").await.header("transfer-encoding"), Some("chunked"));
    server.push_fault(on_generate(Fault::wire(Wire::Interim { status: 103 })));
    let seen = client.generate("hills").await;
    assert!(seen.head.starts_with("HTTP/1.1 103 ") && seen.status == 200);
}

#[tokio::test]
async fn a_stall_ends_with_the_server() {
    let server = server().await;
    server.push_fault(Fault::wire(Wire::StallAfterHeaders));
    let mut client = Client::new(server.port()).await;
    assert_eq!(client.generate("hills").await.end, End::Silent);
    server.shutdown().await;
    assert_ne!(client.read().await.end, End::Silent);
}

#[tokio::test]
async fn any_status_and_body_without_a_job() {
    let server = server().await;
    let mut client = Client::new(server.port()).await;
    for status in [200, 201, 204, 206, 304, 400, 402, 408, 409, 418, 429, 499, 500, 502, 503, 504, 520, 522, 524] {
        for fault in [Fault::status(status), Fault::html(status), Fault::empty(status)] {
            server.push_fault(on_generate(fault));
            let seen = client.generate("hills").await;
            assert_eq!((seen.status, seen.end), (status, End::Whole));
            let bodiless = matches!(status, 204 | 304);
            assert_eq!(seen.header("content-length").is_none(), bodiless, "{status}");
        }
    }
    assert!(server.jobs().is_empty());
    server.push_fault(on_generate(Fault::status(500)).job(true));
    assert_eq!(client.generate("hills").await.status, 500);
    assert_eq!((server.jobs().len(), server.ledger().pop().unwrap().charge), (1, Some(1)));
    server.push_fault(on_generate(Fault::wire(Wire::Plain)).job(false));
    let seen = client.generate("hills").await;
    assert!(seen.json()["data"]["jobId"].is_string());
    assert_eq!(
        (server.jobs().len(), server.ledger().pop().unwrap().charge),
        (1, None),
        "it says so, but there is none"
    );
}

#[tokio::test]
async fn bodies_that_no_honest_server_sends() {
    let server = server().await;
    let mut client = Client::new(server.port()).await;
    client.patience = Duration::from_secs(10);
    for (canned, check) in [
        (Canned::Malformed, None),
        (Canned::NotUtf8, None),
        (Canned::ByteOrderMark, None),
        (Canned::OddValues, None),
        (Canned::NestedJson(100_000), None),
        (Canned::RawJson("".to_owned()), None),
        (Canned::RawJson("null".to_owned()), Some(json!(null))),
        (Canned::Json(json!([])), Some(json!([]))),
        (Canned::WrongTypes, Some(json!({"status": ["SUCCESS"], "message": {}, "jobId": 7, "data": "none"}))),
        (Canned::Failure("no".to_owned()), Some(json!({"status": "FAILED", "message": "no", "data": null}))),
    ] {
        server.push_fault(on_generate(Fault::respond(200, canned.clone())));
        let seen = client.generate("hills").await;
        assert_eq!(seen.header("content-type"), Some("application/json"), "{canned:?}");
        assert_eq!(serde_json::from_slice::<Value>(&seen.body).ok(), check, "{canned:?}");
    }
    server.push_fault(on_generate(Fault::respond(200, Canned::HugeJson(3_000_000))));
    let huge = client.generate("hills").await;
    assert!(huge.body.len() > 3_000_000 && huge.json()["status"] == "SUCCESS");
    server.push_fault(on_generate(Fault::gzip_garbage()));
    let gzip = client.generate("hills").await;
    assert_eq!((gzip.header("content-encoding"), gzip.body.len()), (Some("gzip"), 400));
    assert_eq!(server.ledger().pop().unwrap().charge, Some(1));
}

#[tokio::test]
async fn redirects() {
    let evil = server().await;
    let server = server().await;
    let target = format!("{}/flux/generate", evil.url());
    for status in [301, 302, 303, 307, 308] {
        server.push_fault(on_generate(Fault::redirect(status, &target)));
        let seen = Client::new(server.port()).await.generate("hills").await;
        assert_eq!((seen.status, seen.header("location")), (status, Some(target.as_str())));
    }
    assert!(evil.ledger().is_empty());
}

#[tokio::test]
async fn lies_about_a_job() {
    let (server, mut client, id, _) = finished().await;
    let target = format!("/flux/fetch?jobId={id}");
    server.push_fault(Fault::set("/status", json!("RUNNING2")).on(Target::Fetch));
    server.push_fault(Fault::set("/status", json!(null)).on(Target::Fetch));
    server.push_fault(Fault::set("/status", json!(7)).on(Target::Fetch));
    server.push_fault(Fault::foreign_id("someone-elses"));
    server.push_fault(Fault::without_url().times(2));
    server.push_fault(Fault::url(json!(["https://a/1.png", "https://a/2.png"])));
    server.push_fault(Fault::url(json!("javascript:alert(1)")));
    server.push_fault(Fault::remove("/data/quota").on(Target::Fetch));
    server.push_fault(Fault::set("/a/b/c", json!(1)).on(Target::Fetch));
    let mut poll = async || client.get(&target).await.json();
    assert_eq!(poll().await["status"], "RUNNING2");
    assert_eq!(poll().await["status"], Value::Null);
    assert_eq!(poll().await["status"], json!(7));
    let foreign = poll().await;
    assert_eq!((&foreign["jobId"], &foreign["data"]["jobId"]), (&json!("someone-elses"), &json!("someone-elses")));
    for _ in 0..2 {
        let bare = poll().await;
        assert_eq!((&bare["status"], bare["data"].get("imageUrl")), (&json!("SUCCESS"), None));
    }
    assert_eq!(poll().await["data"]["imageUrl"].as_array().unwrap().len(), 2);
    assert_eq!(poll().await["data"]["imageUrl"], "javascript:alert(1)");
    assert!(poll().await["data"].get("quota").is_none());
    assert_eq!(poll().await["a"]["b"]["c"], json!(1));
    let honest = poll().await;
    assert!(honest["data"]["imageUrl"].as_str().unwrap().contains(&id));
}

#[tokio::test]
async fn lies_about_a_picture() {
    let (server, mut client, _, path) = finished().await;
    let cdn = |fault: Fault| fault.on(Target::Cdn);
    for status in [403, 404, 410] {
        server.push_fault(cdn(Fault::empty(status)));
        assert_eq!(client.get(&path).await.status, status);
    }
    for (canned, body) in [
        (Canned::Html("<b>".to_owned()), b"<b>".to_vec()),
        (Canned::Empty, Vec::new()),
        (Canned::Zeros(5), vec![0; 5]),
        (Canned::Bytes(vec![1, 2]), vec![1, 2]),
    ] {
        server.push_fault(cdn(Fault::body(canned)));
        let seen = client.get(&path).await;
        assert_eq!((seen.status, seen.header("content-type"), &seen.body), (200, Some("image/png"), &body));
    }
    server.push_fault(cdn(Fault::body(Canned::Svg)));
    assert!(client.get(&path).await.body.starts_with(b"<svg"));
    server.push_fault(cdn(Fault::answer(Answer::Shorten(1_000))));
    let short = client.get(&path).await;
    assert_eq!((short.body.len(), short.end), (1_000, End::Whole));
    assert!(short.body.starts_with(b"\x89PNG"));
    server.push_fault(cdn(Fault::content_type("text/html")));
    server.push_fault(cdn(Fault::headers(&[("cache-control", "max-age=60"), ("x-a", "b\r\nx-evil: 1")])));
    assert_eq!(client.get(&path).await.header("content-type"), Some("text/html"));
    let cached = client.get(&path).await;
    assert_eq!((cached.header("cache-control"), cached.header("x-evil")), (Some("max-age=60"), None));
    assert!(cached.body.len() > 100_000);
}

#[tokio::test]
async fn which_arrival_is_meant() {
    let server = server().await;
    let mut client = Client::new(server.port()).await;
    server.push_fault(on_generate(Fault::status(500)).skip(1).times(2));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(client.generate("hills").await.status);
        assert_eq!(client.get("/midjourney/v1/info").await.status, 200, "another path");
    }
    assert_eq!(statuses, [200, 500, 500, 200]);
    server.push_fault(on_generate(Fault::status(500)).prompt("cat"));
    assert_eq!(client.generate("hills").await.status, 200);
    assert_eq!(client.generate("a cat").await.status, 500);
    server.push_fault(on_generate(Fault::reset_before_body()).prompt("cat"));
    assert_eq!(client.generate("hills").await.status, 200);
    assert_eq!(client.generate("a cat").await.end, End::Reset);
    let mut client = Client::new(server.port()).await;
    server.push_fault(Fault::status(500).on(Target::Fetch).text("abc").method("POST"));
    assert_eq!(client.get("/flux/fetch?jobId=abc").await.status, 404);
    assert_eq!(client.call("POST", "/flux/fetch", r#"{"jobId":"abc"}"#).await.status, 500);
    server.push_fault(Fault::captive_portal());
    for target in ["/", "/flux/fetch?jobId=x", "/cdn/x"] {
        assert!(client.get(target).await.body.starts_with(b"<!doctype html>"));
    }
    server.clear_faults();
    assert_eq!(client.get("/").await.status, 404);
}

#[tokio::test]
async fn cors_of_faults_and_faults_of_preflights() {
    let server = server().await;
    let mut client = Client::new(server.port()).await;
    server.configure(|config| config.cors_api = Cors::on());
    server.push_fault(on_generate(Fault::status(502)));
    assert_eq!(client.generate("hills").await.header("access-control-allow-origin"), Some("*"), "a fault keeps it");
    server.push_fault(on_generate(Fault::wire(Wire::Plain)).cors(false));
    let seen = client.generate("hills").await;
    assert_eq!((seen.status, seen.header("access-control-allow-origin")), (200, None));
    assert_eq!(server.ledger().pop().unwrap().charge, Some(1), "charged although the page cannot read it");
    server.push_fault(Fault::empty(403).preflights().on(Target::Generate));
    assert_eq!(client.generate("hills").await.status, 200, "not meant for this one");
    client
        .send("OPTIONS /flux/generate HTTP/1.1\r\nOrigin: http://a\r\nAccess-Control-Request-Method: POST\r\n\r\n")
        .await;
    assert_eq!(client.read().await.status, 403);
    server.configure(|config| config.cors_api = Cors::default());
    server.push_fault(on_generate(Fault::status(502)).cors(true));
    assert_eq!(client.generate("hills").await.header("access-control-allow-origin"), Some("*"));
}

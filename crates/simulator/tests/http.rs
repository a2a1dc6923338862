//! The server as an honest one: keep-alive, ledger, pictures, control, CORS, stopping.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[allow(dead_code, reason = "shared by two tests that use different parts")]
mod support;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use flux_studio_simulator::Config;
use flux_studio_simulator::config::{Cors, DEFAULT_KEY, ImageChoice};
use flux_studio_simulator::http::{ClockKind, Ended, Server, ServerOptions, StartError, hash_key};
use serde_json::{Value, json};
use support::{Client, End};

const START_MS: u64 = 1_726_185_600_000;

async fn settable(change: impl FnOnce(&mut Config)) -> Server {
    let mut config = Config::quick();
    change(&mut config);
    let clock = ClockKind::Settable { start_ms: START_MS };
    Server::start(ServerOptions { config, clock, ..ServerOptions::default() }).await.expect("starts")
}

#[tokio::test]
async fn only_loopback() {
    for ip in [Ipv4Addr::UNSPECIFIED, Ipv4Addr::new(192, 168, 0, 1)] {
        let options = ServerOptions { ip: IpAddr::V4(ip), ..ServerOptions::default() };
        assert!(matches!(Server::start(options).await, Err(StartError::NotLoopback(_))));
    }
}

#[tokio::test]
async fn from_prompt_to_picture_in_every_format() {
    let server = settable(|config| config.image = ImageChoice::InTurn).await;
    let mut client = Client::new(server.port()).await;
    client.patience = Duration::from_secs(60);
    for (kind, magic) in [("png", &b"\x89PNG"[..]), ("webp", b"RIFF"), ("jpeg", b"\xff\xd8\xff")] {
        let id = client.generate("misty hills").await.json()["data"]["jobId"].as_str().unwrap().to_owned();
        assert_eq!(client.get(&format!("/flux/fetch?jobId={id}")).await.json()["status"], "PENDING_QUEUE");
        assert!(server.advance(1_000));
        let done = client.get(&format!("/flux/fetch?jobId={id}")).await.json();
        let url = done["data"]["imageUrl"].as_str().unwrap().to_owned();
        let path = url.strip_prefix(&server.url()).expect("the server's own origin");
        let picture = client.get(path).await;
        assert_eq!((picture.status, picture.end), (200, End::Whole));
        assert_eq!(picture.header("content-type"), Some(format!("image/{kind}").as_str()));
        assert!(picture.body.starts_with(magic), "{kind}");
        assert!(picture.body.len() < 6_000_000, "{kind} has {} bytes", picture.body.len());
        let decoded = image::load_from_memory(&picture.body).expect("decodes");
        assert_eq!((decoded.width(), decoded.height()), (1024, 1024));
        assert_eq!(client.get(path).await.body, picture.body, "the same bytes again");
    }
    assert_eq!(server.account().spent(), 3);
}

#[tokio::test]
async fn the_ledger_tells_what_arrived() {
    let server = settable(|_| {}).await;
    let mut first = Client::new(server.port()).await;
    let made = first.generate("hills").await.json()["data"]["jobId"].as_str().unwrap().to_owned();
    first.get(&format!("/flux/fetch?jobId={made}&x=%20")).await;
    let mut second = Client::new(server.port()).await;
    second.send("GET /nowhere HTTP/1.1\r\nHost: a\r\nAuthorization: secret\r\n\r\n").await;
    assert_eq!(second.read().await.status, 404);

    let ledger = server.ledger();
    assert_eq!(ledger.iter().map(|arrival| arrival.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(ledger.iter().map(|arrival| arrival.reused).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(ledger[0].connection, ledger[1].connection);
    assert_ne!(ledger[0].connection, ledger[2].connection);
    assert!(ledger[0].is_generate() && ledger[1].is_fetch() && !ledger[2].is_picture());
    assert_eq!((ledger[0].job.as_deref(), ledger[0].charge), (Some(made.as_str()), Some(1)));
    assert_eq!((ledger[1].job.as_deref(), ledger[1].charge), (None, None));
    assert_eq!(serde_json::from_slice::<Value>(&ledger[0].body).unwrap()["prompt"], "hills");
    assert_eq!(ledger[1].query, format!("jobId={made}&x=%20"));
    assert_eq!(ledger[0].at_ms, START_MS);
    assert!(ledger[0].has_key(DEFAULT_KEY) && !ledger[2].has_key(DEFAULT_KEY));
    assert_eq!(ledger[2].header("authorization"), Some(hash_key("secret").as_str()));
    assert!(
        ledger
            .iter()
            .all(|arrival| arrival.ended == Ended::Answered && arrival.fault.is_none() && arrival.kind == "model")
    );
    let text = serde_json::to_string(&ledger).unwrap();
    assert!(!text.contains(DEFAULT_KEY) && !text.contains("\"secret\""));
    assert_eq!(hash_key("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[tokio::test]
async fn preflights_are_marked_and_answered_as_configured() {
    let server = settable(|_| {}).await;
    let preflight = "OPTIONS /flux/generate HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: tt-api-key\r\n\r\n";
    let mut client = Client::new(server.port()).await;
    client.send(preflight).await;
    let refused = client.read().await;
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (405, None));
    server.configure(|config| config.cors_api = Cors::on());
    client.send(preflight).await;
    let allowed = client.read().await;
    assert_eq!((allowed.status, allowed.end), (204, End::Whole));
    assert_eq!(allowed.header("access-control-allow-origin"), Some("*"));
    assert_eq!(allowed.header("content-length"), None);
    assert_eq!(client.generate("hills").await.header("access-control-allow-origin"), Some("*"));
    let ledger = server.ledger();
    assert_eq!(ledger.iter().map(|arrival| arrival.preflight).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(ledger.iter().filter(|arrival| arrival.is_generate()).count(), 1);
}

#[tokio::test]
async fn bodies_in_chunks_pipelined_and_expected() {
    let server = settable(|_| {}).await;
    let mut client = Client::new(server.port()).await;
    let body = json!({"prompt": "hills", "mode": "flux1-dev", "size": "1024x1024"}).to_string();
    let (a, b) = body.split_at(10);
    let head = format!(
        "POST /flux/generate HTTP/1.1\r\nHost: a\r\ntt-api-key: {DEFAULT_KEY}\r\ncontent-type: application/json\r\n"
    );
    client
        .send(&format!(
            "{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{a}\r\n{:x};x=y\r\n{b}\r\n0\r\n\r\n",
            a.len(),
            b.len()
        ))
        .await;
    assert_eq!(client.read().await.status, 200);
    client.send(&format!("{head}content-length: {}\r\nexpect: 100-continue\r\n\r\n", body.len())).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.send(&body).await;
    assert!(client.read().await.head.starts_with("HTTP/1.1 100 "));
    assert_eq!(server.ledger().iter().filter(|arrival| arrival.job.is_some()).count(), 2);
    client.send("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.0\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let both = client.read().await;
    assert_eq!(
        String::from_utf8_lossy(&both.body).matches("HTTP/1.1 404").count() + both.head.matches("HTTP/1.1 404").count(),
        2
    );
    assert_eq!(client.read().await.end, End::Closed, "1.0 does not keep alive");
}

#[tokio::test]
async fn control_over_http() {
    let server = settable(|_| {}).await;
    let mut client = Client::new(server.port()).await;
    let config = client.call("PUT", "/__ctl/config", r#"{"id_key": "job_id_snake", "cors_api": {"on": true}}"#).await;
    assert_eq!((config.status, &config.json()["cors_api"]["max_age_s"]), (200, &json!(600)));
    assert_eq!(client.get("/__ctl/config").await.json(), config.json());
    assert_eq!(client.call("PUT", "/__ctl/config", r#"{"idkey": 1}"#).await.status, 400);
    let id = client.generate("hills").await.json()["data"]["job_id"].as_str().unwrap().to_owned();
    assert_eq!(
        client.call("POST", "/__ctl/advance", r#"{"ms": 5000}"#).await.json()["now_ms"],
        json!(START_MS + 5_000)
    );
    assert_eq!(client.get("/__ctl/account").await.json()["spent"], json!(1));
    assert_eq!(client.call("POST", "/__ctl/grant", r#"{"quota": 9}"#).await.json()["balance"], json!(1_008));
    assert_eq!(client.get("/__ctl/jobs").await.json()[0]["id"], json!(id));

    let faults = r#"[{"on": {"target": "fetch"}, "answer": {"respond": {"status": 502, "body": {"html": "<p>"}}}},
                     {"on": {"target": {"path": "/x"}, "times": null}, "wire": {"drip": {"bytes": 1, "every_ms": 1}}}]"#;
    assert_eq!(client.call("POST", "/__ctl/faults", faults).await.json(), json!({"faults": [1, 2]}));
    assert_eq!(client.call("POST", "/__ctl/faults", r#"{"on": {"typo": 1}}"#).await.status, 400);
    assert_eq!(client.get("/__ctl/faults").await.json().as_array().unwrap().len(), 2);
    assert_eq!(client.get(&format!("/flux/fetch?jobId={id}")).await.status, 502);
    assert_eq!(client.get("/__ctl/faults").await.json().as_array().unwrap().len(), 1);
    client.call("DELETE", "/__ctl/faults", "").await;
    assert!(server.faults().is_empty());

    let ledger = client.get("/__ctl/ledger").await.json();
    assert_eq!(ledger.as_array().unwrap().len(), 2, "control calls are not in it");
    assert_eq!(ledger[1]["kind"], "respond/plain");
    assert_eq!(client.get("/__ctl/ledger?from=2").await.json().as_array().unwrap().len(), 1);
    assert_eq!(client.call("POST", "/__ctl/reset", r#"{"config": {"id_key": "both"}}"#).await.status, 200);
    assert!(server.ledger().is_empty() && server.jobs().is_empty());
    assert_eq!(client.generate("hills").await.json()["data"].as_object().unwrap().len(), 2);
    assert_eq!(client.get("/__ctl/nothing").await.status, 404);
    assert_eq!(client.call("POST", "/__ctl/drop", "").await.status, 200);
    assert_eq!(client.read().await.end, End::Reset);

    let real = Server::start(ServerOptions::default()).await.unwrap();
    assert_eq!(Client::new(real.port()).await.call("POST", "/__ctl/advance", r#"{"ms": 1}"#).await.status, 409);
    assert!(!real.advance(1));
}

#[tokio::test]
async fn all_connections_can_be_dropped_and_the_port_is_free_after_the_end() {
    let server = settable(|_| {}).await;
    let port = server.port();
    let mut client = Client::new(port).await;
    assert_eq!(client.get("/midjourney/v1/info").await.status, 200);
    server.drop_connections();
    assert_eq!(client.read().await.end, End::Reset);
    let mut client = Client::new(port).await;
    assert_eq!(client.get("/midjourney/v1/info").await.status, 200);
    server.shutdown().await;
    assert_ne!(client.read().await.end, End::Silent);
    let again = Server::start(ServerOptions { port, ..ServerOptions::default() }).await.expect("the port is free");
    assert_eq!(again.port(), port);
}

#[tokio::test]
async fn waiting_for_the_ledger() {
    let server = settable(|_| {}).await;
    let mut client = Client::new(server.port()).await;
    let waiting = server
        .wait_ledger(Duration::from_secs(5), |ledger| ledger.iter().any(|arrival| arrival.ended == Ended::Answered));
    let (ledger, _) = tokio::join!(waiting, client.get("/midjourney/v1/info"));
    assert_eq!(ledger.expect("in time").len(), 1);
    assert!(server.wait_ledger(Duration::from_millis(30), |ledger| ledger.len() > 1).await.is_none());
}

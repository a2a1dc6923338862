//! Requests, in a browser whose `fetch` is replaced by one that records what it is asked and answers as a test wants.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use flux_studio::platform::{clock, download, http, policy, reach};
use flux_studio_core::api::{Answer, HttpOutcome, Lost};
use flux_studio_core::attempt::Risk;
use flux_studio_core::attempt::permit::{Claim, SendPermit};
use flux_studio_core::draft::Draft;
use flux_studio_core::effect::Effect;
use flux_studio_core::event::{Event, Loaded, Reach};
use flux_studio_core::id::AttemptId;
use flux_studio_core::limits;
use flux_studio_core::secret::Secret;
use flux_studio_core::studio::Studio;
use js_sys::{Array, Promise, eval};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const KEY: &str = "CANARY-5d41402abc4b2a76b9719d911017c592";
const URL: &str = "https://api.example/flux/generate";

async fn js(code: &str) -> wasm_bindgen::JsValue {
    let value = eval(code).unwrap();
    JsFuture::from(Promise::resolve(&value)).await.unwrap()
}

/// Replaces `fetch`: `answer` is the body of a function of the request.
async fn fetch_is(answer: &str) {
    js(&format!(
        "globalThis.realFetch ??= fetch; globalThis.asked = [];
         globalThis.fetch = async (request, options) => {{
            if (!(request instanceof Request)) return realFetch(request, options);
            asked.push([request.method, request.url, request.redirect, request.credentials, request.cache, request.referrerPolicy, request.mode,
                await request.clone().text(), [...request.headers].map((pair) => pair.join('=')).sort().join('&')].join(' | '));
            const hang = () => new Promise((_, no) => request.signal.addEventListener('abort', () => no(request.signal.reason)));
            {answer}
         }}; 0"
    ))
    .await;
}

async fn asked() -> Vec<String> {
    let asked: Array = js("asked").await.dyn_into().unwrap();
    asked.iter().filter_map(|line| line.as_string()).collect()
}

fn key() -> Secret {
    Secret::parse(KEY).unwrap()
}

/// A permit, by the only road there is: through the studio and a commit.
fn permit() -> (AttemptId, SendPermit) {
    let mut studio = Studio::new(1);
    let draft = Draft { prompt: "a fox".into(), ..Draft::default() };
    let loaded = Loaded {
        draft,
        page: "https://studio.example/".into(),
        key: true,
        leader: true,
        lasting: true,
        ..Loaded::default()
    };
    let mut todo = vec![Event::Loaded(Box::new(loaded)), Event::Generate { repeat: false }];
    while let Some(event) = todo.pop() {
        if matches!(event, Event::Generate { .. }) {
            // What was pushed first goes first.
            let first = todo.pop().unwrap();
            studio.handle(first, clock::now());
        }
        for effect in studio.handle(event, clock::now()).effects {
            match effect {
                Effect::Write(write) => todo.push(Event::Written(write.ticket, Ok(()))),
                Effect::Claim(write) => todo.push(Event::Claimed(write.ticket, Ok(Claim::committed(write.row)))),
                Effect::Probe { purpose, .. } => {
                    let answer = HttpOutcome::Answer(Answer { status: 404, body: b"{}".to_vec(), ..Answer::default() });
                    todo.push(Event::Probed(purpose, answer, Reach::NotAsked));
                }
                Effect::Post { permit, .. } => return (*permit.id(), permit),
                _ => {}
            }
        }
    }
    panic!("the studio gave no permit");
}

async fn post() -> HttpOutcome {
    let (id, permit) = permit();
    let (posted, outcome) = http::post(permit, &key(), URL, "{}", false).await;
    assert_eq!(posted, id);
    assert_eq!(asked().await.len(), 1, "one permit, one request");
    outcome
}

#[wasm_bindgen_test]
async fn a_paid_request_goes_out_once_and_carries_the_key_in_one_header() {
    fetch_is("return new Response('{\"status\":\"SUCCESS\"}', { status: 200, headers: { 'Retry-After': '7', Date: 'x', 'X-Studio-Proxy': '1' } });").await;
    let (id, permit) = permit();
    let (_, outcome) = http::post(permit, &key(), URL, "{\"prompt\":\"é\"}", true).await;
    let expected = Answer {
        status: 200,
        retry_after: Some("7".into()),
        date: Some("x".into()),
        studio_proxy: true,
        body: br#"{"status":"SUCCESS"}"#.to_vec(),
        ..Answer::default()
    };
    assert_eq!(outcome, HttpOutcome::Answer(expected));
    let line = format!(
        "POST | {URL} | error | omit | no-store | no-referrer | cors | {{\"prompt\":\"é\"}} | content-type=application/json&tt-api-key={KEY}&x-request-id={id}"
    );
    assert_eq!(asked().await, [line]);
}

#[wasm_bindgen_test]
async fn questions_carry_no_request_id() {
    fetch_is("return new Response('{}', { status: 404, headers: { 'X-Studio-Upstream': 'not-sent' } });").await;
    let asked_for = http::ask(&key(), "https://api.example/flux/fetch", "{\"jobId\":\"x\"}").await;
    let HttpOutcome::Answer(answer) = asked_for else { panic!("an answer came") };
    assert_eq!((answer.status, answer.not_sent, answer.studio_proxy), (404, true, false));
    http::get(&key(), "https://api.example/midjourney/v1/info").await;
    let lines = asked().await;
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].ends_with(&format!("{{\"jobId\":\"x\"}} | content-type=application/json&tt-api-key={KEY}")),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("GET | ") && lines[1].ends_with(&format!("|  | tt-api-key={KEY}")), "{}", lines[1]);
}

#[wasm_bindgen_test]
async fn n01_n04_a_broken_line_is_lost_and_nothing_comes_again() {
    fetch_is("throw new TypeError('Failed to fetch');").await;
    assert_eq!(post().await, HttpOutcome::Lost(Lost::Network));
}

#[wasm_bindgen_test]
async fn n07_n12_silence_ends_at_the_time_out() {
    // Ninety seconds in ninety milliseconds.
    js("globalThis.realTimeout = setTimeout; globalThis.setTimeout = (f, ms) => realTimeout(f, ms / 1000); 0").await;
    fetch_is("return hang();").await;
    let silent = post().await;
    fetch_is("return new Response(new ReadableStream({ start(c) { c.enqueue(new TextEncoder().encode('{\"sta')); request.signal.addEventListener('abort', () => c.error(request.signal.reason)); } }));").await;
    let stalled = post().await;
    js("globalThis.setTimeout = realTimeout; 0").await;
    assert_eq!(silent, HttpOutcome::Lost(Lost::Timeout));
    assert_eq!(stalled, HttpOutcome::Lost(Lost::Body(200, b"{\"sta".to_vec())), "what had arrived is kept");
}

#[wasm_bindgen_test]
async fn n08_n09_half_an_answer_is_kept() {
    fetch_is("let n = 0; return new Response(new ReadableStream({ pull(c) { n++ ? c.error(new TypeError('cut')) : c.enqueue(new Uint8Array([123, 34])); } }), { status: 201 });").await;
    assert_eq!(post().await, HttpOutcome::Lost(Lost::Body(201, b"{\"".to_vec())));
}

#[wasm_bindgen_test]
async fn a24_an_endless_answer_is_cut() {
    fetch_is("return new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(300000)); } }));").await;
    let HttpOutcome::Answer(answer) = post().await else { panic!("an answer came") };
    assert_eq!((answer.body.len(), answer.cut), (limits::ANSWER_MAX, true));
}

#[wasm_bindgen_test]
async fn a28_an_answer_without_a_body_is_one() {
    fetch_is("return new Response(null, { status: 204 });").await;
    let HttpOutcome::Answer(answer) = post().await else { panic!("an answer came") };
    assert_eq!((answer.status, answer.body.len(), answer.cut), (204, 0, false));
}

#[wasm_bindgen_test]
async fn what_the_pages_policy_refuses_was_not_sent() {
    let _watching = policy::watch();
    let violation = |url: &str, disposition: &str| {
        format!(
            "setTimeout(() => document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', {{ blockedURI: '{url}',
                effectiveDirective: 'connect-src', violatedDirective: 'connect-src', originalPolicy: 'x', documentURI: location.href, statusCode: 200,
                disposition: '{disposition}' }})), 1); throw new TypeError('Failed to fetch');"
        )
    };
    fetch_is(&violation(URL, "enforce")).await;
    assert_eq!(post().await, HttpOutcome::Lost(Lost::Policy));
    fetch_is("throw new TypeError('Failed to fetch');").await;
    assert_eq!(post().await, HttpOutcome::Lost(Lost::Network), "an older refusal says nothing about this request");
    fetch_is(&violation("https://other.example/", "enforce")).await;
    assert_eq!(post().await, HttpOutcome::Lost(Lost::Network));
    fetch_is(&violation(URL, "report")).await;
    assert_eq!(post().await, HttpOutcome::Lost(Lost::Network));
}

/// A WebP of one pixel, as much of it as is looked at.
const WEBP: &str =
    "Uint8Array.from(atob('UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA'), (c) => c.charCodeAt(0))";

fn routes() -> Vec<String> {
    vec!["https://proxy.example/image?url=x".to_owned(), "https://cdn.example/a.png".to_owned()]
}

#[wasm_bindgen_test]
async fn an_image_comes_without_key_by_the_first_road_that_works() {
    fetch_is(&format!("if (request.url.includes('proxy')) throw new TypeError('no'); return new Response({WEBP}, {{ headers: {{ 'Content-Type': 'image/png' }} }});")).await;
    let (picture, bytes) = download::image(&routes()).await.unwrap();
    assert_eq!((picture.mime, picture.width, picture.height, bytes.len()), ("image/webp", 1, 1, 42));
    let lines = asked().await;
    assert_eq!(lines.len(), 2);
    assert!(
        lines
            .iter()
            .all(|line| line.contains("| omit |") && line.contains("no-referrer") && !line.contains("tt-api-key")),
        "{lines:?}"
    );
}

#[wasm_bindgen_test]
async fn a30_h02_what_is_no_whole_picture_is_refused() {
    let table = [
        ("return new Response('<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>', { headers: { 'Content-Type': 'image/webp' } });".to_owned(), Risk::NotAnImage),
        ("return new Response('<!doctype html>');".to_owned(), Risk::NotAnImage),
        ("return new Response('');".to_owned(), Risk::NotAnImage),
        (format!("return new Response({WEBP}.slice(0, 20));"), Risk::NotAnImage),
        (format!("return new Response({WEBP}, {{ headers: {{ 'Content-Length': '999' }} }});"), Risk::NotAnImage),
        (format!("return new Response({WEBP}, {{ headers: {{ 'Content-Length': '999999999' }} }});"), Risk::TooLarge),
        ("return new Response('gone', { status: 410 });".to_owned(), Risk::Status(410)),
        ("return new Response('no', { status: 403, headers: { 'X-Studio-Upstream': 'not-sent' } });".to_owned(), Risk::Unreachable),
        ("throw new TypeError('Failed to fetch');".to_owned(), Risk::Unreachable),
    ];
    for (answer, risk) in table {
        fetch_is(&answer).await;
        assert_eq!(download::image(&routes()).await.err(), Some(risk), "{answer}");
        assert_eq!(asked().await.len(), 2, "both roads were tried");
    }
}

#[wasm_bindgen_test]
async fn the_ladder_tells_the_likely_reason() {
    let url = "https://api.example/flux/fetch";
    let table = [
        ("throw new TypeError('no');", Reach::Offline),
        (
            "if (request.url.includes('health.txt')) return new Response('<html>log in</html>'); return new Response('');",
            Reach::Portal,
        ),
        (
            "if (request.url.includes('health.txt')) return new Response('ok\\n'); throw new TypeError('no');",
            Reach::Dead,
        ),
        (
            "if (request.url.includes('health.txt')) return new Response('ok\\n'); return Response.error();",
            Reach::Alive,
        ),
    ];
    for (answer, expected) in table {
        fetch_is(answer).await;
        assert_eq!(reach::of(url).await, expected, "{answer}");
        assert!(asked().await.iter().all(|line| !line.contains("tt-api-key") && line.contains("| omit |")));
    }
    let last = asked().await.pop().unwrap();
    assert!(
        last.starts_with("GET | https://api.example/ | follow | omit | no-store | no-referrer | no-cors"),
        "{last}"
    );
    js("Object.defineProperty(navigator, 'onLine', { value: false, configurable: true }); 0").await;
    fetch_is("return new Response('ok');").await;
    let offline = reach::of(url).await;
    js("delete navigator.onLine; 0").await;
    assert_eq!((offline, asked().await.len()), (Reach::Offline, 0));
}

//! The model against the description of the API: each row of its tables, each switch, money, time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use flux_studio_simulator::account::Movement;
use flux_studio_simulator::config::{
    Cors, DEFAULT_KEY, IdKey, ImageChoice, ImageFormat, MODES_2024, MODES_2026, MessageStyle, ModeEcho, ModeList,
    PendingData, Progress, QueueFull, QuotaStyle, RateLimit, RetryAfter, SizeRule, Timing, UnknownJob, UrlKey,
};
use flux_studio_simulator::job::Phase;
use flux_studio_simulator::{ApiBody, ApiRequest, ApiResponse, Config, Model};
use serde_json::{Value, json};

/// 2024-09-13T00:00:00Z.
const NOON: u64 = 1_726_185_600_000;

fn quick(change: impl FnOnce(&mut Config)) -> Model {
    let mut config = Config::quick();
    change(&mut config);
    Model::new(config, 1)
}

fn keyed(method: &str, target: &str) -> ApiRequest {
    ApiRequest::new(method, target).header("tt-api-key", DEFAULT_KEY)
}

fn order() -> Value {
    json!({"prompt": "misty hills", "mode": "flux1-dev", "size": "1024x1024"})
}

fn generate(model: &mut Model, body: &Value, now_ms: u64) -> ApiResponse {
    model.handle(&keyed("POST", "/flux/generate").json(body), now_ms)
}

fn make(model: &mut Model, body: &Value, now_ms: u64) -> String {
    let response = generate(model, body, now_ms);
    assert_eq!(response.status, 200, "{response:?}");
    response.made.expect("a job").job_id
}

fn fetch(model: &mut Model, id: &str, now_ms: u64) -> Value {
    model.handle(&keyed("GET", &format!("/flux/fetch?jobId={id}")), now_ms).json_body().expect("json")
}

fn failure(response: &ApiResponse) -> (u16, String) {
    let body = response.json_body().expect("json");
    assert_eq!(body["status"], "FAILED");
    assert_eq!(body["data"], Value::Null);
    (response.status, body["message"].as_str().unwrap().to_owned())
}

#[test]
fn the_contract_of_the_seed_word_for_word() {
    let mut model = quick(|config| config.image_base = "https://cdnb.ttapi.io".to_owned());
    let body = json!({"prompt": "a", "mode": "flux1-pro", "size": "1792x1024"});
    let accepted = generate(&mut model, &body, NOON);
    let id = accepted.made.clone().unwrap().job_id;
    assert_eq!(accepted.json_body().unwrap(), json!({"status": "SUCCESS", "message": "", "data": {"jobId": id}}));
    assert_eq!(
        fetch(&mut model, &id, NOON + 1_000),
        json!({"status": "SUCCESS", "message": "success", "jobId": id, "data": {
            "mode": "flux1-pro", "jobId": id, "prompt": "a", "quota": "3", "size": "1792x1024",
            "imageUrl": format!("https://cdnb.ttapi.io/cdn/2024-09-13/{id}.png"), "hookUrl": null,
        }})
    );
}

#[test]
fn authentication_comes_before_everything() {
    let mut model = quick(|config| {
        config.blocked_keys = vec!["blocked".to_owned()];
        config.rate_limit = Some(RateLimit { burst: 0, per_minute: 0, ..RateLimit::default() });
    });
    for (method, path) in [("POST", "/flux/generate"), ("DELETE", "/flux/fetch"), ("GET", "/midjourney/v1/info")] {
        for key in [None, Some(""), Some("wrong"), Some("SIM-KEY-0123456789ABCDEF")] {
            let mut request = ApiRequest::new(method, path);
            if let Some(key) = key {
                request = request.header("TT-API-KEY", key);
            }
            let answer = model.handle(&request, NOON);
            assert_eq!(answer.status, 401);
            let words = json!({"status": "FAILED", "message": "Wrong TT-API-KEY or email is not activated."});
            assert_eq!(answer.json_body().unwrap(), words);
        }
        let blocked = model.handle(&ApiRequest::new(method, path).header("TT-API-KEY", "blocked"), NOON);
        assert_eq!(failure(&blocked).0, 403);
    }
    model.config_mut().rate_limit = None;
    for name in ["TT-API-KEY", "tt-api-key", "Tt-Api-Key"] {
        let request = ApiRequest::new("GET", "/midjourney/v1/info").header(name, DEFAULT_KEY);
        assert_eq!(model.handle(&request, NOON).status, 200);
    }
}

#[test]
fn generate_refuses_what_is_wrong_and_charges_nothing() {
    let mut model = quick(|config| {
        config.size_rule = SizeRule::Either;
        config.refused_words = vec!["Forbidden".to_owned()];
        config.max_prompt_chars = 20;
    });
    let with = |name: &str, value: Value| {
        let mut body = order();
        body[name] = value;
        body
    };
    let without = |name: &str| {
        let mut body = order();
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let mut wrong = vec![without("prompt"), without("mode"), json!([]), json!("text"), json!(null)];
    for (name, values) in [
        (
            "prompt",
            vec![json!(""), json!("  \n"), json!(7), json!(null), json!("x".repeat(21)), json!("a forbidden thing")],
        ),
        ("mode", vec![json!(""), json!("flux9"), json!(["flux1-dev"]), json!(null), json!("FLUX1-DEV")]),
        ("size", vec![json!(""), json!("1024×1024"), json!("64x64"), json!(1024)]),
        ("aspect_ratio", vec![json!("1:1"), json!("5:4")]),
        (
            "hookUrl",
            vec![json!(""), json!("no url"), json!("ftp://a/b"), json!("https://"), json!("https://a b"), json!(1)],
        ),
    ] {
        wrong.extend(values.into_iter().map(|value| with(name, value)));
    }
    for body in &wrong {
        assert_eq!(failure(&generate(&mut model, body, NOON)).0, 400, "{body}");
    }
    let raw = ApiRequest {
        body: b"{".to_vec(),
        ..keyed("POST", "/flux/generate").header("content-type", "application/json")
    };
    assert_eq!(failure(&model.handle(&raw, NOON)), (400, "Parameter error".to_owned()));
    let mut text = keyed("POST", "/flux/generate").header("content-type", "text/plain");
    text.body = order().to_string().into_bytes();
    assert_eq!(model.handle(&text, NOON).status, 400);
    assert!(model.account().charges().is_empty());
    assert!(model.jobs().is_empty());
    for body in [
        with("hookUrl", json!("https://a.example/hook?x=1")),
        with("hookUrl", json!(null)),
        with("prompt", json!("ä".repeat(20))),
    ] {
        assert_eq!(generate(&mut model, &body, NOON).status, 200, "{body}");
    }
}

#[test]
fn model_instead_of_mode_is_a_switch() {
    let body = json!({"prompt": "a", "model": "flux1-dev", "size": "1024x1024"});
    let mut model = quick(|_| {});
    assert_eq!(generate(&mut model, &body, NOON).status, 400);
    model.config_mut().accept_model = true;
    let id = make(&mut model, &body, NOON);
    assert_eq!(model.job(&id).unwrap().mode, "flux1-dev");
    assert_eq!(generate(&mut model, &json!({"prompt": "a", "size": "1024x1024"}), NOON).status, 400);
}

#[test]
fn mode_lists() {
    for (list, has) in [
        (ModeList::Y2024, MODES_2024.to_vec()),
        (ModeList::Y2026, MODES_2026.to_vec()),
        (ModeList::Both, [&MODES_2024[..], &MODES_2026[..]].concat()),
    ] {
        let mut model = quick(|config| {
            config.modes = list;
            config.extra_modes = vec!["own".to_owned()];
        });
        for mode in MODES_2024.iter().chain(&MODES_2026).chain(&["own", "other"]) {
            let body = json!({"prompt": "a", "mode": mode, "size": "1024x1024"});
            let fits = has.contains(mode) || *mode == "own";
            assert_eq!(generate(&mut model, &body, NOON).status, if fits { 200 } else { 400 }, "{list:?} {mode}");
        }
    }
    assert!(!MODES_2026.contains(&"flux1-schnell"));
}

#[test]
fn sizes_and_aspect_ratios() {
    let mut model = quick(|_| {});
    for (size, pixels) in [("1024x1024", (1024, 1024)), ("1024x1792", (1024, 1792)), ("1792x1024", (1792, 1024))] {
        let id = make(&mut model, &json!({"prompt": "a", "mode": "flux1-dev", "size": size}), NOON);
        let job = model.job(&id).unwrap();
        assert_eq!((job.width, job.height), pixels);
    }
    let ratio = |ratio: &str| json!({"prompt": "a", "mode": "flux1-dev", "aspect_ratio": ratio});
    assert_eq!(generate(&mut model, &ratio("16:9"), NOON).status, 400, "2024 knows sizes only");
    model.config_mut().size_rule = SizeRule::Either;
    let mut now_ms = NOON;
    for text in ["21:9", "16:9", "4:3", "3:2", "1:1", "2:3", "3:4", "9:16", "9:21"] {
        now_ms += 1_000;
        let id = make(&mut model, &ratio(text), now_ms);
        let job = model.job(&id).unwrap();
        let (wide, high) = text.split_once(':').unwrap();
        let wanted = wide.parse::<f64>().unwrap() / high.parse::<f64>().unwrap();
        let made = f64::from(job.width) / f64::from(job.height);
        assert!((made / wanted - 1.0).abs() < 0.02, "{text} is {made}");
        let told = fetch(&mut model, &id, now_ms + 100);
        assert_eq!(told["data"]["aspect_ratio"], text);
        assert_eq!(told["data"]["size"], Value::Null);
    }
    let id = make(&mut model, &json!({"prompt": "a", "mode": "flux1-dev"}), NOON);
    assert_eq!(model.job(&id).unwrap().width, 1024);
}

#[test]
fn where_the_id_stands() {
    for (key, data, top) in [
        (IdKey::JobId, vec!["jobId"], vec![]),
        (IdKey::JobIdSnake, vec!["job_id"], vec![]),
        (IdKey::Both, vec!["jobId", "job_id"], vec![]),
        (IdKey::TopLevel, vec![], vec!["jobId"]),
        (IdKey::TopLevelSnake, vec![], vec!["job_id"]),
    ] {
        let mut model = quick(|config| config.id_key = key);
        let response = generate(&mut model, &order(), NOON);
        let body = response.json_body().unwrap();
        let id = response.made.unwrap().job_id;
        for name in ["jobId", "job_id"] {
            assert_eq!(body["data"].get(name).is_some(), data.contains(&name), "{key:?}");
            assert_eq!(body.get(name).is_some(), top.contains(&name), "{key:?}");
            assert!([body["data"].get(name), body.get(name)].into_iter().flatten().all(|value| *value == json!(id)));
        }
    }
}

#[test]
fn messages_of_both_times() {
    for (style, accepted, pending, done) in [
        (MessageStyle::Seed, json!(""), json!(""), json!("success")),
        (MessageStyle::Later, json!("success"), json!(null), json!("")),
    ] {
        let mut model = quick(|config| config.messages = style);
        let response = generate(&mut model, &order(), NOON);
        assert_eq!(response.json_body().unwrap()["message"], accepted);
        let id = response.made.unwrap().job_id;
        assert_eq!(fetch(&mut model, &id, NOON)["message"], pending);
        assert_eq!(fetch(&mut model, &id, NOON + 1_000)["message"], done);
    }
}

#[test]
fn what_a_running_job_tells() {
    for (pending, data) in [
        (PendingData::Null, Some(json!(null))),
        (PendingData::Absent, None),
        (PendingData::Empty, Some(json!({}))),
        (PendingData::Partial, Some(json!("partial"))),
    ] {
        let mut model = quick(|config| config.pending_data = pending);
        let id = make(&mut model, &order(), NOON);
        let answer = fetch(&mut model, &id, NOON + 10);
        assert_eq!(answer["status"], "PENDING_QUEUE");
        assert_eq!(answer["jobId"], json!(id));
        match data {
            Some(Value::String(_)) => {
                assert_eq!(answer["data"]["prompt"], "misty hills");
                assert_eq!(answer["data"]["imageUrl"], Value::Null);
                assert!(answer["data"].get("quota").is_none());
            }
            data => assert_eq!(answer.get("data").cloned(), data),
        }
    }
    for progress in [Progress::Off, Progress::TopLevel, Progress::Data] {
        let mut model = quick(|config| config.progress = progress);
        let id = make(&mut model, &order(), NOON);
        let answer = fetch(&mut model, &id, NOON + 40);
        assert_eq!(answer["status"], "ON_QUEUE");
        assert_eq!(answer.get("progress").cloned(), (progress == Progress::TopLevel).then(|| json!("50")));
        let inner = answer["data"].get("progress").cloned();
        assert_eq!(inner, (progress == Progress::Data).then(|| json!("50")));
        let done = fetch(&mut model, &id, NOON + 1_000);
        assert!(done.get("progress").is_none() && done["data"].get("progress").is_none());
    }
}

#[test]
fn variants_of_a_finished_fetch() {
    let mut model = quick(|config| {
        config.quota = QuotaStyle::Number;
        config.differing_inner_id = true;
        config.mode_echo = ModeEcho::Short;
    });
    let id = make(&mut model, &order(), NOON);
    let answer = fetch(&mut model, &id, NOON + 100);
    assert_eq!(answer["jobId"], json!(id));
    assert_ne!(answer["data"]["jobId"], json!(id));
    assert_eq!(answer["data"]["quota"], json!(1));
    assert_eq!(answer["data"]["mode"], "flux-dev");
    model.config_mut().url_key = UrlKey::ImageUrlSnake;
    let answer = fetch(&mut model, &id, NOON + 100);
    assert!(answer["data"].get("imageUrl").is_none());
    let url = answer["data"]["image_url"].clone();
    model.config_mut().url_key = UrlKey::List;
    assert_eq!(fetch(&mut model, &id, NOON + 100)["data"]["imageUrl"], json!([url]));
}

#[test]
fn unknown_jobs() {
    for (kind, status) in [(UnknownJob::NotFound, 404), (UnknownJob::BadRequest, 400), (UnknownJob::OkFailed, 200)] {
        let mut model = quick(|config| config.unknown_job = kind);
        assert_eq!(failure(&model.handle(&keyed("GET", "/flux/fetch?jobId=nobody-knows"), NOON)).0, status);
    }
    let mut model = quick(|_| {});
    for target in ["/flux/fetch", "/flux/fetch?jobId=", "/flux/fetch?job_id=x"] {
        assert_eq!(failure(&model.handle(&keyed("GET", target), NOON)).0, 400);
    }
}

#[test]
fn fetch_by_post_in_every_form_and_free() {
    let mut model = quick(|_| {});
    let id = make(&mut model, &order(), NOON);
    let multipart = format!("--b\r\nContent-Disposition: form-data; name=\"jobId\"\r\n\r\n{id}\r\n--b--\r\n");
    for (media_type, body) in [
        ("application/json", json!({"jobId": id}).to_string()),
        ("application/x-www-form-urlencoded", format!("jobId={id}")),
        ("multipart/form-data; boundary=b", multipart),
    ] {
        let mut request = keyed("POST", "/flux/fetch").header("Content-Type", media_type);
        request.body = body.into_bytes();
        assert_eq!(model.handle(&request, NOON + 100).json_body().unwrap()["jobId"], json!(id), "{media_type}");
    }
    assert_eq!(model.account().spent(), 1);
    assert_eq!(model.account().charges().len(), 2);
}

#[test]
fn paths_and_methods() {
    let mut model = quick(|_| {});
    for path in ["/", "/flux", "/flux/generate/", "/proxy/flux/generate", "/FLUX/FETCH", "/midjourney/v1/fetch"] {
        assert_eq!(failure(&model.handle(&keyed("GET", path), NOON)).0, 404, "{path}");
    }
    for (method, path) in
        [("GET", "/flux/generate"), ("PUT", "/flux/fetch"), ("POST", "/midjourney/v1/info"), ("POST", "/cdn/x/y.png")]
    {
        assert_eq!(failure(&model.handle(&keyed(method, path), NOON)).0, 405, "{path}");
    }
}

#[test]
fn reasons_of_failed_jobs() {
    let mut model = quick(|_| {});
    // The model's clock never goes back, so each case begins later than the one before it.
    let mut now_ms = NOON;
    for (prompt, reason) in [
        ("a lot of Gore, please", json!("[Banned prompt detected] gore")),
        ("x [fail:timeout]", json!("Job Timeout")),
        ("[fail:violation]", json!("prompt violation")),
        ("[fail:quota]", json!("insufficient quota")),
        ("[fail:internal]", json!("[Internal error] the picture could not be made")),
        ("[fail:empty]", json!("")),
        ("[fail:null]", json!(null)),
    ] {
        let mut body = order();
        body["prompt"] = json!(prompt);
        now_ms += 1_000;
        let id = make(&mut model, &body, now_ms);
        assert_eq!(fetch(&mut model, &id, now_ms + 59)["status"], "ON_QUEUE");
        let answer = fetch(&mut model, &id, now_ms + 60);
        assert_eq!(answer, json!({"status": "FAILED", "message": reason, "jobId": id, "data": null}));
    }
    assert_eq!(model.account().balance(), model.account().granted());
    let mut harmless = order();
    harmless["prompt"] = json!("gorel fields");
    let id = make(&mut model, &harmless, now_ms);
    assert_eq!(fetch(&mut model, &id, now_ms + 200)["status"], "SUCCESS");
    model.config_mut().fail_markers = false;
    harmless["prompt"] = json!("[fail:timeout]");
    let id = make(&mut model, &harmless, now_ms);
    assert_eq!(fetch(&mut model, &id, now_ms + 300)["status"], "SUCCESS");
}

#[test]
fn the_same_body_twice_is_two_jobs_and_two_charges() {
    let mut model = quick(|_| {});
    let first = make(&mut model, &order(), NOON);
    let second = make(&mut model, &order(), NOON);
    assert_ne!(first, second);
    assert_eq!(model.account().frozen(), 2);
    let info = model.handle(&keyed("GET", "/midjourney/v1/info"), NOON).json_body().unwrap();
    assert_eq!(info["status"], "SUCCESS");
    assert_eq!((&info["data"]["balance"], &info["data"]["freeze_balance"]), (&json!(998), &json!(2)));
    assert!(info["data"]["email"].is_string() && info["data"]["max_queue"].is_u64());
    model.advance(NOON + 100);
    let movements: Vec<Movement> = model.account().charges().iter().map(|charge| charge.movement).collect();
    assert_eq!(movements, [Movement::Freeze, Movement::Freeze, Movement::Take, Movement::Take]);
    assert_eq!((model.account().balance(), model.account().frozen(), model.account().spent()), (998, 0, 2));
}

#[test]
fn money_runs_out() {
    let mut model = quick(|config| config.start_balance = 4);
    let mut body = order();
    body["mode"] = json!("flux1-pro");
    body["size"] = json!("1792x1024");
    make(&mut model, &body, NOON);
    assert_eq!(failure(&generate(&mut model, &body, NOON)).0, 402);
    make(&mut model, &order(), NOON);
    assert_eq!(generate(&mut model, &order(), NOON).status, 402);
    model.grant(1);
    make(&mut model, &order(), NOON);
}

#[test]
fn a_full_queue() {
    let mut model = quick(|config| config.queue_limit = Some(2));
    make(&mut model, &order(), NOON);
    make(&mut model, &order(), NOON);
    assert_eq!(failure(&generate(&mut model, &order(), NOON)), (499, "Queue exhausted".to_owned()));
    model.config_mut().queue_full = QueueFull::Status400;
    assert_eq!(failure(&generate(&mut model, &order(), NOON)), (400, "queue is full".to_owned()));
    assert_eq!(model.account().frozen(), 2);
    make(&mut model, &order(), NOON + 60);
}

#[test]
fn the_token_bucket() {
    let limit = RateLimit { burst: 2, per_minute: 30, all_calls: true, retry_after: RetryAfter::Absent };
    let mut model = quick(|config| config.rate_limit = Some(limit));
    let info = keyed("GET", "/midjourney/v1/info");
    assert_eq!(model.handle(&info, NOON).status, 200);
    assert_eq!(model.handle(&info, NOON).status, 200);
    let refused = model.handle(&info, NOON);
    assert_eq!(failure(&refused).0, 429);
    assert_eq!(refused.find_header("retry-after"), None);
    assert_eq!(generate(&mut model, &order(), NOON).status, 429);
    assert!(model.jobs().is_empty());
    model.config_mut().rate_limit = Some(RateLimit { retry_after: RetryAfter::Seconds, ..limit });
    assert_eq!(model.handle(&info, NOON + 500).find_header("retry-after"), Some("2"));
    model.config_mut().rate_limit = Some(RateLimit { retry_after: RetryAfter::Date, ..limit });
    assert_eq!(model.handle(&info, NOON + 1_000).find_header("retry-after"), Some("Fri, 13 Sep 2024 00:00:02 GMT"));
    assert_eq!(model.handle(&info, NOON + 1_999).status, 429);
    assert_eq!(model.handle(&info, NOON + 2_000).status, 200);
    model.config_mut().rate_limit = Some(RateLimit { all_calls: false, ..limit });
    assert_eq!(model.handle(&info, NOON + 2_000).status, 200);
    assert_eq!(generate(&mut model, &order(), NOON + 2_000).status, 429);
}

#[test]
fn cors_is_off_unless_switched_on_for_each_host() {
    let preflight = |path: &str| {
        ApiRequest::new("OPTIONS", path).header("Origin", "https://a").header("Access-Control-Request-Method", "POST")
    };
    let cors_headers =
        |response: &ApiResponse| response.headers.iter().filter(|(name, _)| name.starts_with("access-control")).count();
    let mut model = quick(|_| {});
    for path in ["/flux/generate", "/cdn/x/y.png", "/other"] {
        let refused = model.handle(&preflight(path), NOON);
        assert!(refused.status >= 400);
        assert_eq!(cors_headers(&refused), 0);
        assert_eq!(cors_headers(&model.handle(&keyed("GET", path), NOON)), 0);
    }
    model.config_mut().cors_api = Cors { expose_headers: vec!["Retry-After".to_owned()], ..Cors::on() };
    let allowed = model.handle(&preflight("/flux/generate"), NOON);
    assert_eq!(allowed.status, 204);
    assert_eq!(allowed.find_header("access-control-allow-origin"), Some("*"));
    assert_eq!(allowed.find_header("access-control-allow-headers"), Some("tt-api-key, content-type"));
    assert_eq!(allowed.find_header("access-control-max-age"), Some("600"));
    let refused = model.handle(&ApiRequest::new("POST", "/flux/generate"), NOON);
    assert_eq!(refused.status, 401);
    assert_eq!(refused.find_header("access-control-allow-origin"), Some("*"), "failures carry it as well");
    assert_eq!(refused.find_header("access-control-expose-headers"), Some("Retry-After"));
    assert_eq!(cors_headers(&model.handle(&keyed("GET", "/cdn/x/y.png"), NOON)), 0);
    model.config_mut().cors_cdn = Cors { origin: "https://a".to_owned(), ..Cors::on() };
    let picture = model.handle(&ApiRequest::new("GET", "/cdn/x/y.png"), NOON);
    assert_eq!(picture.find_header("access-control-allow-origin"), Some("https://a"));
    assert_eq!(cors_headers(&model.handle(&keyed("GET", "/other"), NOON)), 0);
}

#[test]
fn pictures_have_an_address_and_an_end() {
    let mut model = quick(|config| {
        config.image_base = "http://127.0.0.1:1/".to_owned();
        config.url_lifetime_ms = Some(1_000);
        config.url_gone_status = 410;
    });
    let id = make(&mut model, &order(), NOON);
    let path = model.job(&id).unwrap().image_path();
    let get = |model: &mut Model, path: &str, now_ms: u64| model.handle(&ApiRequest::new("GET", path), now_ms);
    assert_eq!(get(&mut model, &path, NOON + 59).status, 404, "not before its end");
    let answer = get(&mut model, &path, NOON + 60);
    assert_eq!((answer.status, answer.find_header("content-type")), (200, Some("image/png")));
    let ApiBody::Image(image) = answer.body else { panic!("a picture") };
    assert_eq!(
        (image.width, image.height, image.format, image.prompt.as_str()),
        (1024, 1024, ImageFormat::Png, "misty hills")
    );
    for other in [
        path.replace(".png", ".webp"),
        path.replace("2024-09-13", "2024-09-12"),
        "/cdn/".to_owned(),
        path.to_uppercase(),
    ] {
        assert_eq!(get(&mut model, &other, NOON + 60).status, 404, "{other}");
    }
    assert_eq!(get(&mut model, &path, NOON + 1_059).status, 200);
    assert_eq!(get(&mut model, &path, NOON + 1_060).status, 410);
    let url = |model: &mut Model, now_ms: u64| fetch(model, &id, now_ms)["data"]["imageUrl"].clone();
    assert_eq!(url(&mut model, NOON + 1_100), json!(format!("http://127.0.0.1:1{path}")));
    model.config_mut().renew_url = true;
    let fresh = url(&mut model, NOON + 1_100).as_str().unwrap().replace("http://127.0.0.1:1", "");
    assert_ne!(fresh, path);
    assert_eq!(get(&mut model, &fresh, NOON + 1_100).status, 200);
    assert_eq!(get(&mut model, &path, NOON + 1_100).status, 410);
}

#[test]
fn formats_of_pictures() {
    for (choice, formats) in [
        (ImageChoice::Png, ["png", "png", "png"]),
        (ImageChoice::Webp, ["webp", "webp", "webp"]),
        (ImageChoice::Jpeg, ["jpg", "jpg", "jpg"]),
        (ImageChoice::InTurn, ["png", "webp", "jpg"]),
    ] {
        let mut model = quick(|config| config.image = choice);
        for extension in formats {
            let id = make(&mut model, &order(), NOON);
            assert!(model.job(&id).unwrap().image_path().ends_with(&format!("{id}.{extension}")));
        }
    }
}

#[test]
fn durations_by_mode_with_spread() {
    let mut model = Model::new(Config::default(), 5);
    let mut lasts = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let id = make(&mut model, &order(), NOON);
        let job = model.job(&id).unwrap();
        let (pending, running) = (job.begins_ms - NOON, job.ends_ms - job.begins_ms);
        assert!((510..=690).contains(&pending) && (2_890..=3_910).contains(&running), "{pending} {running}");
        lasts.insert(running);
    }
    assert!(lasts.len() > 5, "a spread");
    model.config_mut().jitter_percent = 0;
    model.config_mut().timings.insert("flux1-dev".to_owned(), Timing::new(0, 0));
    let id = make(&mut model, &order(), NOON);
    assert_eq!(model.phase(&id), Some(Phase::Success));
}

#[test]
fn equal_seeds_give_equal_services() {
    let run = |seed: u64| {
        let mut model = Model::new(Config::default(), seed);
        (0..20).map(|n| make(&mut model, &order(), NOON + n)).collect::<Vec<_>>()
    };
    assert_eq!(run(3), run(3));
    assert_ne!(run(3), run(4));
}

#[test]
fn a_snapshot_brings_everything_back() {
    let mut model = quick(|config| config.rate_limit = Some(RateLimit::default()));
    let id = make(&mut model, &order(), NOON);
    let mut back = Model::restore(&model.snapshot()).unwrap();
    assert_eq!(back, model);
    assert_eq!(fetch(&mut back, &id, NOON + 100), fetch(&mut model, &id, NOON + 100));
    assert_eq!(make(&mut back, &order(), NOON + 100), make(&mut model, &order(), NOON + 100));
    for bad in ["", "{}", "[]", r#"{"version":2,"model":{}}"#] {
        assert!(Model::restore(bad).is_err(), "{bad}");
    }
}

#[test]
fn switches_in_json_are_checked() {
    let config: Config = serde_json::from_str(r#"{"id_key": "both", "cors_api": {"on": true}}"#).unwrap();
    assert_eq!((config.id_key, config.cors_api), (IdKey::Both, Cors::on()));
    assert!(serde_json::from_str::<Config>(r#"{"idkey": "both"}"#).is_err());
    for config in [Config::default(), Config::quick(), Config::demo()] {
        assert_eq!(serde_json::from_str::<Config>(&serde_json::to_string(&config).unwrap()).unwrap(), config);
    }
}

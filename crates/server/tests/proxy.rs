//! What goes through the proxy, with which headers, for whom; and that nothing else does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use flux_studio_server::{Options, Server};
use support::{Act, Ask, KEY, PROMPT, Upstream, answer, dist, json, options, server, short};

fn encoded(url: &str) -> String {
    url::form_urlencoded::byte_serialize(url.as_bytes()).collect()
}

fn image(url: &str) -> Ask {
    Ask::get(&format!("/ttapi/image?url={}", encoded(url)))
}

#[tokio::test]
async fn exactly_the_calls_of_the_studio_go_through() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    let picture = format!("{}cdn/a%20b.png?sig=x%2By&n=1", upstream.url());
    for (ask, method, target) in [
        (Ask::new("POST", "/ttapi/flux/generate").body(PROMPT), "POST", "/flux/generate"),
        (Ask::new("POST", "/ttapi/flux/fetch").body(r#"{"jobId":"x"}"#), "POST", "/flux/fetch"),
        (Ask::get("/ttapi/flux/fetch?jobId=a%2Fb"), "GET", "/flux/fetch?jobId=a%2Fb"),
        (Ask::get("/ttapi/flux/fetch"), "GET", "/flux/fetch"),
        (Ask::get("/ttapi/midjourney/v1/info"), "GET", "/midjourney/v1/info"),
        (image(&picture), "GET", "/cdn/a%20b.png?sig=x%2By&n=1"),
    ] {
        ask.of(&server).await.is_of_the_proxy(200, "sent");
        let arrival = upstream.arrivals().pop().unwrap();
        assert_eq!((arrival.method.as_str(), arrival.target.as_str()), (method, target));
    }
    assert_eq!(upstream.arrivals().len(), 6);
}

#[tokio::test]
async fn everything_else_stays_here() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    for path in [
        "",
        "/",
        "/flux",
        "/flux/",
        "/flux/generate/",
        "/flux/generate/x",
        "//flux/generate",
        "/flux//generate",
        "/Flux/generate",
        "/flux/Generate",
        "/flux%2Fgenerate",
        "/flux/generat%65",
        "/./flux/generate",
        "/x/../flux/generate",
        "/..",
        "/../index.html",
        "/flux/fetch/",
        "/midjourney/v1/imagine",
        "/midjourney/v1/info/",
        "/midjourney/v1",
        "/image/",
        "/images",
        "/flux/edits",
        "/api.ttapi.io/flux/fetch",
        "/https://api.ttapi.io/flux/fetch",
        "/flux/generate;x",
        "/hook/a",
    ] {
        for method in ["GET", "POST"] {
            let reply = Ask::new(method, &format!("/ttapi{path}")).of(&server).await;
            assert!(reply.is_of_the_proxy(404, "not-sent").message().contains("nothing else"), "{path}");
        }
    }
    for (path, wrong, allow) in [
        ("/flux/generate", &["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post"][..], "POST"),
        ("/flux/fetch", &["HEAD", "PUT", "DELETE", "OPTIONS"], "GET, POST"),
        ("/midjourney/v1/info", &["POST", "HEAD", "OPTIONS"], "GET"),
        ("/image?url=https%3A%2F%2Fcdn.ttapi.io%2Fa.png", &["POST", "HEAD", "OPTIONS"], "GET"),
    ] {
        for method in wrong {
            let reply = Ask::new(method, &format!("/ttapi{path}")).of(&server).await;
            assert_eq!(reply.is_of_the_proxy(405, "not-sent").header("allow"), Some(allow), "{method} {path}");
        }
    }
    assert!(upstream.arrivals().is_empty());
}

#[tokio::test]
async fn n29_x08_only_the_needed_headers_go_either_way() {
    let upstream = Upstream::start(|_| {
        Act::Say(answer(
            429,
            "Content-Type: application/json; charset=utf-8\r\nRetry-After: 3\r\nSet-Cookie: a=b\r\nServer: x\r\nX-Powered-By: y\r\nETag: \"z\"\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: *\r\nX-Studio-Upstream: not-sent\r\nX-Studio-Proxy: 2\r\nLocation: https://evil.example\r\nContent-Security-Policy: default-src *\r\nStrict-Transport-Security: max-age=1\r\nRefresh: 0\r\nLink: <https://evil.example>; rel=preload\r\nCache-Control: public\r\n",
            r#"{"status":"FAILED","message":"slow down"}"#,
        ))
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    let noisy = |ask: Ask| {
        ask.with("TT-API-KEY", KEY)
            .with("Content-Type", "application/json")
            .with("Accept", "application/json")
            .with("X-Request-Id", "id-1")
            .with("Cookie", "session=1")
            .with("Authorization", "Bearer x")
            .with("Origin", &format!("http://{}", server.address()))
            .with("Sec-Fetch-Site", "same-origin")
            .with("Referer", server.url())
            .with("User-Agent", "Mozilla/5.0")
            .with("Accept-Language", "de")
            .with("X-Forwarded-For", "10.0.0.1")
            .with("X-Custom", "1")
    };
    for (ask, is_image) in [
        (Ask::new("POST", "/ttapi/flux/generate").body(PROMPT), false),
        (Ask::new("POST", "/ttapi/flux/fetch").body(PROMPT), false),
        (Ask::get("/ttapi/flux/fetch?jobId=a"), false),
        (Ask::get("/ttapi/midjourney/v1/info"), false),
        (image(&format!("{}a.png", upstream.url())), true),
    ] {
        let reply = noisy(ask).of(&server).await;
        reply.is_of_the_proxy(429, "sent");
        assert_eq!(reply.header("retry-after"), Some("3"));
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(reply.header("content-length"), Some("41"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(
            reply.header("content-security-policy"),
            Some("default-src 'none'; sandbox; frame-ancestors 'none'")
        );
        for gone in ["server", "x-powered-by", "etag", "location", "strict-transport-security", "refresh", "link"] {
            assert_eq!(reply.header(gone), None, "{gone}");
        }
        let arrival = upstream.arrivals().pop().unwrap();
        let mut allowed = vec!["host", "accept", "accept-encoding", "user-agent", "connection", "content-length"];
        if is_image {
            assert_eq!(arrival.header("tt-api-key"), None, "images are fetched without the key");
        } else {
            allowed.extend(["tt-api-key", "content-type"]);
            assert_eq!(arrival.header("tt-api-key"), Some(KEY));
        }
        for (name, _) in &arrival.headers {
            assert!(allowed.contains(&name.as_str()), "{name} went upstream");
        }
        assert!(arrival.header("user-agent").unwrap().starts_with("flux-studio-server/"));
        assert_eq!(arrival.header("accept"), Some("application/json"));
    }
}

#[tokio::test]
async fn n17_n18_redirects_are_refused_and_their_target_hears_nothing() {
    let evil = Upstream::ordinary().await;
    for status in [300, 301, 302, 303, 304, 307, 308] {
        let target = format!("Location: {}flux/generate\r\nAccess-Control-Allow-Origin: *\r\n", evil.url());
        let upstream = Upstream::start(move |_| Act::Say(answer(status, &target, ""))).await;
        let (server, _dist) = server(&upstream).await;
        for ask in [
            Ask::generate("moved"),
            Ask::new("POST", "/ttapi/flux/fetch").with("TT-API-KEY", KEY).body("{}"),
            Ask::get("/ttapi/flux/fetch?jobId=a").with("TT-API-KEY", KEY),
            Ask::get("/ttapi/midjourney/v1/info").with("TT-API-KEY", KEY),
            image(&format!("{}a.png", upstream.url())),
        ] {
            let reply = ask.of(&server).await;
            assert!(reply.is_of_the_proxy(502, "sent").message().contains("elsewhere"));
            assert_eq!(reply.header("location"), None);
        }
        // A 304 has no body, so its connection is in order; each call arrived once.
        assert_eq!(upstream.arrivals().len(), 5, "{status}");
    }
    assert!(evil.arrivals().is_empty());
}

#[tokio::test]
async fn only_the_studios_own_page_is_answered() {
    let upstream = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    let port = server.address().port();
    for (name, value) in [
        ("Origin", "https://evil.example".to_owned()),
        ("Origin", "null".to_owned()),
        ("Origin", format!("http://localhost:{port}")),
        ("Origin", format!("http://127.0.0.1:{}", port ^ 1)),
        ("Sec-Fetch-Site", "cross-site".to_owned()),
        ("Sec-Fetch-Site", "same-site".to_owned()),
        ("Sec-Fetch-Site", "none".to_owned()),
        ("Host", "evil.example".to_owned()),
        ("Host", format!("evil.example:{port}")),
        ("Host", format!("127.0.0.1.nip.io:{port}")),
    ] {
        for ask in
            [Ask::generate("foreign"), Ask::get("/ttapi/flux/fetch?jobId=a"), image("https://cdn.ttapi.io/a.png")]
        {
            let reply = ask.with(name, &value).of(&server).await;
            assert!(!reply.is_of_the_proxy(403, "not-sent").message().is_empty(), "{name}: {value}");
        }
    }
    assert!(upstream.arrivals().is_empty());
    // Under localhost the page is its own origin too.
    Ask::generate("own")
        .with("Host", &format!("localhost:{port}"))
        .with("Origin", &format!("http://localhost:{port}"))
        .with("Sec-Fetch-Site", "same-origin")
        .of(&server)
        .await
        .is_of_the_proxy(200, "sent");
}

#[tokio::test]
async fn images_come_from_listed_hosts_only() {
    let upstream = Upstream::ordinary().await;
    let other = Upstream::ordinary().await;
    let (server, _dist) = server(&upstream).await;
    for query in [
        String::new(),
        "?url=".to_owned(),
        "?URL=https%3A%2F%2Fcdn.ttapi.io%2Fa.png".to_owned(),
        "?url=https%3A%2F%2Fcdn.ttapi.io%2Fa.png&url=x".to_owned(),
        "?url=https%3A%2F%2Fcdn.ttapi.io%2Fa.png&x=1".to_owned(),
        format!("?url={}", encoded(&format!("{}a.png", other.url()))),
        format!("?url={}", encoded("https://evilttapi.io/a.png")),
        format!("?url={}", encoded("https://ttapi.io.evil.com/a.png")),
        format!("?url={}", encoded("https://cdn.ttapi.io@evil.com/a.png")),
        format!("?url={}", encoded("https://cdn.ttapi.io\\@evil.com/a.png")),
        // Encoded twice: it is decoded once, and then no address.
        format!("?url={}", encoded(&encoded("https://cdn.ttapi.io/a.png"))),
        format!("?url={}", encoded("file:///etc/passwd")),
    ] {
        let reply = Ask::get(&format!("/ttapi/image{query}")).of(&server).await;
        assert!(!reply.is_of_the_proxy(400, "not-sent").message().is_empty(), "{query}");
    }
    assert!(upstream.arrivals().is_empty() && other.arrivals().is_empty());

    let dist = dist();
    let wider = Server::start(Options {
        image_hosts: vec![format!("http://{}", other.address)],
        ..options(&dist, upstream.url())
    })
    .await
    .unwrap();
    image(&format!("{}a.png", other.url())).of(&wider).await.is_of_the_proxy(200, "sent");
    assert_eq!(other.arrivals().len(), 1);
}

#[tokio::test]
async fn a30_a32_images_are_streamed_up_to_a_limit() {
    const LIMIT: usize = 64 * 1024 * 1024;
    let upstream = Upstream::start(|arrival| {
        let head = |lines: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n{lines}\r\n").into_bytes();
        match arrival.target.as_str() {
            "/fits" => Act::Zeros(head(&format!("Content-Length: {LIMIT}\r\n")), LIMIT),
            "/announced" => Act::Zeros(head(&format!("Content-Length: {}\r\n", LIMIT + 1)), 1),
            "/unannounced" => Act::Zeros(head("Connection: close\r\n"), LIMIT + 1024),
            _ => Act::Zeros(head("Content-Length: 1000\r\n"), 500),
        }
    })
    .await;
    let (server, _dist) = server(&upstream).await;
    let fetch = async |path: &str| image(&format!("{}{path}", upstream.url())).of(&server).await;

    let fits = fetch("fits").await;
    assert_eq!((fits.is_of_the_proxy(200, "sent").body.len(), fits.whole), (LIMIT, true));
    assert_eq!(fits.header("content-type"), Some("image/png"));
    assert_eq!(fits.header("content-length"), Some(LIMIT.to_string().as_str()));
    assert!(fetch("announced").await.is_of_the_proxy(502, "sent").message().contains("64 MiB"));
    let cut = fetch("unannounced").await;
    assert!(!cut.whole && cut.body.len() <= LIMIT, "an image that is too large must not look whole");
    let truncated = fetch("truncated").await;
    assert!(!truncated.whole && truncated.body.len() == 500);
}

#[tokio::test]
async fn failures_of_free_calls_say_so() {
    let upstream = Upstream::start(|arrival| match arrival.target.as_str() {
        "/flux/fetch" => Act::Close,
        _ => Act::Hang,
    })
    .await;
    let dist = dist();
    let server = Server::start(Options { timeouts: short(), ..options(&dist, upstream.url()) }).await.unwrap();
    let post = Ask::new("POST", "/ttapi/flux/fetch").body("{}").of(&server).await;
    assert!(post.is_of_the_proxy(502, "sent").message().contains("broke off"));
    for ask in [Ask::get("/ttapi/midjourney/v1/info"), image(&format!("{}a.png", upstream.url()))] {
        let reply = ask.of(&server).await;
        assert!(reply.is_of_the_proxy(504, "sent").message().contains("in time"));
    }
    let large = Ask::new("POST", "/ttapi/flux/fetch").body("x".repeat(70_000)).of(&server).await;
    large.is_of_the_proxy(413, "not-sent");
    let long = Ask::get(&format!("/ttapi/flux/fetch?jobId={}", "x".repeat(3000))).of(&server).await;
    long.is_of_the_proxy(414, "not-sent");

    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let nowhere = Server::start(options(&dist, format!("http://{closed}").parse().unwrap())).await.unwrap();
    let reply = Ask::get("/ttapi/midjourney/v1/info").of(&nowhere).await;
    assert!(reply.is_of_the_proxy(502, "not-sent").message().contains("Nothing was sent"));
}

#[tokio::test]
async fn an_upstream_may_have_a_path_and_the_studio_a_base_path() {
    let upstream = Upstream::start(|_| Act::Say(json(200, "{}"))).await;
    let dist = dist();
    let server = Server::start(Options {
        base_path: "/some/sub/path/".to_owned(),
        ..options(&dist, upstream.url().join("/gateway/").unwrap())
    })
    .await
    .unwrap();
    Ask::new("POST", "/some/sub/path/ttapi/flux/generate").body(PROMPT).of(&server).await.is_of_the_proxy(200, "sent");
    assert_eq!(upstream.arrivals()[0].target, "/gateway/flux/generate");
    assert_eq!(Ask::get("/ttapi/flux/fetch").of(&server).await.status, 404);
    assert_eq!(upstream.arrivals().len(), 1);
}

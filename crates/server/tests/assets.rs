//! The built files: content types, caching, policy, and what is not there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::fs;
use std::path::Path;

use flux_studio_server::{Error, Options, Server};
use support::{Ask, PAGE, PAGE_POLICY, Upstream, dist, options};
use tempfile::TempDir;

const FOR_EVER: &str = "public, max-age=31536000, immutable";

async fn studio(files: &[(&str, &[u8])]) -> (Server, TempDir) {
    let folder = dist();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let server = Server::start(options(&folder, "https://api.ttapi.io".parse().unwrap())).await.unwrap();
    (server, folder)
}

#[tokio::test]
async fn files_have_their_types_and_the_headers_of_a_careful_host() {
    let names = [
        ("boot.js", "text/javascript", "no-cache"),
        ("sw.js", "text/javascript", "no-cache"),
        ("health.txt", "text/plain", "no-cache"),
        ("flux-studio-0123456789abcdef.js", "text/javascript", FOR_EVER),
        ("flux-studio-0123456789abcdef_bg.wasm", "application/wasm", FOR_EVER),
        ("worker_bg.wasm", "application/wasm", "no-cache"),
        ("style/base-0123456789abcdef.css", "text/css", FOR_EVER),
        ("manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("icon.svg", "image/svg+xml", "no-cache"),
        ("a.webp", "image/webp", "no-cache"),
        ("a.png", "image/png", "no-cache"),
        ("a.jpg", "image/jpeg", "no-cache"),
    ];
    let files: Vec<(&str, &[u8])> = names.iter().map(|(name, ..)| (*name, name.as_bytes())).collect();
    let (server, _dist) = studio(&files).await;
    for (name, kind, cache) in names {
        let reply = Ask::get(&format!("/{name}")).of(&server).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, name));
        assert_eq!(reply.header("content-type").unwrap().split(';').next(), Some(kind), "{name}");
        assert_eq!(reply.header("cache-control"), Some(cache), "{name}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(reply.header("cross-origin-opener-policy"), Some("same-origin"));
        assert!(reply.header("permissions-policy").unwrap().contains("camera=()"));
        assert_eq!(reply.header("content-security-policy"), None, "{name} is no page");
        assert_eq!(reply.header("x-studio-proxy"), None);
    }
}

#[tokio::test]
async fn the_page_carries_its_own_policy_as_a_header() {
    let (server, folder) = studio(&[]).await;
    for path in ["/", "/index.html", "/?x=1"] {
        let reply = Ask::get(path).of(&server).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, PAGE), "{path}");
        assert_eq!(reply.header("content-security-policy"), Some(PAGE_POLICY));
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
    }
    // A rebuild under a running server.
    fs::write(folder.path().join("index.html"), PAGE.replace("'self'", "'self' 'wasm-unsafe-eval'")).unwrap();
    let reply = Ask::get("/").of(&server).await;
    assert_eq!(
        reply.header("content-security-policy"),
        Some("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'")
    );
}

#[tokio::test]
async fn known_files_are_not_sent_again() {
    let (server, _dist) = studio(&[("flux-studio-0123456789abcdef.js", b"1")]).await;
    for (path, cache) in [("/index.html", "no-cache"), ("/flux-studio-0123456789abcdef.js", FOR_EVER)] {
        let first = Ask::get(path).of(&server).await;
        for (name, validator) in [("If-None-Match", "etag"), ("If-Modified-Since", "last-modified")] {
            let again = Ask::get(path).with(name, first.header(validator).unwrap()).of(&server).await;
            assert_eq!((again.status, again.body.len()), (304, 0), "{path} {name}");
            assert_eq!(again.header("cache-control"), Some(cache));
        }
        let head = Ask::new("HEAD", path).of(&server).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
    }
}

#[tokio::test]
async fn packed_siblings_are_served_to_those_who_take_them() {
    let (server, _dist) =
        studio(&[("a_bg.wasm", b"plain"), ("a_bg.wasm.br", b"brotli"), ("a_bg.wasm.gz", b"gzip"), ("b.js", b"plain")])
            .await;
    for (path, accepted, body, encoding) in [
        ("/a_bg.wasm", "gzip, deflate, br, zstd", "brotli", Some("br")),
        ("/a_bg.wasm", "gzip", "gzip", Some("gzip")),
        ("/a_bg.wasm", "br;q=0, gzip;q=0", "plain", None),
        ("/a_bg.wasm", "identity", "plain", None),
        ("/b.js", "gzip, br", "plain", None),
    ] {
        let reply = Ask::get(path).with("Accept-Encoding", accepted).of(&server).await;
        assert_eq!((reply.status, reply.text().as_str()), (200, body), "{path} {accepted}");
        assert_eq!(reply.header("content-encoding"), encoding);
        assert_eq!(reply.header("vary"), Some("accept-encoding"));
    }
    let packed = Ask::get("/a_bg.wasm").with("Accept-Encoding", "br").of(&server).await;
    assert_eq!(packed.header("content-type"), Some("application/wasm"));
}

#[tokio::test]
async fn only_the_built_files_are_there() {
    let (server, folder) = studio(&[(".env", b"secret"), (".git/config", b"secret"), ("sub/file.txt", b"x")]).await;
    let outside = folder.path().parent().unwrap().join("flux-studio-outside.txt");
    fs::write(&outside, "secret").unwrap();
    for path in [
        "/../flux-studio-outside.txt",
        "/%2e%2e/flux-studio-outside.txt",
        "/..%2fflux-studio-outside.txt",
        "/sub/../../flux-studio-outside.txt",
        "/sub/..%5c..%5cflux-studio-outside.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/.env",
        "/%2eenv",
        "/.git/config",
        "/sub",
        "/sub/",
        "/missing",
        "/index.html/",
        "/index.html%00",
        "/missing-0123456789abcdef.js",
        "/sub%2f.env",
        "/a%2f%2e%2e%2f.env",
    ] {
        let reply = Ask::get(path).of(&server).await;
        assert!(reply.status == 404, "{path}: {} {}", reply.status, reply.text());
        assert!(!reply.text().contains("secret"), "{path}");
        assert_eq!(reply.header("cache-control"), Some("no-cache"), "{path}");
    }
    fs::remove_file(outside).unwrap();
    for (method, path) in [("POST", "/index.html"), ("DELETE", "/index.html"), ("PUT", "/studio.json")] {
        assert_eq!(Ask::new(method, path).of(&server).await.status, 405);
    }
}

#[tokio::test]
async fn studio_json_names_the_own_proxy() {
    let (server, folder) =
        studio(&[("studio.json", br#"{"baseUrl":"https://x.example","modes":["flux1-dev"],"more":[1]}"#)]).await;
    let read = async || -> serde_json::Value {
        let reply = Ask::get("/studio.json").of(&server).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        assert_eq!(reply.header("cache-control"), Some("no-cache"));
        serde_json::from_slice(&reply.body).unwrap()
    };
    assert_eq!(
        read().await,
        serde_json::json!({"baseUrl":"https://api.ttapi.io","proxyUrl":"./ttapi/","modes":["flux1-dev"],"more":[1]})
    );
    fs::remove_file(folder.path().join("studio.json")).unwrap();
    assert_eq!(read().await, serde_json::json!({"baseUrl":"https://api.ttapi.io","proxyUrl":"./ttapi/"}));
    let head = Ask::new("HEAD", "/studio.json").of(&server).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[tokio::test]
async fn a_base_path_holds_for_everything() {
    let folder = dist();
    fs::create_dir(folder.path().join("sub")).unwrap();
    let server = Server::start(Options {
        base_path: "/some/sub/path".to_owned(),
        ..options(&folder, "https://api.ttapi.io".parse().unwrap())
    })
    .await
    .unwrap();
    assert_eq!(server.url(), format!("http://{}/some/sub/path/", server.address()));
    assert_eq!(Ask::get("/some/sub/path/").of(&server).await.text(), PAGE);
    assert_eq!(Ask::get("/some/sub/path/studio.json").of(&server).await.status, 200);
    let bare = Ask::get("/some/sub/path").of(&server).await;
    assert_eq!((bare.status, bare.header("location")), (308, Some("/some/sub/path/")));
    for path in ["/", "/index.html", "/some/sub/pathological/index.html", "/some/"] {
        assert_eq!(Ask::get(path).of(&server).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn foreign_names_get_no_page() {
    let (server, _dist) = studio(&[]).await;
    for path in ["/", "/index.html", "/studio.json"] {
        let reply = Ask::get(path).with("Host", "evil.example:8080").of(&server).await;
        assert_eq!(reply.status, 403);
        assert!(reply.text().contains("--allow-host"));
    }
    let folder = dist();
    let named = Server::start(Options {
        allowed_hosts: vec!["studio.example".to_owned()],
        ..options(&folder, "https://api.ttapi.io".parse().unwrap())
    })
    .await
    .unwrap();
    assert_eq!(Ask::get("/").with("Host", "studio.example").of(&named).await.status, 200);
}

#[tokio::test]
async fn a_start_that_cannot_work_says_what_to_do() {
    let upstream = Upstream::ordinary().await;
    let folder = dist();
    let first = Server::start(options(&folder, upstream.url())).await.unwrap();
    assert!(first.address().ip().is_loopback());
    let taken = first.address().port();
    let error = Server::start(Options { port: taken, ..options(&folder, upstream.url()) }).await.unwrap_err();
    assert!(matches!(error, Error::PortTaken(address) if address.port() == taken));
    assert!(error.to_string().contains("--port"), "{error}");

    let missing = Options::new(Path::new("no-such-folder"));
    let error = Server::start(Options { port: 0, ..missing }).await.unwrap_err();
    assert!(error.to_string().contains("cargo xtask build"), "{error}");

    let plain = "http://api.ttapi.io".parse().unwrap();
    let error = Server::start(options(&folder, plain)).await.unwrap_err();
    assert!(error.to_string().contains("https"), "{error}");

    let hosts = Options { image_hosts: vec!["*".to_owned()], ..options(&folder, upstream.url()) };
    assert!(matches!(Server::start(hosts).await, Err(Error::ImageHost(_))));
    let listen = Options { listen: "no such name".to_owned(), ..options(&folder, upstream.url()) };
    assert!(matches!(Server::start(listen).await, Err(Error::Listen { .. })));

    // A port is free again as soon as its server is gone.
    first.shutdown().await;
    Server::start(Options { port: taken, ..options(&folder, upstream.url()) }).await.unwrap();
}

//! A plain static file server: files, media types, nothing else. No proxy, no headers of policy, no fallback page.

use std::path::Path;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::routing::get;
use tokio::sync::watch;
use tower_http::services::ServeDir;

use super::Serving;

/// A service worker that passes everything on, and could do anything else.
const STRANGER: &str = "self.addEventListener('fetch', (event) => event.respondWith(fetch(event.request)));";

/// Holds the programs (`.wasm`) back while it is closed, as a slow line does.
#[derive(Clone, Debug)]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// From now on programs have to wait.
    pub fn close(&self) {
        self.0.send_replace(false);
    }

    /// Lets everything through, also what waits.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    async fn pass(&self) {
        let mut open = self.0.subscribe();
        // The sender lives as long as the server does.
        drop(open.wait_for(|open| *open).await);
    }
}

/// A folder, served.
pub struct Files {
    serving: Serving,
    below: String,
    gate: Gate,
}

impl Files {
    /// Serves `folder` below a path that begins and ends with a slash, with these presets in place of its own.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn start(folder: &Path, below: &str, presets: Option<String>) -> Self {
        let gate = Gate(watch::Sender::new(true));
        let folder = ServeDir::new(folder);
        let router = match below {
            "/" => Router::new().fallback_service(folder),
            // Without the last slash: that is how axum writes a path with everything below it. Beside it, on the same
            // origin, is a project of somebody else.
            below => Router::new()
                .nest_service(below.trim_end_matches('/'), folder)
                .route("/stranger.html", get(|| async { Html("<!doctype html><title>stranger</title>") }))
                .route("/stranger.js", get(|| async { ([(CONTENT_TYPE, "text/javascript")], STRANGER) })),
        };
        let router = match presets {
            None => router,
            Some(presets) => {
                let json = move || async { ([(CONTENT_TYPE, "application/json")], presets) };
                router.route(&format!("{below}studio.json"), get(json))
            }
        };
        let router = router.layer(from_fn_with_state(gate.clone(), answer));
        Self { serving: Serving::start(router).await, below: below.to_owned(), gate }
    }

    /// Address of the folder, with a last slash.
    pub fn url(&self) -> String {
        format!("{}{}", self.serving.origin(), self.below)
    }

    /// What holds programs back.
    pub fn gate(&self) -> &Gate {
        &self.gate
    }
}

async fn answer(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if request.uri().path().ends_with(".wasm") {
        gate.pass().await;
    }
    let mut response = next.run(request).await;
    // The browser asks each time, so that the gate is asked too.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

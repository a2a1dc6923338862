//! Where a request goes: to the proxy, to the built files, or nowhere.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::assets::{Assets, put_security_headers};
use crate::guard::HostNames;
use crate::proxy::Proxy;

/// Everything that answers; shared by all connections.
#[derive(Debug)]
pub(crate) struct App {
    /// Without its last slash, so empty for `/`.
    pub(crate) base_path: String,
    pub(crate) hosts: HostNames,
    pub(crate) assets: Assets,
    pub(crate) proxy: Proxy,
}

/// Answers one request.
pub(crate) async fn answer(State(app): State<Arc<App>>, request: Request<Body>) -> Response {
    let full_path = request.uri().path().to_owned();
    let own_path =
        full_path.strip_prefix(app.base_path.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let foreign_host = app.hosts.refuses(request.uri(), request.headers());

    let api_path =
        own_path.and_then(|path| path.strip_prefix("/ttapi")).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    if let Some(api_path) = api_path {
        return app.proxy.answer(api_path, foreign_host, request).await;
    }
    let plain = |status: StatusCode, sentence: String| {
        let mut response = (status, sentence).into_response();
        put_security_headers(response.headers_mut());
        response
    };
    if let Some(sentence) = foreign_host {
        return plain(StatusCode::FORBIDDEN, format!("{sentence}\n"));
    }
    match own_path {
        Some("") => {
            // Relative addresses in the page need the slash.
            let mut response = plain(StatusCode::PERMANENT_REDIRECT, String::new());
            if let Ok(target) = format!("{}/", app.base_path).parse() {
                response.headers_mut().insert(LOCATION, target);
            }
            response
        }
        Some(path) => app.assets.answer(path, request).await,
        None => plain(StatusCode::NOT_FOUND, format!("The studio is at {}/ on this server.\n", app.base_path)),
    }
}

//! Starting and ending: checks first, then the socket, so that a refused start leaves nothing behind.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::app::{self, App};
use crate::assets::Assets;
use crate::guard::HostNames;
use crate::image_hosts::{ImageHosts, is_loopback_http};
use crate::proxy::Proxy;
use crate::{Error, Options};

/// How long open connections may take to end after the last paid answer: an answer on loopback needs no more.
const PATIENCE_AT_THE_END: Duration = Duration::from_secs(2);

/// A running server. Dropping it stops accepting connections at once; [`Server::shutdown`] is the kind way.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    url: String,
    app: Arc<App>,
    stop: Option<oneshot::Sender<()>>,
    accepting: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Checks the options, listens, and serves from tasks of the current tokio runtime until it is stopped.
    ///
    /// # Errors
    /// Each variant of [`Error`] but `Runtime`; nothing is left running.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let upstream = checked_upstream(&options.upstream)?;
        let base_path = checked_base_path(&options.base_path)?;
        let image_hosts = ImageHosts::new(&options.image_hosts, &options.upstream)?;
        if !tokio::fs::try_exists(options.dist.join("index.html")).await.unwrap_or(false) {
            return Err(Error::DistMissing(options.dist));
        }
        let listener = listen(&options.listen, options.port).await?;
        let address =
            listener.local_addr().map_err(|source| Error::Listen { address: options.listen.clone(), source })?;
        let hosts = HostNames::new(&options.listen, &options.allowed_hosts, !address.ip().is_loopback())?;
        let url = format!("http://{}{base_path}/", reachable(address));
        let app = Arc::new(App {
            base_path,
            hosts,
            assets: Assets::new(&options.dist, upstream.clone()),
            proxy: Proxy::new(&options.upstream, upstream, image_hosts, options.timeouts)?,
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let router = Router::new().fallback(app::answer).with_state(Arc::clone(&app));
        let serving = axum::serve(listener, router).with_graceful_shutdown(async {
            // A dropped sender means a dropped server, which aborts this task anyhow.
            let _ = stopped.await;
        });
        Ok(Self { address, url, app, stop: Some(stop), accepting: tokio::spawn(serving.into_future()) })
    }

    /// The studio's address, with the base path and a last slash, such as `http://127.0.0.1:8080/`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The socket's address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// True while a paid request is on its way upstream, even when the page that sent it has gone.
    #[must_use]
    pub fn paid_requests_under_way(&self) -> bool {
        self.app.proxy.paid_requests_under_way()
    }

    /// Accepts no more connections, waits for the answers of paid requests (at most the generate time-out), and
    /// closes.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only when serving has ended already.
            let _ = stop.send(());
        }
        self.app.proxy.wait_for_paid_requests().await;
        if tokio::time::timeout(PATIENCE_AT_THE_END, &mut self.accepting).await.is_err() {
            self.accepting.abort();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn listen(host: &str, port: u16) -> Result<TcpListener, Error> {
    let failed = |source| Error::Listen { address: format!("{host}:{port}"), source };
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let address = tokio::net::lookup_host((bare, port))
        .await
        .map_err(failed)?
        .next()
        .ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    TcpListener::bind(address).await.map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse { Error::PortTaken(address) } else { failed(source) }
    })
}

/// An address that a browser on this machine can open: "all addresses" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port())
    } else {
        address
    }
}

/// The upstream as text without its last slash.
fn checked_upstream(upstream: &Url) -> Result<String, Error> {
    let text = upstream.as_str().trim_end_matches('/').to_owned();
    let plain = upstream.host_str().is_some()
        && upstream.username().is_empty()
        && upstream.password().is_none()
        && upstream.query().is_none()
        && upstream.fragment().is_none();
    if !plain {
        // A password in it is nobody's business, not even the terminal's.
        return Err(Error::UpstreamMalformed(upstream.host_str().unwrap_or("without host").to_owned()));
    }
    if upstream.scheme() != "https" && !is_loopback_http(upstream) {
        return Err(Error::UpstreamNotSafe(text));
    }
    Ok(text)
}

/// The base path without its last slash.
fn checked_base_path(text: &str) -> Result<String, Error> {
    let trimmed = text.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(String::new());
    }
    let plain = trimmed.split('/').all(|segment| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
    });
    if plain { Ok(format!("/{trimmed}")) } else { Err(Error::BasePath(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn upstreams_are_https_or_loopback() {
        for (text, expected) in [
            ("https://api.ttapi.io", "https://api.ttapi.io"),
            ("https://api.ttapi.org/", "https://api.ttapi.org"),
            ("https://gateway.example/ttapi/", "https://gateway.example/ttapi"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://localhost:9000/x", "http://localhost:9000/x"),
            ("http://[::1]:9000", "http://[::1]:9000"),
        ] {
            assert_eq!(checked_upstream(&Url::parse(text).unwrap()).unwrap(), expected);
        }
        for text in [
            "http://api.ttapi.io",
            "ftp://127.0.0.1",
            "https://user:secret@api.ttapi.io",
            "https://api.ttapi.io/?a=b",
            "https://api.ttapi.io/#a",
            "http://192.168.1.1",
            "http://localhost.evil.com",
            "data:text/plain,a",
        ] {
            let error = checked_upstream(&Url::parse(text).unwrap()).unwrap_err();
            assert!(!error.to_string().contains("secret"));
        }
    }

    #[test]
    fn base_paths_are_plain() {
        assert_eq!(checked_base_path("/").unwrap(), "");
        assert_eq!(checked_base_path("").unwrap(), "");
        assert_eq!(checked_base_path("/some/sub/path/").unwrap(), "/some/sub/path");
        assert_eq!(checked_base_path("studio").unwrap(), "/studio");
        for text in ["/a//b/", "/../a", "/a b", "/a?b", "/%2e/"] {
            assert!(checked_base_path(text).is_err(), "{text}");
        }
    }
}

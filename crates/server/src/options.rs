//! What a server is started with.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

/// The API, where no other upstream is asked for.
const DEFAULT_UPSTREAM: &str = "https://api.ttapi.io";

/// What a [`Server`](crate::Server) serves, where, and in front of which API. Start from [`Options::new`].
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder with the built studio; its `index.html` must exist when the server starts.
    pub dist: PathBuf,
    /// TCP port; 0 lets the system choose a free one, which [`Server::url`](crate::Server::url) then tells.
    pub port: u16,
    /// IP address or host name to listen on. `127.0.0.1` keeps the studio on this machine.
    pub listen: String,
    /// The API's base address: https, or http on a loopback host.
    pub upstream: Url,
    /// Hosts that images may be fetched from, beside TTAPI's and its vendors' own: `host`, `*.host`, or an
    /// `http://` origin on a loopback host.
    pub image_hosts: Vec<String>,
    /// Names other than loopback ones and the listened one under which browsers may reach this server, such as that of
    /// a reverse proxy in front. Any other `Host` is refused, which is what stops DNS rebinding.
    pub allowed_hosts: Vec<String>,
    /// The path under which everything is served, `/` or like `/studio/`.
    pub base_path: String,
    /// How long the upstream may take.
    pub timeouts: Timeouts,
}

impl Options {
    /// The studio in `dist` on 127.0.0.1:8080 in front of the real API.
    #[must_use]
    pub fn new(dist: impl Into<PathBuf>) -> Self {
        #[expect(clippy::expect_used, reason = "a constant, parsed by every test")]
        let upstream = Url::parse(DEFAULT_UPSTREAM).expect("the default upstream is an address");
        Self {
            dist: dist.into(),
            port: 8080,
            listen: "127.0.0.1".to_owned(),
            upstream,
            image_hosts: Vec::new(),
            allowed_hosts: Vec::new(),
            base_path: "/".to_owned(),
            timeouts: Timeouts::default(),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new("dist")
    }
}

/// How long the upstream may take until the proxy answers in its place. Except for `connect` each covers the whole
/// exchange, body included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name look-up, TCP and TLS together. When it runs out, nothing was sent.
    pub connect: Duration,
    /// A paid request. The page waits as long; afterwards the outcome is unknown.
    pub generate: Duration,
    /// A poll, and the account's balance.
    pub fetch: Duration,
    /// One image.
    pub image: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            generate: Duration::from_secs(90),
            fetch: Duration::from_secs(20),
            image: Duration::from_secs(60),
        }
    }
}

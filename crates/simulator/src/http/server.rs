//! Starting, steering and stopping a server, in process.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::clock::ClockKind;
use super::connection;
use super::fault::Fault;
use super::ledger::Arrival;
use super::state::Shared;
use crate::account::Account;
use crate::config::Config;
use crate::job::Job;

/// How to start a server. The default: any free port on 127.0.0.1, seed 1, real clock, [`Config::default`].
#[derive(Clone, Debug)]
pub struct ServerOptions {
    /// Address to listen on; anything but loopback is refused.
    pub ip: IpAddr,
    /// Port, or 0 for a free one.
    pub port: u16,
    /// Seed of job ids, durations and pictures.
    pub seed: u64,
    /// Clock.
    pub clock: ClockKind,
    /// Switches. `image_base` is overwritten, see there.
    pub config: Config,
    /// What stands before `/cdn/…` in picture addresses; `None` is the server's own origin. `http://localhost:<port>` is
    /// another origin at the same server, for a picture host of its own.
    pub image_base: Option<String>,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            seed: 1,
            clock: ClockKind::Real,
            config: Config::default(),
            image_base: None,
        }
    }
}

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error("{0} is not a loopback address")]
    NotLoopback(IpAddr),
    /// The port could not be opened.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// A running server. Dropping it stops it; every open connection ends then.
#[derive(Debug)]
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    /// Starts a server inside the present tokio runtime.
    ///
    /// # Errors
    /// The address is not loopback, or cannot be listened on.
    pub async fn start(options: ServerOptions) -> Result<Self, StartError> {
        let ServerOptions { ip, port, seed, clock, mut config, image_base } = options;
        if !ip.is_loopback() {
            return Err(StartError::NotLoopback(ip));
        }
        let wanted = SocketAddr::new(ip, port);
        let listener = TcpListener::bind(wanted).await.map_err(|error| StartError::Listen(wanted, error))?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(wanted, error))?;
        config.image_base = image_base.unwrap_or_else(|| format!("http://{address}"));
        let shared = Arc::new(Shared::new(config, seed, clock));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { shared, address, accepting })
    }

    /// Origin without a trailing slash, for example `http://127.0.0.1:40123`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Port that it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Present switches.
    #[must_use]
    pub fn config(&self) -> Config {
        self.shared.lock().model.config().clone()
    }

    /// Changes switches; the next arrival sees them.
    pub fn configure<R>(&self, change: impl FnOnce(&mut Config) -> R) -> R {
        change(self.shared.lock().model.config_mut())
    }

    /// Every arrival so far, oldest first.
    #[must_use]
    pub fn ledger(&self) -> Vec<Arrival> {
        self.shared.lock().ledger.clone()
    }

    /// Waits until the ledger satisfies `enough` and returns it; `None` after `patience`.
    pub async fn wait_ledger(&self, patience: Duration, enough: impl Fn(&[Arrival]) -> bool) -> Option<Vec<Arrival>> {
        let waiting = async {
            loop {
                // Registered before the look, so that no change falls between the two.
                let changed = self.shared.changed.notified();
                let ledger = self.ledger();
                if enough(&ledger) {
                    return ledger;
                }
                changed.await;
            }
        };
        tokio::time::timeout(patience, waiting).await.ok()
    }

    /// Adds a fault at the end of the script and returns its number.
    pub fn push_fault(&self, fault: Fault) -> u64 {
        self.shared.lock().script.push(fault)
    }

    /// Forgets every fault still to come.
    pub fn clear_faults(&self) {
        self.shared.lock().script.clear();
    }

    /// Faults still to come.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.shared.lock().script.list().into_iter().cloned().collect()
    }

    /// Present time of the server's clock, milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> u64 {
        self.shared.lock().now_ms()
    }

    /// Moves a settable clock on; false, and nothing happens, on the real one.
    pub fn advance(&self, ms: u64) -> bool {
        let mut inner = self.shared.lock();
        let settable = inner.set_ms.is_some();
        inner.set_ms = inner.set_ms.map(|now_ms| now_ms.saturating_add(ms));
        settable
    }

    /// The account at this moment.
    #[must_use]
    pub fn account(&self) -> Account {
        let mut inner = self.shared.lock();
        let now_ms = inner.now_ms();
        inner.model.advance(now_ms);
        inner.model.account().clone()
    }

    /// Puts quota into the account.
    pub fn grant(&self, quota: u64) {
        self.shared.lock().model.grant(quota);
    }

    /// All jobs, oldest first.
    #[must_use]
    pub fn jobs(&self) -> Vec<Job> {
        self.shared.lock().model.jobs().into_iter().cloned().collect()
    }

    /// Resets every open connection, as a change of network does.
    pub fn drop_connections(&self) {
        self.shared.drop_connections();
    }

    /// Forgets jobs, money, faults and ledger; keeps the switches.
    pub fn reset(&self) {
        self.shared.reset(None, None);
    }

    /// Stops, and returns when the port is free again.
    pub async fn shutdown(mut self) {
        self.accepting.abort();
        // The task was told to stop: that it was cancelled is no news.
        drop((&mut self.accepting).await);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Owns all connections, so that its end is theirs.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    let mut count = 0;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    count += 1;
                    // Small answers must not wait for the client's acknowledgement; a failure costs only speed.
                    drop(stream.set_nodelay(true));
                    connections.spawn(connection::serve(stream, Arc::clone(&shared), count));
                }
                // Out of file descriptors, for example: some will come back.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

//! Why the server could not start. Each message says what to do, because a person reads it in a terminal.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why [`Server::start`](crate::Server::start) gave up. Nothing is left running after any of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no built studio where it was looked for.
    #[error(
        "There is no built studio in {}: its index.html is missing. Build it first with `cargo xtask build`, or say where it is with --dist.",
        .0.display()
    )]
    DistMissing(PathBuf),
    /// Another program listens there already.
    #[error(
        "Port {port} on {ip} is taken by another program. Stop that one, or choose another port, for example --port {next}.",
        port = .0.port(),
        ip = .0.ip(),
        next = .0.port().checked_add(1).unwrap_or(8081)
    )]
    PortTaken(SocketAddr),
    /// The system refused the address for another reason.
    #[error(
        "The server cannot listen on {address}: {source}. Choose another address with --listen or another port with --port."
    )]
    Listen {
        /// What was asked for.
        address: String,
        /// What the system said.
        source: io::Error,
    },
    /// The upstream is neither https nor on this machine.
    #[error(
        "The upstream {0} is refused: the key would travel readable. Use https, or http only for a server on this machine (127.0.0.1 or localhost)."
    )]
    UpstreamNotSafe(String),
    /// The upstream has parts that an API address cannot have.
    #[error(
        "The upstream {0} is refused: it must be a plain address such as https://api.ttapi.io, without user name, query or fragment."
    )]
    UpstreamMalformed(String),
    /// An entry of the list of image hosts is not a host.
    #[error(
        "The image host {0:?} is refused: write a host such as images.example.com, a pattern such as *.example.com, or an address on this machine such as http://127.0.0.1:9000."
    )]
    ImageHost(String),
    /// An additional name of this server is not a host name.
    #[error("The host {0:?} is refused: write a name such as studio.example.com, without scheme, port or path.")]
    AllowedHost(String),
    /// The base path is not a plain absolute path.
    #[error("The base path {0:?} is refused: write a path such as /studio/ of letters, digits, '-', '_', '.' and '/'.")]
    BasePath(String),
    /// The HTTP client could not be made; nothing a person can change is behind it.
    #[error("The connection to the API could not be prepared: {0}")]
    Client(String),
    /// The async runtime could not be started ([`run_until_interrupted`](crate::run_until_interrupted) only).
    #[error("The server could not start its threads: {0}")]
    Runtime(io::Error),
}

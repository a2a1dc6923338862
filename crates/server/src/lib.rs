//! Serves the built studio on this machine, with a same-origin proxy to TTAPI beside it.
//!
//! The API sends no CORS headers, so a page cannot call it directly; a proxy on the page's own origin needs none. Because
//! every paid request passes here, this is also the place that makes "pay at most once" true below the browser: browsers
//! re-send a POST by themselves when a reused connection dies, so the proxy recognises a request by its `X-Request-Id`
//! and sends it upstream once, on a connection of its own.
//!
//! A library as well as a program, so that developer commands and tests run it in process:
//!
//! ```no_run
//! # async fn example() -> Result<(), flux_studio_server::Error> {
//! use flux_studio_server::{Options, Server};
//! let server = Server::start(Options { port: 0, ..Options::new("dist") }).await?;
//! println!("open {}", server.url());
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! What each module decides: `guard` who may ask, `assets` what the built files answer and with which headers, `policy`
//! and `studio_json` the two things read out of `dist/`, `proxy` everything that leaves for the API.

mod app;
mod assets;
mod error;
mod guard;
mod image_hosts;
mod options;
mod policy;
mod proxy;
mod run;
mod server;
mod studio_json;

pub use error::Error;
pub use options::{Options, Timeouts};
pub use run::run_until_interrupted;
pub use server::Server;

//! Servers that a person may have, written for the tests: a plain static file server, and a proxy of somebody else.
//!
//! Both are small and know nothing of the studio, so that what works with them works with any.

mod files;
mod line;
mod relay;

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use files::{Files, Gate};
pub use line::Line;
pub use relay::Relay;

/// Serves on a free loopback port until the handle is dropped.
struct Serving {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Serving {
    async fn start(router: Router) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serving");
        });
        Self { address, task }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

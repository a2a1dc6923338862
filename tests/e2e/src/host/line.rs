//! A line to a server that can be cut: bytes pass in both directions, and after the cut nobody answers at its address.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::task::JoinSet;

/// The line.
#[derive(Debug)]
pub struct Line {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Line {
    /// Lays a line to `origin`, such as `http://127.0.0.1:8080`.
    ///
    /// # Panics
    /// When there is no free port.
    pub async fn to(origin: &str) -> Self {
        let target = origin.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            // With this task all of them end.
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let target = target.clone();
                connections.spawn(async move {
                    if let Ok(mut far) = TcpStream::connect(&target).await {
                        drop(tokio::io::copy_bidirectional(&mut near, &mut far).await);
                    }
                });
            }
        });
        Self { address, task }
    }

    /// Its near end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Cuts it: what is open breaks, and the next connection is refused.
    pub async fn cut(&mut self) {
        self.task.abort();
        drop((&mut self.task).await);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

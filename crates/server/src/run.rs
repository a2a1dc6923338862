//! The blocking way to run a server, for programs: until Ctrl-C, with the address on standard output.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::{Error, Options, Server};

/// Starts the server, prints its address, and returns after Ctrl-C.
///
/// With `open` the address is opened in the person's browser; when that fails the server runs on, because the printed
/// address does the same. A paid request that is under way at Ctrl-C is waited for (a second Ctrl-C ends at once).
///
/// # Errors
/// Those of [`Server::start`].
pub fn run_until_interrupted(options: Options, open: bool) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    runtime.block_on(async {
        let server = Server::start(options).await?;
        // Listens from here on: whoever reads the next line may end the program at once.
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        let early = poll_fn(|context| Poll::Ready(interrupt.as_mut().poll(context))).await;
        println!("Flux Studio is at {} (Ctrl-C ends it)", server.url());
        if open && let Err(error) = open::that_detached(server.url()) {
            tracing::error!("the browser could not be opened ({error}); open the address by hand");
        }
        let heard = match early {
            Poll::Ready(heard) => heard,
            Poll::Pending => interrupt.await,
        };
        if heard.is_err() {
            // Without signals the only way to end is from outside, so serve until then.
            std::future::pending::<()>().await;
        }
        if server.paid_requests_under_way() {
            println!("Waiting for the answer of a paid request; Ctrl-C again ends without it");
        }
        tokio::select! {
            () = server.shutdown() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        Ok(())
    })
}

//! The command line of the bundled server: flags in, [`run_until_interrupted`] out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use flux_studio_server::{Options, run_until_interrupted};
use tracing::Level;
use url::Url;

/// Serves the built studio on this machine, with a same-origin proxy to TTAPI.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Folder with the built studio
    #[arg(long, default_value = "dist")]
    dist: PathBuf,
    /// Port to listen on; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address to listen on; other machines can reach the studio with anything but a loopback address
    #[arg(long, default_value = "127.0.0.1")]
    listen: String,
    /// Base address of the API
    #[arg(long, default_value = "https://api.ttapi.io")]
    upstream: Url,
    /// A further host that images may come from (repeatable)
    #[arg(long = "allow-image-host", value_name = "HOST")]
    image_hosts: Vec<String>,
    /// A further name under which browsers reach this server, such as a reverse proxy's (repeatable)
    #[arg(long = "allow-host", value_name = "HOST")]
    allowed_hosts: Vec<String>,
    /// Path under which the studio is served
    #[arg(long, default_value = "/")]
    base_path: String,
    /// Open the studio in the browser
    #[arg(long)]
    open: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Errors of this program only: a library below could be more talkative about a request than a key allows.
    tracing_subscriber::fmt().with_max_level(Level::ERROR).with_writer(std::io::stderr).with_target(false).init();
    let options = Options {
        port: arguments.port,
        listen: arguments.listen,
        upstream: arguments.upstream,
        image_hosts: arguments.image_hosts,
        allowed_hosts: arguments.allowed_hosts,
        base_path: arguments.base_path,
        ..Options::new(arguments.dist)
    };
    match run_until_interrupted(options, arguments.open) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

//! `cargo xtask run` and `cargo xtask simulate`: the studio with its proxy, and the stand-in for the API.
//!
//! Both are programs of this workspace and are started through Cargo, so that xtask itself does not depend on their
//! libraries and compiles in seconds.

use anyhow::Result;

use crate::build;
use crate::exec;
use crate::project::{Project, cargo};

/// How the studio is served.
#[derive(Debug, clap::Args)]
pub struct RunArguments {
    /// Port on 127.0.0.1 (0 takes a free one)
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Base address of the API that the proxy stands in front of
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// Open the studio in the browser
    #[arg(long)]
    open: bool,
    /// Further arguments for flux-studio-server, after `--`
    #[arg(last = true)]
    more: Vec<String>,
}

/// Builds the page and serves it until it is stopped.
///
/// # Errors
/// When the build fails, or the server cannot start (a port in use, say).
pub fn run(project: &Project, arguments: &RunArguments) -> Result<()> {
    // Somebody who wants to see the page gets it, however heavy it is.
    build::make(project)?;
    let mut server = exec::command(project, cargo());
    server.args(["run", "--package", "flux-studio-server", "--", "--dist"]).arg(project.dist());
    server.arg("--port").arg(arguments.port.to_string());
    if let Some(upstream) = &arguments.upstream {
        server.arg("--upstream").arg(upstream);
    }
    if arguments.open {
        server.arg("--open");
    }
    exec::run(server.args(&arguments.more))
}

/// Starts the stand-in for the API with the arguments as they are.
///
/// # Errors
/// When it cannot be compiled or started.
pub fn simulate(project: &Project, arguments: &[String]) -> Result<()> {
    let mut simulator = exec::command(project, cargo());
    simulator.args(["run", "--package", "flux-studio-simulator", "--features", "http", "--"]);
    exec::run(simulator.args(arguments))
}

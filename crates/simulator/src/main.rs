//! The simulator as a program: one line with its address, then it serves until it is stopped.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use flux_studio_simulator::Config;
use flux_studio_simulator::config::{Cors, DEFAULT_KEY};
use flux_studio_simulator::http::{Server, ServerOptions};

/// A stand-in for TTAPI's Flux API on loopback.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8788)]
    port: u16,
    /// Seed of job ids, durations and pictures.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Sends CORS headers, for the API and for pictures.
    #[arg(long)]
    cors: bool,
    /// Key that is accepted.
    #[arg(long, default_value = DEFAULT_KEY)]
    key: String,
    /// JSON file with switches, as `GET /__ctl/config` shows them; those left out keep their defaults.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const HELP: &str = "  POST /flux/generate          a job: prompt, mode, size
  GET|POST /flux/fetch         its state: jobId
  GET /midjourney/v1/info      the balance
  GET /cdn/<date>/<job>.<ext>  its picture, without key
  /__ctl/config|faults|ledger|account|jobs|grant|drop|reset  control, see the crate's documentation
In a prompt, [fail:timeout], [fail:violation], [fail:quota], [fail:internal], [fail:empty] or [fail:null] makes the job fail.";

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("flux-studio-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let mut config = match &arguments.config {
        None => Config::default(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    if !config.keys.contains(&arguments.key) {
        config.keys = vec![arguments.key.clone()];
    }
    if arguments.cors {
        config.cors_api = Cors::on();
        config.cors_cdn = Cors::on();
    }
    let options = ServerOptions { port: arguments.port, seed: arguments.seed, config, ..ServerOptions::default() };
    let server = Server::start(options).await?;
    println!("{}", server.url());
    println!("TT-API-KEY: {}\n{HELP}", arguments.key);
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(())
}

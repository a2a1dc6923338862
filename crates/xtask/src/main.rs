//! Every developer command of Flux Studio, as `cargo xtask <command>`. It needs nothing but the Rust toolchain to start,
//! brings or names everything else, and compiles in seconds: that is why it is a small program of its own.

mod build;
mod exec;
mod finish;
mod project;
mod sizes;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use project::Project;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer commands of Flux Studio", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the release files of the page into dist/ and print their sizes.
    Build,
    /// Called by trunk at the end of its build: final names, checksums, the finished page.
    #[command(hide = true)]
    FinishDist,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    let project = Project::find()?;
    match arguments.command {
        Task::Build => build::run(&project),
        Task::FinishDist => finish::run(&project),
    }
}

//! Every developer command of Flux Studio, as `cargo xtask <command>`. It needs nothing but the Rust toolchain to start,
//! brings or names everything else, and compiles in seconds: that is why it is a small program of its own.

mod bench;
mod browser;
mod build;
mod counts;
mod debian;
mod doctor;
mod exec;
mod faults;
mod finish;
mod lint;
mod mutants;
mod project;
mod serve;
mod sizes;
mod soak;
mod suite;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use project::Project;

#[derive(Parser)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    about = "Developer commands of Flux Studio",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Say what is missing on this machine and how to get it
    Doctor,
    /// Build the release files of the page into dist/ and print their sizes
    Build,
    /// Build the page and serve it on this machine, with a same-origin proxy to the API
    Run(serve::RunArguments),
    /// Start the stand-in for the API on this machine (its own arguments: `cargo xtask simulate --help`)
    #[command(disable_help_flag = true)]
    Simulate {
        /// Handed on as they are
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Check formatting and lints, for the host and for the page
    Lint,
    /// Run the lints and all tests
    Test(suite::TestArguments),
    /// Measure the built page in Chromium, against a plain page by hand
    Bench(bench::BenchArguments),
    /// Write tests/FAULTS.md: which test shows which fault
    Faults(faults::FaultsArguments),
    /// Break each guard of money and data on purpose, in a copy, and see that its test notices
    Mutants(mutants::MutantsArguments),
    /// Live many simulated lives of the whole core, each from a seed
    Soak(soak::SoakArguments),
    /// Called by trunk at the end of its build: final names, checksums, the finished page
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
        Task::Doctor => doctor::run(&project),
        Task::Build => build::run(&project),
        Task::Run(arguments) => serve::run(&project, &arguments),
        Task::Simulate { arguments } => serve::simulate(&project, &arguments),
        Task::Lint => lint::run(&project),
        Task::Test(arguments) => suite::run(&project, &arguments),
        Task::Bench(arguments) => bench::run(&project, &arguments),
        Task::Faults(arguments) => faults::run(&project, &arguments),
        Task::Mutants(arguments) => mutants::run(&project, &arguments),
        Task::Soak(arguments) => soak::run(&project, &arguments),
        Task::FinishDist => finish::run(&project),
    }
}

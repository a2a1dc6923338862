//! `cargo xtask soak`: the seeded simulation of the whole core, for as many seeds as there is time for.

use std::time::Instant;

use anyhow::Result;

use crate::exec;
use crate::project::{Project, cargo};

/// How many seeds are a soak.
const SEEDS: u64 = 100_000;

/// Which lives are lived.
#[derive(Debug, clap::Args)]
pub struct SoakArguments {
    /// How many seeds
    #[arg(long, default_value_t = SEEDS)]
    seeds: u64,
    /// The first seed
    #[arg(long, default_value_t = 0)]
    from: u64,
}

impl Default for SoakArguments {
    fn default() -> Self {
        Self { seeds: SEEDS, from: 0 }
    }
}

/// Lives them; a seed that breaks a promise is named, and `FLUX_SEED` replays it.
///
/// # Errors
/// When a seed breaks a promise, or the simulation cannot be built.
pub fn run(project: &Project, arguments: &SoakArguments) -> Result<()> {
    let mut build = simulation(project);
    exec::run(build.arg("--no-run"))?;
    let begin = Instant::now();
    let mut lives = simulation(project);
    lives.args(["--", "--nocapture"]);
    lives.env("FLUX_SEEDS", arguments.seeds.to_string()).env("FLUX_FROM", arguments.from.to_string());
    exec::run(&mut lives)?;
    let seconds = begin.elapsed().as_secs_f64();
    println!(
        "{} seeds from {} on in {seconds:.0} s, {:.0} a second, without a broken promise",
        arguments.seeds,
        arguments.from,
        arguments.seeds as f64 / seconds.max(0.001)
    );
    Ok(())
}

fn simulation(project: &Project) -> std::process::Command {
    let mut command = exec::command(project, cargo());
    command.args(["test", "--profile", "soak", "--package", "flux-studio-core", "--test", "simulation"]);
    command
}

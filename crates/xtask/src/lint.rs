//! `cargo xtask lint`: formatting, then clippy over everything, on the two targets that the workspace is compiled for.

use anyhow::Result;

use crate::exec;
use crate::faults::{self, FaultsArguments};
use crate::project::{Project, cargo};
use crate::tools::WASM_TARGET;

/// Checks formatting and lints; a warning is a failure.
///
/// # Errors
/// When something is not formatted, not clean, or does not compile.
pub fn run(project: &Project) -> Result<()> {
    exec::run(exec::command(project, cargo()).args(["fmt", "--all", "--check"]))?;
    faults::run(project, &FaultsArguments { check: true })?;
    let deny = ["--", "--deny", "warnings"];
    exec::run(
        exec::command(project, cargo()).args(["clippy", "--workspace", "--all-targets", "--all-features"]).args(deny),
    )?;
    // The tests of the worker's program run on the host alone.
    for (package, targets) in [("flux-studio", "--all-targets"), ("flux-studio-bytes", "--bins")] {
        let mut clippy = exec::command(project, cargo());
        clippy.args(["clippy", "--target", WASM_TARGET, "--package", package, targets]);
        exec::run(clippy.args(deny))?;
    }
    Ok(())
}

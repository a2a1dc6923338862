//! `cargo xtask build`: the release files of the page, their sizes, and the limit on what a first visit downloads.

use anyhow::{Result, bail};

use crate::exec;
use crate::project::Project;
use crate::sizes;
use crate::tools;

/// What a first visit may download, in bytes after brotli.
const FIRST_LOAD_LIMIT: usize = 350_000;

/// Builds `dist/`, prints what it weighs, and holds the first load to its limit; without the optimiser, where the machine
/// cannot do better, it says so.
///
/// # Errors
/// When [`make`] or [`hold`] fails.
pub fn run(project: &Project) -> Result<()> {
    let first_load = make(project)?;
    match hold(first_load) {
        Err(over) if tools::optimiser(project).is_none() => {
            println!("{over}, but this was built without wasm-opt. {}", tools::optimiser_remedy());
            Ok(())
        }
        held => held,
    }
}

/// Builds `dist/` and prints what it weighs; the answer is the first load in bytes after brotli.
///
/// # Errors
/// When a tool cannot be had or the build fails.
pub fn make(project: &Project) -> Result<usize> {
    tools::ensure(project)?;
    exec::run(tools::trunk(project)?.args(["build", "--release"]))?;
    let weights = sizes::measure(&project.dist())?;
    print!("\n{}", sizes::table(&weights));
    let first = sizes::first_load(&weights);
    println!("first load, brotli: {first} of at most {FIRST_LOAD_LIMIT} bytes");
    Ok(first)
}

/// Holds a first load, in bytes after brotli, to its limit.
///
/// # Errors
/// When it is over.
pub fn hold(first_load: usize) -> Result<()> {
    match first_load.checked_sub(FIRST_LOAD_LIMIT) {
        None | Some(0) => Ok(()),
        Some(over) => bail!("the first load is {over} bytes over its limit"),
    }
}

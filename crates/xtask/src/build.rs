//! `cargo xtask build`: the release files of the page, their sizes, and the limit on what a first visit downloads.

use anyhow::{Result, bail};

use crate::exec;
use crate::project::Project;
use crate::sizes;
use crate::tools;

/// What a first visit may download, in bytes after brotli.
const FIRST_LOAD_LIMIT: usize = 350_000;

/// Builds `dist/`, prints what it weighs, and holds the first load to its limit.
///
/// # Errors
/// When [`make`] or [`hold`] fails.
pub fn run(project: &Project) -> Result<()> {
    let first_load = make(project)?;
    hold(project, first_load)
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
/// When it is over. Without the optimiser the limit is only said: that machine cannot do better.
pub fn hold(project: &Project, first_load: usize) -> Result<()> {
    if first_load > FIRST_LOAD_LIMIT {
        match tools::optimiser(project) {
            Some(_) => bail!("the first load is {} bytes over its limit", first_load - FIRST_LOAD_LIMIT),
            None => println!("Over the limit, but built without wasm-opt. {}", tools::optimiser_remedy()),
        }
    }
    Ok(())
}

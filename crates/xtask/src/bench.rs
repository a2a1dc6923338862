//! `cargo xtask bench`: figures of the built page in Chromium, against a plain page by hand (see bench/README.md).

use anyhow::Result;

use crate::browser;
use crate::build;
use crate::exec;
use crate::project::{Project, cargo};

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct BenchArguments {
    /// Which part of the studio
    #[arg(value_enum)]
    part: Part,
    /// Sizes of the library, in images
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 50_000])]
    images: Vec<usize>,
}

/// A part of the studio that has a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    /// Opening, scrolling and searching a library
    Library,
}

/// Builds the page, measures it and prints a table. Nothing fails for being slow.
///
/// # Errors
/// When the page cannot be built or the browser does not do what it is told.
pub fn run(project: &Project, arguments: &BenchArguments) -> Result<()> {
    let driver = browser::ensure(project)?;
    build::make(project)?;
    let Part::Library = arguments.part;
    exec::run(
        exec::command(project, cargo())
            .args(["run", "--package", "bench", "--", "library"])
            .args(arguments.images.iter().map(usize::to_string))
            .env("CHROMEDRIVER", driver)
            .env("FLUX_STUDIO_DIST", project.dist()),
    )
}

//! The browser that tests run in: Chromium with the chromedriver of the same version, as distributions pack them.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::exec;
use crate::project::Project;

/// What a person types to get both on Debian.
pub const REMEDY: &str = "sudo apt-get update && sudo apt-get install -y chromium chromium-driver";
/// Names under which Chromium and Chrome are installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The chromedriver on this machine; `CHROMEDRIVER` beats what is on PATH.
#[must_use]
pub fn driver(project: &Project) -> Option<PathBuf> {
    let named = env::var_os("CHROMEDRIVER").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| exec::find(project, "chromedriver"))
}

/// The browser on this machine.
#[must_use]
pub fn chromium(project: &Project) -> Option<PathBuf> {
    NAMES.iter().find_map(|name| exec::find(project, name))
}

/// Makes sure that both are there, through apt-get where this user may.
///
/// # Errors
/// When they are missing and cannot be installed; the message says what to type.
pub fn ensure(project: &Project) -> Result<PathBuf> {
    if let Some(driver) = present(project) {
        return Ok(driver);
    }
    let root = exec::output(exec::command(project, "id").arg("-u")).is_some_and(|user| user == "0");
    if !root || exec::find(project, "apt-get").is_none() {
        bail!(
            "Chromium or its chromedriver is missing. On Debian: {REMEDY}\nElsewhere: put both, of the same version, on PATH."
        );
    }
    println!("Chromium or its chromedriver is missing: installing Debian's packages.");
    exec::run(exec::command(project, "apt-get").arg("update"))?;
    exec::run(
        exec::command(project, "apt-get")
            .args(["install", "-y", "--no-install-recommends", "chromium", "chromium-driver"])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    match present(project) {
        Some(driver) => Ok(driver),
        None => bail!("apt-get brought no chromium and chromedriver. Put both, of the same version, on PATH."),
    }
}

/// The driver, where the browser is there too. On macOS and Windows the driver finds the browser by itself.
fn present(project: &Project) -> Option<PathBuf> {
    let browser = env::consts::OS != "linux" || chromium(project).is_some();
    driver(project).filter(|_| browser)
}

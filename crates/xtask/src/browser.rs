//! The browser that tests run in: Chromium with the chromedriver of the same version, as distributions pack them.

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use crate::debian;
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
    let elsewhere = "put both, of the same version, on PATH";
    debian::ensure(project, "Chromium or its chromedriver", &["chromium", "chromium-driver"], elsewhere, || {
        present(project)
    })
}

/// The driver, where the browser is there too. On macOS and Windows the driver finds the browser by itself.
fn present(project: &Project) -> Option<PathBuf> {
    let browser = env::consts::OS != "linux" || chromium(project).is_some();
    driver(project).filter(|_| browser)
}

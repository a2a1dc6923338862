//! Programs of others that tests need and Cargo does not bring: Debian's packages, through apt-get where this user may.

use anyhow::{Result, bail};

use crate::exec;
use crate::project::Project;

/// What a person types to get exiftool, the independent reader of what is inside pictures.
pub const EXIFTOOL: &str = "sudo apt-get update && sudo apt-get install -y libimage-exiftool-perl";
/// The same for Python, whose library is the independent reader and writer of zips.
pub const PYTHON: &str = "sudo apt-get update && sudo apt-get install -y python3";

/// Makes sure that the independent readers of the files that go out are there.
///
/// # Errors
/// When one is missing and cannot be installed; the message says what to type.
pub fn ensure_readers(project: &Project) -> Result<()> {
    let exiftool = || exec::find(project, "exiftool");
    ensure(project, "exiftool", &["libimage-exiftool-perl"], "put it on PATH (https://exiftool.org)", exiftool)?;
    let python = || exec::find(project, "python3");
    ensure(project, "python3", &["python3"], "put it on PATH (https://python.org)", python).map(drop)
}

/// Makes sure that something is there: looks, installs packages, looks again.
///
/// # Errors
/// When it is missing and cannot be installed; the message says what to type.
pub fn ensure<T>(
    project: &Project,
    what: &str,
    packages: &[&str],
    elsewhere: &str,
    look: impl Fn() -> Option<T>,
) -> Result<T> {
    if let Some(found) = look() {
        return Ok(found);
    }
    let root = exec::output(exec::command(project, "id").arg("-u")).is_some_and(|user| user == "0");
    if !root || exec::find(project, "apt-get").is_none() {
        bail!(
            "{what} is missing. On Debian: sudo apt-get update && sudo apt-get install -y {}\nElsewhere: {elsewhere}.",
            packages.join(" ")
        );
    }
    println!("{what} is missing: installing Debian's packages.");
    exec::run(exec::command(project, "apt-get").arg("update"))?;
    exec::run(
        exec::command(project, "apt-get")
            .args(["install", "-y", "--no-install-recommends"])
            .args(packages)
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    match look() {
        Some(found) => Ok(found),
        None => bail!("apt-get brought {} without {what}: {elsewhere}.", packages.join(" ")),
    }
}

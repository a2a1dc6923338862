//! Running other programs: one place for what is printed before, how a failure reads, and where programs are looked for.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::project::Project;

/// A command whose children find this project's tools first, then Cargo's, then what is on PATH.
#[must_use]
pub fn command(project: &Project, program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(&project.root).env("PATH", search_path(project));
    command
}

/// Runs a command whose output the person sees.
///
/// # Errors
/// When it cannot be started or ends with anything but success; the message names the command line.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("`{line}` could not be started"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// What a command prints to its standard output, trimmed; nothing when it cannot be run or fails.
#[must_use]
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program that running this name would start.
#[must_use]
pub fn find(project: &Project, program: &str) -> Option<PathBuf> {
    find_all(project, program).into_iter().next()
}

/// Every file with this name in the folders that programs are looked for in, the first one first.
#[must_use]
pub fn find_all(project: &Project, program: &str) -> Vec<PathBuf> {
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    env::split_paths(&search_path(project)).map(|folder| folder.join(&file)).filter(|path| path.is_file()).collect()
}

/// Cargo's folder for installed programs.
#[must_use]
pub fn cargo_home() -> Option<PathBuf> {
    let named = env::var_os("CARGO_HOME").map(PathBuf::from);
    named.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// PATH with the tools of this project and of Cargo before the rest.
fn search_path(project: &Project) -> OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let own = [project.tools().join("bin"), project.tools().join("node_modules").join(".bin")];
    let folders = own.into_iter().chain(cargo_home().map(|home| home.join("bin"))).chain(env::split_paths(&rest));
    env::join_paths(folders).unwrap_or(rest)
}

/// A command line as a person would type it.
#[must_use]
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(program).chain(command.get_args()).map(|part| part.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

//! `cargo xtask doctor`: what this machine has, what it lacks, and the command for each thing that it lacks.

use std::env;
use std::path::Path;

use anyhow::Result;

use crate::browser;
use crate::debian;
use crate::exec;
use crate::project::Project;
use crate::tools::{self, CargoTool, WASM_TARGET};

/// How much something is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Build,
    Test,
    Nice,
}

/// One thing that was looked for.
struct Finding {
    what: String,
    need: Need,
    found: Option<String>,
    remedy: String,
}

/// Prints one line for each thing.
///
/// # Errors
/// When the lock file cannot be read.
pub fn run(project: &Project) -> Result<()> {
    let findings = findings(project)?;
    for finding in &findings {
        println!("{}", line(finding));
    }
    let lacking = |need| findings.iter().filter(|finding| finding.need == need && finding.found.is_none()).count();
    println!();
    println!("{}", verdict(lacking(Need::Build), lacking(Need::Test)));
    Ok(())
}

fn findings(project: &Project) -> Result<Vec<Finding>> {
    let finding = |what: &str, need, found, remedy: &str| Finding {
        what: what.to_owned(),
        need,
        found,
        remedy: remedy.to_owned(),
    };
    let version = |program: &str| exec::output(exec::command(project, program).arg("--version"));
    let place = |path: Option<std::path::PathBuf>| path.map(|path| path.display().to_string());
    let cargo_tool = |tool: &CargoTool| Finding {
        what: format!("{} {}", tool.program, tool.version),
        need: Need::Build,
        found: tool.present(project).filter(|version| *version == tool.version),
        remedy: tool.remedy(),
    };
    let target = tools::has_wasm_target(project).then(|| WASM_TARGET.to_owned());
    let optimiser = tools::optimiser(project).map(|(path, version)| format!("{version}, {}", path.display()));
    let mut found = vec![
        finding("rustc", Need::Build, version("rustc"), "see https://rustup.rs"),
        finding("standard library of the page", Need::Build, target, &format!("rustup target add {WASM_TARGET}")),
        cargo_tool(&CargoTool::wasm_bindgen(project)?),
        cargo_tool(&CargoTool::trunk()),
        finding("wasm-opt", Need::Nice, optimiser, &tools::optimiser_remedy()),
        finding("clippy", Need::Test, version("cargo-clippy"), "rustup component add clippy"),
        finding("rustfmt", Need::Test, version("rustfmt"), "rustup component add rustfmt"),
        finding("chromedriver", Need::Test, place(browser::driver(project)), browser::REMEDY),
        finding("exiftool", Need::Test, place(exec::find(project, "exiftool")), debian::EXIFTOOL),
        finding("python3", Need::Test, place(exec::find(project, "python3")), debian::PYTHON),
        finding(
            "cargo-nextest",
            Need::Nice,
            place(exec::find(project, "cargo-nextest")),
            "cargo install --locked cargo-nextest",
        ),
    ];
    if env::consts::OS == "linux" {
        found.push(finding("chromium", Need::Test, place(browser::chromium(project)), browser::REMEDY));
    }
    // The linker that rustc calls; a machine can have rustc and lack it.
    if cfg!(unix) {
        let linker = exec::find(project, "cc").as_deref().map(Path::display).map(|path| path.to_string());
        found.push(finding("a C compiler", Need::Build, linker, "sudo apt-get install -y build-essential"));
    }
    Ok(found)
}

fn line(finding: &Finding) -> String {
    match &finding.found {
        Some(found) => format!("ok       {:<30} {}", finding.what, found.lines().next().unwrap_or_default()),
        None => {
            let why = match finding.need {
                Need::Build => "the build needs it",
                Need::Test => "the tests need it",
                Need::Nice => "it goes without",
            };
            format!("missing  {:<30} {why}: {}", finding.what, finding.remedy)
        }
    }
}

fn verdict(build: usize, test: usize) -> String {
    match (build, test) {
        (0, 0) => "This machine has everything.".to_owned(),
        (0, _) => "Ready to build; `cargo xtask test` installs what it may of the rest.".to_owned(),
        _ => "`cargo xtask build` installs what it may of this by itself.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_thing_comes_with_its_command() {
        let mut finding = Finding {
            what: "trunk 0.21.14".into(),
            need: Need::Build,
            found: None,
            remedy: "cargo install trunk".into(),
        };
        assert_eq!(line(&finding), "missing  trunk 0.21.14                  the build needs it: cargo install trunk");
        finding.found = Some("0.21.14\nmore".into());
        assert_eq!(line(&finding), "ok       trunk 0.21.14                  0.21.14");
    }
}

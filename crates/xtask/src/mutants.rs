//! `cargo xtask mutants`: each guard of money and data is broken on purpose, one after the other, and a test that is named
//! with it has to notice. A guard whose loss nobody notices is no guard.
//!
//! Everything happens in a copy of the part of the workspace that it needs, inside Cargo's target folder: the tree that
//! is worked in is never touched, and a run that is broken off leaves nothing to be put right.

mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::exec;
use crate::project::{Project, cargo};
use table::MUTANTS;

/// What is copied.
const PARTS: [&str; 9] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "src",
    "tests",
    "crates/core",
    "crates/simulator",
    "crates/server",
    "crates/bytes",
];
/// The members of the copy.
const MEMBERS: &str = r#"members = ["crates/core", "crates/simulator", "crates/server", "crates/bytes"]"#;
/// How long a broken program may run until that counts as noticed.
const PATIENCE: Duration = Duration::from_secs(180);
/// Lives of the simulation where it is the one to notice: enough to meet every kind of trouble many times.
const SEEDS: &str = "600";

/// One guard, broken.
pub struct Mutant {
    /// What is broken, in words.
    name: &'static str,
    /// Where.
    file: &'static str,
    /// Text that stands there exactly once.
    from: &'static str,
    /// What takes its place.
    to: &'static str,
    /// Who has to notice.
    killer: Killer,
}

/// A test program and which of its tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Killer {
    package: &'static str,
    target: Target,
    filter: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The tests beside the code.
    Lib,
    /// A program under `tests/`.
    Test(&'static str),
    /// The examples in the documentation, those among them that must not compile.
    Doc,
}

/// Which mutants.
#[derive(Debug, Default, clap::Args)]
pub struct MutantsArguments {
    /// Only those whose name contains this
    #[arg(default_value = "")]
    only: String,
}

/// Tries the mutants and prints how each ended.
///
/// # Errors
/// When a mutant survives, cannot be made or does not compile, or a test fails without any.
pub fn run(project: &Project, arguments: &MutantsArguments) -> Result<()> {
    let copy = Copy::make(project)?;
    let chosen: Vec<&Mutant> = MUTANTS.iter().filter(|mutant| mutant.name.contains(&arguments.only)).collect();
    if chosen.is_empty() {
        bail!("no mutant is named like that");
    }
    let mut killers: Vec<Killer> = Vec::new();
    for mutant in &chosen {
        copy.text_with(mutant).with_context(|| format!("the mutant \"{}\" cannot be made", mutant.name))?;
        if !killers.contains(&mutant.killer) {
            killers.push(mutant.killer);
        }
    }
    for killer in killers {
        match copy.try_out(killer)? {
            End::Passed => {}
            end => bail!("{} ends with \"{end:?}\" although nothing is broken", killer.shown()),
        }
    }
    let mut survivors = 0;
    let mut report = String::new();
    for mutant in &chosen {
        let begin = Instant::now();
        let end = copy.with(mutant, |copy| copy.try_out(mutant.killer))?;
        let word = match end {
            End::Failed => "killed",
            End::Hung => "killed (it never ended)",
            End::Passed => {
                survivors += 1;
                "SURVIVED"
            }
            End::NotBuilt => bail!("the mutant \"{}\" does not compile", mutant.name),
        };
        let seconds = begin.elapsed().as_secs_f64();
        let line = format!("{seconds:>6.1} s  {word:<10} {}  ({})\n", mutant.name, mutant.killer.shown());
        print!("{line}");
        report.push_str(&line);
    }
    println!("\n{report}{} mutants, {survivors} survived", chosen.len());
    if survivors > 0 {
        bail!("{survivors} guards could be lost without notice");
    }
    Ok(())
}

/// How a test program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Hung,
    NotBuilt,
}

impl Killer {
    fn shown(self) -> String {
        let target = match self.target {
            Target::Lib => "beside the code",
            Target::Test(name) => name,
            Target::Doc => "examples",
        };
        format!("{}, {target}, {}", self.package, self.filter)
    }
}

/// The copy of the workspace.
struct Copy {
    root: PathBuf,
    target: PathBuf,
}

impl Copy {
    fn make(project: &Project) -> Result<Self> {
        let root = project.target.join("mutants").join("tree");
        let copy = Self { root, target: project.target.join("mutants").join("build") };
        for part in PARTS {
            copy.take(&project.root.join(part), &copy.root.join(part))?;
        }
        copy.trim()?;
        Ok(copy)
    }

    /// Copies what is new or different, and removes what is gone: what stays the same is not built again.
    fn take(&self, from: &Path, to: &Path) -> Result<()> {
        if from.is_dir() {
            fs::create_dir_all(to)?;
            let names = |folder: &Path| -> Result<Vec<_>> {
                Ok(fs::read_dir(folder)?.flatten().map(|entry| entry.file_name()).collect())
            };
            let kept = names(from)?;
            for name in names(to)?.into_iter().filter(|name| !kept.contains(name)) {
                let gone = to.join(name);
                if gone.is_dir() { fs::remove_dir_all(&gone)? } else { fs::remove_file(&gone)? }
            }
            // End-to-end tests need a browser and are a workspace member of their own.
            for name in kept.into_iter().filter(|name| name != "e2e" && name != "target") {
                self.take(&from.join(&name), &to.join(&name))?;
            }
            return Ok(());
        }
        let bytes = fs::read(from).with_context(|| format!("{} cannot be read", from.display()))?;
        write_if_other(to, &bytes)
    }

    /// Leaves out of the manifest what is not copied, and the profiles: what is built once need not be fast.
    fn trim(&self) -> Result<()> {
        let path = self.root.join("Cargo.toml");
        let text = fs::read_to_string(&path)?;
        fs::write(&path, trimmed(&text).context("the workspace's Cargo.toml has another shape")?)?;
        Ok(())
    }

    /// The text of the mutant's file with the mutant in it.
    fn text_with(&self, mutant: &Mutant) -> Result<String> {
        let text = fs::read_to_string(self.root.join(mutant.file)).with_context(|| mutant.file.to_owned())?;
        replaced(&text, mutant.from, mutant.to).with_context(|| format!("in {}", mutant.file))
    }

    /// Does something while the guard is broken.
    fn with<T>(&self, mutant: &Mutant, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let path = self.root.join(mutant.file);
        let whole = fs::read(&path)?;
        fs::write(&path, self.text_with(mutant)?)?;
        let done = work(self);
        fs::write(&path, whole)?;
        done
    }

    fn cargo(&self, killer: Killer) -> Command {
        let mut command = Command::new(cargo());
        command.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target).env("FLUX_SEEDS", SEEDS);
        command.args(["test", "--offline", "--package", killer.package]);
        match killer.target {
            Target::Lib => command.arg("--lib"),
            Target::Test(name) => command.args(["--test", name]),
            Target::Doc => command.arg("--doc"),
        };
        command.stdin(Stdio::null());
        command
    }

    fn try_out(&self, killer: Killer) -> Result<End> {
        if killer.target == Target::Doc {
            // The crate itself must compile, or every example fails.
            let mut check = Command::new(cargo());
            check.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
            check.args(["check", "--offline", "--quiet", "--package", killer.package]);
            if !check.stdin(Stdio::null()).stderr(Stdio::null()).status()?.success() {
                return Ok(End::NotBuilt);
            }
            let mut command = self.cargo(killer);
            command.args(["--quiet", "--", killer.filter]).stdout(Stdio::null()).stderr(Stdio::null());
            return Ok(if command.status()?.success() { End::Passed } else { End::Failed });
        }
        let mut build = self.cargo(killer);
        build.args(["--no-run", "--quiet", "--message-format=json"]).stderr(Stdio::null());
        println!("$ {}", exec::shown(&build));
        let built = build.output()?;
        if !built.status.success() {
            return Ok(End::NotBuilt);
        }
        let program = executable(&String::from_utf8_lossy(&built.stdout)).context("Cargo named no test program")?;
        // Run directly, so that one that never ends can be ended.
        let folder = self.root.join(if killer.package == "flux-studio" { "" } else { "crates" });
        let short = killer.package.strip_prefix("flux-studio-").unwrap_or_default();
        let mut child = Command::new(program)
            .current_dir(folder.join(short))
            .arg(killer.filter)
            .env("FLUX_SEEDS", SEEDS)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            if let Some(status) = child.try_wait()? {
                return Ok(if status.success() { End::Passed } else { End::Failed });
            }
            thread::sleep(Duration::from_millis(50));
        }
        child.kill()?;
        child.wait()?;
        Ok(End::Hung)
    }
}

fn write_if_other(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, bytes)?)
}

/// The workspace's manifest for the copy.
fn trimmed(text: &str) -> Result<String> {
    let members = text.lines().find(|line| line.starts_with("members = [")).ok_or_else(|| anyhow!("no members"))?;
    let end = text.find("\n[profile.").unwrap_or(text.len());
    let kept = text.get(..end).unwrap_or(text);
    Ok(format!("{}\n", kept.replacen(members, MEMBERS, 1).trim_end()))
}

/// The text with a part of it replaced that stands there exactly once.
fn replaced(text: &str, from: &str, to: &str) -> Result<String> {
    match text.matches(from).count() {
        1 => Ok(text.replacen(from, to, 1)),
        0 => bail!("this text is not there any more:\n{from}"),
        count => bail!("this text stands there {count} times:\n{from}"),
    }
}

/// The test program that Cargo built, from its messages in JSON.
fn executable(messages: &str) -> Option<PathBuf> {
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let tests = message.get("profile")?.get("test")?.as_bool()?;
        message.get("executable")?.as_str().filter(|_| tests).map(PathBuf::from)
    });
    programs.next()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn every_mutant_can_be_made() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let copy = Copy { root: root.clone(), target: root };
        for mutant in MUTANTS {
            let text = copy.text_with(mutant).unwrap_or_else(|error| panic!("{}: {error:#}", mutant.name));
            assert!(text.contains(mutant.to), "{}", mutant.name);
        }
        let mut names: Vec<_> = MUTANTS.iter().map(|mutant| mutant.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), MUTANTS.len(), "each has a name of its own");
        assert!(MUTANTS.len() >= 15);
    }

    #[test]
    fn every_killer_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        for Mutant { killer, .. } in MUTANTS {
            let short = killer.package.strip_prefix("flux-studio-").map(|name| format!("crates/{name}"));
            let folder = root.join(short.unwrap_or_default());
            let sources = match killer.target {
                Target::Lib | Target::Doc => folder.join("src"),
                Target::Test(name) if folder.join("tests").join(name).is_dir() => folder.join("tests").join(name),
                Target::Test(name) => folder.join("tests").join(format!("{name}.rs")),
            };
            let name = killer.filter.rsplit("::").next().unwrap_or_default();
            assert!(holds(&sources, name), "{} is nowhere in {}", killer.filter, sources.display());
        }
    }

    fn holds(path: &Path, name: &str) -> bool {
        if path.is_dir() {
            return fs::read_dir(path).unwrap().flatten().any(|entry| holds(&entry.path(), name));
        }
        fs::read_to_string(path).is_ok_and(|text| text.contains(name))
    }

    #[test]
    fn a_text_is_replaced_only_where_it_stands_once() {
        assert_eq!(replaced("a b c", "b", "x").unwrap(), "a x c");
        assert!(replaced("a b b", "b", "x").is_err());
        assert!(replaced("a", "b", "x").is_err());
    }

    #[test]
    fn the_copys_manifest_has_four_members_and_no_profiles() {
        let text = "[workspace]\nmembers = [\"crates/a\", \"b\"]\n\n[package]\nname = \"x\"\n\n[profile.release]\nlto = true\n";
        assert_eq!(trimmed(text).unwrap(), format!("[workspace]\n{MEMBERS}\n\n[package]\nname = \"x\"\n"));
        assert!(trimmed("[package]\n").is_err());
    }

    #[test]
    fn the_test_program_is_found_among_cargos_messages() {
        let messages = concat!(
            "{\"reason\":\"compiler-artifact\",\"profile\":{\"test\":false},\"executable\":\"/bin/no\"}\n",
            "{\"reason\":\"compiler-artifact\",\"profile\":{\"test\":true},\"executable\":\"/bin/yes\"}\n",
            "{\"reason\":\"build-finished\",\"success\":true}\n"
        );
        assert_eq!(executable(messages), Some(PathBuf::from("/bin/yes")));
    }
}

//! `cargo xtask test`: everything that has to hold before a change is good, from formatting to a real browser, with one line
//! for each step at the end. A step that fails does not keep the others from running: one run tells all.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::browser;
use crate::build;
use crate::counts::Counts;
use crate::debian;
use crate::exec;
use crate::lint;
use crate::mutants::{self, MutantsArguments};
use crate::project::{Project, cargo};
use crate::soak::{self, SoakArguments};
use crate::tools::{self, WASM_TARGET};

/// How long one file of browser tests may take, in seconds; the runner's own 20 are few on a busy machine.
const BROWSER_TEST_LIMIT: &str = "300";

/// What is tested.
#[derive(Debug, clap::Args)]
pub struct TestArguments {
    /// Also what takes long: tests marked `ignored`, longer runs of those that read `FLUX_STUDIO_FULL`, 100,000 seeds of
    /// the simulation, and the mutants
    #[arg(long)]
    full: bool,
    /// Only one part, without the lints
    #[arg(long, value_enum)]
    only: Option<Part>,
}

/// A part of the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// What runs without a browser
    Host,
    /// The browser side by itself, in headless Chromium
    Browser,
    /// The built page in headless Chromium, against the stand-in for the API
    E2e,
}

/// How one step went.
struct Step {
    name: &'static str,
    took: Duration,
    counts: Counts,
    error: Option<String>,
}

/// Runs the steps and prints how each went.
///
/// # Errors
/// When any step failed.
pub fn run(project: &Project, arguments: &TestArguments) -> Result<()> {
    let wanted = |part| arguments.only.is_none_or(|only| only == part);
    let full = arguments.full;
    let mut steps = Vec::new();
    if arguments.only != Some(Part::Host) {
        steps.push(step("tools", || tools::ensure(project).map(|()| Counts::default())));
    }
    if arguments.only.is_none() {
        steps.push(step("lint", || lint::run(project).map(|()| Counts::default())));
    }
    if wanted(Part::Host) {
        steps.push(step("host tests", || host(project, full)));
        if full {
            steps.push(step("soak", || soak::run(project, &SoakArguments::default()).map(|()| Counts::default())));
            let all = MutantsArguments::default();
            steps.push(step("mutants", || mutants::run(project, &all).map(|()| Counts::default())));
        }
    }
    if wanted(Part::Browser) {
        steps.push(step("browser tests", || browser_side(project, full)));
    }
    if wanted(Part::E2e) {
        let mut first_load = 0;
        let built = step("release build", || {
            first_load = build::make(project)?;
            Ok(Counts::default())
        });
        let usable = built.error.is_none();
        steps.push(built);
        if usable {
            // A step of its own: a page that is too heavy is still tested.
            steps.push(step("size", || build::hold(first_load).map(|()| Counts::default())));
            steps.push(step("end to end", || end_to_end(project, full)));
        }
    }
    print!("\n{}", report(&steps));
    if steps.iter().any(|step| step.error.is_some()) {
        bail!("not everything passed");
    }
    Ok(())
}

fn step(name: &'static str, work: impl FnOnce() -> Result<Counts>) -> Step {
    println!("\n=== {name} ===");
    let started = Instant::now();
    let (counts, error) = match work() {
        Ok(counts) if counts.failed == 0 => (counts, None),
        Ok(counts) => (counts, Some("tests failed".to_owned())),
        // A step that could not run its tests is one failure.
        Err(error) => (Counts { passed: 0, failed: 1 }, Some(format!("{error:#}"))),
    };
    if let Some(error) = &error {
        println!("{name}: {error}");
    }
    Step { name, took: started.elapsed(), counts, error }
}

/// One line for each step, then the sum.
fn report(steps: &[Step]) -> String {
    let mut text = String::new();
    let mut sum = Counts::default();
    for step in steps {
        let Counts { passed, failed } = step.counts;
        let tests = if passed + failed > 0 { format!("{passed} passed, {failed} failed") } else { "ok".to_owned() };
        let error = step.error.as_ref().map(|error| format!(" ({error})")).unwrap_or_default();
        text.push_str(&format!("{:>8.1} s  {:<14} {tests}{error}\n", step.took.as_secs_f64(), step.name));
        sum += step.counts;
    }
    text.push_str(&format!("{} passed, {} failed\n", sum.passed, sum.failed));
    text
}

/// Everything that needs no browser (exiftool and Python it does need): nextest where it is installed, since it runs test programs side by side.
fn host(project: &Project, full: bool) -> Result<Counts> {
    debian::ensure_readers(project)?;
    let packages = ["--workspace", "--exclude", "e2e", "--all-features", "--no-fail-fast"];
    if exec::find(project, "cargo-nextest").is_none() {
        let mut all = exec::command(project, cargo());
        all.arg("test").args(packages);
        return counted(with_ignored(&mut all, full));
    }
    let mut tests = exec::command(project, cargo());
    tests.args(["nextest", "run"]).args(packages);
    if full {
        tests.args(["--run-ignored", "all"]).env("FLUX_STUDIO_FULL", "1");
    }
    let mut counts = counted(&mut tests)?;
    // nextest leaves out the examples in the documentation.
    counts += counted(exec::command(project, cargo()).args(["test", "--doc"]).args(packages))?;
    Ok(counts)
}

/// The browser side by itself: the test programs in `tests/`, compiled for the page's target.
fn browser_side(project: &Project, full: bool) -> Result<Counts> {
    let tests = fs::read_dir(project.root.join("tests")).context("the tests' folder cannot be read")?;
    let any = tests.flatten().any(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    if !any {
        bail!("there are no test programs in tests/");
    }
    let driver = browser::ensure(project)?;
    let mut command = exec::command(project, cargo());
    command
        .args(["test", "--target", WASM_TARGET, "--package", "flux-studio", "--test", "*", "--no-fail-fast"])
        .env("CHROMEDRIVER", driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", BROWSER_TEST_LIMIT);
    counted(with_ignored(&mut command, full))
}

/// The built page, as a person uses it.
fn end_to_end(project: &Project, full: bool) -> Result<Counts> {
    debian::ensure_readers(project)?;
    let driver = browser::ensure(project)?;
    let mut command = exec::command(project, cargo());
    command
        .args(["test", "--package", "e2e", "--no-fail-fast"])
        .env("CHROMEDRIVER", driver)
        .env("FLUX_STUDIO_DIST", project.dist());
    counted(with_ignored(&mut command, full))
}

/// Adds what `--full` means to a `cargo test` command.
fn with_ignored(command: &mut Command, full: bool) -> &mut Command {
    if full {
        command.args(["--", "--include-ignored"]).env("FLUX_STUDIO_FULL", "1");
    }
    command
}

/// Runs a command, shows what it prints as it comes, and adds up the tests that it reports.
fn counted(command: &mut Command) -> Result<Counts> {
    let line = exec::shown(command);
    println!("$ {line}");
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    let mut counts = Counts::default();
    for line in lines {
        println!("{line}");
        if let Some(more) = Counts::of_line(&line) {
            counts += more;
        }
    }
    let status = child.wait()?;
    if !status.success() && counts.failed == 0 {
        bail!("`{line}` failed ({status})");
    }
    Ok(counts)
}

/// Sends a stream's lines on from a thread of its own: two pipes are read, and neither may fill up.
fn forward(stream: impl Read + Send + 'static, sender: mpsc::Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
            line.clear();
            if sender.send(text).is_err() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, passed: u64, failed: u64, error: Option<&str>) -> Step {
        Step {
            name,
            took: Duration::from_millis(1500),
            counts: Counts { passed, failed },
            error: error.map(str::to_owned),
        }
    }

    #[test]
    fn the_report_ends_with_the_sum() {
        let steps =
            [step("lint", 0, 0, None), step("host tests", 40, 0, None), step("end to end", 7, 1, Some("tests failed"))];
        let text = report(&steps);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines,
            [
                "     1.5 s  lint           ok",
                "     1.5 s  host tests     40 passed, 0 failed",
                "     1.5 s  end to end     7 passed, 1 failed (tests failed)",
                "47 passed, 1 failed",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn what_a_runner_prints_is_added_up() {
        let run = |script: &str| counted(Command::new("sh").args(["-c", script]));
        let twice = "echo 'test result: ok. 2 passed; 0 failed'; echo 'Summary [ 1s] 3 tests run: 3 passed' >&2";
        assert_eq!(run(twice).ok(), Some(Counts { passed: 5, failed: 0 }));
        assert_eq!(
            run("echo 'test result: FAILED. 1 passed; 1 failed'; exit 1").ok(),
            Some(Counts { passed: 1, failed: 1 })
        );
        assert!(run("exit 101").is_err());
    }
}

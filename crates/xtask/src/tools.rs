//! The programs that the build needs beside Cargo: which versions, where they are looked for, how they come onto the machine.
//!
//! Versions are exact. wasm-bindgen's command must equal the library in the lock file, and trunk would fetch its own copy
//! of a tool whose version it does not like: on a machine without a way out that ends the build, so everything is in place
//! before trunk starts.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::exec;
use crate::project::{Project, cargo};

/// Later releases want a newer rustc than this workspace does.
pub const TRUNK: &str = "0.21.14";
/// The target that the page is compiled for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The oldest wasm-opt that knows the features which today's rustc writes into its files.
const WASM_OPT_MIN: u32 = 121;
/// npm's package of the optimiser. Debian's own package is too old.
const BINARYEN: &str = "binaryen@132";
/// The release that trunk downloads when asked to.
const TRUNK_WASM_OPT: &str = "version_123";
/// How long trunk's download may take before the next way is tried. Connections that are dropped silently end after about two minutes.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(180);
/// What the optimiser saves, measured with this workspace's app: brotli finds nearly all of it by itself.
const WASM_OPT_GAIN: &str = "about 9 % larger before compression, about as large after brotli";

/// A program that is installed from a package registry of Cargo.
pub struct CargoTool {
    /// The package in the registry.
    pub package: &'static str,
    /// The program that is run.
    pub program: &'static str,
    /// The version that is needed.
    pub version: String,
    /// How long it takes to compile on two cores, in minutes.
    minutes: u32,
}

impl CargoTool {
    /// Trunk, which runs the steps of the page's build.
    #[must_use]
    pub fn trunk() -> Self {
        Self { package: "trunk", program: "trunk", version: TRUNK.to_owned(), minutes: 4 }
    }

    /// The command that writes the JavaScript around the wasm.
    ///
    /// # Errors
    /// When the lock file does not say which version it has to be.
    pub fn wasm_bindgen(project: &Project) -> Result<Self> {
        let version = project.locked_version("wasm-bindgen")?;
        Ok(Self { package: "wasm-bindgen-cli", program: "wasm-bindgen", version, minutes: 2 })
    }

    /// The version that is on this machine.
    #[must_use]
    pub fn present(&self, project: &Project) -> Option<String> {
        let path = exec::find(project, self.program)?;
        let printed = exec::output(Command::new(path).arg("--version"))?;
        Some(printed.split_whitespace().nth(1)?.to_owned())
    }

    /// The command that a person would type to get it.
    #[must_use]
    pub fn remedy(&self) -> String {
        format!("cargo install --locked {}@{}", self.package, self.version)
    }

    /// Makes sure that the right version is found first.
    ///
    /// # Errors
    /// When it can neither be had ready-made nor be compiled.
    pub fn ensure(&self, project: &Project) -> Result<()> {
        let present = self.present(project);
        if present.as_ref() == Some(&self.version) {
            return Ok(());
        }
        // Another project may need the version that is there: then this one gets a place of its own.
        let root = match (&present, exec::cargo_home()) {
            (None, Some(home)) => home,
            _ => project.tools(),
        };
        println!("{} {} is missing (found: {}).", self.package, self.version, present.as_deref().unwrap_or("none"));
        if exec::find(project, "cargo-binstall").is_some() {
            let spec = format!("{}@{}", self.package, self.version);
            let ready = exec::command(project, cargo())
                .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
                .arg(&root)
                .arg(spec)
                .status();
            if ready.is_ok_and(|status| status.success()) && self.present(project).as_ref() == Some(&self.version) {
                return Ok(());
            }
            println!("cargo-binstall could not get it.");
        }
        self.compile(project, &root)?;
        match self.present(project) {
            Some(version) if version == self.version => Ok(()),
            other => bail!(
                "{} was installed to {}, yet the one that is found has version {other:?}",
                self.program,
                root.display()
            ),
        }
    }

    fn compile(&self, project: &Project, root: &Path) -> Result<()> {
        println!("Compiling it from source: about {} minutes on two cores.", self.minutes);
        let target = project.tools().join(format!("build-{}", self.package));
        let started = Instant::now();
        exec::run(
            exec::command(project, cargo())
                .args(["install", "--locked", "--force", "--root"])
                .arg(root)
                .arg("--target-dir")
                .arg(&target)
                .arg(format!("{}@{}", self.package, self.version))
                // The tool only orchestrates: it should be there soon rather than run fast.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
        )?;
        println!("{} is there after {} s.", self.program, started.elapsed().as_secs());
        // Half a gigabyte that nothing reads again.
        fs::remove_dir_all(&target).with_context(|| format!("{} could not be removed", target.display()))
    }
}

/// Whether rustc has the standard library for the page's target.
#[must_use]
pub fn has_wasm_target(project: &Project) -> bool {
    let folder =
        exec::output(exec::command(project, "rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]));
    folder.is_some_and(|folder| Path::new(&folder).is_dir())
}

/// Flags that keep this machine's folders out of the texts of panics, where the compiler writes the path of each source
/// file. Cargo adds them to those of `.cargo/config.toml`.
fn path_flags(project: &Project) -> String {
    let registry = exec::cargo_home().map(|home| home.join("registry").join("src"));
    let sources = registry.as_ref().and_then(|folder| fs::read_dir(folder).ok());
    let packages = sources.into_iter().flatten().flatten().map(|entry| entry.path());
    let mut flags = Vec::new();
    for folder in packages.chain([project.root.clone()]) {
        let folder = folder.display().to_string();
        // Flags are separated by spaces, and there is no way to quote one.
        if !folder.contains(char::is_whitespace) {
            flags.push(format!("--remap-path-prefix={folder}/="));
        }
    }
    flags.join(" ")
}

/// Everything that the page's build needs. Only the optimiser may be missing at the end.
///
/// # Errors
/// When the target, trunk or wasm-bindgen cannot be installed.
pub fn ensure(project: &Project) -> Result<()> {
    if !has_wasm_target(project) {
        if exec::find(project, "rustup").is_none() {
            bail!(
                "rustc has no standard library for {WASM_TARGET}, and there is no rustup to add it.\nGet rustup, or your system's package for it (Debian: apt-get install libstd-rust-dev-wasm32)."
            );
        }
        exec::run(exec::command(project, "rustup").args(["target", "add", WASM_TARGET]))?;
    }
    CargoTool::wasm_bindgen(project)?.ensure(project)?;
    CargoTool::trunk().ensure(project)?;
    ensure_optimiser(project);
    Ok(())
}

/// The wasm-opt that is used, with its version.
#[must_use]
pub fn optimiser(project: &Project) -> Option<(PathBuf, u32)> {
    let on_path = exec::find_all(project, "wasm-opt");
    let candidates = on_path
        .into_iter()
        .chain(trunk_cache().map(|cache| cache.join("bin").join(format!("wasm-opt{}", env::consts::EXE_SUFFIX))));
    candidates.filter(|path| path.is_file()).find_map(|path| {
        let version = optimiser_version(&exec::output(Command::new(&path).arg("--version"))?)?;
        (version >= WASM_OPT_MIN).then_some((path, version))
    })
}

/// Runs the optimiser over one file in place, or says that there is none.
///
/// # Errors
/// When the optimiser fails: its file would be broken.
pub fn optimise(project: &Project, wasm: &Path) -> Result<()> {
    let Some((program, _)) = optimiser(project) else {
        println!("{} goes without wasm-opt: {WASM_OPT_GAIN}. {}", file_name(wasm), optimiser_remedy());
        return Ok(());
    };
    let status = Command::new(program)
        .args([
            // Measured on this page: -Oz is smaller on disk and larger after brotli, which is what travels.
            "-O1",
            "--enable-bulk-memory",
            "--enable-nontrapping-float-to-int",
            "--enable-sign-ext",
            "--enable-mutable-globals",
            "--strip-debug",
            "--strip-producers",
            "--strip-target-features",
        ])
        .args(["--enable-reference-types", "--enable-multivalue", "-o"])
        .args([wasm, wasm])
        .status()
        .context("wasm-opt could not be started")?;
    if !status.success() {
        bail!("wasm-opt failed on {} ({status})", file_name(wasm));
    }
    Ok(())
}

/// What a person can do to get the optimiser.
#[must_use]
pub fn optimiser_remedy() -> String {
    format!("`npm install --global {BINARYEN}` brings it, or any wasm-opt from version {WASM_OPT_MIN} on PATH.")
}

/// Tries to get the optimiser: trunk's download, then npm. Whoever has neither builds without it.
fn ensure_optimiser(project: &Project) {
    let given_up = project.tools().join("no-wasm-opt");
    if optimiser(project).is_some() || given_up.exists() || offline() {
        return;
    }
    println!("wasm-opt is missing. Trying trunk's own download (at most {} s), then npm.", DOWNLOAD_LIMIT.as_secs());
    if let Err(error) = download_through_trunk(project) {
        println!("Trunk could not download it: {error:#}");
    }
    if optimiser(project).is_none() && exec::find(project, "npm").is_some() {
        let tools = project.tools();
        let npm = exec::run(
            exec::command(project, "npm")
                .args(["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
                .arg(tools)
                .arg(BINARYEN),
        );
        if let Err(error) = npm {
            println!("npm could not bring it: {error:#}");
        }
    }
    if optimiser(project).is_none()
        && fs::create_dir_all(project.tools()).and_then(|()| fs::write(&given_up, "")).is_ok()
    {
        println!("Going on without wasm-opt, and not trying again while {} is there.", given_up.display());
    }
}

/// Trunk fetches wasm-opt only as part of a build, so it builds the smallest program there is. (Stripped, because
/// wasm-bindgen does not take the debug information of a program that has nothing to do with it.)
fn download_through_trunk(project: &Project) -> Result<()> {
    let folder = project.tools().join("smallest");
    fs::create_dir_all(folder.join("src"))?;
    let manifest =
        "[package]\nname = \"smallest\"\nedition = \"2024\"\n\n[profile.release]\nstrip = \"symbols\"\n\n[workspace]\n";
    let link = r#"<link data-trunk rel="rust" data-wasm-opt="1" data-wasm-opt-params="--all-features">"#;
    fs::write(folder.join("Cargo.toml"), manifest)?;
    fs::write(folder.join("src").join("main.rs"), "fn main() {}\n")?;
    fs::write(folder.join("index.html"), format!("<!doctype html><html><head>{link}</head><body></body></html>\n"))?;
    let mut child = trunk(project)?
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env("TRUNK_TOOLS_WASM_OPT", TRUNK_WASM_OPT)
        .args(["build", "--release"])
        // A failure is expected where there is no way out; its report would only hide the line that says so.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() { Ok(()) } else { bail!("its build ended with {status}") };
        }
        if started.elapsed() > DOWNLOAD_LIMIT {
            child.kill()?;
            child.wait()?;
            bail!("it took longer than {} s", DOWNLOAD_LIMIT.as_secs());
        }
        thread::sleep(Duration::from_millis(200));
    }
}

/// Trunk with what it needs to know to leave the network alone.
///
/// # Errors
/// When the lock file does not name wasm-bindgen's version.
pub fn trunk(project: &Project) -> Result<Command> {
    let mut trunk = exec::command(project, "trunk");
    trunk
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env("TRUNK_TOOLS_WASM_BINDGEN", project.locked_version("wasm-bindgen")?)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", path_flags(project));
    // This release reads the usual NO_COLOR=1 as an error.
    if env::var_os("NO_COLOR").is_some() {
        trunk.env_remove("NO_COLOR").env("TRUNK_COLOR", "never");
    }
    Ok(trunk)
}

/// Where trunk keeps the wasm-opt that it downloaded.
fn trunk_cache() -> Option<PathBuf> {
    let home = env::home_dir()?;
    let caches = match env::consts::OS {
        "macos" => home.join("Library/Caches/dev.trunkrs.trunk"),
        "windows" => home.join("AppData/Local/trunkrs/trunk/cache"),
        _ => env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from).join("trunk"),
    };
    Some(caches.join(format!("wasm-opt-{TRUNK_WASM_OPT}")))
}

/// Whether Cargo was told to stay off the network; then so does everything here.
fn offline() -> bool {
    env::var("CARGO_NET_OFFLINE").is_ok_and(|value| value == "true" || value == "1")
}

/// Reads `wasm-opt version 132 (version_132)`.
fn optimiser_version(printed: &str) -> Option<u32> {
    printed.split_whitespace().nth(2)?.parse().ok()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_the_optimiser_are_read() {
        assert_eq!(optimiser_version("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(optimiser_version("wasm-opt version 108"), Some(108));
        assert_eq!(optimiser_version("command not found"), None);
    }
}

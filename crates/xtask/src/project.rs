//! Where things are: the workspace, the folder for built files, the versions that the lock file fixes.
//!
//! Everything is derived from Cargo itself or from the lock file, so that nothing has to be kept in step by hand.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The workspace as this run sees it.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Cargo's folder for built files; follows `CARGO_TARGET_DIR` and every other way to set it.
    pub target: PathBuf,
}

impl Project {
    /// Asks Cargo for the folders of the workspace that this program belongs to.
    ///
    /// # Errors
    /// When `cargo metadata` cannot be run or does not answer with the two folders.
    pub fn find() -> Result<Self> {
        // Cargo sets it for what it runs, too. The folder of compile time is for whoever starts the program by its path.
        let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = Path::new(&package).join("Cargo.toml");
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version=1", "--manifest-path"])
            .arg(&manifest)
            .output()
            .context("cargo metadata could not be run")?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let folder = |name: &str| metadata.get(name).and_then(serde_json::Value::as_str).map(PathBuf::from);
        let (Some(root), Some(target)) = (folder("workspace_root"), folder("target_directory")) else {
            bail!("cargo metadata named no workspace");
        };
        Ok(Self { root, target })
    }

    /// The folder of the finished page.
    #[must_use]
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Where tools go that are this project's own matter; `cargo clean` removes them.
    #[must_use]
    pub fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The version of a package in Cargo.lock.
    ///
    /// # Errors
    /// When the lock file cannot be read or does not name the package.
    pub fn locked_version(&self, package: &str) -> Result<String> {
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).context("Cargo.lock could not be read")?;
        version_in_lock(&lock, package).with_context(|| format!("Cargo.lock does not name {package}"))
    }
}

/// The `cargo` that started this program, so that the same toolchain goes on working.
#[must_use]
pub fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Reads one package's version out of the text of a lock file (the first one where there are several).
fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.60\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\nsource = \"x\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
        assert_eq!(version_in_lock("name = \"wasm\"\n", "wasm"), None);
    }
}

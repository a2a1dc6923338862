//! Names and checksums of the files that are served: every file whose content changes between versions carries a hash of
//! that content in its name, so a cache can never mix two versions.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256, Sha384};

/// A file under its final name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The file's name in the page's folder.
    pub file: String,
    /// The checksum as `integrity` attributes want it.
    pub integrity: String,
}

impl Named {
    /// The address that works under every path.
    #[must_use]
    pub fn address(&self) -> String {
        format!("./{}", self.file)
    }
}

/// Writes bytes to `folder` under a name with their hash.
///
/// # Errors
/// When the file cannot be written.
pub fn write(folder: &Path, stem: &str, extension: &str, bytes: &[u8]) -> Result<Named> {
    // Eight bytes: no two versions of a page meet by chance, and names stay readable.
    let hash: String = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let file = format!("{stem}-{hash}.{extension}");
    fs::write(folder.join(&file), bytes).with_context(|| format!("{file} could not be written"))?;
    Ok(Named { file, integrity: format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes))) })
}

/// Reads a file and takes it away: it comes back under its final name.
///
/// # Errors
/// When the file is missing or cannot be removed.
pub fn take(folder: &Path, file: &str) -> Result<Vec<u8>> {
    let path = folder.join(file);
    let bytes = fs::read(&path).with_context(|| format!("the build left no {file}"))?;
    fs::remove_file(&path).with_context(|| format!("{file} could not be removed"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_follows_the_content() {
        let folder = std::env::temp_dir().join(format!("xtask-names-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let named = write(&folder, "app", "js", b"abc").unwrap();
        assert_eq!(named.file, "app-ba7816bf8f01cfea.js");
        assert_eq!(named.integrity, "sha384-ywB1P0WjXou1oD1pmsZQBycsMqsO3tFjGotgWkP/W+2AhgcroefMI1i67KE0yCWn");
        assert_eq!(take(&folder, &named.file).unwrap(), b"abc");
        assert!(take(&folder, &named.file).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}

//! What the built page weighs: raw, gzip and brotli, split into what a first visit downloads and what comes when needed.
//!
//! The page itself says what belongs to the first load (its stylesheet, script and early downloads), so the table cannot
//! drift away from what browsers really fetch.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::finish::{Tag, files_below, scan};

/// One file of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weight {
    /// The file's path in the page's folder.
    pub file: String,
    /// Whether every first visit downloads it.
    pub first: bool,
    /// Bytes on disk.
    pub raw: usize,
    /// Bytes after gzip at its best.
    pub gzip: usize,
    /// Bytes after brotli at its best.
    pub brotli: usize,
}

/// Weighs every file of a built page, the first load first.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn measure(dist: &Path) -> Result<Vec<Weight>> {
    let page = fs::read_to_string(dist.join("index.html")).context("there is no built page")?;
    let (tags, _) = scan(&page)?;
    let first = first_files(&tags);
    let mut weights = Vec::new();
    for path in files_below(dist)? {
        let bytes = fs::read(&path)?;
        let file = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
        let first = first.contains(&file);
        weights.push(Weight { first, raw: bytes.len(), gzip: gzip(&bytes)?, brotli: brotli(&bytes)?, file });
    }
    weights.sort_by_key(|weight| (!weight.first, std::cmp::Reverse(weight.brotli)));
    Ok(weights)
}

/// The bytes that a first visit downloads where the server compresses with brotli.
#[must_use]
pub fn first_load(weights: &[Weight]) -> usize {
    weights.iter().filter(|weight| weight.first).map(|weight| weight.brotli).sum()
}

/// The weights as a table with a sum for each of the two parts.
#[must_use]
pub fn table(weights: &[Weight]) -> String {
    let width = weights.iter().map(|weight| weight.file.len()).max().unwrap_or_default().max(16) + 2;
    let mut text = format!("{:<width$}{:>10}{:>10}{:>10}\n", "file", "raw", "gzip", "brotli");
    for (first, name) in [(true, "first load"), (false, "when needed")] {
        let part: Vec<_> = weights.iter().filter(|weight| weight.first == first).collect();
        let mut row = |name: &str, raw: usize, gzip: usize, brotli: usize| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name:<width$}{raw:>10}{gzip:>10}{brotli:>10}");
        };
        for weight in &part {
            row(&weight.file, weight.raw, weight.gzip, weight.brotli);
        }
        let sum = |size: fn(&Weight) -> usize| part.iter().map(|weight| size(weight)).sum::<usize>();
        row(&format!("= {name}"), sum(|weight| weight.raw), sum(|weight| weight.gzip), sum(|weight| weight.brotli));
    }
    text
}

/// The page and what it names as needed at once.
fn first_files(tags: &[Tag]) -> BTreeSet<String> {
    let named = tags.iter().filter_map(|tag| match tag.name() {
        "script" => tag.get("src"),
        "link" => tag
            .get("rel")
            .filter(|rel| matches!(*rel, "stylesheet" | "modulepreload" | "preload"))
            .and_then(|_| tag.get("href")),
        _ => None,
    });
    named.map(|address| address.trim_start_matches("./").to_owned()).chain([String::from("index.html")]).collect()
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let params =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn weight(file: &str, first: bool, raw: usize) -> Weight {
        Weight { file: file.into(), first, raw, gzip: raw / 2, brotli: raw / 4 }
    }

    #[test]
    fn the_page_says_what_a_first_visit_downloads() {
        let page = r#"<link rel="icon" href="./icon.svg"><link rel="stylesheet" href="./s.css"><link rel="preload" href="./a.wasm"><script src="./boot.js"></script>"#;
        let files = first_files(&scan(page).unwrap().0);
        assert_eq!(files.into_iter().collect::<Vec<_>>(), ["a.wasm", "boot.js", "index.html", "s.css"]);
    }

    #[test]
    fn the_table_sums_both_parts() {
        let weights = [weight("a.wasm", true, 4000), weight("index.html", true, 400), weight("icon.svg", false, 40)];
        assert_eq!(first_load(&weights), 1100);
        let text = table(&weights);
        let sums: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with('='))
            .map(|line| line.split_whitespace().last().unwrap())
            .collect();
        assert_eq!(sums, ["1100", "10"]);
    }

    #[test]
    fn compressors_are_at_their_best() {
        let text = "picture ".repeat(1000);
        assert!(gzip(text.as_bytes()).unwrap() < 100);
        assert!(brotli(text.as_bytes()).unwrap() < 40);
    }
}

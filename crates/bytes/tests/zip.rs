//! Archives: what is written other tools read; what other tools write is read; what lies is refused (FAULTS H5, H6).
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::process::Command;

use flux_studio_bytes::zip::{Archive, Limits, Source, Writer, Wrong};

const LIMITS: Limits = Limits { entries: 70_000, entry: 64 << 20, exception: ("manifest.json", 256 << 20) };

fn written(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut zip, mut out) = (Writer::default(), Vec::new());
    for (name, data) in files {
        out.extend(zip.entry(name, crc32fast::hash(data), data.len() as u32, 1_770_724_800_000));
        out.extend_from_slice(data);
        assert_eq!(zip.offset(), out.len() as u64);
    }
    out.extend(zip.finish());
    out
}

fn open(bytes: &[u8]) -> Result<Archive, Wrong> {
    Archive::open(bytes, LIMITS)
}

fn all(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let archive = open(bytes).unwrap();
    archive.entries().map(|entry| (entry.name.clone(), archive.read(bytes, entry).unwrap())).collect()
}

/// A folder of its own for a test that calls other programs.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("flux-zip-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn python(folder: &Path, code: &str) -> String {
    let output = Command::new("python3").arg("-c").arg(code).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let files: [(&str, &[u8]); 3] = [("a/ü.txt", b"one"), ("empty", b""), ("z.bin", &[0, 255, 7])];
    let read = all(&written(&files));
    assert_eq!(read.len(), 3);
    for ((name, data), (known, same)) in files.iter().zip(&read) {
        assert_eq!((*name, *data), (known.as_str(), same.as_slice()));
    }
    assert!(all(&written(&[])).is_empty());
}

#[test]
fn other_tools_read_what_is_written() {
    let folder = folder("out");
    std::fs::write(folder.join("x.zip"), written(&[("images/ü.txt", b"one"), ("b.txt", b"two")])).unwrap();
    let said = python(
        &folder,
        "import zipfile; z=zipfile.ZipFile('x.zip'); assert z.testzip() is None; print([(i.filename,z.read(i),i.date_time) for i in z.infolist()])",
    );
    assert_eq!(
        said.trim(),
        "[('images/ü.txt', b'one', (2026, 2, 10, 12, 0, 0)), ('b.txt', b'two', (2026, 2, 10, 12, 0, 0))]"
    );
    let unzip = Command::new("unzip").args(["-t", "x.zip"]).current_dir(&folder).output();
    if let Ok(output) = unzip {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn more_files_than_16_bits_count_are_read_here_and_elsewhere() {
    let (mut zip, mut out) = (Writer::default(), Vec::new());
    for n in 0..66_000 {
        out.extend(zip.entry(&format!("{n}"), 0, 0, 0));
    }
    out.extend(zip.finish());
    assert_eq!(open(&out).unwrap().entries().count(), 66_000);
    let folder = folder("many");
    std::fs::write(folder.join("x.zip"), &out).unwrap();
    assert_eq!(python(&folder, "import zipfile; print(len(zipfile.ZipFile('x.zip').infolist()))").trim(), "66000");
    std::fs::remove_dir_all(folder).unwrap();
}

/// A file of six gigabytes that exists only as two ends: what lies between is zeros that nobody reads.
struct Far {
    head: Vec<u8>,
    tail: Vec<u8>,
    tail_at: u64,
}

impl Source for Far {
    fn len(&self) -> u64 {
        self.tail_at + self.tail.len() as u64
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let byte = |at: u64| match at.checked_sub(self.tail_at) {
            Some(at) => self.tail[at as usize],
            None => self.head.get(at as usize).copied().unwrap_or(0),
        };
        Ok((offset..offset + length as u64).map(byte).collect())
    }
}

#[test]
fn files_beyond_four_gigabytes_are_found() {
    let mut zip = Writer::default();
    let head = zip.entry("a", 0, 3_000_000_000, 0);
    zip.entry("b", 0, 3_000_000_000, 0);
    let tail_at = zip.offset();
    assert!(tail_at > 6_000_000_000);
    let mut tail = zip.entry("c", crc32fast::hash(b"end"), 3, 0);
    tail.extend_from_slice(b"end");
    tail.extend(zip.finish());
    let far = Far { head, tail, tail_at };
    let archive = Archive::open(&far, Limits { entry: u64::MAX, ..LIMITS }).unwrap();
    assert_eq!(archive.read(&far, archive.entry("c").unwrap()).unwrap(), b"end");
}

#[test]
fn archives_of_other_tools_are_read() {
    let folder = folder("in");
    // Deflated; written to a pipe, so that lengths come after the data; with 64-bit fields although they are not needed.
    python(
        &folder,
        r#"
import zipfile, sys
d = (b"red fox " * 5000)
with zipfile.ZipFile("deflated.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a.txt", d); z.writestr("dir/", b"")
class Pipe:
    def __init__(self, f): self.f = f
    def write(self, b): return self.f.write(b)
    def flush(self): pass
with open("piped.zip", "wb") as f, zipfile.ZipFile(Pipe(f), "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a.txt", d)
with open("wide.zip", "wb") as f, zipfile.ZipFile(f, "w") as z:
    with z.open("a.txt", "w", force_zip64=True) as e: e.write(d)
with zipfile.ZipFile("commented.zip", "w") as z:
    z.writestr("a.txt", d); z.comment = b"PK\x05\x06" + b"x" * 300
# A 64-bit end beside a short one that says all the same.
zipfile.ZIP64_LIMIT = 100
with zipfile.ZipFile("both.zip", "w") as z: z.writestr("a.txt", d)
assert b"PK\x06\x06" in open("both.zip", "rb").read()
"#,
    );
    for name in ["deflated.zip", "piped.zip", "wide.zip", "commented.zip", "both.zip"] {
        let bytes = std::fs::read(folder.join(name)).unwrap();
        assert_eq!(all(&bytes), [("a.txt".to_owned(), b"red fox ".repeat(5_000))], "{name}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn h05_bombs_and_lies_are_refused() {
    let folder = folder("bomb");
    python(
        &folder,
        r#"
import zipfile
with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as z: z.writestr("a", b"\0" * (32 << 20))
with zipfile.ZipFile("lies.zip", "w", zipfile.ZIP_DEFLATED) as z: z.writestr("a", b"\0" * (4 << 20))
"#,
    );
    let bomb = std::fs::read(folder.join("bomb.zip")).unwrap();
    assert_eq!(open(&bomb).unwrap_err(), Wrong::TooMuch("a file grows too much by unpacking"));
    // The directory says 100 bytes, what comes out is four megabytes: not one byte more than 100 is made.
    let mut lies = std::fs::read(folder.join("lies.zip")).unwrap();
    let central = lies.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    lies[central + 24..central + 28].copy_from_slice(&100_u32.to_le_bytes());
    let archive = open(&lies).unwrap();
    assert_eq!(archive.read(&*lies, archive.entry("a").unwrap()), Err(Wrong::Damaged("a".to_owned())));
    std::fs::remove_dir_all(folder).unwrap();

    // Two entries that share their bytes.
    let mut overlap = written(&[("a", &[7; 100]), ("b", b"")]);
    let second = overlap.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    overlap[second + 42..second + 46].copy_from_slice(&10_u32.to_le_bytes());
    assert_eq!(open(&overlap).unwrap_err(), Wrong::Lies("files overlap"));

    // A million entries, or so it says; a directory elsewhere; a part of a set; cut off; no zip at all.
    let good = written(&[("a", b"one")]);
    let end = good.len() - 22;
    let with = |at: usize, bytes: &[u8]| {
        let mut lies = good.clone();
        lies[end + at..end + at + bytes.len()].copy_from_slice(bytes);
        open(&lies).unwrap_err()
    };
    assert!(matches!(with(8, &[0xF0, 0xFF, 0xF0, 0xFF]), Wrong::Lies(_)));
    assert!(matches!(with(16, &[0, 0, 0, 0]), Wrong::Lies(_)));
    assert!(matches!(with(12, &[0xF0, 0xFF, 0xFF, 0x7F]), Wrong::Lies(_)));
    assert!(matches!(with(4, &[1, 0]), Wrong::Lies(_)));
    assert_eq!(open(&good[..good.len() - 1]).unwrap_err(), Wrong::NoArchive);
    assert_eq!(open(b"GIF89a and no more of it").unwrap_err(), Wrong::NoArchive);
    assert_eq!(Archive::open(&*good, Limits { entries: 0, ..LIMITS }).unwrap_err(), Wrong::TooMuch("files"));
    assert_eq!(
        Archive::open(&*good, Limits { entry: 2, ..LIMITS }).unwrap_err(),
        Wrong::TooMuch("a file is too large")
    );
}

#[test]
fn h06_names_that_no_library_has_are_refused() {
    let long = "x".repeat(256);
    for name in ["../a", "a/../b", "/etc/a", "a\\b", "a\0b", "C:/a", "", "./a", "a//b", "a\nb", &long] {
        let error = open(&written(&[(name, b"one")])).unwrap_err();
        assert!(matches!(error, Wrong::Name(_)), "{name:?}: {error}");
    }
    for (first, second) in [("a", "a"), ("a", "A")] {
        assert!(matches!(open(&written(&[(first, b"1"), (second, b"2")])).unwrap_err(), Wrong::Name(_)));
    }
    // A folder with bytes, and a link to somewhere else.
    assert!(matches!(open(&written(&[("a/", b"1")])).unwrap_err(), Wrong::Name(_)));
    let mut link = written(&[("a", b"/etc/passwd")]);
    let central = link.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    link[central + 38..central + 42].copy_from_slice(&(0o120_777_u32 << 16).to_le_bytes());
    assert!(matches!(open(&link).unwrap_err(), Wrong::Name(_)));
    // Encrypted, and packed in a way of its own.
    for (at, bytes) in [(8, [1, 8]), (10, [99, 0])] {
        let mut other = written(&[("a", b"one")]);
        let central = other.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
        other[central + at..central + at + 2].copy_from_slice(&bytes);
        assert!(matches!(open(&other).unwrap_err(), Wrong::Method(_)));
    }
}

#[test]
fn one_damaged_file_hurts_no_other() {
    let mut bytes = written(&[("a", b"one"), ("b", b"two")]);
    let at = bytes.windows(3).position(|three| three == b"one").unwrap();
    bytes[at] = b'O';
    let archive = open(&bytes).unwrap();
    let read = |name: &str| archive.read(&*bytes, archive.entry(name).unwrap());
    assert_eq!(read("a"), Err(Wrong::Damaged("a".to_owned())));
    assert_eq!(read("b").unwrap(), b"two");
}

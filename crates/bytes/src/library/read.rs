//! Reading a library file: first what would be added, then image by image.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use flux_studio_core::attempt::{FileFacts, Record};
use flux_studio_core::id::{AttemptId, IdSource};
use flux_studio_core::{limits, sniff};
use sha2::{Digest, Sha256};

use super::manifest::IMAGES_MAX;
use super::{Item, MANIFEST, parse};
use crate::zip::{Archive, Limits, Source, Wrong};

/// What a library file may ask of this machine.
const LIMITS: Limits = Limits { entries: IMAGES_MAX, entry: 64 << 20, exception: (MANIFEST, 256 << 20) };

/// Milliseconds since 1970 of the year 2101: what a name may say of its time.
const NAMES_UNTIL: u64 = 4_133_980_800_000;

/// A library file whose contents are known and not yet taken over.
#[derive(Debug)]
pub struct Import {
    archive: Archive,
    waiting: VecDeque<Item>,
    /// Others that say that they are the same picture, in files of their own: for where the first one's is not.
    spare: BTreeMap<[u8; 32], Vec<Item>>,
    ids: IdSource,
    taken: BTreeSet<AttemptId>,
    /// Images that are in the library already, by their bytes.
    pub known: u32,
    /// What cannot be taken over: which, and why.
    pub problems: Vec<(String, String)>,
    /// It also holds settings or a key, which stay where they are.
    pub settings: bool,
    /// Bytes of what would be added.
    pub bytes: u64,
}

/// The next of an import.
#[derive(Debug)]
pub enum Next {
    /// An image: its row and its bytes, both checked against each other.
    Image(Box<Record>, Vec<u8>),
    /// One that is not what the manifest says: which, and why.
    Wrong(String, String),
    /// There are no more.
    End,
}

impl Import {
    /// Looks into a file. `have` are the SHA-256 digests of the library's images; `seed` is for the
    /// names of images that bring none.
    ///
    /// # Errors
    /// Why the file is refused as a whole; the text ends a sentence.
    pub fn open<S: Source + ?Sized>(source: &S, have: &BTreeSet<[u8; 32]>, seed: u64) -> Result<Import, String> {
        let archive = Archive::open(source, LIMITS).map_err(|wrong| wrong.to_string())?;
        let Some(entry) = archive.entry(MANIFEST) else {
            return Err("it has no manifest.json, so it is no library".to_owned());
        };
        let manifest = parse(&archive.read(source, entry).map_err(|wrong| wrong.to_string())?)?;
        let (mut known, mut bytes, mut problems) = (0, 0, manifest.wrong);
        let mut waiting = VecDeque::new();
        let mut spare: BTreeMap<[u8; 32], Vec<Item>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        // Each file is one picture, and is read once.
        let mut named = BTreeMap::from([(MANIFEST.to_owned(), None)]);
        for item in manifest.items {
            let digest = digest(&item.sha256);
            let first = *named.entry(item.file.clone()).or_insert(Some(digest));
            if have.contains(&digest) {
                known += 1;
                continue;
            }
            match archive.entry(&item.file) {
                None => problems.push((item.file, "the file is missing".to_owned())),
                Some(entry) if item.bytes().is_some_and(|bytes| bytes != entry.size) => {
                    problems.push((item.file, "the file has another length than the manifest says".to_owned()));
                }
                Some(_) if first != Some(digest) => {
                    problems.push((item.file, "the manifest names this file with two hashes".to_owned()));
                }
                Some(_) if !seen.insert(digest) => {
                    known += 1;
                    spare.entry(digest).or_default().push(item);
                }
                Some(entry) => {
                    bytes += entry.size;
                    waiting.push_back(item);
                }
            }
        }
        for entry in archive.entries().filter(|entry| !named.contains_key(&entry.name)) {
            problems.push((entry.name.clone(), "the manifest does not name it".to_owned()));
        }
        let (ids, taken) = (IdSource::new(seed), BTreeSet::new());
        Ok(Import { archive, waiting, spare, ids, taken, known, problems, settings: manifest.settings, bytes })
    }

    /// How many images are still to come.
    #[must_use]
    pub fn left(&self) -> usize {
        self.waiting.len()
    }

    /// The next image, read and checked.
    pub fn next<S: Source + ?Sized>(&mut self, source: &S) -> Next {
        let Some(item) = self.waiting.pop_front() else { return Next::End };
        let name = item.file.clone();
        match self.take(source, &item) {
            Ok((row, data)) => Next::Image(Box::new(row), data),
            Err(why) => {
                self.instead_of(&item);
                Next::Wrong(name, why)
            }
        }
    }

    /// Has another file of the same picture come next, where there is one.
    fn instead_of(&mut self, item: &Item) {
        let others = self.spare.get_mut(&digest(&item.sha256));
        let other = others.and_then(|others| std::iter::from_fn(|| others.pop()).find(|other| other.file != item.file));
        if let Some(other) = other {
            self.known = self.known.saturating_sub(1);
            self.waiting.push_front(other);
        }
    }

    fn take<S: Source + ?Sized>(&mut self, source: &S, item: &Item) -> Result<(Record, Vec<u8>), String> {
        let entry = self.archive.entry(&item.file).ok_or("the file is missing")?;
        let data = self.archive.read(source, entry).map_err(|wrong| match wrong {
            Wrong::Damaged(_) => "the file is damaged".to_owned(),
            other => other.to_string(),
        })?;
        let sha256 = hex(&Sha256::digest(&data));
        if !sha256.eq_ignore_ascii_case(&item.sha256) {
            return Err("its bytes are not those that the manifest speaks of (sha256)".to_owned());
        }
        if data.len() > limits::IMAGE_MAX {
            return Err("it is larger than 50 MB".to_owned());
        }
        let picture = sniff::facts(&data).ok_or("it is no picture of a type that browsers show")?;
        let pixels = u64::from(picture.width) * u64::from(picture.height);
        if picture.width.max(picture.height) > limits::IMAGE_EDGE_MAX || pixels > limits::IMAGE_PIXELS_MAX {
            return Err("it has more pixels than can be shown safely".to_owned());
        }
        let file = FileFacts {
            mime: picture.mime.to_owned(),
            bytes: data.len() as u64,
            sha256,
            width: picture.width,
            height: picture.height,
        };
        let row = item.row(file).ok_or("its entry in the manifest makes no sense")?;
        // The row's own name, once; where there is none, one of its time.
        // One from a time that no date may be in would put everything that is made later at its end.
        let own = item.id().filter(|id| id.stamp() < NAMES_UNTIL && !self.taken.contains(id));
        let id = own.unwrap_or_else(|| self.ids.at(row.created));
        self.taken.insert(id);
        Ok((Record { id, batch: id, ..row }, data))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The digest that 64 hex digits spell.
fn digest(text: &str) -> [u8; 32] {
    let mut digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
    }
    digest
}

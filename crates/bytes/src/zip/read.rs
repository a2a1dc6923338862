//! Reading: the central directory first, checked as a whole before a single entry is touched.

use std::collections::{BTreeMap, BTreeSet};

use super::{CENTRAL, END, END_64, EXTRA_64, LOCAL, LOCATOR_64, UTF8};

/// Something with bytes at places.
pub trait Source {
    /// How many bytes.
    fn len(&self) -> u64;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Exactly these bytes.
    ///
    /// # Errors
    /// Why they cannot be read.
    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String>;
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let start = usize::try_from(offset).map_err(|error| error.to_string())?;
        let end = start.checked_add(length).ok_or("too far")?;
        self.get(start..end).map(<[u8]>::to_vec).ok_or_else(|| "the file is too short".to_owned())
    }
}

/// What an archive may ask of this machine.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Entries.
    pub entries: u64,
    /// Bytes of one entry, unpacked.
    pub entry: u64,
    /// Bytes of the entry of this name, unpacked.
    pub exception: (&'static str, u64),
}

/// Times that an entry may grow by unpacking, past [`RATIO_FROM`].
const RATIO: u64 = 100;
/// Bytes from which on growth is suspect.
const RATIO_FROM: u64 = 1 << 20;
/// Bytes of the longest directory: it is read at once. Two hundred thousand names of a hundred letters take half.
const DIRECTORY_MAX: u64 = 64 << 20;
/// Bytes of the longest name.
const NAME_MAX: usize = 255;
/// The end's own length without a comment.
const END_LEN: u64 = 22;
/// Bytes of the longest comment.
const COMMENT_MAX: u64 = 65_535;

/// Why an archive, or an entry of it, is refused. The texts end sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Not a zip, or one that breaks off.
    NoArchive,
    /// It could not be read.
    Unreadable(String),
    /// Fields that contradict each other or the file.
    Lies(&'static str),
    /// More than is taken.
    TooMuch(&'static str),
    /// A name that no file of a library has.
    Name(String),
    /// Packed in a way that is not read.
    Method(String),
    /// Its bytes are not those that were packed.
    Damaged(String),
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Wrong::NoArchive => f.write_str("it is not a zip file, or it was cut off"),
            Wrong::Unreadable(why) => write!(f, "it could not be read ({why})"),
            Wrong::Lies(what) => write!(f, "it contradicts itself ({what})"),
            Wrong::TooMuch(what) => write!(f, "it holds more than is taken ({what})"),
            Wrong::Name(name) => write!(f, "it has a file name that is not allowed ({name:?})"),
            Wrong::Method(name) => write!(f, "{name:?} is encrypted or packed in a way that is not read"),
            Wrong::Damaged(name) => write!(f, "{name:?} is damaged"),
        }
    }
}

impl std::error::Error for Wrong {}

/// A file in an archive, as the central directory describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Bytes unpacked, as it says.
    pub size: u64,
    packed: u64,
    crc: u32,
    deflated: bool,
    offset: u64,
}

/// An archive whose directory was found to be in order.
#[derive(Debug)]
pub struct Archive {
    entries: BTreeMap<String, Entry>,
}

/// Numbers from the front of some bytes.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Wrong> {
        let (head, rest) = self.0.split_at_checked(count).ok_or(Wrong::Lies("a record breaks off"))?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Wrong> {
        self.take(N)?.try_into().map_err(|_| Wrong::NoArchive)
    }

    fn u16(&mut self) -> Result<u16, Wrong> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, Wrong> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, Wrong> {
        self.array().map(u64::from_le_bytes)
    }
}

/// Where the central directory is.
struct Directory {
    entries: u64,
    offset: u64,
    size: u64,
    /// Where what follows it begins.
    end: u64,
}

impl Archive {
    /// Reads and checks the directory.
    ///
    /// # Errors
    /// Why the archive is refused as a whole.
    pub fn open<S: Source + ?Sized>(source: &S, limits: Limits) -> Result<Archive, Wrong> {
        let directory = find(source)?;
        if directory.entries > limits.entries {
            return Err(Wrong::TooMuch("files"));
        }
        let ends = directory.offset.checked_add(directory.size).ok_or(Wrong::Lies("the directory's place"))?;
        if ends != directory.end {
            return Err(Wrong::Lies("the directory's place"));
        }
        // 46 bytes and a name to each entry, within what was just allowed.
        let most = directory.entries.saturating_mul(46 + 2 * u64::from(u16::MAX));
        if directory.size > most || directory.size < directory.entries.saturating_mul(46) {
            return Err(Wrong::Lies("the directory's length"));
        }
        if directory.size > DIRECTORY_MAX {
            return Err(Wrong::TooMuch("its directory"));
        }
        let bytes = read(source, directory.offset, directory.size)?;
        let mut rest = Bytes(&bytes);
        let mut entries = BTreeMap::new();
        let mut names = BTreeSet::new();
        let mut places = Vec::new();
        for _ in 0..directory.entries {
            let (entry, name_length) = central(&mut rest)?;
            let least = entry.offset.checked_add(30 + name_length).and_then(|start| start.checked_add(entry.packed));
            places.push((entry.offset, least.ok_or(Wrong::Lies("an entry's place"))?));
            // Systems that do not tell case apart would mix them up.
            if !names.insert(entry.name.to_lowercase()) {
                return Err(Wrong::Name(entry.name));
            }
            if let Some(folder) = entry.name.strip_suffix('/') {
                if entry.size > 0 {
                    return Err(Wrong::Name(folder.to_owned()));
                }
                continue;
            }
            let (name, most) = limits.exception;
            if entry.size > if entry.name == name { most } else { limits.entry } {
                return Err(Wrong::TooMuch("a file is too large"));
            }
            if entry.size > RATIO_FROM && entry.size / RATIO > entry.packed {
                return Err(Wrong::TooMuch("a file grows too much by unpacking"));
            }
            entries.insert(entry.name.clone(), entry);
        }
        if !rest.0.is_empty() {
            return Err(Wrong::Lies("the directory's length"));
        }
        places.sort_unstable();
        let followers = places.iter().skip(1).map(|(start, _)| *start).chain([directory.offset]);
        if places.iter().zip(followers).any(|((_, end), next)| *end > next) {
            return Err(Wrong::Lies("files overlap"));
        }
        Ok(Archive { entries })
    }

    /// The file with this name.
    #[must_use]
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.get(name)
    }

    /// All files, by name.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// The bytes of a file, unpacked and checked.
    ///
    /// # Errors
    /// Why it is refused. Other files are not touched by that.
    pub fn read<S: Source + ?Sized>(&self, source: &S, entry: &Entry) -> Result<Vec<u8>, Wrong> {
        let head = read(source, entry.offset, 30)?;
        let mut head = Bytes(&head);
        if head.u32()? != LOCAL {
            return Err(Wrong::Lies("a file is not where it should be"));
        }
        head.take(22)?;
        let skip = u64::from(head.u16()?) + u64::from(head.u16()?);
        let data = read(source, entry.offset + 30 + skip, entry.packed)?;
        let size = usize::try_from(entry.size).map_err(|_| Wrong::TooMuch("a file is too large"))?;
        let data = if entry.deflated {
            // The real bytes count: what would come beyond the size that was said is never made.
            miniz_oxide::inflate::decompress_to_vec_with_limit(&data, size)
                .map_err(|_| Wrong::Damaged(entry.name.clone()))?
        } else {
            data
        };
        if data.len() != size || crc32fast::hash(&data) != entry.crc {
            return Err(Wrong::Damaged(entry.name.clone()));
        }
        Ok(data)
    }
}

fn read<S: Source + ?Sized>(source: &S, offset: u64, length: u64) -> Result<Vec<u8>, Wrong> {
    let end = offset.checked_add(length).filter(|end| *end <= source.len());
    if end.is_none() {
        return Err(Wrong::Lies("something lies behind the file's end"));
    }
    let length = usize::try_from(length).map_err(|_| Wrong::TooMuch("bytes"))?;
    source.read(offset, length).map_err(Wrong::Unreadable)
}

/// Finds the end of the directory from behind, and through it the directory.
fn find<S: Source + ?Sized>(source: &S) -> Result<Directory, Wrong> {
    let length = source.len();
    if length < END_LEN {
        return Err(Wrong::NoArchive);
    }
    let tail_from = length.saturating_sub(END_LEN + COMMENT_MAX);
    let tail = read(source, tail_from, length - tail_from)?;
    let signature = END.to_le_bytes();
    // The comment's length must lead to the end of the file: a signature inside a comment is none.
    let at = (0..=tail.len().saturating_sub(END_LEN as usize))
        .rev()
        .find(|at| {
            let record = tail.get(*at..).unwrap_or_default();
            let comment =
                record.get(20..22).map_or(0, |bytes| bytes.iter().rev().fold(0, |n, b| n << 8 | usize::from(*b)));
            record.starts_with(&signature) && record.len() == END_LEN as usize + comment
        })
        .ok_or(Wrong::NoArchive)?;
    let end = tail_from + at as u64;
    let mut record = Bytes(tail.get(at + 4..).unwrap_or_default());
    let (disk, first_disk) = (record.u16()?, record.u16()?);
    let (here, entries) = (record.u16()?, record.u16()?);
    let (size, offset) = (record.u32()?, record.u32()?);
    let large = entries == u16::MAX || size == u32::MAX || offset == u32::MAX;
    match find_64(source, end) {
        Ok(Some(directory)) if large => return Ok(directory),
        // Some write both ends although the numbers fit into the short one.
        Ok(Some(directory))
            if (directory.entries, directory.size, directory.offset)
                == (entries.into(), size.into(), offset.into()) =>
        {
            return Ok(directory);
        }
        Err(wrong) if large => return Err(wrong),
        // No locator: what stands there are bytes of the last entry.
        _ => {}
    }
    if disk != 0 || first_disk != 0 || here != entries {
        return Err(Wrong::Lies("it has several parts"));
    }
    Ok(Directory { entries: entries.into(), offset: offset.into(), size: size.into(), end })
}

fn find_64<S: Source + ?Sized>(source: &S, end: u64) -> Result<Option<Directory>, Wrong> {
    let Some(locator_at) = end.checked_sub(20) else { return Ok(None) };
    let locator = read(source, locator_at, 20)?;
    let mut locator = Bytes(&locator);
    if locator.u32()? != LOCATOR_64 {
        return Ok(None);
    }
    let disk = locator.u32()?;
    let at = locator.u64()?;
    if disk != 0 || locator.u32()? > 1 {
        return Err(Wrong::Lies("it has several parts"));
    }
    let record = read(source, at, 56)?;
    let mut record = Bytes(&record);
    if record.u32()? != END_64 {
        return Err(Wrong::Lies("its 64-bit end"));
    }
    let length = record.u64()?;
    record.take(4)?;
    let disks = (record.u32()?, record.u32()?);
    let (here, entries, size, offset) = (record.u64()?, record.u64()?, record.u64()?, record.u64()?);
    if disks != (0, 0)
        || here != entries
        || at.checked_add(12).and_then(|at| at.checked_add(length)) != Some(locator_at)
    {
        return Err(Wrong::Lies("its 64-bit end"));
    }
    Ok(Some(Directory { entries, offset, size, end: at }))
}

/// The next entry of the directory, and how long its name is.
fn central(from: &mut Bytes<'_>) -> Result<(Entry, u64), Wrong> {
    if from.u32()? != CENTRAL {
        return Err(Wrong::Lies("the directory's entries"));
    }
    let made_by = from.u16()?;
    from.take(2)?;
    let (flags, method) = (from.u16()?, from.u16()?);
    from.take(4)?;
    let crc = from.u32()?;
    let (packed, size) = (from.u32()?, from.u32()?);
    let (name, extra, comment) = (from.u16()?, from.u16()?, from.u16()?);
    from.take(4)?;
    let attributes = from.u32()?;
    let offset = from.u32()?;
    let name = from.take(name.into())?;
    let mut wide = Wide { packed: packed.into(), size: size.into(), offset: offset.into() };
    wide.read(from.take(extra.into())?)?;
    from.take(comment.into())?;
    let text = match std::str::from_utf8(name) {
        Ok(text) if flags & UTF8 != 0 || text.is_ascii() => text.to_owned(),
        // An old code page: such names belong to no library, and extra files are only listed.
        _ => String::from_utf8_lossy(name).into_owned(),
    };
    let link = made_by >> 8 == 3 && attributes >> 28 == 0o12;
    let parts_up = text.split('/').any(|part| part == ".." || part == ".");
    let bad = name.len() > NAME_MAX
        || text.is_empty()
        || text.starts_with('/')
        || text.contains(['\\', '\0', ':'])
        || text.contains("//")
        || text.chars().any(char::is_control);
    if link || parts_up || bad {
        return Err(Wrong::Name(text.chars().take(80).collect()));
    }
    if flags & 1 != 0 || !matches!(method, 0 | 8) {
        return Err(Wrong::Method(text));
    }
    let deflated = method == 8;
    if !deflated && wide.packed != wide.size {
        return Err(Wrong::Lies("a file's length"));
    }
    let entry = Entry { name: text, size: wide.size, packed: wide.packed, crc, deflated, offset: wide.offset };
    Ok((entry, name.len() as u64))
}

/// Sizes and place, as far as 32 bits hold them.
struct Wide {
    packed: u64,
    size: u64,
    offset: u64,
}

impl Wide {
    /// Takes what did not fit from the extra field, in the format's order.
    fn read(&mut self, extra: &[u8]) -> Result<(), Wrong> {
        let mut extra = Bytes(extra);
        while extra.0.len() >= 4 {
            let (id, length) = (extra.u16()?, extra.u16()?);
            let mut field = Bytes(extra.take(length.into())?);
            if id != EXTRA_64 {
                continue;
            }
            for number in [&mut self.size, &mut self.packed, &mut self.offset] {
                if *number == u64::from(u32::MAX) {
                    *number = field.u64()?;
                }
            }
        }
        Ok(())
    }
}

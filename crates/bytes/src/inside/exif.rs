//! The little of EXIF that is needed: `UserComment` in and out, and how the picture is turned. EXIF is a TIFF file
//! without a picture: directories of entries of twelve bytes, whose offsets count from its first byte.
//!
//! Own code, because what is there must stay as it is, makers' notes with offsets of their own included: nothing is moved,
//! the new comes behind it and directories point there. (Crates that write EXIF write all of it anew.)

use super::bounded;

/// Tag in the first directory: where EXIF's own directory is.
const EXIF: u16 = 0x8769;
/// Tag in EXIF's directory: the text.
const COMMENT: u16 = 0x9286;
/// Tag in EXIF's directory: the version of EXIF.
const VERSION: u16 = 0x9000;
/// Tag in the first directory: how the picture is turned, 1 to 8; 1 is upright.
const ORIENTATION: u16 = 0x0112;
/// Types of values: 16 bits, 32 bits, bytes.
const SHORT: u16 = 3;
const LONG: u16 = 4;
const BYTES: u16 = 7;
/// What a text in UTF-16 begins with.
const UNICODE: &[u8] = b"UNICODE\0";
/// Some writers leave the segment's name of JPEG in front.
const NAME: &[u8] = b"Exif\0\0";

/// An entry of a directory, as it stands there, with its tag.
type Entry = (u16, [u8; 12]);

struct Tiff<'a> {
    data: &'a [u8],
    big: bool,
}

impl<'a> Tiff<'a> {
    fn open(data: &'a [u8]) -> Option<Tiff<'a>> {
        let data = data.strip_prefix(NAME).unwrap_or(data);
        match data.get(..4)? {
            b"MM\0*" => Some(Tiff { data, big: true }),
            b"II*\0" => Some(Tiff { data, big: false }),
            _ => None,
        }
    }

    fn u16(&self, at: usize) -> Option<u16> {
        let two = self.data.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.big { u16::from_be_bytes(two) } else { u16::from_le_bytes(two) })
    }

    fn u32(&self, at: usize) -> Option<u32> {
        let four = self.data.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) })
    }

    fn offset(&self, at: usize) -> Option<usize> {
        usize::try_from(self.u32(at)?).ok()
    }

    /// The entries of a directory, and what follows it; `None` where it is not all there.
    fn directory(&self, at: usize) -> Option<(Vec<Entry>, u32)> {
        let count = usize::from(self.u16(at)?);
        let entry = |n: usize| {
            let start = at + 2 + 12 * n;
            Some((self.u16(start)?, self.data.get(start..start + 12)?.try_into().ok()?))
        };
        let entries = (0..count).map(entry).collect::<Option<Vec<Entry>>>()?;
        // Some writers leave it out at the very end.
        Some((entries, self.u32(at + 2 + 12 * count).unwrap_or(0)))
    }

    /// Where the value of a directory's tag stands: its entry's last four bytes.
    fn value(&self, directory: usize, tag: u16) -> Option<usize> {
        let place = self.directory(directory)?.0.iter().position(|(known, _)| *known == tag)?;
        Some(directory + 2 + 12 * place + 8)
    }

    /// Where the bytes of a text are.
    fn text(&self, directory: usize) -> Option<std::ops::Range<usize>> {
        let value = self.value(directory, COMMENT)?;
        let (start, length) = (self.offset(value)?, self.offset(value - 4)?);
        let end = start.checked_add(length)?;
        (length > 4 && end <= self.data.len()).then_some(start..end)
    }

    /// EXIF's own directory.
    fn own(&self) -> Option<usize> {
        self.offset(self.value(self.offset(4)?, EXIF)?)
    }

    fn put16(&self, number: u16) -> [u8; 2] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn put32(&self, number: u32) -> [u8; 4] {
        if self.big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    fn entry(&self, tag: u16, kind: u16, count: u32, value: [u8; 4]) -> Entry {
        let mut entry = [0; 12];
        let parts = self.put16(tag).into_iter().chain(self.put16(kind)).chain(self.put32(count)).chain(value);
        entry.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
        (tag, entry)
    }

    /// A directory's bytes; entries stand in the order of their tags.
    fn written(&self, mut entries: Vec<Entry>, next: u32) -> Vec<u8> {
        entries.sort_by_key(|(tag, _)| *tag);
        let mut out = self.put16(entries.len() as u16).to_vec();
        out.extend(entries.iter().flat_map(|(_, entry)| *entry));
        out.extend(self.put32(next));
        out
    }
}

/// The text in an EXIF block.
pub fn comment(exif: &[u8]) -> Option<String> {
    let tiff = Tiff::open(exif)?;
    // Some writers put it into the first directory.
    let place = tiff.own().and_then(|own| tiff.text(own)).or_else(|| tiff.text(tiff.offset(4)?))?;
    let text = decoded(tiff.data.get(place)?);
    (!text.is_empty()).then_some(text)
}

/// Eight bytes say in which characters the text is; many writers say nothing, or something else.
fn decoded(bytes: &[u8]) -> String {
    let (name, text) = bytes.split_at(bytes.len().min(8));
    let text = bounded(text);
    let text = if name == UNICODE {
        let pairs: Vec<[u8; 2]> = text.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).collect();
        // The standard says nothing about the order of bytes, and writers differ. The upper half of most characters of
        // most texts is zero.
        let (first, second) = pairs
            .iter()
            .fold((0, 0), |(first, second), [a, b]| (first + u32::from(*a == 0), second + u32::from(*b == 0)));
        let order = if first >= second { u16::from_be_bytes } else { u16::from_le_bytes };
        char::decode_utf16(pairs.into_iter().map(order)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        String::from_utf8_lossy(text).into_owned()
    };
    text.trim_start_matches('\u{feff}').trim_end_matches('\0').to_owned()
}

/// An EXIF block with this text, beside everything else that was there.
pub fn with_comment(exif: Option<&[u8]>, text: &str) -> Vec<u8> {
    let mut bytes = UNICODE.to_vec();
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    exif.and_then(|exif| beside(exif, &bytes)).unwrap_or_else(|| alone(&bytes))
}

/// A block with nothing else.
fn alone(text: &[u8]) -> Vec<u8> {
    let tiff = Tiff { data: &[], big: true };
    // The header takes 8 bytes, a directory of one entry 18, one of two 30.
    let first = tiff.written(vec![tiff.entry(EXIF, LONG, 1, tiff.put32(8 + 18))], 0);
    let place = tiff.put32(8 + 18 + 30);
    let own = vec![tiff.entry(VERSION, BYTES, 4, *b"0232"), tiff.entry(COMMENT, BYTES, text.len() as u32, place)];
    [b"MM\0*\0\0\0\x08".as_slice(), &first, &tiff.written(own, 0), text].concat()
}

/// A block that has the rest of this one too; `None` where there is no rest, or none that can be understood.
fn beside(exif: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let tiff = Tiff::open(exif)?;
    let first = tiff.offset(4)?;
    let (mut entries, next) = tiff.directory(first)?;
    let (mut own, after) = tiff.own().and_then(|own| tiff.directory(own)).unwrap_or_default();
    let ours =
        entries.iter().all(|(tag, _)| *tag == EXIF) && own.iter().all(|(tag, _)| matches!(*tag, COMMENT | VERSION));
    if ours && next == 0 {
        return None;
    }
    let mut out = tiff.data.to_vec();
    // The text before this one is gone, not only forgotten.
    if let Some(old) = tiff.own().and_then(|own| tiff.text(own)).and_then(|place| out.get_mut(place)) {
        old.fill(0);
    }
    let mut put = |bytes: &[u8]| {
        out.resize(out.len().next_multiple_of(2), 0);
        let place = u32::try_from(out.len()).ok()?;
        out.extend_from_slice(bytes);
        Some(tiff.put32(place))
    };
    let place = put(text)?;
    own.retain(|(tag, _)| *tag != COMMENT);
    own.push(tiff.entry(COMMENT, BYTES, text.len() as u32, place));
    let own = put(&tiff.written(own, after))?;
    entries.retain(|(tag, _)| *tag != EXIF);
    entries.push(tiff.entry(EXIF, LONG, 1, own));
    let first = put(&tiff.written(entries, next))?;
    out.get_mut(4..8)?.copy_from_slice(&first);
    Some(out)
}

/// A block that only says how the picture is turned; `None` where it is upright.
pub fn turned(exif: &[u8]) -> Option<Vec<u8>> {
    let tiff = Tiff::open(exif)?;
    let how = tiff.u16(tiff.value(tiff.offset(4)?, ORIENTATION)?)?;
    if !(2..=8).contains(&how) {
        return None;
    }
    let tiff = Tiff { data: &[], big: true };
    let [high, low] = how.to_be_bytes();
    let first = tiff.written(vec![tiff.entry(ORIENTATION, SHORT, 1, [high, low, 0, 0])], 0);
    Some([b"MM\0*\0\0\0\x08".as_slice(), &first].concat())
}

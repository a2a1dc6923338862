//! What a file is, by its own first bytes: type and size in pixels. Never by name or by what a server says, because a
//! page that shows what it is told would run what it is told.

/// A picture's outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    /// One of five types, never SVG or HTML.
    pub mime: &'static str,
    /// Usual ending of file names.
    pub ext: &'static str,
    /// Width in pixels; 0 where the type is known and the size is not (AVIF).
    pub width: u32,
    /// Height in pixels; 0 like the width.
    pub height: u32,
}

/// Tells PNG, JPEG, WebP, GIF and AVIF from everything else; `None` for everything else, and for a picture whose own
/// marks say that its end is missing where that can be seen cheaply.
#[must_use]
pub fn facts(bytes: &[u8]) -> Option<Picture> {
    png(bytes).or_else(|| jpeg(bytes)).or_else(|| webp(bytes)).or_else(|| gif(bytes)).or_else(|| avif(bytes))
}

fn be16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn le16(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let three = bytes.get(at..at + 3)?;
    Some(three.iter().rev().fold(0, |sum, b| (sum << 8) | u32::from(*b)))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn png(bytes: &[u8]) -> Option<Picture> {
    let head = bytes.starts_with(b"\x89PNG\r\n\x1a\n") && bytes.get(12..16) == Some(b"IHDR");
    // Every whole PNG ends in IEND; some writers leave a few bytes behind it.
    let tail = bytes.get(bytes.len().saturating_sub(64)..)?.windows(4).any(|four| four == b"IEND");
    (head && tail).then_some(Picture {
        mime: "image/png",
        ext: "png",
        width: be32(bytes, 16)?,
        height: be32(bytes, 20)?,
    })
}

fn jpeg(bytes: &[u8]) -> Option<Picture> {
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return None;
    }
    // A whole JPEG ends in EOI, with at most a little padding behind it.
    bytes.get(bytes.len().saturating_sub(64)..)?.windows(2).rposition(|two| two == [0xff, 0xd9])?;
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0x01 | 0xd0..=0xd8 => at += 2,
            // Start of frame: every kind but the three tables that share the range.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some(Picture {
                    mime: "image/jpeg",
                    ext: "jpg",
                    width: be16(bytes, at + 7)?,
                    height: be16(bytes, at + 5)?,
                });
            }
            0xd9 | 0xda => return None,
            _ => at += 2 + usize::try_from(be16(bytes, at + 2)?.max(2)).ok()?,
        }
    }
}

fn webp(bytes: &[u8]) -> Option<Picture> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WEBP" {
        return None;
    }
    let whole = usize::try_from(le32(bytes, 4)?).ok()?.checked_add(8)?;
    if bytes.len() < whole {
        return None;
    }
    let (width, height) = match bytes.get(12..16)? {
        b"VP8 " if bytes.get(23..26)? == [0x9d, 0x01, 0x2a] => (le16(bytes, 26)? & 0x3fff, le16(bytes, 28)? & 0x3fff),
        b"VP8L" if *bytes.get(20)? == 0x2f => {
            let bits = le32(bytes, 21)?;
            ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1)
        }
        b"VP8X" => (le24(bytes, 24)? + 1, le24(bytes, 27)? + 1),
        _ => return None,
    };
    Some(Picture { mime: "image/webp", ext: "webp", width, height })
}

fn gif(bytes: &[u8]) -> Option<Picture> {
    let head = bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a");
    (head && bytes.last() == Some(&0x3b)).then_some(Picture {
        mime: "image/gif",
        ext: "gif",
        width: le16(bytes, 6)?,
        height: le16(bytes, 8)?,
    })
}

fn avif(bytes: &[u8]) -> Option<Picture> {
    let brand = bytes.get(4..8)? == b"ftyp" && matches!(bytes.get(8..12)?, b"avif" | b"avis" | b"mif1");
    if !brand {
        return None;
    }
    // The size stands in an `ispe` box: four bytes of version, then width and height.
    let head = bytes.get(..bytes.len().min(4096))?;
    let at = head.windows(4).position(|four| four == b"ispe");
    let size = at.and_then(|at| Some((be32(bytes, at + 8)?, be32(bytes, at + 12)?)));
    let (width, height) = size.unwrap_or((0, 0));
    Some(Picture { mime: "image/avif", ext: "avif", width, height })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use proptest::prelude::*;

    fn a_png() -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend_from_slice(&[0, 0, 4, 0, 0, 0, 7, 0, 8, 6, 0, 0, 0, 1, 2, 3, 4]);
        bytes.extend_from_slice(b"\0\0\0\0IEND\xae\x42\x60\x82");
        bytes
    }

    fn a_jpeg() -> Vec<u8> {
        vec![
            0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc2, 0, 11, 8, 4, 0, 7, 0, 1, 1, 0x11, 0, 0xff, 0xda, 0,
            2, 9, 9, 0xff, 0xd9,
        ]
    }

    fn a_webp(kind: &[u8; 4], rest: &[u8]) -> Vec<u8> {
        let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(&(rest.len() as u32).to_le_bytes());
        bytes.extend_from_slice(rest);
        let size = (bytes.len() - 8) as u32;
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
        bytes
    }

    #[test]
    fn five_types_are_told_apart_with_their_sizes() {
        let size = |bytes: &[u8]| facts(bytes).map(|p| (p.mime, p.width, p.height));
        assert_eq!(size(&a_png()), Some(("image/png", 1024, 1792)));
        assert_eq!(size(&a_jpeg()), Some(("image/jpeg", 1792, 1024)));
        let lossy = a_webp(b"VP8 ", &[0, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x04, 0x00, 0x07, 0, 0]);
        assert_eq!(size(&lossy), Some(("image/webp", 1024, 1792)));
        let bits = 1023u32 | (1791 << 14);
        let mut lossless = vec![0x2f];
        lossless.extend_from_slice(&bits.to_le_bytes());
        assert_eq!(size(&a_webp(b"VP8L", &lossless)), Some(("image/webp", 1024, 1792)));
        let extended = a_webp(b"VP8X", &[0, 0, 0, 0, 0xff, 3, 0, 0xff, 6, 0]);
        assert_eq!(size(&extended), Some(("image/webp", 1024, 1792)));
        assert_eq!(size(b"GIF89a\x01\x00\x02\x00\x00\x3b"), Some(("image/gif", 1, 2)));
        let avif = b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf\0\0\0\x14ispe\0\0\0\0\0\0\x04\0\0\0\x02\0";
        assert_eq!(size(avif), Some(("image/avif", 1024, 512)));
    }

    #[test]
    fn a30_h02_what_is_no_whole_picture_is_none() {
        for bytes in [
            &b""[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>",
            b"<!doctype html>",
            b"%PDF-1.7",
            b"RIFF",
            b"\x89PNG\r\n\x1a\n",
        ] {
            assert_eq!(facts(bytes), None);
        }
        for whole in [a_png(), a_jpeg(), a_webp(b"VP8X", &[0; 10])] {
            assert!(facts(&whole).is_some());
            assert_eq!(facts(&whole[..whole.len() - 8]), None, "truncated");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), which in 0usize..4) {
            let heads: [&[u8]; 4] = [b"\xff\xd8\xff", b"RIFF\x10\0\0\0WEBPVP8 ", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\0\0\0\x18ftypavif"];
            let mut all = heads[which].to_vec();
            all.extend(bytes);
            let _ = facts(&all);
        }
    }
}

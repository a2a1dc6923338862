//! JPEG: segments before the picture.

use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::{Bytes, ImageEXIF};

use super::{DAMAGED, Found, bounded, exif};

/// Bytes of EXIF that one segment holds: its length has 16 bits, and six bytes name it.
const EXIF_MAX: usize = 65_535 - 2 - 6;

fn opened(data: Vec<u8>) -> Result<Jpeg, String> {
    let jpeg = Jpeg::from_bytes(Bytes::from(data)).map_err(|_| DAMAGED)?;
    if jpeg.segment_by_marker(markers::SOS).is_some() { Ok(jpeg) } else { Err(DAMAGED.to_owned()) }
}

pub fn write(data: Vec<u8>, text: &str) -> Result<Vec<u8>, String> {
    let mut jpeg = opened(data)?;
    let exif = exif::with_comment(jpeg.exif().as_deref(), text);
    if exif.len() > EXIF_MAX {
        return Err("what is in it leaves no room for them".to_owned());
    }
    jpeg.set_exif(Some(exif.into()));
    Ok(jpeg.encoder().bytes().to_vec())
}

pub fn strip(data: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut jpeg = opened(data)?;
    let turned = jpeg.exif().and_then(|exif| exif::turned(&exif));
    jpeg.segments_mut().retain(is_picture);
    for segment in jpeg.segments_mut() {
        if segment.marker() == markers::SOS {
            *segment = until_end(segment);
        }
    }
    jpeg.set_exif(turned.map(Bytes::from));
    Ok(jpeg.encoder().bytes().to_vec())
}

/// Whether a decoder needs the segment: the frame, tables, the colour profile, and Adobe's word on how colours are coded.
fn is_picture(segment: &JpegSegment) -> bool {
    match segment.marker() {
        markers::APP0 => segment.contents().starts_with(b"JFIF\0"),
        markers::APP2 => segment.contents().starts_with(b"ICC_PROFILE\0"),
        markers::APP14 => segment.contents().starts_with(b"Adobe"),
        markers::APP1..=markers::APP15 | markers::COM => false,
        _ => true,
    }
}

/// The scans without what stands behind the picture's end, and without comments between them.
fn until_end(scan: &JpegSegment) -> JpegSegment {
    // The parts are one after the other: the scan's own header, then everything up to the end of the file.
    let whole = scan.clone().encoder().bytes();
    let header = scan.len();
    let entropy = whole.slice(header.min(whole.len())..);
    let mut at = 0;
    let mut out = Vec::with_capacity(entropy.len());
    let mut kept = 0;
    while let (Some(0xff), Some(&marker)) = (next_mark(&entropy, &mut at), entropy.get(at + 1)) {
        match marker {
            markers::EOI => {
                at += 2;
                break;
            }
            // A byte of the picture that looks like a mark, a restart, or padding.
            0 | markers::RST0..=markers::RST7 | 1 => at += 2,
            0xff => at += 1,
            _ => {
                let length =
                    entropy.get(at + 2..at + 4).map_or(2, |two| two.iter().fold(0, |n, b| n << 8 | usize::from(*b)));
                let end = (at + 2 + length.max(2)).min(entropy.len());
                if matches!(marker, markers::COM | markers::APP0..=markers::APP15) {
                    out.extend_from_slice(entropy.get(kept..at).unwrap_or_default());
                    kept = end;
                }
                at = end;
            }
        }
    }
    out.extend_from_slice(entropy.get(kept..at.min(entropy.len())).unwrap_or_default());
    JpegSegment::new_with_entropy(scan.marker(), scan.contents().clone(), out.into())
}

/// Goes to the next byte that can begin a mark; to the end where there is none.
fn next_mark(entropy: &[u8], at: &mut usize) -> Option<u8> {
    let rest = entropy.get(*at..).unwrap_or_default();
    *at += rest.iter().position(|byte| *byte == 0xff).unwrap_or(rest.len());
    entropy.get(*at).copied()
}

pub fn read(data: Vec<u8>) -> Result<Found, String> {
    let jpeg = opened(data)?;
    let mut found = Found { parameters: jpeg.exif().and_then(|exif| exif::comment(&exif)), others: Vec::new() };
    let comments = jpeg.segments_by_marker(markers::COM);
    let mut comments = comments.map(|segment| String::from_utf8_lossy(bounded(segment.contents())).into_owned());
    if found.parameters.is_none() {
        found.parameters = comments.next();
    }
    found.others = comments.map(|text| ("Comment".to_owned(), text)).take(1).collect();
    Ok(found)
}

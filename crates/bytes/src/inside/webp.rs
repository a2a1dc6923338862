//! WebP: chunks of its extended form.

use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF};

use super::{DAMAGED, Found, exif};

/// Chunks that a decoder needs.
const PICTURE: [&[u8; 4]; 7] = [b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"];
/// Flag of the extended form: there is an XMP chunk.
const XMP: u8 = 1 << 2;

fn opened(data: Vec<u8>) -> Result<WebP, String> {
    let webp = WebP::from_bytes(Bytes::from(data)).map_err(|_| DAMAGED)?;
    // Its extended form says how large it is, less one.
    let sized = webp.dimensions().is_some_and(|(width, height)| width > 0 && height > 0);
    if sized { Ok(webp) } else { Err(DAMAGED.to_owned()) }
}

pub fn write(data: Vec<u8>, text: &str) -> Result<Vec<u8>, String> {
    let mut webp = opened(data)?;
    let exif = exif::with_comment(webp.exif().as_deref(), text);
    webp.set_exif(Some(exif.into()));
    Ok(webp.encoder().bytes().to_vec())
}

pub fn strip(data: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut webp = opened(data)?;
    let turned = webp.exif().and_then(|exif| exif::turned(&exif));
    webp.chunks_mut().retain(|chunk| PICTURE.contains(&&chunk.id()));
    for chunk in webp.chunks_mut() {
        if chunk.id() == *b"VP8X"
            && let RiffContent::Data(data) = chunk.content_mut()
        {
            let mut bytes = data.to_vec();
            if let Some(flags) = bytes.first_mut() {
                *flags &= !XMP;
            }
            *data = bytes.into();
        }
    }
    webp.set_exif(turned.map(Bytes::from));
    Ok(webp.encoder().bytes().to_vec())
}

pub fn read(data: Vec<u8>) -> Result<Found, String> {
    let webp = opened(data)?;
    let exif = webp.chunk_by_id(*b"EXIF").map(RiffChunk::content).and_then(RiffContent::data);
    Ok(Found { parameters: exif.and_then(|exif| exif::comment(exif)), others: Vec::new() })
}

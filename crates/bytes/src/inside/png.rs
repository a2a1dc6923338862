//! PNG: text chunks.

use flux_studio_core::limits;
use img_parts::Bytes;
use img_parts::png::{Png, PngChunk};
use miniz_oxide::inflate::decompress_slice_iter_to_slice;

use super::{DAMAGED, Found, bounded, exif};

/// Keyword of the text that holds settings.
const KEYWORD: &str = "parameters";
/// Chunks that a decoder needs for the picture as it is meant to look, animation included; all others are about it.
const PICTURE: [&[u8; 4]; 18] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV",
    b"cLLI", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT",
];

fn opened(data: Vec<u8>) -> Result<Png, String> {
    Png::from_bytes(Bytes::from(data)).map_err(|_| DAMAGED.to_owned())
}

pub fn write(data: Vec<u8>, text: &str) -> Result<Vec<u8>, String> {
    let mut png = opened(data)?;
    png.chunks_mut().retain(|chunk| keyword(chunk) != Some(KEYWORD.as_bytes()));
    let first = png.chunks().iter().position(|chunk| chunk.kind() == *b"IDAT").ok_or(DAMAGED)?;
    png.chunks_mut().insert(first, chunk(text));
    Ok(png.encoder().bytes().to_vec())
}

/// A chunk for this text: `tEXt` where it is Latin-1, as most readers know it, else `iTXt`. Neither can hold a NUL.
fn chunk(text: &str) -> PngChunk {
    let text = text.replace('\0', "\u{fffd}");
    let latin = |c: char| matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{ff}').then_some(c as u32 as u8);
    let mut contents = KEYWORD.as_bytes().to_vec();
    match text.chars().map(latin).collect::<Option<Vec<u8>>>() {
        Some(latin) => {
            contents.push(0);
            contents.extend(latin);
            PngChunk::new(*b"tEXt", contents.into())
        }
        None => {
            // Not compressed; no language, no translated keyword.
            contents.extend([0; 5]);
            contents.extend(text.as_bytes());
            PngChunk::new(*b"iTXt", contents.into())
        }
    }
}

pub fn strip(data: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut png = opened(data)?;
    let turned = png.chunk_by_type(*b"eXIf").and_then(|chunk| exif::turned(chunk.contents()));
    png.chunks_mut().retain(|chunk| PICTURE.contains(&&chunk.kind()));
    if let Some(turned) = turned {
        let after_head = png.chunks().len().min(1);
        png.chunks_mut().insert(after_head, PngChunk::new(*b"eXIf", turned.into()));
    }
    Ok(png.encoder().bytes().to_vec())
}

pub fn read(data: Vec<u8>) -> Result<Found, String> {
    let png = opened(data)?;
    let mut found = Found::default();
    for chunk in png.chunks() {
        if let Some((name, text)) = said(chunk) {
            if name == KEYWORD {
                found.parameters.get_or_insert(text);
            } else if found.others.len() < limits::SETTINGS_OTHERS_MAX {
                found.others.push((name, text));
            }
        }
    }
    if found.parameters.is_none() {
        found.parameters = png.chunk_by_type(*b"eXIf").and_then(|chunk| exif::comment(chunk.contents()));
    }
    Ok(found)
}

fn keyword(chunk: &PngChunk) -> Option<&[u8]> {
    let text = matches!(&chunk.kind(), b"tEXt" | b"zTXt" | b"iTXt");
    chunk.contents().split(|byte| *byte == 0).next().filter(|_| text)
}

/// Keyword and text of a text chunk.
fn said(chunk: &PngChunk) -> Option<(String, String)> {
    let name = keyword(chunk)?;
    let rest = chunk.contents().get(name.len() + 1..)?;
    let text = match &chunk.kind() {
        b"tEXt" => latin_or_utf8(bounded(rest)),
        // One byte names the method; there is only one.
        b"zTXt" => latin_or_utf8(&inflated(rest.get(1..)?)),
        _ => {
            let (packed, rest) = (*rest.first()? == 1, rest.get(2..)?);
            // Language and translated keyword.
            let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
            if packed { utf8(&inflated(text)) } else { utf8(bounded(text)) }
        }
    };
    Some((latin_or_utf8(name), text))
}

/// The beginning of a packed text: never more than is read, whatever it would unpack to.
fn inflated(packed: &[u8]) -> Vec<u8> {
    let mut out = vec![0; limits::SETTINGS_TEXT_MAX];
    match decompress_slice_iter_to_slice(&mut out, std::iter::once(packed), true, false) {
        Ok(length) => out.truncate(length),
        // Longer than the room, or damaged: what came out before that stands there, followed by nothing.
        Err(_) => out.truncate(out.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)),
    }
    out
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The standard says Latin-1. Many writers say UTF-8, which Latin-1 text hardly ever is by chance.
fn latin_or_utf8(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

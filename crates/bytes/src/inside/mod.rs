//! Settings inside picture files, put in and taken out without touching a pixel: the text that AUTOMATIC1111's web UI
//! writes and many tools read. PNG has it in a text chunk named `parameters`, JPEG and WebP in EXIF's `UserComment`.
//!
//! What is read is a stranger's: it is bounded ([`limits::SETTINGS_TEXT_MAX`] and below), and it is text.

mod exif;
mod jpeg;
mod parameters;
mod png;
mod webp;

use flux_studio_core::{limits, sniff};

pub use parameters::{parse, text};

use crate::Inside;

/// Why a picture is refused as one.
const NO_PICTURE: &str = "it is no picture, or its end is missing";
/// Why a picture cannot be taken apart.
const DAMAGED: &str = "its parts do not fit together";

/// The picture with this text as its settings. Everything else that is in it stays; an earlier text is replaced.
///
/// # Errors
/// Why it cannot be done; the text ends a sentence.
pub fn write(data: Vec<u8>, text: &str) -> Result<Vec<u8>, String> {
    match kind(&data)? {
        "image/png" => png::write(data, text),
        "image/jpeg" => jpeg::write(data, text),
        "image/webp" => webp::write(data, text),
        _ => Err("there is no place for settings in this kind of file".to_owned()),
    }
}

/// The picture without what is no part of it: texts, EXIF, XMP, comments, previews. Its colour profile stays, and how it
/// is turned.
///
/// # Errors
/// Why it cannot be done; the text ends a sentence.
pub fn strip(data: Vec<u8>) -> Result<Vec<u8>, String> {
    match kind(&data)? {
        "image/png" => png::strip(data),
        "image/jpeg" => jpeg::strip(data),
        "image/webp" => webp::strip(data),
        _ => Err("this kind of file cannot be taken apart".to_owned()),
    }
}

/// The settings inside a picture; an empty [`Inside`] where there are none.
///
/// # Errors
/// Why it cannot be read; the text ends a sentence.
pub fn read(data: Vec<u8>) -> Result<Inside, String> {
    let found = match kind(&data)? {
        "image/png" => png::read(data)?,
        "image/jpeg" => jpeg::read(data)?,
        "image/webp" => webp::read(data)?,
        _ => return Err("only PNG, JPEG and WebP files hold settings".to_owned()),
    };
    let mut inside = found.parameters.map(|text| parse(&text)).unwrap_or_default();
    inside.others.extend(found.others.iter().map(|(name, text)| parameters::clipped(name, text)));
    inside.others.truncate(limits::SETTINGS_OTHERS_MAX);
    Ok(inside)
}

/// What the parts of a picture say.
#[derive(Debug, Default)]
struct Found {
    /// The text that holds settings.
    parameters: Option<String>,
    /// Other texts, by name.
    others: Vec<(String, String)>,
}

fn kind(data: &[u8]) -> Result<&'static str, String> {
    let facts = sniff::facts(data).ok_or(NO_PICTURE)?;
    Ok(facts.mime)
}

/// The first bytes of a text, as many as are read.
fn bounded(bytes: &[u8]) -> &[u8] {
    bytes.get(..limits::SETTINGS_TEXT_MAX).unwrap_or(bytes)
}

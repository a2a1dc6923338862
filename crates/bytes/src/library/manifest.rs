//! `manifest.json`, read image by image: one that is wrong hurts no other.

use std::fmt;

use serde::de::{Deserializer as _, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Item;

/// Its name in the zip.
pub const MANIFEST: &str = "manifest.json";
/// What it calls itself.
pub const FORMAT: &str = "flux-studio-library";
/// The version that is written, and the newest that is read.
pub const VERSION: u64 = 1;

/// Images at the most: as many as a zip may hold files.
pub(super) const IMAGES_MAX: u64 = 200_000;

/// What a manifest says.
#[derive(Debug, Default)]
pub struct Manifest {
    /// The images that can be read.
    pub items: Vec<Item>,
    /// Those that cannot: which, counted from 1, and why.
    pub wrong: Vec<(String, String)>,
    /// It also holds settings or a key, which are never taken over.
    pub settings: bool,
}

/// Reads a manifest.
///
/// # Errors
/// Why it is refused as a whole; the text ends a sentence.
pub fn parse(bytes: &[u8]) -> Result<Manifest, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read = json.deserialize_map(Whole).and_then(|read| json.end().map(|()| read));
    let Read { manifest, format, version } = read.map_err(|error| format!("its manifest cannot be read: {error}"))?;
    if format.as_deref() != Some(FORMAT) {
        return Err("its manifest is that of another kind of file".to_owned());
    }
    match version {
        Some(VERSION) => Ok(manifest),
        Some(newer) if newer > VERSION => Err(format!(
            "it was written in version {newer} of the format, and this studio reads version {VERSION}: reload the page for a newer studio"
        )),
        _ => Err("its manifest has no version that this studio knows".to_owned()),
    }
}

struct Read {
    manifest: Manifest,
    format: Option<String>,
    version: Option<u64>,
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let mut read = Read { manifest: Manifest::default(), format: None, version: None };
        let mut images = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "format" => read.format = Some(map.next_value()?),
                "version" => read.version = Some(map.next_value()?),
                "images" if images => return Err(A::Error::custom("two lists of images")),
                "images" => {
                    images = true;
                    map.next_value_seed(Images(&mut read.manifest))?;
                }
                _ => {
                    read.manifest.settings |=
                        matches!(key.as_str(), "settings" | "key" | "apiKey" | "api_key" | "proxy");
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if images { Ok(read) } else { Err(A::Error::custom("no list of images")) }
    }
}

struct Images<'a>(&'a mut Manifest);

impl<'de> serde::de::DeserializeSeed<'de> for Images<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Images<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of images")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut number: u64 = 0;
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            number += 1;
            if number > IMAGES_MAX {
                return Err(A::Error::custom("more images than a library file may hold"));
            }
            let item = serde_json::from_str::<Item>(raw.get()).map_err(|error| error.to_string());
            let item = item.and_then(|item| item.check().map(|()| item).map_err(str::to_owned));
            match item {
                Ok(item) => self.0.items.push(item),
                Err(why) => self.0.wrong.push((format!("image {number}"), why)),
            }
        }
        Ok(())
    }
}

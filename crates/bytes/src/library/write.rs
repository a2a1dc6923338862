//! Writing a library file, piece by piece, in constant memory but for the manifest.

use std::collections::BTreeSet;

use flux_studio_core::attempt::Record;

use super::Item;
use super::manifest::{FORMAT, MANIFEST, VERSION};
use crate::zip::Writer;

/// A library file that is being written. Each call gives the bytes that come next.
#[derive(Debug, Default)]
pub struct Export {
    zip: Writer,
    images: Vec<u8>,
    places: BTreeSet<String>,
    count: u32,
}

impl Export {
    /// What stands before a row's picture; the picture's bytes have to follow. `None` where they are in the file already,
    /// or the row has no picture.
    ///
    /// # Errors
    /// When the bytes are not those of the row: what is damaged is not passed on as whole.
    pub fn image(&mut self, row: &Record, data: &[u8], sha256: &str) -> Result<Option<Vec<u8>>, String> {
        let Some(file) = &row.file else { return Ok(None) };
        if file.sha256 != sha256 || file.bytes != data.len() as u64 {
            return Err("the kept bytes are not those that were stored".to_owned());
        }
        let size = u32::try_from(data.len()).map_err(|error| error.to_string())?;
        let place = format!("images/{sha256}.{}", extension(&file.mime));
        let item = serde_json::to_vec(&Item::of(row, file, place.clone())).map_err(|error| error.to_string())?;
        self.images.extend_from_slice(if self.count == 0 { b"\n" } else { b",\n" });
        self.images.extend(item);
        self.count += 1;
        // Two images can have the same bytes: they are in the file once.
        let new = self.places.insert(place.clone());
        Ok(new.then(|| self.zip.entry(&place, crc32fast::hash(data), size, row.created.0)))
    }

    /// How many images are in it.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The manifest and the archive's end: the file's last bytes.
    ///
    /// # Errors
    /// When the manifest is too long for an archive.
    pub fn finish(mut self, now: u64) -> Result<Vec<u8>, String> {
        let mut manifest = format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"images\":[").into_bytes();
        manifest.append(&mut self.images);
        manifest.extend_from_slice(b"\n]}\n");
        let size = u32::try_from(manifest.len()).map_err(|error| error.to_string())?;
        let mut out = self.zip.entry(MANIFEST, crc32fast::hash(&manifest), size, now);
        out.append(&mut manifest);
        out.extend(self.zip.finish());
        Ok(out)
    }
}

/// The usual ending of files of this type.
pub(crate) fn extension(mime: &str) -> &'static str {
    match mime {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/gif" => "gif",
        _ => "bin",
    }
}

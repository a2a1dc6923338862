//! Pictures on their way out of the library: one as a file, many in a zip with what is known of each beside it.

use flux_studio_core::attempt::{FileFacts, Record};
use flux_studio_core::file_name::Names;
use flux_studio_core::sniff;
use sha2::{Digest, Sha256};

use crate::inside;
use crate::library::Item;
use crate::zip::Writer;

/// A picture as it leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The file's bytes.
    pub data: Vec<u8>,
    /// Why they are what they were, where settings could not be put in or taken out.
    pub unchanged: Option<String>,
}

/// The picture with its settings inside, or without any; in any case the picture.
#[must_use]
pub fn take(row: &Record, data: Vec<u8>, settings: bool) -> Taken {
    let changed = if settings {
        inside::write(data.clone(), &inside::text(row, sniff::facts(&data)))
    } else {
        inside::strip(data.clone())
    };
    match changed {
        Ok(data) => Taken { data, unchanged: None },
        Err(why) => Taken { data, unchanged: Some(why) },
    }
}

/// A zip of pictures that is being written. Each call gives the bytes that come next.
#[derive(Debug, Default)]
pub struct Pack {
    zip: Writer,
    names: Names,
    count: u32,
}

impl Pack {
    /// One picture, and beside it what is known of it: for programs as JSON (an entry of the library's manifest), for people
    /// and other tools as the text that is inside the picture too. Says why a picture is unchanged, like [`take`].
    ///
    /// # Errors
    /// When the picture is too large for an archive.
    pub fn image(
        &mut self,
        row: &Record,
        name: &str,
        data: Vec<u8>,
        settings: bool,
    ) -> Result<(Vec<u8>, Option<String>), String> {
        let facts = sniff::facts(&data);
        let Taken { data, unchanged } = take(row, data, settings);
        let name = self.names.unused(name);
        let file = FileFacts {
            mime: facts.map_or("application/octet-stream", |facts| facts.mime).to_owned(),
            bytes: data.len() as u64,
            sha256: Sha256::digest(&data).iter().map(|byte| format!("{byte:02x}")).collect(),
            width: facts.map_or(0, |facts| facts.width),
            height: facts.map_or(0, |facts| facts.height),
        };
        let picture = format!("{name}.{}", facts.map_or("bin", |facts| facts.ext));
        let mut json =
            serde_json::to_vec_pretty(&Item::of(row, &file, picture.clone())).map_err(|error| error.to_string())?;
        json.push(b'\n');
        let text = format!("{}\n", inside::text(row, facts));
        let mut out = Vec::with_capacity(data.len() + json.len() + text.len() + 1_024);
        for (name, bytes) in [
            (picture, data.as_slice()),
            (format!("{name}.json"), json.as_slice()),
            (format!("{name}.txt"), text.as_bytes()),
        ] {
            let size = u32::try_from(bytes.len()).map_err(|error| error.to_string())?;
            out.extend(self.zip.entry(&name, crc32fast::hash(bytes), size, row.created.0));
            out.extend_from_slice(bytes);
        }
        self.count += 1;
        Ok((out, unchanged))
    }

    /// How many pictures are in it.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The archive's end: the file's last bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.zip.finish()
    }
}

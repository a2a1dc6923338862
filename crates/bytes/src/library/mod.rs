//! The library file: a zip with `manifest.json` and the pictures, which other programs can write and read too. Its format
//! is described in docs/LIBRARY-FORMAT.md.

mod item;
mod manifest;
mod read;
mod write;

pub use item::Item;
pub(crate) use item::rfc3339;
pub use manifest::{MANIFEST, Manifest, parse};
pub use read::{Import, Next};
pub use write::Export;

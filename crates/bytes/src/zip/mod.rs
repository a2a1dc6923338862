//! Zip archives: a writer for what is stored as it is, one piece after the other, and a reader that trusts nothing.
//!
//! Own code where the crate `zip` exists: its reader quietly takes the last of two entries with one name and does not
//! tell of overlaps, which is what hostile archives are made of; its writer for targets without seek puts sizes
//! after the data, which several readers refuse for stored entries. Inflating and checksums are libraries' work.
//!
//! Source of the format: PKWARE's APPNOTE 6.3.10, sections 4.3 to 4.5.

mod read;
mod write;

pub use read::{Archive, Entry, Limits, Source, Wrong};
pub use write::Writer;

/// Signature of a local header.
const LOCAL: u32 = 0x0403_4b50;
/// Signature of an entry of the central directory.
const CENTRAL: u32 = 0x0201_4b50;
/// Signature of the end of the central directory.
const END: u32 = 0x0605_4b50;
/// Signature of its form with 64 bits.
const END_64: u32 = 0x0606_4b50;
/// Signature of the pointer to that.
const LOCATOR_64: u32 = 0x0706_4b50;
/// Header id of the extra field with 64-bit sizes and offsets.
const EXTRA_64: u16 = 1;
/// Flag: names are UTF-8.
const UTF8: u16 = 1 << 11;

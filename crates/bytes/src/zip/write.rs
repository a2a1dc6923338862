//! Writing.

use super::{CENTRAL, END, END_64, EXTRA_64, LOCAL, LOCATOR_64, UTF8};

/// Version that an archive without 64-bit fields needs.
const PLAIN: u16 = 20;
/// Version that one with them needs.
const WITH_64: u16 = 45;
/// Made by: Unix, so that permissions are understood.
const UNIX: u16 = 3 << 8;
/// A regular file that everybody may read.
const MODE: u32 = 0o100_644 << 16;

/// Writes an archive from front to back; whoever calls puts the pieces one after the other.
#[derive(Debug, Default)]
pub struct Writer {
    offset: u64,
    central: Vec<u8>,
    entries: u64,
}

impl Writer {
    /// The header of a file, after which exactly its bytes must follow. `time` is in milliseconds since 1970; archives
    /// know no zone, so it is written as UTC.
    pub fn entry(&mut self, name: &str, crc: u32, size: u32, time: u64) -> Vec<u8> {
        let name = name.as_bytes().get(..name.len().min(usize::from(u16::MAX))).unwrap_or_default();
        let mut common = Vec::new();
        put16(&mut common, UTF8);
        put16(&mut common, 0);
        put32(&mut common, dos_time(time));
        put32(&mut common, crc);
        put32(&mut common, size);
        put32(&mut common, size);
        put16(&mut common, name.len() as u16);

        let mut local = Vec::new();
        put32(&mut local, LOCAL);
        put16(&mut local, PLAIN);
        local.extend(&common);
        put16(&mut local, 0);
        local.extend(name);

        let far = u32::try_from(self.offset).ok().filter(|offset| *offset != u32::MAX);
        put32(&mut self.central, CENTRAL);
        put16(&mut self.central, UNIX | WITH_64);
        put16(&mut self.central, if far.is_none() { WITH_64 } else { PLAIN });
        self.central.extend(&common);
        put16(&mut self.central, if far.is_none() { 12 } else { 0 });
        self.central.extend([0; 6]); // no comment, first disk, binary
        put32(&mut self.central, MODE);
        put32(&mut self.central, far.unwrap_or(u32::MAX));
        self.central.extend(name);
        if far.is_none() {
            put16(&mut self.central, EXTRA_64);
            put16(&mut self.central, 8);
            put64(&mut self.central, self.offset);
        }
        self.entries += 1;
        self.offset += local.len() as u64 + u64::from(size);
        local
    }

    /// How long the archive is so far, in bytes.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The central directory: the archive's last bytes.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        let Writer { offset, central, entries } = self;
        let size = central.len() as u64;
        let mut out = central;
        let large = entries >= u64::from(u16::MAX) || offset + size >= u64::from(u32::MAX);
        if large {
            put32(&mut out, END_64);
            put64(&mut out, 44);
            put16(&mut out, UNIX | WITH_64);
            put16(&mut out, WITH_64);
            put64(&mut out, 0); // this disk, the directory's disk
            put64(&mut out, entries);
            put64(&mut out, entries);
            put64(&mut out, size);
            put64(&mut out, offset);
            put32(&mut out, LOCATOR_64);
            put32(&mut out, 0);
            put64(&mut out, offset + size);
            put32(&mut out, 1);
        }
        let count = if large { u16::MAX } else { entries as u16 };
        put32(&mut out, END);
        put32(&mut out, 0); // this disk, the directory's disk
        put16(&mut out, count);
        put16(&mut out, count);
        put32(&mut out, if large { u32::MAX } else { size as u32 });
        put32(&mut out, if large { u32::MAX } else { offset as u32 });
        put16(&mut out, 0);
        out
    }
}

fn put16(out: &mut Vec<u8>, number: u16) {
    out.extend(number.to_le_bytes());
}

fn put32(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}

fn put64(out: &mut Vec<u8>, number: u64) {
    out.extend(number.to_le_bytes());
}

/// Date and time as archives have them since MS-DOS: from 1980 on, in steps of two seconds.
fn dos_time(ms: u64) -> u32 {
    let Ok(time) = time::OffsetDateTime::from_unix_timestamp((ms / 1_000) as i64) else { return 1 << 21 | 1 << 16 };
    let year = u32::try_from(time.year()).unwrap_or(1_980).clamp(1_980, 2_107) - 1_980;
    let date = year << 9 | u32::from(u8::from(time.month())) << 5 | u32::from(time.day());
    let clock = u32::from(time.hour()) << 11 | u32::from(time.minute()) << 5 | (u32::from(time.second()) / 2);
    date << 16 | clock
}

//! The database's versions. Each migration is a function that leads from the version before it and stays as it is once
//! it was released; a database of any age walks through all that it lacks, in one upgrade transaction.

use idb::{Database, Error, ObjectStoreParams};

/// The version that this program works with.
pub const VERSION: u32 = 1;

/// Rows of money: key `id` inside the value `{id, rev, status, writer, open?, json}`.
pub const ATTEMPTS: &str = "attempts";
/// Index over the rows that something may still happen to: only those have the field `open`.
pub const OPEN: &str = "open";
/// Pictures: key the attempt's id, value `{mime, sha256, data: ArrayBuffer}`.
pub const BYTES: &str = "bytes";
/// Thumbnails: key `[id, edge]`, value `{mime, data: ArrayBuffer}`.
pub const THUMBS: &str = "thumbs";
/// Raw answers: key `[id, n]`, value `{to, status, data: ArrayBuffer}`.
pub const RAW: &str = "raw";
/// Texts by name: settings, draft, the demo's snapshot.
pub const KV: &str = "kv";
/// The key's ciphertext and the `CryptoKey` that opens it.
pub const VAULT: &str = "vault";

/// Brings a database from version `from` (0: new) to [`VERSION`].
///
/// # Errors
/// When the browser refuses; then the whole upgrade is undone.
pub fn migrate(database: &Database, from: u32) -> Result<(), Error> {
    if from < 1 {
        v1(database)?;
    }
    Ok(())
}

fn v1(database: &Database) -> Result<(), Error> {
    let mut rows = ObjectStoreParams::new();
    rows.key_path(Some(idb::KeyPath::new_single("id")));
    database.create_object_store(ATTEMPTS, rows)?.create_index(OPEN, idb::KeyPath::new_single("open"), None)?;
    for name in [BYTES, THUMBS, RAW, KV, VAULT] {
        database.create_object_store(name, ObjectStoreParams::new())?;
    }
    Ok(())
}

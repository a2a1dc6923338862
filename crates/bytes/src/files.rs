//! Library files and zips of pictures at work: written into the browser's private file system, so that nothing of them is held in memory; read
//! from the person's file, slice by slice.

use std::cell::RefCell;
use std::collections::BTreeSet;

use flux_studio_bytes::library::{Export, Import, Next};
use flux_studio_bytes::takeout::Pack;
use flux_studio_bytes::zip::Source;
use flux_studio_bytes::{Contents, Done, Inside, PROBLEMS_MAX, inside};
use flux_studio_core::attempt::Record;
use flux_studio_core::limits;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileReaderSync, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemSyncAccessHandle, WorkerGlobalScope,
};

use crate::serve::sha256;
use crate::store::{self, Failed};

/// The file that a library is written to. There is one: the last export's makes room for the next one's.
const LIBRARY: &str = "flux-studio-export.zip";
/// The file that pictures are written to. Another one, because the browser may still be copying a library out.
const PICTURES: &str = "flux-studio-pictures.zip";

/// What is being written.
enum What {
    Library(Export),
    Pictures(Pack),
}

/// A file that is being written.
struct Writing {
    what: What,
    file: FileSystemFileHandle,
    to: FileSystemSyncAccessHandle,
    bytes: u64,
}

impl Drop for Writing {
    fn drop(&mut self) {
        // Nobody else can open the file before.
        self.to.close();
    }
}

impl Writing {
    fn put(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        let written = self.to.write_with_u8_array(bytes)?;
        // A disk that is full takes less than it was given.
        if written as usize != bytes.len() {
            return Err("there is no room for the file on this device".into());
        }
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// The person's file.
struct Picked {
    blob: Blob,
    reader: FileReaderSync,
}

impl Source for Picked {
    fn len(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read(&self, offset: u64, length: usize) -> Result<Vec<u8>, String> {
        let said = |error: JsValue| crate::serve::reason(&error);
        let end = offset as f64 + length as f64;
        let slice = self.blob.slice_with_f64_and_f64(offset as f64, end).map_err(said)?;
        let bytes = Uint8Array::new(self.reader.read_as_array_buffer(&slice).map_err(said)?.as_ref()).to_vec();
        if bytes.len() == length { Ok(bytes) } else { Err("the file is too short".to_owned()) }
    }
}

/// What is said of an image for which no file was begun.
const NOT_BEGUN: &str = "no file was begun";
/// What is said where no image was read.
const NONE_READ: &str = "no image was read";

thread_local! {
    static WRITING: RefCell<Option<Writing>> = const { RefCell::new(None) };
    static READING: RefCell<Option<(Import, Picked)>> = const { RefCell::new(None) };
    /// The image that was read last.
    static READ: RefCell<Option<(Record, Vec<u8>)>> = const { RefCell::new(None) };
}

async fn awaited<T: JsCast>(promise: Promise) -> Result<T, JsValue> {
    JsFuture::from(promise).await?.dyn_into()
}

/// Begins a library file, or a zip of pictures.
pub async fn start(pictures: bool) -> Result<(), JsValue> {
    drop(WRITING.take());
    let scope: WorkerGlobalScope = js_sys::global().dyn_into()?;
    let storage = scope.navigator().storage();
    if storage.is_undefined() {
        return Err("this browser gives pages no place for files (a page without https, or a private window)".into());
    }
    let folder: FileSystemDirectoryHandle = awaited(storage.get_directory()).await?;
    let (name, what) = match pictures {
        false => (LIBRARY, What::Library(Export::default())),
        true => (PICTURES, What::Pictures(Pack::default())),
    };
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file: FileSystemFileHandle = awaited(folder.get_file_handle_with_options(name, &options)).await?;
    let to: FileSystemSyncAccessHandle = awaited(file.create_sync_access_handle()).await?;
    to.truncate_with_u32(0)?;
    WRITING.set(Some(Writing { what, file, to, bytes: 0 }));
    Ok(())
}

/// Writes one image into the library file; `false` where its bytes are not those that were stored.
pub fn image(row: &Record, data: &[u8]) -> Result<bool, JsValue> {
    WRITING.with_borrow_mut(|writing| {
        let writing = writing.as_mut().ok_or(NOT_BEGUN)?;
        let What::Library(export) = &mut writing.what else { return Err(NOT_BEGUN.into()) };
        let Ok(head) = export.image(row, data, &sha256(data)) else { return Ok(false) };
        if let Some(head) = head {
            writing.put(&head)?;
            writing.put(data)?;
        }
        Ok(true)
    })
}

/// Writes one picture into the zip of pictures; says why it is unchanged, where it is.
pub fn pack(row: &str, name: &str, data: Vec<u8>, settings: bool) -> Result<Option<String>, JsValue> {
    let row = Record::from_json(row)?;
    WRITING.with_borrow_mut(|writing| {
        let writing = writing.as_mut().ok_or(NOT_BEGUN)?;
        let What::Pictures(pack) = &mut writing.what else { return Err(NOT_BEGUN.into()) };
        let (bytes, unchanged) = pack.image(&row, name, data, settings)?;
        writing.put(&bytes)?;
        Ok(unchanged)
    })
}

/// Ends the file: images in it, its length, and the file itself.
pub async fn end(now_ms: u64) -> Result<(u32, u64, JsValue), JsValue> {
    let mut writing = WRITING.take().ok_or(NOT_BEGUN)?;
    let (images, last) = match &mut writing.what {
        What::Library(export) => (export.count(), std::mem::take(export).finish(now_ms)?),
        What::Pictures(pack) => (pack.count(), std::mem::take(pack).finish()),
    };
    store::close();
    writing.put(&last)?;
    writing.to.flush()?;
    let (file, bytes) = (writing.file.clone(), writing.bytes);
    drop(writing);
    Ok((images, bytes, JsFuture::from(file.get_file()).await?))
}

/// The settings inside a file.
pub fn look_inside(blob: &Blob) -> Result<Inside, JsValue> {
    if blob.size() > limits::IMAGE_MAX as f64 {
        return Err("it is larger than 50 MB, which no picture of this studio is".into());
    }
    let data = FileReaderSync::new()?.read_as_array_buffer(blob)?;
    Ok(inside::read(Uint8Array::new(data.as_ref()).to_vec())?)
}

/// Looks into a file.
pub fn open(blob: Blob, have: &[u8], seed: u64) -> Result<Contents, JsValue> {
    let picked = Picked { blob, reader: FileReaderSync::new()? };
    let have: BTreeSet<[u8; 32]> = have.chunks_exact(32).filter_map(|digest| digest.try_into().ok()).collect();
    let import = Import::open(&picked, &have, seed)?;
    let contents = Contents {
        images: import.left(),
        bytes: import.bytes,
        known: import.known,
        settings: import.settings,
        wrong: import.problems.len(),
        problems: import.problems.iter().take(PROBLEMS_MAX).cloned().collect(),
    };
    READING.set(Some((import, picked)));
    Ok(contents)
}

/// The next image.
pub fn next() -> Result<(Done, Vec<JsValue>), JsValue> {
    let next = READING.with_borrow_mut(|reading| {
        let (import, picked) = reading.as_mut()?;
        Some(import.next(picked))
    });
    Ok(match next.ok_or("no file was opened")? {
        Next::Image(row, data) => {
            let json = row.to_json();
            READ.set(Some((*row, data)));
            (Done::Imported { row: json }, Vec::new())
        }
        Next::Wrong(name, why) => (Done::Wrong(name, why), Vec::new()),
        Next::End => {
            drop((READING.take(), READ.take()));
            store::close();
            (Done::ImportEnd, Vec::new())
        }
    })
}

/// Keeps the bytes of the image that was read last.
pub async fn keep(id: &str, into: &str) -> Result<Done, JsValue> {
    // Another name may have to be tried: they stay until the next is read.
    let (row, data) = READ.take().ok_or(NONE_READ)?;
    let (mime, sha256) = row.file.as_ref().map(|file| (file.mime.clone(), file.sha256.clone())).unwrap_or_default();
    let kept = store::put(into, id, &mime, &sha256, &data).await;
    READ.set(Some((row, data)));
    Ok(match kept {
        Ok(()) => Done::Kept,
        Err(Failed { full, why }) => Done::NotKept { full, why },
    })
}

/// The bytes of the image that was read last.
pub fn read() -> Result<(Done, Vec<JsValue>), JsValue> {
    READ.with_borrow(|read| {
        let (_, data) = read.as_ref().ok_or(NONE_READ)?;
        Ok((Done::Kept, vec![Uint8Array::from(data.as_slice()).buffer().into()]))
    })
}

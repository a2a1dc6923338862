//! Bytes between JavaScript and the program. A browser collects buffers when it thinks of it, after a hundred megabytes
//! or two where they come quickly; whoever moves a library image by image gives each back at once instead.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// `ArrayBuffer` with the method that the bindings lack.
    #[wasm_bindgen(extends = ArrayBuffer)]
    type Movable;

    /// Moves the bytes into a new buffer of this length and leaves nothing behind. Browsers before 2024 do not have it.
    #[wasm_bindgen(method, catch)]
    fn transfer(this: &Movable, length: u32) -> Result<ArrayBuffer, JsValue>;
}

/// Copies the bytes into the program and lets go of the buffer.
#[must_use]
pub fn take(buffer: &ArrayBuffer) -> Vec<u8> {
    let bytes = Uint8Array::new(buffer).to_vec();
    free(buffer);
    bytes
}

/// Bytes of the largest buffer for that: every browser makes it.
const LARGEST: u32 = 256 << 20;
/// How often the browser is to count what it forgets to count.
const WEIGHT: u32 = 4;

/// Has the browser collect soon what a value of so many bytes from its database left behind. Chromium keeps the stored
/// form of each value that was read until the next collection and does not count it, so that none comes: 500 images of
/// 1.3 MB took 428 MB that way. A buffer that nobody touches costs no memory, and is counted.
pub fn left_behind(bytes: usize) {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    drop(ArrayBuffer::new(bytes.saturating_mul(WEIGHT).min(LARGEST)));
}

/// Lets go of a buffer's bytes: nobody reads it any more.
pub fn free(buffer: &ArrayBuffer) {
    // A browser that cannot do it collects them later.
    let _ = buffer.unchecked_ref::<Movable>().transfer(0);
}

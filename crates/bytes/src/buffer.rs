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

/// Lets go of a buffer's bytes: nobody reads it any more.
pub fn free(buffer: &ArrayBuffer) {
    // A browser that cannot do it collects them later.
    let _ = buffer.unchecked_ref::<Movable>().transfer(0);
}

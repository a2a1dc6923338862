//! The worker's program: work on bytes, off the page's main thread, and off its first download.

#[cfg(target_arch = "wasm32")]
mod demo;
#[cfg(target_arch = "wasm32")]
mod files;
#[cfg(target_arch = "wasm32")]
mod pictures;
#[cfg(target_arch = "wasm32")]
mod serve;
#[cfg(target_arch = "wasm32")]
mod store;

fn main() {
    #[cfg(target_arch = "wasm32")]
    serve::start();
}

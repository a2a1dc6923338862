//! The program that the page loads.

fn main() {
    #[cfg(target_arch = "wasm32")]
    flux_studio::app::start();
    #[cfg(not(target_arch = "wasm32"))]
    println!("Flux Studio runs in a browser: `cargo xtask run` builds and serves it.");
}

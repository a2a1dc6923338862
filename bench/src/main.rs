//! Benchmarks of the built studio in Chromium: `cargo xtask bench library`. What is measured and how: README.md.
//!
//! Nothing here passes or fails. Figures of one machine say little; the ratios to a plain page by hand, taken in the
//! same run from the same database, say more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod library;
mod page;
mod table;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next();
    let sizes: Vec<usize> = arguments.map(|size| size.parse().expect("a number of images")).collect();
    if name.as_deref() != Some("library") || sizes.is_empty() {
        eprintln!("usage: bench library <images>…");
        std::process::exit(2);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(library::run(sizes));
}

//! The worker: work on bytes, off the main thread.

fn main() {}

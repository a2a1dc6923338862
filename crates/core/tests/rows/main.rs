//! The rows of the fault table that the core can show, each test named after its rows. The verdict is taken from what
//! the API booked and what the store holds; a control says that the fault really struck.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../world/mod.rs"]
mod world;

mod answers;
mod network;
mod pictures;
mod refusals;
mod store;
mod tabs;
mod twice;

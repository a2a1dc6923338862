//! The stories: what people do with the studio, one file for each concern.
//!
//! A story says what a person does and what must be true then; how that is found out stands in the library of this crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod backup;
mod bad_answers;
mod bad_input;
mod choices;
mod connection;
mod contract;
mod control;
mod crash;
mod demo;
mod disk;
mod find;
mod first_picture;
mod grid;
mod keyboard;
mod large;
mod library;
mod money;
mod once;
mod order;
mod queue;
mod reload;
mod rescue;
mod risk;
mod secrets;
mod size;
mod start;
mod tabs;
mod takeout;
mod touch;
mod ways;

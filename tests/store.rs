//! The store's contract, kept by the library in memory.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod contract;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use flux_studio::platform::db::memory::Memory;

/// Nothing in memory ever waits.
fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the store in memory waited"),
    }
}

#[test]
fn rows_come_back() {
    run(contract::rows_come_back(&Memory::default()));
}

#[test]
fn a_write_compares_first() {
    run(contract::a_write_compares_first(&Memory::default()));
}

#[test]
fn raw_answers_belong_to_their_commit() {
    run(contract::raw_answers_belong_to_their_commit(&Memory::default()));
}

#[test]
fn open_rows_are_found() {
    run(contract::open_rows_are_found(&Memory::default()));
}

#[test]
fn bytes_come_back() {
    run(contract::bytes_come_back(&Memory::default()));
}

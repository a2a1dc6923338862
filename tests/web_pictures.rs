//! Pictures on screen, in a browser: object URLs come and go with those who show them.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::rc::Rc;

use flux_studio::app::pictures::{IDLE_MAX, Kind, Picture, Pictures};
use flux_studio::app::session::Library;
use flux_studio::platform::db::memory::Memory;
use flux_studio::platform::db::{Store, Stored};
use flux_studio::platform::worker::Worker;
use flux_studio::platform::{blob, timer};
use flux_studio_core::id::{AttemptId, IdSource};
use flux_studio_core::time::Wall;
use leptos::prelude::GetUntracked;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A PNG of one pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 13, 10, 26, 10, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0,
    0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T', 0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0, 5,
    0, 1, 0xff, 0x56, 0xc7, 0x2f, 0x0d, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn stored() -> Stored {
    Stored { mime: "image/png".into(), sha256: String::new(), data: PNG.to_vec() }
}

fn id(n: u64) -> AttemptId {
    IdSource::new(n).next(Wall(1_700_000_000_000 + n))
}

async fn shelf(count: u64) -> (Rc<Pictures>, Vec<AttemptId>) {
    let memory = Memory::default();
    let ids: Vec<AttemptId> = (0..count).map(id).collect();
    for id in &ids {
        memory.put_bytes(id, &stored()).await.unwrap();
    }
    // There is no worker beside this page: whole pictures stand in for thumbnails.
    (Pictures::new(Rc::new(Library::Memory(memory)), Worker::default()), ids)
}

async fn shown(pictures: &Rc<Pictures>, ids: &[AttemptId], kind: Kind) -> Vec<Picture> {
    let handles: Vec<Picture> = ids.iter().map(|id| pictures.picture(id, kind)).collect();
    for _ in 0..200 {
        if handles.iter().all(|handle| handle.url.get_untracked().is_some()) {
            break;
        }
        timer::sleep(5).await;
    }
    handles
}

#[wasm_bindgen_test]
async fn object_urls_stay_bounded_however_far_one_scrolls() {
    let before = blob::live_urls();
    let (pictures, ids) = shelf(1_000).await;
    for screen in ids.chunks(50) {
        let handles = shown(&pictures, screen, Kind::Thumb).await;
        assert!(handles.iter().all(|handle| handle.url.get_untracked().is_some_and(|url| url.starts_with("blob:"))));
        assert!(blob::live_urls() - before <= IDLE_MAX + 50, "{}", blob::live_urls());
    }
    assert!(blob::live_urls() - before <= IDLE_MAX);
    drop(pictures);
    assert_eq!(blob::live_urls(), before);
}

#[wasm_bindgen_test]
async fn two_who_show_the_same_share_one_url() {
    let before = blob::live_urls();
    let (pictures, ids) = shelf(1).await;
    let first = shown(&pictures, &ids, Kind::Full).await;
    let second = shown(&pictures, &ids, Kind::Full).await;
    assert_eq!(blob::live_urls(), before + 1);
    let url = first.first().and_then(|picture| picture.url.get_untracked());
    drop(first);
    assert_eq!(second.first().and_then(|picture| picture.url.get_untracked()), url);
    assert_eq!(blob::live_urls(), before + 1);
}

#[wasm_bindgen_test]
async fn who_asked_early_gets_the_picture_when_it_comes() {
    let (pictures, _) = shelf(0).await;
    let id = id(7);
    let early = pictures.picture(&id, Kind::Full);
    timer::sleep(20).await;
    assert_eq!(early.url.get_untracked(), None);
    // Bytes that could not be kept are shown and saved from memory.
    pictures.hold_unkept(&id, Rc::new(stored()));
    timer::sleep(20).await;
    assert!(early.url.get_untracked().is_some());
    assert!(pictures.unkept(&id).is_some());
    pictures.kept(&id);
    assert!(pictures.unkept(&id).is_none());
}

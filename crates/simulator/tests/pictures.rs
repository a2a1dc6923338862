//! Pictures: the asked size, the same bytes each time, other bytes for other seeds, and nothing that is all one colour.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeSet;

use flux_studio_simulator::draw::draw;

/// One prompt for each scene.
const PROMPTS: [&str; 12] = [
    "misty hills",
    "desert dunes",
    "moon over the sea",
    "milky way",
    "aurora",
    "alps",
    "pine forest",
    "abstract paint",
    "a vase",
    "ringed planet",
    "paper leaves",
    "harbour city",
];

#[test]
fn the_same_words_and_seed_give_the_same_bytes() {
    for prompt in PROMPTS {
        let first = draw(prompt, 7, 160, 96);
        assert_eq!(first.len(), 160 * 96 * 4);
        assert_eq!(first, draw(prompt, 7, 160, 96), "{prompt}");
        assert_ne!(first, draw(prompt, 8, 160, 96), "{prompt}");
        assert!(first.chunks_exact(4).all(|pixel| pixel[3] == 255), "{prompt}: opaque");
    }
}

#[test]
fn every_shape_and_any_prompt() {
    let odd = ["", " ", "🐈 im Hut", "\u{202e}\0", "a cat", &"word ".repeat(2_000)];
    for (width, height) in [(1, 1), (0, 0), (2, 300), (300, 2), (97, 61), (61, 97)] {
        for prompt in PROMPTS.iter().chain(&odd) {
            assert_eq!(
                draw(prompt, 3, width, height).len() as u32,
                width.max(1) * height.max(1) * 4,
                "{prompt} {width}x{height}"
            );
        }
    }
}

#[test]
fn pictures_have_light_and_shade() {
    for prompt in PROMPTS {
        for seed in 0..6 {
            let pixels = draw(prompt, seed, 128, 128);
            let luma = |pixel: &[u8]| (u32::from(pixel[0]) * 3 + u32::from(pixel[1]) * 6 + u32::from(pixel[2])) / 10;
            let lumas: Vec<u32> = pixels.chunks_exact(4).map(luma).collect();
            let spread = lumas.iter().max().unwrap() - lumas.iter().min().unwrap();
            assert!(spread > 60, "{prompt} {seed}: {spread}");
            let colours: BTreeSet<&[u8]> = pixels.chunks_exact(4).collect();
            assert!(colours.len() > 400, "{prompt} {seed}: {} colours", colours.len());
        }
    }
}

#[test]
fn smooth_skies_are_dithered() {
    // Along a row of sky the bytes must not stand still for long: standing bytes are bands.
    let pixels = draw("hills blue", 2, 512, 512);
    let row: Vec<u8> = pixels.chunks_exact(4).skip(512 * 40).take(512).map(|pixel| pixel[2]).collect();
    let longest = row.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap();
    assert!(longest < 24, "{longest} equal bytes in a row");
}

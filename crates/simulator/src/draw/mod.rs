//! Pictures from words and a seed.
//!
//! Words choose a scene and a palette, the seed everything else. Scenes are painted from back to front on a sheet of floating
//! point colours and developed into bytes with grain. No fonts, no files, no time: the same words and seed give the same bytes.

mod alpine;
mod canvas;
mod city;
mod colour;
mod dunes;
mod forest;
mod ink;
mod land;
mod noise;
mod palette;
mod paper;
mod scene;
mod sky;
mod space;
mod still;
mod water;

use crate::mix::mix;

/// Widest and highest picture, pixels; larger wishes are cut to it, since memory is sixteen bytes a pixel.
pub const MAX_SIDE: u32 = 4_096;

/// Draws a picture as RGBA, eight bits each, row by row, opaque: `width * height * 4` bytes.
///
/// Sides are kept between 1 and [`MAX_SIDE`].
#[must_use]
pub fn draw(prompt: &str, seed: u64, width: u32, height: u32) -> Vec<u8> {
    let side = |length: u32| length.clamp(1, MAX_SIDE) as usize;
    let words = words(prompt);
    let mut random = fastrand::Rng::with_seed(mix(seed));
    let scene = scene::Scene::choose(&words, &mut random);
    let mut canvas = canvas::Canvas::new(side(width), side(height));
    let wishes = if scene.takes_wishes() { words.as_slice() } else { &[] };
    let palette = palette::Palette::choose(wishes, scene.favourites(), &mut random);
    scene.paint(&mut canvas, &palette, &mut random);
    let (vignette, grain) = scene.finish();
    canvas.develop(random.u32(..), vignette, grain)
}

/// The prompt's words in lower case.
fn words(prompt: &str) -> Vec<String> {
    let lower = prompt.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

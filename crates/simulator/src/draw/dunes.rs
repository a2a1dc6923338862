//! Dunes: sharp crests between a lit and a shaded face.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::Rgb;
use super::land::line;
use super::noise::{noise, smoothstep};
use super::palette::Palette;
use super::sky;

/// One dune. It reaches across the whole sheet; the next ones cover its foot.
struct Dune {
    seed: u32,
    /// Its top, pixels.
    x: f32,
    y: f32,
    /// Half its width, pixels.
    reach: f32,
    /// Height of its top above its foot, pixels.
    rise: f32,
    /// Where the crest goes from the top, pixels across per pixel down; negative is to the left.
    swing: f32,
    lit: Rgb,
    shade: Rgb,
    /// Colour that it fades to, and how much.
    haze: (Rgb, f32),
    /// 0 far away, 1 near.
    near: f32,
}

impl Dune {
    /// Outline at a column, pixels from the top: a bell with a kink at its top.
    fn outline(&self, x: f32, unit: f32) -> f32 {
        let d = (x - self.x) / self.reach;
        let side = if d < 0.0 { 1.0 } else { 0.8 };
        let fall = (d / side).abs();
        let bell = (-(fall * fall) * 1.1 - fall * 0.55).exp();
        self.y + self.rise * (1.0 - bell) + noise(self.seed, x / unit * 1.6, 0.5) * unit * 0.007
    }

    /// `top` is its outline, `cover` where something stands before it, both in pixels from the top for each column.
    fn paint(&self, canvas: &mut Canvas, light: Rgb, top: &[f32], cover: &[f32]) {
        let (unit, h) = (canvas.unit(), canvas.h());
        // The crest winds towards the viewer in an S: a column for each row.
        let crest: Vec<f32> = (0..canvas.height)
            .map(|row| {
                let down = (row as f32 + 0.5 - self.y).max(0.0);
                let t = down / unit;
                let wind =
                    noise(self.seed ^ 9, t * (3.4 - 1.4 * self.near), 0.5) * unit * 0.16 * smoothstep(0.0, 0.22, t);
                self.x + self.swing * down * (1.0 + t) + wind
            })
            .collect();
        let (haze, far) = self.haze;
        let face = self.reach * 0.75;
        let ripple_width = unit * (0.006 + 0.008 * self.near);
        canvas.below(top, |x, y, depth| {
            if y > cover.get(x as usize).copied().unwrap_or(h) + 1.0 {
                // Not seen in the end, so not worth the work.
                return self.lit;
            }
            let edge = crest.get(y as usize).copied().unwrap_or(self.x);
            let beyond = x - edge;
            let soft = unit * (0.0015 + 0.03 * (y - self.y).max(0.0) / h);
            let slip = smoothstep(-soft, soft, beyond) * smoothstep(face * 1.5, face * 0.35, beyond);
            let low = smoothstep(0.0, self.rise * 1.1, depth);
            let crest_light = (-(beyond / (unit * 0.05)).powi(2)).exp() * if beyond < 0.0 { 0.3 } else { 0.0 };
            let rim = (-depth / (unit * 0.012)).exp() * 0.2;
            let ripple = if self.near > 0.3 {
                let bend = noise(self.seed ^ 5, x / unit * 2.2, y / unit * 5.0);
                (y / ripple_width + x / ripple_width * 0.18 + bend * 5.0).sin() * self.near * (0.6 + 0.4 * bend)
            } else {
                0.0
            };
            let sunny = self.lit.mix(self.shade, 0.3 * low).mix(light, crest_light + rim).scale(1.0 + 0.028 * ripple);
            let shady = self.shade.mix(self.lit, 0.3 * low).scale(1.0 + 0.022 * ripple);
            sunny.mix(shady, slip).mix(haze, far)
        });
    }
}

/// Rows of dunes under a big sun.
pub(super) fn dunes(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let horizon = h * (0.42 + 0.1 * random.f32());
    let sun = (w * (0.12 + 0.35 * random.f32()), horizon - unit * (0.1 + 0.16 * random.f32()));
    sky::gradient(canvas, palette, horizon * 1.05, sun, 0.75);
    if palette.is_dark() {
        sky::stars(canvas, horizon, 700, random);
    }
    let radius = unit * (0.055 + 0.04 * random.f32());
    canvas.glow(sun, radius * 4.5, palette.light, 0.35);
    canvas.disc(sun, radius, 1.5, palette.light, 1.0);

    let [_, strong, warm, pale, _] = palette.accents;
    let [.., low] = palette.sky;
    let count = 9;
    let mut place = random.f32();
    let mut dunes = Vec::new();
    for index in 0..count {
        let t = index as f32 / (count - 1) as f32;
        // Tops wander over the sheet by a little more than half of it, so that neighbours never share a column.
        place = (place + 0.38 + 0.24 * random.f32()).fract();
        let rise = unit * (0.07 + 0.2 * t) * (0.8 + 0.4 * random.f32());
        dunes.push(Dune {
            seed: random.u32(..),
            x: w * (place * 1.1 - 0.05),
            y: horizon - unit * 0.035 + (h * 0.84 - horizon) * t.powf(1.35),
            reach: unit * (0.28 + 0.5 * t) * (0.8 + 0.4 * random.f32()),
            rise,
            swing: (random.f32() - 0.62) * 1.5,
            lit: pale.mix(warm, 0.25 + 0.5 * t),
            shade: strong.mix(palette.near, 0.05 + 0.5 * t),
            haze: (palette.far.mix(low, 0.5), (1.0 - t).powf(1.5) * 0.75),
            near: t,
        });
    }
    let outlines: Vec<Vec<f32>> = dunes.iter().map(|dune| line(canvas, |x| dune.outline(x, unit))).collect();
    for (index, (dune, top)) in dunes.iter().zip(&outlines).enumerate() {
        let mut cover = vec![h; canvas.width];
        for later in outlines.get(index + 1..).unwrap_or_default() {
            cover.iter_mut().zip(later).for_each(|(cover, top)| *cover = cover.min(*top));
        }
        dune.paint(canvas, palette.light, top, &cover);
    }
}

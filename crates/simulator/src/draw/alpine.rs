//! High mountains: rock and snow in daylight, as silhouettes under the Milky Way, and under the aurora with a lake.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Gradient, Rgb, WHITE};
use super::land::line;
use super::noise::{fbm, noise, ridged, smoothstep};
use super::palette::Palette;
use super::{forest, sky, water};

/// A range of mountains: its skyline, and the light on its faces.
struct Range {
    seed: u32,
    /// Where its foot is, pixels from the top.
    foot: f32,
    /// How high it rises above that, pixels.
    rise: f32,
    /// Peaks to a unit of width.
    pace: f32,
    rock: Rgb,
    snow: Rgb,
    /// Colour and strength of the haze at its foot.
    haze: (Rgb, f32),
    /// Strength of light and shadow.
    relief: f32,
}

impl Range {
    fn skyline(&self, canvas: &Canvas) -> Vec<f32> {
        let unit = canvas.unit();
        line(canvas, |x| {
            let u = x / unit * self.pace;
            let peaks = ridged(self.seed, u, 0.5, 6, 0.47);
            let mass = 0.5 + 0.5 * noise(self.seed ^ 5, u * 0.45, 2.5);
            self.foot - self.rise * (0.25 + 0.95 * peaks * (0.45 + 0.75 * mass))
        })
    }

    /// `cover` is where something stands before it, pixels from the top for each column.
    fn paint(&self, canvas: &mut Canvas, top: &[f32], cover: &[f32]) {
        let unit = canvas.unit();
        let (seed, pace) = (self.seed, self.pace);
        let (haze, haze_strength) = self.haze;
        let shadow = self.rock.scale(0.74);
        let ground = self.rock.mix(haze, haze_strength);
        canvas.below(top, |x, y, depth| {
            if y > cover.get(x as usize).copied().unwrap_or(self.foot) + 1.0 {
                // Not seen in the end, so not worth the work.
                return ground;
            }
            let (u, v) = (x / unit * pace, y / unit * pace);
            // Faces follow the fall line: the field is sheared by depth and compared with itself a step towards the light.
            let shear = noise(seed ^ 21, u * 0.8, v * 0.5) * 0.6;
            let field = |du: f32| ridged(seed ^ 77, (u + du) * 2.3 + shear + v * 0.5, v * 1.5, 4, 0.62);
            let slope = (field(0.0) - field(0.03)) * 9.0 * self.relief;
            // A narrow step between light and shade: edges, as of rock, and not folds, as of cloth.
            let lit = smoothstep(-0.22, 0.16, slope);
            let reach = depth / self.rise;
            let patches = fbm(seed ^ 31, u * 9.0, v * 4.5 + u * 3.0, 3, 0.6);
            let snowy = smoothstep(0.6, 0.34, reach + patches * 0.42 + slope * 0.1);
            let rock = shadow.mix(self.rock, lit);
            let white = self.snow.mix(self.rock, 0.5).mix(self.snow, lit);
            let face = rock.mix(white, snowy);
            let fog = smoothstep(0.15, 1.0, (y - (self.foot - self.rise)) / self.rise);
            face.mix(haze, fog * haze_strength)
        });
    }
}

/// Paints ranges from back to front.
fn paint_ranges(canvas: &mut Canvas, ranges: &[Range]) {
    let skylines: Vec<Vec<f32>> = ranges.iter().map(|range| range.skyline(canvas)).collect();
    for (index, (range, top)) in ranges.iter().zip(&skylines).enumerate() {
        let later = skylines.get(index + 1..).unwrap_or_default();
        let mut cover = vec![range.foot; canvas.width];
        for line in later {
            cover.iter_mut().zip(line).for_each(|(cover, top)| *cover = cover.min(*top));
        }
        range.paint(canvas, top, &cover);
    }
}

/// Snowy peaks by day.
pub(super) fn peaks(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let horizon = h * (0.66 + 0.06 * random.f32());
    let sun = (w * (0.15 + 0.3 * random.f32()), h * 0.2);
    sky::gradient(canvas, palette, horizon, sun, 0.5);
    if palette.is_dark() {
        sky::stars(canvas, horizon, 420, random);
    }
    sky::clouds(canvas, palette, horizon * 0.9, 0.8, random);
    let [_, high, low, last] = palette.sky;
    let snow = WHITE.mix(palette.light, 0.4).mix(last, 0.25);
    let ranges = [0, 1, 2].map(|layer| {
        let t = layer as f32 / 2.0;
        Range {
            seed: random.u32(..),
            foot: horizon + unit * (0.04 + 0.16 * t),
            rise: unit * (0.44 - 0.12 * t),
            pace: 1.1 + 0.5 * t,
            rock: palette.far.mix(high, 0.35).mix(palette.near, 0.22 + 0.33 * t),
            snow: snow.mix(palette.far, 0.42 - 0.4 * t),
            haze: (low.mix(last, 0.5), 0.85 - 0.1 * t),
            relief: 0.6 + 0.5 * t,
        }
    });
    paint_ranges(canvas, &ranges);
    forest::tree_line(canvas, palette.near.mix(palette.far, 0.12), h * 0.9, unit * 0.075, random);
    forest::tree_line(canvas, palette.near, h * 0.99, unit * 0.13, random);
}

/// A ridge under the Milky Way.
pub(super) fn night(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let horizon = h * 0.82;
    let [top, high, low, last] = palette.sky;
    let dark = Gradient::at(&[
        (0.0, top.scale(0.8)),
        (0.45, top.mix(high, 0.6)),
        (0.8, high.mix(low, 0.6)),
        (1.0, low.mix(last, 0.75)),
    ]);
    canvas.each(|_, y, _| dark.get(y / horizon));
    milky_way(canvas, palette, random);
    sky::stars(canvas, horizon * 1.1, 2_600, random);
    let lamp = (w * (0.2 + 0.6 * random.f32()), horizon);
    canvas.glow(lamp, unit * 0.6, last.mix(palette.light, 0.3), 0.35);
    let ranges = [0, 1, 2].map(|layer| {
        let t = layer as f32 / 2.0;
        Range {
            seed: random.u32(..),
            foot: h * (0.87 + 0.16 * t),
            rise: unit * (0.3 - 0.06 * t),
            pace: 1.2 + 0.4 * t,
            rock: low.mix(palette.near, 0.35 + 0.6 * t),
            snow: low.mix(last, 0.4).mix(palette.near, 0.3 + 0.6 * t),
            haze: (low.mix(last, 0.3), 0.55 * (1.0 - t)),
            relief: 0.8 - 0.4 * t,
        }
    });
    paint_ranges(canvas, &ranges);
    forest::tree_line(canvas, palette.near.scale(0.75), h * 1.01, unit * 0.11, random);
}

fn milky_way(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let seed = random.u32(..);
    let angle = 0.5 + 0.6 * random.f32();
    let lean = if random.bool() { angle } else { std::f32::consts::PI - angle };
    let (sin, cos) = lean.sin_cos();
    let centre = (w * 0.5, h * 0.4);
    let [_, strong, pale, warm, _] = palette.accents;
    let veil = strong.mix(pale, 0.55);
    canvas.each(|x, y, under| {
        let (dx, dy) = ((x - centre.0) / unit, (y - centre.1) / unit);
        let (along, across) = (dx * cos + dy * sin, -dx * sin + dy * cos);
        let bend = across + 0.07 * noise(seed ^ 2, along * 1.3, 0.5);
        let band = (-(bend / 0.17).powi(2)).exp() - 0.02;
        if band < 0.02 {
            return under;
        }
        let cloud = 0.5 + 0.6 * fbm(seed, along * 2.6, bend * 4.6, 4, 0.58);
        let lane =
            fbm(seed ^ 8, along * 3.1 + 4.0, bend * 7.0, 4, 0.6) + 0.34 * (-((bend - 0.02) / 0.045).powi(2)).exp();
        let dust = smoothstep(0.12, 0.5, lane);
        let core = (-(bend / 0.085).powi(2)).exp() * (-(along / 0.55).powi(2)).exp();
        let light = band * (0.35 + 1.1 * cloud * cloud) * (1.0 - 0.72 * dust);
        under
            .screen(veil, light * 0.85)
            .screen(warm.mix(WHITE, 0.35), core * (0.5 + cloud) * (1.0 - 0.78 * dust) * 0.62)
    });
    // Faint stars that only the band has.
    for _ in 0..(2_600.0 * w / unit) as usize {
        let along = (random.f32() - 0.5) * 2.4 * w / unit;
        let across = (random.f32() + random.f32() + random.f32() - 1.5) * 0.24;
        let at = (centre.0 + (along * cos - across * sin) * unit, centre.1 + (along * sin + across * cos) * unit);
        canvas.disc(at, unit * 0.0005, unit * 0.0012, WHITE, 0.15 + 0.45 * random.f32());
    }
}

/// Curtains of light over mountains and a lake.
pub(super) fn aurora(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let shore = h * (0.76 + 0.05 * random.f32());
    let [top, high, low, last] = palette.sky;
    let dark = Gradient::at(&[(0.0, top.scale(0.55)), (0.6, high.scale(0.7)), (1.0, low.mix(last, 0.3).scale(0.8))]);
    canvas.each(|_, y, _| dark.get(y / shore));
    sky::stars(canvas, shore, 1_300, random);
    let [_, deep, bright, violet, pale] = palette.accents;
    for curtain in 0..3 {
        let t = curtain as f32 / 2.0;
        let seed = random.u32(..);
        let base = shore * (0.4 + 0.3 * random.f32());
        let tall = unit * (0.3 + 0.22 * random.f32());
        let strength = 0.7 + 0.35 * t;
        let foot = bright.mix(deep, 0.5 * random.f32());
        // A curtain is a line that folds; its light hangs upwards from it. For each column: edge, height and strength.
        let columns: Vec<(f32, f32, f32)> = (0..canvas.width)
            .map(|x| {
                let u = x as f32 / unit;
                let fold = fbm(seed, u * 1.1, 0.5, 3, 0.5);
                let rays = 0.6
                    + 0.4 * noise(seed ^ 4, u * 24.0 + fold * 9.0, 0.3)
                    + 0.4 * noise(seed ^ 6, u * 7.0 + fold * 5.0, 0.2);
                let patch = smoothstep(-0.45, 0.3, noise(seed ^ 12, u * 1.3, 9.5));
                let rays = rays.max(0.0);
                (base + unit * 0.2 * fold, tall * (0.6 + 0.6 * rays), rays * patch * strength)
            })
            .collect();
        canvas.area((0.0, 0.0, w, shore), |x, y, under| {
            let (edge, tall, strength) = columns.get(x as usize).copied().unwrap_or((base, tall, 0.0));
            let rise = (edge - y) / tall;
            let light = if rise > 0.0 { (-rise * 2.3).exp() } else { (rise * 11.0).exp() };
            let amount = light * strength;
            if amount < 0.004 {
                return (under, 0.0);
            }
            let colour = foot.mix(violet, smoothstep(0.1, 0.9, rise)).mix(pale, 0.4 * (-(rise * 9.0).powi(2)).exp());
            (under.screen(colour, amount), 1.0)
        });
    }
    let ranges = [0, 1].map(|layer| {
        let t = layer as f32;
        Range {
            seed: random.u32(..),
            foot: shore + unit * 0.02,
            rise: unit * (0.3 - 0.12 * t),
            pace: 1.3 + 0.4 * t,
            rock: palette.near.mix(high, 0.55 - 0.35 * t),
            snow: high.mix(deep, 0.45).mix(pale, 0.2 - 0.1 * t),
            haze: (low.mix(deep, 0.3), 0.45 - 0.2 * t),
            relief: 0.8,
        }
    });
    paint_ranges(canvas, &ranges);
    forest::tree_line(canvas, palette.near, shore + unit * 0.008, unit * 0.06, random);
    water::mirror(canvas, shore, palette.near.mix(top, 0.5), 0.18, random);
}

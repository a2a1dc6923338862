//! Conifers: a line of them along an edge, and a whole forest in fog.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Gradient, Rgb};
use super::noise::{fbm, noise, smoothstep, unit as random_unit};
use super::palette::Palette;
use super::sky;

/// Colour of what is not painted.
const BARE: Rgb = super::colour::BLACK;

/// One conifer with its foot at (`x0`, `foot`), in pixels. `colour` depends on the height above the foot, 0 to 1.
fn conifer(canvas: &mut Canvas, (x0, foot): (f32, f32), height: f32, seed: u32, colour: impl Fn(f32) -> Rgb) {
    let tiers = (7.0 + height / canvas.unit() * 26.0).min(30.0);
    let slender = 0.17 + 0.09 * random_unit(seed, 1, 1);
    let lean = (random_unit(seed, 2, 2) - 0.5) * 0.03;
    let reach = height * slender * 1.35 + 2.0;
    let top = foot - height;
    let soft = (height * 0.012).clamp(0.7, 3.0);
    canvas.area((x0 - reach, top, x0 + reach, foot), |x, y, _| {
        let t = (y - top) / height;
        let dx = x - x0 - lean * height * (1.0 - t);
        // Wider than any branch can be: nothing to work out.
        if dx.abs() > height * slender * (0.03 + t) * 1.27 + soft + 1.0 {
            return (BARE, 0.0);
        }
        let side = i32::from(dx > 0.0);
        // Branches: each tier widens downwards and starts again; each side and tier is a little different, and the tips droop.
        let droop = dx.abs() / height * 0.9;
        let step = (t - droop).max(0.0) * tiers + 0.5 * random_unit(seed, side, 40);
        let tier = step.floor();
        let part = step - tier;
        let long = 0.62 + 0.55 * random_unit(seed, tier as i32, side);
        let needles = 0.8 + 0.28 * noise(seed, x * 0.55, y * 0.4);
        let width = height * slender * (0.03 + t) * (0.42 + 0.58 * part) * long * needles;
        let trunk = height * 0.011;
        let width = if t > 0.94 { trunk } else { width.max(height * 0.004) };
        (colour(1.0 - t), smoothstep(width + soft, width - soft, dx.abs()))
    });
}

/// A ragged edge of trees: dark, full below, tips above. `foot` and `height` in pixels.
pub(super) fn tree_line(canvas: &mut Canvas, colour: Rgb, foot: f32, height: f32, random: &mut Rng) {
    let seed = random.u32(..);
    let unit = canvas.unit();
    let mut x = -height * 0.2;
    while x < canvas.w() + height * 0.2 {
        let lie = noise(seed, x / unit * 1.7, 0.5);
        let tall =
            height * (0.55 + 0.75 * random.f32().powf(1.5)) * (1.0 + 0.35 * noise(seed ^ 3, x / unit * 5.0, 1.5));
        conifer(canvas, (x, foot - lie * height * 0.5 + height * 0.06), tall, random.u32(..), |_| colour);
        x += height * (0.1 + 0.2 * random.f32());
    }
    let ground = super::land::line(canvas, |x| foot - noise(seed, x / unit * 1.7, 0.5) * height * 0.5 - height * 0.08);
    canvas.below(&ground, |_, _, _| colour);
}

/// Layer behind layer of pines, each paler than the one before it.
pub(super) fn pines(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let [_, high, low, last] = palette.sky;
    let air =
        Gradient::at(&[(0.0, high.mix(low, 0.5)), (0.35, low.mix(last, 0.6)), (0.62, last), (1.0, low.mix(last, 0.5))]);
    canvas.each(|_, y, _| air.get(y / h));
    let sun = (w * (0.25 + 0.5 * random.f32()), h * (0.2 + 0.14 * random.f32()));
    canvas.glow(sun, unit * 0.6, palette.light, 0.55);
    canvas.disc(sun, unit * 0.045, unit * 0.012, palette.light, 0.85);
    if palette.is_dark() {
        sky::stars(canvas, h * 0.5, 300, random);
    }
    let layers = 6;
    for layer in 0..layers {
        let t = layer as f32 / (layers - 1) as f32;
        let seed = random.u32(..);
        let height = unit * (0.1 + 0.56 * t.powf(1.6));
        let foot = h * (0.5 + 0.6 * t);
        let body = last.mix(palette.far, (0.3 + t * 1.1).min(1.0)).mix(palette.near, t.powf(1.15) * 0.96);
        let fog = low.mix(last, 0.75);
        let lie = |x: f32| fbm(seed, x / unit * 1.1, 0.5, 2, 0.5) * unit * 0.11;
        let mut x = -height * random.f32() * 0.3;
        while x < w + height * 0.3 {
            let size = height * (0.5 + 0.62 * random.f32());
            let fade = (1.0 - t) * 0.75 + 0.12;
            let at = (x, foot - lie(x) + size * 0.08);
            conifer(canvas, at, size, random.u32(..), |up| body.mix(fog, fade * smoothstep(0.62, 0.0, up)));
            x += height * (0.1 + (0.2 + 0.22 * t) * random.f32());
        }
        let drift = random.u32(..);
        // The fog between this layer and the next one.
        let strength = 0.95 - 0.3 * t;
        let from: Vec<f32> = (0..canvas.width).map(|x| foot - lie(x as f32) - height * 0.3).collect();
        if layer + 1 < layers {
            canvas.area((0.0, foot - height, w, h), |x, y, _| {
                let into = (y - from.get(x as usize).copied().unwrap_or(foot)) / (unit * 0.2);
                if into <= 0.0 {
                    return (BARE, 0.0);
                }
                let wisps = 0.72 + 0.42 * fbm(drift, x / unit * 1.6, y / unit * 4.5, 2, 0.5);
                (fog.mix(palette.far, 0.4 * t), smoothstep(0.0, 1.0, into) * wisps * strength)
            });
        }
    }
    // Undergrowth, which ends the picture below.
    let ground = super::land::line(canvas, |x| h * 0.985 - unit * 0.03 * fbm(11, x / unit * 6.0, 0.5, 5, 0.62));
    canvas.below(&ground, |_, _, depth| palette.near.mix(palette.far, 0.12 * (-depth / (unit * 0.02)).exp()));
}

//! Hills, dunes, ridges: landscapes out of lines with one height for each column.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::Rgb;
use super::noise::{fbm, noise, smoothstep};
use super::palette::Palette;
use super::sky;

/// A skyline: for each column its height in pixels from the top.
pub(super) fn line(canvas: &Canvas, height: impl Fn(f32) -> f32) -> Vec<f32> {
    (0..canvas.width).map(|x| height(x as f32 + 0.5)).collect()
}

/// Layers of hills in haze, a sun among them.
pub(super) fn hills(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let horizon = h * (0.42 + 0.16 * random.f32());
    let sun = (w * (0.2 + 0.6 * random.f32()), horizon - unit * (0.02 + 0.16 * random.f32()));
    sky::gradient(canvas, palette, horizon * 1.08, sun, 0.95);
    if palette.is_dark() {
        sky::stars(canvas, horizon, 260, random);
    }
    sky::clouds(canvas, palette, horizon, 0.55, random);
    let radius = unit * (0.035 + 0.03 * random.f32());
    canvas.glow(sun, radius * 6.0, palette.light, 0.5);
    canvas.disc(sun, radius, 1.5, palette.light, 1.0);

    flock(canvas, palette, (sun.0 + unit * 0.16, sun.1 - unit * 0.05), random);
    let layers = 5 + random.usize(0..3);
    // Some countries are gentle, some are steep.
    let steep = 0.75 + 0.95 * random.f32();
    let [.., low] = palette.sky;
    for layer in 0..layers {
        let t = layer as f32 / (layers - 1) as f32;
        let seed = random.u32(..);
        let base = horizon + (h * 1.02 - horizon) * t.powf(1.25) * 0.86;
        let amplitude = unit * (0.05 + 0.085 * t) * steep;
        let scale = 1.15 + 0.5 * (1.0 - t);
        let top = line(canvas, |x| {
            let u = x / unit;
            base - amplitude * (fbm(seed, u * scale, 0.5, 5, 0.42) * 1.25 + 0.25 * noise(seed ^ 7, u * 0.6, 3.5))
        });
        let body = palette.far.mix(palette.near, t.powf(0.85));
        let haze = palette.far.mix(low, 0.65);
        let mist = unit * (0.2 - 0.05 * t);
        let rough = random.u32(..);
        canvas.below(&top, |x, y, depth| {
            let drift = 0.5 + 0.5 * noise(rough, x / unit * 1.7, y / unit * 5.0);
            let fog = smoothstep(0.0, mist, depth) * (0.52 - 0.34 * t) * (0.75 + 0.5 * drift);
            let rim = (-depth / (unit * 0.006)).exp() * 0.16 * (1.0 - t);
            let light: Rgb = body.mix(haze, fog.min(1.0));
            let sunward = (-((x - sun.0) / (unit * 0.55)).powi(2)).exp() * (1.0 - t) * 0.22;
            light.mix(palette.light, rim + sunward * (1.0 - smoothstep(0.0, unit * 0.2, depth)))
        });
    }
}

/// A few birds, far away.
fn flock(canvas: &mut Canvas, palette: &Palette, (cx, cy): (f32, f32), random: &mut Rng) {
    let unit = canvas.unit();
    let [top, high, ..] = palette.sky;
    let ink = top.mix(palette.near, 0.5).mix(high, 0.2);
    for _ in 0..3 + random.usize(0..5) {
        let (x0, y0) = (cx + (random.f32() - 0.5) * unit * 0.28, cy + (random.f32() - 0.5) * unit * 0.12);
        let size = unit * (0.006 + 0.007 * random.f32());
        let lift = 0.35 + 0.4 * random.f32();
        canvas.area((x0 - size, y0 - size, x0 + size, y0 + size), |x, y, _| {
            let u = (x - x0) / size;
            // Two arcs that meet in the body.
            let arc = -lift * (u.abs() * 3.1).sin() * (1.0 - 0.3 * u.abs());
            let thick = 0.13 * (1.0 - u.abs()) + 0.03;
            let off = ((y - y0) / size - arc).abs();
            (ink, smoothstep(thick + 1.2 / size, thick, off) * 0.85)
        });
    }
}

//! Open water under a light, and still water that mirrors what stands above it.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Gradient, Rgb, WHITE};
use super::land::line;
use super::noise::{fbm, noise, smoothstep};
use super::palette::Palette;
use super::sky;

/// Turns everything below `shore` (pixels from the top) into a mirror of what is above it, with ripples.
pub(super) fn mirror(canvas: &mut Canvas, shore: f32, tint: Rgb, darkness: f32, random: &mut Rng) {
    let seed = random.u32(..);
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let above = canvas.copy();
    canvas.area((0.0, shore, w, h), |x, y, _| {
        let depth = y - shore;
        let near = depth / unit;
        // Ripples look longer and larger the nearer they are.
        let long = unit * (0.02 + 0.35 * near);
        let flat = unit * (0.0022 + 0.035 * near);
        let ripple = noise(seed, x / long, y / flat);
        let sway = ripple * unit * (0.002 + 0.055 * near);
        let from = above.pick(x + sway, shore - depth * 1.05 + sway * 0.6);
        let shine = smoothstep(0.35, 0.9, ripple) * 0.1;
        (from.mix(tint, darkness + 0.25 * near).mix(WHITE, shine * from.luma()), 1.0)
    });
}

/// The moon (or a low sun) over the sea, with its path of light.
pub(super) fn moon_sea(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let horizon = h * (0.5 + 0.1 * random.f32());
    let radius = unit * (0.06 + 0.05 * random.f32());
    let moon = (w * (0.25 + 0.5 * random.f32()), horizon - radius * (1.9 + 1.6 * random.f32()));
    sky::gradient(canvas, palette, horizon * 1.05, moon, 0.55);
    if palette.is_dark() {
        sky::stars(canvas, horizon * 0.95, 420, random);
    }
    canvas.glow(moon, radius * 6.5, palette.light, 0.42);
    sky::moon(canvas, moon, radius, palette, random);
    sky::clouds(canvas, palette, horizon, 0.75, random);
    islands(canvas, palette, horizon, random);
    sea(canvas, palette, horizon, moon, radius, random);
    if random.bool() {
        boat(canvas, palette, horizon, moon, random);
    }
}

fn islands(canvas: &mut Canvas, palette: &Palette, horizon: f32, random: &mut Rng) {
    let unit = canvas.unit();
    let [.., low] = palette.sky;
    for layer in 0..2 {
        let t = layer as f32;
        let seed = random.u32(..);
        let centre = canvas.w() * random.f32();
        let reach = unit * (0.55 - 0.15 * t);
        let top = line(canvas, |x| {
            let u = (x - centre) / reach;
            let mound = (1.0 - u * u).max(-0.4);
            horizon - unit * (0.05 + 0.03 * t) * mound * (1.0 + 0.8 * fbm(seed, x / unit * 4.0, 0.5, 5, 0.5))
        });
        let body = palette.far.mix(palette.near, 0.25 + 0.4 * t).mix(low, 0.2 - 0.1 * t);
        canvas.below(&top, |_, y, _| body.mix(low, 0.3 * smoothstep(horizon - unit * 0.05, horizon, y)));
    }
}

fn sea(canvas: &mut Canvas, palette: &Palette, horizon: f32, moon: (f32, f32), radius: f32, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let [top, high, low, last] = palette.sky;
    let water = Gradient::at(&[
        (0.0, low.mix(last, 0.45).mix(high, 0.3)),
        (0.12, high.mix(low, 0.35)),
        (0.5, top.mix(high, 0.35).mix(palette.near, 0.15)),
        (1.0, palette.near.mix(top, 0.4)),
    ]);
    let seed = random.u32(..);
    let fade = unit * 0.003;
    canvas.area((0.0, horizon - 1.0, w, h), |x, y, _| {
        let depth = ((y - horizon) / unit).max(0.0);
        // Perspective: the far end of a plane is squeezed together.
        let far = 1.0 / (depth + 0.035);
        let across = (x - moon.0) / unit * far;
        let swell = noise(seed, across * 1.4, far * 2.6) + 0.6 * noise(seed ^ 3, across * 4.3 + 7.0, far * 7.0);
        let base = water.get((y - horizon) / (h - horizon));
        let shaded = base.mix(low.mix(last, 0.3), (swell * 0.16).max(0.0)).mix(palette.near, (-swell * 0.2).max(0.0));
        let spread = radius / unit * (0.9 + 2.2 * depth) + 0.03;
        let lateral = (-((x - moon.0) / (unit * spread)).powi(2)).exp();
        let sparkle = noise(seed ^ 9, across * 2.6, far * 5.5) + 0.5 * noise(seed ^ 11, across * 8.0, far * 11.0);
        let calm = 1.0 - smoothstep(0.0, 0.5, depth);
        let glint = smoothstep(0.62 - 0.75 * lateral * (0.55 + 0.45 * calm), 0.95 - 0.5 * lateral, sparkle + 0.25);
        let lit = shaded.screen(palette.light, glint * lateral.sqrt() * 0.95 + lateral * 0.12);
        (lit, smoothstep(horizon - fade, horizon + fade, y))
    });
}

/// A small sailing boat a little off the path of light.
fn boat(canvas: &mut Canvas, palette: &Palette, horizon: f32, moon: (f32, f32), random: &mut Rng) {
    let unit = canvas.unit();
    let side = if moon.0 > canvas.w() / 2.0 { -1.0 } else { 1.0 };
    let (x0, y0) = (moon.0 + side * unit * (0.16 + 0.2 * random.f32()), horizon + unit * (0.035 + 0.05 * random.f32()));
    let size = unit * (0.05 + 0.03 * random.f32());
    let [.., last] = palette.sky;
    let sail = last.mix(palette.light, 0.35);
    canvas.area((x0 - size, y0 - size * 1.7, x0 + size, y0 + size * 1.2), |x, y, _| {
        let (u, v) = ((x - x0) / size, (y0 - y) / size);
        let edge = 1.5 / size;
        let main = 0.62 * (1.0 - v / 1.5) * smoothstep(0.0, 0.2, v + 0.1);
        let in_main = smoothstep(-edge, edge, u) * smoothstep(main + edge, main - edge, u) * smoothstep(0.14, 0.2, v);
        let jib = -0.4 * (1.0 - v / 1.2);
        let in_jib = smoothstep(-0.04 + edge, -0.04 - edge, u)
            * smoothstep(jib - edge, jib + edge, u)
            * smoothstep(0.14, 0.2, v);
        let deep = 0.16 * (1.0 - (u / 0.62).powi(2)).max(0.0);
        let hull = smoothstep(-deep - edge, -deep + edge, v)
            * smoothstep(0.1, 0.1 - edge, v)
            * smoothstep(0.62, 0.58, u.abs());
        let shadow = if v < 0.0 { (-(u / 0.4).powi(2)).exp() * (v * 1.6).exp() * 0.4 } else { 0.0 };
        if hull > 0.0 && v > -0.17 {
            (palette.near, hull)
        } else if in_main.max(in_jib) > 0.0 {
            (sail.mix(palette.near, 0.25 * smoothstep(0.0, 0.6, u.abs())), in_main.max(in_jib))
        } else {
            (palette.near, shadow)
        }
    });
}

//! What is above: gradients, suns, moons, stars, clouds.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Gradient, Rgb, WHITE};
use super::noise::{fbm, smoothstep};
use super::palette::Palette;

/// A sky from the top of the sheet to `horizon` (pixels), with a warm field around the light at `at`.
pub(super) fn gradient(canvas: &mut Canvas, palette: &Palette, horizon: f32, at: (f32, f32), warmth: f32) {
    let table = Gradient::new(&palette.sky);
    let [.., low] = palette.sky;
    let glow = low.mix(palette.light, 0.35);
    let unit = canvas.unit();
    let (lx, ly) = at;
    canvas.each(|x, y, _| {
        let base = table.get(y / horizon);
        let (dx, dy) = ((x - lx) / unit, (y - ly) / unit);
        // Wider than high: light spreads along the horizon.
        let distance = (dx * dx * 0.55 + dy * dy * 1.3).sqrt();
        let near = (-distance * 3.2).exp();
        base.mix(glow, (near * warmth).min(1.0))
    });
}

/// Long thin clouds, lit from below.
pub(super) fn clouds(canvas: &mut Canvas, palette: &Palette, horizon: f32, amount: f32, random: &mut Rng) {
    let seed = random.u32(..);
    let unit = canvas.unit();
    let [top, _, low, last] = palette.sky;
    let shadow = top.mix(low, 0.55);
    let lit = last.mix(palette.light, 0.45);
    let width = canvas.w();
    canvas.area((0.0, 0.0, width, horizon), |x, y, _| {
        let height = y / horizon;
        // Flatter and denser towards the horizon.
        let squeeze = 3.2 + 7.0 * height * height;
        let (u, v) = (x / unit * 1.5, y / unit * squeeze);
        let body = fbm(seed, u, v, 4, 0.52);
        let cover = smoothstep(0.06, 0.5, body) * smoothstep(0.02, 0.3, height) * smoothstep(1.02, 0.82, height);
        let side = smoothstep(-0.16, 0.2, body - fbm(seed, u, v + 0.22, 2, 0.5));
        (shadow.mix(lit, side), cover * amount)
    });
}

/// Stars from the top down to `horizon` (pixels), thinning out towards it.
pub(super) fn stars(canvas: &mut Canvas, horizon: f32, count: usize, random: &mut Rng) {
    let unit = canvas.unit();
    let area = canvas.w() * horizon / (unit * unit);
    for _ in 0..(count as f32 * area) as usize {
        let (x, y) = (random.f32() * canvas.w(), random.f32().powf(1.25) * horizon);
        // Few bright ones among many faint ones.
        let brightness = random.f32().powf(7.0);
        let tint = [WHITE, Rgb { r: 0.75, g: 0.85, b: 1.0 }, Rgb { r: 1.0, g: 0.9, b: 0.75 }];
        let colour = random.choice(tint).unwrap_or(WHITE);
        let fade = smoothstep(horizon, horizon * 0.5, y);
        let radius = unit * (0.0004 + 0.0009 * brightness);
        canvas.disc((x, y), radius, unit * 0.0012, colour, (0.3 + 0.7 * brightness) * fade);
        if brightness > 0.7 {
            canvas.glow((x, y), unit * 0.009, colour, 0.22 * fade);
        }
    }
}

/// A full moon with its seas.
pub(super) fn moon(canvas: &mut Canvas, (cx, cy): (f32, f32), radius: f32, palette: &Palette, random: &mut Rng) {
    let seed = random.u32(..);
    let [_, high, ..] = palette.sky;
    let sea = palette.light.mix(high, 0.3);
    canvas.area((cx - radius - 2.0, cy - radius - 2.0, cx + radius + 2.0, cy + radius + 2.0), |x, y, _| {
        let (dx, dy) = ((x - cx) / radius, (y - cy) / radius);
        let d = (dx * dx + dy * dy).sqrt();
        let spots = smoothstep(0.0, 0.45, fbm(seed, dx * 1.3, dy * 1.3, 4, 0.5));
        let fine = fbm(seed ^ 1, dx * 5.0, dy * 5.0, 3, 0.5) * 0.06;
        let edge = 1.0 - 0.18 * d.powi(4);
        (palette.light.mix(sea, spots * 0.75).scale(edge + fine), smoothstep(1.0 + 0.8 / radius, 1.0 - 0.8 / radius, d))
    });
}

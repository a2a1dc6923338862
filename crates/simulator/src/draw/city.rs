//! A harbour city at dusk, with its windows and their reflections.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Rgb, WHITE};
use super::noise::{smoothstep, unit as random_unit};
use super::palette::Palette;
use super::{sky, water};

/// Paints it.
pub(super) fn harbour(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let shore = h * (0.74 + 0.05 * random.f32());
    let sun = (w * (0.2 + 0.6 * random.f32()), shore - unit * (0.1 + 0.2 * random.f32()));
    sky::gradient(canvas, palette, shore * 0.98, sun, 0.85);
    if palette.is_dark() {
        sky::stars(canvas, shore * 0.7, 350, random);
    }
    sky::clouds(canvas, palette, shore, 0.7, random);
    let size = unit * (0.05 + 0.035 * random.f32());
    canvas.glow(sun, size * 5.0, palette.light, 0.4);
    canvas.disc(sun, size, 1.5, palette.light, 1.0);
    let [_, high, low, last] = palette.sky;
    for layer in 0..4 {
        let t = layer as f32 / 3.0;
        let body = low.mix(last, 0.2).mix(high, 0.35).mix(palette.near, 0.12 + 0.78 * t);
        skyline(canvas, palette, body, shore, t, random);
        // Haze between the rows, and the glow of streets.
        canvas.area((0.0, shore - unit * 0.3, w, shore), |_, y, _| {
            let into = smoothstep(shore - unit * 0.3, shore, y);
            (last.mix(low, 0.5), into * 0.3 * (1.0 - t))
        });
    }
    water::mirror(canvas, shore, palette.near.mix(high, 0.3), 0.2, random);
    quay(canvas, palette, shore, random);
}

/// One row of houses, from the left edge to the right.
fn skyline(canvas: &mut Canvas, palette: &Palette, body: Rgb, shore: f32, t: f32, random: &mut Rng) {
    let (w, unit) = (canvas.w(), canvas.unit());
    let downtown = w * (0.3 + 0.4 * random.f32());
    let lamp = palette.light.mix(Rgb { r: 1.0, g: 0.76, b: 0.42 }, 0.55);
    let mut x = -unit * 0.03 * random.f32();
    while x < w {
        let wide = unit * (0.03 + 0.05 * random.f32()) * (0.8 + 0.5 * t);
        let centre = (-((x - downtown) / (unit * 0.42)).powi(2)).exp();
        let high = unit * (0.05 + 0.1 * random.f32() + (0.3 - 0.16 * t) * centre * (0.35 + 0.65 * random.f32()));
        tower(canvas, (x, shore - high, x + wide, shore), body.scale(0.94 + 0.12 * random.f32()), lamp, t, random);
        x += wide * (0.75 + 0.5 * random.f32());
    }
}

fn tower(
    canvas: &mut Canvas,
    (left, top, right, foot): (f32, f32, f32, f32),
    body: Rgb,
    lamp: Rgb,
    t: f32,
    random: &mut Rng,
) {
    let unit = canvas.unit();
    let wide = right - left;
    let seed = random.u32(..);
    let kind = random.u8(0..6);
    let top_of = |x: f32| {
        let part = (x - left) / wide;
        match kind {
            0 => top + wide * 0.45 * part,
            1 => top + if (part - 0.5).abs() > 0.3 { wide * 0.4 } else { 0.0 },
            2 => top + wide * 0.9 * (part - 0.5).abs(),
            _ => top,
        }
    };
    let cell = unit * (0.0085 + 0.003 * t);
    let share = 0.12 + 0.3 * random.f32();
    canvas.area((left, top, right, foot), |x, y, _| {
        let edge = top_of(x);
        if y < edge {
            return (body, smoothstep(-0.8, 0.2, y - edge));
        }
        let side = 0.96 + 0.1 * smoothstep(left, right, x);
        let (column, row) = (((x - left) / cell).floor(), ((y - top) / (cell * 1.25)).floor());
        let (u, v) = ((x - left) / cell - column, (y - top) / (cell * 1.25) - row);
        let glass =
            smoothstep(0.18, 0.3, u) * smoothstep(0.82, 0.7, u) * smoothstep(0.22, 0.36, v) * smoothstep(0.8, 0.66, v);
        let inside = x > left + cell && x < right - cell && y > edge + cell * 1.6;
        let chance = random_unit(seed, column as i32, row as i32);
        // Whole floors are lit or dark more often than single windows.
        let floor = 0.55 + 0.9 * random_unit(seed ^ 3, 0, row as i32);
        let on = if inside && chance < share * floor {
            glass * (0.45 + 0.55 * random_unit(seed ^ 5, column as i32, row as i32))
        } else {
            0.0
        };
        let pane = if inside { glass * 0.06 } else { 0.0 };
        (body.scale(side).mix(lamp, on * (0.4 + 0.55 * t)).mix(WHITE, pane * (1.0 - on)), 1.0)
    });
    if kind == 3 || kind == 1 {
        let mast = unit * (0.02 + 0.045 * random.f32());
        let x = (left + right) / 2.0;
        canvas.area((x - 1.0, top - mast, x + 1.0, top), |_, _, _| (body, 0.9));
        if t > 0.5 {
            let red = Rgb { r: 1.0, g: 0.3, b: 0.25 };
            canvas.disc((x, top - mast), unit * 0.0016, 1.0, red, 1.0);
            canvas.glow((x, top - mast), unit * 0.012, red, 0.5);
        }
    }
}

/// Lamps along the water.
fn quay(canvas: &mut Canvas, palette: &Palette, shore: f32, random: &mut Rng) {
    let unit = canvas.unit();
    let lamp = palette.light.mix(Rgb { r: 1.0, g: 0.8, b: 0.5 }, 0.5);
    canvas.area((0.0, shore - unit * 0.006, canvas.w(), shore + unit * 0.002), |_, _, _| (palette.near, 0.9));
    let mut x = unit * 0.04 * random.f32();
    while x < canvas.w() {
        let at = (x, shore - unit * 0.012);
        canvas.disc(at, unit * 0.0022, 1.2, lamp.mix(WHITE, 0.3), 1.0);
        canvas.glow(at, unit * 0.022, lamp, 0.55);
        let deep = unit * (0.05 + 0.06 * random.f32());
        let seed = random.u32(..);
        canvas.area((x - unit * 0.006, shore, x + unit * 0.006, shore + deep), |px, y, under| {
            let t = (y - shore) / deep;
            let sway = (random_unit(seed, 0, (y / (unit * 0.004)) as i32) - 0.5) * unit * 0.004 * t;
            let aside = (px - x - sway) / (unit * 0.0026);
            (under.screen(lamp, (-aside * aside).exp() * (1.0 - t) * 0.6), 1.0)
        });
        x += unit * (0.045 + 0.06 * random.f32());
    }
}

//! Flowing paint: thousands of brush strokes along a field of directions.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Gradient, Rgb};
use super::noise::{fbm, noise};
use super::palette::Palette;

/// Steps of one stroke.
const STEPS: usize = 20;

/// The directions and colours that strokes follow. Coordinates are in units of the shorter side.
struct Field {
    seed: u32,
    scale: f32,
    turn: f32,
    swirl: f32,
}

impl Field {
    /// Direction at a place, radians.
    fn angle(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x * self.scale, y * self.scale);
        let warp = noise(self.seed ^ 2, u * 0.6, v * 0.6);
        self.turn + self.swirl * (fbm(self.seed, u + warp * 0.6, v - warp * 0.5, 2, 0.45) + 0.5 * warp)
    }

    /// Place in the palette, 0 to 1.
    fn tone(&self, x: f32, y: f32) -> f32 {
        let (u, v) = (x * self.scale, y * self.scale);
        let warp = fbm(self.seed ^ 5, u * 0.9, v * 0.9, 2, 0.5);
        0.5 + 0.62 * fbm(self.seed ^ 6, u * 0.75 + warp * 1.1, v * 1.25 - warp * 0.9, 2, 0.5)
            + 0.1 * (v * 3.0 + warp * 6.0).sin()
    }
}

/// Directions on a coarse grid: the field is smooth, and strokes ask it a million times.
struct Directions {
    columns: usize,
    cells: Vec<(f32, f32)>,
}

/// Pixels between two entries of [`Directions`].
const CELL: f32 = 6.0;

impl Directions {
    fn new(canvas: &Canvas, field: &Field) -> Self {
        let unit = canvas.unit();
        let columns = (canvas.w() / CELL) as usize + 1;
        let rows = (canvas.h() / CELL) as usize + 1;
        let cell = |index: usize| {
            let (x, y) = ((index % columns) as f32, (index / columns) as f32);
            field.angle((x + 0.5) * CELL / unit, (y + 0.5) * CELL / unit).sin_cos()
        };
        Self { columns, cells: (0..columns * rows).map(cell).collect() }
    }

    /// Sine and cosine at a place; beyond the sheet those of the nearest one.
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        let column = ((x / CELL).max(0.0) as usize).min(self.columns - 1);
        let row = (y / CELL).max(0.0) as usize;
        let index = (row * self.columns + column).min(self.cells.len().saturating_sub(1));
        self.cells.get(index).copied().unwrap_or((0.0, 1.0))
    }
}

/// Paints it.
pub(super) fn flow(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let field = Field {
        seed: random.u32(..),
        scale: 1.15 + 0.8 * random.f32(),
        turn: random.f32() * std::f32::consts::TAU,
        swirl: 3.2 + 2.2 * random.f32(),
    };
    let [a, b, c, d, e] = palette.accents;
    let tones = if random.bool() { [a, b, c, e, d, a, b] } else { [e, d, c, e, b, a, b] };
    let table = Gradient::new(&tones);
    let directions = Directions::new(canvas, &field);
    canvas.each(|_, _, _| a.mix(b, 0.5));

    // Broad strokes first, then fine ones, each pass in random order so that none lies over all its neighbours.
    for (spacing, radius, spread) in [(0.034, 0.0135, 0.04), (0.0165, 0.0062, 0.08), (0.019, 0.0026, 0.16)] {
        let step = unit * spacing;
        let columns = (w * 1.1 / step) as usize + 1;
        let rows = (h * 1.1 / step) as usize + 1;
        let mut starts: Vec<usize> = (0..columns * rows).collect();
        random.shuffle(&mut starts);
        for start in starts {
            let at = |index: usize, jitter: f32| (index as f32 + jitter) * step;
            let x = at(start % columns, random.f32()) - w * 0.05;
            let y = at(start / columns, random.f32()) - h * 0.05;
            let tone = field.tone(x / unit, y / unit) + (random.f32() - 0.5) * spread;
            let shade = 0.93 + 0.14 * random.f32();
            let colour = table.get(tone).scale(shade);
            stroke(canvas, &directions, (x, y), unit * radius * (0.7 + 0.6 * random.f32()), colour, random.f32());
        }
    }
}

fn stroke(canvas: &mut Canvas, directions: &Directions, start: (f32, f32), radius: f32, colour: Rgb, relief: f32) {
    let (mut x, mut y) = start;
    for step in 0..STEPS {
        let (sin, cos) = directions.at(x, y);
        let part = step as f32 / (STEPS - 1) as f32;
        // Pointed at both ends.
        let size = radius * (part * (1.0 - part) * 4.0).sqrt().max(0.25);
        let reach = size + 1.0;
        canvas.area((x - reach, y - reach, x + reach, y + reach), |px, py, _| {
            let (dx, dy) = (px - x, py - y);
            let d2 = dx * dx + dy * dy;
            if d2 > (size + 0.5) * (size + 0.5) {
                return (colour, 0.0);
            }
            // Across the stroke: one edge catches light, the other keeps shadow, like paint on a brush's path.
            let across = (dx * -sin + dy * cos) / size;
            let inside = size + 0.5 - d2.sqrt();
            (colour.scale(1.0 - across * (0.05 + 0.09 * relief)), inside.clamp(0.0, 1.0) * 0.85)
        });
        let pace = (radius * 1.05).max(1.8);
        x += cos * pace;
        y += sin * pace;
    }
}

//! A still life: a vase with a branch and spheres before an arch.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Rgb, WHITE};
use super::noise::{fbm, noise, smoothstep};
use super::palette::Palette;

/// Light comes from the upper left, a little from the front.
const LIGHT: (f32, f32, f32) = (-0.56, -0.5, 0.66);

/// Paints it.
pub(super) fn vase(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let [first, second, third, fourth, pale] = palette.accents;
    let table = h * (0.76 + 0.04 * random.f32());
    let wall = pale.mix(fourth, 0.45);
    let seed = random.u32(..);
    let (from_x, from_y) = (w * 0.12, h * -0.1);
    canvas.each(|x, y, _| {
        let far = (((x - from_x) / unit).powi(2) + ((y - from_y) / unit).powi(2)).sqrt();
        let plaster = 1.0 + 0.022 * fbm(seed, x / unit * 5.0, y / unit * 5.0, 4, 0.6);
        wall.mix(WHITE, 0.2 * (1.0 - far * 0.7).max(0.0))
            .mix(third.mix(second, 0.3), (far * 0.2 - 0.08).clamp(0.0, 0.5))
            .scale(plaster)
    });
    let middle = w * (0.46 + 0.08 * random.f32());
    arch(canvas, palette, (middle + unit * 0.16, table), random);
    tabletop(canvas, pale.mix(third, 0.3), table, random);

    let glaze = [pale.mix(WHITE, 0.3), second, first.mix(second, 0.6), fourth];
    let vase = Vase {
        x: middle - unit * (0.1 + 0.06 * random.f32()),
        foot: table + unit * 0.085,
        height: unit * (0.45 + 0.07 * random.f32()),
        belly: unit * (0.145 + 0.035 * random.f32()),
        low: 0.42 + 0.16 * random.f32(),
        neck: 0.3 + 0.16 * random.f32(),
        glaze: random.choice(glaze).unwrap_or(pale),
    };
    branch(canvas, palette, (vase.x, vase.foot - vase.height * 0.97), random);
    shadow(canvas, (vase.x, vase.foot), vase.belly * 0.95, first);
    vase.paint(canvas, random);

    let balls = [third, second, first, fourth.mix(third, 0.5)];
    let mut x = vase.x + vase.belly + unit * 0.05;
    for index in 0..2 + random.usize(0..2) {
        let radius = unit * (0.05 + 0.065 * random.f32());
        x += radius * 0.9;
        let foot = table + unit * (0.07 + 0.08 * random.f32());
        let colour = balls.get((index + random.usize(0..2)) % balls.len()).copied().unwrap_or(third);
        shadow(canvas, (x, foot), radius * 0.95, first);
        sphere(canvas, (x, foot - radius), radius, colour, random);
        x += radius * 1.05;
    }
}

/// A flat arch on the wall with its foot on the table.
fn arch(canvas: &mut Canvas, palette: &Palette, (cx, foot): (f32, f32), random: &mut Rng) {
    let unit = canvas.unit();
    let [_, second, third, _, _] = palette.accents;
    let half = unit * (0.23 + 0.05 * random.f32());
    let top = foot - unit * (0.42 + 0.1 * random.f32());
    let tint = random.choice([third, second.mix(third, 0.4)]).unwrap_or(third);
    let seed = random.u32(..);
    let soft = 1.2;
    canvas.area((cx - half - 2.0, top - half - 2.0, cx + half + 2.0, foot), |x, y, _| {
        let d = if y < top { ((x - cx).powi(2) + (y - top).powi(2)).sqrt() } else { (x - cx).abs() };
        let depth = half - d;
        let inner = smoothstep(unit * 0.05, 0.0, depth) * smoothstep(cx + half, cx - half, x) * 0.3;
        let rough = 1.0 + 0.03 * fbm(seed, x / unit * 6.0, y / unit * 6.0, 3, 0.6);
        let light = 0.92 + 0.14 * smoothstep(cx - half, cx + half, x);
        (tint.scale(rough * light * (1.0 - inner)), smoothstep(-soft, soft, depth))
    });
}

fn tabletop(canvas: &mut Canvas, tint: Rgb, top: f32, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let seed = random.u32(..);
    canvas.area((0.0, top, w, h), |x, y, _| {
        let near = (y - top) / (h - top);
        let grain = noise(seed, x / unit * 3.0, y / unit * 60.0) * 0.02
            + fbm(seed ^ 1, x / unit * 8.0, y / unit * 24.0, 3, 0.6) * 0.02;
        let light = 1.03 - 0.2 * (x / w) - 0.12 * near;
        let edge = 0.1 * (-(y - top) / (unit * 0.006)).exp();
        (tint.scale(light + grain + edge), 1.0)
    });
}

/// A soft shadow on the table, away from the light; `size` is the thing's radius.
fn shadow(canvas: &mut Canvas, (x0, foot): (f32, f32), size: f32, colour: Rgb) {
    canvas.area((x0 - size * 1.6, foot - size * 0.8, x0 + size * 4.4, foot + size * 0.8), |x, y, _| {
        let along = (x - x0) / size;
        let lean = (y - foot) / size + along * 0.02;
        let width = 0.2 + 0.05 * along.max(0.0);
        let body = smoothstep(-1.15, -0.4, along) * smoothstep(3.9, 0.2, along);
        let cast = body * (-(lean / width).powi(2)).exp() * 0.5;
        let contact = (-(along / 0.85).powi(4) - (lean / 0.13).powi(2)).exp() * 0.45;
        (colour, cast.max(contact))
    });
}

/// Light on a surface from its normal: shade, and a highlight.
fn shade(colour: Rgb, (nx, ny, nz): (f32, f32, f32), gloss: f32) -> Rgb {
    let facing = nx * LIGHT.0 + ny * LIGHT.1 + nz * LIGHT.2;
    let day = smoothstep(-0.55, 0.95, facing);
    // Light thrown back from the table.
    let back = ny.max(0.0) * nx.max(0.0) * 0.28;
    let half = (2.0 * facing * nz - LIGHT.2).max(0.0).powi(18) * gloss;
    colour.scale(0.4 + 0.68 * day + back).mix(WHITE, half)
}

fn sphere(canvas: &mut Canvas, (cx, cy): (f32, f32), radius: f32, colour: Rgb, random: &mut Rng) {
    let seed = random.u32(..);
    canvas.area((cx - radius - 2.0, cy - radius - 2.0, cx + radius + 2.0, cy + radius + 2.0), |x, y, _| {
        let (dx, dy) = ((x - cx) / radius, (y - cy) / radius);
        let d2 = dx * dx + dy * dy;
        let nz = (1.0 - d2).max(0.0).sqrt();
        let grain = 1.0 + 0.035 * fbm(seed, dx * 3.0, dy * 3.0, 3, 0.6);
        (shade(colour.scale(grain), (dx, dy, nz), 0.3), smoothstep(1.0 + 1.0 / radius, 1.0 - 1.0 / radius, d2.sqrt()))
    });
}

/// A turned vessel.
struct Vase {
    x: f32,
    foot: f32,
    height: f32,
    /// Largest radius, pixels.
    belly: f32,
    /// Where that is, 0 at the foot to 1 at the rim.
    low: f32,
    /// Radius of the neck as a part of the belly.
    neck: f32,
    glaze: Rgb,
}

impl Vase {
    /// Radius at a height, 0 at the foot to 1 at the rim, pixels.
    fn radius(&self, t: f32) -> f32 {
        let foot = 0.55;
        let part = if t < self.low {
            foot + (1.0 - foot) * (1.0 - ((self.low - t) / self.low).powi(2)).max(0.0).sqrt()
        } else {
            let up = (t - self.low) / (0.88 - self.low);
            self.neck + (1.0 - self.neck) * (0.5 + 0.5 * (up.min(1.0) * std::f32::consts::PI).cos())
        };
        let lip = 0.1 * smoothstep(0.9, 1.0, t);
        self.belly * (part + lip)
    }

    fn paint(&self, canvas: &mut Canvas, random: &mut Rng) {
        let seed = random.u32(..);
        let top = self.foot - self.height;
        let reach = self.belly * 1.05 + 2.0;
        let round = self.belly * 0.09;
        canvas.area((self.x - reach, top - round, self.x + reach, self.foot + round), |x, y, _| {
            let dx = x - self.x;
            // The foot and the rim are seen a little from above.
            let t = (self.foot - y) / self.height;
            let radius = self.radius(t.clamp(0.0, 1.0));
            let across = (dx / radius).clamp(-1.0, 1.0);
            let bow = (1.0 - across * across).sqrt() * round * 0.75;
            if y > self.foot - round * 0.4 + bow
                || (y < top && ((dx / radius).powi(2) + ((y - top) / (round * 0.5)).powi(2)) > 1.0)
            {
                return (self.glaze, 0.0);
            }
            let nz = (1.0 - across * across).max(0.0).sqrt();
            let next = self.radius((t + 0.01).clamp(0.0, 1.0));
            let ny = ((next - radius) / (self.height * 0.01) * 0.9).clamp(-0.8, 0.8);
            let whole = (1.0 + ny * ny).sqrt();
            let wheel = 1.0 + 0.025 * noise(seed, 0.5, t * 55.0) + 0.03 * fbm(seed ^ 1, across * 1.5, t * 9.0, 3, 0.6);
            let lit = shade(self.glaze.scale(wheel), (across / whole, -ny / whole, nz / whole), 0.14);
            let mouth = ((dx / (self.radius(1.0) * 0.86)).powi(2) + ((y - top) / (round * 0.42)).powi(2)).sqrt();
            let dark = self.glaze.scale(0.3);
            let edge = smoothstep(radius + 0.8, radius - 0.8, dx.abs());
            (lit.mix(dark, smoothstep(1.0, 0.94, mouth)), edge)
        });
    }
}

/// Curved stems with leaves, growing out of a point.
fn branch(canvas: &mut Canvas, palette: &Palette, (x0, y0): (f32, f32), random: &mut Rng) {
    let unit = canvas.unit();
    let [first, second, third, fourth, _] = palette.accents;
    let leaf_tint = first.mix(second, 0.45).mix(Rgb { r: 0.42, g: 0.48, b: 0.3 }, 0.4);
    let bloom = random.choice([third, fourth, leaf_tint]).unwrap_or(third);
    let stems = 4 + random.usize(0..3);
    for stem in 0..stems {
        let lean = (stem as f32 / (stems - 1) as f32 - 0.5) * 1.1 + (random.f32() - 0.5) * 0.2;
        let long = unit * (0.24 + 0.14 * random.f32());
        let curl = (random.f32() - 0.5) * 0.5 + lean * 0.5;
        let place =
            |t: f32| (x0 + long * (lean * t + curl * t * t * 0.5), y0 - long * t * (1.0 - 0.16 * lean.abs() * t));
        for step in 0..70 {
            let t = step as f32 / 69.0;
            canvas.disc(place(t), unit * 0.0022 * (1.15 - 0.6 * t), 1.0, leaf_tint.scale(0.85), 0.9);
        }
        for index in 0..13 {
            let t = 0.3 + 0.7 * index as f32 / 12.0;
            let side = if index % 2 == 0 { 1.0 } else { -1.0 };
            let (ax, ay) = place(t);
            let (bx, by) = place(t + 0.02);
            let angle = (by - ay).atan2(bx - ax) + side * (0.75 - 0.3 * t);
            let size = unit * (0.028 + 0.012 * random.f32()) * (1.15 - 0.45 * t);
            let colour = leaf_tint.mix(bloom, smoothstep(0.5, 1.0, t) * 0.85).scale(0.88 + 0.24 * random.f32());
            leaf(canvas, (ax, ay), angle, size, colour);
        }
    }
}

fn leaf(canvas: &mut Canvas, (x0, y0): (f32, f32), angle: f32, long: f32, colour: Rgb) {
    let (sin, cos) = angle.sin_cos();
    canvas.area((x0 - long, y0 - long, x0 + long, y0 + long), |x, y, _| {
        let (dx, dy) = (x - x0, y - y0);
        let (u, v) = ((dx * cos + dy * sin) / long, (-dx * sin + dy * cos) / long);
        if !(0.0..=1.0).contains(&u) {
            return (colour, 0.0);
        }
        let half = 0.21 * (u * std::f32::consts::PI).sin();
        let tint = if v > 0.0 { colour.scale(0.84) } else { colour };
        (tint, smoothstep(half + 0.8 / long, half - 0.8 / long, v.abs()))
    });
}

//! Leaves cut from coloured paper, in layers with shadows.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{Rgb, WHITE};
use super::noise::{fbm, smoothstep};
use super::palette::Palette;

/// One cut-out.
struct Leaf {
    /// Where its stem is, pixels.
    at: (f32, f32),
    /// Sine and cosine of the direction of its midrib.
    heading: (f32, f32),
    /// Length and largest half width, pixels.
    long: f32,
    wide: f32,
    /// How much its midrib bends to one side, as a part of the length.
    bend: f32,
    /// Number of notches on each side; 0 for a smooth edge.
    notches: f32,
    colour: Rgb,
    /// Half width along the midrib, in parts of the length.
    outline: Vec<f32>,
}

/// Entries of an outline.
const OUTLINE: usize = 512;

/// Half width of a leaf along its midrib: round at the stem, pointed at the tip. A table, since powers for each pixel are slow.
fn outline(ratio: f32) -> Vec<f32> {
    let half = |step: usize| {
        let u = step as f32 / (OUTLINE - 1) as f32;
        ratio * (u.powf(0.72) * std::f32::consts::PI).sin().max(0.0).powf(0.9)
    };
    (0..OUTLINE).map(half).collect()
}

impl Leaf {
    /// Place along (0 to 1), signed distance from the midrib and half width there, in parts of the length.
    fn local(&self, x: f32, y: f32) -> (f32, f32, f32) {
        let (sin, cos) = self.heading;
        let (dx, dy) = (x - self.at.0, y - self.at.1);
        let (u, v) = ((dx * cos + dy * sin) / self.long, (-dx * sin + dy * cos) / self.long);
        let v = v - self.bend * u * u;
        if u <= 0.0 || u >= 1.0 || v.abs() * self.long > self.wide + self.long * 0.1 {
            return (u, v, 0.0);
        }
        let outline = self.outline.get((u * (OUTLINE - 1) as f32) as usize).copied().unwrap_or(0.0);
        if self.notches == 0.0 {
            return (u, v, outline);
        }
        // Fingers: cuts that lean towards the tip.
        let phase = (u + v.abs() * -0.55) * self.notches;
        let tooth = phase - phase.floor();
        let cut = smoothstep(0.0, 0.16, tooth) * smoothstep(1.0, 0.84, tooth);
        (u, v, outline * (0.34 + 0.66 * cut))
    }

    fn area(&self, margin: f32) -> (f32, f32, f32, f32) {
        let (sin, cos) = self.heading;
        let tip = (self.at.0 + cos * self.long, self.at.1 + sin * self.long);
        let wide = self.wide + self.bend.abs() * self.long + margin;
        (
            self.at.0.min(tip.0) - wide,
            self.at.1.min(tip.1) - wide,
            self.at.0.max(tip.0) + wide,
            self.at.1.max(tip.1) + wide,
        )
    }

    fn paint(&self, canvas: &mut Canvas, dark: Rgb, seed: u32) {
        let unit = canvas.unit();
        let (drop_x, drop_y, soft) = (unit * 0.007, unit * 0.011, unit * 0.016);
        canvas.area(self.area(soft * 2.0), |x, y, _| {
            let (_, v, half) = self.local(x - drop_x, y - drop_y);
            if half <= 0.0 {
                return (dark, 0.0);
            }
            let inside = (half - v.abs()) * self.long;
            (dark, smoothstep(-soft, soft, inside) * 0.42)
        });
        canvas.area(self.area(2.0), |x, y, _| {
            let (u, v, half) = self.local(x, y);
            if half <= 0.0 {
                return (self.colour, 0.0);
            }
            let inside = (half - v.abs()) * self.long;
            if inside < -0.7 {
                return (self.colour, 0.0);
            }
            let fibre = 1.0 + 0.03 * fbm(seed, x / unit * 22.0, y / unit * 22.0, 2, 0.7);
            // Folded along the midrib: one half turns away from the light.
            let fold = if v > 0.0 { 0.9 } else { 1.03 };
            let rib = smoothstep(unit * 0.0022 * (1.3 - u), 0.0, v.abs() * self.long) * 0.5;
            let vein = ((u - v.abs() * 0.9) * 13.0).fract();
            let veins = if self.notches == 0.0 { smoothstep(0.035, 0.0, (vein - 0.5).abs()) * 0.16 } else { 0.0 };
            let lit_edge = smoothstep(unit * 0.003, 0.0, inside) * 0.22;
            let tint = self.colour.scale(fold * fibre).mix(WHITE, lit_edge).mix(dark, (rib + veins).min(0.6) * 0.55);
            (tint, smoothstep(-0.7, 0.7, inside))
        });
    }
}

/// Paints it.
pub(super) fn leaves(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    let [first, second, third, fourth, pale] = palette.accents;
    let seed = random.u32(..);
    let ground = if random.u8(0..3) == 0 { first.mix(second, 0.25) } else { pale };
    canvas.each(|x, y, _| {
        let fibre = 1.0 + 0.025 * fbm(seed, x / unit * 14.0, y / unit * 14.0, 4, 0.7);
        ground.scale(fibre)
    });
    let disc = (w * (0.3 + 0.4 * random.f32()), h * (0.3 + 0.3 * random.f32()));
    let size = unit * (0.2 + 0.1 * random.f32());
    let dark = first.scale(0.45);
    canvas.disc((disc.0 + unit * 0.006, disc.1 + unit * 0.01), size, unit * 0.03, dark, 0.35);
    canvas.disc(disc, size, 1.5, third.mix(fourth, 0.4), 1.0);

    let greens =
        [first, second, second.mix(fourth, 0.35), third, fourth, first.mix(second, 0.5), pale.mix(fourth, 0.25)];
    let count = (26.0 * (w * h) / (unit * unit)).min(52.0) as usize;
    for index in 0..count {
        // From the rim inwards: the middle stays open.
        let t = index as f32 / count as f32;
        let around = (index as f32 * 2.399_963 + random.f32() * 0.5) % std::f32::consts::TAU;
        let reach = 1.12 - 0.42 * (1.0 - t);
        let at = (w * (0.5 + 0.5 * reach * around.cos() * 1.1), h * (0.5 + 0.5 * reach * around.sin() * 1.1));
        let inward = (h * 0.5 - at.1).atan2(w * 0.5 - at.0);
        let long = unit * (0.3 + 0.24 * random.f32());
        let fingered = random.u8(0..4) == 0;
        let wide = long * (0.13 + 0.13 * random.f32()) * if fingered { 1.6 } else { 1.0 };
        let long = if fingered { long * 1.1 } else { long };
        let leaf = Leaf {
            at,
            heading: (inward + (random.f32() - 0.5) * 1.5).sin_cos(),
            long,
            wide,
            outline: outline(wide / long),
            bend: (random.f32() - 0.5) * 0.34,
            notches: if fingered { 9.0 + 4.0 * random.f32() } else { 0.0 },
            colour: random.choice(greens).unwrap_or(second),
        };
        leaf.paint(canvas, dark, random.u32(..));
    }
}

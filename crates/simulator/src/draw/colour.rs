//! Colours and gradients. Values are sRGB as stored in files, 0 to 1; gradients run through OKLab, so that orange to blue does
//! not pass through mud.

/// One colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rgb {
    pub(super) r: f32,
    pub(super) g: f32,
    pub(super) b: f32,
}

/// A colour from `0xrrggbb`.
pub(super) const fn hex(value: u32) -> Rgb {
    Rgb {
        r: ((value >> 16) & 0xff) as f32 / 255.0,
        g: ((value >> 8) & 0xff) as f32 / 255.0,
        b: (value & 0xff) as f32 / 255.0,
    }
}

pub(super) const WHITE: Rgb = hex(0xff_ff_ff);
pub(super) const BLACK: Rgb = hex(0);

impl Rgb {
    /// This at 0, `other` at 1.
    pub(super) fn mix(self, other: Self, t: f32) -> Self {
        Self {
            r: self.r + (other.r - self.r) * t,
            g: self.g + (other.g - self.g) * t,
            b: self.b + (other.b - self.b) * t,
        }
    }

    /// Brighter or darker by a factor.
    pub(super) fn scale(self, factor: f32) -> Self {
        Self { r: self.r * factor, g: self.g * factor, b: self.b * factor }
    }

    /// Light added the way two projectors add: never beyond white.
    pub(super) fn screen(self, light: Self, amount: f32) -> Self {
        let one = |a: f32, b: f32| 1.0 - (1.0 - a) * (1.0 - (b * amount).clamp(0.0, 1.0));
        Self { r: one(self.r, light.r), g: one(self.g, light.g), b: one(self.b, light.b) }
    }

    /// Perceived brightness, roughly.
    pub(super) fn luma(self) -> f32 {
        0.3 * self.r + 0.59 * self.g + 0.11 * self.b
    }

    fn to_oklab(self) -> [f32; 3] {
        let linear = |c: f32| {
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let (r, g, b) = (linear(self.r), linear(self.g), linear(self.b));
        let l = (0.412_221_46 * r + 0.536_332_55 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        [
            0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        ]
    }

    fn from_oklab([lightness, a, b]: [f32; 3]) -> Self {
        let l = (lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let m = (lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let s = (lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        let stored = |c: f32| {
            let c = c.clamp(0.0, 1.0);
            if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 }
        };
        Self {
            r: stored(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
            g: stored(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s),
            b: stored(-0.004_196_086 * l - 0.703_418_6 * m + 1.707_614_7 * s),
        }
    }

    /// The same lightness and colourfulness, the hue turned by so many radians.
    pub(super) fn turn(self, angle: f32) -> Self {
        let [l, a, b] = self.to_oklab();
        let (sin, cos) = angle.sin_cos();
        Self::from_oklab([l, a * cos - b * sin, a * sin + b * cos])
    }
}

/// Steps of a gradient's table: finer than a picture is high, with the dithering on top.
const STEPS: usize = 1_024;

/// A gradient as a table, since a power for every pixel would be slow.
#[derive(Clone, Debug)]
pub(super) struct Gradient(Vec<Rgb>);

impl Gradient {
    /// Through these stops, at equal distances, smoothly.
    pub(super) fn new(stops: &[Rgb]) -> Self {
        let places: Vec<(f32, Rgb)> = stops
            .iter()
            .enumerate()
            .map(|(index, stop)| (index as f32 / (stops.len().max(2) - 1) as f32, *stop))
            .collect();
        Self::at(&places)
    }

    /// Through these stops at these places, 0 to 1, in order.
    pub(super) fn at(stops: &[(f32, Rgb)]) -> Self {
        let lab: Vec<(f32, [f32; 3])> = stops.iter().map(|(place, colour)| (*place, colour.to_oklab())).collect();
        let table = (0..STEPS).map(|step| {
            let t = step as f32 / (STEPS - 1) as f32;
            let after = lab.iter().find(|(place, _)| *place >= t).or(lab.last());
            let before = lab.iter().rev().find(|(place, _)| *place <= t).or(lab.first());
            match (before, after) {
                (Some((start, from)), Some((end, to))) => {
                    let part = if end > start { (t - start) / (end - start) } else { 0.0 };
                    let [l, a, b] = *from;
                    let [l2, a2, b2] = *to;
                    Rgb::from_oklab([l + (l2 - l) * part, a + (a2 - a) * part, b + (b2 - b) * part])
                }
                _ => BLACK,
            }
        });
        Self(table.collect())
    }

    /// Colour at 0 to 1.
    pub(super) fn get(&self, t: f32) -> Rgb {
        let step = (t.clamp(0.0, 1.0) * (STEPS - 1) as f32) as usize;
        self.0.get(step).copied().unwrap_or_default()
    }
}

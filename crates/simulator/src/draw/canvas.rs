//! The sheet that scenes paint on, from back to front, and its development into bytes.

use super::colour::{BLACK, Rgb};
use super::noise::{bits, smoothstep};

/// A picture in progress.
pub(super) struct Canvas {
    pub(super) width: usize,
    pub(super) height: usize,
    pixels: Vec<Rgb>,
}

/// A rectangle in pixels: left, top, right, bottom; may reach beyond the sheet.
pub(super) type Area = (f32, f32, f32, f32);

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, pixels: vec![BLACK; width * height] }
    }

    /// Width in pixels.
    pub(super) fn w(&self) -> f32 {
        self.width as f32
    }

    /// Height in pixels.
    pub(super) fn h(&self) -> f32 {
        self.height as f32
    }

    /// The shorter side in pixels: the measure of things, so that a picture keeps its look in every shape.
    pub(super) fn unit(&self) -> f32 {
        self.width.min(self.height) as f32
    }

    /// Paints every pixel from its centre and its present colour.
    pub(super) fn each(&mut self, mut paint: impl FnMut(f32, f32, Rgb) -> Rgb) {
        for (y, row) in self.pixels.chunks_exact_mut(self.width.max(1)).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = paint(x as f32 + 0.5, y as f32 + 0.5, *pixel);
            }
        }
    }

    /// Paints the pixels of an area; `paint` gives colour and opacity.
    pub(super) fn area(
        &mut self,
        (left, top, right, bottom): Area,
        mut paint: impl FnMut(f32, f32, Rgb) -> (Rgb, f32),
    ) {
        let clip = |value: f32, most: usize| value.clamp(0.0, most as f32) as usize;
        let (from_x, to_x) = (clip(left.floor(), self.width), clip(right.ceil(), self.width));
        let (from_y, to_y) = (clip(top.floor(), self.height), clip(bottom.ceil(), self.height));
        let rows = self.pixels.chunks_exact_mut(self.width.max(1)).enumerate().take(to_y).skip(from_y);
        for (y, row) in rows {
            for (x, pixel) in row.iter_mut().enumerate().take(to_x).skip(from_x) {
                let (colour, alpha) = paint(x as f32 + 0.5, y as f32 + 0.5, *pixel);
                if alpha > 0.0 {
                    *pixel = pixel.mix(colour, alpha.min(1.0));
                }
            }
        }
    }

    /// The present state, to read from while painting.
    pub(super) fn copy(&self) -> Self {
        Self { width: self.width, height: self.height, pixels: self.pixels.clone() }
    }

    /// Present colour of a pixel; the nearest one for places beyond the sheet.
    pub(super) fn pick(&self, x: f32, y: f32) -> Rgb {
        let x = (x.max(0.0) as usize).min(self.width.saturating_sub(1));
        let y = (y.max(0.0) as usize).min(self.height.saturating_sub(1));
        self.pixels.get(y * self.width + x).copied().unwrap_or_default()
    }

    /// A disc with a smooth edge of `soft` pixels.
    pub(super) fn disc(&mut self, (cx, cy): (f32, f32), radius: f32, soft: f32, colour: Rgb, alpha: f32) {
        let reach = radius + soft;
        self.area((cx - reach, cy - reach, cx + reach, cy + reach), |x, y, _| {
            let distance = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt();
            (colour, alpha * smoothstep(radius + soft / 2.0, radius - soft / 2.0, distance))
        });
    }

    /// Light that falls off from a point to nothing at `radius`.
    pub(super) fn glow(&mut self, (cx, cy): (f32, f32), radius: f32, light: Rgb, amount: f32) {
        self.area((cx - radius, cy - radius, cx + radius, cy + radius), |x, y, under| {
            let d = ((x - cx).powi(2) + (y - cy).powi(2)) / (radius * radius);
            let t = (1.0 - d).max(0.0);
            (under.screen(light, amount * t * t * t), 1.0)
        });
    }

    /// Everything below a line that has one height for each column: `paint` gets x, y and the depth below the line.
    pub(super) fn below(&mut self, line: &[f32], mut paint: impl FnMut(f32, f32, f32) -> Rgb) {
        let top = line.iter().copied().fold(f32::MAX, f32::min);
        let from_y = top.floor().clamp(0.0, self.height as f32) as usize;
        for (y, row) in self.pixels.chunks_exact_mut(self.width.max(1)).enumerate().skip(from_y) {
            let y = y as f32 + 0.5;
            for ((x, pixel), edge) in row.iter_mut().enumerate().zip(line) {
                let depth = y - edge;
                if depth > -0.5 {
                    let colour = paint(x as f32 + 0.5, y, depth.max(0.0));
                    *pixel = if depth >= 0.5 { colour } else { pixel.mix(colour, depth + 0.5) };
                }
            }
        }
    }

    /// Darkens towards the corners, adds grain, and rounds to bytes. The grain is the dithering as well; it is the same in
    /// the three channels, which looks like film and costs a third of the file.
    pub(super) fn develop(&self, seed: u32, vignette: f32, grain: f32) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.pixels.len() * 4);
        let (half_w, half_h) = (self.w() / 2.0, self.h() / 2.0);
        for (y, row) in self.pixels.chunks_exact(self.width.max(1)).enumerate() {
            let dy = (y as f32 - half_h) / half_h;
            for (x, pixel) in row.iter().enumerate() {
                let dx = (x as f32 - half_w) / half_w;
                let corner = (dx * dx + dy * dy) * 0.5;
                let shade = 1.0 - vignette * corner * corner;
                let random = bits(seed, x as i32, y as i32);
                // The sum of two even distributions: its noise does not depend on the value that it is added to.
                let triangle = ((random & 0xffff) as f32 + (random >> 16) as f32) / 65_536.0 - 1.0;
                let offset = triangle * grain + 0.5;
                let byte = |value: f32| (value * shade * 255.0 + offset).clamp(0.0, 255.0) as u8;
                bytes.extend_from_slice(&[byte(pixel.r), byte(pixel.g), byte(pixel.b), 255]);
            }
        }
        bytes
    }
}

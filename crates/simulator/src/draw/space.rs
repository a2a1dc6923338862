//! A ringed planet before a nebula.

use fastrand::Rng;

use super::canvas::Canvas;
use super::colour::{BLACK, Gradient, WHITE};
use super::noise::{fbm, noise, smoothstep};
use super::palette::Palette;
use super::sky;

/// Where the ring begins and ends, in radii of the planet.
const RING: (f32, f32) = (1.32, 2.25);

/// Paints it.
pub(super) fn planet(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let (w, h, unit) = (canvas.w(), canvas.h(), canvas.unit());
    nebula(canvas, palette, random);
    sky::stars(canvas, h * 2.0, 1_500, random);

    let radius = unit * (0.2 + 0.05 * random.f32());
    let centre = (w * (0.42 + 0.16 * random.f32()), h * (0.45 + 0.1 * random.f32()));
    let tilt = (0.18 + 0.3 * random.f32()) * if random.bool() { 1.0 } else { -1.0 };
    let flat = 0.2 + 0.16 * random.f32();
    let seed = random.u32(..);
    let (sin, cos) = tilt.sin_cos();
    let [first, second, third, fourth, fifth] = palette.accents;
    let bands = Gradient::new(&[
        second,
        fourth,
        fifth,
        third,
        fourth,
        fifth.mix(fourth, 0.5),
        second.mix(third, 0.6),
        first.mix(second, 0.5),
    ]);
    let ring_tint = fifth.mix(fourth, 0.4);
    // Light from the upper left, towards the viewer.
    let light = (-0.62_f32, -0.42_f32, 0.66_f32);

    canvas.glow(centre, radius * 2.6, fourth, 0.22);
    let reach = radius * RING.1 * 1.04;
    let area = (centre.0 - reach, centre.1 - reach, centre.0 + reach, centre.1 + reach);
    let edge = 1.4 / radius;
    // The same walk for both halves of the ring; `front` chooses the one.
    let ring = |x: f32, y: f32, front: bool| {
        let (dx, dy) = ((x - centre.0) / radius, (y - centre.1) / radius);
        let (u, v) = (dx * cos + dy * sin, (-dx * sin + dy * cos) / flat);
        let rho = (u * u + v * v).sqrt();
        if (v > 0.0) != front || rho < RING.0 - 0.05 || rho > RING.1 + 0.05 {
            return (BLACK, 0.0);
        }
        let part = (rho - RING.0) / (RING.1 - RING.0);
        let grooves = 0.62 + 0.3 * noise(seed ^ 9, rho * 21.0, 0.5) + 0.2 * noise(seed ^ 10, rho * 67.0, 0.5);
        let gap = 1.0 - 0.92 * smoothstep(0.035, 0.012, (part - 0.68).abs());
        let ends = smoothstep(0.0, 0.04, part) * smoothstep(1.0, 0.93, part);
        // The planet's shadow falls away from the light.
        let behind = dx * -light.0 + dy * -light.1;
        let aside = (dx * light.1 - dy * light.0).abs();
        let shadow = if behind > 0.0 && !front { smoothstep(0.86, 0.7, aside) } else { 0.0 };
        let tint = ring_tint.mix(second, 0.5 * (1.0 - grooves)).scale(0.72 + 0.38 * grooves).scale(1.0 - 0.85 * shadow);
        (tint, (grooves * gap * ends * (0.62 + 0.38 * part)).clamp(0.0, 1.0) * 0.94)
    };
    canvas.area(area, |x, y, _| ring(x, y, false));
    canvas.area(
        (centre.0 - radius * 1.1, centre.1 - radius * 1.1, centre.0 + radius * 1.1, centre.1 + radius * 1.1),
        |x, y, under| {
            let (dx, dy) = ((x - centre.0) / radius, (y - centre.1) / radius);
            let d2 = dx * dx + dy * dy;
            let d = d2.sqrt();
            if d >= 1.0 + edge {
                let air = (-(d - 1.0) * 26.0).exp() * 0.35 * (-(dx * 0.8 + dy * 0.5)).clamp(0.0, 1.0);
                return (under.screen(fourth, air), 1.0);
            }
            let nz = (1.0 - d2).max(0.0).sqrt();
            let (u, v) = (dx * cos + dy * sin, -dx * sin + dy * cos);
            // Latitude as the tilted axis sees it.
            let latitude = v * (1.0 - flat * flat).sqrt() + nz * flat;
            let turbulence = fbm(seed, u * 2.2 / (nz + 0.6), latitude * 9.0, 4, 0.55);
            let place = latitude * 0.5 + 0.5 + turbulence * 0.035 + 0.03 * noise(seed ^ 3, 0.5, latitude * 14.0);
            let surface =
                bands.get(place).mix(fifth, 0.12 * noise(seed ^ 4, u * 1.5, latitude * 40.0 + turbulence * 2.0));
            let facing = dx * light.0 + dy * light.1 + nz * light.2;
            let day = smoothstep(-0.16, 0.85, facing);
            let rim = (1.0 - nz).powi(3) * smoothstep(-0.1, 0.5, facing) * 0.5;
            // The ring's shadow: a thin dark band across the day side.
            let band = smoothstep(0.1, 0.03, (v - 0.16 - 0.25 * (1.0 - (1.0 - u * u).max(0.0).sqrt())).abs());
            let lit =
                surface.scale(0.05 + 1.0 * day).scale(1.0 - 0.38 * band * day).screen(fourth.mix(WHITE, 0.4), rim);
            (lit, smoothstep(1.0 + edge, 1.0 - edge, d))
        },
    );
    canvas.area(area, |x, y, _| ring(x, y, true));
    moons(canvas, palette, centre, radius, random);
}

fn nebula(canvas: &mut Canvas, palette: &Palette, random: &mut Rng) {
    let unit = canvas.unit();
    let seed = random.u32(..);
    let [first, second, third, fourth, _] = palette.accents;
    let deep = first.scale(0.28);
    canvas.each(|x, y, _| {
        let (u, v) = (x / unit * 1.3, y / unit * 1.3);
        let warp = fbm(seed ^ 1, u, v, 2, 0.5);
        let cloud = fbm(seed, u + warp * 0.9, v + warp * 0.7, 4, 0.57);
        let dense = smoothstep(-0.05, 0.6, cloud);
        let hot = smoothstep(0.2, 0.75, cloud + 0.3 * warp);
        deep.screen(second.mix(third, 0.35), dense * 0.34).screen(third.mix(fourth, 0.5), hot * hot * 0.4)
    });
}

fn moons(canvas: &mut Canvas, palette: &Palette, centre: (f32, f32), radius: f32, random: &mut Rng) {
    let [_, second, _, _, pale] = palette.accents;
    for _ in 0..1 + random.usize(0..2) {
        let angle = random.f32() * std::f32::consts::TAU;
        let far = radius * (2.1 + 1.1 * random.f32());
        let (mx, my) = (centre.0 + angle.cos() * far * 1.2, centre.1 + angle.sin() * far * 0.75);
        let size = radius * (0.05 + 0.09 * random.f32());
        let seed = random.u32(..);
        canvas.area((mx - size * 1.2, my - size * 1.2, mx + size * 1.2, my + size * 1.2), |x, y, _| {
            let (dx, dy) = ((x - mx) / size, (y - my) / size);
            let d2 = dx * dx + dy * dy;
            let nz = (1.0 - d2).max(0.0).sqrt();
            let day = smoothstep(-0.1, 0.8, dx * -0.62 + dy * -0.42 + nz * 0.66);
            let rough = 0.85 + 0.25 * fbm(seed, dx * 2.5, dy * 2.5, 3, 0.6);
            (
                second.mix(pale, 0.6).scale(rough * (0.04 + day)),
                smoothstep(1.0 + 1.2 / size, 1.0 - 1.2 / size, d2.sqrt()),
            )
        });
    }
}

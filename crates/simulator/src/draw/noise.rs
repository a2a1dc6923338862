//! Smooth randomness from coordinates: gradient noise and sums of it, in one and two dimensions.

/// Random bits of a lattice point.
pub(super) fn bits(seed: u32, x: i32, y: i32) -> u32 {
    let mut h = seed ^ (x as u32).wrapping_mul(0x85eb_ca6b) ^ (y as u32).wrapping_mul(0xc2b2_ae35);
    h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
    h = (h ^ (h >> 12)).wrapping_mul(0x297a_2d39);
    h ^ (h >> 15)
}

/// A number from 0 to 1 for a lattice point.
pub(super) fn unit(seed: u32, x: i32, y: i32) -> f32 {
    (bits(seed, x, y) >> 8) as f32 / 16_777_216.0
}

/// 0 below `from`, 1 above `to`, smooth between; also with `from` above `to`.
pub(super) fn smoothstep(from: f32, to: f32, x: f32) -> f32 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

fn slope(seed: u32, x: i32, y: i32, dx: f32, dy: f32) -> f32 {
    let h = bits(seed, x, y);
    let gx = (h & 0xffff) as f32 / 32_768.0 - 1.0;
    let gy = (h >> 16) as f32 / 32_768.0 - 1.0;
    gx * dx + gy * dy
}

/// The next whole number below; `floor` is a call into a library on x86-64's baseline, and this is the innermost loop.
fn lower(x: f32) -> i32 {
    let whole = x as i32;
    whole - i32::from(x < whole as f32)
}

/// Gradient noise, about -1 to 1.
pub(super) fn noise(seed: u32, x: f32, y: f32) -> f32 {
    let (ix, iy) = (lower(x), lower(y));
    let (dx, dy) = (x - ix as f32, y - iy as f32);
    let ease = |t: f32| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (u, v) = (ease(dx), ease(dy));
    let a = slope(seed, ix, iy, dx, dy);
    let b = slope(seed, ix.wrapping_add(1), iy, dx - 1.0, dy);
    let c = slope(seed, ix, iy.wrapping_add(1), dx, dy - 1.0);
    let d = slope(seed, ix.wrapping_add(1), iy.wrapping_add(1), dx - 1.0, dy - 1.0);
    let top = a + (b - a) * u;
    (top + (c + (d - c) * u - top) * v) * 1.35
}

/// `octaves` layers of noise, each twice as fine and `gain` as strong; about -1 to 1.
pub(super) fn fbm(seed: u32, x: f32, y: f32, octaves: u32, gain: f32) -> f32 {
    let (mut sum, mut strength, mut whole, mut scale) = (0.0, 1.0, 0.0, 1.0);
    for octave in 0..octaves {
        sum += noise(seed.wrapping_add(octave.wrapping_mul(0x9e37)), x * scale, y * scale) * strength;
        whole += strength;
        strength *= gain;
        scale *= 2.03;
    }
    sum / whole
}

/// Sharp crests, 0 to 1: mountains instead of hills.
pub(super) fn ridged(seed: u32, x: f32, y: f32, octaves: u32, gain: f32) -> f32 {
    let (mut sum, mut strength, mut whole, mut scale, mut weight) = (0.0, 1.0, 0.0, 1.0, 1.0);
    for octave in 0..octaves {
        let n = 1.0 - noise(seed.wrapping_add(octave.wrapping_mul(0x51ed)), x * scale, y * scale).abs();
        let n = n * n * weight;
        sum += n * strength;
        whole += strength;
        weight = (n * 1.6).clamp(0.0, 1.0);
        strength *= gain;
        scale *= 2.07;
    }
    sum / whole
}

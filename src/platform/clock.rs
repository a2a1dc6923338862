//! The two clocks and the randomness of the browser, as values for the core.

use std::cell::Cell;

use flux_studio_core::time::{Now, Wall};

/// Both clocks at this instant.
#[must_use]
pub fn now() -> Now {
    let mono = web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now());
    Now { wall: wall(), mono: mono as u64 }
}

/// The wall clock.
#[must_use]
pub fn wall() -> Wall {
    Wall(js_sys::Date::now() as u64)
}

/// The day in the viewer's time zone that a moment belongs to, in days since 1970.
#[must_use]
pub fn local_day(wall: Wall) -> i32 {
    ((wall.0 as f64 - offset(wall) * 60_000.0) / 86_400_000.0).floor() as i32
}

/// A moment as the clocks of the viewer's place show it.
#[must_use]
pub fn local(wall: Wall) -> Wall {
    Wall((wall.0 as f64 - offset(wall) * 60_000.0) as u64)
}

/// Minutes that the viewer's clocks are behind UTC at a moment.
fn offset(wall: Wall) -> f64 {
    thread_local! {
        // Hour and offset in minutes of the last moment: a long list asks for neighbours, and the offset changes only
        // between hours. Asking the browser each time costs more than all else about the list.
        static LAST: Cell<(u64, f64)> = const { Cell::new((u64::MAX, 0.0)) };
    }
    let hour = wall.0 / 3_600_000;
    match LAST.get() {
        (known, offset) if known == hour => offset,
        _ => {
            let offset = js_sys::Date::new(&(wall.0 as f64).into()).get_timezone_offset();
            LAST.set((hour, offset));
            offset
        }
    }
}

/// Sixty-four random bits from the browser's generator; from the clock where there is none.
#[must_use]
pub fn seed() -> u64 {
    let mut bytes = [0_u8; 8];
    let drawn = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if drawn {
        u64::from_le_bytes(bytes)
    } else {
        js_sys::Date::now().to_bits() ^ (js_sys::Math::random() * 1e18) as u64
    }
}

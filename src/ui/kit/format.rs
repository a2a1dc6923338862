//! Numbers, dates and sizes as people read them. The browser's own `Intl` does the work.

use std::cell::OnceCell;

use flux_studio_core::time::Wall;
use js_sys::{Array, Date, Function, Intl, Object, Reflect};
use leptos::wasm_bindgen::JsValue;

use crate::ui::text;

/// The language of the screens.
const LOCALE: &str = "en-GB";
/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

/// How a moment is written, which was made local before.
#[derive(Clone, Copy)]
enum Shape {
    Weekday,
    Year,
    Short,
    Minute,
    Second,
}

impl Shape {
    /// As `Intl.DateTimeFormat` takes it.
    fn fields(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Shape::Weekday => &[("timeZone", "UTC"), ("weekday", "long"), ("day", "numeric"), ("month", "long")],
            Shape::Year => &[("timeZone", "UTC"), ("day", "numeric"), ("month", "long"), ("year", "numeric")],
            Shape::Short => &[("timeZone", "UTC"), ("day", "numeric"), ("month", "short")],
            Shape::Minute => &[("timeZone", "UTC"), ("hour", "2-digit"), ("minute", "2-digit")],
            Shape::Second => &[("timeZone", "UTC"), ("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")],
        }
    }

    fn format(self) -> Function {
        let options = Object::new();
        for (name, value) in self.fields() {
            // Only fails on frozen objects.
            let _ = Reflect::set(&options, &(*name).into(), &(*value).into());
        }
        Intl::DateTimeFormat::new(&Array::of1(&LOCALE.into()), &options).format()
    }
}

thread_local! {
    /// Making a formatter takes a browser longer than using it a hundred times.
    static FORMATS: [OnceCell<Function>; 5] = const { [const { OnceCell::new() }; 5] };
}

fn written(ms: f64, shape: Shape) -> String {
    let text = FORMATS.with(|formats| {
        let format = formats.get(shape as usize)?.get_or_init(|| shape.format());
        // Refused for moments that no calendar has.
        format.call1(&JsValue::UNDEFINED, &ms.into()).ok()?.as_string()
    });
    text.unwrap_or_default()
}

/// A moment as the clocks of the viewer's place show it now; formatters would keep the time zone that they were made in.
fn local(ms: f64) -> f64 {
    ms - Date::new(&ms.into()).get_timezone_offset() * 60_000.0
}

/// The day of a moment in the viewer's time zone, in days since 1970.
fn day_of(ms: f64) -> i32 {
    (local(ms) / DAY_MS).floor() as i32
}

/// "Today", "Yesterday", "Tuesday 17 November", "17 November 2024".
pub fn day(day: i32) -> String {
    let now = Date::now();
    match day_of(now) - day {
        0 => return text::TODAY.to_owned(),
        1 => return text::YESTERDAY.to_owned(),
        _ => {}
    }
    let date = Date::new(&(f64::from(day) * DAY_MS).into());
    let this_year = date.get_utc_full_year() == Date::new(&now.into()).get_full_year();
    written(date.get_time(), if this_year { Shape::Weekday } else { Shape::Year }).replace(',', "")
}

/// "17 Nov".
pub fn day_short(day: i32) -> String {
    written(f64::from(day) * DAY_MS, Shape::Short)
}

/// "Today 14:32".
pub fn moment(at: Wall) -> String {
    format!("{} {}", day(day_of(at.0 as f64)), written(local(at.0 as f64), Shape::Minute))
}

/// "14:32:07".
pub fn clock(at: Wall) -> String {
    written(local(at.0 as f64), Shape::Second)
}

/// A count with its thousands set apart: `1,284`.
pub fn number(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1.3 MB".
pub fn bytes(count: u64) -> String {
    match count {
        0..=999 => format!("{count} B"),
        1_000..=999_499 => format!("{} kB", (count + 500) / 1_000),
        1_000_000..=999_999_999 => format!("{}.{} MB", count / 1_000_000, count / 100_000 % 10),
        _ => format!("{}.{} GB", count / 1_000_000_000, count / 100_000_000 % 10),
    }
}

/// The short name of a media type: "WebP".
pub fn kind(mime: &str) -> &str {
    match mime {
        "image/png" => "PNG",
        "image/jpeg" => "JPEG",
        "image/webp" => "WebP",
        other => other,
    }
}

/// A CSS length to a tenth of a pixel. Written without the formatter of floating-point numbers, which is ten kilobytes of
/// the page.
pub fn px(length: f64) -> String {
    let tenths = (length * 10.0).round() as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    format!("{sign}{}.{}px", tenths.abs() / 10, tenths.abs() % 10)
}

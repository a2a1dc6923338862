//! Numbers, dates and sizes as people read them. The browser's own `Intl` does the work.

use flux_studio_core::time::Wall;
use js_sys::{Date, Object, Reflect};
use leptos::wasm_bindgen::JsValue;

use crate::ui::text;

/// The language of the screens.
const LOCALE: &str = "en-GB";
/// Milliseconds of a day.
const DAY_MS: f64 = 86_400_000.0;

fn options(fields: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Only fails on frozen objects.
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object.into()
}

/// The day of a moment in the viewer's time zone, in days since 1970.
fn day_of(ms: f64) -> i32 {
    let offset = Date::new(&ms.into()).get_timezone_offset() * 60_000.0;
    ((ms - offset) / DAY_MS).floor() as i32
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
    let shape = if this_year {
        options(&[("timeZone", "UTC"), ("weekday", "long"), ("day", "numeric"), ("month", "long")])
    } else {
        options(&[("timeZone", "UTC"), ("day", "numeric"), ("month", "long"), ("year", "numeric")])
    };
    String::from(date.to_locale_date_string(LOCALE, &shape)).replace(',', "")
}

/// "17 Nov".
pub fn day_short(day: i32) -> String {
    let date = Date::new(&(f64::from(day) * DAY_MS).into());
    let shape = options(&[("timeZone", "UTC"), ("day", "numeric"), ("month", "short")]);
    String::from(date.to_locale_date_string(LOCALE, &shape))
}

/// "Today 14:32".
pub fn moment(at: Wall) -> String {
    format!("{} {}", day(day_of(at.0 as f64)), time(at, &[("hour", "2-digit"), ("minute", "2-digit")]))
}

/// "14:32:07".
pub fn clock(at: Wall) -> String {
    time(at, &[("hour", "2-digit"), ("minute", "2-digit"), ("second", "2-digit")])
}

fn time(at: Wall, shape: &[(&str, &str)]) -> String {
    let date = Date::new(&(at.0 as f64).into());
    String::from(date.to_locale_time_string_with_options(LOCALE, &options(shape)))
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

//! Text from strangers: cut, and with its invisible characters made visible.

/// The first `max` characters, with `…` where something was cut off.
#[must_use]
pub fn clip(text: &str, max: usize) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.by_ref().take(max).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

/// Text from a server as it may be shown: controls, zero-width and direction-changing characters stand as `‹U+202E›`
/// so that nothing can hide or reorder what is read. Line breaks and tabs stay.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = matches!(c,
            '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{200b}' | '\u{200e}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
        if hidden {
            out.push_str(&format!("‹U+{:04X}›", c as u32));
        } else {
            out.push(c);
        }
    }
    out
}

/// A decimal number such as `3` or `0.25` in thousandths, further digits cut off; `None` for anything else. Done by
/// hand because the library's parser of floating-point numbers brings ten kilobytes of tables into the page.
#[must_use]
pub fn thousandths(text: &str) -> Option<u64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let rest = rest.bytes().chain([b'0'; 3]).take(3).fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
    whole.checked_mul(1000)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clips_by_characters() {
        assert_eq!(clip("héllo", 5), "héllo");
        assert_eq!(clip("héllo!", 5), "héllo…");
    }

    #[test]
    fn decimals_are_read_to_thousandths() {
        let table = [("3", Some(3_000)), ("0.5", Some(500)), ("1.2349", Some(1_234)), ("007", Some(7_000))];
        for (text, expected) in table {
            assert_eq!(thousandths(text), expected, "{text}");
        }
        for bad in ["", ".", ".5", "-1", "+1", "1e3", "NaN", "inf", "1,5", "99999999999999999999"] {
            assert_eq!(thousandths(bad), None, "{bad}");
        }
    }

    #[test]
    fn h03_what_is_invisible_is_shown() {
        assert_eq!(visible("a\u{202e}b\0c\nd👩‍👩‍👧"), "a‹U+202E›b‹U+0000›c\nd👩‍👩‍👧");
    }
}

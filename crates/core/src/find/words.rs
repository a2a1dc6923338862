//! Words of texts, and lists of distinct texts with numbers.

/// Puts the text behind `out` as it is compared: in lower case, white space at its ends dropped and each run of it inside
/// as one space, so that a phrase matches across a line break.
pub(super) fn fold(text: &str, out: &mut String) {
    let start = out.len();
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if gap && out.len() > start {
            out.push(' ');
        }
        gap = false;
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
}

/// The same as a text of its own.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, &mut out);
    out
}

/// Characters of scripts without spaces (Han, kana): each is a word of its own, so that it is found inside a sentence.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// The first word of `text` from byte `from` on, as start and end.
pub(super) fn next_word(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let mut start = None;
    for (at, c) in rest.char_indices() {
        let at = from + at;
        match start {
            None if stands_alone(c) => return Some((at, at + c.len_utf8())),
            None if c.is_alphanumeric() => start = Some(at),
            Some(start) if stands_alone(c) || !c.is_alphanumeric() => return Some((start, at)),
            _ => {}
        }
    }
    start.map(|start| (start, text.len()))
}

/// The words of a folded text, in its order.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((start, end)) = next_word(text, at) {
        found.extend(text.get(start..end).map(str::to_owned));
        at = end;
    }
    found
}

/// Whether the folded phrase stands in the folded text, at the start of a word where it begins with one.
pub(super) fn has_phrase(text: &str, phrase: &str) -> bool {
    let Some(first) = phrase.chars().next() else { return true };
    let anywhere = !first.is_alphanumeric() || stands_alone(first);
    let (bytes, phrase) = (text.as_bytes(), phrase.as_bytes());
    // A plain loop: the texts are short, and the library's searcher takes longer to set up than to search them.
    for (at, byte) in bytes.iter().enumerate() {
        if phrase.first() == Some(byte)
            && bytes.get(at..).is_some_and(|rest| rest.starts_with(phrase))
            && (anywhere || begins_word(text, at))
        {
            return true;
        }
    }
    false
}

/// Whether a word that stands at this byte begins there.
fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|before| before.chars().next_back());
    before.is_none_or(|c| !c.is_alphanumeric() || stands_alone(c))
}

/// How a value is compared with those of the library; both are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    Equal,
    Prefix,
    Contains,
}

impl How {
    /// Compares a value of the library with what was asked for.
    pub(super) fn fits(self, have: &str, asked: &str) -> bool {
        match self {
            How::Equal => have == asked,
            How::Prefix => have.starts_with(asked),
            How::Contains => have.contains(asked),
        }
    }
}

/// Distinct texts, numbered in the order in which they came. One string holds them all: a look through a few ten
/// thousand words for a prefix is one walk through memory, and no order has to be kept while a library is read.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    text: String,
    ends: Vec<u32>,
    /// A hash table of numbers plus one; 0 is a free place. Its length is a power of two.
    table: Vec<u32>,
}

impl Dictionary {
    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a number.
    pub(super) fn get(&self, number: u32) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(0);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The number of a text, given to it now where it is new.
    #[expect(clippy::cast_possible_truncation, reason = "a library of 4 GB of words does not fit into a page")]
    pub(super) fn number(&mut self, word: &str) -> u32 {
        if self.table.len() < 2 * (self.len() + 1) {
            self.grow();
        }
        let place = self.place(word);
        let Some(entry) = self.table.get_mut(place) else { return 0 };
        if *entry == 0 {
            self.text.push_str(word);
            self.ends.push(self.text.len() as u32);
            *entry = self.ends.len() as u32;
        }
        *entry - 1
    }

    /// Where the text stands in the table, or the free place where it belongs.
    fn place(&self, word: &str) -> usize {
        // FNV-1a.
        let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193));
        let mask = self.table.len().wrapping_sub(1);
        let mut place = (hash ^ (hash >> 15)) as usize & mask;
        while let Some(&entry) = self.table.get(place) {
            if entry == 0 || self.get(entry - 1) == word {
                break;
            }
            place = (place + 1) & mask;
        }
        place
    }

    #[expect(clippy::cast_possible_truncation, reason = "as in `number`")]
    fn grow(&mut self) {
        let places = (4 * (self.len() + 1)).next_power_of_two();
        self.table.clear();
        self.table.resize(places, 0);
        for number in 0..self.len() as u32 {
            let place = self.place(self.get(number));
            if let Some(entry) = self.table.get_mut(place) {
                *entry = number + 1;
            }
        }
    }

    /// The numbers of the texts that begin so.
    #[expect(clippy::cast_possible_truncation, reason = "as in `number`")]
    pub(super) fn with_prefix(&self, prefix: &str) -> Vec<u32> {
        let bytes = self.text.as_bytes();
        let mut found = Vec::new();
        let mut start = 0;
        for (number, end) in self.ends.iter().enumerate() {
            let end = *end as usize;
            if bytes.get(start..end).is_some_and(|word| word.starts_with(prefix.as_bytes())) {
                found.push(number as u32);
            }
            start = end;
        }
        found
    }

    /// The numbers of the texts that fit when folded; for lists of hundreds.
    #[expect(clippy::cast_possible_truncation, reason = "as in `number`")]
    pub(super) fn fitting(&self, asked: &str, how: How) -> Vec<u32> {
        (0..self.len() as u32).filter(|number| how.fits(&folded(self.get(*number)), asked)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_folded_and_split() {
        let table: [(&str, &str, &[&str]); 6] = [
            ("  A Red\n\tFox ", "a red fox", &["a", "red", "fox"]),
            ("don't (e.g. 4K)", "don't (e.g. 4k)", &["don", "t", "e", "g", "4k"]),
            ("ÉTÉ à ΟΔΟΣ", "été à οδοσ", &["été", "à", "οδοσ"]),
            ("a红狐狸x", "a红狐狸x", &["a", "红", "狐", "狸", "x"]),
            ("🦊!", "🦊!", &[]),
            ("", "", &[]),
        ];
        for (text, expected, split) in table {
            assert_eq!(folded(text), expected);
            assert_eq!(words(expected), split, "{text}");
        }
    }

    #[test]
    fn phrases_begin_where_words_do() {
        for (text, phrase, expected) in [
            ("a red fox", "red fo", true),
            ("a bred fox", "red fox", false),
            ("a bred, red fox", "red fox", true),
            ("a (red) fox", "(red", true),
            ("a🦊b", "🦊", true),
            ("大红狐狸", "狐狸", true),
            ("大fox", "fox", true),
            ("red", "red fox", false),
        ] {
            assert_eq!(has_phrase(text, phrase), expected, "{phrase} in {text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_lead_back_to_their_texts(texts in prop::collection::vec("[a-c]{0,4}", 0..200)) {
            let mut dictionary = Dictionary::default();
            let numbers: Vec<u32> = texts.iter().map(|text| dictionary.number(text)).collect();
            for (text, number) in texts.iter().zip(&numbers) {
                prop_assert_eq!(dictionary.get(*number), text);
                prop_assert_eq!(dictionary.number(text), *number);
                prop_assert!(dictionary.with_prefix(text).contains(number));
            }
            let mut distinct = texts.clone();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(dictionary.len(), distinct.len());
        }
    }
}

//! Completion of the word that is being typed in the search box.

use crate::attempt::Status;
use crate::find::parse::{BARE, KEYS, Token, is_quote, token};
use crate::find::words::{How, folded};
use crate::limits;

/// The values that a library has, most used first, each with how many pictures have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// Ids of modes.
    pub modes: Vec<(String, u32)>,
    /// Sizes and ratios as the API spells them.
    pub sizes: Vec<(String, u32)>,
    /// Tags as typed.
    pub tags: Vec<(String, u32)>,
    /// Names of collections.
    pub collections: Vec<(String, u32)>,
}

/// One way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole text of the search box after it was chosen.
    pub insert: String,
    /// The completed term alone.
    pub label: String,
}

/// Ways to complete the term at the end of `text`, at most [`limits::SUGGESTIONS_MAX`]: the keys while nothing is typed;
/// none where the cursor is elsewhere or the term is complete.
#[must_use]
pub fn complete(text: &str, cursor_at_end: bool, known: &Known) -> Vec<Suggestion> {
    let mut offers = Offers { text, start: text.len(), minus: "", found: Vec::new() };
    if !cursor_at_end {
        return offers.found;
    }
    let (mut at, mut last) = (0, None);
    while let Some(token) = token(text, at) {
        at = token.end;
        last = Some(token);
    }
    match last {
        None => KEYS.iter().for_each(|key| offers.key(key)),
        Some(token) if token.end == text.len() && !(token.quoted && token.closed) => {
            offers.start = token.start;
            offers.minus = if token.not { "-" } else { "" };
            if !token.key.is_empty() {
                offers.values(&token, known);
            } else if !token.quoted {
                offers.words(&folded(token.value));
            }
        }
        Some(_) => {}
    }
    offers.found
}

struct Offers<'a> {
    text: &'a str,
    /// Where the term begins that is completed.
    start: usize,
    minus: &'static str,
    found: Vec<Suggestion>,
}

impl Offers<'_> {
    /// Offers a term; `behind` follows it in the search box.
    fn push(&mut self, parts: &[&str], behind: &str) {
        if self.found.len() == limits::SUGGESTIONS_MAX {
            return;
        }
        let mut label = self.minus.to_owned();
        parts.iter().for_each(|part| label.push_str(part));
        let mut insert = self.text.get(..self.start).unwrap_or_default().to_owned();
        insert.push_str(&label);
        insert.push_str(behind);
        self.found.push(Suggestion { insert, label });
    }

    fn key(&mut self, key: &str) {
        let op = match key {
            "rating" => ">=",
            "quota" | "duration" => ">",
            _ => ":",
        };
        self.push(&[key, op], "");
    }

    fn words(&mut self, typed: &str) {
        KEYS.iter().filter(|key| key.starts_with(typed)).for_each(|key| self.key(key));
        let words = BARE.iter().filter(|word| word.starts_with(typed) && **word != typed);
        words.for_each(|word| self.push(&[word], " "));
    }

    fn values(&mut self, token: &Token<'_>, known: &Known) {
        if !matches!(token.op, ":" | "=") {
            return;
        }
        let typed = folded(token.value);
        let key = token.key.to_ascii_lowercase();
        let (values, how) = match key.as_str() {
            "mode" => (&known.modes, How::Contains),
            "size" => (&known.sizes, How::Prefix),
            "tag" => (&known.tags, How::Prefix),
            "in" => (&known.collections, How::Prefix),
            "status" => {
                Status::ALL.iter().for_each(|status| self.value(&key, status.as_str(), &typed, How::Prefix));
                return;
            }
            "is" => {
                BARE.iter().for_each(|word| self.value(&key, word, &typed, How::Prefix));
                return;
            }
            _ => return,
        };
        values.iter().for_each(|(value, _)| self.value(&key, value, &typed, how));
    }

    fn value(&mut self, key: &str, value: &str, typed: &str, how: How) {
        let have = folded(value);
        if have == typed || !how.fits(&have, typed) {
            return;
        }
        if !(value.contains(is_quote) || value.contains(char::is_whitespace) || value.ends_with('*')) {
            self.push(&[key, ":", value], " ");
        } else if !value.contains(is_quote) {
            self.push(&[key, ":\"", value, "\""], " ");
        }
        // The language has no way to write a quotation mark inside a name; such a name is found by `tag:start*`.
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::Query;
    use crate::time::Wall;

    fn known() -> Known {
        let list = |values: &[&str]| values.iter().map(|value| ((*value).to_owned(), 1)).collect();
        Known {
            modes: list(&["flux1-dev", "flux1-pro", "flux-2-pro"]),
            sizes: list(&["1024x1024", "16:9", "1024x1792"]),
            tags: list(&["fox", "Forest at night", "dog", "fo\"x"]),
            collections: list(&["best of", "Best"]),
        }
    }

    fn labels(text: &str) -> Vec<String> {
        complete(text, true, &known()).into_iter().map(|offer| offer.label).collect()
    }

    #[test]
    fn keys_words_and_values_are_offered() {
        let table: [(&str, &[&str]); 20] = [
            ("red mo", &["mode:"]),
            ("ra", &["rating>=", "rated"]),
            ("-fa", &["-fav", "-failed"]),
            ("mode:", &["mode:flux1-dev", "mode:flux1-pro", "mode:flux-2-pro"]),
            ("MODE=PRO", &["mode:flux1-pro", "mode:flux-2-pro"]),
            ("mode:flux1-pro", &[]),
            ("size:10", &["size:1024x1024", "size:1024x1792"]),
            ("size:16:", &["size:16:9"]),
            ("tag:fo", &["tag:fox", "tag:\"Forest at night\""]),
            ("-tag:FOR", &["-tag:\"Forest at night\""]),
            ("tag:\"forest a", &["tag:\"Forest at night\""]),
            ("tag:\"forest\"", &[]),
            ("in:best", &["in:\"best of\""]),
            ("status:s", &["status:sending", "status:stalled", "status:stored"]),
            ("is:un", &["is:unknown", "is:untagged"]),
            ("mode>p", &[]),
            ("fav", &[]),
            ("\"mo", &[]),
            ("mo ", &[]),
            ("nothing", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(labels(text), expected, "{text}");
        }
        assert_eq!(labels("").len(), limits::SUGGESTIONS_MAX);
        assert!(complete("mo", false, &known()).is_empty());
    }

    #[test]
    fn what_is_inserted_keeps_the_rest_and_reads_as_meant() {
        let offers = complete("red  -tag:fo", true, &known());
        let inserts: Vec<&str> = offers.iter().map(|offer| offer.insert.as_str()).collect();
        assert_eq!(inserts, ["red  -tag:fox ", "red  -tag:\"Forest at night\" "]);
        for text in ["mode:", "size:", "tag:", "in:", "status:", "is:", "f", "r", "u"] {
            for offer in complete(text, true, &known()).iter().filter(|offer| offer.insert.ends_with(' ')) {
                let query = Query::parse(&offer.insert, Wall(0), 0);
                assert_eq!((query.chips().len(), query.unclear.len()), (1, 0), "{}", offer.insert);
            }
        }
    }
}

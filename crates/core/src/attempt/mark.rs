//! What the person says about an attempt or its image: stars, words, the trash. None of it touches money or jobs, and
//! each can be taken back.

use serde::{Deserialize, Serialize};

use crate::attempt::{Record, State};
use crate::find::folded;
use crate::limits;
use crate::time::Wall;

/// One thing said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mark {
    /// A favourite, or not.
    Favourite(bool),
    /// Stars, 1 to 5; 0 takes them away.
    Rating(u8),
    /// This tag is on it, or not.
    Tag(String, bool),
    /// It is in this collection, or not.
    Collection(String, bool),
    /// It is in the trash, or not.
    Trash(bool),
}

impl Mark {
    /// Says it of a record; `false` where that changes nothing or may not be.
    #[must_use]
    pub fn put(&self, record: &mut Record, now: Wall) -> bool {
        match self {
            Mark::Favourite(on) => replace(&mut record.favourite, *on),
            Mark::Rating(stars) => replace(&mut record.rating, (*stars).min(limits::RATING_MAX)),
            Mark::Tag(name, on) => label(&mut record.tags, name, *on),
            Mark::Collection(name, on) => label(&mut record.collections, name, *on),
            Mark::Trash(true) if record.deleted.is_some() => false,
            Mark::Trash(true) => replace(&mut record.deleted, Some(now)),
            Mark::Trash(false) if record.purged => false,
            Mark::Trash(false) => replace(&mut record.deleted, None),
        }
    }

    /// What takes it back from this record; `None` where saying it would change nothing.
    #[must_use]
    pub fn undo(&self, record: &Record) -> Option<Mark> {
        self.put(&mut record.clone(), Wall(0)).then(|| match self {
            Mark::Favourite(on) => Mark::Favourite(!on),
            Mark::Rating(_) => Mark::Rating(record.rating),
            Mark::Tag(name, on) => Mark::Tag(name.clone(), !on),
            Mark::Collection(name, on) => Mark::Collection(name.clone(), !on),
            Mark::Trash(on) => Mark::Trash(!on),
        })
    }
}

/// Whether an attempt in this state may go into the trash: what is on its way cannot be thrown away by a slip.
#[must_use]
pub fn may_go(state: &State) -> bool {
    !matches!(state, State::Sending | State::Downloading | State::Queued | State::Running)
}

/// A tag's or collection's name as it is kept: one line without commas and doubled spaces; `None` where nothing is left.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control() || c == ',').collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    let name: String = words.join(" ").chars().take(limits::LABEL_MAX_CHARS).collect();
    (!name.is_empty()).then_some(name)
}

fn replace<T: PartialEq>(place: &mut T, value: T) -> bool {
    let differs = *place != value;
    *place = value;
    differs
}

fn label(labels: &mut Vec<String>, text: &str, on: bool) -> bool {
    let Some(name) = name(text) else { return false };
    let lower = folded(&name);
    let known = labels.iter().position(|label| folded(label) == lower);
    match (known, on) {
        (None, true) if labels.len() < limits::LABELS_MAX => {
            labels.push(name);
            true
        }
        (Some(at), false) => {
            labels.remove(at);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::draft::Draft;
    use crate::id::IdSource;
    use proptest::prelude::*;

    fn record() -> Record {
        let id = IdSource::new(1).next(Wall(1));
        let order = Draft { prompt: "x".into(), ..Draft::default() }.order().unwrap();
        let mut record = Record::new(id, id, 1, order, Wall(1));
        record.state = State::Stored;
        record
    }

    fn any_mark() -> impl Strategy<Value = Mark> {
        prop_oneof![
            any::<bool>().prop_map(Mark::Favourite),
            any::<u8>().prop_map(Mark::Rating),
            ("[a-cA-C ,]{0,4}", any::<bool>()).prop_map(|(name, on)| Mark::Tag(name, on)),
            ("[a-c]{0,3}", any::<bool>()).prop_map(|(name, on)| Mark::Collection(name, on)),
            any::<bool>().prop_map(Mark::Trash),
        ]
    }

    #[test]
    fn names_are_one_clean_line() {
        assert_eq!(name("  red \n fox, old "), Some("red fox old".to_owned()));
        assert_eq!(name(" ,\u{0} "), None);
        let mut record = record();
        assert!(Mark::Tag("Fox".into(), true).put(&mut record, Wall(1)));
        assert!(!Mark::Tag("fOX".into(), true).put(&mut record, Wall(1)), "the same word");
        assert!(Mark::Tag("fox".into(), false).put(&mut record, Wall(1)));
        assert!(record.tags.is_empty());
    }

    proptest! {
        #[test]
        fn every_mark_can_be_taken_back(marks in proptest::collection::vec(any_mark(), 0..12)) {
            let mut record = record();
            let mut back = Vec::new();
            let start = sorted(&record);
            for mark in &marks {
                let undo = mark.undo(&record);
                let changed = mark.put(&mut record, Wall(5));
                prop_assert_eq!(undo.is_some(), changed);
                back.extend(undo);
            }
            for mark in back.iter().rev() {
                prop_assert!(mark.put(&mut record, Wall(6)));
            }
            prop_assert_eq!(sorted(&record), start);
        }
    }

    fn sorted(record: &Record) -> (bool, u8, Vec<String>, Vec<String>, bool) {
        let lower = |labels: &[String]| {
            let mut labels: Vec<String> = labels.iter().map(|label| label.to_lowercase()).collect();
            labels.sort();
            labels
        };
        (record.favourite, record.rating, lower(&record.tags), lower(&record.collections), record.deleted.is_some())
    }
}

//! Searches that a person keeps under a name.

use serde::{Deserialize, Serialize};

use crate::find::index::Sort;
use crate::limits;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// What the person calls it.
    pub name: String,
    /// What stands in the search box.
    pub text: String,
    /// The order of what is found.
    pub sort: Sort,
}

/// All of them, in the order in which they were made; at most [`limits::SAVED_SEARCHES_MAX`], each name once.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Vec<SavedSearch>")]
pub struct SavedSearches(Vec<SavedSearch>);

impl SavedSearches {
    /// Puts a search in, in the place of one with the same name; `false` where the list is full.
    pub fn add(&mut self, search: SavedSearch) -> bool {
        if let Some(same) = self.0.iter_mut().find(|have| have.name == search.name) {
            *same = search;
            return true;
        }
        let room = self.0.len() < limits::SAVED_SEARCHES_MAX;
        if room {
            self.0.push(search);
        }
        room
    }

    /// Takes the search of this name out; `true` where it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|have| have.name != name);
        self.0.len() < before
    }

    /// All, in order.
    #[must_use]
    pub fn all(&self) -> &[SavedSearch] {
        &self.0
    }
}

/// What was stored is held to the same limits as what is added.
impl From<Vec<SavedSearch>> for SavedSearches {
    fn from(stored: Vec<SavedSearch>) -> Self {
        let mut searches = Self::default();
        for search in stored {
            searches.add(search);
        }
        searches
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn search(name: &str, text: &str) -> SavedSearch {
        SavedSearch { name: name.to_owned(), text: text.to_owned(), sort: Sort::Rating }
    }

    #[test]
    fn names_are_there_once_and_the_list_is_bounded() {
        let mut searches = SavedSearches::default();
        assert!(searches.add(search("foxes", "fox")) && searches.add(search("dogs", "dog")));
        assert!(searches.add(search("foxes", "fox -dog")));
        assert_eq!(searches.all(), [search("foxes", "fox -dog"), search("dogs", "dog")]);
        for n in 2..limits::SAVED_SEARCHES_MAX {
            assert!(searches.add(search(&n.to_string(), "")));
        }
        assert!(!searches.add(search("one more", "")));
        assert!(searches.add(search("dogs", "")), "a name that is there can always be replaced");
        assert!(searches.remove("dogs") && !searches.remove("dogs"));
        assert!(searches.add(search("one more", "")));
    }

    #[test]
    fn the_stored_form_is_a_list() {
        let text = r#"[{"name":"a","text":"fox","sort":"newest"},{"name":"a","text":"dog","sort":"duration"}]"#;
        let read: SavedSearches = serde_json::from_str(text).unwrap();
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            r#"[{"name":"a","text":"dog","sort":"duration"}]"#,
            "the last of a name counts"
        );
    }
}

//! The index of the library that the search box asks at every keystroke.
//!
//! Every row has a place: small facts in one list, texts and names in another. Places are given in the order in which
//! rows come and are never given twice, so that a list of the places of a word only grows at its end. Measured with
//! `cargo bench -p flux-studio-core --bench find`.

use serde::{Deserialize, Serialize};

use crate::attempt::{Record, Status};
use crate::find::bits::Bits;
use crate::find::complete::Known;
use crate::find::query::{Field, Flag, Query, What};
use crate::find::words::{Dictionary, How, fold, has_phrase, next_word};
use crate::id::AttemptId;
use crate::limits;
use crate::shape::Shape;
use crate::time::Wall;

/// The order of what is found. Ties are newest first, what is not known comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// By making, newest first.
    #[default]
    Newest,
    /// By making, oldest first.
    Oldest,
    /// Most stars first.
    Rating,
    /// Dearest first.
    Quota,
    /// Slowest first.
    Duration,
}

/// Where is looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shelf {
    /// What the grid shows.
    #[default]
    Shown,
    /// What was deleted by the person and not replaced.
    Trash,
}

/// What is found, with what a list of it needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// The attempt.
    pub id: AttemptId,
    /// The press that it belongs to.
    pub batch: AttemptId,
    /// When it was asked for.
    pub created: Wall,
    /// Width to height.
    pub aspect: f32,
}

/// A number that is not known. The greatest number stands for it, so that one more makes it sort below all.
const NOT_KNOWN: u64 = u64::MAX;

/// What is looked at for every row.
#[derive(Debug, Clone, Copy)]
struct Facts {
    created: u64,
    quota: u64,
    took_ms: u64,
    aspect: f32,
    mode: u32,
    shape: Shape,
    status: Status,
    rating: u8,
    favourite: bool,
    imported: bool,
    /// `None` where it is on neither, because it was replaced or removed.
    shelf: Option<Shelf>,
}

/// What is looked at for few.
#[derive(Debug)]
struct Texts {
    id: AttemptId,
    batch: AttemptId,
    /// Prompt and template, folded, on two lines.
    text: Box<str>,
    job: Box<str>,
    tags: Box<[u32]>,
    collections: Box<[u32]>,
}

/// The rows of one library, ready to be searched.
#[derive(Debug, Default)]
pub struct Index {
    facts: Vec<Facts>,
    texts: Vec<Texts>,
    /// The places of all rows that are there, oldest first.
    by_id: Vec<u32>,
    words: Dictionary,
    /// For each word the places of the rows that have it.
    places: Vec<Vec<u32>>,
    modes: Dictionary,
    tags: Dictionary,
    collections: Dictionary,
    /// Places by rating, quota and duration; empty until asked for.
    orders: [Vec<u32>; 3],
}

impl Index {
    /// Puts a row in, or what became of it.
    pub fn put(&mut self, record: &Record) {
        let mut text = String::with_capacity(record.order.prompt.len() + 1);
        fold(&record.order.prompt, &mut text);
        text.push('\n');
        fold(record.template.as_deref().unwrap_or_default(), &mut text);
        let facts = self.facts_of(record);
        let texts = Texts {
            id: record.id,
            batch: record.batch,
            text: text.into(),
            job: record.job.as_ref().map(|job| job.as_str().to_ascii_lowercase()).unwrap_or_default().into(),
            tags: record.tags.iter().map(|tag| self.tags.number(tag)).collect(),
            collections: record.collections.iter().map(|name| self.collections.number(name)).collect(),
        };
        match self.rank(&record.id) {
            Err(rank) => {
                let place = self.push(facts, texts);
                self.by_id.insert(rank, place);
                self.orders = Default::default();
            }
            Ok(rank) => self.replace(rank, facts, texts),
        }
    }

    /// Takes a row out.
    pub fn remove(&mut self, id: &AttemptId) {
        if let Ok(rank) = self.rank(id) {
            let place = self.by_id.remove(rank);
            self.leave(place);
            self.orders = Default::default();
            self.pack();
        }
    }

    /// What is asked for, in order.
    pub fn search(&mut self, query: &Query, sort: Sort, shelf: Shelf) -> Vec<Found> {
        let mut hits = Bits::none(self.facts.len());
        for (place, facts) in self.facts.iter().enumerate() {
            if facts.shelf == Some(shelf) {
                hits.set(place);
            }
        }
        // Whole words first: they leave few rows to look at one by one.
        for term in &query.terms {
            if let What::Words(words) = &term.what {
                hits.and(&self.with_words(words), term.not);
            }
        }
        for term in &query.terms {
            self.keep(&mut hits, &term.what, term.not);
        }
        let mut found = Vec::with_capacity(hits.count());
        self.sort(sort);
        let order = self.order(sort);
        for at in 0..order.len() {
            let at = if sort == Sort::Newest { order.len() - 1 - at } else { at };
            let Some(place) = order.get(at).map(|place| *place as usize).filter(|place| hits.has(*place)) else {
                continue;
            };
            found.extend(self.facts.get(place).zip(self.texts.get(place)).map(|(facts, texts)| Found {
                id: texts.id,
                batch: texts.batch,
                created: Wall(facts.created),
                aspect: facts.aspect,
            }));
        }
        found
    }

    /// The values that shown rows have, for completion.
    #[must_use]
    pub fn values(&self) -> Known {
        let (mut modes, mut tags, mut collections) =
            (vec![0; self.modes.len()], vec![0; self.tags.len()], vec![0; self.collections.len()]);
        let mut shapes: Vec<(Shape, u32)> = Vec::new();
        for (facts, texts) in self.facts.iter().zip(&self.texts) {
            if facts.shelf != Some(Shelf::Shown) {
                continue;
            }
            count(&mut modes, facts.mode);
            texts.tags.iter().for_each(|tag| count(&mut tags, *tag));
            texts.collections.iter().for_each(|name| count(&mut collections, *name));
            // There are a dozen shapes: looking for one is quicker than writing it out.
            match shapes.iter_mut().find(|(shape, _)| *shape == facts.shape) {
                Some((_, n)) => *n += 1,
                None => shapes.push((facts.shape, 1)),
            }
        }
        let (mut sizes, mut sized) = (Dictionary::default(), Vec::new());
        for (shape, n) in shapes {
            sizes.number(&shape.text());
            sized.push(n);
        }
        Known {
            modes: most_used(&self.modes, &modes),
            sizes: most_used(&sizes, &sized),
            tags: most_used(&self.tags, &tags),
            collections: most_used(&self.collections, &collections),
        }
    }

    fn facts_of(&mut self, record: &Record) -> Facts {
        Facts {
            created: record.created.0,
            quota: record.quota.unwrap_or(NOT_KNOWN),
            took_ms: record.took_ms.unwrap_or(NOT_KNOWN),
            aspect: record.aspect() as f32,
            mode: self.modes.number(record.order.mode.as_str()),
            shape: record.order.shape,
            status: record.status(),
            rating: record.rating,
            favourite: record.favourite,
            imported: record.imported,
            shelf: if record.shown() { Some(Shelf::Shown) } else { record.in_trash().then_some(Shelf::Trash) },
        }
    }

    /// Where the row stands in the order of names, or where it belongs.
    fn rank(&self, id: &AttemptId) -> Result<usize, usize> {
        let name = |place: u32| self.texts.get(place as usize).map(|texts| texts.id);
        // A library is read in order, and what is new is the newest.
        match self.by_id.last() {
            Some(last) if name(*last) < Some(*id) => Err(self.by_id.len()),
            _ => self.by_id.binary_search_by(|place| name(*place).cmp(&Some(*id))),
        }
    }

    /// Gives a row its place and files its words.
    #[expect(clippy::cast_possible_truncation, reason = "no page holds four thousand million rows")]
    fn push(&mut self, facts: Facts, texts: Texts) -> u32 {
        let place = self.facts.len() as u32;
        let mut at = 0;
        while let Some((start, end)) = next_word(&texts.text, at) {
            at = end;
            let number = self.words.number(texts.text.get(start..end).unwrap_or_default()) as usize;
            if number == self.places.len() {
                self.places.push(Vec::new());
            }
            if let Some(places) = self.places.get_mut(number)
                && places.last() != Some(&place)
            {
                places.push(place);
            }
        }
        self.facts.push(facts);
        self.texts.push(texts);
        place
    }

    fn replace(&mut self, rank: usize, facts: Facts, texts: Texts) {
        let Some(place) = self.by_id.get(rank).copied() else { return };
        let at = place as usize;
        let (Some(old_facts), Some(old_texts)) = (self.facts.get_mut(at), self.texts.get_mut(at)) else { return };
        for (order, field) in self.orders.iter_mut().zip([Field::Rating, Field::Quota, Field::Duration]) {
            if old_facts.number(field) != facts.number(field) {
                order.clear();
            }
        }
        if old_texts.text == texts.text {
            *old_facts = facts;
            *old_texts = texts;
            return;
        }
        // Other words: as a new row in the rank of the old one.
        self.leave(place);
        let place = self.push(facts, texts);
        if let Some(entry) = self.by_id.get_mut(rank) {
            *entry = place;
        }
        self.orders = Default::default();
        self.pack();
    }

    /// Nobody has this place any more.
    fn leave(&mut self, place: u32) {
        if let Some(facts) = self.facts.get_mut(place as usize) {
            facts.shelf = None;
        }
        if let Some(texts) = self.texts.get_mut(place as usize) {
            texts.text = Box::default();
        }
    }

    /// Gives all rows new places where more are left than taken.
    fn pack(&mut self) {
        if self.facts.len() <= 2 * self.by_id.len() + limits::INDEX_WASTE {
            return;
        }
        let facts = std::mem::take(&mut self.facts);
        let mut texts: Vec<Option<Texts>> = std::mem::take(&mut self.texts).into_iter().map(Some).collect();
        let by_id = std::mem::take(&mut self.by_id);
        self.words = Dictionary::default();
        self.places.clear();
        for place in by_id {
            let at = place as usize;
            if let (Some(facts), Some(texts)) = (facts.get(at), texts.get_mut(at).and_then(Option::take)) {
                let place = self.push(*facts, texts);
                self.by_id.push(place);
            }
        }
    }

    /// The rows that have a word for each of these beginnings.
    fn with_words(&self, words: &[String]) -> Bits {
        let mut all: Option<Bits> = None;
        for word in words {
            let mut bits = Bits::none(self.facts.len());
            for number in self.words.with_prefix(word) {
                for place in self.places.get(number as usize).into_iter().flatten() {
                    bits.set(*place as usize);
                }
            }
            match &mut all {
                Some(all) => all.and(&bits, false),
                None => all = Some(bits),
            }
        }
        all.unwrap_or_else(|| Bits::none(0))
    }

    /// Keeps the rows for which it holds, or with `not` those for which it does not.
    fn keep(&self, hits: &mut Bits, what: &What, not: bool) {
        let facts = |place: usize| self.facts.get(place);
        let texts = |place: usize| self.texts.get(place);
        match what {
            What::Words(_) => {}
            What::Phrase(phrase) => {
                let words = crate::find::words::words(phrase);
                let likely = (!words.is_empty()).then(|| self.with_words(&words));
                hits.retain(&mut |place| {
                    let likely = likely.as_ref().is_none_or(|likely| likely.has(place));
                    (likely && texts(place).is_some_and(|texts| has_phrase(&texts.text, phrase))) != not
                });
            }
            What::Mode(part) => {
                let modes = self.modes.fitting(part, How::Contains);
                hits.retain(&mut |place| facts(place).is_some_and(|facts| modes.contains(&facts.mode)) != not);
            }
            What::Tag(name, star) => {
                let tags = self.tags.fitting(name, How::of_star(*star));
                hits.retain(&mut |place| texts(place).is_some_and(|texts| common(&texts.tags, &tags)) != not);
            }
            What::In(name, star) => {
                let names = self.collections.fitting(name, How::of_star(*star));
                hits.retain(&mut |place| texts(place).is_some_and(|texts| common(&texts.collections, &names)) != not);
            }
            What::Job(start) => {
                hits.retain(&mut |place| texts(place).is_some_and(|texts| texts.job.starts_with(start.as_str())) != not)
            }
            What::Batch(batch) => {
                hits.retain(&mut |place| texts(place).is_some_and(|texts| texts.batch == *batch) != not);
            }
            What::Is(Flag::Untagged) => {
                hits.retain(&mut |place| texts(place).is_some_and(|texts| texts.tags.is_empty()) != not);
            }
            _ => hits.retain(&mut |place| facts(place).is_some_and(|facts| facts.fit(what)) != not),
        }
    }

    /// Makes the order of a sort where it is asked for the first time, or something in it has changed.
    fn sort(&mut self, sort: Sort) {
        let Some((at, field)) = sort.cached() else { return };
        if self.orders.get(at).is_none_or(|order| order.len() == self.by_id.len()) {
            return;
        }
        let newest_first = self.by_id.iter().rev().zip(0_u32..);
        let mut keys: Vec<(u64, u32, u32)> = newest_first
            .map(|(place, rank)| {
                let number = self.facts.get(*place as usize).map_or(NOT_KNOWN, |facts| facts.number(field));
                (!number.wrapping_add(1), rank, *place)
            })
            .collect();
        keys.sort_unstable();
        if let Some(order) = self.orders.get_mut(at) {
            *order = keys.into_iter().map(|(_, _, place)| place).collect();
        }
    }

    fn order(&self, sort: Sort) -> &[u32] {
        let cached = sort.cached().and_then(|(at, _)| self.orders.get(at));
        cached.unwrap_or(&self.by_id)
    }
}

impl Sort {
    /// Which of the kept orders it is, and of what.
    fn cached(self) -> Option<(usize, Field)> {
        match self {
            Sort::Newest | Sort::Oldest => None,
            Sort::Rating => Some((0, Field::Rating)),
            Sort::Quota => Some((1, Field::Quota)),
            Sort::Duration => Some((2, Field::Duration)),
        }
    }
}

impl How {
    fn of_star(star: bool) -> How {
        if star { How::Prefix } else { How::Equal }
    }
}

impl Facts {
    fn number(&self, field: Field) -> u64 {
        match field {
            Field::Rating => u64::from(self.rating),
            Field::Quota => self.quota,
            Field::Duration => self.took_ms,
            Field::Created => self.created,
        }
    }

    /// Conditions on these facts alone.
    fn fit(&self, what: &What) -> bool {
        match what {
            What::Size(shape) => self.shape == *shape,
            What::Status(status) => self.status == *status,
            What::Is(Flag::Favourite) => self.favourite,
            What::Is(Flag::Imported) => self.imported,
            What::Is(Flag::Rated) => self.rating > 0,
            What::Range(field, least, most) => {
                let number = self.number(*field);
                number != NOT_KNOWN && (*least..=*most).contains(&number)
            }
            _ => false,
        }
    }
}

fn common(have: &[u32], asked: &[u32]) -> bool {
    have.iter().any(|number| asked.contains(number))
}

fn count(counts: &mut [u32], number: u32) {
    if let Some(count) = counts.get_mut(number as usize) {
        *count += 1;
    }
}

/// The texts that are in use, most used first, then by age.
fn most_used(texts: &Dictionary, counts: &[u32]) -> Vec<(String, u32)> {
    let mut order: Vec<(u64, u32, u32)> =
        counts.iter().zip(0..).filter(|(n, _)| **n > 0).map(|(n, number)| (!u64::from(*n), number, *n)).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, number, n)| (texts.get(number).to_owned(), n)).collect()
}

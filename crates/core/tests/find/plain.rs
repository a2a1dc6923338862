//! The search written as plainly as it can be: every row is looked at, with the standard library alone. The witness of
//! the index in tests, and what it is measured against.

use std::cmp::Reverse;

use flux_studio_core::attempt::Record;
use flux_studio_core::find::{Field, Flag, Query, Shelf, Sort, What};
use flux_studio_core::id::AttemptId;

/// What `Index::search` has to say about these rows.
pub fn search<'a>(rows: impl Iterator<Item = &'a Record>, query: &Query, sort: Sort, shelf: Shelf) -> Vec<AttemptId> {
    let on_shelf = |row: &&Record| match shelf {
        Shelf::Shown => row.shown(),
        Shelf::Trash => row.deleted.is_some() && row.replaced_by.is_none(),
    };
    let wanted = |row: &&Record| query.terms.iter().all(|term| holds(row, &term.what) != term.not);
    let mut found: Vec<&Record> = rows.filter(on_shelf).filter(wanted).collect();
    found.sort_by_key(|row| Reverse(row.id));
    match sort {
        Sort::Newest => {}
        Sort::Oldest => found.reverse(),
        Sort::Rating => found.sort_by_key(|row| Reverse(row.rating)),
        Sort::Quota => found.sort_by_key(|row| Reverse(row.quota)),
        Sort::Duration => found.sort_by_key(|row| Reverse(row.took_ms)),
    }
    found.into_iter().map(|row| row.id).collect()
}

fn holds(row: &Record, what: &What) -> bool {
    let texts = [lower(&row.order.prompt), lower(row.template.as_deref().unwrap_or_default())];
    let named = |names: &[String], name: &String, star: bool| {
        names.iter().map(|have| lower(have)).any(|have| if star { have.starts_with(name) } else { have == *name })
    };
    match what {
        What::Words(words) => {
            let have = format!("{} {}", spaced(&texts[0]), spaced(&texts[1]));
            words.iter().all(|word| have.split_whitespace().any(|have| have.starts_with(word)))
        }
        What::Phrase(phrase) => texts.iter().any(|text| {
            text.char_indices().any(|(at, c)| {
                let before = text[..at].chars().next_back();
                let inside = before.is_some_and(|b| b.is_alphanumeric() && !han(b)) && c.is_alphanumeric() && !han(c);
                text[at..].starts_with(phrase) && !inside
            })
        }),
        What::Mode(part) => lower(row.order.mode.as_str()).contains(part),
        What::Size(shape) => row.order.shape == *shape,
        What::Tag(name, star) => named(&row.tags, name, *star),
        What::In(name, star) => named(&row.collections, name, *star),
        What::Status(status) => row.status() == *status,
        What::Is(Flag::Favourite) => row.favourite,
        What::Is(Flag::Imported) => row.imported,
        What::Is(Flag::Rated) => row.rating > 0,
        What::Is(Flag::Untagged) => row.tags.is_empty(),
        What::Range(field, least, most) => {
            let number = match field {
                Field::Rating => Some(u64::from(row.rating)),
                Field::Quota => row.quota,
                Field::Duration => row.took_ms,
                Field::Created => Some(row.created.0),
            };
            number.is_some_and(|number| *least <= number && number <= *most)
        }
        What::Job(start) => row.job.as_ref().is_some_and(|job| lower(job.as_str()).starts_with(start)),
        What::Batch(batch) => row.batch == *batch,
    }
}

fn lower(text: &str) -> String {
    let text: String = text.chars().flat_map(char::to_lowercase).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words with spaces between.
fn spaced(text: &str) -> String {
    let space = |c: char| match c {
        c if han(c) => format!(" {c} "),
        c if c.is_alphanumeric() => c.to_string(),
        _ => " ".to_owned(),
    };
    text.chars().map(space).collect()
}

/// Of the scripts without spaces, those that the tests use.
fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c) || ('\u{3040}'..='\u{30ff}').contains(&c)
}

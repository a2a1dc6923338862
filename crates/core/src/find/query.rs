//! What a person asks for in the search box.

use crate::attempt::Status;
use crate::id::AttemptId;
use crate::shape::Shape;

/// A search as typed and as understood. Made by [`Query::parse`], which never fails.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    pub(super) source: String,
    /// What must hold, in the order of typing.
    pub terms: Vec<Term>,
    /// Terms whose key is known and whose value is not understood, as typed; they ask for nothing.
    pub unclear: Vec<String>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// It must not hold.
    pub not: bool,
    /// The condition.
    pub what: What,
    /// Where it stands in the text that was typed, in bytes: start and end.
    pub span: (usize, usize),
}

/// A condition on one picture. Texts are folded: lower case, single spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Each of these begins a word of prompt or template; more than one where a word was typed with marks in it.
    Words(Vec<String>),
    /// This stands in prompt or template as it is, from the start of a word on.
    Phrase(String),
    /// The mode's id contains this.
    Mode(String),
    /// This size or ratio was asked for.
    Size(Shape),
    /// It has this tag, or with `true` one that begins so.
    Tag(String, bool),
    /// It is in this collection, or with `true` in one whose name begins so.
    In(String, bool),
    /// It stands so.
    Status(Status),
    /// A plain yes.
    Is(Flag),
    /// The number is known and not outside of these two.
    Range(Field, u64, u64),
    /// The API's job id begins so; lower case.
    Job(String),
    /// It was made by this press of Generate.
    Batch(AttemptId),
}

/// What a picture is or is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Marked by the person.
    Favourite,
    /// From a library file.
    Imported,
    /// Has stars.
    Rated,
    /// Has no tags.
    Untagged,
}

/// A number of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Stars, 0 for none: always known.
    Rating,
    /// Thousandths of quota.
    Quota,
    /// Milliseconds from acceptance to the end.
    Duration,
    /// Milliseconds since 1970 when it was asked for.
    Created,
}

impl Query {
    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What was understood, as typed, with single spaces between; it reads back to the same terms.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(self.source.len());
        for term in &self.terms {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(self.typed(term));
        }
        text
    }

    /// What was typed but for the term of this number; nothing else is touched.
    #[must_use]
    pub fn without(&self, index: usize) -> String {
        let Some(Term { span: (start, end), .. }) = self.terms.get(index) else { return self.source.clone() };
        let before = self.source.get(..*start).unwrap_or_default().trim_end();
        let after = self.source.get(*end..).unwrap_or_default().trim_start();
        let mut text = before.to_owned();
        if !before.is_empty() && !after.is_empty() {
            text.push(' ');
        }
        text.push_str(after);
        text
    }

    /// The terms that are no text, as typed, with their numbers for [`Query::without`].
    #[must_use]
    pub fn chips(&self) -> Vec<(usize, String)> {
        let filters = self.terms.iter().enumerate();
        let filters = filters.filter(|(_, term)| !matches!(term.what, What::Words(_) | What::Phrase(_)));
        filters.map(|(index, term)| (index, self.typed(term).to_owned())).collect()
    }

    fn typed(&self, term: &Term) -> &str {
        self.source.get(term.span.0..term.span.1).unwrap_or_default()
    }
}

//! Finding pictures: the language of the search box, its completion, and the index that answers at every keystroke.
//!
//! Bare words match the prompt and the template by word prefix, `"red fox"` matches as it stands, `key:value` asks for
//! facts (`mode:pro size:16:9 tag:fox in:"best of" status:failed rating>=4 quota>2 duration>20s since:7d job:ab`), a `-`
//! before a term negates it. All terms must hold.

mod bits;
pub mod complete;
pub mod index;
mod parse;
pub mod query;
pub mod saved;
mod words;

pub use complete::{Known, Suggestion, complete};
pub use index::{Found, Index, Shelf, Sort};
pub use query::{Field, Flag, Query, Term, What};
pub use saved::{SavedSearch, SavedSearches};
pub(crate) use words::folded;

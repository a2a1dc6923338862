//! What the person looks at in the library: all of it, what a search finds, or the trash; and in which order.

use crate::find::Sort;

/// A view of the library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// What stands in the search box.
    pub text: String,
    /// In which order.
    pub sort: Sort,
    /// One image stands for all of its batch that are found.
    pub together: bool,
    /// The trash instead of the library.
    pub trash: bool,
    /// Minutes that the viewer's clocks are ahead of UTC, for dates in the search box.
    pub utc_offset_minutes: i32,
}

impl Look {
    /// Whether this is simply the whole library, newest first.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.text.trim().is_empty() && self.sort == Sort::Newest && !self.trash
    }
}

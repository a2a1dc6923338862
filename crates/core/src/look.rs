//! What the person looks at in the library: all of it, what a search finds, or the trash.

/// A view of the library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look {
    /// What stands in the search box.
    pub text: String,
    /// The trash instead of the library.
    pub trash: bool,
}

//! Closures behind one type. Leptos compiles its machinery anew for each closure of a view; behind a box, all that
//! answer the same type share it. Measured when this was written: see ARCHITECTURE.md.

use leptos::prelude::*;

/// A part of a view that follows signals.
pub fn dynamic<T: 'static>(part: impl FnMut() -> T + Send + 'static) -> Box<dyn FnMut() -> T + Send> {
    Box::new(part)
}

/// Something that is done whenever a signal it read has changed, until the view is gone.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

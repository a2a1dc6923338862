//! Closures behind one type. Leptos compiles its machinery anew for each closure of a view; behind a box, all that
//! answer the same type share it. Measured when this was written: see ARCHITECTURE.md.

use leptos::prelude::*;

/// A part of a view that follows signals.
pub fn dynamic<T: 'static>(part: impl FnMut() -> T + Send + 'static) -> Box<dyn FnMut() -> T + Send> {
    Box::new(part)
}

/// A child of an element that follows signals, whatever it is made of.
pub fn part<V: IntoAny + 'static>(mut part: impl FnMut() -> V + Send + 'static) -> Box<dyn FnMut() -> AnyView + Send> {
    Box::new(move || part().into_any())
}

/// A value that is worked out anew when a signal it read has changed, and told of only when it differs.
pub fn memo<T: PartialEq + Send + Sync + 'static>(work: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    let work: Box<dyn Fn() -> T + Send + Sync> = Box::new(work);
    Memo::new(move |_| work())
}

/// Something that is done whenever a signal it read has changed, until the view is gone.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

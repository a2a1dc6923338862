//! Closures behind one type. Leptos compiles its machinery anew for each closure of a view; behind a box, all that
//! answer the same type share it. Measured when this was written: see ARCHITECTURE.md.

use std::sync::Arc;

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

/// Children that follow a list: each is made once, and stays while its key is in the list.
pub fn each<T: Send + 'static, V: IntoAny>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: fn(&T) -> String,
    make: impl Fn(T) -> V + Send + Sync + 'static,
) -> AnyView {
    let make = Arc::new(move |item| make(item).into_any());
    children(Box::new(move || {
        let items = items().into_iter();
        let child = |item| {
            let make = Arc::clone(&make);
            Child { key: key(&item), make: Box::new(move || make(item)) }
        };
        items.map(child).collect()
    }))
}

struct Child {
    key: String,
    make: Box<dyn FnOnce() -> AnyView + Send>,
}

fn children(all: Box<dyn Fn() -> Vec<Child> + Send>) -> AnyView {
    For(ForProps::builder()
        .each(all)
        .key(|child: &Child| child.key.clone())
        .children(|child: Child| (child.make)())
        .build())
    .into_any()
}

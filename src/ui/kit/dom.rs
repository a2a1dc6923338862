//! The few things that views need of the document itself: elements of index.html, focus, listeners, sizes.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::convert::FromWasmAbi;
use send_wrapper::SendWrapper;
use web_sys::{Element, EventTarget, HtmlElement, KeyboardEvent, ResizeObserver};

/// The element with this id, when it is of this kind.
pub fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// The first element of the page that fits.
pub fn first(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// Listens to a target that lives as long as the page.
pub fn listen<E: FromWasmAbi + 'static>(target: &EventTarget, name: &str, heard: impl FnMut(E) + 'static) {
    let closure = Closure::<dyn FnMut(E)>::new(heard);
    // Only fails for names that are no strings.
    let _ = target.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    closure.forget();
}

/// Takes the focus from whatever has it: a phone's keyboard goes away.
pub fn blur() {
    if let Some(active) = document().active_element().and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = active.blur();
    }
}

/// Whether the composer is a bar at the foot: the width that style/states.css speaks of.
pub fn narrow() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|width| width < 900.0)
}

/// Whether the focus is on this element or inside it.
pub fn holds_focus(element: &Element) -> bool {
    element.contains(document().active_element().as_deref())
}

/// Minutes that this machine's clock is ahead of UTC now.
pub fn utc_offset_minutes() -> i32 {
    -js_sys::Date::new_0().get_timezone_offset() as i32
}

/// Whether a dialog stands: keys belong to it.
pub fn dialog_open() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

/// Whether an event belongs to a field that takes text.
pub fn typing(event: &web_sys::Event) -> bool {
    // In a box of choices letters choose; it knows nothing of undoing and letting go.
    let command = |key: &KeyboardEvent| key.ctrl_key() || key.meta_key() || key.key() == "Escape";
    let texts = match event.dyn_ref::<KeyboardEvent>().is_some_and(command) {
        true => "input:not([type=radio], [type=range], [type=checkbox]), textarea",
        false => "input:not([type=radio], [type=range], [type=checkbox]), textarea, select",
    };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.matches(texts).unwrap_or(false))
}

/// Whether these are the keys that undo.
pub fn undo(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key() && event.key() == "z"
}

/// Calls `sized` with width and height of the element's content, now and whenever they change, until the owner is
/// cleaned up.
pub fn watch_size(element: &Element, sized: impl Fn(f64, f64) + 'static) {
    let watched = element.clone();
    let tell = move || sized(f64::from(watched.client_width()), f64::from(watched.client_height()));
    tell();
    let closure = Closure::<dyn FnMut()>::new(tell);
    let Ok(observer) = ResizeObserver::new(closure.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let held = SendWrapper::new((observer, closure));
    on_cleanup(move || held.0.disconnect());
}

/// Calls `scrolled` on every scroll of the element, until the owner is cleaned up.
pub fn watch_scroll(element: &Element, scrolled: impl Fn() + 'static) {
    let closure = Closure::<dyn FnMut()>::new(scrolled);
    let _ = element.add_event_listener_with_callback("scroll", closure.as_ref().unchecked_ref());
    let held = SendWrapper::new((element.clone(), closure));
    on_cleanup(move || {
        let _ = held.0.remove_event_listener_with_callback("scroll", held.1.as_ref().unchecked_ref());
    });
}

/// Calls `pointed` for every pointer that goes down on the element, moves over it, goes up or leaves, until the owner is
/// cleaned up. One function for all: a listener for each in a view is two kilobytes of the program.
pub fn watch_pointer(element: &Element, pointed: impl Fn(web_sys::PointerEvent) + 'static) {
    const NAMES: [&str; 5] = ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"];
    let closure = Closure::<dyn FnMut(web_sys::PointerEvent)>::new(pointed);
    for name in NAMES {
        let _ = element.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
    }
    let held = SendWrapper::new((element.clone(), closure));
    on_cleanup(move || {
        for name in NAMES {
            let _ = held.0.remove_event_listener_with_callback(name, held.1.as_ref().unchecked_ref());
        }
    });
}

/// Puts a text on the clipboard where the browser lets this page do so (it does not over plain http).
pub fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let has = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|value| value.is_object());
    if has {
        // Its promise is let go: what it could say comes too late to be of use.
        let _ = navigator.clipboard().write_text(text);
    }
    has
}

/// A value of one view that no other thread and no signal needs.
pub fn cell<T: 'static>(value: T) -> SendWrapper<Rc<RefCell<T>>> {
    SendWrapper::new(Rc::new(RefCell::new(value)))
}

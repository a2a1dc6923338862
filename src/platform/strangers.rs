//! Who else works under this page's origin. The browser keeps one store for all of them, and a service worker of any of
//! them may stand between this page and the network.

use web_sys::ServiceWorkerContainer;

use super::dom;
use super::listen::Listener;

/// Hosts whose pages are by many people.
const SHARED: [&str; 6] =
    ["github.io", "gitlab.io", "ipfs.io", "raw.githack.com", "rawcdn.githack.com", "htmlpreview.github.io"];

/// Whether strangers' pages share this page's origin, and with it all that the browser keeps for it: told by the host's
/// name, never by a path, because a folder of an own host is one's own; or by the program of one of them.
#[must_use]
pub fn are_here() -> bool {
    shared_host() || worker()
}

fn shared_host() -> bool {
    let page = dom::page();
    let host = page.split('/').nth(2).unwrap_or_default().split(':').next().unwrap_or_default();
    let storage =
        host.ends_with(".amazonaws.com") && host.split('.').any(|label| label == "s3" || label.starts_with("s3-"));
    page.starts_with("file:")
        || storage
        || SHARED.iter().any(|name| host == *name || host.ends_with(&format!(".{name}")))
}

fn container() -> Option<ServiceWorkerContainer> {
    // Undefined in insecure contexts, though the bindings do not say so.
    web_sys::window().map(|window| window.navigator().service_worker()).filter(|workers| !workers.is_undefined())
}

/// Whether a service worker controls this page. The studio has none, so it is a stranger's (FAULTS N30).
#[must_use]
pub fn worker() -> bool {
    container().is_some_and(|workers| workers.controller().is_some())
}

/// Calls `met` when a service worker takes this page over.
#[must_use]
pub fn watch(met: impl Fn() + 'static) -> Option<Listener> {
    let workers = container()?;
    Some(Listener::new(&workers, "controllerchange", move |_| {
        if worker() {
            met();
        }
    }))
}

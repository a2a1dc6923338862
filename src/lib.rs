//! Flux Studio in the page: [`platform`] touches the browser, [`app`] owns the studio and runs its effects, `ui` shows
//! signals and dispatches events. Everything that decides is in the crate `flux-studio-core`.

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod platform;
#[cfg(target_arch = "wasm32")]
mod ui;

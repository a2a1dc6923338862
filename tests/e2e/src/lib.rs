//! End-to-end tests of Flux Studio: the built files in headless Chromium, against the stand-in of the API.
//!
//! What a story needs stands here, apart from the stories (`tests/stories`), so that those read like what a person does:
//!
//! | module | what it is |
//! |---|---|
//! | [`story`] | sets the stage, opens the browser, tells the story, takes the evidence, cleans up whatever happened |
//! | [`stage`] | the simulator, whoever serves the page, and the proxy between them |
//! | [`host`] | a plain static file server and a foreign CORS proxy, both of this crate |
//! | [`api`] | the simulator as the oracle: what arrived, what was charged, which pictures exist |
//! | [`studio`], [`composer`], [`settings`], [`tiles`] | the page as a person knows it: roles, names, statuses |
//! | [`kept`] | what the page keeps on disk |
//! | [`touch`] | fingers on the screen |
//! | [`faults`] | what goes wrong in the browser itself |
//! | [`seed`] | libraries that are there beforehand, of any size |
//! | [`memory`] | what the browser takes of this machine |
//! | [`evidence`], [`netlog`] | what must never happen, looked at after every story |
//! | [`browser`], [`driver`] | Chromium and chromedriver |
//!
//! Nothing here knows an id, a class or a tag of the page: everything is found by role and accessible name.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

pub mod api;
pub mod browser;
pub mod composer;
pub mod driver;
pub mod evidence;
pub mod faults;
pub mod find;
pub mod host;
pub mod kept;
pub mod memory;
pub mod netlog;
pub mod seed;
pub mod settings;
pub mod stage;
pub mod story;
pub mod studio;
pub mod tiles;
pub mod touch;
pub mod wait;

pub use composer::Order;
pub use stage::Way;
pub use story::{Story, Told};
pub use studio::Studio;
pub use tiles::Tile;
pub use wait::{LONG, SHORT, USUAL, eventually};

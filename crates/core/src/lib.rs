//! The core of Flux Studio: everything that decides, and nothing that touches.
//!
//! No browser, no clock, no randomness, no I/O: `now` and a random seed come in as values, effects go out as values
//! ([`effect::Effect`]), answers come back as values ([`event::Event`]). So every decision about money and data can be
//! tested on the host in microseconds, and the same crate runs in the page.
//!
//! Read [`studio`] first: it is the one place where an event becomes a change of state. The state machine of one paid
//! request is in [`attempt`], what the API says is understood in [`api`].

pub mod address;
pub mod api;
pub mod attempt;
pub mod backup;
pub mod change;
pub mod draft;
pub mod effect;
pub mod estimate;
pub mod event;
pub mod file_name;
pub mod find;
pub mod grid;
pub mod id;
pub mod library;
pub mod limits;
pub mod look;
pub mod message;
pub mod mode;
pub mod presets;
pub mod route;
pub mod secret;
pub mod select;
pub mod settings;
pub mod shape;
pub mod sniff;
pub mod sorted;
pub mod studio;
pub mod text;
pub mod time;
pub mod view;
pub mod web_url;
pub mod zoom;

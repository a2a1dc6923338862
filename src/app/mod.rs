//! The app owns the studio: it hands it events one by one, publishes what changed into signals, and has the platform run
//! what the studio wants done. [`context::Ctx`] is all that screens see of it.

mod answers;
pub mod backup;
mod care;
pub mod context;
mod effects;
pub mod keys;
mod leadership;
mod lifecycle;
pub mod pictures;
mod publish;
mod runtime;
pub mod session;
mod start;
pub mod takeout;

pub use start::start;

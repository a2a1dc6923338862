//! Small parts that several screens share.

pub mod boxed;
pub mod button;
pub mod dom;
pub mod format;
pub mod modal;
pub mod said;
pub mod switch;

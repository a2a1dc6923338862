//! What frames the screens: the top bar, the window's title and theme, the list of shortcuts.

pub mod commands;
pub mod help;
pub mod page;
pub mod topbar;

//! Pictograms: one path each on a grid of 20, drawn with the colour of the text around them. Only those that are used.

use leptos::prelude::*;

/// A pictogram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    /// Something needs care.
    Alert,
    /// It did not work.
    Bad,
    /// Done.
    Check,
    /// Opens downwards.
    Chevron,
    /// Ask again, time.
    Clock,
    /// Money.
    Coin,
    /// Two side by side.
    Compare,
    /// Copy.
    Copy,
    /// Download.
    Down,
    /// Settings.
    Sliders,
    /// Size of the pictures.
    Grid,
    /// A collection.
    Folder,
    /// Favourite.
    Heart,
    /// Not known.
    Help,
    /// A key.
    Key,
    /// Before.
    Left,
    /// Link, attach.
    Link,
    /// Less.
    Minus,
    /// Stop for now.
    Pause,
    /// Begin.
    Play,
    /// More.
    Plus,
    /// What is on its way.
    Queue,
    /// Use again.
    Reuse,
    /// After.
    Right,
    /// Once more.
    Retry,
    /// Send.
    Send,
    /// Protected.
    Shield,
    /// A rating.
    Star,
    /// A tag.
    Tag,
    /// Throw away.
    Trash,
    /// Opens upwards.
    Up,
    /// Close, take back.
    Cross,
    /// Larger.
    ZoomIn,
    /// Smaller.
    ZoomOut,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Icon::Alert => "M10 3.5 17.25 16H2.75ZM10 8.25v3.5M10 13.9h.01",
            Icon::Bad => "M3.25 10a6.75 6.75 0 1 0 13.5 0a6.75 6.75 0 1 0-13.5 0M10 6.75v4M10 13.25h.01",
            Icon::Check => "m4.75 10.5 3.5 3.5 7-8",
            Icon::Chevron => "m6 8 4 4 4-4",
            Icon::Clock => "M3.25 10a6.75 6.75 0 1 0 13.5 0a6.75 6.75 0 1 0-13.5 0M10 6.25V10l2.5 1.75",
            Icon::Coin => {
                "M4 5.75a6 2.5 0 1 0 12 0a6 2.5 0 1 0-12 0v8.5c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5v-8.5M4 10c0 1.4 2.7 2.5 6 2.5s6-1.1 6-2.5"
            }
            Icon::Compare => "M3.25 5a1 1 0 0 1 1-1h11.5a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4.25a1 1 0 0 1-1-1ZM10 4v12",
            Icon::Copy => {
                "M8.75 7h6a1.75 1.75 0 0 1 1.75 1.75v6a1.75 1.75 0 0 1-1.75 1.75h-6a1.75 1.75 0 0 1-1.75-1.75v-6a1.75 1.75 0 0 1 1.75-1.75ZM13 7V5.25c0-1-.75-1.75-1.75-1.75h-6c-1 0-1.75.75-1.75 1.75v6c0 1 .75 1.75 1.75 1.75H7"
            }
            Icon::Down => "M10 3.5v9m-3.5-3.2L10 12.8l3.5-3.5M4 16.5h12",
            Icon::Sliders => {
                "M3 6h7m4 0h3M3 14h3m4 0h7M10 6a2 2 0 1 0 4 0a2 2 0 1 0-4 0M6 14a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
            }
            Icon::Grid => {
                "M4.25 3.25h3.5a1 1 0 0 1 1 1v3.5a1 1 0 0 1-1 1h-3.5a1 1 0 0 1-1-1v-3.5a1 1 0 0 1 1-1ZM12.25 3.25h3.5a1 1 0 0 1 1 1v3.5a1 1 0 0 1-1 1h-3.5a1 1 0 0 1-1-1v-3.5a1 1 0 0 1 1-1ZM4.25 11.25h3.5a1 1 0 0 1 1 1v3.5a1 1 0 0 1-1 1h-3.5a1 1 0 0 1-1-1v-3.5a1 1 0 0 1 1-1ZM12.25 11.25h3.5a1 1 0 0 1 1 1v3.5a1 1 0 0 1-1 1h-3.5a1 1 0 0 1-1-1v-3.5a1 1 0 0 1 1-1Z"
            }
            Icon::Heart => {
                "M10 16.5S3.25 12.7 3.25 8.1A3.6 3.6 0 0 1 10 6.2a3.6 3.6 0 0 1 6.75 1.9c0 4.6-6.75 8.4-6.75 8.4Z"
            }
            Icon::Folder => {
                "M3.25 5.25a1 1 0 0 1 1-1h3.5l1.75 2h6.25a1 1 0 0 1 1 1v7.5a1 1 0 0 1-1 1H4.25a1 1 0 0 1-1-1Z"
            }
            Icon::Help => {
                "M3.25 10a6.75 6.75 0 1 0 13.5 0a6.75 6.75 0 1 0-13.5 0M8 8.2a2 2 0 1 1 2.9 1.75c-.6.3-.9.7-.9 1.3M10 13.5h.01"
            }
            Icon::Key => "M3.5 13.25a3.25 3.25 0 1 0 6.5 0a3.25 3.25 0 1 0-6.5 0M9.2 10.8l6.3-6.3m-3 3 2.25 2.25",
            Icon::Left => "M12.25 4.5 6.75 10l5.5 5.5",
            Icon::Link => {
                "m8.25 11.75 3.5-3.5M9.5 6l1.3-1.3a3.2 3.2 0 0 1 4.5 4.5L14 10.5M10.5 14l-1.3 1.3a3.2 3.2 0 0 1-4.5-4.5L6 9.5"
            }
            Icon::Minus => "M4.5 10h11",
            Icon::Pause => "M7.25 4.75v10.5M12.75 4.75v10.5",
            Icon::Play => "M6.25 4.25v11.5L15.5 10Z",
            Icon::Plus => "M10 4.5v11M4.5 10h11",
            Icon::Queue => "M3.5 5.5h13M3.5 10h13M3.5 14.5h8",
            Icon::Reuse => "M4 10a6 6 0 0 1 10.5-4L16.5 8M16.5 4v4h-4M16 10a6 6 0 0 1-10.5 4L3.5 12M3.5 16v-4h4",
            Icon::Right => "m7.75 4.5 5.5 5.5-5.5 5.5",
            Icon::Retry => "M15.6 7.25A6.25 6.25 0 1 0 16.25 10M16 3.75v3.5h-3.5",
            Icon::Send => "M3.5 9.5 16.5 3.5l-4.75 13-2.75-5.25Z",
            Icon::Shield => "M10 3 4 5.25v4.5c0 3.7 2.5 6 6 7.25 3.5-1.25 6-3.55 6-7.25v-4.5Z",
            Icon::Star => "m10 3.25 2.1 4.3 4.65.7-3.4 3.3.85 4.7L10 14l-4.2 2.25.85-4.7-3.4-3.3 4.65-.7Z",
            Icon::Tag => "M3.5 9.25v-4.5a1.25 1.25 0 0 1 1.25-1.25h4.5L16.5 10.75l-5.75 5.75ZM7 7h.01",
            Icon::Trash => "M3.75 5.75h12.5M8 5.5V3.75h4V5.5M5.25 5.75l.7 10.5h8.1l.7-10.5",
            Icon::Up => "m6 12 4-4 4 4",
            Icon::Cross => "m5 5 10 10M15 5 5 15",
            Icon::ZoomIn => "M3.75 9a5.25 5.25 0 1 0 10.5 0a5.25 5.25 0 1 0-10.5 0M13 13l4 4M9 6.75v4.5M6.75 9h4.5",
            Icon::ZoomOut => "M3.75 9a5.25 5.25 0 1 0 10.5 0a5.25 5.25 0 1 0-10.5 0M13 13l4 4M6.75 9h4.5",
        }
    }
}

/// A pictogram of 18 px.
pub fn icon(icon: Icon) -> impl IntoView {
    drawn(icon, "i")
}

/// A pictogram of 16 px, beside words.
pub fn small(icon: Icon) -> impl IntoView {
    drawn(icon, "i i-s")
}

/// A pictogram with classes of its own.
pub fn drawn(icon: Icon, class: &'static str) -> impl IntoView {
    view! { <svg class=class viewBox="0 0 20 20" aria-hidden="true"><path d=icon.path()/></svg> }
}
